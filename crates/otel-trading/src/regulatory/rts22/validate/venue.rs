//! Fields 3, 30 to 38: where, how much, and what was paid.

use crate::ids::iso::{CfiCategory, Mic};
use crate::regulatory::findings::{Findings, Presence};
use crate::regulatory::rts22::NewTransaction;
use crate::regulatory::rule::Rule;

pub(super) fn check(report: &NewTransaction, findings: &mut Findings) {
    findings.when(report.venue == Mic::SYSTEMATIC_INTERNALISER, 36, Rule::NotHere);
    let on_venue = report.venue_transaction.is_some();
    let off_market = !report.venue.is_market();
    findings.presence(on_venue, 3, if off_market { Presence::Excluded } else { Presence::Allowed }, 36);
    // Both belong to the market side of a transaction on a venue, and a report has both or neither.
    let membership = match (off_market, on_venue) {
        (true, _) => (Presence::Excluded, 36),
        (false, true) => (Presence::Needed, 3),
        (false, false) => (Presence::Excluded, 3),
    };
    findings.presence(report.membership.is_some(), 37, membership.0, membership.1);
    findings.when(!report.quantity.is_positive(), 30, Rule::NotPositive);
    payments(report, findings);
}

fn payments(report: &NewTransaction, findings: &mut Findings) {
    let cfi = report.instrument.cfi();
    if let Some(net) = report.net_amount {
        let is_other = cfi.is_some_and(|cfi| cfi.category() != CfiCategory::Debt);
        findings.presence(true, 35, if is_other { Presence::Excluded } else { Presence::Allowed }, 43);
        findings.when(net.is_negative(), 35, Rule::Negative);
    }
    let is_credit_swap = cfi.is_some_and(|cfi| cfi.category() == CfiCategory::Swap && cfi.group() == 'C');
    let (expected, by) = match (report.notional_change, cfi) {
        (Some(_), _) => (Presence::Needed, 32),
        (None, Some(_)) if is_credit_swap => (Presence::Needed, 43),
        (None, Some(_)) => (Presence::Excluded, 43),
        // What is only named may be a credit default swap.
        (None, None) => (Presence::Allowed, 43),
    };
    findings.presence(report.upfront_payment.is_some(), 38, expected, by);
}
