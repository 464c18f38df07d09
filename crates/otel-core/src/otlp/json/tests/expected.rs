//! What requests look like in JSON, built by hand from protobuf's own types.

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint, SummaryDataPoint,
    exemplar, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Map, Value, json};

/// An object without the entries that say what is so anyway.
struct Object(Map<String, Value>);

impl Object {
    fn new() -> Self {
        Self(Map::new())
    }

    /// An entry that is there whatever its value.
    fn always(mut self, key: &str, value: Value) -> Self {
        self.0.insert(key.to_owned(), value);
        self
    }

    fn maybe(self, key: &str, value: Option<Value>) -> Self {
        match value {
            Some(value) => self.always(key, value),
            None => self,
        }
    }

    fn text(self, key: &str, text: &str) -> Self {
        self.maybe(key, (!text.is_empty()).then(|| json!(text)))
    }

    fn id(self, key: &str, bytes: &[u8]) -> Self {
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.text(key, &digits)
    }

    fn small(self, key: &str, number: impl Into<i64>) -> Self {
        let number = number.into();
        self.maybe(key, (number != 0).then(|| json!(number)))
    }

    fn large(self, key: &str, number: u64) -> Self {
        self.maybe(key, (number != 0).then(|| json!(number.to_string())))
    }

    fn double(self, key: &str, number: f64) -> Self {
        self.maybe(key, (number != 0.0).then(|| double(number)))
    }

    fn list<T>(self, key: &str, list: &[T], value: impl Fn(&T) -> Value) -> Self {
        self.maybe(key, (!list.is_empty()).then(|| list.iter().map(value).collect()))
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn double(number: f64) -> Value {
    if number.is_finite() {
        json!(number)
    } else if number.is_nan() {
        json!("NaN")
    } else {
        json!(if number > 0.0 { "Infinity" } else { "-Infinity" })
    }
}

fn base64(bytes: &[u8]) -> String {
    let bits: String = bytes.iter().map(|byte| format!("{byte:08b}")).collect();
    let letters: Vec<char> = ('A'..='Z').chain('a'..='z').chain('0'..='9').chain(['+', '/']).collect();
    let mut text = String::new();
    for six in bits.as_bytes().chunks(6) {
        let six = format!("{:0<6}", std::str::from_utf8(six).unwrap());
        text.push(letters[usize::from_str_radix(&six, 2).unwrap()]);
    }
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

fn any(value: &AnyValue) -> Value {
    match &value.value {
        None => json!({}),
        Some(Any::StringValue(text)) => json!({ "stringValue": text }),
        Some(Any::BoolValue(truth)) => json!({ "boolValue": truth }),
        Some(Any::IntValue(number)) => json!({ "intValue": number.to_string() }),
        Some(Any::DoubleValue(number)) => json!({ "doubleValue": double(*number) }),
        Some(Any::ArrayValue(array)) => {
            {
                // Written also when there is nothing in it.
                let values: Vec<_> = array.values.iter().map(any).collect();
                json!({ "arrayValue": { "values": values } })
            }
        }
        Some(Any::KvlistValue(list)) => {
            let values: Vec<_> = list.values.iter().map(attribute).collect();
            json!({ "kvlistValue": { "values": values } })
        }
        Some(Any::BytesValue(bytes)) => json!({ "bytesValue": base64(bytes) }),
        Some(Any::StringValueStrindex(number)) => json!({ "stringValueStrindex": number }),
    }
}

fn attribute(attribute: &KeyValue) -> Value {
    Object::new().text("key", &attribute.key).maybe("value", attribute.value.as_ref().map(any)).done()
}

fn attributes(list: &[KeyValue], dropped: u32) -> Object {
    Object::new().list("attributes", list, attribute).small("droppedAttributesCount", dropped)
}

fn resource(resource: &Resource) -> Value {
    attributes(&resource.attributes, resource.dropped_attributes_count)
        .list("entityRefs", &resource.entity_refs, |entity| {
            Object::new()
                .text("schemaUrl", &entity.schema_url)
                .text("type", &entity.r#type)
                .list("idKeys", &entity.id_keys, |key| json!(key))
                .list("descriptionKeys", &entity.description_keys, |key| json!(key))
                .done()
        })
        .done()
}

fn scope(scope: &InstrumentationScope) -> Value {
    attributes(&scope.attributes, scope.dropped_attributes_count)
        .text("name", &scope.name)
        .text("version", &scope.version)
        .done()
}

pub(super) fn traces(request: &ExportTraceServiceRequest) -> Value {
    let of_scope = |it: &opentelemetry_proto::tonic::trace::v1::ScopeSpans| {
        let object = Object::new().maybe("scope", it.scope.as_ref().map(scope));
        object.list("spans", &it.spans, span).text("schemaUrl", &it.schema_url).done()
    };
    let of_resource = |it: &opentelemetry_proto::tonic::trace::v1::ResourceSpans| {
        let object = Object::new().maybe("resource", it.resource.as_ref().map(resource));
        object.list("scopeSpans", &it.scope_spans, of_scope).text("schemaUrl", &it.schema_url).done()
    };
    Object::new().list("resourceSpans", &request.resource_spans, of_resource).done()
}

fn span(span: &Span) -> Value {
    attributes(&span.attributes, span.dropped_attributes_count)
        .id("traceId", &span.trace_id)
        .id("spanId", &span.span_id)
        .text("traceState", &span.trace_state)
        .id("parentSpanId", &span.parent_span_id)
        .small("flags", span.flags)
        .text("name", &span.name)
        .small("kind", span.kind)
        .large("startTimeUnixNano", span.start_time_unix_nano)
        .large("endTimeUnixNano", span.end_time_unix_nano)
        .list("events", &span.events, |event| {
            attributes(&event.attributes, event.dropped_attributes_count)
                .large("timeUnixNano", event.time_unix_nano)
                .text("name", &event.name)
                .done()
        })
        .small("droppedEventsCount", span.dropped_events_count)
        .list("links", &span.links, |link| {
            attributes(&link.attributes, link.dropped_attributes_count)
                .id("traceId", &link.trace_id)
                .id("spanId", &link.span_id)
                .text("traceState", &link.trace_state)
                .small("flags", link.flags)
                .done()
        })
        .small("droppedLinksCount", span.dropped_links_count)
        .maybe(
            "status",
            span.status.as_ref().map(|status| {
                Object::new().text("message", &status.message).small("code", status.code).done()
            }),
        )
        .done()
}

pub(super) fn logs(request: &ExportLogsServiceRequest) -> Value {
    let of_scope = |it: &opentelemetry_proto::tonic::logs::v1::ScopeLogs| {
        let object = Object::new().maybe("scope", it.scope.as_ref().map(scope));
        object.list("logRecords", &it.log_records, log_record).text("schemaUrl", &it.schema_url).done()
    };
    let of_resource = |it: &opentelemetry_proto::tonic::logs::v1::ResourceLogs| {
        let object = Object::new().maybe("resource", it.resource.as_ref().map(resource));
        object.list("scopeLogs", &it.scope_logs, of_scope).text("schemaUrl", &it.schema_url).done()
    };
    Object::new().list("resourceLogs", &request.resource_logs, of_resource).done()
}

fn log_record(record: &LogRecord) -> Value {
    attributes(&record.attributes, record.dropped_attributes_count)
        .large("timeUnixNano", record.time_unix_nano)
        .large("observedTimeUnixNano", record.observed_time_unix_nano)
        .small("severityNumber", record.severity_number)
        .text("severityText", &record.severity_text)
        .text("eventName", &record.event_name)
        .maybe("body", record.body.as_ref().map(any))
        .small("flags", record.flags)
        .id("traceId", &record.trace_id)
        .id("spanId", &record.span_id)
        .done()
}

pub(super) fn metrics(request: &ExportMetricsServiceRequest) -> Value {
    let of_scope = |it: &opentelemetry_proto::tonic::metrics::v1::ScopeMetrics| {
        let object = Object::new().maybe("scope", it.scope.as_ref().map(scope));
        object.list("metrics", &it.metrics, metric).text("schemaUrl", &it.schema_url).done()
    };
    let of_resource = |it: &opentelemetry_proto::tonic::metrics::v1::ResourceMetrics| {
        let object = Object::new().maybe("resource", it.resource.as_ref().map(resource));
        object.list("scopeMetrics", &it.scope_metrics, of_scope).text("schemaUrl", &it.schema_url).done()
    };
    Object::new().list("resourceMetrics", &request.resource_metrics, of_resource).done()
}

fn metric(metric: &Metric) -> Value {
    let object = Object::new()
        .text("name", &metric.name)
        .text("description", &metric.description)
        .text("unit", &metric.unit)
        .list("metadata", &metric.metadata, attribute);
    let points = Object::new();
    match &metric.data {
        None => object.done(),
        Some(Data::Gauge(data)) => {
            let points = points.list("dataPoints", &data.data_points, number_point);
            object.always("gauge", points.done()).done()
        }
        Some(Data::Sum(data)) => {
            let points = points
                .list("dataPoints", &data.data_points, number_point)
                .small("aggregationTemporality", data.aggregation_temporality)
                .maybe("isMonotonic", data.is_monotonic.then_some(Value::Bool(true)));
            object.always("sum", points.done()).done()
        }
        Some(Data::Histogram(data)) => {
            let points = points
                .list("dataPoints", &data.data_points, histogram_point)
                .small("aggregationTemporality", data.aggregation_temporality);
            object.always("histogram", points.done()).done()
        }
        Some(Data::ExponentialHistogram(data)) => {
            let points = points
                .list("dataPoints", &data.data_points, exponential_point)
                .small("aggregationTemporality", data.aggregation_temporality);
            object.always("exponentialHistogram", points.done()).done()
        }
        Some(Data::Summary(data)) => {
            let points = points.list("dataPoints", &data.data_points, summary_point);
            object.always("summary", points.done()).done()
        }
    }
}

/// What all data points have.
fn point(attributes: &[KeyValue], start: u64, time: u64, flags: u32) -> Object {
    Object::new()
        .list("attributes", attributes, attribute)
        .large("startTimeUnixNano", start)
        .large("timeUnixNano", time)
        .small("flags", flags)
}

fn number_point(it: &NumberDataPoint) -> Value {
    let object = point(&it.attributes, it.start_time_unix_nano, it.time_unix_nano, it.flags).list(
        "exemplars",
        &it.exemplars,
        exemplar_of,
    );
    match it.value {
        None => object.done(),
        Some(number_data_point::Value::AsDouble(value)) => object.always("asDouble", double(value)).done(),
        Some(number_data_point::Value::AsInt(value)) => {
            object.always("asInt", json!(value.to_string())).done()
        }
    }
}

fn histogram_point(it: &HistogramDataPoint) -> Value {
    point(&it.attributes, it.start_time_unix_nano, it.time_unix_nano, it.flags)
        .large("count", it.count)
        .maybe("sum", it.sum.map(double))
        .list("bucketCounts", &it.bucket_counts, |count| json!(count.to_string()))
        .list("explicitBounds", &it.explicit_bounds, |bound| double(*bound))
        .list("exemplars", &it.exemplars, exemplar_of)
        .maybe("min", it.min.map(double))
        .maybe("max", it.max.map(double))
        .done()
}

fn exponential_point(it: &ExponentialHistogramDataPoint) -> Value {
    let buckets = |buckets: &Buckets| {
        Object::new()
            .small("offset", buckets.offset)
            .list("bucketCounts", &buckets.bucket_counts, |count| json!(count.to_string()))
            .done()
    };
    point(&it.attributes, it.start_time_unix_nano, it.time_unix_nano, it.flags)
        .large("count", it.count)
        .maybe("sum", it.sum.map(double))
        .small("scale", it.scale)
        .large("zeroCount", it.zero_count)
        .maybe("positive", it.positive.as_ref().map(buckets))
        .maybe("negative", it.negative.as_ref().map(buckets))
        .list("exemplars", &it.exemplars, exemplar_of)
        .maybe("min", it.min.map(double))
        .maybe("max", it.max.map(double))
        .double("zeroThreshold", it.zero_threshold)
        .done()
}

fn summary_point(it: &SummaryDataPoint) -> Value {
    point(&it.attributes, it.start_time_unix_nano, it.time_unix_nano, it.flags)
        .large("count", it.count)
        .double("sum", it.sum)
        .list("quantileValues", &it.quantile_values, |at| {
            Object::new().double("quantile", at.quantile).double("value", at.value).done()
        })
        .done()
}

fn exemplar_of(it: &Exemplar) -> Value {
    let object = Object::new()
        .list("filteredAttributes", &it.filtered_attributes, attribute)
        .large("timeUnixNano", it.time_unix_nano)
        .id("spanId", &it.span_id)
        .id("traceId", &it.trace_id);
    match it.value {
        None => object.done(),
        Some(exemplar::Value::AsDouble(value)) => object.always("asDouble", double(value)).done(),
        Some(exemplar::Value::AsInt(value)) => object.always("asInt", json!(value.to_string())).done(),
    }
}
