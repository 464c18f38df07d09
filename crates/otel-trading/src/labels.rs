//! The closed and the capped sets that metrics are split by; nothing else may be a metric label.
//!
//! The sizes belong together: `trading.order.events` has 20 × 25 × 4 series, and 2,000 is the limit.

mod gateway;
mod market_data;
mod positions;
mod settlement;

pub use gateway::{Gateway, RejectKind, SessionFact, SessionState};
pub use market_data::{Arrival, Feed, Freshness, GapOutcome, Line};
pub use positions::{BreakKind, PositionChange, PositionRefusal};
pub use settlement::{Age, FailReason, Place, SettlementRefusal, SettlementStatus};

otel_core::capped_labels! {
    /// Where an order goes: an ISO 10383 market identifier code, of which 24 are kept apart.
    pub struct Venue: "trading.venue.mic", cap 24;

    /// The currency of an amount: an ISO 4217 code, of which 16 are kept apart.
    pub struct CurrencyCode: "trading.currency.code", cap 16;

    /// The part of the business a portfolio belongs to, of which 16 are kept apart.
    pub struct PortfolioGroup: "trading.portfolio.group", cap 16;
}

otel_core::labels! {
    /// Which side of the market an order is on.
    pub enum Side: "trading.order.side" {
        /// Buys.
        Buy = "buy",
        /// Sells what is owned.
        Sell = "sell",
        /// Sells what is not owned.
        SellShort = "sell_short",
        /// Crosses, or does not say.
        Other = "other",
    }

    /// How an order wants to be executed.
    pub enum OrderType: "trading.order.type" {
        /// At any price.
        Market = "market",
        /// At this price or better.
        Limit = "limit",
        /// At any price, once the market has reached the stop.
        Stop = "stop",
        /// At the limit or better, once the market has reached the stop.
        StopLimit = "stop_limit",
        /// At a price that follows the market.
        Pegged = "pegged",
        /// In the auction at the open or the close.
        Auction = "auction",
        /// Anything else.
        Other = "other",
    }

    /// How long an order stays.
    pub enum TimeInForce: "trading.order.time_in_force" {
        /// Until the end of the day.
        Day = "day",
        /// Until it is cancelled.
        GoodTillCancel = "good_till_cancel",
        /// Until a date.
        GoodTillDate = "good_till_date",
        /// As much as possible at once; the rest is cancelled.
        ImmediateOrCancel = "immediate_or_cancel",
        /// All of it at once, or nothing.
        FillOrKill = "fill_or_kill",
        /// In the opening auction.
        AtOpen = "at_open",
        /// In the closing auction.
        AtClose = "at_close",
        /// Anything else.
        Other = "other",
    }

    /// What an order is at: FIX `OrdStatus` (39), after `submitted`, which no report has answered yet.
    pub enum OrderStatus: "trading.order.status" {
        /// Sent, and not answered.
        Submitted = "submitted",
        /// Received, and not accepted yet.
        PendingNew = "pending_new",
        /// Accepted; nothing is executed.
        New = "new",
        /// A part is executed.
        PartiallyFilled = "partially_filled",
        /// All of it is executed.
        Filled = "filled",
        /// No more executions today.
        DoneForDay = "done_for_day",
        /// Somebody asked for its cancellation.
        PendingCancel = "pending_cancel",
        /// Somebody asked for its replacement.
        PendingReplace = "pending_replace",
        /// Cancelled, perhaps after a part was executed.
        Canceled = "canceled",
        /// Refused.
        Rejected = "rejected",
        /// A price is guaranteed, an execution is not.
        Stopped = "stopped",
        /// On hold.
        Suspended = "suspended",
        /// Its time ran out.
        Expired = "expired",
        /// Completed for the day, and settled: its commission is known.
        Calculated = "calculated",
    }

    /// What happened to an order: FIX `ExecType` (150), with the messages that FIX gives a type of their own.
    ///
    /// A fill is told from a partial fill, as FIX 4.2 does, because they mean different things to whoever watches.
    pub enum ExecType: "trading.exec.type" {
        /// It was sent.
        Submitted = "submitted",
        /// It was received.
        PendingNew = "pending_new",
        /// It was accepted.
        New = "new",
        /// A part was executed.
        PartialFill = "partial_fill",
        /// The rest was executed.
        Fill = "fill",
        /// There will be no more executions today.
        DoneForDay = "done_for_day",
        /// Its cancellation was asked for.
        PendingCancel = "pending_cancel",
        /// It was cancelled.
        Canceled = "canceled",
        /// Its replacement was asked for.
        PendingReplace = "pending_replace",
        /// It was replaced.
        Replaced = "replaced",
        /// Its cancellation or replacement was refused.
        CancelRejected = "cancel_rejected",
        /// It was refused.
        Rejected = "rejected",
        /// It got a guaranteed price.
        Stopped = "stopped",
        /// It was put on hold.
        Suspended = "suspended",
        /// Its time ran out.
        Expired = "expired",
        /// The venue said again, or anew, what it knows of it.
        Restated = "restated",
        /// An execution was corrected.
        TradeCorrect = "trade_correct",
        /// An execution was busted.
        TradeCancel = "trade_cancel",
        /// It was triggered, or activated again after a suspension.
        Triggered = "triggered",
        /// It was completed for the day, and settled.
        Calculated = "calculated",
    }

    /// What is wrong with a fact about an order.
    pub enum Violation: "trading.violation.class" {
        /// It cannot follow what is known of the order.
        Illegal = "illegal",
        /// It is not in the book, but happens when messages cross.
        Race = "race",
        /// It was reported before.
        Duplicate = "duplicate",
        /// Its quantities contradict what is known of the order.
        Quantity = "quantity",
        /// Its average price contradicts the executions.
        Price = "price",
        /// It refers to an order or an execution that is not known.
        Reference = "reference",
    }

    /// Why an order was refused: FIX `OrdRejReason` (103).
    pub enum RejectReason: "error.type" {
        /// The broker's or the venue's choice.
        BrokerOption = "broker_option",
        /// Nobody knows the instrument.
        UnknownSymbol = "unknown_symbol",
        /// The venue is closed.
        ExchangeClosed = "exchange_closed",
        /// It exceeds a limit.
        ExceedsLimit = "exceeds_limit",
        /// It came too late.
        TooLate = "too_late",
        /// It refers to an order nobody knows.
        UnknownOrder = "unknown_order",
        /// Its identifier was used before.
        DuplicateOrder = "duplicate_order",
        /// It is too old.
        StaleOrder = "stale_order",
        /// The investor is not known.
        InvalidInvestor = "invalid_investor",
        /// It asks for something that is not offered.
        UnsupportedCharacteristic = "unsupported_characteristic",
        /// Surveillance stopped it.
        Surveillance = "surveillance",
        /// Its quantity is wrong.
        IncorrectQuantity = "incorrect_quantity",
        /// The account is not known.
        UnknownAccount = "unknown_account",
        /// Its price is outside the band.
        PriceExceedsBand = "price_exceeds_band",
        /// Its price is between two ticks.
        InvalidPriceIncrement = "invalid_price_increment",
        /// Anything else.
        Other = "other",
    }

    /// Why an order was cancelled.
    pub enum CancelReason: "trading.order.cancel.reason" {
        /// Its owner asked for it.
        Requested = "requested",
        /// The venue did it by itself.
        Unsolicited = "unsolicited",
        /// Its time in force left no time for the rest.
        TimeInForce = "time_in_force",
        /// It would have traded with its owner.
        SelfTrade = "self_trade",
        /// The session behind it was lost.
        Disconnect = "disconnect",
        /// A risk control or a kill switch.
        RiskControl = "risk_control",
        /// Anything else.
        Other = "other",
    }

    /// Why a cancellation or a replacement was refused: FIX `CxlRejReason` (102).
    pub enum CancelRejectReason: "trading.order.cancel.reject.reason" {
        /// The order is over.
        TooLate = "too_late",
        /// Nobody knows the order.
        UnknownOrder = "unknown_order",
        /// The broker's or the venue's choice.
        BrokerOption = "broker_option",
        /// There is one under way.
        AlreadyPending = "already_pending",
        /// Anything else.
        Other = "other",
    }

    /// What an execution did to the book.
    pub enum Liquidity: "trading.liquidity" {
        /// The order was in the book.
        Added = "added",
        /// The order met one in the book.
        Removed = "removed",
        /// It was executed elsewhere.
        Routed = "routed",
        /// In an auction.
        Auction = "auction",
        /// Nobody said.
        Unknown = "unknown",
    }

    /// What a risk calculation measures.
    pub enum RiskMeasure: "trading.risk.measure" {
        /// The loss that is exceeded with a given probability.
        ValueAtRisk = "value_at_risk",
        /// The mean of the losses beyond the value at risk.
        ExpectedShortfall = "expected_shortfall",
        /// Longs and shorts added up.
        GrossExposure = "gross_exposure",
        /// Longs less shorts.
        NetExposure = "net_exposure",
        /// The loss in a scenario.
        StressLoss = "stress_loss",
        /// What a clearing house asks for.
        InitialMargin = "initial_margin",
    }

    /// How a risk calculation ended.
    pub enum RiskResult: "trading.risk.result" {
        /// With a value.
        Completed = "completed",
        /// Market data was missing or stale.
        MarketData = "market_data",
        /// Positions were missing or inconsistent.
        Positions = "positions",
        /// The model found no answer.
        Model = "model",
        /// It ran out of time.
        Timeout = "timeout",
        /// Nobody said: it was abandoned.
        Abandoned = "abandoned",
    }

    /// What a surveillance rule looks for: one label for every rule of this crate.
    pub enum FlagKind: "security_rule.name" {
        /// A trade is worth a lot.
        LargeTrade = "large_trade",
        /// An order or a trade came when its venue was closed.
        OutsideSession = "outside_session",
        /// Messages come at the rate of high-frequency trading.
        HftMessageRate = "hft_message_rate",
        /// One owner trades with themselves.
        WashTrade = "wash_trade",
        /// Orders on many levels are withdrawn once the other side was executed.
        Layering = "layering",
        /// A few large orders are.
        Spoofing = "spoofing",
        /// A burst of messages nobody can trade with.
        QuoteStuffing = "quote_stuffing",
        /// Trading before the close moves the price.
        MarkingTheClose = "marking_the_close",
        /// Many orders for each trade.
        OrderToTradeRatio = "order_to_trade_ratio",
        /// A clock is not good enough.
        ClockDivergence = "clock_divergence",
    }

    /// What the calendar of a venue answers about an instant.
    pub enum SessionAnswer: "trading.session.phase" {
        /// The venue was in session.
        Open = "open",
        /// It was in the break between two parts of a session.
        Break = "break",
        /// It was closed.
        Closed = "closed",
        /// The venue has no calendar.
        NoCalendar = "no_calendar",
        /// Its calendar begins later.
        TooEarly = "too_early",
        /// Its calendar has expired.
        Expired = "expired",
    }

    /// What surveillance made of a fact.
    pub enum Judgement: "trading.compliance.judgement" {
        /// It was judged.
        Judged = "judged",
        /// It cannot be true of anything: its quantity is not positive.
        Refused = "refused",
        /// It is about an order of which nobody said whose it is, or what it buys.
        UnknownOrder = "unknown_order",
    }

    /// What surveillance could not see, or sees no more.
    pub enum BlindSpot: "trading.compliance.blind_spot" {
        /// An execution whose value could not be compared with a threshold.
        Value = "value",
        /// A fact about an order that was not known to be open.
        UnknownOrder = "unknown_order",
        /// A fact or a print of a venue whose session nobody knows.
        Session = "session",
        /// An execution before a close, without a tape to compare it with.
        Tape = "tape",
        /// A record that did not say how good its clock was.
        Clock = "clock",
        /// An open order that was forgotten, because there were too many.
        ForgottenOrder = "forgotten_order",
        /// A party, a listing, a threshold or a venue that was forgotten, because there were too many.
        ForgottenParty = "forgotten_party",
        /// An order whose versions or names were forgotten: the trail is asked for them, where it can be.
        ForgottenHistory = "forgotten_history",
    }

    /// What a record of the audit trail is about.
    pub enum AuditEvent: "trading.audit.event.type" {
        /// An order was created.
        OrderCreated = "order_created",
        /// An order was met in the middle of its life.
        OrderMet = "order_met",
        /// Something happened to an order.
        OrderStatusChanged = "order_status_changed",
        /// Something was said of an order that cannot be true.
        OrderFactRefused = "order_fact_refused",
        /// A trade was executed.
        TradeExecuted = "trade_executed",
    }

    /// Why something is not in the audit trail.
    pub enum AuditFailure: "trading.audit.failure.class" {
        /// Written down, it is too long for an entry.
        TooLong = "too_long",
        /// It holds personal data that cannot be encrypted.
        Secrecy = "secrecy",
        /// The trail was closed.
        Closed = "closed",
        /// The trail has failed.
        Failed = "failed",
        /// The versions of its order could not be read.
        History = "history",
    }

    /// What was found when an audit trail was checked.
    pub enum TrailFault: "trading.audit.fault" {
        /// A file that has to be there is not.
        Missing = "missing",
        /// A file holds what it cannot hold.
        Malformed = "malformed",
        /// An entry does not have its hash.
        Entry = "entry",
        /// A hash is not that of what lies below it.
        Hash = "hash",
        /// The tree does not have the root that was signed.
        Root = "root",
        /// A signature is missing or wrong.
        Signature = "signature",
        /// Entries do not follow one another.
        Order = "order",
        /// The trail ends before what was signed.
        Truncated = "truncated",
    }

    /// The regulation a report is made under.
    pub enum ReportRegime: "trading.report.regime" {
        /// Transaction reports.
        Rts22 = "rts22",
        /// Order records.
        Rts24 = "rts24",
    }

    /// What became of something that was handed in to be reported.
    pub enum ReportStatus: "trading.report.status" {
        /// It was taken in to be delivered.
        Queued = "queued",
        /// The sink took it.
        Delivered = "delivered",
        /// It has not to be reported.
        NotReportable = "not_reportable",
        /// Nobody knows whether it has to be reported.
        Undetermined = "undetermined",
        /// It is wrong.
        Invalid = "invalid",
        /// It was handed in before.
        Duplicate = "duplicate",
        /// There is nothing to cancel.
        NothingToCancel = "nothing_to_cancel",
        /// Too many wait.
        QueueFull = "queue_full",
        /// Too many references are remembered.
        RegisterFull = "register_full",
        /// The sink will never take it.
        RefusedBySink = "refused_by_sink",
        /// It depended on something that the sink did not take.
        Stranded = "stranded",
    }
}
