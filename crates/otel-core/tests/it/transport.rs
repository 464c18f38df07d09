//! How requests travel: compression, limits, and what every answer comes to, on both transports.

use std::io::Read as _;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceResponse,
};
use otel_core::ledger::{DropReason, Report};
use otel_core::pipeline::{Builder, Diagnostic};
use otel_core::settings::{Compression, Environment, Protocol};
use otel_core::{Key, Outcome, SpanDef, SpanKind, Telemetry, Text};
use prost::Message;

use crate::server::{Heard, Says, Server};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];
const PATIENCE: Duration = Duration::from_secs(60);
const PROTOBUF: &str = "application/x-protobuf";

/// What became of one span, and what was said about it.
struct Sent {
    report: Report,
    diagnostics: Vec<Diagnostic>,
}

impl Sent {
    fn was_delivered(&self) -> bool {
        self.report.spans.exported == 1
    }

    fn dropped(&self, reason: DropReason) -> bool {
        self.report.spans.dropped(reason) == 1
    }

    /// The first thing that was said.
    fn said(&self) -> String {
        self.diagnostics.first().map(ToString::to_string).unwrap_or_default()
    }
}

fn builder(server: &Server, protocol: Protocol) -> Builder {
    let nothing: [(&str, &str); 0] = [];
    Telemetry::builder("transport")
        .self_metrics(false)
        .environment(Environment::of(nothing))
        .endpoint(server.endpoint())
        .protocol(protocol)
        .schedule_delay(Duration::from_millis(1))
}

/// Sends one span, whose name is `name`.
fn send(builder: Builder, name: &str) -> Sent {
    let said = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&said);
    let builder = builder.on_diagnostic(move |diagnostic| heard.lock().unwrap().push(diagnostic.clone()));
    let pipeline = builder.install().unwrap();
    let mut span = pipeline.span(&WORK);
    span.set(&NAME, name);
    span.finish(Outcome::Ok);
    let report = match pipeline.shutdown(PATIENCE) {
        Ok(report) => report,
        Err(undelivered) => *undelivered.report(),
    };
    assert_eq!((report.spans.created, report.pending()), (1, 0), "{report}");
    let diagnostics = std::mem::take(&mut *said.lock().unwrap());
    Sent { report, diagnostics }
}

/// Sends one span to a server that first says `first`, and then that all is well.
fn after(protocol: Protocol, first: Says) -> (Sent, usize) {
    let server = Server::start(protocol, None, move |number, _| match number {
        0 => first.clone(),
        _ => Says::yes(protocol),
    });
    let sent = send(builder(&server, protocol), "a");
    (sent, server.heard().len())
}

#[test]
fn grpc_requests_are_sent_again_after_the_retryable_codes_only() {
    const RETRYABLE: [u16; 6] = [1, 4, 10, 11, 14, 15];
    for code in 1..=17 {
        for first in [Says::grpc(code, b""), Says::status_only(code)] {
            let (sent, requests) = after(Protocol::Grpc, first);
            if RETRYABLE.contains(&code) {
                assert_eq!((sent.was_delivered(), requests), (true, 2), "{code}");
            } else {
                assert_eq!((sent.dropped(DropReason::Refused), requests), (true, 1), "{code}");
            }
        }
    }
}

#[test]
fn http_requests_are_sent_again_after_the_retryable_codes_only() {
    const RETRYABLE: [u16; 4] = [429, 502, 503, 504];
    for status in [300, 301, 302, 307, 308, 400, 401, 403, 404, 408, 413, 415, 429, 500, 501, 502, 503, 504] {
        let (sent, requests) = after(Protocol::HttpProtobuf, Says::http(status));
        if RETRYABLE.contains(&status) {
            assert_eq!((sent.was_delivered(), requests), (true, 2), "{status}");
        } else {
            // A single span that is too large is too large for good.
            let reason = if status == 413 { DropReason::TooLarge } else { DropReason::Refused };
            assert_eq!((sent.dropped(reason), requests), (true, 1), "{status}");
            assert!(sent.said().contains(&format!("HTTP {status}")), "{}", sent.said());
        }
    }
    for status in [200, 201, 202, 204] {
        let (sent, requests) = after(Protocol::HttpProtobuf, Says::http(status));
        assert_eq!((sent.was_delivered(), requests), (true, 1), "{status}");
    }
}

#[test]
fn a_proxy_that_does_not_speak_grpc_is_understood() {
    for (status, retried) in [(400, false), (401, false), (404, false), (429, true), (502, true), (503, true)]
    {
        let (sent, requests) = after(Protocol::Grpc, Says::http(status));
        assert_eq!((sent.was_delivered(), requests), (retried, 1 + usize::from(retried)), "{status}");
    }
}

#[test]
fn a_connection_that_ends_is_tried_again() {
    for protocol in PROTOCOLS {
        let (sent, requests) = after(protocol, Says::Nothing);
        assert_eq!((sent.was_delivered(), requests), (true, 2), "{protocol:?}");
    }
}

#[test]
fn nobody_follows_where_telemetry_is_redirected_to() {
    let elsewhere = Server::start(Protocol::HttpProtobuf, None, |_, _| Says::http(200));
    for status in [301, 302, 307, 308] {
        let redirection = Says::http(status).with("location", elsewhere.endpoint() + "/v1/traces");
        let (sent, _) = after(Protocol::HttpProtobuf, redirection);
        assert!(sent.dropped(DropReason::Refused), "{status}");
    }
    assert!(elsewhere.heard().is_empty());
}

/// `google.rpc.Status` with a `google.rpc.RetryInfo`, as base64 of bytes written by hand: no delay, and an hour.
const NO_DELAY: &str = "Gi4KKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SAgoA";
const AN_HOUR: &str = "GjEKKHR5cGUuZ29vZ2xlYXBpcy5jb20vZ29vZ2xlLnJwYy5SZXRyeUluZm8SBQoDCJAc";

const DETAILS: &str = "grpc-status-details-bin";

#[test]
fn an_exhausted_server_is_tried_again_only_when_it_says_when() {
    let (sent, requests) = after(Protocol::Grpc, Says::grpc(8, b"").with_trailer(DETAILS, NO_DELAY));
    assert_eq!((sent.was_delivered(), requests), (true, 2));
    let (sent, requests) = after(Protocol::Grpc, Says::status_only(8).with(DETAILS, NO_DELAY));
    assert_eq!((sent.was_delivered(), requests), (true, 2));
    // Details of another kind, and details that are none.
    for details in ["EgRmdWxs", "not base64!", "////"] {
        let (sent, requests) = after(Protocol::Grpc, Says::grpc(8, b"").with_trailer(DETAILS, details));
        assert_eq!((sent.dropped(DropReason::Refused), requests), (true, 1), "{details}");
    }
}

#[test]
fn details_that_cannot_be_read_do_no_harm() {
    for first in [
        Says::grpc(14, b"").with_trailer(DETAILS, "not base64!"),
        Says::status_only(14).with(DETAILS, "not base64!"),
    ] {
        let (sent, requests) = after(Protocol::Grpc, first);
        assert_eq!((sent.was_delivered(), requests), (true, 2));
    }
}

#[test]
fn a_server_that_asks_for_more_time_than_there_is_gets_no_second_request() {
    let far = "Fri, 31 Dec 9999 23:59:59 GMT";
    let cases = [
        (Protocol::Grpc, Says::grpc(14, b"").with_trailer(DETAILS, AN_HOUR)),
        (Protocol::Grpc, Says::status_only(8).with(DETAILS, AN_HOUR)),
        (Protocol::HttpProtobuf, Says::http(429).with("retry-after", "3600")),
        (Protocol::HttpProtobuf, Says::http(503).with("retry-after", far)),
    ];
    for (protocol, first) in cases {
        let (sent, requests) = after(protocol, first.clone());
        assert_eq!((sent.dropped(DropReason::ExportFailed), requests), (true, 1), "{first:?}");
    }
    for soon in ["0", "Thu, 01 Jan 1970 00:00:00 GMT", "whenever"] {
        let (sent, requests) = after(Protocol::HttpProtobuf, Says::http(503).with("retry-after", soon));
        assert_eq!((sent.was_delivered(), requests), (true, 2), "{soon}");
    }
}

/// `google.rpc.Status`
#[derive(Clone, PartialEq, Message)]
struct RpcStatus {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

#[test]
fn what_a_server_says_about_a_refusal_is_repeated_fit_to_be_read() {
    let long = "x".repeat(1_000);
    let cases = [
        ("no such tenant", "no such tenant"),
        ("tab\there\u{1b}[31m\nand there", "tabhere[31mand there"),
        (long.as_str(), &long[..200]),
        ("", ""),
    ];
    for (message, repeated) in cases {
        let status = RpcStatus { code: 3, message: message.to_owned() }.encode_to_vec();
        let json = serde_json::json!({ "code": 3, "message": message }).to_string();
        for (kind, body) in [(PROTOBUF, status), ("application/json; charset=utf-8", json.into_bytes())] {
            let (sent, _) = after(Protocol::HttpProtobuf, Says::http(400).with_body(kind, body));
            let colon = if repeated.is_empty() { "" } else { ": " };
            let expected = format!("does not take traces: HTTP 400 Bad Request{colon}{repeated}");
            assert!(sent.said().ends_with(&expected), "{:?}", sent.said());
        }
    }
    let page = Says::http(400).with_body("text/html", "<html>secret</html>");
    let (sent, _) = after(Protocol::HttpProtobuf, page);
    assert!(sent.said().ends_with("HTTP 400 Bad Request"), "{}", sent.said());

    let percent = Says::grpc(3, b"").with_trailer("grpc-message", "no%0Asuch%20tenant%1B");
    let (sent, _) = after(Protocol::Grpc, percent);
    assert!(sent.said().ends_with("does not take traces: nosuch tenant"), "{:?}", sent.said());
}

#[test]
fn a_strange_body_does_not_undo_a_success() {
    let compressed = gzip(b"\x0a\x02\x08\x01");
    let mut framed = vec![1];
    framed.extend((compressed.len() as u32).to_be_bytes());
    framed.extend(&compressed);
    let huge = vec![0; 5 * 1024 * 1024];
    let http = [
        Says::http(200).with_body(PROTOBUF, "\u{ff}garbage"),
        Says::http(200).with_body("text/html", "<html>"),
        Says::http(200).with_body("application/json", "{"),
        Says::http(200).with_body(PROTOBUF, compressed).with("content-encoding", "gzip"),
        // It would say that a span was rejected, were it not for the header.
        Says::http(200).with_body(PROTOBUF, b"\x0a\x02\x08\x01").with("content-encoding", "gzip"),
        Says::http(200).with_body(PROTOBUF, huge),
    ];
    let grpc = [
        Says::grpc(0, b"\xffgarbage"),
        Says::grpc(0, b"").with_body("application/grpc", framed),
        Says::grpc(0, b"").with_body("application/grpc", b""),
        Says::grpc(0, b"").with_body("application/grpc", b"\0\0"),
    ];
    let http = http.map(|says| (Protocol::HttpProtobuf, says));
    for (protocol, says) in http.into_iter().chain(grpc.map(|says| (Protocol::Grpc, says))) {
        let (sent, requests) = after(protocol, says);
        assert_eq!((sent.was_delivered(), sent.report.lost(), requests), (true, 0, 1));
    }
}

#[test]
fn a_partial_success_is_read_in_the_form_it_is_written_in() {
    let partial = |rejected_spans| ExportTraceServiceResponse {
        partial_success: Some(ExportTracePartialSuccess {
            rejected_spans,
            error_message: "too old".to_owned(),
        }),
    };
    let json = |rejected: &str| {
        format!(r#"{{"partialSuccess":{{"rejectedSpans":{rejected},"errorMessage":"too old"}}}}"#)
    };
    let http = |kind, body: Vec<u8>| (Protocol::HttpProtobuf, Says::http(200).with_body(kind, body));
    for (rejected, protocol, says) in [
        (1, Protocol::Grpc, Says::grpc(0, &partial(1).encode_to_vec())),
        (0, Protocol::Grpc, Says::grpc(0, &partial(0).encode_to_vec())),
    ]
    .into_iter()
    .chain([(1, PROTOBUF, partial(1).encode_to_vec()), (0, PROTOBUF, partial(0).encode_to_vec())].map(
        |(rejected, kind, body)| {
            let (protocol, says) = http(kind, body);
            (rejected, protocol, says)
        },
    ))
    .chain([(1, json("\"1\"")), (1, json("1")), (0, json("\"0\"")), (0, json("null"))].map(
        |(rejected, body)| {
            let (protocol, says) = http("application/json", body.into_bytes());
            (rejected, protocol, says)
        },
    )) {
        let (sent, requests) = after(protocol, says.clone());
        assert_eq!((sent.report.spans.rejected, requests), (rejected, 1), "{says:?}");
        assert_eq!(sent.report.spans.exported, 1 - rejected);
        if rejected > 0 {
            assert!(sent.said().contains("too old"), "{}", sent.said());
        }
    }
}

#[test]
fn compressed_requests_say_the_same_in_less() {
    let name = "the same words ".repeat(1_000);
    for protocol in PROTOCOLS {
        let mut sizes = Vec::new();
        for compression in [Compression::None, Compression::Gzip] {
            let server = Server::start(protocol, None, move |number, _| match number {
                0 if protocol == Protocol::Grpc => Says::grpc(14, b""),
                0 => Says::http(503),
                _ => Says::yes(protocol),
            });
            let sent = send(builder(&server, protocol).compression(compression), &name);
            assert!(sent.was_delivered());
            let heard = server.heard();
            assert_eq!(heard.len(), 2);
            assert_eq!(heard[0].body, heard[1].body, "another attempt sends the same bytes");
            let request = message(&heard[1], protocol, compression);
            let span = &request.resource_spans[0].scope_spans[0].spans[0];
            assert!(format!("{:?}", span.attributes).contains(&name));
            sizes.push(heard[1].body.len());
        }
        assert!(sizes[1] * 10 < sizes[0], "{sizes:?}");
    }
}

/// The request in what was heard, read by other means than ours.
fn message(heard: &Heard, protocol: Protocol, compression: Compression) -> ExportTraceServiceRequest {
    let compressed = compression == Compression::Gzip;
    let encoding = compressed.then_some("gzip");
    let body = if protocol == Protocol::Grpc {
        assert_eq!(heard.header("grpc-encoding"), encoding);
        assert_eq!(heard.header("content-type"), Some("application/grpc"));
        assert!(heard.path.ends_with("TraceService/Export"));
        let (head, message) = heard.body.split_at(5);
        assert_eq!(head[0], u8::from(compressed));
        assert_eq!(head[1..], (message.len() as u32).to_be_bytes());
        Bytes::copy_from_slice(message)
    } else {
        assert_eq!(heard.header("content-encoding"), encoding);
        assert_eq!(heard.header("content-type"), Some(PROTOBUF));
        assert_eq!(heard.header("accept-encoding"), None);
        heard.body.clone()
    };
    if !compressed {
        return ExportTraceServiceRequest::decode(body).unwrap();
    }
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut plain).unwrap();
    ExportTraceServiceRequest::decode(plain.as_slice()).unwrap()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let mut encoder = flate2::read::GzEncoder::new(bytes, flate2::Compression::best());
    encoder.read_to_end(&mut compressed).unwrap();
    compressed
}

#[test]
fn a_request_beyond_the_limit_is_not_sent_compressed_or_not() {
    // Compressed it would be far below the limit, and not compressible it is above.
    let name = "a".repeat(100_000);
    for protocol in [Protocol::Grpc, Protocol::HttpProtobuf, Protocol::HttpJson] {
        for compression in [Compression::None, Compression::Gzip] {
            let server = Server::start(protocol, None, move |_, _| Says::yes(protocol));
            let builder = || builder(&server, protocol).compression(compression);
            let sent = send(builder().max_request_bytes(65_536), &name);
            assert!(sent.dropped(DropReason::TooLarge), "{}", sent.report);
            assert!(sent.said().contains("more than the 65536 that may be sent"), "{}", sent.said());
            assert!(server.heard().is_empty());
            assert!(send(builder().max_request_bytes(131_072), &name).was_delivered());
        }
    }
}

#[test]
fn a_grpc_answer_beyond_the_limit_is_not_read_and_not_asked_for_again() {
    let huge = vec![0; 5 * 1024 * 1024];
    let (sent, requests) = after(Protocol::Grpc, Says::grpc(0, &huge));
    assert_eq!((sent.dropped(DropReason::Refused), requests), (true, 1));
    assert!(sent.said().contains("larger than 4194304 bytes"), "{}", sent.said());
}
