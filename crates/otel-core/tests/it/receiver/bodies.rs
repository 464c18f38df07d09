//! Bodies that are compressed, and bodies that are too large.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::response::Parts;
use http_body_util::Collected;
use hyper::client::conn::http2;
use hyper_util::rt::TokioIo;
use otel_core::testing::{Fate, HttpStatus};
use tokio::net::TcpStream;

use super::*;

const EXPORT: &str = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";

#[tokio::test]
async fn gzip_is_understood_on_both_transports() {
    let receiver = Receiver::start().unwrap();
    let message = traces(3).encode_to_vec();
    assert_eq!(post(&receiver, "/v1/traces", PROTOBUF, message.clone()).await.0, StatusCode::OK);
    assert_eq!(post_gzip(&receiver, gzip(&message)).await, StatusCode::OK);
    assert_eq!(call(&receiver, Some("gzip"), 1, &gzip(&message)).await, "0");
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.compressed, counts.spans, counts.malformed), (3, 2, 9, 0));
    let attempts = receiver.attempts();
    assert!(attempts.iter().all(|attempt| attempt.identity == attempts[0].identity), "{attempts:?}");
    assert_eq!(receiver.received().traces, [traces(3), traces(3), traces(3)]);
}

#[tokio::test]
async fn what_only_looks_compressed_is_malformed() {
    let receiver = Receiver::start().unwrap();
    let message = traces(3).encode_to_vec();
    assert_eq!(post_gzip(&receiver, message.clone()).await, StatusCode::BAD_REQUEST);
    assert_eq!(post_gzip(&receiver, gzip(&message)[..20].to_vec()).await, StatusCode::BAD_REQUEST);
    assert_eq!(call(&receiver, Some("gzip"), 1, &message).await, "13");
    assert_eq!(call(&receiver, None, 1, &gzip(&message)).await, "13");
    assert_eq!(call(&receiver, None, 2, &message).await, "13");
    assert_eq!((receiver.counts().malformed, receiver.counts().spans), (5, 0));
}

#[tokio::test]
async fn what_is_too_large_is_told_so() {
    let message = traces(100).encode_to_vec();
    let receiver = Receiver::builder().max_request_bytes(message.len()).start().unwrap();
    let post_plain = async |message: Vec<u8>| post(&receiver, "/v1/traces", PROTOBUF, message).await.0;
    assert_eq!(post_plain(message.clone()).await, StatusCode::OK);
    assert_eq!(call(&receiver, None, 0, &message).await, "0");
    // So much of the same that gzip makes it small again.
    let mut large = traces(1);
    large.resource_spans[0].scope_spans[0].spans[0].name = "x".repeat(2 * message.len());
    let large = large.encode_to_vec();
    assert!(gzip(&large).len() < message.len());
    assert_eq!(post_plain(large.clone()).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(post_gzip(&receiver, gzip(&large)).await, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(call(&receiver, None, 0, &large).await, "8");
    assert_eq!(call(&receiver, Some("gzip"), 1, &gzip(&large)).await, "8");
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.too_large, counts.spans), (6, 4, 200));
    assert!(receiver.attempts()[2..].iter().all(|attempt| attempt.fate == Fate::TooLarge));
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn post_gzip(receiver: &Receiver, body: Vec<u8>) -> StatusCode {
    let mut request = request(receiver, Method::POST, "/v1/traces", PROTOBUF, body);
    request.headers_mut().insert("content-encoding", "gzip".parse().unwrap());
    http_client().request(request).await.unwrap().status()
}

#[tokio::test]
async fn a_proxy_answers_grpc_with_a_page() {
    let receiver = Receiver::start().unwrap();
    let page = |status| HttpStatus::new(status).page("<html>").header("x-by", "a proxy");
    receiver.script([page(502), page(200)]);
    let (head, body) = answer(&receiver, None, 0, &traces(1).encode_to_vec()).await;
    assert_eq!(head.status, StatusCode::BAD_GATEWAY);
    assert_eq!(head.headers["content-type"], "text/html");
    assert_eq!(head.headers["x-by"], "a proxy");
    assert!(!head.headers.contains_key("grpc-status") && body.trailers().is_none());
    assert_eq!(body.to_bytes(), "<html>");
    // Even if it means well, who does not speak gRPC has taken nothing.
    let (head, _) = answer(&receiver, None, 0, &traces(1).encode_to_vec()).await;
    assert_eq!(head.status, StatusCode::OK);
    assert_eq!((receiver.counts().refused, receiver.counts().spans), (2, 0));
}

/// Calls the trace service, and returns the number of the status.
async fn call(receiver: &Receiver, encoding: Option<&str>, flag: u8, message: &[u8]) -> String {
    let (head, body) = answer(receiver, encoding, flag, message).await;
    let status = head.headers.get("grpc-status").or_else(|| body.trailers()?.get("grpc-status"));
    status.unwrap().to_str().unwrap().to_owned()
}

/// Calls the trace service by hand, with the flag of the frame and the encoding that are given.
async fn answer(
    receiver: &Receiver,
    encoding: Option<&str>,
    flag: u8,
    message: &[u8],
) -> (Parts, Collected<Bytes>) {
    let endpoint = receiver.grpc_endpoint();
    let stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).await.unwrap();
    let (mut sender, connection) =
        http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let frame = [&[flag], length.as_slice(), message].concat();
    let mut request = Request::post(format!("{endpoint}{EXPORT}")).header("content-type", "application/grpc");
    if let Some(encoding) = encoding {
        request = request.header("grpc-encoding", encoding);
    }
    let response = sender.send_request(request.body(Full::new(Bytes::from(frame))).unwrap()).await.unwrap();
    let (head, body) = response.into_parts();
    (head, body.collect().await.unwrap())
}
