//! What is said to have happened to an order, and what is made of it.

use crate::labels::{ExecType, Violation};
use crate::quantity::{Price, Quantity};

/// One thing that is said to have happened to an order.
#[derive(Clone, Copy, Debug)]
pub struct Fact {
    /// What is said to have happened.
    pub exec_type: ExecType,
    /// The digest of the report's identifier, where it has one: see [`ExecId::digest`](crate::ids::ExecId::digest).
    pub report: Option<u64>,
    /// The digest of the identifier of the execution that is busted or corrected: FIX `ExecRefID` (19).
    pub refers_to: Option<u64>,
    /// What it calls the order.
    pub names: Names,
    /// The quantities it came with.
    pub quantities: Quantities,
    /// The prices it came with.
    pub prices: Prices,
}

impl Fact {
    /// A fact that says nothing but what happened.
    pub fn new(exec_type: ExecType) -> Self {
        Self {
            exec_type,
            report: None,
            refers_to: None,
            names: Names::default(),
            quantities: Quantities::default(),
            prices: Prices::default(),
        }
    }
}

/// What a fact calls the order: digests, see [`ClientOrderId::digest`](crate::ids::ClientOrderId::digest).
#[derive(Clone, Copy, Debug, Default)]
pub struct Names {
    /// FIX `ClOrdID` (11): that of the order, or of the request this is about.
    pub client: Option<u64>,
    /// FIX `OrigClOrdID` (41): what the order was called before.
    pub original: Option<u64>,
}

/// The quantities that came with a fact, as far as it said any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quantities {
    /// Of this one execution: FIX `LastQty` (32).
    pub last: Option<Quantity>,
    /// Of all executions: FIX `CumQty` (14).
    pub cumulative: Option<Quantity>,
    /// Still to be executed: FIX `LeavesQty` (151).
    pub leaves: Option<Quantity>,
    /// Of the order, when it was replaced or restated: FIX `OrderQty` (38).
    pub ordered: Option<Quantity>,
}

impl Quantities {
    pub(crate) const fn are_unknown(&self) -> bool {
        self.last.is_none() && self.cumulative.is_none() && self.ordered.is_none()
    }
}

/// The prices that came with a fact, as far as it said any.
#[derive(Clone, Copy, Debug, Default)]
pub struct Prices {
    /// Of this one execution: FIX `LastPx` (31).
    pub last: Option<Price>,
    /// Of all executions: FIX `AvgPx` (6).
    pub average: Option<Price>,
}

/// What a [`Lifecycle`](super::Lifecycle) makes of a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// It is as FIX illustrates.
    Illustrated,
    /// It is believed, but something about it deserves to be counted.
    Tolerated(Violation),
    /// It is not believed, and has changed nothing.
    Refused(Violation),
}

impl Answer {
    /// What is wrong with the fact, if anything.
    pub const fn violation(self) -> Option<Violation> {
        match self {
            Self::Illustrated => None,
            Self::Tolerated(violation) | Self::Refused(violation) => Some(violation),
        }
    }
}
