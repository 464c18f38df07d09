//! What compliance says: flags, the audit trail, reports; and the words of the trail itself.

use otel_core::{
    Choice, Count, CounterDef, EventDef, GaugeDef, HistogramDef, Key, Label, Lane, Severity, Text, TextList,
    Unit,
};

use crate::labels::{
    AuditEvent, AuditFailure, BlindSpot, FlagKind, Judgement, ReportRegime, ReportStatus, SessionAnswer,
    TrailFault, Venue,
};

/// The surveillance rule.
pub const FLAG: Key<Choice<FlagKind>> = Key::new(FlagKind::KEY, "The surveillance rule that was met.");
/// The version of the rule.
pub const FLAG_VERSION: Key<Count> = Key::new(
    "security_rule.version",
    "The version of the rule: another one may judge the same facts otherwise.",
);
/// The provision behind the rule.
pub const FLAG_REFERENCE: Key<Text> =
    Key::new("security_rule.reference", "The provision that describes the practice or sets the limit.");
/// How bad it is.
pub const FLAG_LEVEL: Key<Text> =
    Key::new("trading.compliance.flag.level", "How bad it is: low, medium, high, critical.");
/// All flags of a record.
pub const FLAGS: Key<TextList> =
    Key::new("trading.compliance.flag.names", "The surveillance rules that were met.");
/// What surveillance made of a fact.
pub const JUDGEMENT: Key<Choice<Judgement>> = Key::new(Judgement::KEY, "What surveillance made of a fact.");
/// What surveillance could not see.
pub const BLIND_SPOT: Key<Choice<BlindSpot>> =
    Key::new(BlindSpot::KEY, "What surveillance could not see, or sees no more.");
/// What the venue's session was at.
pub const SESSION_PHASE: Key<Choice<SessionAnswer>> =
    Key::new(SessionAnswer::KEY, "What the calendar of the venue says of the instant.");
/// Where a record is.
pub const AUDIT_INDEX: Key<Count> =
    Key::new("trading.audit.index", "The number of the record's entry in the audit trail.");
/// How many records may be lost.
pub const AUDIT_UNPROVEN: Key<Count> =
    Key::new("trading.audit.unproven", "The records that were appended and are not known to be durable.");
/// The hash of a record.
pub const AUDIT_LEAF_HASH: Key<Text> =
    Key::new("trading.audit.leaf_hash", "The hash of the record's entry, in hexadecimal.");
/// What a record is about.
pub const AUDIT_EVENT: Key<Choice<AuditEvent>> = Key::new(AuditEvent::KEY, "What the record is about.");
/// Whose history a record belongs to.
pub const AUDIT_ENTITY: Key<Text> = Key::new(
    "trading.audit.entity.id",
    "What the record belongs to: the first identifier of the order, or the trade without one.",
);
/// Why a record is not in the trail.
pub const AUDIT_FAILURE: Key<Choice<AuditFailure>> =
    Key::new(AuditFailure::KEY, "Why something is not in the audit trail.");
/// What was found wrong with a trail.
pub const TRAIL_FAULT: Key<Choice<TrailFault>> =
    Key::new(TrailFault::KEY, "What was found when the audit trail was checked.");
/// The regulation.
pub const REPORT_REGIME: Key<Choice<ReportRegime>> =
    Key::new(ReportRegime::KEY, "The regulation the report is made under.");
/// What became of a report.
pub const REPORT_STATUS: Key<Choice<ReportStatus>> =
    Key::new(ReportStatus::KEY, "What became of what was handed in to be reported.");

/// Something is in the audit trail.
pub const AUDIT_RECORDED: EventDef =
    EventDef::new("trading.audit.recorded", Severity::Info, "Something was appended to the audit trail.")
        .in_lane(Lane::Audit);
/// The audit trail failed with records on their way.
pub const AUDIT_LOST: EventDef = EventDef::new(
    "trading.audit.lost",
    Severity::Fatal,
    "The audit trail cannot be written any more; records that were appended last may be lost.",
)
.in_lane(Lane::Audit);
/// Something is not in the audit trail.
pub const AUDIT_NOT_RECORDED: EventDef = EventDef::new(
    "trading.audit.failed",
    Severity::Error,
    "Something that belongs into the audit trail is not there.",
)
.in_lane(Lane::Audit);
/// Surveillance found a reason to look.
pub const FLAGGED: EventDef = EventDef::new(
    "trading.compliance.flagged",
    Severity::Warn,
    "Surveillance found a reason to look at an order or a trade.",
)
.in_lane(Lane::Audit);

/// Flags raised, by rule and venue.
pub const COMPLIANCE_FLAGS: CounterDef<(FlagKind, Venue)> = CounterDef::new(
    "trading.compliance.flags",
    Unit::new("{flag}"),
    "Reasons to look at an order or a trade, by surveillance rule.",
);
/// Facts that surveillance was given.
pub const COMPLIANCE_FACTS: CounterDef<Judgement> = CounterDef::new(
    "trading.compliance.facts",
    Unit::new("{fact}"),
    "Facts that surveillance was given, by what it made of them.",
);
/// Questions to the calendars, by answer.
pub const SESSION_CHECKS: CounterDef<(SessionAnswer, Venue)> = CounterDef::new(
    "trading.compliance.session.checks",
    Unit::new("{check}"),
    "Orders and trades held against the sessions of their venue, by answer.",
);
/// What surveillance could not see.
pub const BLIND_SPOTS: CounterDef<BlindSpot> = CounterDef::new(
    "trading.compliance.blind_spots",
    Unit::new("{occurrence}"),
    "What surveillance could not see, or has forgotten because there was too much of it, by kind.",
);
/// Records appended to the audit trail.
pub const AUDIT_RECORDS: CounterDef<AuditEvent> =
    CounterDef::new("trading.audit.records", Unit::new("{record}"), "Records appended to the audit trail.");
/// Records that are not in the audit trail.
pub const AUDIT_FAILURES: CounterDef<AuditFailure> = CounterDef::new(
    "trading.audit.failures",
    Unit::new("{record}"),
    "Records that could not be appended to the audit trail.",
);
/// How long appending takes, the wait for room included.
pub const AUDIT_APPEND_DURATION: HistogramDef<()> = HistogramDef::new(
    "trading.audit.append.duration",
    Unit::SECONDS,
    "How long appending a record takes, the wait for room included and that for the disk not.",
);
/// The entries of the trail that are durable.
pub const AUDIT_TREE_SIZE: GaugeDef<()> = GaugeDef::new(
    "trading.audit.tree.size",
    Unit::new("{entry}"),
    "Durable entries of the audit trail, when it was last looked at.",
);
/// Checks of the trail that found something.
pub const AUDIT_VERIFICATION_FAILURES: CounterDef<TrailFault> = CounterDef::new(
    "trading.audit.verification.failures",
    Unit::new("{failure}"),
    "Checks of the audit trail that found it tampered with.",
);
/// What was handed in to be reported, by what became of it.
pub const REPORT_RECORDS: CounterDef<(ReportRegime, ReportStatus)> = CounterDef::new(
    "trading.report.records",
    Unit::new("{record}"),
    "What was handed in to be reported, by what became of it; what was queued is counted again when it leaves.",
);
/// Reports that wait.
pub const REPORTS_WAITING: GaugeDef<ReportRegime> =
    GaugeDef::new("trading.report.waiting", Unit::new("{record}"), "Reports that wait to be delivered.");
/// Reports that wait for too long.
pub const REPORTS_OVERDUE: GaugeDef<()> = GaugeDef::new(
    "trading.report.overdue",
    Unit::new("{record}"),
    "Transaction reports that wait although their deadline is over.",
);
/// Reports that were delivered too late.
pub const REPORTS_LATE: CounterDef<()> = CounterDef::new(
    "trading.report.late",
    Unit::new("{record}"),
    "Transaction reports that were delivered after their deadline.",
);
/// Deliveries that have to be tried again.
pub const REPORT_RETRIES: CounterDef<()> = CounterDef::new(
    "trading.report.retries",
    Unit::new("{attempt}"),
    "Deliveries of reports that have to be tried again.",
);

/// The names of the details of records: they stay in the trail, for as long as it is kept.
pub(crate) mod detail {
    macro_rules! details {
        ($($name:ident: $text:literal;)+) => {
            $(pub(crate) const $name: crate::audit::DetailName<'static> = crate::audit::DetailName($text);)+
        };
    }

    /// What the name of a trade's own history begins with.
    pub(crate) const OF_TRADE: &str = "trade:";

    details! {
        CLIENT_ID: "client_id";
        SYMBOL: "symbol";
        VENUE: "venue";
        SIDE: "side";
        ORDER_TYPE: "order_type";
        QUANTITY: "quantity";
        PRICE: "price";
        CURRENCY: "currency";
        TIME_IN_FORCE: "time_in_force";
        TRADER: "trader";
        TRADER_PSEUDONYM: "trader_pseudonym";
        EXEC_TYPE: "exec_type";
        STATUS: "status";
        EXEC_ID: "exec_id";
        ORDER_ID: "order_id";
        CUMULATIVE: "cumulative_quantity";
        CANCEL_REASON: "cancel_reason";
        CANCEL_REJECT_REASON: "cancel_reject_reason";
        REJECT_REASON: "reject_reason";
        VIOLATION: "violation";
        TRADE_ID: "trade_id";
        TRADE_QUANTITY: "trade_quantity";
        TRADE_PRICE: "trade_price";
        NOTIONAL: "notional";
        LIQUIDITY: "liquidity";
        SESSION: "session_phase";
    }
}

macro_rules! alert_texts {
    ($($name:ident, $means:ident: $text:literal, $meaning:literal;)+) => {
        $(pub(crate) const $name: &str = $text; pub(crate) const $means: &str = $meaning;)+
    };
}

alert_texts! {
    AUDIT_BROKEN, AUDIT_BROKEN_MEANS: "trading_audit_broken",
        "Records do not reach the audit trail: what happens now cannot be proven later, so stop trading or repair the trail.";
    AUDIT_TAMPERED, AUDIT_TAMPERED_MEANS: "trading_audit_tampered",
        "A check found that the audit trail is not what was signed: keep its files as they are, and find out who wrote them.";
    REPORTS_LATE_ALERT, REPORTS_LATE_MEANS: "trading_reports_overdue",
        "Reports to the regulator wait although their deadline is over: the sink does not take them.";
    CALENDAR_EXPIRED, CALENDAR_EXPIRED_MEANS: "trading_session_calendar_expired",
        "The calendar of a venue has expired, so nobody notices orders outside of its sessions: load a newer one.";
    UNDETERMINED, UNDETERMINED_MEANS: "trading_flag_large_trade_undetermined",
        "Nobody can say whether a trade is large: its currency or an exchange rate is missing.";
}

macro_rules! flag_alert_names {
    ($($name:ident: $text:literal;)+) => { $(pub(crate) const $name: &str = $text;)+ };
}

flag_alert_names! {
    FLAG_LARGE_TRADE: "trading_flag_large_trade";
    FLAG_OUTSIDE_SESSION: "trading_flag_outside_session";
    FLAG_HFT_MESSAGE_RATE: "trading_flag_hft_message_rate";
    FLAG_WASH_TRADE: "trading_flag_wash_trade";
    FLAG_LAYERING: "trading_flag_layering";
    FLAG_SPOOFING: "trading_flag_spoofing";
    FLAG_QUOTE_STUFFING: "trading_flag_quote_stuffing";
    FLAG_MARKING_THE_CLOSE: "trading_flag_marking_the_close";
    FLAG_ORDER_TO_TRADE_RATIO: "trading_flag_order_to_trade_ratio";
    FLAG_CLOCK_DIVERGENCE: "trading_flag_clock_divergence";
}
