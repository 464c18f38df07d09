//! Where an application starts.

use std::sync::Arc;

use otel_core::{Context, Pseudonym, Sensitive, Span, SpanDef, Telemetry};

use crate::charge::Charge;
use crate::conventions::{self, inventory as stock, search, user};
use crate::invalid::Invalid;
use crate::inventory::Line;
use crate::labels::{Action, RegistrationSource, ReleaseReason, SearchType};
use crate::metrics::Metrics;
use crate::order::{NewOrder, Progress};
use crate::spans::{
    ActionSpan, OrderSpan, PaymentKind, PaymentSpan, RegistrationSpan, ReservationSpan, SearchSpan,
};

/// The shop's telemetry: what people do, orders, payments, stock and searches.
///
/// Make one where the application starts, and pass it on. Clones are cheap and share everything.
#[doc(alias = "ECommerceObservability")]
#[derive(Clone, Debug)]
pub struct Observability {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    metrics: Metrics,
}

impl Observability {
    /// The shop's telemetry of a pipeline.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let metrics = Metrics::new(&telemetry);
        Self { parts: Arc::new(Parts { telemetry, metrics }) }
    }

    /// The instruments, for facts that no span stands for.
    pub fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }

    /// Follows something that somebody does: span `user_action`, under the span that is current on this thread.
    #[inline]
    pub fn track_user_action(&self, user: Pseudonym, action: Action) -> ActionSpan<'_> {
        ActionSpan::begin(self, self.telemetry().span(&user::USER_ACTION), user, action)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    #[inline]
    pub fn track_user_action_in(&self, user: Pseudonym, action: Action, parent: &Context) -> ActionSpan<'_> {
        let span = self.telemetry().span_in(&user::USER_ACTION, parent);
        ActionSpan::begin(self, span, user, action)
    }

    /// Follows an order from its beginning: span `process_order`, under the span that is current on this thread. It is
    /// counted as one that has to be paid for.
    ///
    /// Call it once for an order: nobody remembers all orders, so one that begins twice is counted twice. Where an order is
    /// begun again, as by a request that is retried or a message that is delivered twice, it is met
    /// [midway](Self::track_order_midway) the second time, with what was kept of it.
    pub fn track_order_processing(&self, order: &NewOrder<'_>) -> OrderSpan {
        OrderSpan::begin(self, order, self.telemetry().span(&conventions::order::PROCESS_ORDER))
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn track_order_processing_in(&self, order: &NewOrder<'_>, parent: &Context) -> OrderSpan {
        let span = self.telemetry().span_in(&conventions::order::PROCESS_ORDER, parent);
        OrderSpan::begin(self, order, span)
    }

    /// Follows an order from the middle of its life: after a restart, or where another process began it. With a link to
    /// the span it began with, where that is known.
    ///
    /// What happened before is neither counted nor timed, and known again if it is told again, as far as the progress says
    /// what was [told](Progress::told).
    ///
    /// # Errors
    ///
    /// When it cannot have come so far: see [`Lifecycle::midway`](crate::order::Lifecycle::midway).
    pub fn track_order_midway(
        &self,
        order: &NewOrder<'_>,
        progress: &Progress,
        origin: Option<&Context>,
    ) -> Result<OrderSpan, Invalid> {
        OrderSpan::midway(self, order, progress, origin)
    }

    /// Follows the authorisation of a payment: span `authorize_payment`, of the kind client.
    pub fn authorize_payment<'a>(&'a self, charge: &Charge<'a>) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Authorize, None)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn authorize_payment_in<'a>(&'a self, charge: &Charge<'a>, parent: &Context) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Authorize, Some(parent))
    }

    /// Follows how what is authorised is taken: span `capture_payment`, of the kind client.
    pub fn capture_payment<'a>(&'a self, charge: &Charge<'a>) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Capture, None)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn capture_payment_in<'a>(&'a self, charge: &Charge<'a>, parent: &Context) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Capture, Some(parent))
    }

    /// Follows how money is given back: span `refund_payment`, of the kind client.
    pub fn refund_payment<'a>(&'a self, charge: &Charge<'a>) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Refund, None)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn refund_payment_in<'a>(&'a self, charge: &Charge<'a>, parent: &Context) -> PaymentSpan<'a> {
        self.payment(charge, PaymentKind::Refund, Some(parent))
    }

    /// Follows how stock is set aside: span `reserve_inventory`.
    pub fn reserve_inventory(&self) -> ReservationSpan<'_> {
        ReservationSpan::begin(self, self.span(&stock::RESERVE_INVENTORY, None))
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn reserve_inventory_in(&self, parent: &Context) -> ReservationSpan<'_> {
        ReservationSpan::begin(self, self.span(&stock::RESERVE_INVENTORY, Some(parent)))
    }

    /// Pieces that were set aside are for sale again: event `ecommerce.inventory.released`, counter
    /// `ecommerce.inventory.releases`.
    pub fn inventory_released(&self, line: &Line<'_>, reason: ReleaseReason) {
        self.metrics().stock_released(line, reason);
        let event = self.telemetry().event(&stock::RELEASED).set(&stock::PRODUCT_ID, line.product().0);
        event.set(&stock::FREED, line.reserved().into()).set(&stock::RELEASE_REASON, reason).emit();
    }

    /// Follows a search of the catalogue: span `search_catalog`.
    ///
    /// Of the query only its length leaves. What people search for tells of their health, their faith and their plans,
    /// and no guard can know which words do.
    pub fn search_catalog(&self, kind: SearchType, query: Sensitive<&str>) -> SearchSpan {
        SearchSpan::begin(self.span(&search::SEARCH_CATALOG, None), kind, query)
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn search_catalog_in(
        &self,
        kind: SearchType,
        query: Sensitive<&str>,
        parent: &Context,
    ) -> SearchSpan {
        SearchSpan::begin(self.span(&search::SEARCH_CATALOG, Some(parent)), kind, query)
    }

    /// Follows how an account is opened: span `create_user`.
    pub fn create_user(&self, source: RegistrationSource) -> RegistrationSpan<'_> {
        RegistrationSpan::begin(self, source, self.span(&user::CREATE_USER, None))
    }

    /// The same, under the span of `parent`; an empty context makes it a root.
    pub fn create_user_in(&self, source: RegistrationSource, parent: &Context) -> RegistrationSpan<'_> {
        RegistrationSpan::begin(self, source, self.span(&user::CREATE_USER, Some(parent)))
    }

    #[inline]
    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.parts.telemetry
    }

    fn payment<'a>(
        &'a self,
        charge: &Charge<'a>,
        kind: PaymentKind,
        parent: Option<&Context>,
    ) -> PaymentSpan<'a> {
        PaymentSpan::begin(self, charge, kind, self.span(kind.span(), parent))
    }

    /// A span under that of `parent` or, without one, under the span that is current on this thread.
    fn span(&self, def: &SpanDef, parent: Option<&Context>) -> Span {
        match parent {
            Some(parent) => self.telemetry().span_in(def, parent),
            None => self.telemetry().span(def),
        }
    }
}
