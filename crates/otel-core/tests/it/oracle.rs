//! The encoder of foreign spans and logs, against the SDK's own exporter: over the wire, message for message.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use opentelemetry::logs::{LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry::trace::{Event, Link, Span as _, TraceContextExt as _, Tracer as _, TracerProvider as _};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};
use opentelemetry_otlp::{LogExporter, SpanExporter, WithExportConfig as _};
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_sdk::logs::{BatchLogProcessor, SdkLogger, SdkLoggerProvider};
use opentelemetry_sdk::trace::{BatchSpanProcessor, IdGenerator, SdkTracer, SdkTracerProvider};
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use prost::Message;

use crate::random::{Random, scopes};

const RECORDS: u64 = 11_000;
const PATIENCE: Duration = Duration::from_secs(120);

/// Between the records that are longer than any usual buffer.
const HUGE_EVERY: u64 = 2_500;

#[test]
fn spans_of_the_api_arrive_as_the_stock_exporter_sends_them() {
    let (our_receiver, their_receiver) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let pipeline = pipeline(&our_receiver);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let stock = runtime.block_on(async { stock_tracers(&their_receiver) });

    let ours = tracers(pipeline.tracer_provider().unwrap());
    let theirs = tracers(&stock);
    for seed in 0..RECORDS {
        record_span(&ours, seed);
        record_span(&theirs, seed);
        if seed % 1_000 == 0 {
            // The stock queue drops what it cannot hold.
            stock.force_flush().unwrap();
        }
    }
    stock.shutdown().unwrap();
    pipeline.shutdown(PATIENCE).unwrap();

    let (ours, theirs) = (spans(&our_receiver), spans(&their_receiver));
    assert!(theirs.len() >= 10_000, "{} spans", theirs.len());
    assert_same(&ours, &theirs);
}

#[test]
fn log_records_of_the_api_arrive_as_the_stock_exporter_sends_them() {
    let (our_receiver, their_receiver) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let pipeline = pipeline(&our_receiver);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let stock = runtime.block_on(async { stock_loggers(&their_receiver) });

    let ours = loggers(pipeline.logger_provider().unwrap());
    let theirs = loggers(&stock);
    for seed in 0..RECORDS {
        record_log(&ours, seed);
        record_log(&theirs, seed);
        if seed % 1_000 == 0 {
            stock.force_flush().unwrap();
        }
    }
    stock.shutdown().unwrap();
    pipeline.shutdown(PATIENCE).unwrap();

    let (ours, theirs) = (log_records(&our_receiver), log_records(&their_receiver));
    assert_eq!(theirs.len() as u64, RECORDS);
    assert_same(&ours, &theirs);
}

/// Records one random span: the same one for the same seed, whatever the tracers belong to.
fn record_span(tracers: &[SdkTracer], seed: u64) {
    let mut random = Random::new(seed);
    let tracer = &tracers[random.below(tracers.len())];
    let parent = match random.below(3) {
        0 => Context::new(),
        _ => Context::new().with_remote_span_context(random.span_context()),
    };
    let links = (0..random.how_many()).map(|_| Link::new(random.span_context(), random.attributes(), 0));
    let links = links.collect();
    let mut builder = tracer.span_builder(random.text());
    builder = builder.with_kind(random.kind()).with_start_time(random.time()).with_links(links);
    builder = builder.with_attributes(random.attributes());
    if random.once_in(4) {
        let events = (0..random.how_many()).map(|_| {
            let dropped = random.below(3) as u32;
            Event::new(random.text(), random.time(), random.attributes(), dropped)
        });
        builder = builder.with_events(events.collect());
    }
    let mut span = builder.start_with_context(tracer, &parent);
    for _ in 0..random.how_many() {
        match random.below(5) {
            0 => span.add_event_with_timestamp(random.text(), random.time(), random.attributes()),
            1 => span.add_link(random.span_context(), random.attributes()),
            2 => span.set_status(random.status()),
            3 => span.update_name(random.text()),
            _ => span.set_attribute(random.attribute()),
        }
    }
    if seed.is_multiple_of(HUGE_EVERY) {
        span.set_attribute(opentelemetry::KeyValue::new("huge", "ü".repeat(60_000)));
    }
    span.end_with_timestamp(random.time());
}

/// Emits one random log record. When it was observed is its number, by which it is found again.
fn record_log(loggers: &[SdkLogger], seed: u64) {
    const NUMBERS: [Severity; 24] = [
        Severity::Trace,
        Severity::Trace2,
        Severity::Trace3,
        Severity::Trace4,
        Severity::Debug,
        Severity::Debug2,
        Severity::Debug3,
        Severity::Debug4,
        Severity::Info,
        Severity::Info2,
        Severity::Info3,
        Severity::Info4,
        Severity::Warn,
        Severity::Warn2,
        Severity::Warn3,
        Severity::Warn4,
        Severity::Error,
        Severity::Error2,
        Severity::Error3,
        Severity::Error4,
        Severity::Fatal,
        Severity::Fatal2,
        Severity::Fatal3,
        Severity::Fatal4,
    ];
    let mut random = Random::new(seed);
    let logger = &loggers[random.below(loggers.len())];
    let mut record = logger.create_log_record();
    record.set_observed_timestamp(UNIX_EPOCH + Duration::from_nanos(seed + 1));
    if random.truth() {
        record.set_timestamp(random.time());
    }
    if random.truth() {
        record.set_event_name(random.one_of(&["", "device.reboot", "ünïcode"]));
    }
    if random.truth() {
        let targets = ["", "app::db", "a rather long target of a log record that comes from somewhere else"];
        record.set_target(random.one_of(&targets));
    }
    if random.truth() {
        record.set_severity_number(random.one_of(&NUMBERS));
        record.set_severity_text(random.one_of(&["", "INFO", "très grave"]));
    }
    if random.truth() {
        record.set_body(random.any(4));
    }
    for _ in 0..random.how_many() {
        record.add_attribute(random.text(), random.any(2));
    }
    if seed.is_multiple_of(HUGE_EVERY) {
        record.add_attribute("huge", "ü".repeat(60_000));
    }
    if random.truth() {
        let flags = random.one_of(&[None, Some(TraceFlags::SAMPLED), Some(TraceFlags::new(0xff))]);
        record.set_trace_context(random.trace_id(), random.span_id(), flags);
    }
    let current = if random.truth() {
        Context::new().with_remote_span_context(random.span_context())
    } else {
        Context::new()
    };
    let _current = current.attach();
    logger.emit(record);
}

/// Ids that count up, so that two pipelines number their spans alike.
#[derive(Clone, Debug, Default)]
struct Counting(Arc<AtomicU64>);

impl IdGenerator for Counting {
    fn new_trace_id(&self) -> TraceId {
        TraceId::from(u128::from(self.0.fetch_add(1, Ordering::Relaxed)) + 1)
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(self.0.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

fn pipeline(receiver: &Receiver) -> Pipeline {
    // The stock SDK has no limit for log records.
    let no_limit = [("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", u32::MAX.to_string())];
    Telemetry::builder("oracle")
        .environment(Environment::of(no_limit))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .queue_bytes(1 << 30)
        .id_generator(Counting::default())
        .install()
        .unwrap()
}

fn stock_tracers(receiver: &Receiver) -> SdkTracerProvider {
    let exporter = SpanExporter::builder()
        .with_tonic()
        .with_endpoint(receiver.grpc_endpoint())
        .with_timeout(PATIENCE)
        .build()
        .unwrap();
    let config = opentelemetry_sdk::trace::BatchConfigBuilder::default().with_max_queue_size(20_000).build();
    SdkTracerProvider::builder()
        .with_id_generator(Counting::default())
        .with_span_processor(BatchSpanProcessor::builder(exporter).with_batch_config(config).build())
        .build()
}

fn stock_loggers(receiver: &Receiver) -> SdkLoggerProvider {
    let exporter = LogExporter::builder()
        .with_tonic()
        .with_endpoint(receiver.grpc_endpoint())
        .with_timeout(PATIENCE)
        .build()
        .unwrap();
    let config = opentelemetry_sdk::logs::BatchConfigBuilder::default().with_max_queue_size(20_000).build();
    SdkLoggerProvider::builder()
        .with_log_processor(BatchLogProcessor::builder(exporter).with_batch_config(config).build())
        .build()
}

fn tracers(provider: &SdkTracerProvider) -> Vec<SdkTracer> {
    scopes().into_iter().map(|scope| provider.tracer_with_scope(scope)).collect()
}

fn loggers(provider: &SdkLoggerProvider) -> Vec<SdkLogger> {
    scopes().into_iter().map(|scope| provider.logger_with_scope(scope)).collect()
}

/// A record, the scope it came under, and the scope's schema URL, as canonical bytes: NaN equals itself in bytes.
type Encoded = (Vec<u8>, Vec<u8>, String);

fn spans(receiver: &Receiver) -> BTreeMap<u64, (Encoded, Span)> {
    let received = receiver.received();
    let scoped = received.traces.into_iter().flat_map(|it| it.resource_spans).flat_map(|it| it.scope_spans);
    let mut spans = BTreeMap::new();
    for scoped in scoped {
        let scope = scoped.scope.unwrap_or_default().encode_to_vec();
        for span in scoped.spans {
            let id = u64::from_be_bytes(span.span_id.as_slice().try_into().unwrap());
            let encoded = (span.encode_to_vec(), scope.clone(), scoped.schema_url.clone());
            assert!(spans.insert(id, (encoded, span)).is_none(), "span {id} came twice");
        }
    }
    spans
}

fn log_records(receiver: &Receiver) -> BTreeMap<u64, (Encoded, LogRecord)> {
    let received = receiver.received();
    let scoped = received.logs.into_iter().flat_map(|it| it.resource_logs).flat_map(|it| it.scope_logs);
    let mut records = BTreeMap::new();
    for scoped in scoped {
        let scope = scoped.scope.unwrap_or_default().encode_to_vec();
        for mut record in scoped.log_records {
            record.body.iter_mut().for_each(sort_maps);
            sort_maps_of(&mut record.attributes);
            let encoded = (record.encode_to_vec(), scope.clone(), scoped.schema_url.clone());
            let number = record.observed_time_unix_nano;
            assert!(records.insert(number, (encoded, record)).is_none(), "record {number} came twice");
        }
    }
    records
}

/// A map of the logs API has no order, so two of them may differ in it.
fn sort_maps(value: &mut AnyValue) {
    match &mut value.value {
        Some(Any::ArrayValue(array)) => array.values.iter_mut().for_each(sort_maps),
        Some(Any::KvlistValue(map)) => {
            sort_maps_of(&mut map.values);
            map.values.sort_by(|a, b| a.key.cmp(&b.key));
        }
        _ => {}
    }
}

fn sort_maps_of(pairs: &mut [KeyValue]) {
    pairs.iter_mut().filter_map(|pair| pair.value.as_mut()).for_each(sort_maps);
}

fn assert_same<R: std::fmt::Debug>(ours: &BTreeMap<u64, (Encoded, R)>, theirs: &BTreeMap<u64, (Encoded, R)>) {
    for (id, (expected, readable)) in theirs {
        let Some((sent, ours)) = ours.get(id) else { panic!("record {id} did not come: {readable:?}") };
        assert!(sent == expected, "record {id}\nours:   {ours:?}\ntheirs: {readable:?}");
    }
    assert_eq!(ours.len(), theirs.len(), "ours has records that were never made");
}
