//! The arm `case_study`: orders and trades as the document records them that this project began with.
//!
//! A span with text for everything, an entry in the compliance log for each change of status, with its details as JSON,
//! and a histogram of trade values in floating point. It has no metric of orders, so it records less than the others.

use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, Severity};
use opentelemetry::metrics::Histogram;
use opentelemetry::trace::{Span as _, SpanContext, Tracer as _};
use opentelemetry_sdk::logs::SdkLogger;
use opentelemetry_sdk::trace::{SdkTracer, Span};
use otel_benches::stock::Stock;
use otel_core::Decimal;

use crate::orders::Order;

/// The document's `TradingObservability`, with its compliance logger.
pub(crate) struct Monitor {
    tracer: SdkTracer,
    compliance: SdkLogger,
    trade_value: Histogram<f64>,
}

impl Monitor {
    pub(crate) fn new(stock: &Stock) -> Self {
        let trade_value = stock.meter().f64_histogram("trade_value").build();
        Self { tracer: stock.tracer(), compliance: stock.logger(), trade_value }
    }

    /// An order that is created, acknowledged and filled.
    pub(crate) fn lifecycle(&self, order: &Order) {
        let mut span = self.begin(order);
        self.status(&mut span, order, "acknowledged");
        span.set_attribute(KeyValue::new("order.filled_quantity", order.quantity.to_string()));
        self.status(&mut span, order, "filled");
        span.end();
    }

    pub(crate) fn begin(&self, order: &Order) -> Span {
        let mut span = self.tracer.start("order_lifecycle");
        span.set_attribute(KeyValue::new("order.id", order.client_id.to_string()));
        span.set_attribute(KeyValue::new("order.symbol", order.symbol.to_string()));
        span.set_attribute(KeyValue::new("order.side", format!("{:?}", order.side)));
        span.set_attribute(KeyValue::new("order.quantity", order.quantity.to_string()));
        span.set_attribute(KeyValue::new("order.price", order.price.to_string()));
        span.set_attribute(KeyValue::new("order.type", "Limit".to_string()));
        span.set_attribute(KeyValue::new("trader.id", order.trader.to_string()));
        self.log("order_created", order, "new", span.span_context());
        span
    }

    /// One change of an order's status: the entry in the compliance log. The attribute of the span is left out, for a
    /// span that is set one attribute a million times would measure something else.
    pub(crate) fn changed(&self, span: &Span, order: &Order) {
        self.log("order_status_change", order, "acknowledged", span.span_context());
    }

    fn status(&self, span: &mut Span, order: &Order, status: &str) {
        span.set_attribute(KeyValue::new("order.status", status.to_string()));
        self.log("order_status_change", order, status, span.span_context());
    }

    /// One trade: a span, a histogram with the symbol as a label, and an entry in the compliance log.
    pub(crate) fn trade(&self, order: &Order) {
        let mut span = self.tracer.start("trade_execution");
        span.set_attribute(KeyValue::new("trade.id", order.trade_id.to_string()));
        span.set_attribute(KeyValue::new("trade.symbol", order.symbol.to_string()));
        span.set_attribute(KeyValue::new("trade.quantity", order.quantity.to_string()));
        span.set_attribute(KeyValue::new("trade.price", order.price.to_string()));
        span.set_attribute(KeyValue::new("trade.timestamp", format!("{:?}", SystemTime::now())));
        span.set_attribute(KeyValue::new("exchange.id", order.mic().to_string()));
        let labels = [
            KeyValue::new("symbol", order.symbol.to_string()),
            KeyValue::new("exchange", order.mic().to_string()),
        ];
        self.trade_value.record(float(order.quantity) * float(order.price), &labels);
        self.log("trade_executed", order, "executed", span.span_context());
        span.end();
    }

    fn log(&self, event: &str, order: &Order, status: &str, span: &SpanContext) {
        let details = format!(
            r#"{{"symbol":"{}","side":"{:?}","quantity":"{}","price":"{}","status":"{status}"}}"#,
            order.symbol, order.side, order.quantity, order.price
        );
        let mut record = self.compliance.create_log_record();
        record.set_severity_number(Severity::Info);
        record.set_timestamp(SystemTime::now());
        record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        record.set_body(AnyValue::from(details));
        record.add_attribute("event_type", event.to_string());
        record.add_attribute("user_id", order.trader.to_string());
        record.add_attribute("resource_id", order.client_id.to_string());
        let flags = if float(order.quantity) * float(order.price) > 1_000_000.0 { "large_trade" } else { "" };
        record.add_attribute("compliance_flags", flags.to_string());
        self.compliance.emit(record);
    }
}

/// The document has quantities and prices in floating point.
fn float(decimal: Decimal) -> f64 {
    decimal.mantissa() as f64 / 10_f64.powi(i32::from(decimal.scale()))
}
