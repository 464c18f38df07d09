//! How the money of an order is given back.

use otel_ecommerce::ids::{OrderId, RefundId};
use otel_ecommerce::labels::{Channel, OrderStatus, ReleaseReason};
use otel_ecommerce::order::{NewOrder, Progress};

use super::ledger::{Placed, Status};
use super::{Orders, told};
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::within::within;

impl Orders {
    pub(super) async fn give_back(&self, visitor: &Visitor, id: &str) -> Result<(), Refusal> {
        let placed = self.ledger.find(visitor, id).await?;
        if !placed.is_paid {
            return Err(Refusal::Conflict);
        }
        let Placed { total, pieces, payment, .. } = &placed;
        let new = NewOrder::new(OrderId(id), Channel::Web, *total, *pieces)?.with_user(visitor.pseudonym);
        let unpaid = Progress::unpaid(OrderStatus::Processing, &new);
        let paid = Progress { authorized: *total, captured: *total, ..unpaid };
        let mut order = self.observability.track_order_midway(&new, &paid, None)?;
        within(order.context(), self.settle_refund(visitor, id, &placed)).await?;
        told(order.order_refunded(RefundId(payment), *total));
        told(order.order_cancelled(None));
        self.figures.refunded(OrderId(id), *total);
        Ok(())
    }

    /// Of two that come at the same time one goes on; and where the payment service fails, it can be tried again.
    async fn settle_refund(&self, visitor: &Visitor, id: &str, placed: &Placed) -> Result<(), Refusal> {
        self.ledger.come(id, Status::Paid, Status::Refunding).await?;
        if let Err(unpaid) = self.repay(visitor, OrderId(id), &placed.payment, placed.total).await {
            self.ledger.come(id, Status::Refunding, Status::Paid).await?;
            return Err(unpaid.into());
        }
        for line in self.ledger.refunded(id).await?.iter().filter_map(|item| item.line().ok()) {
            self.observability.inventory_released(&line, ReleaseReason::Cancelled);
        }
        Ok(())
    }
}
