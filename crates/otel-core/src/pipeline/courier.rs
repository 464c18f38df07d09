//! The courier: runs the errands of all carriers, and takes batches to every destination of their stream.
//!
//! Each destination has carriers of its own, so that one that is slow or gone does not hold up another. Nothing is
//! held in memory for it beyond its share.

use std::collections::HashMap;

use tokio::sync::oneshot;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use crate::lane::Lane;
use crate::ledger::Stream;
use crate::otlp::{Attempt, Batch, Failure, FailureKind};

use super::carrier::{Carrier, Job};
use super::errand::{Errand, Reply};
use super::keeper::{Recalled, Ticket};
use super::recall::Recall;

/// Carries batches.
pub(crate) struct Courier {
    carriers: Vec<Carrier>,
    recalls: Vec<Recall>,
    running: JoinSet<Done>,
    tasks: HashMap<Id, Task>,
    next: u64,
}

/// For whom a task runs.
#[derive(Clone, Copy)]
enum Task {
    Attempt { carrier: usize, job: u64 },
    Keep { carrier: usize, job: u64 },
    Recall(usize),
}

/// How a task ended.
enum Done {
    Attempt(Attempt),
    Kept(Option<Ticket>),
    Recalled(Option<Recalled>),
}

impl Courier {
    pub(crate) fn new(carriers: Vec<Carrier>, recalls: Vec<Recall>) -> Self {
        Self { carriers, recalls, running: JoinSet::new(), tasks: HashMap::new(), next: 0 }
    }

    /// Takes a batch to every destination of its stream. `reply` is told whether all of them have it.
    pub(crate) fn take(&mut self, lane: Lane, batch: &Batch, reply: Option<oneshot::Sender<bool>>) {
        let number = self.next;
        self.next += 1;
        let reply = reply.map(Reply::to);
        for carrier in self.carriers.iter_mut().filter(|carrier| carrier.outlet().stream == batch.stream) {
            let mut errand = Errand::new(number, lane, batch.clone());
            errand.reply.clone_from(&reply);
            carrier.take(errand);
        }
        self.start();
    }

    /// Whether another batch of this stream would only wait. Records are better left in the outboxes, which have a
    /// budget. What is audited waits for the slowest destination, everything else for the fastest.
    pub(crate) fn is_busy(&self, stream: Stream, lane: Lane) -> bool {
        let mut of_stream = self.carriers.iter().filter(|carrier| carrier.outlet().stream == stream);
        if lane == Lane::Audit {
            of_stream.any(|carrier| carrier.is_busy(lane))
        } else {
            of_stream.all(|carrier| carrier.is_busy(lane))
        }
    }

    /// Whether nothing is in memory, and nothing on its way.
    pub(crate) fn is_idle(&self) -> bool {
        self.carriers.iter().all(Carrier::is_idle)
    }

    /// The number the next batch will have.
    pub(crate) const fn mark(&self) -> u64 {
        self.next
    }

    /// Whether all batches before `mark` are over.
    pub(crate) fn is_past(&self, mark: u64) -> bool {
        self.carriers.iter().all(|carrier| carrier.is_past(mark))
    }

    pub(crate) fn carriers(&self) -> &[Carrier] {
        &self.carriers
    }

    /// Begins what can begin now. The drain asks often enough that nobody has to be woken for another attempt.
    pub(crate) fn start(&mut self) {
        let now = Instant::now();
        for carrier in 0..self.carriers.len() {
            while let Some((job, work)) = self.carriers[carrier].next_job(now) {
                self.spawn(carrier, job, work);
            }
        }
        for at in 0..self.recalls.len() {
            let number = self.recalls[at].number;
            let mut here = self.carriers.iter().filter(|carrier| carrier.outlet().number == number);
            // Nobody knows which stream comes next, so all of them have to be ready for it.
            if here.all(|carrier| carrier.is_hungry(now))
                && let Some(recalled) = self.recalls[at].begin(now)
            {
                let task = self.running.spawn(async { Done::Recalled(recalled.await.ok().flatten()) });
                self.tasks.insert(task.id(), Task::Recall(at));
            }
        }
    }

    fn spawn(&mut self, carrier: usize, job: u64, work: Job) {
        let outlet = self.carriers[carrier].outlet();
        let (id, task) = match work {
            Job::Attempt(batch, limit) => {
                let destination = outlet.destination.clone();
                let attempt = async move {
                    let sent = tokio::time::timeout(limit, destination.send(&batch)).await;
                    Done::Attempt(sent.unwrap_or_else(|_| failed(Failure::not_in_time())))
                };
                (self.running.spawn(attempt).id(), Task::Attempt { carrier, job })
            }
            Job::Keep(lane, batch) => {
                let ticket = outlet.keeper.as_ref().map(|keeper| keeper.keep(lane, batch));
                let kept = async move {
                    let Some(ticket) = ticket else { return Done::Kept(None) };
                    Done::Kept(ticket.await.ok().flatten())
                };
                (self.running.spawn(kept).id(), Task::Keep { carrier, job })
            }
        };
        self.tasks.insert(id, task);
    }

    /// Waits until something is over, and goes on from there. Never returns while nothing is on its way.
    pub(crate) async fn one_done(&mut self) {
        let (id, done) = match self.running.join_next_with_id().await {
            Some(Ok((id, done))) => (id, Some(done)),
            // The task was aborted or panicked.
            Some(Err(error)) => (error.id(), None),
            None => return std::future::pending().await,
        };
        self.ended(id, done);
        self.start();
    }

    fn ended(&mut self, id: Id, done: Option<Done>) {
        let now = Instant::now();
        match (self.tasks.remove(&id), done) {
            (Some(Task::Attempt { carrier, job }), Some(Done::Attempt(attempt))) => {
                self.carriers[carrier].attempted(job, attempt, now);
            }
            (Some(Task::Attempt { carrier, job }), _) => {
                let why = Failure::new(FailureKind::NoAnswer, "the attempt did not end by itself");
                self.carriers[carrier].attempted(job, failed(why), now);
            }
            (Some(Task::Keep { carrier, job }), Some(Done::Kept(ticket))) => {
                self.carriers[carrier].kept(job, ticket);
            }
            (Some(Task::Keep { carrier, job }), _) => self.carriers[carrier].kept(job, None),
            (Some(Task::Recall(at)), Some(Done::Recalled(Some(recalled)))) => {
                self.recalled(at, recalled, now);
            }
            (Some(Task::Recall(at)), _) => self.recalls[at].ended(None, now),
            (None, _) => {}
        }
    }

    fn recalled(&mut self, at: usize, recalled: Recalled, now: Instant) {
        self.recalls[at].ended(Some(recalled.batch.message().len()), now);
        let number = self.recalls[at].number;
        let is_his = |carrier: &&mut Carrier| {
            let outlet = carrier.outlet();
            outlet.number == number && outlet.stream == recalled.batch.stream
        };
        if let Some(carrier) = self.carriers.iter_mut().find(is_his) {
            carrier.take_back(self.next, recalled);
        } else {
            self.recalls[at].refuse(recalled);
        }
    }

    /// The pipeline ends: what a spool can keep and no destination is likely to take goes there.
    pub(crate) fn hurry(&mut self) {
        self.carriers.iter_mut().filter(|carrier| carrier.is_hopeless()).for_each(Carrier::end);
        self.start();
    }

    /// There is no time left for destinations: everything goes to the spools there are.
    pub(crate) fn end(&mut self) {
        self.carriers.iter_mut().for_each(Carrier::end);
        self.start();
    }

    /// Gives up on everything that is not over.
    pub(crate) async fn abandon(&mut self) {
        self.running.shutdown().await;
        self.tasks.clear();
        self.carriers.iter_mut().for_each(Carrier::abandon);
    }
}

fn failed(why: Failure) -> Attempt {
    Attempt::Retry { after: None, why }
}
