//! Whatever is found, and whatever a server repeats: no secret is in a diagnosis.

use otel_core::Outcome;
use otel_core::pipeline::{Builder, Diagnosis, FindingKind};
use otel_core::settings::Protocol;
use otel_core::testing::{Answer, Door, GrpcCode, GrpcStatus, HttpStatus, Receiver};

use super::{NOTE, PATIENCE, SHORT, WORK, builder, patient};

const TOKEN: &str = "pl4nted-t0ken";
const KEY: &str = "pl4nted-k3y";
const QUERY: &str = "pl4nted-qu3ry";

/// A pipeline with a secret wherever one can be.
fn secretive(receiver: &Receiver, protocol: Protocol) -> Builder {
    let base = if protocol == Protocol::Grpc { receiver.grpc_endpoint() } else { receiver.http_endpoint() };
    let address = |path: &str| {
        if protocol == Protocol::Grpc { base.clone() } else { format!("{base}/v1/{path}?key={QUERY}") }
    };
    let headers = format!("api-key={KEY}");
    builder([
        ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", address("traces").as_str()),
        ("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", address("logs").as_str()),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", address("metrics").as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", headers.as_str()),
    ])
    .protocol(protocol)
    .header("authorization", format!("Bearer {TOKEN}"))
    .retry_for(SHORT)
}

fn check(diagnosis: &Diagnosis) {
    for text in [diagnosis.to_string(), format!("{diagnosis:?}")] {
        assert!(!text.contains("pl4nted"), "{text}");
    }
    assert!(!diagnosis.is_well(), "{diagnosis}");
}

#[test]
fn no_secret_is_in_any_finding() {
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        // With gRPC there is no query, and so no secret in one.
        let query = if protocol == Protocol::Grpc { "" } else { QUERY };
        for answer in answers(&format!("Bearer {TOKEN} and {KEY} and ?key={query} are not known")) {
            let receiver = Receiver::start().unwrap();
            receiver.answer_with(answer);
            let pipeline = patient(secretive(&receiver, protocol));
            check(&pipeline.doctor(PATIENCE));
        }
    }
}

/// Answers that have something to say, and say so.
fn answers(said: &str) -> Vec<Answer> {
    let bad = GrpcCode::ALL.into_iter().filter(|code| *code != GrpcCode::Ok);
    let statuses = [301, 400, 401, 403, 404, 413, 415, 429, 500, 503];
    bad.map(|code| GrpcStatus::new(code).message(said).into())
        .chain(statuses.map(|status| HttpStatus::new(status).into()))
        .chain([1, 0].map(|items| Answer::Reject { items, message: said.to_owned() }))
        .collect()
}

#[test]
fn no_secret_is_in_what_is_told_of_losses() {
    let said = format!("{TOKEN} has no right to write");
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        let receiver = Receiver::start().unwrap();
        receiver.answer_with(GrpcStatus::new(GrpcCode::PermissionDenied).message(said.as_str()));
        let pipeline = patient(secretive(&receiver, protocol));
        pipeline.span(&WORK).finish(Outcome::Ok);
        pipeline.event(&NOTE).emit();
        pipeline.flush(PATIENCE).unwrap_err();
        let diagnosis = pipeline.doctor(PATIENCE);
        check(&diagnosis);
        let hidden = "[redacted] has no right to write";
        assert!(
            diagnosis.findings().iter().filter(|it| it.what.contains(hidden)).count() >= 2,
            "{diagnosis}"
        );
    }
}

#[test]
fn no_secret_is_in_what_is_told_of_connections() {
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf] {
        for (door, kind) in [
            (Door::Closed, FindingKind::NobodyListens),
            (Door::Slammed, FindingKind::BrokenOff),
            (Door::Unattended, FindingKind::NoAnswer),
        ] {
            let receiver = Receiver::start().unwrap();
            receiver.set_door(door).unwrap();
            let diagnosis = patient(secretive(&receiver, protocol)).doctor(SHORT * 2);
            assert_eq!(diagnosis.findings()[0].kind, kind, "{diagnosis}");
            check(&diagnosis);
        }
    }
}
