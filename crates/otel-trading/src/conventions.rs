//! Everything this crate emits, as const data: with `labels`, the only words that leave the process.

pub mod compliance;
pub mod flags;
pub mod gateway;
pub mod latency;
pub mod market_data;
pub mod positions;
pub mod settlement;
pub mod tape;

use otel_core::{
    Catalogue, Choice, CounterDef, Currency, Decimal, Double, ERROR_TYPE, EventDef, FloatGaugeDef, GaugeDef,
    HistogramDef, Int, Key, Label, Minor, Pseudonym, Severity, SpanDef, SpanKind, Text, Time, Unit,
    UpDownCounterDef,
};

use crate::alerts::ALERTS;
use crate::labels::{
    CancelReason, CancelRejectReason, CurrencyCode, ExecType, Liquidity, OrderStatus, OrderType,
    PortfolioGroup, RejectReason, RiskMeasure, RiskResult, Side, TimeInForce, Venue, Violation,
};

/// The order, as its venue calls it.
pub const ORDER_ID: Key<Text> = Key::new("trading.order.id", "The venue's identifier of the order.");
/// The order, as its owner calls it.
pub const CLIENT_ORDER_ID: Key<Text> =
    Key::new("trading.order.client_id", "The owner's identifier of the order, or of its latest replacement.");
/// The order a replacement replaces.
pub const ORIGINAL_CLIENT_ORDER_ID: Key<Text> =
    Key::new("trading.order.original_client_id", "The owner's identifier of the order that was replaced.");
/// What is traded.
pub const SYMBOL: Key<Text> = Key::new("trading.instrument.symbol", "The instrument's symbol at the venue.");
/// The side of the order.
pub const SIDE: Key<Choice<Side>> = Key::new(Side::KEY, "The side of the market.");
/// The type of the order.
pub const ORDER_TYPE: Key<Choice<OrderType>> =
    Key::new(OrderType::KEY, "How the order wants to be executed.");
/// The time in force of the order.
pub const TIME_IN_FORCE: Key<Choice<TimeInForce>> = Key::new(TimeInForce::KEY, "How long the order stays.");
/// The quantity ordered.
pub const QUANTITY: Key<Decimal> = Key::new("trading.order.quantity", "The quantity ordered.");
/// The order's limit price.
pub const PRICE: Key<Decimal> = Key::new("trading.order.price", "The limit price of the order.");
/// The quantity executed so far.
pub const CUMULATIVE_QUANTITY: Key<Decimal> =
    Key::new("trading.order.cumulative_quantity", "The quantity executed so far.");
/// The quantity still to be executed.
pub const LEAVES_QUANTITY: Key<Decimal> = Key::new(
    "trading.order.leaves_quantity",
    "The quantity still to be executed; zero when the order is over.",
);
/// What the order is at.
pub const STATUS: Key<Choice<OrderStatus>> = Key::new(OrderStatus::KEY, "What the order is at.");
/// What happened to the order.
pub const EXEC_TYPE: Key<Choice<ExecType>> = Key::new(ExecType::KEY, "What happened to the order.");
/// The report of what happened.
pub const EXEC_ID: Key<Text> = Key::new("trading.exec.id", "The venue's identifier of the execution report.");
/// The quantity of one execution.
pub const FILL_QUANTITY: Key<Decimal> = Key::new("trading.fill.quantity", "The quantity of this execution.");
/// The price of one execution.
pub const FILL_PRICE: Key<Decimal> = Key::new("trading.fill.price", "The price of this execution.");
/// The average price of all executions.
pub const AVERAGE_PRICE: Key<Decimal> = Key::new(
    "trading.order.average_price",
    "The average price of what was executed, rounded at nine digits after the point.",
);
/// How many spans an order's life was told in.
pub const ORDER_PARTS: Key<Int> =
    Key::new("trading.order.parts", "How many spans the life of the order was told in.");
/// The execution that is taken back.
pub const EXEC_REF_ID: Key<Text> =
    Key::new("trading.exec.reference_id", "The venue's identifier of the execution that is taken back.");
/// What the execution did to the book.
pub const LIQUIDITY: Key<Choice<Liquidity>> = Key::new(Liquidity::KEY, "What the execution did to the book.");
/// Why the order was cancelled.
pub const CANCEL_REASON: Key<Choice<CancelReason>> =
    Key::new(CancelReason::KEY, "Why the order was cancelled.");
/// Why a cancellation was refused.
pub const CANCEL_REJECT_REASON: Key<Choice<CancelRejectReason>> =
    Key::new(CancelRejectReason::KEY, "Why the cancellation or replacement was refused.");
/// Why the order was refused.
pub const REJECT_REASON: Key<Choice<RejectReason>> =
    Key::new(RejectReason::KEY, "Why the order was refused.");
/// What is wrong with the fact.
pub const VIOLATION: Key<Choice<Violation>> = Key::new(Violation::KEY, "What is wrong with the fact.");
/// Where the order goes.
pub const VENUE: Key<Text> = Key::new(Venue::KEY, "The ISO 10383 code of the venue.");
/// The currency of prices and values.
pub const CURRENCY: Key<Currency> = Key::new(CurrencyCode::KEY, "The ISO 4217 code of the currency.");
/// Who trades.
pub const TRADER: Key<Pseudonym> =
    Key::new("trading.trader.pseudonym", "A keyed hash that stands for the trader.");
/// When it happened, as the message says.
pub const TRANSACT_TIME: Key<Time> =
    Key::new("trading.event.transact_time", "When it happened, in nanoseconds since the Unix epoch.");
/// The trade.
pub const TRADE_ID: Key<Text> = Key::new("trading.trade.id", "The venue's identifier of the trade.");
/// The quantity traded.
pub const TRADE_QUANTITY: Key<Decimal> = Key::new("trading.trade.quantity", "The quantity traded.");
/// The price of the trade.
pub const TRADE_PRICE: Key<Decimal> = Key::new("trading.trade.price", "The price of the trade.");
/// Quantity times price.
pub const TRADE_NOTIONAL: Key<Minor> =
    Key::new("trading.trade.notional", "Quantity times price, in minor units of the currency.");
/// The portfolio.
pub const PORTFOLIO_ID: Key<Text> = Key::new("trading.portfolio.id", "The identifier of the portfolio.");
/// The part of the business the portfolio belongs to.
pub const PORTFOLIO_GROUP: Key<Text> =
    Key::new(PortfolioGroup::KEY, "The part of the business the portfolio belongs to.");
/// What is measured.
pub const RISK_MEASURE: Key<Choice<RiskMeasure>> =
    Key::new(RiskMeasure::KEY, "What the calculation measures.");
/// The risk found.
pub const RISK_VALUE: Key<Minor> =
    Key::new("trading.risk.value", "The risk, in minor units of the currency.");
/// The most risk allowed.
pub const RISK_LIMIT: Key<Minor> =
    Key::new("trading.risk.limit.value", "The most risk allowed, in minor units of the currency.");
/// The confidence level.
pub const RISK_CONFIDENCE: Key<Double> =
    Key::new("trading.risk.confidence", "The confidence level of the measure, from 0 to 1.");
/// How the calculation ended.
pub const RISK_RESULT: Key<Choice<RiskResult>> = Key::new(RiskResult::KEY, "How the calculation ended.");

/// An order, from the first to the last thing this process sees of it, or until it is parked.
pub const ORDER_LIFECYCLE: SpanDef = SpanDef::new(
    "order_lifecycle",
    SpanKind::Internal,
    "An order, as long as it is followed without a break.",
);
/// One step of an order that was parked.
pub const ORDER_STEP: SpanDef = SpanDef::new(
    "order_step",
    SpanKind::Internal,
    "What happened at once to an order that waits most of its life.",
);
/// The whole life of an order that was parked.
pub const ORDER_SUMMARY: SpanDef = SpanDef::new(
    "order_summary",
    SpanKind::Internal,
    "The whole life of an order that was parked, with links to its parts.",
);
/// A trade being booked.
pub const TRADE_EXECUTION: SpanDef =
    SpanDef::new("trade_execution", SpanKind::Internal, "A trade, when this process learnt of it.");
/// A risk calculation.
pub const RISK_CALCULATION: SpanDef =
    SpanDef::new("risk_calculation", SpanKind::Internal, "One measure of risk of one portfolio.");

macro_rules! order_events {
    ($($name:ident: $event:literal, $severity:ident, $brief:literal;)+) => {
        $(#[doc = $brief] pub const $name: EventDef = EventDef::new($event, Severity::$severity, $brief);)+
    };
}

order_events! {
    SUBMITTED: "trading.order.submitted", Info, "An order was sent.";
    PENDING_NEW: "trading.order.pending_new", Info, "An order was received, and not accepted yet.";
    ACKNOWLEDGED: "trading.order.acknowledged", Info, "An order was accepted.";
    PARTIALLY_FILLED: "trading.order.partially_filled", Info, "A part of an order was executed.";
    FILLED: "trading.order.filled", Info, "The rest of an order was executed.";
    DONE_FOR_DAY: "trading.order.done_for_day", Info, "An order will not be executed any more today.";
    CANCEL_REQUESTED: "trading.order.cancel_requested", Info, "The cancellation of an order was asked for.";
    CANCELED: "trading.order.canceled", Info, "An order was cancelled.";
    REPLACE_REQUESTED: "trading.order.replace_requested", Info, "The replacement of an order was asked for.";
    REPLACED: "trading.order.replaced", Info, "An order was replaced.";
    CANCEL_REJECTED: "trading.order.cancel_rejected", Warn, "A cancellation or a replacement was refused.";
    REJECTED: "trading.order.rejected", Warn, "An order was refused.";
    TRIGGERED: "trading.order.triggered", Info, "The market reached the stop of an order.";
    RESUMED: "trading.order.resumed", Info, "An order that was on hold is worked again.";
    CALCULATED: "trading.order.calculated", Info, "An order was completed for the day, and settled.";
    STOPPED: "trading.order.stopped", Info, "An order got a guaranteed price.";
    SUSPENDED: "trading.order.suspended", Info, "An order was put on hold.";
    EXPIRED: "trading.order.expired", Info, "The time of an order ran out.";
    RESTATED: "trading.order.restated", Info, "The venue said again what it knows of an order.";
    VIOLATED: "trading.order.violated", Warn, "A fact about an order contradicts what is known of it.";
    TRADE_EXECUTED: "trading.trade.executed", Info, "A trade was executed.";
    TRADE_CORRECTED: "trading.trade.corrected", Warn, "An execution was corrected.";
    TRADE_BUSTED: "trading.trade.busted", Warn, "An execution was busted.";
}

/// Orders sent, by venue and type.
pub const ORDERS: CounterDef<(Venue, OrderType)> =
    CounterDef::new("trading.orders", Unit::new("{order}"), "Orders sent.");
/// What happened to orders, as far as it fits what is known of them.
pub const ORDER_EVENTS: CounterDef<(ExecType, Venue, Side)> =
    CounterDef::new("trading.order.events", Unit::new("{event}"), "What happened to orders.");
/// Orders refused, by venue and reason.
pub const ORDER_REJECTIONS: CounterDef<(Venue, RejectReason)> =
    CounterDef::new("trading.order.rejections", Unit::new("{order}"), "Orders refused.");
/// Facts that contradict what is known of an order: its status before, what was said to happen, what is wrong.
pub const TRANSITION_VIOLATIONS: CounterDef<(OrderStatus, ExecType, Violation)> = CounterDef::new(
    "trading.order.transition.violations",
    Unit::new("{violation}"),
    "Facts that contradict what is known of an order.",
);
/// Orders that are followed and not over.
pub const ACTIVE_ORDERS: UpDownCounterDef<Venue> = UpDownCounterDef::new(
    "trading.order.active",
    Unit::new("{order}"),
    "Orders that are followed and not over.",
);
/// From sending an order to its acceptance.
pub const ACKNOWLEDGE_DURATION: HistogramDef<(Venue, OrderType)> = HistogramDef::new(
    "trading.order.acknowledge.duration",
    Unit::SECONDS,
    "From sending an order to its acceptance.",
);
/// From sending an order to its complete execution.
pub const FILL_DURATION: HistogramDef<(Venue, OrderType)> = HistogramDef::new(
    "trading.order.fill.duration",
    Unit::SECONDS,
    "From sending an order to its complete execution.",
);
/// From asking for a cancellation to the cancellation.
pub const CANCEL_DURATION: HistogramDef<(Venue, OrderType)> = HistogramDef::new(
    "trading.order.cancel.duration",
    Unit::SECONDS,
    "From asking for a cancellation to the cancellation.",
);
/// Trades, by venue, side and what they did to the book.
pub const TRADES: CounterDef<(Venue, Side, Liquidity)> =
    CounterDef::new("trading.trades", Unit::new("{trade}"), "Trades executed.");
/// The value of trades.
pub const TRADE_VALUE: CounterDef<(Venue, CurrencyCode)> =
    CounterDef::new("trading.trade.value", Unit::MINOR_UNITS, "Quantity times price of the trades executed.");
/// The latest risk of the portfolios of a group.
pub const PORTFOLIO_RISK: GaugeDef<(PortfolioGroup, RiskMeasure, CurrencyCode)> = GaugeDef::new(
    "trading.portfolio.risk",
    Unit::MINOR_UNITS,
    "The risk last calculated for a group of portfolios.",
);
/// How much of its limit the latest risk uses.
pub const RISK_LIMIT_UTILIZATION: FloatGaugeDef<(PortfolioGroup, RiskMeasure)> = FloatGaugeDef::new(
    "trading.risk.limit.utilization",
    Unit::RATIO,
    "The risk last calculated for a group of portfolios, as a share of its limit; above one it is exceeded.",
);
/// How long risk calculations take, by measure and result.
pub const RISK_DURATION: HistogramDef<(RiskMeasure, RiskResult)> =
    HistogramDef::new("trading.risk.calculation.duration", Unit::SECONDS, "How long risk calculations take.");

/// The name of the alert on refused orders.
pub(crate) const REJECTIONS_HIGH: &str = "trading_order_rejections_high";
/// What the alert on refused orders means.
pub(crate) const REJECTIONS_HIGH_MEANS: &str =
    "More than one order in ten is refused: an order router, a limit or a venue is misconfigured.";
/// The name of the alert on impossible facts.
pub(crate) const TRANSITIONS_ILLEGAL: &str = "trading_order_transitions_illegal";
/// What the alert on impossible facts means.
pub(crate) const TRANSITIONS_ILLEGAL_MEANS: &str = "Venues report what cannot follow from what we know of our orders: messages are lost, repeated or misrouted.";
/// The name of the alert on contradicting quantities.
pub(crate) const QUANTITIES_WRONG: &str = "trading_order_quantities_wrong";
/// What the alert on contradicting quantities means.
pub(crate) const QUANTITIES_WRONG_MEANS: &str = "Executions do not add up to their orders, so positions are wrong: reconcile with the venue before trading on.";
/// The name of the alert on risk limits.
pub(crate) const RISK_NEAR_LIMIT: &str = "trading_risk_limit_near";
/// What the alert on risk limits means.
pub(crate) const RISK_NEAR_LIMIT_MEANS: &str =
    "A risk is above nine tenths of its limit: reduce or hedge before orders have to be stopped.";

/// What traces of orders are agreed on as.
pub(crate) const TRACE_KIND: &str = "trading.order";

/// Everything this crate emits.
pub const CATALOGUE: Catalogue = Catalogue {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[
        ORDER_ID.facts(),
        CLIENT_ORDER_ID.facts(),
        ORIGINAL_CLIENT_ORDER_ID.facts(),
        SYMBOL.facts(),
        SIDE.facts(),
        ORDER_TYPE.facts(),
        TIME_IN_FORCE.facts(),
        QUANTITY.facts(),
        PRICE.facts(),
        CUMULATIVE_QUANTITY.facts(),
        LEAVES_QUANTITY.facts(),
        AVERAGE_PRICE.facts(),
        ORDER_PARTS.facts(),
        STATUS.facts(),
        EXEC_TYPE.facts(),
        EXEC_ID.facts(),
        EXEC_REF_ID.facts(),
        FILL_QUANTITY.facts(),
        FILL_PRICE.facts(),
        LIQUIDITY.facts(),
        CANCEL_REASON.facts(),
        CANCEL_REJECT_REASON.facts(),
        // Whatever a span ended with, and not only why an order was refused.
        ERROR_TYPE.facts(),
        VIOLATION.facts(),
        VENUE.facts(),
        CURRENCY.facts(),
        TRADER.facts(),
        TRANSACT_TIME.facts(),
        TRADE_ID.facts(),
        TRADE_QUANTITY.facts(),
        TRADE_PRICE.facts(),
        TRADE_NOTIONAL.facts(),
        PORTFOLIO_ID.facts(),
        PORTFOLIO_GROUP.facts(),
        RISK_MEASURE.facts(),
        RISK_VALUE.facts(),
        RISK_CONFIDENCE.facts(),
        RISK_RESULT.facts(),
        compliance::FLAG.facts(),
        compliance::FLAG_VERSION.facts(),
        compliance::FLAG_REFERENCE.facts(),
        compliance::FLAG_LEVEL.facts(),
        compliance::FLAGS.facts(),
        compliance::JUDGEMENT.facts(),
        compliance::BLIND_SPOT.facts(),
        compliance::SESSION_PHASE.facts(),
        compliance::AUDIT_INDEX.facts(),
        compliance::AUDIT_LEAF_HASH.facts(),
        compliance::AUDIT_UNPROVEN.facts(),
        compliance::AUDIT_EVENT.facts(),
        compliance::AUDIT_ENTITY.facts(),
        compliance::AUDIT_FAILURE.facts(),
        compliance::TRAIL_FAULT.facts(),
        compliance::REPORT_REGIME.facts(),
        compliance::REPORT_STATUS.facts(),
        RISK_LIMIT.facts(),
        market_data::FEED.facts(),
        market_data::CHANNEL.facts(),
        market_data::LINE.facts(),
        market_data::ARRIVAL.facts(),
        market_data::GAP_OUTCOME.facts(),
        market_data::GAP_FIRST.facts(),
        market_data::GAP_LAST.facts(),
        market_data::NEXT.facts(),
        market_data::FRESHNESS.facts(),
        positions::QUANTITY.facts(),
        positions::STATED_QUANTITY.facts(),
        positions::REALIZED.facts(),
        positions::CHANGE.facts(),
        positions::REFUSAL.facts(),
        positions::BREAK_KIND.facts(),
        settlement::INSTRUCTION_ID.facts(),
        settlement::PLACE.facts(),
        settlement::STATUS.facts(),
        settlement::NEXT_STATUS.facts(),
        settlement::FAIL_REASON.facts(),
        settlement::AGE.facts(),
        settlement::REFUSAL.facts(),
        settlement::LEFT.facts(),
        gateway::GATEWAY.facts(),
        gateway::STATE.facts(),
        gateway::PREVIOUS_STATE.facts(),
        gateway::FACT.facts(),
        gateway::REJECT_KIND.facts(),
        gateway::FIRST.facts(),
        gateway::LAST.facts(),
        tape::RECEIVE_TIME.facts(),
    ],
    spans: &[ORDER_LIFECYCLE, ORDER_STEP, ORDER_SUMMARY, TRADE_EXECUTION, RISK_CALCULATION],
    events: &[
        SUBMITTED,
        PENDING_NEW,
        ACKNOWLEDGED,
        PARTIALLY_FILLED,
        FILLED,
        DONE_FOR_DAY,
        CANCEL_REQUESTED,
        CANCELED,
        REPLACE_REQUESTED,
        REPLACED,
        CANCEL_REJECTED,
        REJECTED,
        TRIGGERED,
        RESUMED,
        CALCULATED,
        STOPPED,
        SUSPENDED,
        EXPIRED,
        RESTATED,
        VIOLATED,
        TRADE_EXECUTED,
        TRADE_CORRECTED,
        TRADE_BUSTED,
        compliance::AUDIT_RECORDED,
        compliance::AUDIT_NOT_RECORDED,
        compliance::AUDIT_LOST,
        compliance::FLAGGED,
        market_data::GAP_OPENED,
        market_data::GAP_CLOSED,
        market_data::GAP_LOST,
        market_data::RESET,
        market_data::CHANNEL_STALE,
        market_data::CHANNEL_LIVE,
        positions::CHANGED,
        positions::REFUSED,
        positions::BROKEN,
        settlement::MOVED,
        settlement::FAILED,
        settlement::REFUSED,
        gateway::STATE_CHANGED,
        gateway::SESSION_LOST,
        gateway::HEARTBEAT_MISSED,
        gateway::SEQUENCE_GAP,
        gateway::RESEND_REQUESTED,
        gateway::SEQUENCE_RESET,
        gateway::VIOLATED,
    ],
    metrics: &[
        ORDERS.facts(),
        ORDER_EVENTS.facts(),
        ORDER_REJECTIONS.facts(),
        TRANSITION_VIOLATIONS.facts(),
        ACTIVE_ORDERS.facts(),
        ACKNOWLEDGE_DURATION.facts(),
        FILL_DURATION.facts(),
        CANCEL_DURATION.facts(),
        TRADES.facts(),
        TRADE_VALUE.facts(),
        PORTFOLIO_RISK.facts(),
        RISK_LIMIT_UTILIZATION.facts(),
        RISK_DURATION.facts(),
        compliance::COMPLIANCE_FLAGS.facts(),
        compliance::COMPLIANCE_FACTS.facts(),
        compliance::SESSION_CHECKS.facts(),
        compliance::BLIND_SPOTS.facts(),
        compliance::AUDIT_RECORDS.facts(),
        compliance::AUDIT_FAILURES.facts(),
        compliance::AUDIT_APPEND_DURATION.facts(),
        compliance::AUDIT_TREE_SIZE.facts(),
        compliance::AUDIT_VERIFICATION_FAILURES.facts(),
        compliance::REPORT_RECORDS.facts(),
        compliance::REPORTS_WAITING.facts(),
        compliance::REPORTS_OVERDUE.facts(),
        compliance::REPORTS_LATE.facts(),
        compliance::REPORT_RETRIES.facts(),
        market_data::MESSAGES.facts(),
        market_data::GAP_MESSAGES.facts(),
        market_data::MISSING.facts(),
        market_data::LINE_SKIPPED.facts(),
        market_data::RESETS.facts(),
        market_data::TRANSIT_DURATION.facts(),
        market_data::TRANSIT_NEGATIVE.facts(),
        market_data::CHANNELS.facts(),
        market_data::SILENCE.facts(),
        positions::CHANGES.facts(),
        positions::REFUSALS.facts(),
        positions::OPEN.facts(),
        positions::PROFIT_REALIZED.facts(),
        positions::PROFIT_UNREALIZED.facts(),
        positions::LIMIT_UTILIZATION.facts(),
        positions::BREAKS.facts(),
        positions::UNRECONCILED.facts(),
        settlement::INSTRUCTIONS.facts(),
        settlement::FAILURES.facts(),
        settlement::REFUSALS.facts(),
        settlement::VIOLATIONS.facts(),
        settlement::OUTSTANDING.facts(),
        settlement::OUTSTANDING_VALUE.facts(),
        settlement::FAIL_RATE.facts(),
        gateway::SESSIONS.facts(),
        gateway::FACTS.facts(),
        gateway::VIOLATIONS.facts(),
        gateway::REJECTS.facts(),
        gateway::HEARTBEATS_MISSED.facts(),
        gateway::RESENDS.facts(),
        gateway::MESSAGES_LOST.facts(),
        gateway::BACKOFF_DURATION.facts(),
        gateway::OUTAGE_DURATION.facts(),
        latency::TICK_TO_TRADE_DURATION.facts(),
        latency::TICK_TO_TRADE_NEGATIVE.facts(),
        latency::TICK_TO_TRADE_UNCORRECTED.facts(),
    ],
    alerts: ALERTS,
};
