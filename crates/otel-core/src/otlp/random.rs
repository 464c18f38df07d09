//! Seeded requests of every shape, as protobuf's own types: the same seed gives the same request again.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar,
    number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

const LETTERS: [char; 14] =
    ['a', 'Z', '0', '.', ' ', '"', '\\', '/', '\n', '\0', 'é', '漢', '🦀', '\u{2028}'];

pub(super) struct Random {
    rng: fastrand::Rng,
    /// About how many elements a list has.
    size: usize,
}

impl Random {
    pub(super) fn new(seed: u64, size: usize) -> Self {
        Self { rng: fastrand::Rng::with_seed(seed), size }
    }

    pub(super) fn traces(&mut self) -> ExportTraceServiceRequest {
        ExportTraceServiceRequest { resource_spans: self.list(Self::resource_spans) }
    }

    pub(super) fn logs(&mut self) -> ExportLogsServiceRequest {
        ExportLogsServiceRequest { resource_logs: self.list(Self::resource_logs) }
    }

    pub(super) fn metrics(&mut self) -> ExportMetricsServiceRequest {
        ExportMetricsServiceRequest { resource_metrics: self.list(Self::resource_metrics) }
    }

    fn list<T>(&mut self, element: impl Fn(&mut Self) -> T) -> Vec<T> {
        (0..self.rng.usize(..=self.size)).map(|_| element(self)).collect()
    }

    fn some<T>(&mut self, value: impl Fn(&mut Self) -> T) -> Option<T> {
        (self.rng.u8(..4) > 0).then(|| value(self))
    }

    fn text(&mut self) -> String {
        let letters = self.rng.usize(..12);
        (0..letters).map(|_| LETTERS[self.rng.usize(..LETTERS.len())]).collect()
    }

    fn bytes(&mut self, len: usize) -> Vec<u8> {
        (0..len).map(|_| self.rng.u8(..)).collect()
    }

    /// An identifier, or none.
    fn id(&mut self, len: usize) -> Vec<u8> {
        if self.rng.bool() { self.bytes(len) } else { Vec::new() }
    }

    /// Every length a varint can have.
    fn long(&mut self) -> u64 {
        self.rng.u64(..) >> self.rng.u32(..64)
    }

    fn short(&mut self) -> u32 {
        if self.rng.bool() { 0 } else { self.rng.u32(..) >> self.rng.u32(..32) }
    }

    fn signed(&mut self) -> i32 {
        self.rng.i32(..) >> self.rng.u32(..32)
    }

    fn double(&mut self) -> f64 {
        const EDGES: [f64; 8] =
            [0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE];
        match self.rng.u8(..3) {
            0 => EDGES[self.rng.usize(..EDGES.len())],
            1 => f64::from_bits(self.rng.u64(..)),
            _ => self.rng.f64(),
        }
    }

    fn value(&mut self, depth: usize) -> AnyValue {
        let value = match self.rng.u8(..if depth == 0 { 6 } else { 8 }) {
            0 => return AnyValue { value: None },
            1 => Value::StringValue(self.text()),
            2 => Value::BoolValue(self.rng.bool()),
            3 => Value::IntValue(self.rng.i64(..) >> self.rng.u32(..64)),
            4 => Value::DoubleValue(self.double()),
            5 => {
                let len = self.rng.usize(..5);
                Value::BytesValue(self.bytes(len))
            }
            6 => Value::ArrayValue(ArrayValue { values: self.list(|it| it.value(depth - 1)) }),
            _ => Value::KvlistValue(KeyValueList { values: self.list(|it| it.attribute(depth - 1)) }),
        };
        AnyValue { value: Some(value) }
    }

    fn attribute(&mut self, depth: usize) -> KeyValue {
        KeyValue { key: self.text(), value: self.some(|it| it.value(depth)), ..KeyValue::default() }
    }

    fn attributes(&mut self) -> Vec<KeyValue> {
        self.list(|it| it.attribute(2))
    }

    fn resource(&mut self) -> Resource {
        Resource {
            attributes: self.attributes(),
            dropped_attributes_count: self.short(),
            entity_refs: self.list(|it| EntityRef {
                schema_url: it.text(),
                r#type: it.text(),
                id_keys: it.list(Self::text),
                description_keys: it.list(Self::text),
            }),
        }
    }

    fn scope(&mut self) -> InstrumentationScope {
        InstrumentationScope {
            name: self.text(),
            version: self.text(),
            attributes: self.attributes(),
            dropped_attributes_count: self.short(),
        }
    }

    fn resource_spans(&mut self) -> ResourceSpans {
        ResourceSpans {
            resource: self.some(Self::resource),
            scope_spans: self.list(|it| ScopeSpans {
                scope: it.some(Self::scope),
                spans: it.list(Self::span),
                schema_url: it.text(),
            }),
            schema_url: self.text(),
        }
    }

    fn span(&mut self) -> Span {
        Span {
            trace_id: self.id(16),
            span_id: self.id(8),
            trace_state: self.text(),
            parent_span_id: self.id(8),
            flags: self.short(),
            name: self.text(),
            kind: self.rng.i32(0..6),
            start_time_unix_nano: self.long(),
            end_time_unix_nano: self.long(),
            attributes: self.attributes(),
            dropped_attributes_count: self.short(),
            events: self.list(|it| Event {
                time_unix_nano: it.long(),
                name: it.text(),
                attributes: it.attributes(),
                dropped_attributes_count: it.short(),
            }),
            dropped_events_count: self.short(),
            links: self.list(|it| Link {
                trace_id: it.id(16),
                span_id: it.id(8),
                trace_state: it.text(),
                attributes: it.attributes(),
                dropped_attributes_count: it.short(),
                flags: it.short(),
            }),
            dropped_links_count: self.short(),
            status: self.some(|it| Status { message: it.text(), code: it.rng.i32(0..3) }),
        }
    }

    fn resource_logs(&mut self) -> ResourceLogs {
        ResourceLogs {
            resource: self.some(Self::resource),
            scope_logs: self.list(|it| ScopeLogs {
                scope: it.some(Self::scope),
                log_records: it.list(Self::log_record),
                schema_url: it.text(),
            }),
            schema_url: self.text(),
        }
    }

    fn log_record(&mut self) -> LogRecord {
        LogRecord {
            time_unix_nano: self.long(),
            observed_time_unix_nano: self.long(),
            severity_number: self.rng.i32(0..25),
            severity_text: self.text(),
            body: self.some(|it| it.value(3)),
            attributes: self.attributes(),
            dropped_attributes_count: self.short(),
            flags: self.short(),
            trace_id: self.id(16),
            span_id: self.id(8),
            event_name: self.text(),
        }
    }

    fn resource_metrics(&mut self) -> ResourceMetrics {
        ResourceMetrics {
            resource: self.some(Self::resource),
            scope_metrics: self.list(|it| ScopeMetrics {
                scope: it.some(Self::scope),
                metrics: it.list(Self::metric),
                schema_url: it.text(),
            }),
            schema_url: self.text(),
        }
    }

    fn metric(&mut self) -> Metric {
        Metric {
            name: self.text(),
            description: self.text(),
            unit: self.text(),
            metadata: self.attributes(),
            data: self.some(Self::data),
        }
    }

    fn data(&mut self) -> Data {
        let aggregation_temporality = self.rng.i32(0..3);
        match self.rng.u8(..5) {
            0 => Data::Gauge(Gauge { data_points: self.list(Self::number_point) }),
            1 => Data::Sum(Sum {
                data_points: self.list(Self::number_point),
                aggregation_temporality,
                is_monotonic: self.rng.bool(),
            }),
            2 => Data::Histogram(Histogram {
                data_points: self.list(Self::histogram_point),
                aggregation_temporality,
            }),
            3 => Data::ExponentialHistogram(ExponentialHistogram {
                data_points: self.list(Self::exponential_point),
                aggregation_temporality,
            }),
            _ => Data::Summary(Summary { data_points: self.list(Self::summary_point) }),
        }
    }

    fn number_point(&mut self) -> NumberDataPoint {
        NumberDataPoint {
            attributes: self.attributes(),
            start_time_unix_nano: self.long(),
            time_unix_nano: self.long(),
            exemplars: self.list(Self::exemplar),
            flags: self.short(),
            value: self.some(|it| match it.rng.bool() {
                true => number_data_point::Value::AsDouble(it.double()),
                false => number_data_point::Value::AsInt(it.rng.i64(..)),
            }),
        }
    }

    fn histogram_point(&mut self) -> HistogramDataPoint {
        HistogramDataPoint {
            attributes: self.attributes(),
            start_time_unix_nano: self.long(),
            time_unix_nano: self.long(),
            count: self.long(),
            sum: self.some(Self::double),
            bucket_counts: self.list(Self::long),
            explicit_bounds: self.list(Self::double),
            exemplars: self.list(Self::exemplar),
            flags: self.short(),
            min: self.some(Self::double),
            max: self.some(Self::double),
        }
    }

    fn exponential_point(&mut self) -> ExponentialHistogramDataPoint {
        let buckets = |it: &mut Self| Buckets { offset: it.signed(), bucket_counts: it.list(Self::long) };
        ExponentialHistogramDataPoint {
            attributes: self.attributes(),
            start_time_unix_nano: self.long(),
            time_unix_nano: self.long(),
            count: self.long(),
            sum: self.some(Self::double),
            scale: self.signed(),
            zero_count: self.long(),
            positive: self.some(buckets),
            negative: self.some(buckets),
            flags: self.short(),
            exemplars: self.list(Self::exemplar),
            min: self.some(Self::double),
            max: self.some(Self::double),
            zero_threshold: self.double(),
        }
    }

    fn summary_point(&mut self) -> SummaryDataPoint {
        SummaryDataPoint {
            attributes: self.attributes(),
            start_time_unix_nano: self.long(),
            time_unix_nano: self.long(),
            count: self.long(),
            sum: self.double(),
            quantile_values: self.list(|it| ValueAtQuantile { quantile: it.double(), value: it.double() }),
            flags: self.short(),
        }
    }

    fn exemplar(&mut self) -> Exemplar {
        Exemplar {
            filtered_attributes: self.attributes(),
            time_unix_nano: self.long(),
            span_id: self.id(8),
            trace_id: self.id(16),
            value: self.some(|it| match it.rng.bool() {
                true => exemplar::Value::AsDouble(it.double()),
                false => exemplar::Value::AsInt(it.rng.i64(..)),
            }),
        }
    }
}
