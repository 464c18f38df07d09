//! Settlement: what was instructed, what became of it, and how long it has been due.

mod age;
mod instruction;
mod instruments;
mod register;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use otel_core::{EventDef, Telemetry};

use crate::conventions::{self, settlement as said};
use crate::ids::InstructionId;
use crate::labels::{Age, FailReason, SettlementRefusal as Refusal, SettlementStatus as Status};
use crate::quantity::Quantity;
use crate::regulatory::{Date, ReportingCalendar};
use age::age;
pub use age::intended_day;
pub use instruction::{Cycle, Instruction, may_follow};
use instruments::Instruments;
use register::{Entry, Outcome, Register};

/// What a check of all open instructions found.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct SettlementCheck {
    /// Open instructions, by the position of their age in [`Age::ALL`].
    pub open: [u64; Age::ALL.len()],
    /// Of the instructions intended for the latest day that is over, those not settled on it, from 0 to 1; `None`
    /// where there were none.
    pub fail_rate: Option<f64>,
}

/// Settlement and clearing instructions, each from its receipt to its end.
///
/// What contradicts what is known changes nothing, and is counted in `trading.settlement.refusals`. Clones share
/// everything. A lock is held for each fact.
#[derive(Clone)]
pub struct Settlement {
    parts: Arc<Parts>,
}

struct Parts {
    telemetry: Telemetry,
    instruments: Instruments,
    calendar: Box<dyn ReportingCalendar + Send + Sync>,
    register: Mutex<Register>,
}

impl Settlement {
    /// Settlement on the days of this calendar, of at most `room` open instructions.
    pub fn new(
        telemetry: &Telemetry,
        calendar: impl ReportingCalendar + Send + Sync + 'static,
        room: usize,
    ) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry);
        let register = Mutex::new(Register::new(room));
        Self { parts: Arc::new(Parts { telemetry, instruments, calendar: Box::new(calendar), register }) }
    }

    /// The place has an instruction: its intended settlement day.
    ///
    /// # Errors
    ///
    /// When it is known already, its quantity is not positive, there is no room, or the calendar ends.
    pub fn received(&self, instruction: &Instruction<'_>) -> Result<Date, Refusal> {
        let day = self.receive(instruction);
        match day {
            Ok(_) => self.moved(instruction.id, instruction.place, Status::Received, instruction.quantity),
            Err(refusal) => self.refused(instruction.id, None, Status::Received, refusal),
        }
        day
    }

    /// The other side has instructed the same.
    ///
    /// # Errors
    ///
    /// When the instruction is not open, or cannot be matched any more.
    pub fn matched(&self, id: InstructionId<'_>) -> Result<(), Refusal> {
        self.advance(id, Status::Matched, None).map(drop)
    }

    /// The owner of the trade has agreed to it.
    ///
    /// # Errors
    ///
    /// When the instruction is not open, or cannot be affirmed any more.
    pub fn affirmed(&self, id: InstructionId<'_>) -> Result<(), Refusal> {
        self.advance(id, Status::Affirmed, None).map(drop)
    }

    /// A part of it has been delivered: the quantity that is left, more than nothing.
    ///
    /// # Errors
    ///
    /// When the instruction is not open, was neither matched nor affirmed, or the part is not one.
    pub fn partially_settled(&self, id: InstructionId<'_>, part: Quantity) -> Result<Quantity, Refusal> {
        self.advance(id, Status::PartiallySettled, Some(part)).map(|(_, left)| left)
    }

    /// The rest of it has been delivered, on this day.
    ///
    /// # Errors
    ///
    /// When the instruction is not open, or was neither matched nor affirmed.
    pub fn settled(&self, id: InstructionId<'_>, day: Date) -> Result<(), Refusal> {
        self.end(id, Status::Settled, day)
    }

    /// It could not be settled, and stays open: also counted in `trading.settlement.failures`.
    ///
    /// # Errors
    ///
    /// When the instruction is not open.
    pub fn failed(&self, id: InstructionId<'_>, reason: FailReason) -> Result<(), Refusal> {
        let (place, _) = self.advance(id, Status::Failed, None)?;
        self.parts.instruments.failed(&place, reason);
        self.event(&said::FAILED, id).set(&said::PLACE, &place).set(&said::FAIL_REASON, reason).emit();
        Ok(())
    }

    /// It was taken back, on this day; on its intended day or before, it counts as never due.
    ///
    /// # Errors
    ///
    /// When the instruction is not open.
    pub fn cancelled(&self, id: InstructionId<'_>, day: Date) -> Result<(), Refusal> {
        self.end(id, Status::Cancelled, day)
    }

    /// What an open instruction is at.
    pub fn status(&self, id: InstructionId<'_>) -> Option<Status> {
        self.register().get(id).map(|entry| entry.status)
    }

    /// Looks at every open instruction as of this day, and records how long they have been due:
    /// `trading.settlement.outstanding`, `trading.settlement.outstanding_value` and `trading.settlement.fail_rate`.
    pub fn check(&self, today: Date) -> SettlementCheck {
        let mut register = self.register();
        let mut found =
            SettlementCheck { fail_rate: register.fail_rate(today), ..SettlementCheck::default() };
        let mut ages: BTreeMap<Date, Age> = BTreeMap::new();
        let mut sums = self.parts.instruments.sums();
        for entry in register.entries() {
            let day = entry.intended;
            let age = *ages.entry(day).or_insert_with(|| age(day, today, self.parts.calendar.as_ref()));
            if let Some(count) = found.open.get_mut(age as usize) {
                *count += 1;
            }
            sums.add(&entry.place, age, entry.value);
        }
        sums.record();
        if let Some(rate) = found.fail_rate {
            self.parts.instruments.fail_rate(rate);
        }
        found
    }

    fn register(&self) -> MutexGuard<'_, Register> {
        self.parts.register.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn receive(&self, new: &Instruction<'_>) -> Result<Date, Refusal> {
        if new.quantity <= Quantity::ZERO {
            return Err(Refusal::Quantity);
        }
        let day = intended_day(new.traded, new.cycle, self.parts.calendar.as_ref()).ok_or(Refusal::NoDay)?;
        self.register().insert(new.id, Entry::new(new, day))?;
        Ok(day)
    }

    /// Moves an instruction on that stays open: its place, and what is left.
    fn advance(
        &self,
        id: InstructionId<'_>,
        to: Status,
        part: Option<Quantity>,
    ) -> Result<(Box<str>, Quantity), Refusal> {
        let outcome = self.register().advance(id, to, part);
        self.told(id, to, outcome)
    }

    fn end(&self, id: InstructionId<'_>, to: Status, day: Date) -> Result<(), Refusal> {
        let outcome = self.register().end(id, to, day);
        self.told(id, to, outcome).map(drop)
    }

    /// Tells what came of a fact: what it moved, or why it was not taken in.
    fn told(
        &self,
        id: InstructionId<'_>,
        to: Status,
        outcome: Outcome,
    ) -> Result<(Box<str>, Quantity), Refusal> {
        match outcome {
            Ok((place, left)) => {
                self.moved(id, &place, to, left);
                Ok((place, left))
            }
            Err((from, refusal)) => {
                self.refused(id, from, to, refusal);
                Err(refusal)
            }
        }
    }

    fn moved(&self, id: InstructionId<'_>, place: &str, to: Status, left: Quantity) {
        self.parts.instruments.moved(place, to);
        let event = self.event(&said::MOVED, id).set(&said::PLACE, place);
        event.set(&said::STATUS, to).set(&said::LEFT, left.0).emit();
    }

    fn refused(&self, id: InstructionId<'_>, from: Option<Status>, to: Status, refusal: Refusal) {
        self.parts.instruments.refused(refusal);
        let mut event = self.event(&said::REFUSED, id);
        if let Some(from) = from {
            self.parts.instruments.violated(from);
            event = event.set(&said::STATUS, from);
        }
        event.set(&said::NEXT_STATUS, to).set(&said::REFUSAL, refusal).emit();
    }

    fn event(&self, def: &EventDef, id: InstructionId<'_>) -> otel_core::Event {
        self.parts.telemetry.event(def).set(&said::INSTRUCTION_ID, id.0)
    }
}

impl fmt::Debug for Settlement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settlement").field("open", &self.register().len()).finish_non_exhaustive()
    }
}
