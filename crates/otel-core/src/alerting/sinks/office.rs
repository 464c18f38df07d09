//! The office: the thread that tells the sinks, and how it is spoken to.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant as Moment};

use tokio::runtime::Runtime;
use tokio::sync::oneshot;
use tokio::task::LocalSet;
use tokio::time::Instant;

use super::announcement::Listener;
#[cfg(feature = "alert-http")]
use super::board::{Board, Slot, Snapshot};
use super::clerk;
use super::delivery::{Delivery, ToEvents, ToLog};
#[cfg(feature = "alert-http")]
use super::delivery::{Dialect, ToAlertmanager, ToServer};
use super::mailbox::Mailbox;
use super::pace::Pace;
use super::post::{Post, Tended};
use super::queue::Queue;
#[cfg(feature = "alert-http")]
use super::sender::Sender;
use super::sink::{Kind, Sink};
use super::tally::SinkCounts;
use super::told::Told;
use crate::alerting::notifier::Notification;
use crate::alerting::routing::Response;
use crate::alerting::state::Alert;
use crate::settings::Problem;
use crate::telemetry::Telemetry;

/// How long the thread may take to end, after it was told to.
const SLACK: Duration = Duration::from_millis(250);

/// What the thread does for one sink.
type Service = Box<dyn FnOnce(&Rc<Listener>) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// Tells sinks of alerts, on a thread of its own.
///
/// It is told without waiting: by [`Office::tell`] what people should know, and by [`Office::state`] how all instances
/// are. The thread has a runtime of its own and is not observed. A pipeline with alerting has an office; whoever finds
/// alerts in another way can open one.
pub struct Office {
    telemetry: Telemetry,
    mailboxes: Vec<(Response, Arc<Post<Mailbox<Told>>>)>,
    #[cfg(feature = "alert-http")]
    boards: Vec<(Response, Slot, Arc<Post<Board>>)>,
    /// All of them, in the order of the sinks.
    all: Vec<Arc<dyn Tended>>,
    thread: Mutex<Option<Thread>>,
}

struct Thread {
    stop: oneshot::Sender<()>,
    stopped: mpsc::Receiver<()>,
    handle: JoinHandle<()>,
}

impl Office {
    /// Opens an office for these sinks.
    ///
    /// `facts` are attributes of the resource: at least `service.name`. `telemetry` takes the events of
    /// [`Sink::events`], and its clock says what time it is. `listener` reads what is said aloud, on the office's
    /// thread: whoever keeps it waiting there keeps all sinks waiting.
    ///
    /// # Errors
    ///
    /// All problems of all sinks.
    pub fn open(
        sinks: &[Sink],
        facts: &[(String, String)],
        telemetry: &Telemetry,
        listener: Listener,
    ) -> Result<Self, Vec<Problem>> {
        let mut opening = Opening::new(telemetry, facts);
        let mut problems = Vec::new();
        for (at, sink) in sinks.iter().enumerate() {
            if sinks[..at].iter().any(|earlier| earlier.name == sink.name) {
                problems.push(Problem::new(sink.setting(), "another sink has this name: see `Sink::named`"));
            }
            let found = sink.problems();
            if found.is_empty() {
                problems.extend(opening.take_on(sink).err());
            }
            problems.extend(found);
        }
        if problems.is_empty() { opening.start(listener) } else { Err(problems) }
    }

    /// Tells people what they should know. It waits for nobody.
    pub fn tell(&self, notification: &Notification, response: Response) {
        for (from, post) in &self.mailboxes {
            if response >= *from {
                let told = Told { notification: notification.clone(), response };
                post.put(|mailbox| mailbox.offer(Instant::now(), told));
            }
        }
    }

    /// Whether there is anybody for [`Office::state`].
    pub fn wants_state(&self) -> bool {
        #[cfg(feature = "alert-http")]
        return !self.boards.is_empty();
        #[cfg(not(feature = "alert-http"))]
        false
    }

    /// Says how all instances are that are remembered, whatever their state; called in each round. It waits for nobody.
    pub fn state(&self, alerts: Vec<(Alert, Response)>) {
        #[cfg(feature = "alert-http")]
        self.show(&Vec::from_iter(alerts.into_iter().map(|(alert, response)| (Arc::new(alert), response))));
        #[cfg(not(feature = "alert-http"))]
        drop(alerts);
    }

    #[cfg(feature = "alert-http")]
    fn show(&self, alerts: &[(Arc<Alert>, Response)]) {
        let time = super::time(&self.telemetry);
        for (from, slot, post) in &self.boards {
            let enough = alerts.iter().filter(|(_, response)| response >= from);
            slot.put(Snapshot { time, alerts: enough.map(|(alert, _)| Arc::clone(alert)).collect() });
            post.wake();
        }
    }

    /// Waits until the sinks know everything they can be told, and says whether they do.
    pub fn flush(&self, deadline: Duration) -> bool {
        let until = Moment::now().checked_add(deadline);
        // Each of them, so that the last one has as much time as the first.
        self.all.iter().filter(|post| !post.settle(until)).count() == 0
    }

    /// Takes nothing more, delivers what waits until the deadline, and gives up on the rest, which is counted as
    /// [`NotDelivered::Shutdown`](super::NotDelivered::Shutdown). What still fires is not resolved: it fires.
    pub fn shutdown(&self, deadline: Duration) -> Vec<SinkCounts> {
        self.all.iter().for_each(|post| post.close());
        self.flush(deadline);
        self.all.iter().for_each(|post| post.abandon());
        if let Some(Thread { stop, stopped, handle }) = self.thread() {
            let _ = stop.send(());
            // A listener that never returns keeps the thread, but not whoever shuts down.
            if stopped.recv_timeout(SLACK) != Err(mpsc::RecvTimeoutError::Timeout) {
                let _ = handle.join();
            }
        }
        self.counts()
    }

    fn thread(&self) -> Option<Thread> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What became of everything so far, for each sink.
    pub fn counts(&self) -> Vec<SinkCounts> {
        self.all.iter().map(|post| post.counts()).collect()
    }
}

/// Without a shutdown, what waits is given up.
impl Drop for Office {
    fn drop(&mut self) {
        self.all.iter().for_each(|post| post.abandon());
        drop(self.thread());
    }
}

impl fmt::Debug for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Office").field("sinks", &self.counts()).finish_non_exhaustive()
    }
}

/// An office that is being opened.
struct Opening {
    office: Office,
    /// Only servers are told who sends.
    #[cfg(feature = "alert-http")]
    sender: Arc<Sender>,
    services: Vec<Service>,
}

impl Opening {
    #[cfg_attr(
        not(feature = "alert-http"),
        expect(unused_variables, reason = "only servers are told who sends")
    )]
    fn new(telemetry: &Telemetry, facts: &[(String, String)]) -> Self {
        let office = Office {
            telemetry: telemetry.clone(),
            mailboxes: Vec::new(),
            #[cfg(feature = "alert-http")]
            boards: Vec::new(),
            all: Vec::new(),
            thread: Mutex::new(None),
        };
        Self {
            office,
            #[cfg(feature = "alert-http")]
            sender: Arc::new(Sender::new(facts)),
            services: Vec::new(),
        }
    }

    /// Takes on a sink that nothing is wrong with.
    fn take_on(&mut self, sink: &Sink) -> Result<(), Problem> {
        match &sink.kind {
            Kind::Events => {
                let telemetry = self.office.telemetry.clone();
                self.letters(sink, |_| ToEvents(telemetry));
            }
            Kind::Log => self.letters(sink, |listener| ToLog(Rc::clone(listener))),
            #[cfg(feature = "alert-http")]
            Kind::Alertmanager { resend, .. } => {
                let server = sink.server(&self.sender)?;
                let to = ToAlertmanager { server, resend: *resend, telemetry: self.office.telemetry.clone() };
                let slot = Slot::default();
                let board = Board::new(pace(sink), *resend, slot.clone());
                let post = self.add(sink, board, |_| to);
                self.office.boards.push((sink.from, slot, post));
            }
            #[cfg(feature = "alert-http")]
            Kind::PagerDuty { key, .. } => self.server(sink, Dialect::PagerDuty(key.clone()))?,
            #[cfg(feature = "alert-http")]
            Kind::Slack { .. } => self.server(sink, Dialect::Slack)?,
            #[cfg(feature = "alert-http")]
            Kind::CloudEvents { .. } => self.server(sink, Dialect::CloudEvents)?,
            #[cfg(not(feature = "alert-http"))]
            _ => {}
        }
        Ok(())
    }

    #[cfg(feature = "alert-http")]
    fn server(&mut self, sink: &Sink, dialect: Dialect) -> Result<(), Problem> {
        let to = ToServer { server: sink.server(&self.sender)?, dialect };
        self.letters(sink, |_| to);
        Ok(())
    }

    fn letters<D: Delivery<Told> + 'static>(
        &mut self,
        sink: &Sink,
        delivery: impl FnOnce(&Rc<Listener>) -> D + Send + 'static,
    ) {
        let mailbox = Mailbox::new(pace(sink), sink.capacity, sink.patience);
        let post = self.add(sink, mailbox, delivery);
        self.office.mailboxes.push((sink.from, post));
    }

    /// A queue, and the service of whoever delivers what is in it.
    fn add<Q: Queue + Send + 'static, D: Delivery<Q::Load> + 'static>(
        &mut self,
        sink: &Sink,
        queue: Q,
        delivery: impl FnOnce(&Rc<Listener>) -> D + Send + 'static,
    ) -> Arc<Post<Q>> {
        let post = Arc::new(Post::new(&sink.name, queue));
        let served = Arc::clone(&post);
        self.services.push(Box::new(move |listener| {
            Box::pin(clerk::serve(served, delivery(listener), Rc::clone(listener)))
        }));
        self.office.all.push(Arc::clone(&post) as Arc<dyn Tended>);
        post
    }

    fn start(self, listener: Listener) -> Result<Office, Vec<Problem>> {
        let Self { office, services, .. } = self;
        let failed = |error: std::io::Error| vec![Problem::new("alert sinks", error.to_string())];
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
        let (stop, stopping) = oneshot::channel();
        let (done, stopped) = mpsc::channel();
        let handle = std::thread::Builder::new()
            .name("otel-notify".to_owned())
            .spawn(move || {
                run(runtime, services, listener, stopping);
                let _ = done.send(());
            })
            .map_err(failed)?;
        *office.thread.lock().unwrap_or_else(PoisonError::into_inner) =
            Some(Thread { stop, stopped, handle });
        Ok(office)
    }
}

/// Serves all sinks until told to stop.
fn run(runtime: Runtime, services: Vec<Service>, listener: Listener, stopping: oneshot::Receiver<()>) {
    let _suppressed = opentelemetry::Context::enter_telemetry_suppressed_scope();
    let (clerks, listener) = (LocalSet::new(), Rc::new(listener));
    for service in services {
        clerks.spawn_local(service(&listener));
    }
    // That the office is gone without a word is a word, too.
    let _ = clerks.block_on(&runtime, stopping);
    {
        let _entered = runtime.enter();
        drop(clerks);
    }
    // The name of a server may still be looked up, which cannot be interrupted.
    runtime.shutdown_background();
}

fn pace(sink: &Sink) -> Pace {
    Pace::new(sink.rate, sink.backoff, fastrand::u64(..))
}
