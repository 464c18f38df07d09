//! The rules between the fields, by what they are about.
//!
//! They are those of the table's own text, with what the validation rules for transaction reports of the European
//! authority make of them. Where a rule depends on reference data (whether a code is that of a venue of the Union,
//! whether an instrument that is only named is a share), it is applied as far as the report itself tells.

mod indicators;
mod instrument;
mod sides;
mod venue;

use super::NewTransaction;
use crate::regulatory::field::Regulation;
use crate::regulatory::findings::Findings;
use crate::regulatory::rule::Problem;

/// All that is wrong with a report, in the order of the fields.
pub(super) fn all(report: &NewTransaction) -> Vec<Problem> {
    let mut findings = Findings::new(Regulation::Rts22);
    sides::check(report, &mut findings);
    venue::check(report, &mut findings);
    instrument::check(report, &mut findings);
    indicators::check(report, &mut findings);
    findings.in_order()
}
