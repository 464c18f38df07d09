//! OTLP over gRPC: the three collector services.

use std::convert::Infallible;
use std::future;
use std::sync::Arc;
use std::task::{Context, Poll};

use opentelemetry_proto::tonic::collector::logs::v1::logs_service_server::{LogsService, LogsServiceServer};
use opentelemetry_proto::tonic::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_server::{
    MetricsService, MetricsServiceServer,
};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use tokio::net::TcpListener;
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service};
use tonic::server::NamedService;
use tonic::transport::Server;
use tonic::transport::server::TcpIncoming;
use tonic::{Code, Request, Response, Status};

use super::LARGEST_MESSAGE;
use super::inbox::{Inbox, Verdict};
use super::received::{RequestHead, Transport};
use super::signal::Export;

/// How much one connection, and one stream of it, may have under way: windows never hold up a flood.
const WINDOW: u32 = 16 * 1024 * 1024;

/// The largest HTTP/2 frame that is taken.
const FRAME: u32 = 1024 * 1024;

/// Serves every connection of `listener`, until dropped.
pub(super) async fn serve(listener: TcpListener, inbox: Arc<Inbox>) {
    let collector = Collector { inbox: Arc::clone(&inbox) };
    let traces = TraceServiceServer::new(collector.clone()).max_decoding_message_size(LARGEST_MESSAGE);
    let logs = LogsServiceServer::new(collector.clone()).max_decoding_message_size(LARGEST_MESSAGE);
    let metrics = MetricsServiceServer::new(collector).max_decoding_message_size(LARGEST_MESSAGE);
    let served = Server::builder()
        .initial_connection_window_size(WINDOW)
        .initial_stream_window_size(WINDOW)
        .max_frame_size(FRAME)
        .add_service(Watched { service: traces, inbox: Arc::clone(&inbox) })
        .add_service(Watched { service: logs, inbox: Arc::clone(&inbox) })
        .add_service(Watched { service: metrics, inbox })
        .serve_with_incoming(TcpIncoming::from(listener).with_nodelay(Some(true)))
        .await;
    // It ends with the listener, and nobody is left who could be told.
    drop(served);
}

/// The three services, over one inbox.
#[derive(Clone)]
struct Collector {
    inbox: Arc<Inbox>,
}

impl Collector {
    async fn take<E: Export>(&self, request: Request<E>) -> Result<Response<E::Response>, Status> {
        let (metadata, _, export) = request.into_parts();
        let head = self.inbox.head(|| RequestHead::new(Transport::Grpc, E::METHOD, &metadata.into_headers()));
        match self.inbox.take(head, export) {
            Verdict::Respond(response) => Ok(Response::new(response)),
            Verdict::Unavailable => Err(Status::unavailable("told to be unavailable")),
            Verdict::InvalidArgument => Err(Status::invalid_argument("told to refuse")),
            Verdict::Silent => future::pending().await,
        }
    }
}

#[tonic::async_trait]
impl TraceService for Collector {
    async fn export(
        &self,
        request: Request<ExportTraceServiceRequest>,
    ) -> Result<Response<ExportTraceServiceResponse>, Status> {
        self.take(request).await
    }
}

#[tonic::async_trait]
impl LogsService for Collector {
    async fn export(
        &self,
        request: Request<ExportLogsServiceRequest>,
    ) -> Result<Response<ExportLogsServiceResponse>, Status> {
        self.take(request).await
    }
}

#[tonic::async_trait]
impl MetricsService for Collector {
    async fn export(
        &self,
        request: Request<ExportMetricsServiceRequest>,
    ) -> Result<Response<ExportMetricsServiceResponse>, Status> {
        self.take(request).await
    }
}

/// A service whose undecodable requests are counted: they are answered before the collector hears of them.
#[derive(Clone)]
struct Watched<S> {
    service: S,
    inbox: Arc<Inbox>,
}

impl<S> Service<http::Request<Body>> for Watched<S>
where
    S: Service<http::Request<Body>, Response = http::Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Self::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        let inbox = Arc::clone(&self.inbox);
        let head = inbox.head(|| RequestHead::new(Transport::Grpc, request.uri().path(), request.headers()));
        let answer = self.service.call(request);
        Box::pin(async move {
            let response = answer.await?;
            if is_undecodable(&response) {
                inbox.malformed(head);
            }
            Ok(response)
        })
    }
}

impl<S: NamedService> NamedService for Watched<S> {
    const NAME: &'static str = S::NAME;
}

/// Whether the codec gave up: it answers `INTERNAL`, or `OUT_OF_RANGE` when the message is too large, and the
/// collector itself answers neither.
fn is_undecodable(response: &http::Response<Body>) -> bool {
    Status::from_header_map(response.headers())
        .is_some_and(|status| matches!(status.code(), Code::Internal | Code::OutOfRange))
}
