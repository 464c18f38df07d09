//! Transaction reports: Article 26 of Regulation (EU) No 600/2014 (MiFIR) with Delegated Regulation (EU) 2017/590
//! (RTS 22), whose Annex I, Table 2 numbers the 65 fields.
//!
//! What belongs together is one type (a quantity has its currency, a person has names and a date of birth), so that
//! many of the rules between fields cannot be broken. The rest is what [`NewTransaction::validate`] checks.

mod codes;
mod field;
mod instrument;
mod parties;
mod terms;
mod validate;
mod wire;

pub use codes::{
    DeliveryType, ExerciseStyle, NotionalChange, OptionType, OtcIndicator, ReportStatus, ShortSelling,
    TermUnit, TradingCapacity, Waiver,
};
pub(super) use field::NAMES;
pub use instrument::{Description, Index, Instrument, OptionTerms, Term};
pub use parties::{Decider, Decision, Execution, Party, PartySide, Person, PersonName, Side, StaffMember};
pub use terms::{Price, Quantity, Transmission, UpfrontPayment};

use super::cells::{Cells, LineProblem};
use super::date::Moment;
use super::figure::Figure;
use super::rule::Problem;
use super::text::Code;
use crate::ids::iso::{Country, Lei, Mic};

/// Field 2: what the executing firm calls a transaction report, and no other one.
pub type TransactionReference = Code<52>;

/// Field 3: what a venue calls the transaction, the same for both sides.
pub type VenueTransactionId = Code<52>;

/// A transaction report.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "field 1 of the regulation knows two")]
pub enum TransactionReport {
    /// `NEWT`: a transaction, or what replaces a cancelled report.
    New(Box<NewTransaction>),
    /// `CANC`: an earlier report was wrong, or there was no such transaction.
    Cancellation(Cancellation),
}

/// The report that takes back an earlier one: fields 1, 2, 4 and 6, and no others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancellation {
    /// Field 2, of the report that is taken back.
    pub reference: TransactionReference,
    /// Field 4, of the report that is taken back.
    pub executing_entity: Lei,
    /// Field 6.
    pub submitting_entity: Lei,
}

/// The report of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewTransaction {
    /// Field 2.
    pub reference: TransactionReference,
    /// Field 3: only for the market side of a transaction on a trading venue.
    pub venue_transaction: Option<VenueTransactionId>,
    /// Field 4: the firm that executed it.
    pub executing_entity: Lei,
    /// Field 5: whether that firm is an investment firm under Directive 2014/65/EU.
    pub is_investment_firm: bool,
    /// Field 6: who hands in the report.
    pub submitting_entity: Lei,
    /// Fields 7 to 15.
    pub buyer: Side,
    /// Fields 16 to 24.
    pub seller: Side,
    /// Fields 25 to 27.
    pub transmission: Transmission,
    /// Field 28.
    pub time: Moment,
    /// Field 29.
    pub capacity: TradingCapacity,
    /// Fields 30 and 31.
    pub quantity: Quantity,
    /// Field 32: only when the notional of a derivative contract changed.
    pub notional_change: Option<NotionalChange>,
    /// Fields 33 and 34.
    pub price: Price,
    /// Field 35: only for debt.
    pub net_amount: Option<Figure<18, 5>>,
    /// Field 36: a segment of a venue, the code of a systematic internaliser, `XOFF` or `XXXX`.
    pub venue: Mic,
    /// Field 37: the branch whose membership of the venue was used.
    pub membership: Option<Country>,
    /// Fields 38 and 39.
    pub upfront_payment: Option<UpfrontPayment>,
    /// Field 40: what all legs of one strategy have in common.
    pub complex_trade: Option<Code<35>>,
    /// Fields 41 to 56.
    pub instrument: Instrument,
    /// Fields 57 and 58: who in the firm decided to invest.
    pub decision: Option<Decision>,
    /// Fields 59 and 60: who in the firm decided how to execute.
    pub execution: Execution,
    /// Field 61: which pre-trade transparency was waived.
    pub waivers: Vec<Waiver>,
    /// Field 62.
    pub short_selling: Option<ShortSelling>,
    /// Field 63.
    pub otc_indicators: Vec<OtcIndicator>,
    /// Field 64: whether a transaction in a commodity derivative reduces a commercial risk.
    pub reduces_commodity_risk: Option<bool>,
    /// Field 65: whether it is a securities financing transaction that Regulation (EU) 2015/2365 exempts.
    pub is_securities_financing: bool,
}

impl TransactionReport {
    /// Field 1.
    pub const fn status(&self) -> ReportStatus {
        match self {
            Self::New(_) => ReportStatus::New,
            Self::Cancellation(_) => ReportStatus::Cancellation,
        }
    }

    /// Fields 4 and 2, which together identify a report.
    pub const fn identity(&self) -> (Lei, &TransactionReference) {
        match self {
            Self::New(new) => (new.executing_entity, &new.reference),
            Self::Cancellation(old) => (old.executing_entity, &old.reference),
        }
    }

    /// All that is wrong with it, in the order of the fields. A cancellation cannot be wrong.
    pub fn validate(&self) -> Vec<Problem> {
        match self {
            Self::New(new) => new.validate(),
            Self::Cancellation(_) => Vec::new(),
        }
    }

    pub(super) fn write(&self) -> Cells {
        wire::write(self)
    }

    pub(super) fn read(cells: &mut Cells) -> Result<Self, LineProblem> {
        wire::read(cells)
    }
}

impl NewTransaction {
    /// All that is wrong with it, in the order of the fields.
    pub fn validate(&self) -> Vec<Problem> {
        validate::all(self)
    }
}
