//! Secrets planted wherever a text can be put into telemetry: none of them leaves, whichever way.

mod places;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use otel_core::PseudonymKey;
use otel_core::Telemetry;
use otel_core::alerting::{Alerting, Grouping, Respond, Sink};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::privacy::{AllowList, KeyRing, Privacy};
use otel_core::settings::{Environment, OtlpDestination, Protocol, Spool};
use otel_core::testing::{Answer, Receiver};

use super::secrets::Secrets;
use crate::server::{Says, Server};
use places::Places;

const PATIENCE: Duration = Duration::from_secs(120);

/// Spans and log records that are exported, at least.
const RECORDS: u64 = 100_000;

/// Secrets, of which each is planted many times.
const SECRETS: usize = 3_000;

fn builder(endpoint: String) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("everywhere")
        .environment(Environment::of(nothing))
        .endpoint(endpoint)
        .protocol(Protocol::Grpc)
        .export_timeout(PATIENCE)
        .queue_bytes(1 << 30)
        .on_diagnostic(|_| {})
        .privacy(privacy())
}

fn privacy() -> Privacy {
    Privacy::standard()
        .keys(KeyRing::new(PseudonymKey::new([7; 32])))
        .headers(AllowList::only(["x-request-id", "x-note"]))
}

#[test]
fn no_secret_leaves_whatever_it_is_planted_in() {
    let mut secrets = Secrets::new(SECRETS);
    let grpc = Server::start(Protocol::Grpc, None, |_, _| Says::yes(Protocol::Grpc));
    let http = Server::start(Protocol::HttpProtobuf, None, |_, _| Says::http(200));
    let told = Server::start(Protocol::HttpProtobuf, None, |_, _| Says::http(200));
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("telemetry.jsonl");
    let also = OtlpDestination::new("also", http.endpoint()).protocol(Protocol::HttpProtobuf);
    let mut at_once = Grouping::default();
    at_once.wait = Duration::ZERO;
    let alerting = Alerting::new()
        .grouping(at_once)
        .rule(&places::TOO_MUCH)
        .rule(&places::MEASURED)
        .sink(Sink::cloud_events(told.endpoint()))
        .sink(Sink::slack(format!("{}/slack", told.endpoint())).named("chat"))
        .sink(Sink::events().named("events"))
        .respond(Respond::to(&places::TOO_MUCH, places::Talkative(secrets.alone())));
    let pipeline = builder(grpc.endpoint())
        .also_to(also)
        .json_file(&lines)
        .prometheus("127.0.0.1", 0)
        .resource_attribute("note", secrets.text("inResourceValue"))
        .resource_attribute(secrets.text("inResourceKey"), "x")
        .alerting(alerting)
        .install()
        .unwrap();

    let mut places = Places::new(&pipeline, &mut secrets);
    for number in 0..RECORDS {
        places.record(number);
    }
    places.measure_and_alarm();
    let injected = places.injected();
    pipeline.alerts_now(PATIENCE);
    let page = page(&pipeline);
    let report = pipeline.shutdown(PATIENCE).unwrap_or_else(|undelivered| panic!("{undelivered}"));
    assert!(report.spans.exported + report.logs.exported >= RECORDS, "{report}");
    let redactions = pipeline.redactions();
    assert!(redactions.iter().map(|redaction| redaction.count).sum::<u64>() > RECORDS, "{redactions:?}");

    let (grpc, http, told) = (bodies(&grpc), bodies(&http), bodies(&told));
    let lines = std::fs::read(lines).unwrap();
    // What was left of each text arrived, so its place was really written.
    let arrived = |left: &[Vec<u8>], place: &str| {
        left.iter().any(|body| body.windows(place.len()).any(|window| window == place.as_bytes()))
    };
    for place in places::RECORDED {
        assert!(arrived(&grpc, place), "{place} is in no request");
        // JSON has its own letters for bytes.
        assert!(
            place.ends_with("Bytes") || arrived(std::slice::from_ref(&lines), place),
            "{place} is in no line"
        );
    }
    for (left, places) in [
        (std::slice::from_ref(&page), places::ON_THE_PAGE.as_slice()),
        (&told, &places::TOLD),
        (&injected, &places::INJECTED),
    ] {
        places.iter().for_each(|place| assert!(arrived(left, place), "{place} did not arrive"));
    }

    for (way, left) in [
        ("grpc", grpc.as_slice()),
        ("http", &http),
        ("lines", &[lines]),
        ("page", &[page]),
        ("sinks", &told),
        ("headers", &injected),
    ] {
        let found = secrets.found_in(left.iter().map(Vec::as_slice));
        assert!(found.is_empty(), "{way}: {}, such as {:#?}", found.len(), &found[..found.len().min(20)]);
    }
}

#[test]
fn no_secret_is_written_to_disk() {
    let mut secrets = Secrets::new(SECRETS);
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Unavailable);
    let folder = tempfile::tempdir().unwrap();
    let pipeline = builder(receiver.grpc_endpoint())
        .spool(Spool::at(folder.path()))
        .retry_for(Duration::from_secs(1))
        .install()
        .unwrap();
    let mut places = Places::new(&pipeline, &mut secrets);
    (0..5_000).for_each(|number| places.record(number));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert!(report.spans.spooled > 0 && report.logs.spooled > 0, "{report}");
    let mut files = Vec::new();
    read_all(folder.path(), &mut files);
    assert!(files.iter().map(Vec::len).sum::<usize>() > 100_000);
    let found = secrets.found_in(files.iter().map(Vec::as_slice));
    assert!(found.is_empty(), "{found:#?}");
}

fn bodies(server: &Server) -> Vec<Vec<u8>> {
    server.heard().into_iter().map(|heard| heard.body.to_vec()).collect()
}

fn read_all(folder: &Path, files: &mut Vec<Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { read_all(&path, files) } else { files.push(std::fs::read(path).unwrap()) }
    }
}

/// The page that Prometheus is shown.
fn page(pipeline: &Pipeline) -> Vec<u8> {
    let mut stream = TcpStream::connect(pipeline.prometheus_address().unwrap()).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut page = Vec::new();
    stream.read_to_end(&mut page).unwrap();
    assert!(page.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&page));
    page
}
