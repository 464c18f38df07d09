//! Stock that is being set aside.

use std::mem;

use otel_core::Span;

use super::current::can_be_current;
use super::ending::Ending;
use crate::conventions::{self, inventory as said, order};
use crate::ids::{CheckoutId, OrderId};
use crate::invalid::{Field, Invalid};
use crate::inventory::Line;
use crate::labels::{InventoryFailure, ReservationResult};
use crate::observability::Observability;

/// Stock that is being set aside: span `reserve_inventory`.
///
/// It is counted in `ecommerce.inventory.reservations`, in `{reservation}`; one that is dropped was abandoned,
/// and one that is dropped by a panic has failed.
#[derive(Debug)]
#[must_use = "a reservation that is dropped at once counts as abandoned; bind the guard and end it"]
pub struct ReservationSpan<'a> {
    shop: &'a Observability,
    span: Span,
    wanted: u64,
    reserved: u64,
    result: ReservationResult,
    failure: Option<InventoryFailure>,
}

impl<'a> ReservationSpan<'a> {
    pub(crate) fn begin(shop: &'a Observability, span: Span) -> Self {
        let result = ReservationResult::Abandoned;
        Self { shop, span, wanted: 0, reserved: 0, result, failure: None }
    }

    /// Says which order it is for.
    ///
    /// # Errors
    ///
    /// When the identifier is empty; then nothing is set.
    pub fn set_order(&mut self, order: OrderId<'_>) -> Result<&mut Self, Invalid> {
        Invalid::unless_there(order.0, Field::Order)?;
        self.span.set(&conventions::ORDER_ID, order.0);
        Ok(self)
    }

    /// Says which checkout it is for, where there is no order yet.
    ///
    /// # Errors
    ///
    /// When the identifier is empty; then nothing is set.
    pub fn set_checkout(&mut self, checkout: CheckoutId<'_>) -> Result<&mut Self, Invalid> {
        Invalid::unless_there(checkout.0, Field::Checkout)?;
        self.span.set(&order::CHECKOUT_ID, checkout.0);
        Ok(self)
    }

    /// One product was looked after. If it was short: event `ecommerce.inventory.ran_short`, and what is missing is
    /// counted in `ecommerce.inventory.shortage`, in `{piece}`.
    pub fn line_reserved(&mut self, line: &Line<'_>) {
        self.wanted = self.wanted.saturating_add(line.wanted().into());
        self.reserved = self.reserved.saturating_add(line.reserved().into());
        if line.missing() > 0 {
            self.shop.metrics().stock_ran_short(line);
            let event = self.span.event(&said::RAN_SHORT).set(&said::PRODUCT_ID, line.product().0);
            event
                .set(&said::WANTED, line.wanted().into())
                .set(&said::SET_ASIDE, line.reserved().into())
                .emit();
        }
    }

    /// Ends it with what became of all its lines; without any, nobody said.
    pub fn finish(mut self) -> ReservationResult {
        self.result = match (self.wanted, self.reserved) {
            (0, _) => ReservationResult::Abandoned,
            (_, 0) => ReservationResult::OutOfStock,
            (wanted, reserved) if reserved < wanted => ReservationResult::Partial,
            _ => ReservationResult::Reserved,
        };
        self.result
    }

    /// Ends it as one that could not be made.
    pub fn failed(mut self, failure: InventoryFailure) {
        self.result = ReservationResult::Failed;
        self.failure = Some(failure);
    }
}

can_be_current!(ReservationSpan<'_>, span);

impl Drop for ReservationSpan<'_> {
    fn drop(&mut self) {
        let panics = self.result == ReservationResult::Abandoned && std::thread::panicking();
        if panics {
            self.result = ReservationResult::Failed;
        }
        self.shop.metrics().stock_reserved(self.result);
        let mut span = mem::take(&mut self.span);
        span.set(&said::RESULT, self.result)
            .set(&said::WANTED, self.wanted)
            .set(&said::SET_ASIDE, self.reserved);
        if panics {
            // The span ends itself with what it knows of panics.
            return;
        }
        match (self.failure, self.result) {
            (Some(failure), _) => Ending::of(failure.as_str(), true),
            (None, ReservationResult::Reserved) => Ending::Well,
            (None, result) => Ending::of(result.as_str(), false),
        }
        .end(span);
    }
}
