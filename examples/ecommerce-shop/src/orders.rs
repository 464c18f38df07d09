//! Orders: bought once, paid or given back, refunded once.

mod ledger;
mod payment;
mod purchase;
mod refund;
mod turns;

use std::sync::Arc;

use otel_core::{Context, PseudonymKey};
use otel_ecommerce::order::Answer;
use otel_ecommerce::{AnomalyDetector, Observability};

use crate::cart::Carts;
use crate::clock::Clock;
use crate::key_figures::KeyFigures;
use crate::payments::{Card, Issuer};
use crate::refusal::Refusal;
use crate::sessions::Visitor;
use crate::within::within;
use crate::words;
pub(crate) use ledger::Ledger;
pub(crate) use turns::Turns;

/// Sells what is in carts.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    pub(crate) observability: Observability,
    pub(crate) figures: KeyFigures,
    pub(crate) detector: AnomalyDetector,
    pub(crate) issuer: Arc<Issuer>,
    pub(crate) carts: Carts,
    pub(crate) ledger: Ledger,
    pub(crate) turns: Turns,
    pub(crate) key: PseudonymKey,
    pub(crate) clock: Clock,
}

impl Orders {
    /// Buys what is in somebody's cart. The same key gets the same answer, whatever comes with it.
    pub(crate) async fn buy(
        &self,
        visitor: Visitor,
        key: String,
        card: Card,
    ) -> Result<words::Order, Refusal> {
        let orders = self.clone();
        seen_through(async move { orders.purchase(&visitor, &key, &card).await }).await
    }

    /// Gives all money of an order back, once.
    pub(crate) async fn refund(&self, visitor: Visitor, order: String) -> Result<(), Refusal> {
        let orders = self.clone();
        seen_through(async move { orders.give_back(&visitor, &order).await }).await
    }
}

/// Does something to its end, even if nobody waits for it any more. A server drops the work for a client that hangs up;
/// what has taken stock or money may not end there.
async fn seen_through<T: Send + 'static>(
    work: impl Future<Output = Result<T, Refusal>> + Send + 'static,
) -> Result<T, Refusal> {
    let task = tokio::spawn(within(Context::current(), work));
    // A panic is told by the spans that it passed.
    task.await.unwrap_or(Err(Refusal::Unavailable))
}

/// What the life of an order does not believe, it counts and tells itself.
fn told(_: Answer) {}
