//! What is said of positions.

use otel_core::{
    Choice, CounterDef, Decimal, EventDef, FloatGaugeDef, GaugeDef, Key, Label, Minor, Severity, Unit,
};

use crate::labels::{BreakKind, CurrencyCode, PortfolioGroup, PositionChange, PositionRefusal};

/// The quantity held.
pub const QUANTITY: Key<Decimal> =
    Key::new("trading.position.quantity", "The quantity held; negative when short.");
/// The quantity on the statement.
pub const STATED_QUANTITY: Key<Decimal> =
    Key::new("trading.position.stated_quantity", "The quantity held according to the external statement.");
/// Profit made.
pub const REALIZED: Key<Minor> = Key::new(
    "trading.position.realized",
    "The profit that the position has realised, in minor units of the currency.",
);
/// What a trade did.
pub const CHANGE: Key<Choice<PositionChange>> =
    Key::new(PositionChange::KEY, "What a trade did to the position.");
/// Why something was not taken in.
pub const REFUSAL: Key<Choice<PositionRefusal>> =
    Key::new(PositionRefusal::KEY, "Why something said of a position was not taken in.");
/// How it differs.
pub const BREAK_KIND: Key<Choice<BreakKind>> =
    Key::new(BreakKind::KEY, "How the position differs from the statement.");

/// A position changed.
pub const CHANGED: EventDef =
    EventDef::new("trading.position.changed", Severity::Info, "A trade changed a position.");
/// A trade did not reach its position.
pub const REFUSED: EventDef = EventDef::new(
    "trading.position.refused",
    Severity::Error,
    "A position was not updated, so it is not what was traded.",
);
/// A position is not what others say.
pub const BROKEN: EventDef = EventDef::new(
    "trading.position.broken",
    Severity::Error,
    "A position differs from an external statement.",
);

/// What trades did to positions.
pub const CHANGES: CounterDef<(PortfolioGroup, PositionChange)> =
    CounterDef::new("trading.position.changes", Unit::new("{change}"), "What trades did to positions.");
/// What was not taken in.
pub const REFUSALS: CounterDef<PositionRefusal> = CounterDef::new(
    "trading.position.refusals",
    Unit::new("{update}"),
    "Updates of positions that were not taken in.",
);
/// Positions that are not flat.
pub const OPEN: GaugeDef<PortfolioGroup> =
    GaugeDef::new("trading.position.open", Unit::new("{position}"), "Positions that are not flat.");
/// Profit made.
pub const PROFIT_REALIZED: GaugeDef<(PortfolioGroup, CurrencyCode)> = GaugeDef::new(
    "trading.profit.realized",
    Unit::MINOR_UNITS,
    "Profit of what was closed, by average cost, since the books were opened.",
);
/// Profit on paper.
pub const PROFIT_UNREALIZED: GaugeDef<(PortfolioGroup, CurrencyCode)> = GaugeDef::new(
    "trading.profit.unrealized",
    Unit::MINOR_UNITS,
    "The latest value of open positions less what they cost.",
);
/// How full limits are.
pub const LIMIT_UTILIZATION: FloatGaugeDef<PortfolioGroup> = FloatGaugeDef::new(
    "trading.position.limit.utilization",
    Unit::RATIO,
    "The fullest position limit of a group of portfolios; above one it is exceeded.",
);
/// Differences found.
pub const BREAKS: CounterDef<BreakKind> = CounterDef::new(
    "trading.position.breaks",
    Unit::new("{break}"),
    "Differences between positions and external statements.",
);
/// Differences in the latest statement.
pub const UNRECONCILED: GaugeDef<BreakKind> = GaugeDef::new(
    "trading.position.unreconciled",
    Unit::new("{break}"),
    "Differences that the latest statement of each portfolio shows.",
);

/// The name of the alert on full limits.
pub(crate) const NEAR_LIMIT: &str = "trading_position_limit_near";
/// What the alert on full limits means.
pub(crate) const NEAR_LIMIT_MEANS: &str = "A position is above nine tenths of its limit: reduce it, or have the limit raised before orders are refused.";
/// The name of the alert on breaks.
pub(crate) const DIFFER: &str = "trading_positions_unreconciled";
/// What the alert on breaks means.
pub(crate) const DIFFER_MEANS: &str = "Positions are not what the custodian or the clearing house says: find the missing or doubled trade before trading on them.";
