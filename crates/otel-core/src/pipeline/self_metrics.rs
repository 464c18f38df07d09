//! The pipeline's own metrics: the `otel.sdk.*` set of the semantic conventions, and what they have no name for.
//!
//! Nothing is counted twice for them: they observe the ledger, the budget and the vitals when metrics are collected.
//! Only the two durations are recorded as they happen.

mod conventions;
mod sources;

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};

use crate::ledger::Stream;
use crate::record::Signal;

pub(crate) use conventions::LABELS;
use conventions::{self as names, Metric};
use sources::Point;
pub(crate) use sources::{Component, Sources};

/// The durations that are recorded as they happen; they do nothing until the instruments are there.
#[derive(Debug, Default)]
pub(crate) struct Durations(OnceLock<Recorded>);

#[derive(Debug)]
struct Recorded {
    collection: Histogram<f64>,
    operation: Histogram<f64>,
}

impl Durations {
    /// An attempt at a destination took so long, and ended well or with this class of error.
    pub(crate) fn operation(&self, component: &Component, took: Duration, error: Option<&'static str>) {
        if let Some(recorded) = self.0.get() {
            recorded.operation.record(took.as_secs_f64(), &component.attributes(error));
        }
    }

    /// A collection of metrics took so long.
    pub(crate) fn collection(&self, took: Duration) {
        if let Some(recorded) = self.0.get() {
            let attributes = names::READER.map(|(key, value)| KeyValue::new(key, value));
            recorded.collection.record(took.as_secs_f64(), &attributes);
        }
    }
}

/// When the collection of metrics began that is under way: when the first of our instruments was observed.
#[derive(Debug, Default)]
pub(crate) struct Collecting(Mutex<Option<Instant>>);

impl Collecting {
    fn begin(&self) {
        self.lock().get_or_insert_with(Instant::now);
    }

    /// How long the collection took that is over now.
    pub(crate) fn end(&self) -> Option<Duration> {
        self.lock().take().map(|began| began.elapsed())
    }

    fn lock(&self) -> MutexGuard<'_, Option<Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Registers every instrument.
pub(crate) fn register(meter: &Meter, sources: &Arc<Sources>, has_tail: bool) {
    let recorded = Recorded {
        collection: histogram(meter, names::COLLECTION_DURATION),
        operation: histogram(meter, names::OPERATION_DURATION),
    };
    // A pipeline is installed once.
    let _ = sources.durations().0.set(recorded);
    let counter = |metric, read: Read| counter(meter, sources, metric, read);
    let level = |metric, read: Read| level(meter, sources, metric, read);
    counter(names::SPAN_STARTED, Sources::spans_started);
    level(names::SPAN_LIVE, Sources::spans_live);
    level(names::SPAN_QUEUE_SIZE, |sources| sources.queue_size(Signal::Span));
    level(names::SPAN_QUEUE_CAPACITY, |sources| sources.queue_capacity(Signal::Span));
    counter(names::SPAN_PROCESSED, |sources| sources.processed(Signal::Span));
    level(names::SPAN_IN_FLIGHT, |sources| sources.in_flight(Stream::Traces));
    counter(names::SPAN_EXPORTED, |sources| sources.exported(Stream::Traces));
    counter(names::LOG_CREATED, Sources::logs_created);
    level(names::LOG_QUEUE_SIZE, |sources| sources.queue_size(Signal::Log));
    level(names::LOG_QUEUE_CAPACITY, |sources| sources.queue_capacity(Signal::Log));
    counter(names::LOG_PROCESSED, |sources| sources.processed(Signal::Log));
    level(names::LOG_IN_FLIGHT, |sources| sources.in_flight(Stream::Logs));
    counter(names::LOG_EXPORTED, |sources| sources.exported(Stream::Logs));
    level(names::POINT_IN_FLIGHT, |sources| sources.in_flight(Stream::Metrics));
    counter(names::POINT_EXPORTED, |sources| sources.exported(Stream::Metrics));
    counter(names::OUTCOMES, Sources::outcomes);
    level(names::PENDING, Sources::pending);
    level(names::SPOOLED, Sources::spooled);
    level(names::QUEUE_BYTES, Sources::queue_bytes);
    level(names::QUEUE_LIMIT, Sources::queue_limit);
    level(names::REQUEST_BYTES, Sources::request_bytes);
    level(names::SPOOL_BYTES, Sources::spool_bytes);
    counter(names::SPOOL_REFUSED, Sources::spool_refused);
    level(names::STUCK, Sources::stuck);
    counter(names::REDACTIONS, Sources::redactions);
    counter(names::UNDECLARED, Sources::undeclared);
    cpu_time(meter, sources);
    if has_tail {
        counter(names::SIFTED, Sources::sifted);
        level(names::HELD, Sources::held);
        level(names::HELD_BYTES, Sources::held_bytes);
        factor(meter, sources);
    }
}

/// Reads the points of one metric.
type Read = fn(&Sources) -> Vec<Point>;

fn counter(meter: &Meter, sources: &Arc<Sources>, metric: Metric, read: Read) {
    let sources = Arc::clone(sources);
    let built = meter.u64_observable_counter(metric.name).with_unit(metric.unit.code());
    let observe = move |to: &dyn opentelemetry::metrics::AsyncInstrument<u64>| {
        sources.collecting().begin();
        read(&sources).into_iter().for_each(|(value, attributes)| to.observe(value, &attributes));
    };
    built.with_description(metric.brief).with_callback(observe).build();
}

/// A value that goes up and down, and that can be added up over processes.
fn level(meter: &Meter, sources: &Arc<Sources>, metric: Metric, read: Read) {
    let sources = Arc::clone(sources);
    let built = meter.i64_observable_up_down_counter(metric.name).with_unit(metric.unit.code());
    let observe = move |to: &dyn opentelemetry::metrics::AsyncInstrument<i64>| {
        sources.collecting().begin();
        for (value, attributes) in read(&sources) {
            to.observe(i64::try_from(value).unwrap_or(i64::MAX), &attributes);
        }
    };
    built.with_description(metric.brief).with_callback(observe).build();
}

fn factor(meter: &Meter, sources: &Arc<Sources>) {
    let sources = Arc::clone(sources);
    let metric = names::FACTOR;
    let built = meter.f64_observable_gauge(metric.name).with_unit(metric.unit.code());
    let observe = move |to: &dyn opentelemetry::metrics::AsyncInstrument<f64>| {
        to.observe(sources.sampling_factor(), &[]);
    };
    built.with_description(metric.brief).with_callback(observe).build();
}

fn cpu_time(meter: &Meter, sources: &Arc<Sources>) {
    let sources = Arc::clone(sources);
    let metric = names::CPU_TIME;
    let built = meter.f64_observable_counter(metric.name).with_unit(metric.unit.code());
    let observe = move |to: &dyn opentelemetry::metrics::AsyncInstrument<f64>| {
        to.observe(sources.cpu_time().as_secs_f64(), &[]);
    };
    built.with_description(metric.brief).with_callback(observe).build();
}

fn histogram(meter: &Meter, metric: Metric) -> Histogram<f64> {
    let built = meter.f64_histogram(metric.name).with_unit(metric.unit.code());
    built.with_description(metric.brief).build()
}
