//! What the tape says: the events of orders that are followed, and when their messages were received.

use otel_core::{EventDef, Key, Time};

use crate::labels::ExecType;

/// When a message was received.
pub const RECEIVE_TIME: Key<Time> = Key::new(
    "trading.event.receive_time",
    "When the message about it was received, in nanoseconds since the Unix epoch.",
);

/// The event of what happened to an order: the one that an [`OrderSpan`](crate::OrderSpan) emits of it, but that this
/// cannot tell an order that is resumed from one that is triggered, because FIX does not.
pub const fn event_of(exec_type: ExecType) -> EventDef {
    match exec_type {
        ExecType::Submitted => super::SUBMITTED,
        ExecType::PendingNew => super::PENDING_NEW,
        ExecType::New => super::ACKNOWLEDGED,
        ExecType::PartialFill => super::PARTIALLY_FILLED,
        ExecType::Fill => super::FILLED,
        ExecType::DoneForDay => super::DONE_FOR_DAY,
        ExecType::PendingCancel => super::CANCEL_REQUESTED,
        ExecType::Canceled => super::CANCELED,
        ExecType::PendingReplace => super::REPLACE_REQUESTED,
        ExecType::Replaced => super::REPLACED,
        ExecType::CancelRejected => super::CANCEL_REJECTED,
        ExecType::Rejected => super::REJECTED,
        ExecType::Stopped => super::STOPPED,
        ExecType::Suspended => super::SUSPENDED,
        ExecType::Expired => super::EXPIRED,
        ExecType::Restated => super::RESTATED,
        ExecType::TradeCorrect => super::TRADE_CORRECTED,
        ExecType::TradeCancel => super::TRADE_BUSTED,
        ExecType::Triggered => super::TRIGGERED,
        ExecType::Calculated => super::CALCULATED,
    }
}
