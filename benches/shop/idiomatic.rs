//! The arm `idiomatic`: the facts that `otel_ecommerce` records, through the stock SDK, as well as it can be used by hand.

use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, Severity};
use opentelemetry::metrics::BoundCounter;
use opentelemetry::trace::{Span as _, SpanContext, SpanKind, Status, Tracer as _};
use opentelemetry::{Key, KeyValue};
use opentelemetry_sdk::logs::SdkLogger;
use opentelemetry_sdk::trace::SdkTracer;
use otel_benches::stock::Stock;
use otel_ecommerce::labels::Action;

use crate::visits::Visit;

const ORDER_ID: &str = "ecommerce.order.id";
const STATUS: &str = "ecommerce.order.status";
const CURRENCY: &str = "ecommerce.currency.code";

/// Actions and orders, hand-written.
pub(crate) struct Monitor {
    tracer: SdkTracer,
    logger: SdkLogger,
    /// By action.
    actions: Vec<BoundCounter<u64>>,
    /// Orders that have to be paid for, and those that are prepared.
    orders: [BoundCounter<u64>; 2],
    /// What is said of orders: authorised, and prepared.
    facts: [BoundCounter<u64>; 2],
}

impl Monitor {
    pub(crate) fn new(stock: &Stock) -> Self {
        let meter = stock.meter();
        let actions = meter.u64_counter("ecommerce.user.actions").build();
        let name = |action: &Action| KeyValue::new("ecommerce.user.action.name", action.as_str());
        let orders = meter.u64_counter("ecommerce.orders").build();
        let facts = meter.u64_counter("ecommerce.order.facts").build();
        Self {
            tracer: stock.tracer(),
            logger: stock.logger(),
            actions: Action::ALL.iter().map(|action| actions.bind(&[name(action)])).collect(),
            orders: ["payment_due", "processing"].map(|status| {
                orders.bind(&[KeyValue::new("ecommerce.channel", "web"), KeyValue::new(STATUS, status)])
            }),
            facts: ["authorized", "processing"]
                .map(|fact| facts.bind(&[KeyValue::new("ecommerce.order.fact", fact)])),
        }
    }

    /// Something that somebody does, and that succeeds.
    #[inline]
    pub(crate) fn user_action(&self, visit: &Visit) {
        let attributes = vec![
            KeyValue::new("ecommerce.user.action.name", visit.action().as_str()),
            KeyValue::new("ecommerce.user.pseudonym", visit.pseudonym.clone()),
        ];
        let builder = self.tracer.span_builder("user_action").with_kind(SpanKind::Internal);
        let mut span = self.tracer.build(builder.with_attributes(attributes));
        self.actions[visit.action].add(1);
        span.set_status(Status::Ok);
        span.end();
    }

    /// An order that is authorised and then prepared.
    pub(crate) fn order(&self, visit: &Visit) {
        // Room for the five that come at the end.
        let mut attributes = Vec::with_capacity(11);
        attributes.extend([
            KeyValue::new(ORDER_ID, visit.order_id.clone()),
            KeyValue::new("ecommerce.channel", "web"),
            KeyValue::new("ecommerce.order.amount.minor", visit.total.minor()),
            KeyValue::new(CURRENCY, visit.total.currency().code()),
            KeyValue::new("ecommerce.order.item.count", i64::from(visit.items)),
            KeyValue::new("ecommerce.user.pseudonym", visit.pseudonym.clone()),
        ]);
        let builder = self.tracer.span_builder("process_order").with_kind(SpanKind::Internal);
        let mut span = self.tracer.build(builder.with_attributes(attributes));
        self.orders[0].add(1);
        self.facts[0].add(1);
        self.told(span.span_context(), visit, "ecommerce.order.payment_authorized", "payment_due", |add| {
            add("ecommerce.payment.transaction.id", visit.payment_id.clone().into());
            add("ecommerce.payment.amount.minor", visit.total.minor().into());
            add(CURRENCY, visit.total.currency().code().into());
        });
        self.facts[1].add(1);
        self.orders[1].add(1);
        self.told(span.span_context(), visit, "ecommerce.order.completed", "processing", |add| {
            add("ecommerce.order.previous_status", "payment_due".into());
        });
        span.set_attribute(KeyValue::new(STATUS, "processing"));
        span.set_attribute(KeyValue::new("ecommerce.order.authorized.minor", visit.total.minor()));
        span.set_attribute(KeyValue::new("ecommerce.order.captured.minor", 0));
        span.set_attribute(KeyValue::new("ecommerce.order.refunded.minor", 0));
        span.set_attribute(KeyValue::new("ecommerce.order.item.returned", 0));
        span.end();
    }

    fn told(
        &self,
        span: &SpanContext,
        visit: &Visit,
        event: &'static str,
        status: &'static str,
        more: impl FnOnce(&mut dyn FnMut(&'static str, AnyValue)),
    ) {
        let mut record = self.logger.create_log_record();
        record.set_event_name(event);
        record.set_severity_number(Severity::Info);
        record.set_severity_text("INFO");
        record.set_timestamp(SystemTime::now());
        record.set_trace_context(span.trace_id(), span.span_id(), Some(span.trace_flags()));
        let mut add =
            |key: &'static str, value: AnyValue| record.add_attribute(Key::from_static_str(key), value);
        add(ORDER_ID, visit.order_id.clone().into());
        add(STATUS, status.into());
        more(&mut add);
        self.logger.emit(record);
    }
}
