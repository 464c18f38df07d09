//! The arm `idiomatic`: the facts of an item through the stock SDK, as well as it can be used by hand.
//!
//! The tracer and the logger are kept. Keys and closed values are `&'static str`; only what is not known until run
//! time, the two identifiers, becomes a `String`, because the API takes no borrowed text. A span gets its attributes
//! from one exactly sized `Vec`, which measured faster than setting them one by one, and only if it is recorded:
//! that keeps the cost of a span that is not sampled low. Instruments are bound to their attributes once, and found by
//! the discriminants of the labels.

use std::time::SystemTime;

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, Severity};
use opentelemetry::metrics::{BoundCounter, BoundGauge, BoundHistogram, Meter};
use opentelemetry::trace::{Span, SpanKind, Status, Tracer};
use opentelemetry::{Key, KeyValue};

use crate::workload::{Class, Direction, Item};

const ID: &str = "bench.item.id";
const OWNER: &str = "bench.item.owner";
const DIRECTION: &str = "bench.direction";
const CLASS: &str = "bench.class";
const QUANTITY: &str = "bench.item.quantity";
const SEQUENCE: &str = "bench.item.sequence";
const WEIGHT: &str = "bench.item.weight";

/// A span around one item, with six attributes.
#[inline]
pub fn span<T: Tracer>(tracer: &T, item: &Item) {
    let mut span = started(tracer, item);
    span.set_status(Status::Ok);
    span.end();
}

/// The span of one item, its attributes set.
#[inline]
pub fn started<T: Tracer>(tracer: &T, item: &Item) -> T::Span {
    let builder =
        tracer.span_builder("item_handling").with_kind(SpanKind::Internal).with_attributes(attributes(item));
    tracer.build(builder)
}

fn attributes(item: &Item) -> Vec<KeyValue> {
    vec![
        KeyValue::new(ID, item.id.clone()),
        KeyValue::new(OWNER, item.owner.clone()),
        KeyValue::new(DIRECTION, item.direction.as_str()),
        KeyValue::new(QUANTITY, item.quantity),
        KeyValue::new(SEQUENCE, item.sequence),
        KeyValue::new(WEIGHT, item.weight),
    ]
}

/// The same span by setting one attribute after the other, only if it is recorded: cheapest where it is not.
#[inline]
pub fn span_if_recording<T: Tracer>(tracer: &T, item: &Item) {
    let mut span = tracer.build(tracer.span_builder("item_handling").with_kind(SpanKind::Internal));
    if span.is_recording() {
        span.set_attribute(KeyValue::new(ID, item.id.clone()));
        span.set_attribute(KeyValue::new(OWNER, item.owner.clone()));
        span.set_attribute(KeyValue::new(DIRECTION, item.direction.as_str()));
        span.set_attribute(KeyValue::new(QUANTITY, item.quantity));
        span.set_attribute(KeyValue::new(SEQUENCE, item.sequence));
        span.set_attribute(KeyValue::new(WEIGHT, item.weight));
        span.set_status(Status::Ok);
    }
    span.end();
}

/// A span around one item with an event inside it: a log record with the span's ids, as the specification has it
/// since span events are deprecated.
#[inline]
pub fn span_with_event<T: Tracer, L: Logger>(tracer: &T, logger: &L, item: &Item) {
    let mut span = started(tracer, item);
    let mut record = handled(logger);
    let context = span.span_context();
    record.set_trace_context(context.trace_id(), context.span_id(), Some(context.trace_flags()));
    record.add_attribute(Key::from_static_str(ID), AnyValue::from(item.id.clone()));
    record.add_attribute(Key::from_static_str(QUANTITY), item.quantity);
    logger.emit(record);
    span.set_status(Status::Ok);
    span.end();
}

/// An event about one item, with three attributes.
#[inline]
pub fn event<L: Logger>(logger: &L, item: &Item) {
    let mut record = handled(logger);
    record.add_attribute(Key::from_static_str(ID), AnyValue::from(item.id.clone()));
    record.add_attribute(Key::from_static_str(DIRECTION), item.direction.as_str());
    record.add_attribute(Key::from_static_str(QUANTITY), item.quantity);
    logger.emit(record);
}

#[inline]
fn handled<L: Logger>(logger: &L) -> L::LogRecord {
    let mut record = logger.create_log_record();
    record.set_event_name("bench.item.handled");
    record.set_severity_number(Severity::Info);
    record.set_severity_text("INFO");
    record.set_timestamp(SystemTime::now());
    record
}

/// Instruments bound to every combination of their labels.
#[derive(Debug)]
pub struct Metrics {
    items: Vec<[BoundCounter<u64>; Class::ALL.len()]>,
    duration: [BoundHistogram<f64>; Direction::ALL.len()],
    waiting: [BoundGauge<i64>; Direction::ALL.len()],
}

impl Metrics {
    /// Creates the instruments and binds them.
    pub fn new(meter: &Meter) -> Self {
        let items = meter.u64_counter("bench.items").with_unit("{item}").build();
        let duration = meter.f64_histogram("bench.item.duration").with_unit("s").build();
        let waiting = meter.i64_gauge("bench.items.waiting").with_unit("{item}").build();
        let directions = || std::array::from_fn(|at| KeyValue::new(DIRECTION, Direction::ALL[at].as_str()));
        let [inbound, outbound] = directions();
        let of_classes = |direction: &KeyValue| {
            std::array::from_fn(|at| {
                items.bind(&[KeyValue::new(CLASS, Class::ALL[at].as_str()), direction.clone()])
            })
        };
        Self {
            items: [&inbound, &outbound].map(of_classes).into(),
            duration: directions().map(|direction| duration.bind(&[direction])),
            waiting: directions().map(|direction| waiting.bind(&[direction])),
        }
    }

    /// Counts one item by two labels.
    #[inline]
    pub fn handled(&self, item: &Item) {
        self.items[item.direction as usize][item.class as usize].add(1);
    }

    /// Records how long one item took, by one label.
    #[inline]
    pub fn took(&self, item: &Item) {
        self.duration[item.direction as usize].record(item.weight);
    }

    /// Records how many items wait, by one label.
    #[inline]
    pub fn waiting(&self, item: &Item) {
        self.waiting[item.direction as usize].record(item.quantity);
    }
}
