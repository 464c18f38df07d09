//! What an in-memory pipeline was given, decoded by an independent protobuf library.

use std::collections::BTreeMap;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use prost::Message;

use crate::event::EventDef;
use crate::instrument;
use crate::key::Key;
use crate::label::LabelSet;
use crate::ledger::Stream;
use crate::metric::{CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, MetricFacts, UpDownCounterDef};
use crate::span::SpanDef;
use crate::telemetry::Telemetry;
use crate::time::Timestamp;
use crate::value::AttributeType;

use super::receiver::Received;
use super::value::{TestValue, attributes, find};

/// Everything an in-memory pipeline recorded.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    spans: Vec<TestSpan>,
    events: Vec<TestEvent>,
    /// The latest point of each series, by metric and labels; the sum of all, where they are differences.
    points: BTreeMap<(String, Labels), Point>,
    /// Each metric, once for each time it was exported.
    metrics: Vec<ExportedMetric>,
    telemetry: Telemetry,
}

/// A metric as it was exported once.
#[derive(Clone, Debug)]
pub(super) struct ExportedMetric {
    pub(super) scope: String,
    pub(super) name: String,
    pub(super) unit: String,
    /// `None` when it came without any data.
    pub(super) shape: Option<Shape>,
    /// Whether its numbers are whole; `None` for histograms.
    pub(super) whole: Option<bool>,
    /// The labels of each series.
    pub(super) series: Vec<Vec<(String, TestValue)>>,
    /// Whether some series has counted something.
    pub(super) is_counting: bool,
}

/// What a metric is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Sum { monotonic: bool },
    Gauge,
    Histogram,
    Summary,
}

type Labels = Vec<(String, String)>;

#[derive(Clone, Debug)]
enum Point {
    Int(i64),
    Double(f64),
    Histogram(TestHistogram),
}

/// A finished span.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestSpan {
    /// The scope it was recorded under.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// Its kind, as OTLP numbers it.
    pub kind: i32,
    /// Its trace, in hexadecimal.
    pub trace_id: String,
    /// Its id, in hexadecimal.
    pub span_id: String,
    /// Its parent's id, in hexadecimal; empty for a root.
    pub parent_span_id: String,
    /// When it started.
    pub start: Timestamp,
    /// When it ended.
    pub end: Timestamp,
    /// How it ended.
    pub status: TestStatus,
    /// Its attributes, in the order they were set.
    pub attributes: Vec<(String, TestValue)>,
    /// Attributes beyond the limit.
    pub dropped_attributes: u32,
    /// The names of its span events.
    pub events: Vec<String>,
    /// The span ids it links to, in hexadecimal.
    pub links: Vec<String>,
    /// The flags of W3C Trace Context, and those that OTLP adds.
    pub flags: u32,
}

/// A span's status.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TestStatus {
    /// Nobody said.
    Unset,
    /// Success.
    Ok,
    /// Failure, with a message that may be empty.
    Error(String),
}

/// A log record or event.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TestEvent {
    /// The scope it was recorded under.
    pub scope: String,
    /// Its event name; empty for a plain log record.
    pub name: String,
    /// Its severity, as OTLP numbers it.
    pub severity: i32,
    /// When it happened.
    pub time: Timestamp,
    /// The trace it belongs to, in hexadecimal; empty outside a trace.
    pub trace_id: String,
    /// The span it belongs to, in hexadecimal; empty outside a span.
    pub span_id: String,
    /// Its body.
    pub body: TestValue,
    /// Its attributes, in the order they were set.
    pub attributes: Vec<(String, TestValue)>,
}

/// The state of one series of a histogram.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct TestHistogram {
    /// The number of values.
    pub count: u64,
    /// Their sum.
    pub sum: f64,
    /// The smallest; zero when there is none.
    pub min: f64,
    /// The largest; zero when there is none.
    pub max: f64,
}

impl TestSpan {
    /// The value of an attribute.
    pub fn get<T: AttributeType>(&self, key: &Key<T>) -> Option<TestValue> {
        find(&self.attributes, key.name())
    }
}

impl TestEvent {
    /// The value of an attribute.
    pub fn get<T: AttributeType>(&self, key: &Key<T>) -> Option<TestValue> {
        find(&self.attributes, key.name())
    }
}

impl Recorded {
    /// Spans, mostly in the order they ended on each thread: those that the pipeline met in the act may have passed others.
    pub fn spans(&self) -> &[TestSpan] {
        &self.spans
    }

    /// The spans of one definition.
    pub fn spans_of(&self, def: &SpanDef) -> Vec<&TestSpan> {
        self.spans.iter().filter(|span| span.name == def.name()).collect()
    }

    /// The one span of a definition.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    pub fn span(&self, def: &SpanDef) -> &TestSpan {
        let spans = self.spans_of(def);
        assert_eq!(spans.len(), 1, "one span called {} was expected; recorded: {spans:#?}", def.name());
        spans[0]
    }

    /// Log records and events, mostly in the order they were emitted on each thread, as spans are.
    pub fn events(&self) -> &[TestEvent] {
        &self.events
    }

    /// The events of one definition.
    pub fn events_of(&self, def: &EventDef) -> Vec<&TestEvent> {
        self.events.iter().filter(|event| event.name == def.name()).collect()
    }

    /// The one event of a definition.
    ///
    /// # Panics
    ///
    /// When there is none, or more than one.
    pub fn event(&self, def: &EventDef) -> &TestEvent {
        let events = self.events_of(def);
        assert_eq!(events.len(), 1, "one event called {} was expected; recorded: {events:#?}", def.name());
        events[0]
    }

    /// The count of one series; `None` when it was never exported.
    pub fn counter<L: LabelSet>(&self, def: &CounterDef<L>, labels: L) -> Option<u64> {
        self.int(&def.facts(), labels).and_then(|count| u64::try_from(count).ok())
    }

    /// The count over all series.
    pub fn counter_total<L: LabelSet>(&self, def: &CounterDef<L>) -> u64 {
        let series = self.points.iter().filter(|((name, _), _)| name == def.facts().name);
        series.map(|(_, point)| if let Point::Int(count) = point { *count as u64 } else { 0 }).sum()
    }

    /// The number of series of a metric that were exported.
    pub fn series(&self, metric: &MetricFacts) -> usize {
        self.points.keys().filter(|(name, _)| name == metric.name).count()
    }

    /// Whether there was no room for some series of a metric: they are one point with the label `otel.metric.overflow`.
    pub fn overflows(&self, metric: &MetricFacts) -> bool {
        let mut series = self.points.keys().filter(|(name, _)| name == metric.name);
        series.any(|(_, labels)| labels.iter().any(|(key, _)| key == "otel.metric.overflow"))
    }

    /// The series of a metric that counts or measures, by their labels. Labels are sorted by key; histograms have none.
    pub fn values(&self, metric: &MetricFacts) -> Vec<(Vec<(String, String)>, f64)> {
        let series = self.points.iter().filter(|((name, _), _)| name == metric.name);
        let value = |point: &Point| match point {
            Point::Int(value) => Some(*value as f64),
            Point::Double(value) => Some(*value),
            Point::Histogram(_) => None,
        };
        series.filter_map(|((_, labels), point)| Some((labels.clone(), value(point)?))).collect()
    }

    /// The level of one series of an up-down counter.
    pub fn up_down_counter<L: LabelSet>(&self, def: &UpDownCounterDef<L>, labels: L) -> Option<i64> {
        self.int(&def.facts(), labels)
    }

    /// The value of one series of a gauge.
    pub fn gauge<L: LabelSet>(&self, def: &GaugeDef<L>, labels: L) -> Option<i64> {
        self.int(&def.facts(), labels)
    }

    /// The value of one series of a float gauge.
    pub fn float_gauge<L: LabelSet>(&self, def: &FloatGaugeDef<L>, labels: L) -> Option<f64> {
        match self.point(&def.facts(), labels)? {
            Point::Double(value) => Some(*value),
            Point::Int(_) | Point::Histogram(_) => None,
        }
    }

    /// The state of one series of a histogram.
    pub fn histogram<L: LabelSet>(&self, def: &HistogramDef<L>, labels: L) -> Option<TestHistogram> {
        match self.point(&def.facts(), labels)? {
            Point::Histogram(histogram) => Some(*histogram),
            Point::Int(_) | Point::Double(_) => None,
        }
    }

    /// Every metric as often as it was exported.
    pub(super) fn exported_metrics(&self) -> impl Iterator<Item = &ExportedMetric> {
        self.metrics.iter()
    }

    fn int<L: LabelSet>(&self, facts: &MetricFacts, labels: L) -> Option<i64> {
        match self.point(facts, labels)? {
            Point::Int(value) => Some(*value),
            Point::Double(_) | Point::Histogram(_) => None,
        }
    }

    fn point<L: LabelSet>(&self, facts: &MetricFacts, labels: L) -> Option<&Point> {
        let scope = self.telemetry.scope.as_ref()?;
        let attributes = instrument::attributes(facts.dimensions, labels.index(), scope);
        let labels = attributes.into_iter().map(|label| (label.key.to_string(), label.value.to_string()));
        let mut labels: Labels = labels.collect();
        labels.sort();
        self.points.get(&(facts.name.to_owned(), labels))
    }

    /// What a [`Receiver`](super::Receiver) has received, for a pipeline that is not a test's own; `telemetry` is the one
    /// that it was recorded with, which knows the names of capped labels.
    pub fn received(received: &Received, telemetry: &Telemetry) -> Self {
        let mut recorded = Self { telemetry: telemetry.clone(), ..Self::default() };
        received.traces.iter().for_each(|request| recorded.add_spans(request.clone()));
        received.logs.iter().for_each(|request| recorded.add_events(request.clone()));
        received.metrics.iter().for_each(|request| recorded.add_points(request.clone()));
        recorded
    }

    pub(super) fn decode(requests: &[(Stream, Bytes)], telemetry: &Telemetry) -> Self {
        let mut recorded = Self { telemetry: telemetry.clone(), ..Self::default() };
        for (stream, body) in requests {
            let decoded = match stream {
                Stream::Traces => {
                    ExportTraceServiceRequest::decode(body.clone()).map(|it| recorded.add_spans(it))
                }
                Stream::Logs => {
                    ExportLogsServiceRequest::decode(body.clone()).map(|it| recorded.add_events(it))
                }
                Stream::Metrics => {
                    ExportMetricsServiceRequest::decode(body.clone()).map(|it| recorded.add_points(it))
                }
            };
            assert!(decoded.is_ok(), "an export request is not valid OTLP: {decoded:?}");
        }
        recorded
    }

    fn add_spans(&mut self, request: ExportTraceServiceRequest) {
        for scope in request.resource_spans.into_iter().flat_map(|resource| resource.scope_spans) {
            let name = scope.scope.map(|scope| scope.name).unwrap_or_default();
            self.spans.extend(scope.spans.into_iter().map(|span| {
                let status = span.status.clone().unwrap_or_default();
                TestSpan {
                    scope: name.clone(),
                    kind: span.kind,
                    trace_id: hex(&span.trace_id),
                    span_id: hex(&span.span_id),
                    parent_span_id: hex(&span.parent_span_id),
                    start: Timestamp::from_unix_nanos(span.start_time_unix_nano),
                    end: Timestamp::from_unix_nanos(span.end_time_unix_nano),
                    status: match status.code() {
                        StatusCode::Unset => TestStatus::Unset,
                        StatusCode::Ok => TestStatus::Ok,
                        StatusCode::Error => TestStatus::Error(status.message),
                    },
                    name: span.name,
                    attributes: attributes(span.attributes),
                    dropped_attributes: span.dropped_attributes_count,
                    events: span.events.into_iter().map(|event| event.name).collect(),
                    links: span.links.iter().map(|link| hex(&link.span_id)).collect(),
                    flags: span.flags,
                }
            }));
        }
    }

    fn add_events(&mut self, request: ExportLogsServiceRequest) {
        for scope in request.resource_logs.into_iter().flat_map(|resource| resource.scope_logs) {
            let name = scope.scope.map(|scope| scope.name).unwrap_or_default();
            self.events.extend(scope.log_records.into_iter().map(|record| TestEvent {
                scope: name.clone(),
                name: record.event_name,
                severity: record.severity_number,
                time: Timestamp::from_unix_nanos(record.time_unix_nano),
                trace_id: hex(&record.trace_id),
                span_id: hex(&record.span_id),
                body: record.body.into(),
                attributes: attributes(record.attributes),
            }));
        }
    }

    fn add_points(&mut self, request: ExportMetricsServiceRequest) {
        for scope in request.resource_metrics.into_iter().flat_map(|resource| resource.scope_metrics) {
            let name = scope.scope.map(|scope| scope.name).unwrap_or_default();
            for metric in scope.metrics {
                self.metrics.push(ExportedMetric::new(name.clone(), &metric));
                let adds = metric.data.as_ref().is_some_and(is_difference);
                for (attributes, point) in metric.data.into_iter().flat_map(points) {
                    let series = (metric.name.clone(), labels(attributes));
                    let before = if adds { self.points.get(&series) } else { None };
                    let point = before.map_or(point.clone(), |before| before.plus(&point));
                    self.points.insert(series, point);
                }
            }
        }
    }
}

impl ExportedMetric {
    fn new(scope: String, metric: &Metric) -> Self {
        let points: Vec<_> = metric.data.clone().into_iter().flat_map(points).collect();
        let shape = metric.data.as_ref().map(|data| match data {
            Data::Sum(sum) => Shape::Sum { monotonic: sum.is_monotonic },
            Data::Gauge(_) => Shape::Gauge,
            Data::Histogram(_) | Data::ExponentialHistogram(_) => Shape::Histogram,
            Data::Summary(_) => Shape::Summary,
        });
        let whole = points.first().and_then(|(_, point)| match point {
            Point::Int(_) => Some(true),
            Point::Double(_) => Some(false),
            Point::Histogram(_) => None,
        });
        let counts = |point: &Point| match point {
            Point::Int(value) => *value != 0,
            Point::Double(value) => *value != 0.0,
            Point::Histogram(histogram) => histogram.count != 0,
        };
        Self {
            scope,
            name: metric.name.clone(),
            unit: metric.unit.clone(),
            shape,
            whole,
            is_counting: points.iter().any(|(_, point)| counts(point)),
            series: points.into_iter().map(|(labels, _)| attributes(labels)).collect(),
        }
    }
}

impl Point {
    /// The sum of two differences. Points that are not alike have none, and the later one counts.
    fn plus(&self, later: &Self) -> Self {
        match (self, later) {
            (Self::Int(a), Self::Int(b)) => Self::Int(a + b),
            (Self::Double(a), Self::Double(b)) => Self::Double(a + b),
            (Self::Histogram(a), Self::Histogram(b)) if a.count > 0 && b.count > 0 => {
                Self::Histogram(TestHistogram {
                    count: a.count + b.count,
                    sum: a.sum + b.sum,
                    min: a.min.min(b.min),
                    max: a.max.max(b.max),
                })
            }
            (Self::Histogram(a), Self::Histogram(b)) if b.count == 0 => Self::Histogram(*a),
            _ => later.clone(),
        }
    }
}

/// Whether the points of a metric are differences from export to export.
fn is_difference(data: &Data) -> bool {
    let temporality = match data {
        Data::Sum(it) => it.aggregation_temporality(),
        Data::Histogram(it) => it.aggregation_temporality(),
        Data::ExponentialHistogram(it) => it.aggregation_temporality(),
        Data::Gauge(_) | Data::Summary(_) => return false,
    };
    temporality == AggregationTemporality::Delta
}

type Attributes = Vec<opentelemetry_proto::tonic::common::v1::KeyValue>;

fn points(data: Data) -> Vec<(Attributes, Point)> {
    let number = |value| match value {
        Some(Number::AsInt(int)) => Point::Int(int),
        Some(Number::AsDouble(double)) => Point::Double(double),
        None => Point::Int(0),
    };
    let histogram = |count, sum: Option<f64>, min: Option<f64>, max: Option<f64>| {
        let (sum, min, max) = (sum.unwrap_or_default(), min.unwrap_or_default(), max.unwrap_or_default());
        Point::Histogram(TestHistogram { count, sum, min, max })
    };
    match data {
        Data::Gauge(gauge) => {
            gauge.data_points.into_iter().map(|point| (point.attributes, number(point.value))).collect()
        }
        Data::Sum(sum) => {
            sum.data_points.into_iter().map(|point| (point.attributes, number(point.value))).collect()
        }
        Data::Histogram(it) => it
            .data_points
            .into_iter()
            .map(|point| (point.attributes, histogram(point.count, point.sum, point.min, point.max)))
            .collect(),
        Data::ExponentialHistogram(it) => it
            .data_points
            .into_iter()
            .map(|point| (point.attributes, histogram(point.count, point.sum, point.min, point.max)))
            .collect(),
        // The SDK makes no summaries.
        Data::Summary(_) => Vec::new(),
    }
}

fn labels(points: Attributes) -> Labels {
    let text = |value| match value {
        TestValue::Text(text) => text,
        other => format!("{other:?}"),
    };
    let mut labels: Labels = attributes(points).into_iter().map(|(key, value)| (key, text(value))).collect();
    labels.sort();
    labels
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}
