//! The arm `case_study`: actions and orders as the document records them that this project began with.
//!
//! A span for each, named after what it is about, with text for everything. It has no metrics of them and no events, so it
//! records less than the others.

use opentelemetry::KeyValue;
use opentelemetry::trace::{Span as _, Status, Tracer as _};
use opentelemetry_sdk::trace::SdkTracer;
use otel_benches::stock::Stock;

use crate::visits::Visit;

/// The document's `ECommerceObservability`.
pub(crate) struct Monitor {
    tracer: SdkTracer,
}

impl Monitor {
    pub(crate) fn new(stock: &Stock) -> Self {
        Self { tracer: stock.tracer() }
    }

    /// Something that somebody does, and that succeeds.
    #[inline]
    pub(crate) fn user_action(&self, visit: &Visit) {
        let action = visit.action().as_str();
        let mut span = self.tracer.start(format!("user_action:{action}"));
        span.set_attribute(KeyValue::new("user.id", visit.user_id.to_string()));
        span.set_attribute(KeyValue::new("action.type", action.to_string()));
        span.set_attribute(KeyValue::new("service.component", "user_service".to_string()));
        span.set_status(Status::Ok);
        span.end();
    }

    /// An order that is processed.
    pub(crate) fn order(&self, visit: &Visit) {
        let mut span = self.tracer.start("order_processing");
        span.set_attribute(KeyValue::new("order.id", visit.order_id.to_string()));
        span.set_attribute(KeyValue::new("service.component", "order_service".to_string()));
        span.set_status(Status::Ok);
        span.end();
    }
}
