//! The receiver, asked by clients that share no code with this crate's exporters.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bodies;
mod encrypted;
mod faults;

use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use opentelemetry_proto::tonic::common::v1::InstrumentationScope;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, Gauge, Histogram, Metric, ResourceMetrics, ScopeMetrics, Sum, Summary,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use otel_core::testing::{Answer, Receiver, Transport};
use prost::Message;
use tonic::Code;
use tonic::body::Body;
use tonic::codegen::Service;
use tonic::transport::Channel;

/// Long enough never to be what a passing test waits for.
const PATIENCE: Duration = Duration::from_secs(30);

const PROTOBUF: &str = "application/x-protobuf";

#[tokio::test]
async fn grpc_takes_all_three_signals() {
    let receiver = Receiver::start().unwrap();
    let channel = connect(&receiver).await;

    let mut request = tonic::Request::new(traces(2));
    request.metadata_mut().insert("x-tenant", "blue".parse().unwrap());
    let response = TraceServiceClient::new(channel.clone()).export(request).await.unwrap().into_inner();
    assert_eq!(response, ExportTraceServiceResponse::default());
    LogsServiceClient::new(channel.clone()).export(logs(3)).await.unwrap();
    MetricsServiceClient::new(channel).export(one_point_of_each_kind()).await.unwrap();

    let counts = receiver.counts();
    assert_eq!((counts.spans, counts.log_records, counts.metric_points), (2, 3, 5));
    assert_eq!((counts.requests, counts.malformed, counts.refused), (3, 0, 0));

    let received = receiver.received();
    assert_eq!(received.traces, [traces(2)]);
    assert_eq!(received.logs, [logs(3)]);
    assert_eq!(received.metrics, [one_point_of_each_kind()]);
    let head = &received.requests[0];
    assert_eq!(head.transport, Transport::Grpc);
    assert_eq!(head.path, "/opentelemetry.proto.collector.trace.v1.TraceService/Export");
    assert_eq!(head.header("x-tenant"), Some("blue"));
}

#[tokio::test]
async fn http_takes_all_three_signals() {
    let receiver = Receiver::start().unwrap();
    let exports = [
        ("/v1/traces", traces(1).encode_to_vec()),
        ("/v1/logs", logs(1).encode_to_vec()),
        ("/v1/metrics", one_point_of_each_kind().encode_to_vec()),
    ];
    for (path, body) in exports {
        assert_eq!(post(&receiver, path, PROTOBUF, body).await.0, StatusCode::OK);
    }

    let received = receiver.received();
    let (resource, scope, span) = received.spans().next().unwrap();
    assert_eq!(resource, Some(&Resource { dropped_attributes_count: 7, ..Resource::default() }));
    assert_eq!((scope.name.as_str(), span.name.as_str()), ("orders", "span 0"));
    assert_eq!(received.log_records().next().unwrap().2.event_name, "event 0");
    assert_eq!(received.metrics().count(), 5);
    let heads: Vec<_> = received.requests.iter().map(|head| (head.transport, head.path.as_str())).collect();
    let http = Transport::Http;
    assert_eq!(heads, [(http, "/v1/traces"), (http, "/v1/logs"), (http, "/v1/metrics")]);
    assert_eq!(received.requests[0].header("content-type"), Some(PROTOBUF));
}

#[tokio::test]
async fn http_turns_away_what_is_not_an_export() {
    let receiver = Receiver::start().unwrap();
    let body = traces(1).encode_to_vec();
    let (status, _) = post(&receiver, "/v1/profiles", PROTOBUF, body.clone()).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = post(&receiver, "/v1/traces", "application/json", body.clone()).await;
    assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let (status, _) = send(&receiver, Method::PUT, "/v1/traces", PROTOBUF, body).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(receiver.counts().requests, 0);
}

#[tokio::test]
async fn http_counts_a_malformed_body() {
    let receiver = Receiver::start().unwrap();
    let (status, _) = post(&receiver, "/v1/traces", PROTOBUF, b"\x0a\xff".to_vec()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.malformed, counts.spans), (1, 1, 0));
    assert_eq!(receiver.received().requests.len(), 1);
}

#[tokio::test]
async fn grpc_counts_a_malformed_message() {
    let receiver = Receiver::start().unwrap();
    let channel = connect(&receiver).await;
    let refused = LogsServiceClient::new(ToTraces(channel)).export(logs(1)).await.unwrap_err();
    assert_eq!(refused.code(), Code::Internal);
    assert!(receiver.wait_until(PATIENCE, |counts| counts.malformed == 1));
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.spans, counts.log_records), (1, 0, 0));
    assert!(receiver.received().requests[0].path.ends_with("TraceService/Export"));
}

#[tokio::test]
async fn a_partial_success_says_how_many_and_why() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Reject { items: 2, message: "too old".to_owned() });

    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let partial = client.export(traces(3)).await.unwrap().into_inner().partial_success.unwrap();
    assert_eq!((partial.rejected_spans, partial.error_message.as_str()), (2, "too old"));

    let body = one_point_of_each_kind().encode_to_vec();
    let (status, answer) = post(&receiver, "/v1/metrics", PROTOBUF, body).await;
    assert_eq!(status, StatusCode::OK);
    let partial = ExportMetricsServiceResponse::decode(answer).unwrap().partial_success.unwrap();
    assert_eq!((partial.rejected_data_points, partial.error_message.as_str()), (2, "too old"));
    assert_eq!((receiver.counts().spans, receiver.counts().metric_points), (3, 5));
}

#[tokio::test]
async fn a_refused_request_is_not_recorded_until_it_is_accepted() {
    let receiver = Receiver::start().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let body = traces(1).encode_to_vec();
    let refusals = [
        (Answer::Unavailable, Code::Unavailable, StatusCode::SERVICE_UNAVAILABLE),
        (Answer::InvalidArgument, Code::InvalidArgument, StatusCode::BAD_REQUEST),
    ];
    for (answer, code, status) in refusals {
        receiver.answer_with(answer);
        assert_eq!(client.export(traces(1)).await.unwrap_err().code(), code);
        assert_eq!(post(&receiver, "/v1/traces", PROTOBUF, body.clone()).await.0, status);
    }
    let counts = receiver.counts();
    assert_eq!((counts.requests, counts.refused, counts.spans, counts.malformed), (4, 4, 0, 0));

    receiver.answer_with(Answer::Accept);
    client.export(traces(1)).await.unwrap();
    assert_eq!((receiver.counts().requests, receiver.counts().spans), (5, 1));
    assert_eq!(receiver.received().traces.len(), 1);
    assert_eq!(receiver.received().requests.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_silent_receiver_takes_the_request_and_ends_without_an_answer() {
    let receiver = Receiver::start().unwrap();
    receiver.answer_with(Answer::Silent);
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    let unanswered = tokio::spawn(async move { client.export(traces(2)).await });
    let request = request(&receiver, Method::POST, "/v1/logs", PROTOBUF, logs(1).encode_to_vec());
    let also_unanswered = tokio::spawn(async move { http_client().request(request).await });
    assert!(receiver.wait_until(PATIENCE, |counts| counts.spans == 2 && counts.log_records == 1));
    assert!(!unanswered.is_finished() && !also_unanswered.is_finished());

    drop(receiver);
    assert!(unanswered.await.unwrap().is_err());
    assert!(also_unanswered.await.unwrap().is_err());
}

#[tokio::test]
async fn connections_that_stay_open_do_not_hold_up_the_end() {
    let receiver = Receiver::start().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    client.export(traces(1)).await.unwrap();
    let idle = http_client();
    let body = logs(1).encode_to_vec();
    idle.request(request(&receiver, Method::POST, "/v1/logs", PROTOBUF, body)).await.unwrap();

    drop(receiver);
    assert!(client.export(traces(1)).await.is_err());
    drop(idle);
}

#[tokio::test]
async fn a_counting_receiver_keeps_nothing() {
    let receiver = Receiver::counting().unwrap();
    let mut client = TraceServiceClient::new(connect(&receiver).await);
    for _ in 0..10 {
        client.export(traces(100)).await.unwrap();
    }
    assert_eq!((receiver.counts().requests, receiver.counts().spans), (10, 1_000));
    assert_eq!(receiver.received(), Receiver::start().unwrap().received());
}

#[test]
fn waiting_ends_with_its_time() {
    let receiver = Receiver::start().unwrap();
    assert!(receiver.wait_until(Duration::ZERO, |counts| counts.requests == 0));
    assert!(!receiver.wait_until(Duration::from_millis(1), |counts| counts.requests > 0));
}

/// A channel that sends every request to the trace service, where a log export cannot be read.
#[derive(Clone)]
struct ToTraces(Channel);

impl Service<Request<Body>> for ToTraces {
    type Response = <Channel as Service<Request<Body>>>::Response;
    type Error = <Channel as Service<Request<Body>>>::Error;
    type Future = <Channel as Service<Request<Body>>>::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Body>) -> Self::Future {
        let path = request.uri().to_string().replace("logs.v1.LogsService", "trace.v1.TraceService");
        *request.uri_mut() = path.parse().unwrap();
        self.0.call(request)
    }
}

async fn connect(receiver: &Receiver) -> Channel {
    Channel::from_shared(receiver.grpc_endpoint()).unwrap().connect().await.unwrap()
}

fn http_client() -> Client<HttpConnector, Full<Bytes>> {
    Client::builder(TokioExecutor::new()).build_http()
}

async fn post(receiver: &Receiver, path: &str, content_type: &str, body: Vec<u8>) -> (StatusCode, Bytes) {
    send(receiver, Method::POST, path, content_type, body).await
}

async fn send(
    receiver: &Receiver,
    method: Method,
    path: &str,
    content_type: &str,
    body: Vec<u8>,
) -> (StatusCode, Bytes) {
    let response = http_client().request(request(receiver, method, path, content_type, body)).await.unwrap();
    (response.status(), response.into_body().collect().await.unwrap().to_bytes())
}

fn request(
    receiver: &Receiver,
    method: Method,
    path: &str,
    content_type: &str,
    body: Vec<u8>,
) -> Request<Full<Bytes>> {
    Request::builder()
        .method(method)
        .uri(format!("{}{path}", receiver.http_endpoint()))
        .header("content-type", content_type)
        .body(Full::from(body))
        .unwrap()
}

fn traces(spans: usize) -> ExportTraceServiceRequest {
    let spans = (0..spans).map(|index| Span { name: format!("span {index}"), ..Span::default() }).collect();
    let scope = InstrumentationScope { name: "orders".to_owned(), ..InstrumentationScope::default() };
    let scope_spans = vec![ScopeSpans { scope: Some(scope), spans, ..ScopeSpans::default() }];
    let resource = Resource { dropped_attributes_count: 7, ..Resource::default() };
    let under = ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() };
    ExportTraceServiceRequest { resource_spans: vec![under] }
}

fn logs(records: usize) -> ExportLogsServiceRequest {
    let log_records = (0..records)
        .map(|index| LogRecord {
            time_unix_nano: 1,
            event_name: format!("event {index}"),
            ..LogRecord::default()
        })
        .collect();
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    ExportLogsServiceRequest { resource_logs: vec![ResourceLogs { scope_logs, ..ResourceLogs::default() }] }
}

fn one_point_of_each_kind() -> ExportMetricsServiceRequest {
    let kinds = [
        Data::Gauge(Gauge { data_points: vec![Default::default()] }),
        Data::Sum(Sum { data_points: vec![Default::default()], ..Sum::default() }),
        Data::Histogram(Histogram { data_points: vec![Default::default()], ..Histogram::default() }),
        Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![Default::default()],
            ..ExponentialHistogram::default()
        }),
        Data::Summary(Summary { data_points: vec![Default::default()] }),
    ];
    let metrics = kinds.into_iter().map(|data| Metric { data: Some(data), ..Metric::default() }).collect();
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let under = ResourceMetrics { scope_metrics, ..ResourceMetrics::default() };
    ExportMetricsServiceRequest { resource_metrics: vec![under] }
}
