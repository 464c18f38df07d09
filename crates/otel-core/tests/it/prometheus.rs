//! Metrics for Prometheus to fetch: every series with its name, type and value, and nobody kept waiting.

use std::collections::BTreeMap;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider as _;
use otel_core::alerting::names;
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Exporter};
use otel_core::testing::Receiver;
use otel_core::{CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, Telemetry, Unit, UpDownCounterDef};

otel_core::labels! {
    /// How it went.
    pub enum Ending: "test.ending" {
        /// Well.
        Filled = "filled",
        /// Not at all.
        Rejected = "rejected",
    }
}

const ORDER: Unit = Unit::new("{order}");
const ORDERS: CounterDef<Ending> = CounterDef::new("shop.orders", ORDER, "Orders.");
const OPEN: UpDownCounterDef<()> = UpDownCounterDef::new("shop.orders.open", ORDER, "Open orders.");
const DEPTH: GaugeDef<()> =
    GaugeDef::new("shop.depth", Unit::new("By"), "The depth of the \\ book,\nin bytes.");
const LOAD: FloatGaugeDef<()> = FloatGaugeDef::new("shop.load", Unit::RATIO, "The load.");
const SIZE: HistogramDef<()> =
    HistogramDef::new("shop.size", ORDER, "How large.").with_bounds(&[1.0, 10.0, 100.0]);
const TIME: HistogramDef<()> = HistogramDef::new("shop.time", Unit::SECONDS, "How long it takes.");

const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn every_metric_is_on_the_page_with_its_name_type_and_value() {
    let pipeline = builder().install().unwrap();
    record(&pipeline);
    let page = Page::fetch(&pipeline);
    assert_eq!(page.content_type, "text/plain; version=0.0.4; charset=utf-8");
    let expected = [
        ("shop_orders_total", "counter"),
        ("shop_orders_open", "gauge"),
        ("shop_depth_bytes", "gauge"),
        ("shop_load_ratio", "gauge"),
        ("shop_size", "histogram"),
        ("shop_time_seconds", "histogram"),
        ("api_time_milliseconds", "histogram"),
        ("target_info", "gauge"),
    ];
    assert_eq!(page.types, expected.map(|(name, kind)| (name.to_owned(), kind.to_owned())).into());
    assert_eq!(page.helps["shop_depth_bytes"], "The depth of the \\\\ book,\\nin bytes.");

    assert_eq!(page.value("shop_orders_total", &[("test_ending", "filled")]), 3.0);
    assert_eq!(page.value("shop_orders_total", &[("test_ending", "rejected")]), 0.0, "from the start");
    assert_eq!(page.value("shop_orders_open", &[]), -2.0);
    assert_eq!(page.value("shop_depth_bytes", &[]), 4096.0);
    assert_eq!(page.value("shop_load_ratio", &[]), 0.25);
    let target = page.samples.iter().find(|sample| sample.name == "target_info").unwrap();
    assert_eq!(target.labels["service_name"], "shop \"east\"\\1");

    let bucket = |name: &str, bound: &str| page.value(&format!("{name}_bucket"), &[("le", bound)]);
    assert_eq!(["1", "10", "100", "+Inf"].map(|bound| bucket("shop_size", bound)), [1.0, 2.0, 2.0, 3.0]);
    assert_eq!((page.value("shop_size_sum", &[]), page.value("shop_size_count", &[])), (205.5, 3.0));
}

/// Rules are written with the one, and must find what is on the other.
#[test]
fn the_page_uses_the_names_that_rules_are_written_with() {
    let pipeline = builder().install().unwrap();
    record(&pipeline);
    let page = Page::fetch(&pipeline);
    let metrics = [ORDERS.facts(), OPEN.facts(), DEPTH.facts(), LOAD.facts(), SIZE.facts(), TIME.facts()];
    for metric in metrics {
        let name = names::metric_name(&metric).unwrap();
        assert!(page.types.contains_key(&name), "{name} is not one of {:?}", page.types.keys());
        for dimension in metric.dimensions {
            let label = names::label_name(dimension.key).unwrap();
            let mut samples = page.samples.iter().filter(|sample| sample.name == name).peekable();
            assert!(samples.peek().is_some() && samples.all(|sample| sample.labels.contains_key(&label)));
        }
    }
}

/// The format has no exponential histograms, and the SDK would leave them out without a word.
#[test]
fn histograms_that_would_be_exponential_are_on_the_page_too() {
    let pipeline = builder().install().unwrap();
    record(&pipeline);
    let page = Page::fetch(&pipeline);
    let buckets = page.samples.iter().filter(|sample| sample.name == "shop_time_seconds_bucket");
    let bounds: Vec<(f64, f64)> =
        buckets.map(|sample| (sample.labels["le"].parse().unwrap(), sample.value)).collect();
    assert!(bounds.is_sorted(), "{bounds:?}");
    assert_eq!(bounds.len(), 34);
    for (bound, count) in bounds {
        let below = [0.003, 0.25, 42.0].iter().filter(|value| **value <= bound).count();
        assert_eq!(count, below as f64, "up to {bound}");
    }
    assert_eq!(page.value("shop_time_seconds_count", &[]), 3.0);
    let variables = [
        ("OTEL_METRICS_EXPORTER", "prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        ("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "base2_exponential_bucket_histogram"),
    ];
    let error = Telemetry::builder("shop").environment(Environment::of(variables)).install().unwrap_err();
    assert_eq!(error.problems()[0].setting, variables[2].0, "{error}");
}

#[test]
fn metrics_are_fetched_and_sent_alike() {
    let receiver = Receiver::start().unwrap();
    let variables = [
        ("OTEL_METRICS_EXPORTER", "otlp,prometheus"),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1"),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", "0"),
        // Whatever is sent, what is fetched adds up.
        ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "delta"),
    ];
    let builder = Telemetry::builder("shop").environment(Environment::of(variables));
    let pipeline = builder.endpoint(receiver.http_endpoint()).install().unwrap();
    let orders = pipeline.counter(&ORDERS);
    for total in [2.0, 4.0, 6.0] {
        orders.add(2, Ending::Filled);
        pipeline.flush(PATIENCE).unwrap();
        assert_eq!(Page::fetch(&pipeline).value("shop_orders_total", &[("test_ending", "filled")]), total);
    }
    pipeline.shutdown(PATIENCE).unwrap();
    assert!(receiver.counts().metric_points >= 3);
}

#[test]
fn what_is_only_fetched_is_not_sent() {
    let pipeline = builder().install().unwrap();
    record(&pipeline);
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(report.metric_points.created, 0, "{report}");
}

#[test]
fn there_is_one_page_and_it_can_only_be_fetched() {
    let pipeline = builder().install().unwrap();
    let address = pipeline.prometheus_address().unwrap();
    for (request, status) in [
        ("GET /metrics HTTP/1.1", "200"),
        ("GET /metrics?name=a HTTP/1.1", "200"),
        ("GET / HTTP/1.1", "404"),
        ("POST / HTTP/1.1", "404"),
        ("POST /metrics HTTP/1.1", "405"),
        ("HEAD /metrics HTTP/1.1", "405"),
        ("nonsense", "400"),
    ] {
        let answer = ask(address, request);
        assert_eq!(answer.split(' ').nth(1), Some(status), "{request}: {answer}");
    }
}

#[test]
fn who_says_nothing_does_not_keep_the_others_out() {
    let pipeline = builder().install().unwrap();
    let address = pipeline.prometheus_address().unwrap();
    // As many as are taken at once, and more; their time is up before the patience of the one who asks.
    let silent: Vec<_> = (0..24).map(|_| TcpStream::connect(address).unwrap()).collect();
    Page::fetch(&pipeline);
    drop(silent);
}

#[test]
fn the_page_ends_with_the_pipeline() {
    let pipeline = builder().install().unwrap();
    let address = pipeline.prometheus_address().unwrap();
    let idle = TcpStream::connect(address).unwrap();
    pipeline.shutdown(PATIENCE).unwrap();
    assert!(TcpStream::connect(address).is_err(), "someone still listens");
    idle.set_read_timeout(Some(PATIENCE)).unwrap();
    assert_eq!((&idle).read(&mut [0]).unwrap_or(0), 0, "the connection is still there");
}

#[test]
fn an_address_that_is_taken_is_a_problem() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let nothing: [(String, String); 0] = [];
    let builder =
        |environment| Telemetry::builder("shop").environment(environment).exporter(Exporter::Nothing);
    let of_code = builder(Environment::of(nothing)).prometheus("127.0.0.1", port).install().unwrap_err();
    let of_environment = Telemetry::builder("shop").environment(Environment::of([
        ("OTEL_METRICS_EXPORTER", "prometheus".to_owned()),
        ("OTEL_EXPORTER_PROMETHEUS_HOST", "127.0.0.1".to_owned()),
        ("OTEL_EXPORTER_PROMETHEUS_PORT", port.to_string()),
    ]));
    let of_environment = of_environment.install().unwrap_err();
    for (error, setting) in [(of_code, "prometheus"), (of_environment, "OTEL_EXPORTER_PROMETHEUS_PORT")] {
        let [problem] = error.problems() else { panic!("one problem was expected: {error}") };
        assert_eq!(problem.setting, setting);
        let expected = format!("cannot serve metrics at 127.0.0.1:{port}: ");
        assert!(problem.why.starts_with(&expected), "{problem}");
    }
}

fn builder() -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("shop \"east\"\\1")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .exporter(Exporter::Nothing)
        .prometheus("localhost", 0)
}

fn record(pipeline: &Pipeline) {
    pipeline.counter(&ORDERS).add(3, Ending::Filled);
    pipeline.up_down_counter(&OPEN).add(-2, ());
    pipeline.gauge(&DEPTH).record(4096, ());
    pipeline.float_gauge(&LOAD).record(0.25, ());
    let (size, time) = (pipeline.histogram(&SIZE), pipeline.histogram(&TIME));
    [0.5, 5.0, 200.0].into_iter().for_each(|value| size.record(value, ()));
    [0.003, 0.25, 42.0].into_iter().for_each(|value| time.record(value, ()));
    let meter = pipeline.meter_provider().unwrap().meter("api");
    let api = meter.f64_histogram("api.time").with_unit("ms").build();
    api.record(7.0, &[KeyValue::new("side", "buy")]);
}

/// Asks, and returns the whole answer.
fn ask(address: SocketAddr, request: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "{request}\r\nhost: here\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// A page, read by the rules of the text format and not by the crate that wrote it.
struct Page {
    content_type: String,
    types: BTreeMap<String, String>,
    helps: BTreeMap<String, String>,
    samples: Vec<Sample>,
}

#[derive(Debug)]
struct Sample {
    name: String,
    labels: BTreeMap<String, String>,
    value: f64,
}

impl Page {
    fn fetch(pipeline: &Pipeline) -> Self {
        let answer = ask(pipeline.prometheus_address().unwrap(), "GET /metrics HTTP/1.1");
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
        let content_type = head.lines().find_map(|line| line.strip_prefix("content-type: ")).unwrap();
        let (mut types, mut helps, mut samples) = (BTreeMap::new(), BTreeMap::new(), Vec::new());
        for line in body.lines() {
            let entry = |text: &str| {
                let (name, rest) = text.split_once(' ').unwrap();
                (name.to_owned(), rest.to_owned())
            };
            if let Some(text) = line.strip_prefix("# TYPE ") {
                let (name, kind) = entry(text);
                assert_eq!(types.insert(name, kind), None, "two types: {line}");
            } else if let Some(text) = line.strip_prefix("# HELP ") {
                helps.extend([entry(text)]);
            } else {
                samples.push(sample(line));
            }
        }
        Self { content_type: content_type.to_owned(), types, helps, samples }
    }

    /// The value of the only sample with this name and these labels, beside those of its scope.
    fn value(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let is_it = |sample: &&Sample| {
            let own = sample.labels.iter().filter(|(label, _)| !label.starts_with("otel_scope_"));
            sample.name == name
                && own.map(|(label, value)| (label.as_str(), value.as_str())).eq(labels.iter().copied())
        };
        let found: Vec<_> = self.samples.iter().filter(is_it).collect();
        let [sample] = found.as_slice() else {
            panic!("{name} {labels:?}: {found:?} of {:#?}", self.samples)
        };
        sample.value
    }
}

/// `name{label="value",…} number`
fn sample(line: &str) -> Sample {
    let end = line.find(['{', ' ']).unwrap();
    let (name, mut rest) = line.split_at(end);
    let well_formed = |c: char| c.is_ascii_alphanumeric() || "_:".contains(c);
    assert!(name.chars().all(well_formed), "{line}");
    let mut labels = BTreeMap::new();
    if let Some(mut inside) = rest.strip_prefix('{') {
        while !inside.starts_with('}') {
            let (label, after) = inside.trim_start_matches(',').split_once("=\"").unwrap();
            assert!(label.chars().all(well_formed), "{line}");
            let mut value = String::new();
            let mut chars = after.chars();
            loop {
                match chars.next().unwrap() {
                    '"' => break,
                    '\\' => value.push(match chars.next().unwrap() {
                        'n' => '\n',
                        escaped => escaped,
                    }),
                    plain => value.push(plain),
                }
            }
            assert_eq!(labels.insert(label.to_owned(), value), None, "{line}");
            inside = chars.as_str();
        }
        rest = &inside[1..];
    }
    Sample { name: name.to_owned(), labels, value: rest.trim().parse().unwrap() }
}
