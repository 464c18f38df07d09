//! The arm `case_study`: the facts of an item as the document records them that this project began with.
//!
//! Its code does not compile as it stands, so this is a reading of it, and a kind one: tracer and instruments are kept
//! in the monitor, as its structs have it. What it says clearly is imitated: every value becomes a `String`, by
//! `to_string` or `format!`; attributes are set one by one; metrics take freshly made attributes, an identifier among
//! them, and are not bound.

use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, Severity};
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter};
use opentelemetry::trace::{Span, Status, Tracer};

use crate::workload::Item;

/// A span around one item, with six attributes.
#[inline]
pub fn span<T: Tracer>(tracer: &T, item: &Item) {
    let mut span = started(tracer, item);
    span.set_status(Status::Ok);
    span.end();
}

#[inline]
fn started<T: Tracer>(tracer: &T, item: &Item) -> T::Span {
    let mut span = tracer.start("item_handling");
    span.set_attribute(KeyValue::new("item.id", item.id.to_string()));
    span.set_attribute(KeyValue::new("item.owner", item.owner.to_string()));
    span.set_attribute(KeyValue::new("item.direction", format!("{:?}", item.direction)));
    span.set_attribute(KeyValue::new("item.quantity", item.quantity.to_string()));
    span.set_attribute(KeyValue::new("item.sequence", item.sequence.to_string()));
    span.set_attribute(KeyValue::new("item.weight", item.weight.to_string()));
    span
}

/// A span around one item, with an entry in the log, which the document writes as JSON.
#[inline]
pub fn span_with_event<T: Tracer, L: Logger>(tracer: &T, logger: &L, item: &Item) {
    let mut span = started(tracer, item);
    event(logger, item);
    span.set_status(Status::Ok);
    span.end();
}

/// An entry in the log about one item, with its details as JSON.
#[inline]
pub fn event<L: Logger>(logger: &L, item: &Item) {
    let mut record = logger.create_log_record();
    record.set_severity_number(Severity::Info);
    record.set_timestamp(SystemTime::now());
    let details = format!(
        r#"{{"item_id":"{}","direction":"{:?}","quantity":{}}}"#,
        item.id, item.direction, item.quantity
    );
    record.set_body(AnyValue::from(details));
    record.add_attribute("event_type", "item_handled".to_string());
    record.add_attribute("resource_id", item.id.to_string());
    logger.emit(record);
}

/// The instruments of the document's metrics collector.
#[derive(Debug)]
pub struct Metrics {
    items: Counter<u64>,
    duration: Histogram<f64>,
    waiting: Gauge<i64>,
}

impl Metrics {
    /// Creates the instruments.
    pub fn new(meter: &Meter) -> Self {
        Self {
            items: meter.u64_counter("items").build(),
            duration: meter.f64_histogram("item_duration").build(),
            waiting: meter.i64_gauge("items_waiting").build(),
        }
    }

    /// Counts one item, by its direction and its owner.
    #[inline]
    pub fn handled(&self, item: &Item) {
        let labels = [
            KeyValue::new("direction", format!("{:?}", item.direction)),
            KeyValue::new("owner", item.owner.to_string()),
        ];
        self.items.add(1, &labels);
    }

    /// Records how long one item took, by its owner.
    #[inline]
    pub fn took(&self, item: &Item) {
        self.duration.record(item.weight, &[KeyValue::new("owner", item.owner.to_string())]);
    }

    /// Records how many items wait, by owner.
    #[inline]
    pub fn waiting(&self, item: &Item) {
        self.waiting.record(item.quantity, &[KeyValue::new("owner", item.owner.to_string())]);
    }
}
