//! How a cart becomes an order.

use otel_ecommerce::OrderSpan;
use otel_ecommerce::ids::{CartId, OrderId, RefundId};
use otel_ecommerce::labels::{Channel, FunnelStep, OrderFailure, ReleaseReason};
use otel_ecommerce::order::NewOrder;

use super::ledger::Claim;
use super::{Orders, told};
use crate::cart::Contents;
use crate::names::name;
use crate::payments::Card;
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::within::within;
use crate::words;

/// An order that is about to be made.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: String,
    pub(super) contents: Contents,
}

impl Orders {
    pub(super) async fn purchase(
        &self,
        visitor: &Visitor,
        key: &str,
        card: &Card,
    ) -> Result<words::Order, Refusal> {
        let _turn = self.turns.take(&visitor.session).await;
        let id = name()?;
        if let Claim::Made(answer) = self.ledger.claim(&visitor.session, key, &id).await? {
            return answer;
        }
        let answer = self.sell(visitor, key, card, id).await;
        // What was sold is sold, whether or not the answer can be kept: the span of the statement says that it was not.
        _ = self.ledger.settle((&visitor.session, key), &answer).await;
        answer
    }

    async fn sell(
        &self,
        visitor: &Visitor,
        key: &str,
        card: &Card,
        id: String,
    ) -> Result<words::Order, Refusal> {
        let contents = self.carts.filled(&visitor.session).await?;
        self.figures.came_to(visitor, FunnelStep::AddPaymentInfo);
        self.figures.cart_is(visitor, &contents, FunnelStep::AddPaymentInfo);
        let draft = Draft { id, contents };
        let Draft { id, contents } = &draft;
        let new = NewOrder::new(OrderId(id), Channel::Web, contents.total, contents.pieces)?;
        let new = new.with_user(visitor.pseudonym).with_cart(CartId(&visitor.session))?;
        let mut order = self.observability.track_order_processing(&new);
        let sold = within(order.context(), self.process(visitor, &draft, key, card, &mut order)).await;
        match sold {
            Ok(()) => {
                told(order.order_completed());
                self.figures.sold(visitor, OrderId(id), contents.total);
                Ok(words::Order { order: id.clone(), total: words::Price::of(contents.total) })
            }
            Err((failure, refusal)) => {
                told(order.order_cancelled(Some(failure)));
                Err(refusal)
            }
        }
    }

    /// Sets the pieces aside, takes the money, and writes that down. What fails leaves nothing behind.
    async fn process(
        &self,
        visitor: &Visitor,
        draft: &Draft,
        key: &str,
        card: &Card,
        order: &mut OrderSpan,
    ) -> Result<(), (OrderFailure, Refusal)> {
        let internal = |refusal| (OrderFailure::Internal, refusal);
        let address = self.carts.address(&visitor.session).await.map_err(|error| internal(error.into()))?;
        self.ledger.place(&self.observability, visitor, draft, address).await.map_err(|refusal| {
            let is_short = refusal == Refusal::OutOfStock;
            (if is_short { OrderFailure::OutOfStock } else { OrderFailure::Internal }, refusal)
        })?;
        let paid = match self.pay(visitor, draft, key, card, order).await {
            Ok(payment) => match self.ledger.paid(&draft.id, &payment).await {
                Ok(()) => return Ok(()),
                Err(refusal) => {
                    // Nobody would know what this money is for.
                    let total = draft.contents.total;
                    if self.repay(visitor, OrderId(&draft.id), &payment, total).await.is_ok() {
                        told(order.order_refunded(RefundId(&payment), total));
                    }
                    internal(refusal)
                }
            },
            Err(failed) => (failed.of_the_order(), failed.into()),
        };
        self.release(&visitor.session, draft).await;
        Err(paid)
    }

    /// Gives up the orders that a process died over. Whether money was taken for them, a shop has to ask its payment service
    /// first; the simulated one died with the process.
    pub(crate) async fn give_up_forgotten(&self) -> Result<(), Refusal> {
        for (draft, session) in self.ledger.forgotten().await? {
            self.release(&session, &draft).await;
        }
        Ok(())
    }

    /// Makes the pieces of an order that came to nothing available again.
    async fn release(&self, session: &str, draft: &Draft) {
        // Where that fails, the span of the statement says so, and the order stays as one that is reserved.
        if self.ledger.give_up(session, draft).await.is_ok() {
            for line in draft.contents.items.iter().filter_map(|item| item.line().ok()) {
                self.observability.inventory_released(&line, ReleaseReason::Unpaid);
            }
        }
    }
}
