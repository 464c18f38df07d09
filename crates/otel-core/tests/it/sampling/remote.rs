//! The sampler that asks a Jaeger server.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry::trace::TraceContextExt as _;
use otel_core::pipeline::{Diagnostic, Pipeline};
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::{Outcome, SpanDef, SpanKind, Telemetry};

use super::{PATIENCE, WORK};
use crate::server::{Says, Server};

const OTHER: SpanDef = SpanDef::new("other", SpanKind::Internal, "Another piece of work.");

/// A pipeline that asks `server` all the time, what it was told, and a sampler's name.
fn asking(name: &str, endpoint: &str, initial: &str) -> (Pipeline, Arc<Mutex<Vec<String>>>) {
    let argument = format!("endpoint={endpoint},pollingIntervalMs=1,initialSamplingRate={initial}");
    let variables = [("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument.as_str())];
    let told = Arc::new(Mutex::new(Vec::new()));
    let listener = Arc::clone(&told);
    let pipeline = Telemetry::builder("my shop & co")
        .environment(Environment::of(variables))
        .exporter(Exporter::Nothing)
        .on_diagnostic(move |diagnostic| {
            assert!(matches!(diagnostic, Diagnostic::Sampling { .. }), "{diagnostic}");
            listener.lock().unwrap().push(diagnostic.to_string());
        })
        .install()
        .unwrap();
    (pipeline, told)
}

/// A server that says this, and nothing at all at first.
fn saying(answer: &'static str) -> Server {
    Server::start(Protocol::HttpJson, None, move |number, _| match number {
        0 => Says::http(503),
        _ => Says::http(200).with_body("application/json", answer),
    })
}

/// Waits until the server was asked once more than it takes to have heard and followed its answer.
fn followed(server: &Server) {
    until(|| server.heard().len() >= 3);
}

fn until(mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is_so() {
        assert!(Instant::now() < deadline, "it did not happen in time");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// Of so many traces that begin with this span, how many are kept, and the trace states of those.
fn kept(pipeline: &Pipeline, def: &SpanDef, traces: usize) -> (usize, Vec<String>) {
    let mut states = Vec::new();
    for _ in 0..traces {
        let span = pipeline.span(def);
        if span.is_recording() {
            states.push(span.context().span().span_context().trace_state().header());
        }
        span.finish(Outcome::Ok);
    }
    let kept = states.len();
    states.sort();
    states.dedup();
    (kept, states)
}

#[test]
fn a_share_is_followed_and_counted() {
    for name in ["jaeger_remote", "parentbased_jaeger_remote"] {
        let server =
            saying(r#"{"strategyType": "PROBABILISTIC", "probabilisticSampling": {"samplingRate": 0.5}}"#);
        let (pipeline, _) = asking(name, &server.endpoint(), "0");
        followed(&server);
        let (kept, states) = kept(&pipeline, &WORK, 2_000);
        assert!((800..1_200).contains(&kept), "{kept} of 2000 with {name}");
        assert_eq!(states, ["ot=th:8"]);
        let heard = server.heard().remove(0);
        assert_eq!(
            (heard.path.as_str(), heard.query.as_deref()),
            ("/sampling", Some("service=my%20shop%20%26%20co"))
        );
        pipeline.shutdown(PATIENCE).unwrap();
    }
}

#[test]
fn each_operation_has_a_share_of_its_own() {
    let server = saying(
        r#"{"strategyType": "PROBABILISTIC", "operationSampling": {"defaultSamplingProbability": 1,
            "perOperationStrategies": [{"operation": "work", "probabilisticSampling": {}}]}}"#,
    );
    let (pipeline, _) = asking("jaeger_remote", &server.endpoint(), "0");
    followed(&server);
    assert_eq!(kept(&pipeline, &WORK, 100), (0, vec![]));
    assert_eq!(kept(&pipeline, &OTHER, 100), (100, vec!["ot=th:0".to_owned()]));
}

#[test]
fn a_guarantee_and_a_rate_keep_what_stands_for_nothing_else() {
    // One in ten million years is one at once, and then none.
    let guarantee = r#"{"operationSampling": {"defaultSamplingProbability": 0, "perOperationStrategies": [],
        "defaultLowerBoundTracesPerSecond": 0.000000000000003}}"#;
    let rate = r#"{"strategyType": 1, "rateLimitingSampling": {"maxTracesPerSecond": 0.000000000000003}}"#;
    for answer in [guarantee, rate] {
        let server = Server::start(Protocol::HttpJson, None, move |number, _| match number {
            1 => Says::http(200).with_body("application/json", answer),
            _ => Says::http(503),
        });
        let (pipeline, _) = asking("jaeger_remote", &server.endpoint(), "0");
        followed(&server);
        assert_eq!(kept(&pipeline, &WORK, 1_000), (1, vec![String::new()]), "{answer}");
    }
}

#[test]
fn without_an_answer_the_last_word_counts_and_the_operator_knows() {
    // What the server says, one after the other.
    const ANSWERS: [(u16, &str); 8] = [
        (500, "{}"),
        (200, "no JSON"),
        (200, r#"{"strategyType": "PROBABILISTIC"}"#),
        (200, r#"{"probabilisticSampling": {"samplingRate": 1}}"#),
        (200, r#"{"probabilisticSampling": {"samplingRate": 1.5}}"#),
        (200, r#"{"rateLimitingSampling": {"maxTracesPerSecond": -1}}"#),
        (200, r#"{"operationSampling": {"perOperationStrategies": [{}]}}"#),
        (404, "{}"),
    ];
    let server = Server::start(Protocol::HttpJson, None, |number, _| {
        let (status, body) = ANSWERS[number.min(ANSWERS.len() - 1)];
        Says::http(status).with_body("application/json", body)
    });
    let (pipeline, told) = asking("jaeger_remote", &server.endpoint(), "0");
    until(|| server.heard().len() > ANSWERS.len());
    assert_eq!(kept(&pipeline, &WORK, 100), (100, vec!["ot=th:0".to_owned()]));
    let told = told.lock().unwrap().clone();
    let endpoint = server.endpoint();
    let [first, well, again] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        first.starts_with(&format!("sampling: {endpoint} does not say what to sample: HTTP 500")),
        "{first}"
    );
    assert_eq!(well, &format!("sampling: {endpoint} says again what to sample"));
    assert!(again.contains("a sampling rate is above 1"), "{again}");
}

#[test]
fn while_nobody_is_there_an_initial_share_is_kept() {
    let endpoint = {
        let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        format!("http://{}", gone.local_addr().unwrap())
    };
    let (pipeline, told) = asking("jaeger_remote", &endpoint, "1");
    until(|| !told.lock().unwrap().is_empty());
    assert_eq!(kept(&pipeline, &WORK, 100), (100, vec!["ot=th:0".to_owned()]));
}

#[test]
fn an_answer_without_end_is_cut_off() {
    let server = Server::start(Protocol::HttpJson, None, |_, _| {
        Says::http(200).with_body("application/json", vec![b' '; 2 * 1024 * 1024])
    });
    let (_pipeline, told) = asking("jaeger_remote", &server.endpoint(), "1");
    until(|| !told.lock().unwrap().is_empty());
    assert!(told.lock().unwrap()[0].contains("too long"), "{told:?}");
}

#[test]
fn what_the_argument_says_is_in_force() {
    let cases = [
        ("", ["http://localhost:5778", "60s", "0.001"]),
        (
            "endpoint=http://jaeger:5778/sampling?key=k",
            ["http://jaeger:5778/sampling?[redacted]", "60s", "0.001"],
        ),
        (" pollingIntervalMs=5000, initialSamplingRate=0.25 ", ["http://localhost:5778", "5s", "0.25"]),
    ];
    for (argument, expected) in cases {
        let variables =
            [("OTEL_TRACES_SAMPLER", "ParentBased_Jaeger_Remote"), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        let builder = Telemetry::builder("remote").environment(Environment::of(variables));
        let pipeline = builder.exporter(Exporter::Nothing).on_diagnostic(|_| {}).install().unwrap();
        let settings = pipeline.effective_settings();
        let names = ["endpoint", "polling_interval", "initial_rate"];
        let shown = names.map(|name| settings.get(&format!("traces.sampler.{name}")).unwrap().value.clone());
        assert_eq!(shown, expected, "{argument}");
        assert_eq!(settings.get("traces.sampler").unwrap().value, "parentbased_jaeger_remote");
    }
}

#[test]
fn an_argument_that_cannot_be_used_is_refused() {
    let cases = [
        ("endpoint=http://localhost:14250", "Jaeger's port for gRPC; the same is said over HTTP"),
        ("endpoint=localhost:5778", "is not an address"),
        ("endpoint=http://user:rosebud@localhost:5778", "an address with credentials is not supported"),
        ("pollingIntervalMs=0", "pollingIntervalMs must be more than nothing"),
        ("pollingIntervalMs=soon", "`soon` is not a whole number in range"),
        ("initialSamplingRate=2", "`2` is not a number from 0 to 1"),
        ("0.25", "`0.25` is not known; say endpoint=…, pollingIntervalMs=… or initialSamplingRate=…"),
        ("initialSamplingRate=0,initialSamplingRate=1", "says initialSamplingRate twice"),
    ];
    for (argument, expected) in cases {
        let variables = [("OTEL_TRACES_SAMPLER", "jaeger_remote"), ("OTEL_TRACES_SAMPLER_ARG", argument)];
        let builder = Telemetry::builder("remote").environment(Environment::of(variables));
        let error = builder.exporter(Exporter::Nothing).install().unwrap_err();
        let [problem] = error.problems() else { panic!("{error}") };
        assert_eq!(problem.setting, "OTEL_TRACES_SAMPLER_ARG");
        assert!(problem.why.contains(expected) && !problem.why.contains("rosebud"), "{problem}");
    }
}
