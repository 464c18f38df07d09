//! Whether a transaction has to be reported: by what its instrument is admitted to, and never by its value.
//!
//! Article 26(2) of MiFIR names three kinds of instruments; Article 2(5) of RTS 22 excludes what is no transaction in
//! its sense. (Regulation (EU) 2024/791 narrows the first for some derivatives that are traded over the counter: a
//! lookup that follows it answers [`Admission::NotTraded`] for them.)

use std::fmt;

use super::date::Date;
use super::rts22::NewTransaction;
use super::text::Words;
use crate::ids::iso::Isin;

/// Whose law.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Jurisdiction {
    /// Venues of the European Union, and of those that apply its law.
    EuropeanUnion,
    /// Venues of the United Kingdom, under the law it kept.
    UnitedKingdom,
}

/// What may be admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Subject<'a> {
    /// The instrument that was traded.
    Instrument(Isin),
    /// What it is a derivative of, or a part of the basket that it is a derivative of. It may be an index.
    Underlying(Isin),
    /// The index that it is a derivative of, by name.
    Index(&'a Words<25>),
}

/// What is known about the admission of something on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Admission {
    /// It is admitted to trading or traded on a venue of the jurisdiction.
    Traded,
    /// Somebody asked for its admission.
    Requested,
    /// It is not, but what it is a derivative of is.
    UnderlyingTraded,
    /// It is an index or a basket, or a derivative of one, with at least one part that is traded.
    PartTraded,
    /// It is not, and nothing that it stands on is.
    NotTraded,
    /// The reference data do not say.
    Unknown,
}

/// Who knows what is admitted where: the caller's reference data, such as those that the authorities publish.
pub trait InstrumentAdmissions {
    /// What is known about the admission of something.
    fn admission(&self, subject: Subject<'_>, on: Date, jurisdiction: Jurisdiction) -> Admission;
}

/// Why a transaction has to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ground {
    /// Article 26(2)(a): the instrument is traded on a venue, or somebody asked for that.
    Instrument,
    /// Article 26(2)(b): its underlying is traded on a venue.
    Underlying,
    /// Article 26(2)(c): its underlying is an index or a basket of instruments traded on a venue.
    IndexOrBasket,
}

/// Why something is no transaction in the sense of RTS 22: Article 2(5), point by point.
///
/// Some points have exceptions and conditions of their own (public offerings under point i, the conditions of point
/// m), which whoever claims the exclusion has to know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Exclusion {
    /// (a) Securities financing, unless a member of the European System of Central Banks takes part.
    SecuritiesFinancing,
    /// (b) A contract for clearing or settlement alone.
    ClearingOrSettlement,
    /// (c) Settlement of mutual obligations, the net of which is carried forward.
    NetSettlement,
    /// (d) Custody alone.
    Custody,
    /// (e) Assignment or novation of a derivative after the trade.
    Novation,
    /// (f) Portfolio compression.
    Compression,
    /// (g) Creation or redemption of units of a fund by its administrator.
    FundUnits,
    /// (h) The exercise of a right in an instrument, or the conversion of a bond, and what follows from it.
    Exercise,
    /// (i) Creation, expiry or redemption by terms agreed before, or by mandatory events.
    Terms,
    /// (j) A change of the notional by terms agreed before, or by mandatory events.
    NotionalTerms,
    /// (k) A change in the composition of an index or a basket.
    Composition,
    /// (l) A dividend re-investment plan.
    DividendPlan,
    /// (m) An employee share plan, unclaimed assets, or fractions left over by corporate events.
    EmployeePlan,
    /// (n) An exchange or tender offer for debt, on published terms.
    TenderOffer,
    /// (o) A transfer of collateral alone.
    Collateral,
}

/// Whether a transaction has to be reported, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Reportability {
    /// It has to.
    Reportable(Ground),
    /// It is excluded.
    Excluded(Exclusion),
    /// It is none of Article 26(2).
    OutOfScope,
    /// The reference data do not say. Somebody has to find out.
    Undetermined,
}

/// Whether a transaction has to be reported in a jurisdiction, given what the caller claims about it.
///
/// A claim of point (a) does not hold for what field 65 says is not reported elsewhere.
pub fn reportability(
    transaction: &NewTransaction,
    claimed: Option<Exclusion>,
    admissions: &impl InstrumentAdmissions,
    jurisdiction: Jurisdiction,
) -> Reportability {
    match claimed {
        Some(Exclusion::SecuritiesFinancing) if transaction.is_securities_financing => {}
        Some(exclusion) => return Reportability::Excluded(exclusion),
        None => {}
    }
    let day = transaction.time.date();
    let ask = |subject| ground(subject, admissions.admission(subject, day, jurisdiction));
    let grounds: Vec<Found> = subjects(transaction).map(ask).collect();
    let strongest = [Ground::Instrument, Ground::Underlying, Ground::IndexOrBasket]
        .into_iter()
        .find(|ground| grounds.contains(&Found::Ground(*ground)));
    match strongest {
        // One part of a basket makes all of it reportable, by the article on baskets.
        Some(Ground::Underlying) if is_basket(transaction) => {
            Reportability::Reportable(Ground::IndexOrBasket)
        }
        Some(ground) => Reportability::Reportable(ground),
        None if grounds.is_empty() || grounds.contains(&Found::Unknown) => Reportability::Undetermined,
        None => Reportability::OutOfScope,
    }
}

/// What is found out about one subject.
#[derive(PartialEq, Eq)]
enum Found {
    Ground(Ground),
    Nothing,
    Unknown,
}

fn subjects(transaction: &NewTransaction) -> impl Iterator<Item = Subject<'_>> {
    let instrument = &transaction.instrument;
    let description = instrument.description.iter();
    let beneath = description.flat_map(|description| {
        let underlyings = description.underlyings.iter().copied().map(Subject::Underlying);
        underlyings.chain(description.index.iter().map(|index| Subject::Index(&index.name)))
    });
    instrument.isin.into_iter().map(Subject::Instrument).chain(beneath)
}

fn is_basket(transaction: &NewTransaction) -> bool {
    transaction.instrument.description.as_ref().is_some_and(|description| description.underlyings.len() > 1)
}

fn ground(subject: Subject<'_>, admission: Admission) -> Found {
    match (admission, subject) {
        (Admission::Traded | Admission::Requested, Subject::Instrument(_)) => {
            Found::Ground(Ground::Instrument)
        }
        // A request does not make an underlying a traded one.
        (Admission::Requested, Subject::Underlying(_)) => Found::Nothing,
        (Admission::Traded, Subject::Underlying(_)) => Found::Ground(Ground::Underlying),
        (Admission::Traded | Admission::Requested, Subject::Index(_)) => Found::Ground(Ground::IndexOrBasket),
        (Admission::UnderlyingTraded, _) => Found::Ground(Ground::Underlying),
        (Admission::PartTraded, _) => Found::Ground(Ground::IndexOrBasket),
        (Admission::NotTraded, _) => Found::Nothing,
        (Admission::Unknown, _) => Found::Unknown,
    }
}

impl Exclusion {
    /// The point of Article 2(5), as a letter.
    pub const fn point(self) -> char {
        match self {
            Self::SecuritiesFinancing => 'a',
            Self::ClearingOrSettlement => 'b',
            Self::NetSettlement => 'c',
            Self::Custody => 'd',
            Self::Novation => 'e',
            Self::Compression => 'f',
            Self::FundUnits => 'g',
            Self::Exercise => 'h',
            Self::Terms => 'i',
            Self::NotionalTerms => 'j',
            Self::Composition => 'k',
            Self::DividendPlan => 'l',
            Self::EmployeePlan => 'm',
            Self::TenderOffer => 'n',
            Self::Collateral => 'o',
        }
    }
}

impl fmt::Display for Ground {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let point = match self {
            Self::Instrument => 'a',
            Self::Underlying => 'b',
            Self::IndexOrBasket => 'c',
        };
        write!(f, "Article 26(2)({point}) of Regulation (EU) No 600/2014")
    }
}

impl fmt::Display for Exclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Article 2(5)({}) of Delegated Regulation (EU) 2017/590", self.point())
    }
}

impl fmt::Display for Reportability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reportable(ground) => write!(f, "reportable by {ground}"),
            Self::Excluded(exclusion) => write!(f, "excluded by {exclusion}"),
            Self::OutOfScope => f.write_str("none of Article 26(2) of Regulation (EU) No 600/2014"),
            Self::Undetermined => f.write_str("not known to be admitted anywhere or nowhere"),
        }
    }
}
