//! Endpoints that are not there, do not speak, speak something else, or say no.

use std::time::Duration;

use otel_core::ledger::Stream;
use otel_core::pipeline::{Diagnosis, Finding, FindingKind, Subject};
use otel_core::settings::{OtlpDestination, Protocol};
use otel_core::testing::{Answer, Door, GrpcCode, GrpcStatus, HttpStatus, Receiver};

use super::{PATIENCE, PROTOCOLS, SHORT, builder, endpoint_of, patient, the, to};

/// The first finding, which is about all streams of the only destination.
fn first(diagnosis: &Diagnosis, kind: FindingKind) -> &Finding {
    assert_eq!(diagnosis.findings()[0].kind, kind, "{diagnosis}");
    assert!(!diagnosis.is_well());
    let finding = the(diagnosis, kind);
    let Subject::Destination { name, streams, .. } = &finding.subject else { panic!("{finding:?}") };
    assert_eq!((name.as_str(), streams.as_slice()), ("main", &Stream::ALL[..]), "{diagnosis}");
    finding
}

/// What is found at an endpoint that answers so.
fn answered(protocol: Protocol, answer: impl Into<Answer>) -> Diagnosis {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(answer);
    patient(to(endpoint_of(&receiver, protocol), protocol)).doctor(PATIENCE)
}

#[test]
fn nobody_listens() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.set_door(Door::Closed).unwrap();
        let pipeline = patient(to(endpoint_of(&receiver, protocol), protocol));
        let diagnosis = pipeline.doctor(PATIENCE);
        let finding = first(&diagnosis, FindingKind::NobodyListens);
        assert!(finding.remedy.contains("`Builder::endpoint`"), "{}", finding.remedy);
        // The same pipeline is well once somebody does.
        receiver.set_door(Door::Open).unwrap();
        pipeline.event(&super::NOTE).emit();
        assert!(pipeline.doctor(PATIENCE).is_well());
    }
}

#[test]
fn a_name_does_not_resolve() {
    for protocol in PROTOCOLS {
        let diagnosis = patient(to("http://collector.invalid:4317", protocol)).doctor(Duration::from_secs(4));
        first(&diagnosis, FindingKind::UnknownHost);
    }
}

#[test]
fn a_connection_is_made_and_never_answered() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        let pipeline = patient(to(endpoint_of(&receiver, protocol), protocol));
        receiver.set_door(Door::Unattended).unwrap();
        let diagnosis = pipeline.doctor(SHORT);
        first(&diagnosis, FindingKind::NoAnswer);
        receiver.set_door(Door::Open).unwrap();
        receiver.answer_with(Answer::Silent);
        let diagnosis = pipeline.doctor(SHORT);
        let finding = first(&diagnosis, FindingKind::NoAnswer);
        assert!(finding.what.starts_with("no answer within "), "{}", finding.what);
    }
}

#[test]
fn a_connection_breaks_off() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start().unwrap();
        receiver.set_door(Door::Slammed).unwrap();
        let diagnosis = patient(to(endpoint_of(&receiver, protocol), protocol)).doctor(PATIENCE);
        first(&diagnosis, FindingKind::BrokenOff);
    }
}

#[test]
fn grpc_is_spoken_to_http_and_the_reverse() {
    let receiver = Receiver::start().unwrap();
    let cases = [
        (receiver.http_endpoint(), Protocol::Grpc, "the port speaks HTTP/1.1", "to http/protobuf"),
        (receiver.grpc_endpoint(), Protocol::HttpProtobuf, "the port speaks HTTP/2", "to grpc"),
    ];
    for (endpoint, protocol, seen, remedy) in cases {
        let diagnosis = patient(to(endpoint, protocol)).doctor(PATIENCE);
        let finding = first(&diagnosis, FindingKind::WrongProtocol);
        assert!(finding.what.contains(seen) && finding.remedy.contains(remedy), "{diagnosis}");
    }
    // A web server that knows HTTP/2 and no gRPC.
    for answer in [HttpStatus::new(404).page("<p>no</p>"), HttpStatus::new(200), HttpStatus::new(415)] {
        first(&answered(Protocol::Grpc, answer), FindingKind::WrongProtocol);
    }
    first(&answered(Protocol::HttpProtobuf, HttpStatus::new(415)), FindingKind::WrongProtocol);
}

#[test]
fn a_path_is_wrong() {
    let receiver = Receiver::start().unwrap();
    let base = format!("{}/otlp", receiver.http_endpoint());
    let diagnosis = patient(to(base, Protocol::HttpProtobuf)).doctor(PATIENCE);
    let finding = first(&diagnosis, FindingKind::NotServed);
    assert!(finding.remedy.contains("are added to a base"), "{diagnosis}");

    let diagnosis = answered(Protocol::Grpc, GrpcStatus::new(GrpcCode::Unimplemented));
    let finding = first(&diagnosis, FindingKind::NotServed);
    assert!(finding.remedy.contains("a collector needs a pipeline"), "{diagnosis}");
}

#[test]
fn one_trouble_in_several_words_is_told_once_with_all_of_them() {
    let receiver = Receiver::start().unwrap();
    for (stream, said) in Stream::ALL.into_iter().zip(["not today", "not you", "not today"]) {
        receiver.script_of(stream, [GrpcStatus::new(GrpcCode::PermissionDenied).message(said)]);
    }
    let diagnosis = patient(to(receiver.grpc_endpoint(), Protocol::Grpc)).doctor(PATIENCE);
    let finding = first(&diagnosis, FindingKind::Forbidden);
    assert_eq!(finding.what, "not today; also: not you");
}

#[test]
fn only_one_stream_is_refused() {
    let receiver = Receiver::start().unwrap();
    receiver.script_of(Stream::Logs, [HttpStatus::new(404)]);
    let diagnosis = patient(to(receiver.http_endpoint(), Protocol::HttpProtobuf)).doctor(PATIENCE);
    let Subject::Destination { streams, .. } = &the(&diagnosis, FindingKind::NotServed).subject else {
        panic!("{diagnosis}")
    };
    assert_eq!(streams, &[Stream::Logs]);
}

#[test]
fn we_are_not_known_or_not_let() {
    let cases = [
        (GrpcCode::Unauthenticated, FindingKind::Unauthenticated, "`tenant` (by OTEL_EXPORTER_OTLP_HEADERS)"),
        (GrpcCode::PermissionDenied, FindingKind::Forbidden, "`authorization` (by `Builder::header`)"),
    ];
    for protocol in PROTOCOLS {
        for (code, kind, sent) in cases {
            let diagnosis = answered(protocol, GrpcStatus::new(code).message("who are you?"));
            let finding = first(&diagnosis, kind);
            assert!(finding.what.contains("who are you?"), "{diagnosis}");
            let none = "no header is set: give the credentials in OTEL_EXPORTER_OTLP_HEADERS";
            assert!(finding.remedy.starts_with(none), "{diagnosis}");

            let receiver = Receiver::start().unwrap();
            receiver.answer_with(GrpcStatus::new(code));
            let pipeline = builder([("OTEL_EXPORTER_OTLP_HEADERS", "tenant=blue")])
                .endpoint(endpoint_of(&receiver, protocol))
                .protocol(protocol)
                .header("Authorization", "Bearer planted");
            let diagnosis = patient(pipeline).doctor(PATIENCE);
            let finding = first(&diagnosis, kind);
            assert!(finding.remedy.contains(sent), "{diagnosis}");
        }
    }
    // The variables say nothing about another destination.
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(HttpStatus::new(401));
    let other = OtlpDestination::new("other", receiver.http_endpoint());
    let pipeline = builder([("OTEL_EXPORTER_OTLP_HEADERS", "tenant=blue")])
        .exporter(otel_core::settings::Exporter::Nothing)
        .also_to(other);
    let diagnosis = patient(pipeline).doctor(PATIENCE);
    let finding = the(&diagnosis, FindingKind::Unauthenticated);
    assert!(finding.remedy.contains("`OtlpDestination::header`"), "{diagnosis}");
}

#[test]
fn the_server_has_enough_or_fails_or_wants_less() {
    let seven = Duration::from_secs(7);
    let cases: [(Answer, FindingKind, &str); 6] = [
        (
            GrpcStatus::new(GrpcCode::ResourceExhausted).retry_after(seven).into(),
            FindingKind::Throttled,
            "it asks to be left alone for 7s",
        ),
        (Answer::Unavailable, FindingKind::ServerError, "told to be unavailable"),
        (GrpcStatus::new(GrpcCode::Internal).message("oh no").into(), FindingKind::ServerError, "oh no"),
        (Answer::InvalidArgument, FindingKind::Refused, "told to refuse"),
        (
            Answer::Reject { items: 3, message: "too old".to_owned() },
            FindingKind::Rejected,
            "3 items rejected: too old",
        ),
        (Answer::Reject { items: 0, message: "move on".to_owned() }, FindingKind::Warned, "move on"),
    ];
    for protocol in PROTOCOLS {
        for (answer, kind, said) in &cases {
            let diagnosis = answered(protocol, answer.clone());
            assert!(the(&diagnosis, *kind).what.contains(said), "{diagnosis}");
        }
    }
    let by_status =
        [(301, FindingKind::Redirected), (413, FindingKind::TooLarge), (500, FindingKind::ServerError)];
    for (status, kind) in by_status {
        first(&answered(Protocol::HttpProtobuf, HttpStatus::new(status)), kind);
    }
    the(&answered(Protocol::HttpProtobuf, HttpStatus::new(429)), FindingKind::Throttled);
}

#[test]
fn a_warning_is_worth_knowing_and_no_more() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Reject { items: 0, message: "move on".to_owned() });
    let pipeline = patient(to(receiver.grpc_endpoint(), Protocol::Grpc));
    pipeline.event(&super::NOTE).emit();
    let diagnosis = pipeline.doctor(PATIENCE);
    assert!(diagnosis.is_well(), "{diagnosis}");
    the(&diagnosis, FindingKind::Warned);
}
