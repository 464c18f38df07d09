//! What is said of settlement.

use otel_core::{
    Choice, CounterDef, Decimal, EventDef, FloatGaugeDef, GaugeDef, Key, Label, Severity, Text, Unit,
};

use crate::labels::{Age, CurrencyCode, FailReason, Place, SettlementRefusal, SettlementStatus as Status};

/// The instruction.
pub const INSTRUCTION_ID: Key<Text> =
    Key::new("trading.settlement.instruction.id", "The identifier of the settlement instruction.");
/// Where it is settled.
pub const PLACE: Key<Text> = Key::new(Place::KEY, "The depository or clearing house that settles it.");
/// What it is at.
pub const STATUS: Key<Choice<Status>> = Key::new(Status::KEY, "What the instruction is at.");
/// What was said to happen.
pub const NEXT_STATUS: Key<Choice<Status>> =
    Key::new("trading.settlement.next_status", "What was said to happen to the instruction.");
/// Why it fails.
pub const FAIL_REASON: Key<Choice<FailReason>> = Key::new(FailReason::KEY, "Why the instruction fails.");
/// How long it has been due.
pub const AGE: Key<Choice<Age>> = Key::new(Age::KEY, "How long the instruction has been due.");
/// Why it was not taken in.
pub const REFUSAL: Key<Choice<SettlementRefusal>> =
    Key::new(SettlementRefusal::KEY, "Why something said of an instruction was not taken in.");
/// What is left of it.
pub const LEFT: Key<Decimal> =
    Key::new("trading.settlement.left_quantity", "The quantity that is not delivered yet.");

/// An instruction moved on.
pub const MOVED: EventDef =
    EventDef::new("trading.settlement.instruction.moved", Severity::Info, "An instruction came to a status.");
/// An instruction fails.
pub const FAILED: EventDef = EventDef::new(
    "trading.settlement.instruction.failed",
    Severity::Warn,
    "An instruction could not be settled.",
);
/// Something said of an instruction was not taken in.
pub const REFUSED: EventDef = EventDef::new(
    "trading.settlement.instruction.refused",
    Severity::Warn,
    "Something said of an instruction contradicts what is known of it, or could not be kept.",
);

/// What happened to instructions.
pub const INSTRUCTIONS: CounterDef<(Place, Status)> = CounterDef::new(
    "trading.settlement.instructions",
    Unit::new("{instruction}"),
    "Instructions that came to a status.",
);
/// Failures by reason.
pub const FAILURES: CounterDef<(Place, FailReason)> = CounterDef::new(
    "trading.settlement.failures",
    Unit::new("{failure}"),
    "Reports that an instruction could not be settled.",
);
/// What was not taken in.
pub const REFUSALS: CounterDef<SettlementRefusal> = CounterDef::new(
    "trading.settlement.refusals",
    Unit::new("{fact}"),
    "What was said of instructions and not taken in.",
);
/// Transitions that are impossible.
pub const VIOLATIONS: CounterDef<Status> = CounterDef::new(
    "trading.settlement.violations",
    Unit::new("{violation}"),
    "Facts that cannot follow what their instruction is at.",
);
/// Open instructions by age.
pub const OUTSTANDING: GaugeDef<(Place, Age)> = GaugeDef::new(
    "trading.settlement.outstanding",
    Unit::new("{instruction}"),
    "Instructions that are not over, by how long they have been due.",
);
/// The value of open instructions by age.
pub const OUTSTANDING_VALUE: GaugeDef<(Age, CurrencyCode)> = GaugeDef::new(
    "trading.settlement.outstanding_value",
    Unit::MINOR_UNITS,
    "The value of the instructions that are not over, by how long they have been due.",
);
/// How much of a day's instructions failed.
pub const FAIL_RATE: FloatGaugeDef<()> = FloatGaugeDef::new(
    "trading.settlement.fail_rate",
    Unit::RATIO,
    "Of the instructions intended for the latest settlement day that is over, those not settled on it.",
);

/// The name of the alert on failing settlement.
pub(crate) const FAILING: &str = "trading_settlement_fail_rate_high";
/// What the alert on failing settlement means.
pub(crate) const FAILING_MEANS: &str = "More than one instruction in twenty failed on its day: look for one missing inventory, one blocked account or one counterparty behind them.";
/// The name of the alert on old failures.
pub(crate) const OVERDUE: &str = "trading_settlement_overdue";
/// What the alert on old failures means.
pub(crate) const OVERDUE_MEANS: &str = "Instructions have been late for eight settlement days or more: penalties add up daily, so borrow, buy in or cancel.";
