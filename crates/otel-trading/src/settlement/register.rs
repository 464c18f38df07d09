//! The open instructions, and how each day went: pure logic.

use std::collections::{BTreeMap, HashMap};

use otel_core::Money;

use super::instruction::{Instruction, may_follow};
use crate::ids::InstructionId;
use crate::labels::{SettlementRefusal as Refusal, SettlementStatus as Status};
use crate::quantity::Quantity;
use crate::regulatory::Date;

/// An open instruction.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) place: Box<str>,
    pub(super) status: Status,
    pub(super) value: Option<Money>,
    pub(super) intended: Date,
    left: Quantity,
    /// Whether it was ever matched or affirmed.
    is_agreed: bool,
}

impl Entry {
    pub(super) fn new(new: &Instruction<'_>, intended: Date) -> Self {
        Self {
            place: new.place.into(),
            status: Status::Received,
            value: new.value,
            intended,
            left: new.quantity,
            is_agreed: false,
        }
    }
}

/// How a settlement day went.
#[derive(Clone, Copy, Debug, Default)]
struct Day {
    due: u64,
    in_time: u64,
}

/// The days that are remembered: a year, so that a check once a year still finds the latest.
const DAYS: usize = 366;

/// What came of a fact: the place and what is left; or what the instruction is at, where that forbids it.
pub(super) type Outcome = Result<(Box<str>, Quantity), (Option<Status>, Refusal)>;

/// The open instructions.
#[derive(Debug)]
pub(super) struct Register {
    entries: HashMap<Box<str>, Entry>,
    days: BTreeMap<Date, Day>,
    room: usize,
}

impl Register {
    pub(super) fn new(room: usize) -> Self {
        Self { entries: HashMap::new(), days: BTreeMap::new(), room }
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, id: InstructionId<'_>) -> Option<&Entry> {
        self.entries.get(id.0)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.entries.values()
    }

    pub(super) fn insert(&mut self, id: InstructionId<'_>, entry: Entry) -> Result<(), Refusal> {
        if self.entries.contains_key(id.0) {
            return Err(Refusal::Known);
        }
        if self.entries.len() >= self.room {
            return Err(Refusal::NoRoom);
        }
        self.days.entry(entry.intended).or_default().due += 1;
        if self.days.len() > DAYS {
            self.days.pop_first();
        }
        self.entries.insert(id.0.into(), entry);
        Ok(())
    }

    /// Moves an instruction on that stays open.
    pub(super) fn advance(&mut self, id: InstructionId<'_>, to: Status, part: Option<Quantity>) -> Outcome {
        let entry = self.entries.get_mut(id.0).ok_or((None, Refusal::Unknown))?;
        if !may_follow(entry.status, to, entry.is_agreed) {
            return Err((Some(entry.status), Refusal::Illegal));
        }
        if let Some(part) = part {
            // All that is left is no part of it.
            let is_part = part > Quantity::ZERO && part < entry.left;
            let left = entry.left.checked_sub(part).filter(|_| is_part);
            entry.left = left.ok_or((None, Refusal::Quantity))?;
        }
        entry.is_agreed |= matches!(to, Status::Matched | Status::Affirmed);
        entry.status = to;
        Ok((entry.place.clone(), entry.left))
    }

    /// Ends an instruction.
    pub(super) fn end(&mut self, id: InstructionId<'_>, to: Status, day: Date) -> Outcome {
        let entry = self.entries.get(id.0).ok_or((None, Refusal::Unknown))?;
        if !may_follow(entry.status, to, entry.is_agreed) {
            return Err((Some(entry.status), Refusal::Illegal));
        }
        let (intended, place) = (entry.intended, entry.place.clone());
        let left = if to == Status::Settled { Quantity::ZERO } else { entry.left };
        self.entries.remove(id.0);
        if let Some(tally) = self.days.get_mut(&intended).filter(|_| day <= intended) {
            match to {
                Status::Cancelled => tally.due = tally.due.saturating_sub(1),
                _ => tally.in_time += 1,
            }
        }
        Ok((place, left))
    }

    /// Of the instructions of the latest day that is over and had some, those that were not settled on it; the days
    /// before it are forgotten.
    pub(super) fn fail_rate(&mut self, today: Date) -> Option<f64> {
        let (day, tally) = self.days.range(..today).rev().find(|(_, tally)| tally.due > 0)?;
        let (day, tally) = (*day, *tally);
        self.days = self.days.split_off(&day);
        Some(tally.due.saturating_sub(tally.in_time) as f64 / tally.due as f64)
    }
}
