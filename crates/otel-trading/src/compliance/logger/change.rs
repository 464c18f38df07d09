//! What happened to an order, as the trail keeps it.

use crate::compliance::flags::Action;
use crate::compliance::logger::orders::Traits;
use crate::ids::ClientOrderId;
use crate::labels::{CancelReason, CancelRejectReason, ExecType, OrderStatus, RejectReason};
use crate::lifecycle::Answer;
use crate::order::Report;
use crate::quantity::{Price, Quantity};

/// Something that happened to an order.
#[derive(Clone, Copy, Debug)]
pub struct StatusChange<'a> {
    /// The order, by any of its owner's identifiers.
    pub order: ClientOrderId<'a>,
    /// What happened.
    pub exec_type: ExecType,
    /// What the order is at now.
    pub status: OrderStatus,
    /// What its owner calls it from now on, when it was replaced.
    pub replacement: Option<ClientOrderId<'a>>,
    /// The quantity of this execution, or that of the order when it was replaced.
    pub quantity: Option<Quantity>,
    /// The price of this execution, or the limit of the order when it was replaced.
    pub price: Option<Price>,
    /// The quantity executed so far.
    pub cumulative: Option<Quantity>,
    /// Why it was cancelled.
    pub cancel_reason: Option<CancelReason>,
    /// Why a cancellation or a replacement was refused.
    pub cancel_reject_reason: Option<CancelRejectReason>,
    /// Why it was refused.
    pub reject_reason: Option<RejectReason>,
    /// What the order's life cycle made of it.
    pub answer: Answer,
    /// What else the message says.
    pub report: Report<'a>,
}

impl<'a> StatusChange<'a> {
    /// Something with what every change has.
    pub fn new(order: ClientOrderId<'a>, exec_type: ExecType, status: OrderStatus) -> Self {
        Self {
            order,
            exec_type,
            status,
            replacement: None,
            quantity: None,
            price: None,
            cumulative: None,
            cancel_reason: None,
            cancel_reject_reason: None,
            reject_reason: None,
            answer: Answer::Illustrated,
            report: Report::default(),
        }
    }

    /// Whether it is not believed.
    pub(super) const fn is_refused(&self) -> bool {
        matches!(self.answer, Answer::Refused(_))
    }

    /// Whether it changes what the order asks for.
    pub(super) fn is_replacement(&self) -> bool {
        self.exec_type == ExecType::Replaced
    }

    /// What it is to surveillance, if it is anything: executions are trades, and told as such.
    pub(super) fn action(&self) -> Option<Action> {
        let reason = match self.exec_type {
            ExecType::Replaced => return Some(Action::Replaced { price: self.price }),
            ExecType::Canceled => self.cancel_reason.unwrap_or(CancelReason::Other),
            // The participant sent no message for these, so they are none to it.
            ExecType::Expired | ExecType::DoneForDay => CancelReason::TimeInForce,
            ExecType::Rejected => CancelReason::Unsolicited,
            _ => return None,
        };
        Some(Action::Cancelled { reason })
    }

    /// How much of the order it is about: what is open after a replacement, or what was open before it ended.
    pub(super) fn judged_quantity(&self, traits: &Traits) -> Option<Quantity> {
        let ordered = self.quantity.filter(|_| self.is_replacement()).unwrap_or(traits.ordered);
        let executed = self.cumulative.unwrap_or(traits.cumulative).max(traits.cumulative);
        ordered.checked_sub(executed).filter(|open| *open > Quantity::ZERO)
    }

    /// Takes note of what the order is now.
    pub(super) fn update(&self, traits: &mut Traits) {
        if self.is_replacement() {
            traits.ordered = self.quantity.unwrap_or(traits.ordered);
        }
        traits.cumulative = self.cumulative.unwrap_or(traits.cumulative);
    }
}
