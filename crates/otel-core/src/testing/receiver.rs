//! A complete OTLP backend inside the test's own process.
//!
//! What arrives is decoded by the published protobuf definitions, not by this crate's encoder, so that a test
//! compares what was meant with what another implementation understood. It answers by its own words too, so that
//! it can break every rule there is, when told to.

mod answer;
mod attempt;
mod body;
mod builder;
mod dialect;
mod exchange;
mod grpc;
mod grpc_status;
mod http;
mod http_status;
mod inbox;
mod line;
mod port;
mod reading;
mod received;
mod signal;
mod tls;

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{self, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use opentelemetry::Context;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::ledger::Stream;

pub use self::answer::{Answer, Moment};
pub use self::attempt::{Attempt, Fate};
pub use self::builder::ReceiverBuilder;
use self::exchange::Exchanges;
use self::grpc::Grpc;
pub use self::grpc_status::{GrpcCode, GrpcStatus};
use self::http::Http;
pub use self::http_status::{HttpStatus, RetryAfter};
use self::inbox::Inbox;
pub use self::port::Door;
use self::port::{Address, Order, Port};
pub use self::received::{Counts, Received, RequestHead, Transport};
pub use self::tls::TlsIdentity;

/// An OTLP receiver on the loopback interface, in this process: gRPC and HTTP/protobuf, each on its own port.
///
/// It runs on one thread of its own, with telemetry suppressed, and ends with its value: dropping it closes
/// every connection, answered or not, and joins the thread.
///
/// It does whatever a destination can do wrong, when a script says so, and keeps a log of what was tried:
///
/// ```
/// use std::time::Duration;
///
/// use otel_core::testing::{Answer, GrpcCode, GrpcStatus, Moment, Receiver};
///
/// let receiver = Receiver::start()?;
/// receiver.script([
///     GrpcStatus::new(GrpcCode::ResourceExhausted).retry_after(Duration::from_secs(1)).into(),
///     Answer::Disconnect(Moment::HalfwayThroughTheRequest),
///     Answer::Reject { items: 1, message: "too old".to_owned() },
/// ]);
/// // … whatever is tested sends to `receiver.grpc_endpoint()` …
/// assert!(receiver.attempts().is_empty());
/// # Ok::<(), std::io::Error>(())
/// ```
pub struct Receiver {
    inbox: Arc<Inbox>,
    grpc: SocketAddr,
    http: SocketAddr,
    scheme: &'static str,
    doors: [UnboundedSender<Order>; 2],
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Receiver {
    /// Starts a receiver that keeps all it receives.
    ///
    /// # Errors
    ///
    /// When a port of the loopback interface cannot be bound, or the thread cannot be started.
    pub fn start() -> io::Result<Self> {
        Self::builder().start()
    }

    /// Starts a receiver that counts and keeps nothing else, for more telemetry than memory holds.
    ///
    /// # Errors
    ///
    /// When a port of the loopback interface cannot be bound, or the thread cannot be started.
    pub fn counting() -> io::Result<Self> {
        Self::builder().counting().start()
    }

    /// Sets a receiver up that differs from the usual one.
    pub const fn builder() -> ReceiverBuilder {
        ReceiverBuilder::new()
    }

    /// The OTLP/gRPC endpoint, `http://127.0.0.1:PORT`, or `https` with TLS.
    #[must_use]
    pub fn grpc_endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.grpc)
    }

    /// The OTLP/HTTP base endpoint, `http://127.0.0.1:PORT`, or `https` with TLS; `/v1/traces`, `/v1/metrics`
    /// and `/v1/logs` are below it.
    #[must_use]
    pub fn http_endpoint(&self) -> String {
        format!("{}://{}", self.scheme, self.http)
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

    /// Every request so far whose head has come, oldest first; empty when the receiver only counts.
    #[must_use]
    pub fn attempts(&self) -> Vec<Attempt> {
        self.inbox.attempts()
    }

    /// Answers every request from now on with `answer`, until changed, when no script says otherwise.
    pub fn answer_with(&self, answer: impl Into<Answer>) {
        self.inbox.answer_with(answer.into());
    }

    /// Answers the next requests with these answers, one each, after those that were scripted before. What comes
    /// after the last of them is answered as [`answer_with`](Self::answer_with) said.
    pub fn script(&self, answers: impl IntoIterator<Item: Into<Answer>>) {
        self.inbox.script(None, answers.into_iter().map(Into::into));
    }

    /// Answers the next requests of one signal with these answers. They come before those for all signals, so that
    /// what other signals send does not use them up.
    pub fn script_of(&self, stream: Stream, answers: impl IntoIterator<Item: Into<Answer>>) {
        self.inbox.script(Some(stream), answers.into_iter().map(Into::into));
    }

    /// Opens or closes the doors of both ports. Connections that are open are closed by anything but
    /// [`Door::Open`].
    ///
    /// # Errors
    ///
    /// When nobody can listen at a port again.
    pub fn set_door(&self, door: Door) -> io::Result<()> {
        self.doors.iter().try_for_each(|orders| {
            let (done, obeyed) = mpsc::channel();
            let gone = || io::Error::other("the receiver's thread has ended");
            orders.send(Order { door, done }).map_err(|_| gone())?;
            obeyed.recv().map_err(|_| gone())?
        })
    }

    fn begin(settings: ReceiverBuilder) -> io::Result<Self> {
        let (grpc, http) = (Address::reserve()?, Address::reserve()?);
        let (grpc_address, http_address) = (grpc.get(), http.get());
        let scheme = if settings.tls.is_some() { "https" } else { "http" };
        let inbox = Arc::new(Inbox::new(settings.keeps));
        let (stop, stopped) = oneshot::channel();
        let (report, begun) = mpsc::sync_channel(1);
        let (grpc_door, grpc_orders) = unbounded_channel();
        let (http_door, http_orders) = unbounded_channel();
        let job =
            Job { grpc: (grpc, grpc_orders), http: (http, http_orders), settings, inbox: Arc::clone(&inbox) };
        // The runtime is made, used and dropped on that thread alone: a test's own runtime forbids all three
        // here.
        let thread = thread::Builder::new().name("otel-receiver".to_owned()).spawn(move || {
            let ended = Builder::new_current_thread()
                .enable_io()
                .enable_time()
                .build()
                .and_then(|runtime| job.run(&runtime, &report, stopped));
            // Nobody listens after the start, and after the start nothing fails.
            drop(report.send(ended));
        })?;
        let receiver = Self {
            inbox,
            grpc: grpc_address,
            http: http_address,
            scheme,
            doors: [grpc_door, http_door],
            stop: Some(stop),
            thread: Some(thread),
        };
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

/// What the receiver's thread is given.
struct Job {
    grpc: (Address, UnboundedReceiver<Order>),
    http: (Address, UnboundedReceiver<Order>),
    settings: ReceiverBuilder,
    inbox: Arc<Inbox>,
}

impl Job {
    /// Serves until told to stop, or until the receiver is gone.
    ///
    /// The servers run as tasks and are not asked to finish: ending the runtime drops them where they stand, so
    /// that neither an idle connection nor a request without an answer can hold up the end.
    fn run(
        self,
        runtime: &Runtime,
        report: &SyncSender<io::Result<()>>,
        stopped: oneshot::Receiver<()>,
    ) -> io::Result<()> {
        // An instrumented server would otherwise report its own work, and a test would receive what it did not
        // send.
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        let entered = runtime.enter();
        let Self { grpc: (grpc, grpc_orders), http: (http, http_orders), settings, inbox } = self;
        let tls = |protocol| settings.tls.as_ref().map(|identity| identity.acceptor(protocol)).transpose();
        let exchanges =
            || Exchanges { inbox: Arc::clone(&inbox), max_request_bytes: settings.max_request_bytes };
        let grpc = Port::<Grpc>::open(grpc, exchanges(), tls(b"h2")?, settings.window)?;
        let http = Port::<Http>::open(http, exchanges(), tls(b"http/1.1")?, settings.window)?;
        runtime.spawn(grpc.serve(grpc_orders));
        runtime.spawn(http.serve(http_orders));
        drop(entered);
        // Whether anyone heard that it has begun, or says that it should end, comes to the same: a dropped
        // sender is how the receiver says stop.
        drop(report.send(Ok(())));
        drop(runtime.block_on(stopped));
        Ok(())
    }
}
