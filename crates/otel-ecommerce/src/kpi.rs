//! Key figures of a shop: its funnel, its revenue, its carts and its search.

mod abandonment;
mod bookings;
mod carts;
mod desk;
mod exact;
mod funnels;
mod memory;
mod purse;
mod rates;
mod refusal;
mod revenue;
mod search;
mod sessions;
mod settings;
mod state;
mod total;
mod wheel;

use std::fmt;
use std::sync::Arc;

use otel_core::{Money, Telemetry, Timestamp};

use crate::conventions;
use crate::ids::{CartId, OrderId, RefundId, SessionId};
use crate::labels::{Booking, CartEnd, Channel, FunnelStep, KpiFact, KpiMemory, KpiRefusal, RefundReason};
use abandonment::CartCounts;
use bookings::Bookings;
use desk::Desk;
pub use funnels::Funnel;
use funnels::Funnels;
pub use rates::{RateError, RateTable};
use revenue::Revenue;
pub use search::SearchFacts;
use search::Searches;
pub use settings::{KpiSettings, SettingsError};
use state::Saved;
pub use state::StateError;
pub use total::{OrderTotal, TotalError};

/// Money that was given back.
#[derive(Clone, Copy, Debug)]
pub struct Refund<'a> {
    /// The order it was paid for.
    pub order: OrderId<'a>,
    /// The refund: an order can have several.
    pub id: RefundId<'a>,
    /// How much, more than nothing.
    pub amount: Money,
    /// Why.
    pub reason: RefundReason,
    /// When.
    pub at: Timestamp,
}

/// What is known of a cart.
#[derive(Clone, Copy, Debug)]
pub struct CartNews<'a> {
    /// The cart.
    pub cart: CartId<'a>,
    /// What everything in it costs.
    pub value: Money,
    /// How far its owner has come.
    pub step: FunnelStep,
    /// When.
    pub at: Timestamp,
}

/// The key figures of a shop, kept as it is told what happens there.
///
/// All windows go by the times that are passed in, and [`KpiMonitor::advance`] lets time pass where nothing happens. What
/// is a little ahead of the pipeline's clock counts into the present window, and ends none.
/// What is refused changes nothing, and is counted in `ecommerce.kpi.refusals`. Clones share everything.
///
/// A lock is held for each fact about money, about carts, and about a funnel, for as long as it takes to look something up
/// and to count: what is remembered and what is counted are never apart. There is one for each of the three, and none for
/// searches. Once everything that may be remembered is, nothing is allocated.
#[derive(Clone)]
#[doc(alias = "ECommerceKPIMonitor")]
pub struct KpiMonitor {
    parts: Arc<Parts>,
    checkout: Funnel,
}

#[derive(Debug)]
struct Parts {
    desk: Desk,
    funnels: Funnels,
    revenue: Revenue,
    carts: CartCounts,
    searches: Searches,
}

impl KpiMonitor {
    /// A monitor that nothing has been told yet.
    pub fn new(telemetry: &Telemetry, settings: KpiSettings) -> Self {
        Self::knowing(telemetry, &settings, Saved::nothing(&settings))
    }

    /// A monitor that knows what another had counted when its [`KpiMonitor::state`] was saved.
    ///
    /// # Errors
    ///
    /// When the bytes are no such state.
    pub fn resumed(telemetry: &Telemetry, settings: KpiSettings, state: &[u8]) -> Result<Self, StateError> {
        Ok(Self::knowing(telemetry, &settings, Saved::read(state, &settings)?))
    }

    fn knowing(telemetry: &Telemetry, settings: &KpiSettings, saved: Saved) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let parts = Arc::new(Parts {
            desk: Desk::new(&telemetry, settings.ahead),
            funnels: Funnels::new(&telemetry, settings),
            revenue: Revenue::new(&telemetry, settings, saved.bookings),
            carts: CartCounts::new(&telemetry, settings),
            searches: Searches::new(&telemetry),
        });
        let opened = parts.funnels.open(conventions::kpi::CHECKOUT);
        parts.funnels.resume(saved.windows);
        Self { checkout: Funnel { parts: Arc::clone(&parts), opened }, parts }
    }

    /// A session entered a step of the funnel `checkout`: see [`Funnel::entered`].
    ///
    /// # Errors
    ///
    /// When the session has no name, or the time is still to come.
    pub fn track_conversion_funnel(
        &self,
        session: SessionId<'_>,
        step: FunnelStep,
        at: Timestamp,
    ) -> Result<(), KpiRefusal> {
        self.checkout.entered(session, step, at)
    }

    /// The funnel of this name, which says what is followed and no identifier. 8 names are kept apart, of which
    /// `checkout` is one; others share a funnel.
    pub fn funnel(&self, name: &str) -> Funnel {
        Funnel { parts: Arc::clone(&self.parts), opened: self.parts.funnels.open(name) }
    }

    /// An order was paid for: `ecommerce.order.revenue`, `ecommerce.order.value` and, where there are rates,
    /// `ecommerce.order.revenue_normalized`. An order that is free counts too.
    ///
    /// Each order is counted once, however often it is said, and always with the same amount and time: another amount is
    /// refused, for nobody knows which is right. What is too old to tell whether it was counted is refused:
    /// so retries never add anything, within one process and over every restart that loads the [`KpiMonitor::state`].
    ///
    /// # Errors
    ///
    /// When it was not counted. An event `ecommerce.revenue.refused` says what it was, and whether sums lack it or may have
    /// it already.
    pub fn track_revenue(
        &self,
        order: OrderId<'_>,
        amount: Money,
        channel: Channel,
        at: Timestamp,
    ) -> Result<Booking, KpiRefusal> {
        let Parts { desk, revenue, .. } = &*self.parts;
        desk.judge(KpiFact::Sale, revenue.sold(desk, order, amount, channel, at))
    }

    /// Money was given back: `ecommerce.order.refunds` and, where there are rates, `ecommerce.order.refunds_normalized`.
    /// Each refund is counted once, as orders are.
    ///
    /// # Errors
    ///
    /// When it was not counted. An event `ecommerce.revenue.refused` says what it was, and whether sums lack it or may have
    /// it already.
    pub fn track_refund(&self, refund: &Refund<'_>) -> Result<Booking, KpiRefusal> {
        let Parts { desk, revenue, .. } = &*self.parts;
        desk.judge(KpiFact::Refund, revenue.refunded(desk, refund))
    }

    /// From now on, amounts are converted by these rates. Without any, nothing is converted; with them, what has no rate
    /// is counted in `ecommerce.revenue.unconverted`. What was converted before stays as it was.
    pub fn use_rates(&self, rates: RateTable) {
        self.parts.revenue.use_rates(&self.parts.desk, rates);
    }

    /// Somebody did something with a cart: put something in, took something out, went on to check out.
    ///
    /// # Errors
    ///
    /// When it is not sound, or older than what is known of the cart.
    pub fn track_cart_activity(&self, news: &CartNews<'_>) -> Result<(), KpiRefusal> {
        let Parts { desk, carts, .. } = &*self.parts;
        desk.judge(KpiFact::Cart, carts.heard(desk, news))
    }

    /// A cart was abandoned, says the application: `ecommerce.cart.abandonments` and `ecommerce.cart.abandoned.value`.
    /// One that is known to be abandoned is not counted again; activity revives it.
    ///
    /// # Errors
    ///
    /// When it is not sound, or older than what is known of the cart.
    pub fn track_cart_abandonment(&self, news: &CartNews<'_>) -> Result<(), KpiRefusal> {
        let Parts { desk, carts, .. } = &*self.parts;
        desk.judge(KpiFact::Cart, carts.abandoned(desk, news))
    }

    /// A cart was bought. It is remembered, so that what was said of it before and comes late does not begin another.
    ///
    /// # Errors
    ///
    /// When nothing is known of the cart, it has ended already, or the time is still to come.
    pub fn cart_purchased(&self, cart: CartId<'_>, at: Timestamp) -> Result<(), KpiRefusal> {
        let Parts { desk, carts, .. } = &*self.parts;
        desk.judge(KpiFact::Cart, carts.ended(desk, cart, CartEnd::Purchased, at))
    }

    /// Nothing is left in a cart.
    ///
    /// # Errors
    ///
    /// When nothing is known of the cart, it has ended already, something was put into it later, or the time is still to
    /// come.
    pub fn cart_emptied(&self, cart: CartId<'_>, at: Timestamp) -> Result<(), KpiRefusal> {
        let Parts { desk, carts, .. } = &*self.parts;
        desk.judge(KpiFact::Cart, carts.ended(desk, cart, CartEnd::Emptied, at))
    }

    /// Something was searched for: `ecommerce.search.duration`, `ecommerce.search.query.length`, and of what was
    /// answered `ecommerce.search.results` and `ecommerce.search.zero_results`. It takes no lock.
    pub fn track_search_performance(&self, search: &SearchFacts) {
        self.parts.searches.searched(search);
    }

    /// Lets time pass: ends windows, finds silent carts, and records what is remembered and estimated. Call it about once
    /// a second; a `now` before the last changes nothing.
    pub fn advance(&self, now: Timestamp) {
        let Parts { desk, funnels, revenue, carts, .. } = &*self.parts;
        funnels.advance(desk, now);
        carts.advance(desk, now);
        desk.remembers(KpiMemory::Bookings, revenue.remembered());
    }

    /// Which sales and refunds have been counted, and which sessions within the present windows of all funnels, as bytes
    /// for [`KpiMonitor::resumed`]: 28 for each sale and refund, up to 64 KiB for each funnel, and 64 more. Nothing else
    /// is saved: a new process knows no carts, no rates, and of no session since when it is on its step.
    ///
    /// Counters begin at zero in each process, and what metrics say of all of them adds up to the ledger, if the state is
    /// saved after the last fact and the pipeline was shut down in order. After a crash the last state saved decides: what
    /// was counted after it is counted again when it is said again, and what was counted and not exported is in no sum.
    /// No metric can be both, for its export and the state are not saved in one step; save it with each flush, and the
    /// difference is what happened since.
    ///
    /// Locks are held for as long as it takes to copy what is remembered; checksums are made afterwards.
    pub fn state(&self) -> Vec<u8> {
        let Parts { funnels, revenue, .. } = &*self.parts;
        let about = revenue.remembered() * Bookings::ENTRY + funnels.state_bytes();
        state::written(about, |bytes| {
            revenue.save(bytes);
            funnels.save(bytes);
        })
    }
}

impl fmt::Debug for KpiMonitor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KpiMonitor")
            .field("bookings", &self.parts.revenue.remembered())
            .finish_non_exhaustive()
    }
}
