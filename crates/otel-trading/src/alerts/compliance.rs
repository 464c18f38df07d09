//! What a compliance officer wants to be woken up for.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::compliance::flags::{Evidence, Flag, FlagRule};
use crate::conventions::{compliance as said, flags};
use crate::labels::{FlagKind, SessionAnswer};

/// Records are missing in the audit trail.
pub(crate) const AUDIT_BROKEN: AlertRule = AlertRule::new(
    said::AUDIT_BROKEN,
    AlertLevel::Critical,
    Condition::Rate {
        series: Series::all(said::AUDIT_FAILURES.facts()),
        window: WINDOW,
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::AUDIT_BROKEN_MEANS,
);
/// The audit trail is not what was signed.
pub(crate) const AUDIT_TAMPERED: AlertRule = AlertRule::new(
    said::AUDIT_TAMPERED,
    AlertLevel::Critical,
    Condition::Rate {
        series: Series::all(said::AUDIT_VERIFICATION_FAILURES.facts()),
        window: WINDOW,
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::AUDIT_TAMPERED_MEANS,
);
/// Reports are late.
pub(crate) const REPORTS_OVERDUE: AlertRule = AlertRule::new(
    said::REPORTS_LATE_ALERT,
    AlertLevel::High,
    Condition::Value { series: Series::all(said::REPORTS_OVERDUE.facts()), limit: Limit::above(0.0) },
    Duration::ZERO,
    said::REPORTS_LATE_MEANS,
);
/// A calendar needs new data.
pub(crate) const CALENDAR_EXPIRED: AlertRule = AlertRule::new(
    said::CALENDAR_EXPIRED,
    AlertLevel::Medium,
    Condition::Rate {
        series: Series::all(said::SESSION_CHECKS.facts())
            .only(&[Matching::new(SessionAnswer::KEY, SessionAnswer::Expired.as_str())]),
        window: WINDOW,
        limit: Limit::above(0.0),
    },
    Duration::ZERO,
    said::CALENDAR_EXPIRED_MEANS,
);

macro_rules! flag_alerts {
    ($($kind:ident: $rule:ident, $name:ident;)+) => {
        $(
            #[doc = "The alert of this surveillance rule."]
            pub(crate) const $rule: AlertRule = flagged(&flags::$rule, said::$name);
        )+

        /// The alert of a surveillance rule.
        const fn of(kind: FlagKind) -> &'static AlertRule {
            match kind {
                $(FlagKind::$kind => &$rule,)+
            }
        }
    };
}

flag_alerts! {
    LargeTrade: LARGE_TRADE, FLAG_LARGE_TRADE;
    OutsideSession: OUTSIDE_SESSION, FLAG_OUTSIDE_SESSION;
    HftMessageRate: HFT_MESSAGE_RATE, FLAG_HFT_MESSAGE_RATE;
    WashTrade: WASH_TRADE, FLAG_WASH_TRADE;
    Layering: LAYERING, FLAG_LAYERING;
    Spoofing: SPOOFING, FLAG_SPOOFING;
    QuoteStuffing: QUOTE_STUFFING, FLAG_QUOTE_STUFFING;
    MarkingTheClose: MARKING_THE_CLOSE, FLAG_MARKING_THE_CLOSE;
    OrderToTradeRatio: ORDER_TO_TRADE_RATIO, FLAG_ORDER_TO_TRADE_RATIO;
    ClockDivergence: CLOCK_DIVERGENCE, FLAG_CLOCK_DIVERGENCE;
}

/// A trade that may be large.
pub(crate) const LARGE_TRADE_UNDETERMINED: AlertRule =
    AlertRule::new(said::UNDETERMINED, AlertLevel::Low, OBSERVED, Duration::ZERO, said::UNDETERMINED_MEANS);

/// The alert of a flag: one of the flag's own level.
pub(crate) const fn alert_of(flag: &Flag) -> &'static AlertRule {
    match flag.evidence {
        Evidence::LargeTradeUndetermined { .. } => &LARGE_TRADE_UNDETERMINED,
        _ => of(flag.rule.kind),
    }
}

const fn flagged(rule: &FlagRule, name: &'static str) -> AlertRule {
    AlertRule::new(name, rule.level, OBSERVED, Duration::ZERO, rule.description)
}

/// A flag is news for a while: what goes on is flagged again.
const OBSERVED: Condition = Condition::Observed { limit: Limit::above(0.0), holds_for: WINDOW };

const WINDOW: Duration = Duration::from_secs(5 * 60);
