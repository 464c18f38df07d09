//! The sink: an OTLP server over gRPC that decodes nothing.

use std::convert::Infallible;
use std::error::Error;
use std::io::Write as _;
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body, Frame, Incoming};
use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};

use super::child::Received;
use super::framing::Walk;
use super::pace::processor_time;

/// How much a connection, and a stream of it, may have under way.
const WINDOW: u32 = 16 * 1024 * 1024;

/// The largest frame that is taken.
const FRAME: u32 = 1024 * 1024;

/// What has been counted.
#[derive(Debug, Default)]
struct Counts {
    requests: AtomicU64,
    bytes: AtomicU64,
    spans: AtomicU64,
    malformed: AtomicU64,
}

/// Serves until standard input ends: whoever started this process asks for the counts, or is gone.
pub(crate) fn run() -> Result<(), Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let counts = Arc::new(Counts::default());
    runtime.block_on(serve(&counts))?;
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    let received = Received {
        requests: read(&counts.requests),
        bytes: read(&counts.bytes),
        spans: read(&counts.spans),
        malformed: read(&counts.malformed),
        processor: processor_time(),
    };
    received.say()?;
    Ok(())
}

async fn serve(counts: &Arc<Counts>) -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let mut out = std::io::stdout();
    writeln!(out, "{}", listener.local_addr()?.port())?;
    out.flush()?;
    let mut end = tokio::io::stdin();
    loop {
        let mut byte = [0];
        tokio::select! {
            accepted = listener.accept() => {
                let (stream, _) = accepted?;
                stream.set_nodelay(true)?;
                tokio::spawn(connection(stream, Arc::clone(counts)));
            }
            _ = end.read(&mut byte) => return Ok(()),
        }
    }
}

async fn connection(stream: TcpStream, counts: Arc<Counts>) {
    let service = service_fn(|request| answer(request, Arc::clone(&counts)));
    let served = http2::Builder::new(TokioExecutor::new())
        .initial_stream_window_size(WINDOW)
        .initial_connection_window_size(WINDOW)
        .max_frame_size(FRAME)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    // A producer that goes away in the middle of a request is counted by what is missing.
    drop(served);
}

async fn answer(request: Request<Incoming>, counts: Arc<Counts>) -> Result<Response<Answer>, Infallible> {
    let mut body = request.into_body();
    let mut walk = Walk::new();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => {
                bytes += data.len() as u64;
                walk.on(&data);
            }
            Ok(Err(_)) => {}
            Err(_) => walk.malformed = true,
        }
    }
    counts.requests.fetch_add(1, Ordering::Relaxed);
    counts.bytes.fetch_add(bytes, Ordering::Relaxed);
    counts.spans.fetch_add(walk.spans, Ordering::Relaxed);
    counts.malformed.fetch_add(u64::from(walk.malformed), Ordering::Relaxed);
    let mut response = Response::new(Answer::Message);
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/grpc"));
    Ok(response)
}

/// The body of an answer: an empty message, then the status.
enum Answer {
    Message,
    Status,
    Over,
}

impl Body for Answer {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let (frame, next) = match *self {
            Self::Message => (Some(Frame::data(Bytes::from_static(&[0; 5]))), Self::Status),
            Self::Status => {
                let status = HeaderMap::from_iter([(
                    header::HeaderName::from_static("grpc-status"),
                    HeaderValue::from_static("0"),
                )]);
                (Some(Frame::trailers(status)), Self::Over)
            }
            Self::Over => (None, Self::Over),
        };
        *self = next;
        Poll::Ready(frame.map(Ok))
    }
}
