//! Settings: the code, then the environment, then the defaults; every problem at once, and never a secret.

use std::time::{Duration, Instant};

use otel_core::ledger::DropReason;
use otel_core::pipeline::{Builder, InstallError};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::{Answer, Receiver, Transport};
use otel_core::{EventDef, Key, Outcome, Severity, Span, SpanDef, SpanKind, Telemetry, Text};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const DONE: EventDef = EventDef::new("work.done", Severity::Info, "A piece of work is done.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

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
fn a_timeout_ends_the_attempts() {
    for (name, of_code) in
        [("OTEL_EXPORTER_OTLP_TIMEOUT", false), ("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", false), ("", true)]
    {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(Answer::Silent);
        let mut builder = builder(&[(name, "50")]).endpoint(receiver.http_endpoint()).on_diagnostic(|_| {});
        if of_code {
            builder = builder.export_timeout(Duration::from_millis(50));
        }
        let pipeline = builder.install().unwrap();
        pipeline.span(&WORK).finish(Outcome::Ok);
        let begun = Instant::now();
        let report = *pipeline.shutdown(PATIENCE).unwrap_err().report();
        assert_eq!(report.spans.dropped(DropReason::ExportFailed), 1, "{name}: {report}");
        assert!(begun.elapsed() < Duration::from_secs(9), "{name}: the default is ten seconds");
    }
}

#[test]
fn limits_are_kept() {
    let cases = [
        ("OTEL_ATTRIBUTE_COUNT_LIMIT", [3, 9, 9]),
        ("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", [3, 9, 9]),
        ("OTEL_SPAN_EVENT_COUNT_LIMIT", [9, 3, 9]),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", [9, 9, 3]),
    ];
    for (name, expected) in cases {
        let receiver = Receiver::start().unwrap();
        let pipeline = builder(&[(name, "3")]).endpoint(receiver.http_endpoint()).install().unwrap();
        fill(pipeline.span(&WORK));
        drop(fill_api(pipeline.tracer_provider().unwrap()));
        pipeline.shutdown(PATIENCE).unwrap();
        let received = receiver.received();
        assert_eq!(received.spans().count(), 2);
        for (_, _, span) in received.spans() {
            let kept = [span.attributes.len(), span.events.len(), span.links.len()];
            let dropped =
                [span.dropped_attributes_count, span.dropped_events_count, span.dropped_links_count];
            assert_eq!(kept, expected, "{name}: {}", span.name);
            assert_eq!(dropped, expected.map(|kept| 9 - kept as u32), "{name}: {}", span.name);
        }
    }
}

/// Nine attributes, nine events and nine links.
fn fill(mut span: Span) {
    use opentelemetry::trace::TraceContextExt as _;
    let context = span.context();
    for _ in 0..9 {
        span.set(&NAME, "a").link(&context);
        context.span().add_event("event", Vec::new());
    }
    span.finish(Outcome::Unset);
}

fn fill_api(provider: &opentelemetry_sdk::trace::SdkTracerProvider) -> opentelemetry_sdk::trace::Span {
    use opentelemetry::trace::{Span as _, Tracer as _, TracerProvider as _};
    let mut span = provider.tracer("api").start("api");
    for number in 0..9 {
        span.set_attribute(opentelemetry::KeyValue::new("number", number));
        span.add_event("event", Vec::new());
        span.add_link(span.span_context().clone(), Vec::new());
    }
    span
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
    const WORKS: otel_core::CounterDef<()> =
        otel_core::CounterDef::new("works", otel_core::Unit::new("{work}"), "Pieces of work.");
    let receiver = Receiver::start().unwrap();
    let variables = [("OTEL_METRIC_EXPORT_INTERVAL", "20")];
    let pipeline = builder(&variables).endpoint(receiver.http_endpoint()).install().unwrap();
    pipeline.counter(&WORKS).add(1, ());
    assert!(receiver.wait_until(PATIENCE, |counts| counts.metric_points >= 3));
    pipeline.shutdown(PATIENCE).unwrap();
}

#[test]
fn every_problem_is_told_at_once_and_once() {
    let variables = [
        ("OTEL_SDK_DISABLED", "maybe"),
        ("OTEL_TRACES_EXPORTER", "zipkin"),
        ("OTEL_TRACES_SAMPLER", "xray"),
        ("OTEL_TRACES_SAMPLER_ARG", "1.5"),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "0"),
        ("OTEL_BSP_SCHEDULE_DELAY", "soon"),
        ("OTEL_SPAN_LINK_COUNT_LIMIT", "-1"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "1s"),
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sometimes"),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector:4318"),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "localhost:4318"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/etc/ca.pem"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "novalue"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%zz"),
    ];
    let error = refused(&variables);
    for (name, _) in variables {
        let about = error.problems().iter().filter(|problem| problem.setting == name);
        assert_eq!(about.count(), 1, "{name} in {error}");
    }
    assert_eq!(error.problems().len(), variables.len(), "{error}");
    let text = error.to_string();
    assert!(text.starts_with("telemetry cannot be installed: "), "{text}");
    assert!(error.problems().iter().all(|problem| text.contains(&problem.to_string())));
}

#[test]
fn a_problem_says_what_would_be_right() {
    let cases = [
        ("OTEL_SDK_DISABLED", "1", "`1` is neither true nor false"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "`zipkin` is not supported; use otlp, console or none"),
        ("OTEL_TRACES_SAMPLER", "xray", "`xray` is not supported; use one of always_on, always_off"),
        ("OTEL_TRACES_SAMPLER_ARG", "NaN", "`NaN` is not a number from 0 to 1"),
        ("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "0", "must be at least 1"),
        ("OTEL_BLRP_SCHEDULE_DELAY", "1e3", "`1e3` is not a whole number in range"),
        ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", "http/json", "use grpc or http/protobuf"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "https://collector", "asks for TLS, which is not supported yet"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http:///v1", "is not an address like http://localhost:4317"),
        ("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", "gzip", "compression is not supported yet; use none"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", "/key.pem", "TLS is not supported yet"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "a=1,=2",
            "entry 2 is not key=value with a percent-encoded UTF-8 value",
        ),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%+1", "entry 1 is not key=value with a percent-encoded UTF-8 value"),
        ("OTEL_RESOURCE_ATTRIBUTES", "a=%ff", "entry 1 is not key=value with a percent-encoded UTF-8 value"),
    ];
    for (name, value, expected) in cases {
        let error = refused(&[(name, value)]);
        let [problem] = error.problems() else { panic!("one problem was expected: {error}") };
        assert_eq!(problem.setting, name);
        assert!(problem.why.contains(expected), "{problem}");
    }
    let error = Telemetry::builder("").environment(environment(&[])).install().unwrap_err();
    assert!(error.to_string().contains("service name"), "{error}");
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
