//! Order records: Article 25 of Regulation (EU) No 600/2014 (MiFIR) with Delegated Regulation (EU) 2017/580
//! (RTS 24), whose Annex, Table 2 numbers 51 fields. Venues keep them; firms with algorithms keep much the same.
//!
//! Of the 51 fields, 42 are here. The others only the venue's own matching engine knows, or concern orders that have
//! more than one leg: 13 and 14 (priority), 25 and 27 (additional and pegged limit), 30 (currency of leg 2), 47
//! (routing strategy), 49 to 51 (trading phase, indicative auction price and volume).

mod codes;
mod event;
mod field;
mod validate;
mod wire;

pub use codes::{
    Aggressor, OrderClass, OrderDirection, OrderEvent, OrderRestriction, OrderState, ValidityPeriod,
};
pub use event::{Origin, order_event};
pub(super) use field::NAMES;
use otel_core::Currency;

use super::cells::{Cells, LineProblem};
use super::date::{Date, Moment};
use super::figure::Figure;
use super::rts22::TradingCapacity;
use super::rule::Problem;
use super::text::Code;
use crate::ids::iso::{Isin, Lei, Mic};
use crate::ids::person::PersonId;

/// What happened to an order, as a venue records it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrderRecord {
    /// Field 1: who submitted the order.
    pub submitter: Lei,
    /// Field 2: whether it came by direct electronic access.
    pub direct_access: bool,
    /// Field 3: for whom; `None` on own account.
    pub client: Option<OrderClient>,
    /// Field 4: who in the firm decided to invest.
    pub decision: Option<OrderDecider>,
    /// Field 5: who in the firm decided how to execute.
    pub execution: Option<OrderDecider>,
    /// Field 6: who passed it on without executing it.
    pub broker: Option<Lei>,
    /// Field 7.
    pub capacity: TradingCapacity,
    /// Field 8: whether it belongs to a liquidity provision scheme.
    pub provides_liquidity: bool,
    /// Field 9.
    pub time: Moment,
    /// Field 10.
    pub validity: ValidityPeriod,
    /// Field 11.
    pub restrictions: Vec<OrderRestriction>,
    /// Field 12: until when, or from when on, where the validity period names a time.
    pub validity_time: Option<Moment>,
    /// Field 15: the place of the event among all of the venue.
    pub sequence: u64,
    /// Field 16: the segment of the venue.
    pub venue: Mic,
    /// Field 17.
    pub book: Code<20>,
    /// Field 18.
    pub isin: Isin,
    /// Field 19: the day on which the original order came.
    pub received: Date,
    /// Field 20: what the venue calls the order.
    pub order: Code<50>,
    /// Field 21.
    pub event: OrderEvent,
    /// Field 22: the venue's own name for the type of order.
    pub order_type: Code<50>,
    /// Field 23.
    pub class: OrderClass,
    /// Fields 24, 26, 28, 29 and 31.
    pub prices: OrderPrices,
    /// Field 32.
    pub direction: OrderDirection,
    /// Field 33.
    pub states: Vec<OrderState>,
    /// Fields 34 to 41.
    pub quantities: OrderQuantities,
    /// Field 42: whether the minimum executable size counts for the first execution only.
    pub minimum_first_only: Option<bool>,
    /// Field 43: whether it may only add liquidity.
    pub passive_only: bool,
    /// Field 44: on an execution, which side this order was.
    pub aggressor: Option<Aggressor>,
    /// Field 45: whether it avoids orders of its own firm.
    pub self_execution_prevention: bool,
    /// Field 46: what orders of one strategy have in common.
    pub strategy: Option<Code<50>>,
    /// Field 48: on an execution, what the venue calls the transaction.
    pub venue_transaction: Option<Code<52>>,
}

/// Field 3.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows four kinds")]
pub enum OrderClient {
    /// A legal entity.
    Entity(Lei),
    /// A natural person.
    Person(PersonId),
    /// `AGGR`: orders of several clients in one.
    Aggregated,
    /// `PNAL`: not allocated yet.
    PendingAllocation,
}

/// Fields 4 and 5.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows three kinds")]
pub enum OrderDecider {
    /// An algorithm.
    Algorithm(Code<50>),
    /// A person.
    Person(PersonId),
    /// `NORE`: the client; only for field 5.
    Client,
}

/// Fields 24, 26, 28, 29 and 31: all prices of an order are told in one way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderPrices {
    /// Fields 29 and 31.
    pub unit: PriceUnit,
    /// Field 24.
    pub limit: Option<Figure<18, 13>>,
    /// Field 26.
    pub stop: Option<Figure<18, 13>>,
    /// Field 28: of the execution.
    pub transaction: Option<Figure<18, 13>>,
}

/// Fields 29 and 31.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows four kinds")]
pub enum PriceUnit {
    /// `MONE`, in major units.
    Monetary(Currency),
    /// `PERC`.
    Percentage,
    /// `YIEL`.
    Yield,
    /// `BAPO`.
    BasisPoints,
}

/// Fields 34 to 41.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderQuantities {
    /// Fields 34 and 35.
    pub unit: QuantityUnit,
    /// Field 36.
    pub initial: Figure<18, 17>,
    /// Field 37: with what is hidden.
    pub remaining: Figure<18, 17>,
    /// Field 38: what others see.
    pub displayed: Option<Figure<18, 17>>,
    /// Field 39: of the execution.
    pub traded: Option<Figure<18, 17>>,
    /// Field 40: the least that the order may be filled with.
    pub minimum_acceptable: Option<Figure<18, 17>>,
    /// Field 41: the least that one execution may have.
    pub minimum_executable: Option<Figure<18, 17>>,
}

/// Fields 34 and 35.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows three kinds")]
pub enum QuantityUnit {
    /// `UNIT`.
    Units,
    /// `NOML`.
    Nominal(Currency),
    /// `MONE`.
    Monetary(Currency),
}

impl OrderRecord {
    /// All that is wrong with it, in the order of the fields.
    pub fn validate(&self) -> Vec<Problem> {
        validate::all(self)
    }

    pub(super) fn write(&self) -> Cells {
        wire::write(self)
    }

    pub(super) fn read(cells: &mut Cells) -> Result<Self, LineProblem> {
        wire::read(cells)
    }
}
