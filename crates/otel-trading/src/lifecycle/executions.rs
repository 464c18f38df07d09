//! The executions of an order that can still be taken back.

use crate::lifecycle::notional::Notional;
use crate::quantity::{Price, Quantity};

/// One execution, or what it was corrected to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Execution {
    /// The digest of the report that told it last.
    pub(crate) report: u64,
    pub(crate) quantity: Quantity,
    pub(crate) price: Option<Price>,
}

impl Execution {
    /// What it was worth, where its price is known.
    pub(crate) fn notional(&self) -> Option<Notional> {
        self.price.map(|price| Notional::of(self.quantity, price))
    }
}

/// The last [`Executions::ROOM`] executions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Executions {
    kept: [Option<Execution>; Executions::ROOM],
    next: u8,
    is_complete: bool,
}

impl Executions {
    /// How many are kept. One that is not any more can still be busted, but nobody can check how much it was.
    const ROOM: usize = 16;

    /// Nothing; complete unless the order had executions before it was met.
    pub(crate) const fn new(is_complete: bool) -> Self {
        Self { kept: [None; Self::ROOM], next: 0, is_complete }
    }

    /// Whether every execution is here, so that one which is not never was.
    pub(crate) const fn are_complete(&self) -> bool {
        self.is_complete
    }

    pub(crate) fn find(&self, report: u64) -> Option<Execution> {
        self.kept.iter().flatten().find(|kept| kept.report == report).copied()
    }

    pub(crate) fn remove(&mut self, report: u64) {
        if let Some(place) =
            self.kept.iter_mut().find(|place| place.is_some_and(|kept| kept.report == report))
        {
            *place = None;
        }
    }

    /// Keeps one more: in an empty place, else in that of the oldest.
    pub(crate) fn insert(&mut self, execution: Execution) {
        if let Some(empty) = self.kept.iter_mut().find(|place| place.is_none()) {
            *empty = Some(execution);
            return;
        }
        self.is_complete = false;
        if let Some(oldest) = self.kept.get_mut(usize::from(self.next)) {
            *oldest = Some(execution);
        }
        self.next = (self.next + 1) % Self::ROOM as u8;
    }

    /// One was made that has no name to find it by.
    pub(crate) const fn miss(&mut self) {
        self.is_complete = false;
    }
}
