//! What a trading system counts and times.

mod compliance;

use std::time::Duration;

use otel_core::{Capped, Counter, FloatGauge, Gauge, Histogram, Money, Telemetry, UpDownCounter};

use crate::conventions;
use crate::ids::{GroupName, Mic};
use crate::labels::{
    CurrencyCode, ExecType, Liquidity, OrderStatus, OrderType, PortfolioGroup, RejectReason, RiskMeasure,
    RiskResult, Side, Venue, Violation,
};
use crate::trade::Trade;

pub use compliance::ComplianceMetrics;

/// The instruments of the trading domain, one method for each fact.
///
/// The spans of this crate record into them; call them yourself only for what no span stands for. Clones are cheap
/// and record into the same series.
#[derive(Clone, Debug)]
pub struct Metrics {
    venues: Capped<Venue>,
    currencies: Capped<CurrencyCode>,
    groups: Capped<PortfolioGroup>,
    orders: Counter<(Venue, OrderType)>,
    order_events: Counter<(ExecType, Venue, Side)>,
    order_rejections: Counter<(Venue, RejectReason)>,
    transition_violations: Counter<(OrderStatus, ExecType, Violation)>,
    active_orders: UpDownCounter<Venue>,
    acknowledge_duration: Histogram<(Venue, OrderType)>,
    fill_duration: Histogram<(Venue, OrderType)>,
    cancel_duration: Histogram<(Venue, OrderType)>,
    trades: Counter<(Venue, Side, Liquidity)>,
    trade_value: Counter<(Venue, CurrencyCode)>,
    portfolio_risk: Gauge<(PortfolioGroup, RiskMeasure, CurrencyCode)>,
    risk_limit: FloatGauge<(PortfolioGroup, RiskMeasure)>,
    risk_duration: Histogram<(RiskMeasure, RiskResult)>,
}

impl Metrics {
    pub(crate) fn new(telemetry: &Telemetry) -> Self {
        Self {
            venues: telemetry.capped(),
            currencies: telemetry.capped(),
            groups: telemetry.capped(),
            orders: telemetry.counter(&conventions::ORDERS),
            order_events: telemetry.counter(&conventions::ORDER_EVENTS),
            order_rejections: telemetry.counter(&conventions::ORDER_REJECTIONS),
            transition_violations: telemetry.counter(&conventions::TRANSITION_VIOLATIONS),
            active_orders: telemetry.up_down_counter(&conventions::ACTIVE_ORDERS),
            acknowledge_duration: telemetry.histogram(&conventions::ACKNOWLEDGE_DURATION),
            fill_duration: telemetry.histogram(&conventions::FILL_DURATION),
            cancel_duration: telemetry.histogram(&conventions::CANCEL_DURATION),
            trades: telemetry.counter(&conventions::TRADES),
            trade_value: telemetry.counter(&conventions::TRADE_VALUE),
            portfolio_risk: telemetry.gauge(&conventions::PORTFOLIO_RISK),
            risk_limit: telemetry.float_gauge(&conventions::RISK_LIMIT_UTILIZATION),
            risk_duration: telemetry.histogram(&conventions::RISK_DURATION),
        }
    }

    /// The label of a venue: `other`, once 24 others were seen.
    pub fn venue(&self, mic: Mic<'_>) -> Venue {
        self.venues.get(mic.0)
    }

    /// Counts one order sent: `trading.orders`, in `{order}`.
    pub fn order_sent(&self, venue: Venue, order_type: OrderType) {
        self.orders.add(1, (venue, order_type));
    }

    /// Counts one thing that happened to an order: `trading.order.events`, in `{event}`.
    pub fn order_event(&self, exec_type: ExecType, venue: Venue, side: Side) {
        self.order_events.add(1, (exec_type, venue, side));
    }

    /// Counts one order refused: `trading.order.rejections`, in `{order}`.
    pub fn order_rejected(&self, venue: Venue, reason: RejectReason) {
        self.order_rejections.add(1, (venue, reason));
    }

    /// Counts one fact that contradicts what is known of an order with `status`:
    /// `trading.order.transition.violations`, in `{violation}`.
    pub fn transition_violated(&self, status: OrderStatus, exec_type: ExecType, violation: Violation) {
        self.transition_violations.add(1, (status, exec_type, violation));
    }

    /// Counts one more order that is not over: `trading.order.active`, in `{order}`.
    pub fn order_opened(&self, venue: Venue) {
        self.active_orders.add(1, venue);
    }

    /// Counts one order less that is not over: `trading.order.active`, in `{order}`.
    pub fn order_closed(&self, venue: Venue) {
        self.active_orders.add(-1, venue);
    }

    /// Records how long an order waited for its acceptance: `trading.order.acknowledge.duration`, in seconds.
    pub fn order_acknowledged(&self, waited: Duration, venue: Venue, order_type: OrderType) {
        self.acknowledge_duration.record_duration(waited, (venue, order_type));
    }

    /// Records how long an order took to be executed completely: `trading.order.fill.duration`, in seconds.
    pub fn order_filled(&self, took: Duration, venue: Venue, order_type: OrderType) {
        self.fill_duration.record_duration(took, (venue, order_type));
    }

    /// Records how long a cancellation took: `trading.order.cancel.duration`, in seconds.
    pub fn order_cancelled(&self, took: Duration, venue: Venue, order_type: OrderType) {
        self.cancel_duration.record_duration(took, (venue, order_type));
    }

    /// Counts one trade and its value: `trading.trades`, in `{trade}`, and `trading.trade.value`, in minor units.
    ///
    /// The value is counted without its sign, as turnover is. One beyond what [`Money`] holds is not counted.
    pub fn trade_executed(&self, trade: &Trade<'_>) {
        let venue = self.venue(trade.venue);
        self.trades.add(1, (venue, trade.side, trade.liquidity));
        if let Some(notional) = trade.notional() {
            let currency = self.currencies.get(trade.currency.code());
            self.trade_value.add(notional.minor().unsigned_abs(), (venue, currency));
        }
    }

    /// Records how long a risk calculation took: `trading.risk.calculation.duration`, in seconds.
    pub fn risk_calculated(&self, took: Duration, measure: RiskMeasure, result: RiskResult) {
        self.risk_duration.record_duration(took, (measure, result));
    }

    /// Records the latest risk of a group of portfolios: `trading.portfolio.risk`, in minor units.
    pub fn portfolio_risk(&self, group: GroupName<'_>, measure: RiskMeasure, value: Money) {
        let currency = self.currencies.get(value.currency().code());
        self.portfolio_risk.record(value.minor(), (self.groups.get(group.0), measure, currency));
    }

    /// Records how much of its limit the latest risk uses: `trading.risk.limit.utilization`, as a share.
    ///
    /// A limit of nothing, or in another currency, has no share: it is not recorded.
    pub fn risk_limit(&self, group: GroupName<'_>, measure: RiskMeasure, value: Money, limit: Money) {
        if limit.currency() == value.currency() && limit.minor() > 0 {
            let share = value.minor() as f64 / limit.minor() as f64;
            self.risk_limit.record(share, (self.groups.get(group.0), measure));
        }
    }
}
