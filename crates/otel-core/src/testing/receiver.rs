//! A complete OTLP backend inside the test's own process.
//!
//! What arrives is decoded by the published protobuf definitions, not by this crate's encoder, so that a test
//! compares what was meant with what another implementation understood.

mod grpc;
mod http;
mod inbox;
mod received;
mod signal;

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use opentelemetry::Context;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use self::inbox::Inbox;
pub use self::received::{Counts, Received, RequestHead, Transport};

/// The largest export request that is read, on either transport.
const LARGEST_MESSAGE: usize = 64 * 1024 * 1024;

/// An OTLP receiver on the loopback interface, in this process: gRPC and HTTP/protobuf, each on its own port.
///
/// It runs on one thread of its own, with telemetry suppressed, and ends with its value: dropping it closes
/// every connection, answered or not, and joins the thread.
pub struct Receiver {
    inbox: Arc<Inbox>,
    grpc: SocketAddr,
    http: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How the receiver answers a request that it could read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Everything is taken.
    #[default]
    Accept,
    /// A partial success: the request is recorded whole, and the answer says that some of it was rejected.
    Reject {
        /// How many spans, log records or metric points the answer says were rejected.
        items: i64,
        /// Why, in the answer's words.
        message: String,
    },
    /// gRPC `UNAVAILABLE`, HTTP 503: the request is refused, and may be sent again.
    Unavailable,
    /// gRPC `INVALID_ARGUMENT`, HTTP 400: the request is refused for good.
    InvalidArgument,
    /// The request is recorded, and its answer never comes.
    Silent,
}

impl Receiver {
    /// Starts a receiver that keeps all it receives.
    ///
    /// # Errors
    ///
    /// When a port of the loopback interface cannot be bound, or the thread cannot be started.
    pub fn start() -> io::Result<Self> {
        Self::with(Inbox::keeping())
    }

    /// Starts a receiver that counts and keeps nothing else, for more telemetry than memory holds.
    ///
    /// # Errors
    ///
    /// When a port of the loopback interface cannot be bound, or the thread cannot be started.
    pub fn counting() -> io::Result<Self> {
        Self::with(Inbox::counting())
    }

    /// The OTLP/gRPC endpoint, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn grpc_endpoint(&self) -> String {
        format!("http://{}", self.grpc)
    }

    /// The OTLP/HTTP base endpoint, `http://127.0.0.1:PORT`; `/v1/traces`, `/v1/metrics` and `/v1/logs` are
    /// below it.
    #[must_use]
    pub fn http_endpoint(&self) -> String {
        format!("http://{}", self.http)
    }

    /// A copy of everything received so far; empty when the receiver only counts.
    #[must_use]
    pub fn received(&self) -> Received {
        self.inbox.received()
    }

    /// How much has been received so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.inbox.counts()
    }

    /// Waits until the counts satisfy `f`, and says whether they did within `timeout`.
    pub fn wait_until(&self, timeout: Duration, f: impl Fn(&Counts) -> bool) -> bool {
        self.inbox.wait_until(timeout, f)
    }

    /// Answers every request from now on with `answer`, until changed.
    pub fn answer_with(&self, answer: Answer) {
        self.inbox.answer_with(answer);
    }

    fn with(inbox: Inbox) -> io::Result<Self> {
        let (grpc, http) = (bind()?, bind()?);
        let (grpc_address, http_address) = (grpc.local_addr()?, http.local_addr()?);
        let inbox = Arc::new(inbox);
        let (stop, stopped) = oneshot::channel();
        let (report, begun) = mpsc::sync_channel(1);
        let served = Arc::clone(&inbox);
        // The runtime is made, used and dropped on that thread alone: a test's own runtime forbids all three
        // here.
        let thread = thread::Builder::new().name("otel-receiver".to_owned()).spawn(move || {
            let ended = Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build()
                .and_then(|runtime| run(&runtime, grpc, http, served, &report, stopped));
            // Nobody listens after the start, and after the start nothing fails.
            drop(report.send(ended));
        })?;
        let receiver =
            Self { inbox, grpc: grpc_address, http: http_address, stop: Some(stop), thread: Some(thread) };
        begun
            .recv()
            .unwrap_or_else(|_| Err(io::Error::other("the receiver's thread ended before it began")))?;
        Ok(receiver)
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the receiver's thread was reported when it happened; a second one here would abort.
            drop(thread.join());
        }
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("grpc", &self.grpc)
            .field("http", &self.http)
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}

/// Binds a port that is free, in the mode that the runtime wants.
fn bind() -> io::Result<TcpListener> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// Serves until told to stop, or until the receiver is gone.
///
/// The servers run as tasks and are not asked to finish: ending the runtime drops them where they stand, so
/// that neither an idle connection nor a request without an answer can hold up the end.
fn run(
    runtime: &Runtime,
    grpc: TcpListener,
    http: TcpListener,
    inbox: Arc<Inbox>,
    report: &SyncSender<io::Result<()>>,
    stopped: oneshot::Receiver<()>,
) -> io::Result<()> {
    // An instrumented server would otherwise report its own work, and a test would receive what it did not
    // send.
    let _suppressed = Context::enter_telemetry_suppressed_scope();
    let entered = runtime.enter();
    let (grpc, http) = (grpc.try_into()?, http.try_into()?);
    drop(entered);
    runtime.spawn(grpc::serve(grpc, Arc::clone(&inbox)));
    runtime.spawn(http::serve(http, inbox));
    // Whether anyone heard that it has begun, or says that it should end, comes to the same: a dropped sender
    // is how the receiver says stop.
    drop(report.send(Ok(())));
    drop(runtime.block_on(stopped));
    Ok(())
}
