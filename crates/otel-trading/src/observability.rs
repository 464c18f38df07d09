//! Where an application starts.

use std::sync::Arc;

use otel_core::{Context, Outcome, Telemetry};

use crate::compliance::logger::ComplianceLogger;
use crate::conventions;
use crate::metrics::Metrics;
use crate::order::{NewOrder, Progress};
use crate::risk::RiskCalculation;
use crate::spans::{OrderSpan, RiskSpan};
use crate::trade::Trade;

/// The trading domain's telemetry: orders, trades and risk.
///
/// Make one where the application starts, and pass it on. Clones are cheap and share everything.
#[doc(alias = "TradingObservability")]
#[derive(Clone, Debug)]
pub struct Observability {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    metrics: Metrics,
    compliance: Option<ComplianceLogger>,
}

impl Observability {
    /// The trading telemetry of a pipeline.
    pub fn new(telemetry: &Telemetry) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let metrics = Metrics::new(&telemetry);
        Self { parts: Arc::new(Parts { telemetry, metrics, compliance: None }) }
    }

    /// The same, with a logger that is told of every order and trade: what spans and trades record, it keeps.
    ///
    /// The verbs then cost what the logger costs, and wait where it waits. They say nothing of the records: that one
    /// could not be written is in the logger's metrics, events and alerts.
    #[must_use]
    pub fn with_compliance(self, logger: ComplianceLogger) -> Self {
        let Parts { telemetry, metrics, .. } = &*self.parts;
        let (telemetry, metrics) = (telemetry.clone(), metrics.clone());
        Self { parts: Arc::new(Parts { telemetry, metrics, compliance: Some(logger) }) }
    }

    /// The logger that is told of every order and trade, if there is one.
    pub fn compliance(&self) -> Option<&ComplianceLogger> {
        self.parts.compliance.as_ref()
    }

    /// The instruments, for facts that no span stands for.
    pub fn metrics(&self) -> &Metrics {
        &self.parts.metrics
    }

    /// Follows an order from its beginning: span `order_lifecycle`, under the span that is current on this thread.
    pub fn track_order_lifecycle(&self, order: &NewOrder<'_>) -> OrderSpan {
        OrderSpan::begin(self, order, &Context::current(), None)
    }

    /// Follows an order from its beginning, under the span of `parent`; an empty context makes it a root.
    pub fn track_order_lifecycle_in(&self, order: &NewOrder<'_>, parent: &Context) -> OrderSpan {
        OrderSpan::begin(self, order, parent, None)
    }

    /// Follows an order from the middle of its life: after a restart, or when a venue reports one nobody knew.
    ///
    /// What happened before is neither counted nor timed.
    pub fn track_order_midway(&self, order: &NewOrder<'_>, progress: Progress) -> OrderSpan {
        OrderSpan::begin(self, order, &Context::current(), Some(progress))
    }

    /// Records one trade: span `trade_execution`, event `trading.trade.executed`, counters `trading.trades` and
    /// `trading.trade.value`.
    pub fn track_trade_execution(&self, trade: &Trade<'_>) {
        let mut span = self.telemetry().span(&conventions::TRADE_EXECUTION);
        span.set(&conventions::TRADE_ID, trade.id.0)
            .set(&conventions::SYMBOL, trade.symbol.0)
            .set(&conventions::VENUE, trade.venue.0)
            .set(&conventions::SIDE, trade.side)
            .set(&conventions::TRADE_QUANTITY, trade.quantity.0)
            .set(&conventions::TRADE_PRICE, trade.price.0)
            .set(&conventions::CURRENCY, trade.currency)
            .set(&conventions::LIQUIDITY, trade.liquidity);
        let mut event = span.event(&conventions::TRADE_EXECUTED).set(&conventions::TRADE_ID, trade.id.0);
        if let Some(notional) = trade.notional() {
            span.set(&conventions::TRADE_NOTIONAL, notional);
            event =
                event.set(&conventions::TRADE_NOTIONAL, notional).set(&conventions::CURRENCY, trade.currency);
        }
        if let Some(order) = trade.client_id {
            span.set(&conventions::CLIENT_ORDER_ID, order.0);
            event = event.set(&conventions::CLIENT_ORDER_ID, order.0);
        }
        if let Some(time) = trade.transact_time {
            span.set(&conventions::TRANSACT_TIME, time);
            event = event.at(time);
        }
        event.emit();
        self.metrics().trade_executed(trade);
        if let Some(logger) = self.compliance() {
            let _inside = span.enter();
            drop(logger.log_trade_execution(trade, None));
        }
        span.finish(Outcome::Ok);
    }

    /// Observes one risk calculation: span `risk_calculation`, which ends when the guard does.
    pub fn track_risk_calculation<'a>(&self, risk: &RiskCalculation<'a>) -> RiskSpan<'a> {
        RiskSpan::begin(self, risk)
    }

    pub(crate) fn telemetry(&self) -> &Telemetry {
        &self.parts.telemetry
    }
}
