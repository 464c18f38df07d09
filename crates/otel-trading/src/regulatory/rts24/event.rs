//! From what FIX says of an order to field 21.

use super::OrderEvent;
use crate::labels::ExecType;

/// Whose doing it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows three")]
pub enum Origin {
    /// The member's or participant's.
    Member,
    /// The market's own systems'.
    Automatic,
    /// Somebody's at the market.
    Human,
}

/// The event of field 21 for a report of FIX, by whose doing it was; `None` for what RTS 24 records no event for:
/// requests that are pending or refused, reports that only repeat, and busts, which concern the transaction.
pub const fn order_event(exec_type: ExecType, origin: Origin) -> Option<OrderEvent> {
    Some(match (exec_type, origin) {
        (ExecType::New, _) => OrderEvent::New,
        (ExecType::PartialFill, _) => OrderEvent::PartiallyFilled,
        (ExecType::Fill, _) => OrderEvent::Filled,
        (ExecType::Triggered, _) => OrderEvent::Triggered,
        (ExecType::Rejected, _) => OrderEvent::Rejected,
        (ExecType::Expired, _) => OrderEvent::Expired,
        (ExecType::Canceled, Origin::Member) => OrderEvent::CancelledByMember,
        (ExecType::Canceled, _) => OrderEvent::CancelledByMarket,
        (ExecType::Replaced | ExecType::Restated, Origin::Human) => OrderEvent::ReplacedByHand,
        (ExecType::Replaced, Origin::Member) => OrderEvent::ReplacedByMember,
        (ExecType::Replaced, Origin::Automatic) => OrderEvent::ReplacedAutomatically,
        (ExecType::Restated, Origin::Automatic) => OrderEvent::ReplacedAutomatically,
        (ExecType::Suspended | ExecType::Stopped, Origin::Member) => OrderEvent::ChangedByMember,
        (ExecType::Suspended | ExecType::Stopped, Origin::Automatic) => OrderEvent::ChangedAutomatically,
        (ExecType::Suspended | ExecType::Stopped, Origin::Human) => OrderEvent::ChangedByHand,
        (
            ExecType::Submitted
            | ExecType::PendingNew
            | ExecType::DoneForDay
            | ExecType::PendingCancel
            | ExecType::PendingReplace
            | ExecType::CancelRejected
            | ExecType::TradeCorrect
            | ExecType::TradeCancel
            | ExecType::Restated
            | ExecType::Calculated,
            _,
        ) => return None,
    })
}
