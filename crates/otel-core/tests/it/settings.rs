//! Settings: the code, then the environment, then the defaults; every problem at once, and never a secret.

mod destinations;
mod effective;
mod limits;
mod page;
mod problems;
mod propagators;
mod variables;

use std::time::Duration;

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use otel_core::ledger::{DropReason, Stream};
use otel_core::pipeline::{Builder, Diagnostic, InstallError};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::{Answer, Receiver, Transport};
use otel_core::{CounterDef, EventDef, HistogramDef, Outcome, Severity, SpanDef, SpanKind, Telemetry, Unit};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const WORKS: CounterDef<()> = CounterDef::new("works", Unit::new("{work}"), "Pieces of work.");

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn the_service_is_called_as_its_operator_says() {
    // The builder's name, the variables, and what it is called.
    let names: [(&str, Variables, &str); 5] = [
        ("built", &[], "built"),
        ("built", &[("OTEL_SERVICE_NAME", "named")], "named"),
        ("built", &[("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed")], "listed"),
        (
            "built",
            &[("OTEL_SERVICE_NAME", "named"), ("OTEL_RESOURCE_ATTRIBUTES", "service.name=listed")],
            "named",
        ),
        ("", &[("OTEL_SERVICE_NAME", "named")], "named"),
    ];
    for (built, variables, expected) in names {
        let receiver = Receiver::start().unwrap();
        let builder = Telemetry::builder(built).environment(environment(variables));
        send(builder.endpoint(receiver.http_endpoint()));
        let received = receiver.received();
        let (resource, ..) = received.spans().next().unwrap();
        let name = resource.unwrap().attributes.iter().find(|it| it.key == "service.name").unwrap();
        assert!(format!("{:?}", name.value).contains(&format!("{expected:?}")), "{name:?}");
    }
}

#[test]
fn an_endpoint_for_all_streams_is_the_base_of_their_paths() {
    for slash in ["", "/"] {
        let receiver = Receiver::start().unwrap();
        let endpoint = receiver.http_endpoint() + slash;
        send(builder(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)]));
        assert_eq!(paths(&receiver), ["/v1/logs", "/v1/traces"]);
    }
}

#[test]
fn an_endpoint_for_one_stream_is_used_as_it_is() {
    let (all, traces) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let exact = traces.http_endpoint() + "/v1/traces";
    send(builder(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &all.http_endpoint()),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &exact),
    ]));
    assert_eq!((paths(&all), paths(&traces)), (vec!["/v1/logs".to_owned()], vec!["/v1/traces".to_owned()]));

    // Nothing is appended: what is there is no path of OTLP, and the receiver says so.
    let pipeline = builder(&[("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &all.http_endpoint())])
        .on_diagnostic(|_| {})
        .install()
        .unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
    assert_eq!(report.spans.dropped(DropReason::Refused), 1, "{report}");
}

#[test]
fn what_the_code_says_comes_before_what_the_environment_says() {
    let (ours, theirs) = (Receiver::start().unwrap(), Receiver::start().unwrap());
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", theirs.http_endpoint()),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", theirs.http_endpoint()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf".to_owned()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=theirs,x-other=theirs".to_owned()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "1".to_owned()),
        ("OTEL_TRACES_EXPORTER", "none".to_owned()),
        ("OTEL_LOGS_EXPORTER", "none".to_owned()),
        ("OTEL_TRACES_SAMPLER", "always_off".to_owned()),
    ];
    let builder = Telemetry::builder("settings")
        .environment(Environment::of(variables))
        .exporter(Exporter::Otlp)
        .endpoint(ours.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .header("X-Key", "ours")
        .export_timeout(PATIENCE)
        .sampler(opentelemetry_sdk::trace::Sampler::AlwaysOn);
    send(builder);
    assert_eq!((ours.counts().spans, ours.counts().log_records, theirs.counts().requests), (1, 1, 0));
    for request in ours.received().requests {
        assert_eq!(request.transport, Transport::Grpc);
        assert_eq!((request.header("x-key"), request.header("x-other")), (Some("ours"), Some("theirs")));
    }
}

#[test]
fn a_variable_of_one_stream_comes_before_that_of_all() {
    let receiver = Receiver::start().unwrap();
    send(builder(&[
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &receiver.http_endpoint()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", &receiver.grpc_endpoint()),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "grpc"),
    ]));
    let requests = receiver.received().requests;
    let grpc = |path: &str| path.starts_with("/opentelemetry.proto.collector.trace");
    assert_eq!(requests.len(), 2);
    for request in requests {
        let expected = if grpc(&request.path) { Transport::Grpc } else { Transport::Http };
        assert_eq!(request.transport, expected, "{request:?}");
    }
    assert_eq!((receiver.counts().spans, receiver.counts().log_records), (1, 1));
}

#[test]
fn a_timeout_ends_one_attempt_and_the_next_one_begins() {
    for (name, of_code) in
        [("OTEL_EXPORTER_OTLP_TIMEOUT", false), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", false), ("", true)]
    {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Silent);
        let variables = [("OTEL_BSP_EXPORT_TIMEOUT", "3600000"), (name, "50")];
        let mut builder = builder(&variables).endpoint(receiver.http_endpoint()).on_diagnostic(|_| {});
        if of_code {
            builder = builder.export_timeout(Duration::from_millis(50));
        }
        let pipeline = builder.install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        assert!(receiver.wait_until(PATIENCE, |counts| counts.requests >= 2), "{name}: no second attempt");
        receiver.answer_with(Answer::Accept);
        assert_eq!(pipeline.shutdown(PATIENCE).unwrap().spans.exported, 1, "{name}");
    }
}

#[test]
fn the_time_for_all_attempts_ends_them() {
    let names = ["OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BLRP_EXPORT_TIMEOUT", "OTEL_METRIC_EXPORT_TIMEOUT"];
    for of_code in [false, true] {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Silent);
        let variables = names.map(|name| (name, if of_code { "3600000" } else { "50" }));
        let mut builder = builder(&variables).endpoint(receiver.http_endpoint()).on_diagnostic(|_| {});
        if of_code {
            builder = builder.retry_for(Duration::from_millis(50));
        }
        let pipeline = builder.install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&DONE).emit();
        pipeline.counter(&WORKS).add(1, ());
        let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
        for counts in [report.spans, report.logs, report.metric_points] {
            assert_eq!(counts.dropped(DropReason::ExportFailed), 1, "{report}");
        }
    }
}

#[test]
fn a_batch_has_as_many_items_as_it_may() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&[
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "5"),
        ("OTEL_BSP_SCHEDULE_DELAY", "3600000"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "3600000"),
    ])
    .endpoint(receiver.http_endpoint())
    .install()
    .unwrap();
    (0..10).for_each(|_| pipeline.span(&WORK).finish(Outcome::Ok));
    (0..10).for_each(|_| pipeline.event(&DONE).emit());
    // Full batches do not wait; the rest waits for an hour, or for the end.
    assert!(receiver.wait_until(PATIENCE, |counts| counts.spans == 8 && counts.log_records == 10));
    pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((receiver.counts().spans, receiver.counts().requests), (10, 5));
}

#[test]
fn a_schedule_delay_sends_what_waits() {
    const NAMES: [&str; 2] = ["OTEL_BSP_SCHEDULE_DELAY", "OTEL_BLRP_SCHEDULE_DELAY"];
    for name in NAMES {
        let receiver = Receiver::start().unwrap();
        let variables = NAMES.map(|other| (other, if other == name { "10" } else { "3600000" }));
        let pipeline = builder(&variables).endpoint(receiver.http_endpoint()).install().unwrap();
        if name == NAMES[0] {
            pipeline.span(&WORK).finish(Outcome::Ok);
        } else {
            pipeline.event(&DONE).emit();
        }
        assert!(receiver.wait_until(PATIENCE, |counts| counts.spans + counts.log_records == 1), "{name}");
        pipeline.shutdown(PATIENCE).unwrap();
    }
}

#[test]
fn metrics_are_collected_as_often_as_asked() {
    let receiver = Receiver::start().unwrap();
    let variables = [("OTEL_METRIC_EXPORT_INTERVAL", "20")];
    let pipeline = builder(&variables).endpoint(receiver.http_endpoint()).install().unwrap();
    pipeline.counter(&WORKS).add(1, ());
    assert!(receiver.wait_until(PATIENCE, |counts| counts.metric_points >= 3));
    pipeline.shutdown(PATIENCE).unwrap();
}

#[test]
fn histograms_of_the_api_have_the_buckets_that_are_asked_for_and_ours_have_their_own() {
    use opentelemetry::metrics::MeterProvider as _;
    const TIME: HistogramDef<()> = HistogramDef::new("time", Unit::SECONDS, "How long it takes.");
    const SIZE: HistogramDef<()> =
        HistogramDef::new("size", Unit::SECONDS, "How large.").with_bounds(&[1.0, 2.0]);
    for (asked, of_api) in [
        ("", "explicit"),
        ("explicit_bucket_histogram", "explicit"),
        ("base2_exponential_bucket_histogram", "exponential"),
    ] {
        let receiver = Receiver::start().unwrap();
        let variables = [("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", asked)];
        let pipeline = builder(&variables).endpoint(receiver.http_endpoint()).install().unwrap();
        pipeline.histogram(&TIME).record(1.0, ());
        pipeline.histogram(&SIZE).record(1.0, ());
        let meter = pipeline.meter_provider().unwrap().meter("api");
        meter.f64_histogram("api").build().record(1.0, &[]);
        meter.u64_counter("count").build().add(1, &[]);
        pipeline.shutdown(PATIENCE).unwrap();
        let received = receiver.received();
        let kinds = received.metrics().filter_map(|(.., metric)| {
            let kind = match metric.data.as_ref()? {
                Data::Histogram(_) => "explicit",
                Data::ExponentialHistogram(_) => "exponential",
                _ => "other",
            };
            Some((metric.name.as_str(), kind))
        });
        let kinds: std::collections::BTreeMap<_, _> = kinds.collect();
        let expected = [("api", of_api), ("count", "other"), ("size", "explicit"), ("time", "exponential")];
        assert_eq!(kinds, expected.into(), "{asked:?}");
    }
}

#[test]
fn what_is_lost_is_more_severe_than_what_may_be_and_that_than_good_news() {
    let endpoint = || "http://localhost:4318".to_owned();
    let failing = Diagnostic::Failing { endpoint: endpoint(), stream: Stream::Logs, why: String::new() };
    let unreachable =
        Diagnostic::Unreachable { endpoint: endpoint(), why: String::new(), queue_bytes: 1, spooled: false };
    let again = Diagnostic::ReachableAgain { endpoint: endpoint() };
    let severities = [failing, unreachable, again].map(|diagnostic| diagnostic.severity());
    assert_eq!(severities, [Severity::Error, Severity::Warn, Severity::Info]);
}

#[test]
fn empty_variables_count_as_unset() {
    let names = [
        "OTEL_SDK_DISABLED",
        "OTEL_TRACES_EXPORTER",
        "OTEL_TRACES_SAMPLER",
        "OTEL_BSP_SCHEDULE_DELAY",
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_SERVICE_NAME",
    ];
    for value in ["", "  "] {
        let receiver = Receiver::start().unwrap();
        let variables = names.map(|name| (name, value));
        send(builder(&variables).endpoint(receiver.http_endpoint()));
        assert_eq!(receiver.counts().spans, 1);
    }
}

#[test]
fn secrets_are_never_shown() {
    const SECRET: &str = "hunter2";
    let header = format!("authorization=Bearer%20{SECRET}");
    let listed = [("OTEL_EXPORTER_OTLP_HEADERS", header.as_str())];
    let shown = |what: String| assert!(!what.contains(SECRET), "{what}");
    shown(format!("{:?}", environment(&listed)));
    shown(format!("{:?}", builder(&listed).header("x-api-key", SECRET)));
    let receiver = Receiver::start().unwrap();
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let endpoint =
            if protocol == Protocol::Grpc { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
        let pipeline =
            builder(&listed).header("x-key", SECRET).endpoint(endpoint).protocol(protocol).install().unwrap();
        shown(format!("{pipeline:?} {:?}", pipeline.report()));
        pipeline.shutdown(PATIENCE).unwrap();
        let malformed = format!("{SECRET}\n");
        let error = builder(&[]).protocol(protocol).header("x-key", malformed).install().unwrap_err();
        shown(format!("{error} {error:?}"));
    }
    let broken = format!("fine=1,{SECRET}");
    shown(refused(&[("OTEL_EXPORTER_OTLP_HEADERS", &broken)]).to_string());
    let with_password = format!("https://me:{SECRET}@collector:4318");
    shown(refused(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &with_password)]).to_string());
}

#[test]
fn a_password_in_an_address_is_not_told_when_nothing_answers() {
    let (told, diagnostics) = std::sync::mpsc::channel();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let builder = builder(&[]).endpoint(format!("http://me:hunter2@127.0.0.1:{port}"));
    let installed = builder.on_diagnostic(move |it| told.send(format!("{it} {it:?}")).unwrap()).install();
    let text = match installed {
        Err(error) => error.to_string(),
        Ok(pipeline) => {
            pipeline.span(&WORK).finish(Outcome::Ok);
            pipeline.shutdown(Duration::from_millis(500)).unwrap_err();
            diagnostics.recv_timeout(PATIENCE).unwrap()
        }
    };
    assert!(!text.contains("hunter2"), "{text}");
}

type Variables = &'static [(&'static str, &'static str)];

fn environment(variables: &[(&str, &str)]) -> Environment {
    Environment::of(variables.iter().copied())
}

fn builder(variables: &[(&str, &str)]) -> Builder {
    Telemetry::builder("settings").self_metrics(false).environment(environment(variables))
}

fn refused(variables: &[(&str, &str)]) -> InstallError {
    builder(variables).install().unwrap_err()
}

/// One span and one event, all the way.
fn send(builder: Builder) {
    let pipeline = builder.install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    pipeline.event(&DONE).emit();
    pipeline.shutdown(PATIENCE).unwrap();
}

fn paths(receiver: &Receiver) -> Vec<String> {
    let mut paths: Vec<_> = receiver.received().requests.into_iter().map(|request| request.path).collect();
    paths.sort();
    paths
}
