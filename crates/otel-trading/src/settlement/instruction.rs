//! What a caller says of an instruction, and what may follow what.

use otel_core::Money;

use crate::ids::InstructionId;
use crate::labels::SettlementStatus as Status;
use crate::quantity::Quantity;
use crate::regulatory::Date;

/// How many settlement days lie between a trade and its settlement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cycle(pub u8);

impl Cycle {
    /// T+1: the United States and Canada since May 2024.
    pub const T1: Self = Self(1);
    /// T+2: the European Union, by Article 5(2) of Regulation (EU) No 909/2014.
    pub const T2: Self = Self(2);
}

/// An instruction to settle a trade.
#[derive(Clone, Copy, Debug)]
pub struct Instruction<'a> {
    /// What its place calls it.
    pub id: InstructionId<'a>,
    /// The depository or clearing house: the MIC or BIC of it.
    pub place: &'a str,
    /// How much of the instrument.
    pub quantity: Quantity,
    /// For how much money; nothing where it is free of payment.
    pub value: Option<Money>,
    /// The day of the trade.
    pub traded: Date,
    /// How many settlement days later it is to settle.
    pub cycle: Cycle,
}

/// Whether a status may follow another one; `is_agreed` says whether the instruction was ever matched or affirmed.
///
/// Matching and affirmation come in either order; a failure is not the end; what is over stays so. What was neither
/// matched nor affirmed cannot settle, not even in part.
pub const fn may_follow(from: Status, to: Status, is_agreed: bool) -> bool {
    if !is_agreed && matches!(to, Status::PartiallySettled | Status::Settled) {
        return false;
    }
    match from {
        Status::Received | Status::Failed => !matches!(to, Status::Received),
        Status::Matched => !matches!(to, Status::Received | Status::Matched),
        Status::Affirmed => !matches!(to, Status::Received | Status::Affirmed),
        Status::PartiallySettled => !matches!(to, Status::Received | Status::Matched | Status::Affirmed),
        Status::Settled | Status::Cancelled => false,
    }
}
