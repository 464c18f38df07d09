//! The surveillance rules: what they are called, their versions, levels, and the provisions behind them.

use otel_core::AlertLevel;

use crate::compliance::flags::FlagRule;
use crate::labels::FlagKind;

/// A trade is worth more than a threshold: the one rule here that no regulation has.
pub const LARGE_TRADE: FlagRule = FlagRule::new(
    FlagKind::LargeTrade,
    AlertLevel::Medium,
    "House rule: 1,000,000 in the reporting currency, or a threshold of the currency or instrument",
    "An execution is worth more than a threshold, or nobody can say whether it is.",
);
/// An order or a trade came when its venue was closed.
pub const OUTSIDE_SESSION: FlagRule = FlagRule::new(
    FlagKind::OutsideSession,
    AlertLevel::Medium,
    "The trading hours of the venue",
    "An order or a trade came outside of the sessions of its venue.",
);
/// Messages come at the rate of high-frequency trading.
pub const HFT_MESSAGE_RATE: FlagRule = FlagRule::new(
    FlagKind::HftMessageRate,
    AlertLevel::Medium,
    "Reg. (EU) 2017/565 Art. 19(1)",
    "A participant's messages reach the average of a high-frequency algorithmic trading technique.",
);
/// One owner trades with themselves.
pub const WASH_TRADE: FlagRule = FlagRule::new(
    FlagKind::WashTrade,
    AlertLevel::High,
    "Reg. (EU) 2016/522 Annex II Section 1(3)(a) and (c)",
    "One owner is on both sides of a trade, or executions undo one another time and again.",
);
/// Orders on many levels are withdrawn once the other side was executed.
pub const LAYERING: FlagRule = FlagRule::new(
    FlagKind::Layering,
    AlertLevel::High,
    "Reg. (EU) 2016/522 Annex II Section 1(5)(e)",
    "Orders on several levels are withdrawn soon after an execution on the other side.",
);
/// A few large orders are withdrawn once the other side was executed.
pub const SPOOFING: FlagRule = FlagRule::new(
    FlagKind::Spoofing,
    AlertLevel::High,
    "Reg. (EU) 2016/522 Annex II Section 1(5)(e) and (6)(a)",
    "Large orders are withdrawn soon after an execution on the other side, again and again.",
);
/// A burst of messages nobody can trade with.
pub const QUOTE_STUFFING: FlagRule = FlagRule::new(
    FlagKind::QuoteStuffing,
    AlertLevel::High,
    "Reg. (EU) 2016/522 Annex II Section 1(4)(e)",
    "Many times the usual messages, nearly all of them taken back at once.",
);
/// Trading before the close moves the price.
pub const MARKING_THE_CLOSE: FlagRule = FlagRule::new(
    FlagKind::MarkingTheClose,
    AlertLevel::High,
    "Reg. (EU) 2016/522 Annex II Section 1(5)(d)",
    "One owner makes up much of the trading before the close, and the price goes their way.",
);
/// Many orders for each trade.
pub const ORDER_TO_TRADE_RATIO: FlagRule = FlagRule::new(
    FlagKind::OrderToTradeRatio,
    AlertLevel::Medium,
    "Reg. (EU) 2017/566 Art. 3",
    "The ratio of unexecuted orders to transactions exceeds what the venue allows.",
);
/// A clock is not good enough.
pub const CLOCK_DIVERGENCE: FlagRule = FlagRule::new(
    FlagKind::ClockDivergence,
    AlertLevel::High,
    "Reg. (EU) 2017/574 Art. 2 and 3 and Annex",
    "A record was stamped by a clock further from UTC, or coarser, than its activity allows.",
);
/// Every surveillance rule, in the order of [`FlagKind::ALL`].
pub const FLAG_RULES: &[FlagRule] = &[
    LARGE_TRADE,
    OUTSIDE_SESSION,
    HFT_MESSAGE_RATE,
    WASH_TRADE,
    LAYERING,
    SPOOFING,
    QUOTE_STUFFING,
    MARKING_THE_CLOSE,
    ORDER_TO_TRADE_RATIO,
    CLOCK_DIVERGENCE,
];
