//! What the key figures are told.

use otel_core::Money;
use otel_ecommerce::KpiMonitor;
use otel_ecommerce::ids::{CartId, OrderId, RefundId};
use otel_ecommerce::kpi::{CartNews, Refund};
use otel_ecommerce::labels::{Channel, FunnelStep, KpiRefusal, RefundReason};

use crate::cart::Contents;
use crate::clock::Clock;
use crate::sessions::Visitor;

/// Tells the key figures what happens, and when.
///
/// What they refuse, they count themselves, in `ecommerce.kpi.refusals`; the shop goes on, for no customer is served by a
/// figure.
#[derive(Clone, Debug)]
pub(crate) struct KeyFigures {
    kpi: KpiMonitor,
    clock: Clock,
}

impl KeyFigures {
    pub(crate) fn new(kpi: &KpiMonitor, clock: &Clock) -> Self {
        Self { kpi: kpi.clone(), clock: clock.clone() }
    }

    pub(crate) const fn monitor(&self) -> &KpiMonitor {
        &self.kpi
    }

    /// Somebody has come to a step of the way to a purchase.
    pub(crate) fn came_to(&self, visitor: &Visitor, step: FunnelStep) {
        taken(self.kpi.track_conversion_funnel(visitor.id(), step, self.clock.now()));
    }

    /// This is in somebody's cart, and they have come to this step with it.
    pub(crate) fn cart_is(&self, visitor: &Visitor, contents: &Contents, step: FunnelStep) {
        let (cart, at) = (CartId(&visitor.session), self.clock.now());
        taken(match contents.items.is_empty() {
            true => self.kpi.cart_emptied(cart, at),
            false => self.kpi.track_cart_activity(&CartNews { cart, value: contents.total, step, at }),
        });
    }

    /// Somebody bought their cart.
    pub(crate) fn sold(&self, visitor: &Visitor, order: OrderId<'_>, total: Money) {
        let at = self.clock.now();
        taken(self.kpi.track_revenue(order, total, Channel::Web, at));
        taken(self.kpi.cart_purchased(CartId(&visitor.session), at));
        taken(self.kpi.track_conversion_funnel(visitor.id(), FunnelStep::Purchase, at));
    }

    /// The money of an order was given back, all of it.
    pub(crate) fn refunded(&self, order: OrderId<'_>, amount: Money) {
        let (id, reason, at) = (RefundId(order.0), RefundReason::Cancelled, self.clock.now());
        taken(self.kpi.track_refund(&Refund { order, id, amount, reason, at }));
    }
}

fn taken<T>(_: Result<T, KpiRefusal>) {}
