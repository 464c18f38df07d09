//! A carrier: brings the batches of one stream to one destination, and enters every outcome in its account.
//!
//! It is a state machine without a clock or a connection: it says what is to be done next, and is told how that
//! ended. What it does not need to hold in memory because the spool has it, it lets go when the destination is down.

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::lane::Lane;
use crate::ledger::{Account, DropReason, Ledger, Stream};
use crate::otlp::{Attempt, Batch, Failure, FailureKind};
use crate::settings::Backoff;

use super::destination::Destination;
use super::errand::Errand;
use super::keeper::{Keeper, Recalled, Ticket};
use super::operator::Server;
use super::pacer::{Pacer, Round};
use super::self_metrics::Component;
use super::vitals::Vitals;

/// Batches on their way to the spool at once: enough to share one synchronisation of the disk.
const KEEPING: usize = 8;

/// Where one stream goes, and how it is brought there.
#[derive(Clone)]
pub(crate) struct Outlet {
    pub(crate) stream: Stream,
    /// Which destination it is, by number.
    pub(crate) number: usize,
    pub(crate) destination: Arc<Destination>,
    pub(crate) server: Rc<Server>,
    pub(crate) keeper: Option<Keeper>,
    /// How long one attempt may take, and all attempts together.
    pub(crate) attempt: Duration,
    pub(crate) retry_for: Duration,
    pub(crate) backoff: Backoff,
    /// Bytes that may wait for this destination while others go on.
    pub(crate) room: usize,
    /// What it is called in the pipeline's own metrics.
    pub(crate) component: Component,
}

/// What is to be done for a carrier.
pub(crate) enum Job {
    /// Try to deliver it, and give up after this long.
    Attempt(Batch, Duration),
    /// Ask the keeper to keep it.
    Keep(Lane, Batch),
}

/// Brings batches to one destination.
pub(crate) struct Carrier {
    outlet: Outlet,
    ledger: Arc<Ledger>,
    vitals: Arc<Vitals>,
    pacer: Pacer,
    waiting: [VecDeque<Errand>; Lane::ALL.len()],
    waiting_bytes: usize,
    out: HashMap<u64, Departed>,
    keeping: HashMap<u64, Errand>,
    jobs: u64,
    /// Whether everything goes to the spool now, because the pipeline ends.
    ending: bool,
    /// Answers of the destination and of the keeper so far, so that somebody can see whether there is progress.
    answers: u64,
    kept: u64,
}

/// A batch on its way.
struct Departed {
    errand: Errand,
    round: Round,
    at: Instant,
}

impl Carrier {
    pub(crate) fn new(outlet: Outlet, ledger: Arc<Ledger>, vitals: Arc<Vitals>) -> Self {
        let pacer = Pacer::new(outlet.backoff);
        Self {
            outlet,
            ledger,
            vitals,
            pacer,
            waiting: Default::default(),
            waiting_bytes: 0,
            out: HashMap::new(),
            keeping: HashMap::new(),
            jobs: 0,
            ending: false,
            answers: 0,
            kept: 0,
        }
    }

    pub(crate) const fn outlet(&self) -> &Outlet {
        &self.outlet
    }

    /// Takes a batch. While others go on without this destination, only so much waits for it.
    pub(crate) fn take(&mut self, errand: Errand) {
        let full = self.waiting_bytes + errand.bytes() > self.outlet.room && self.waiting_bytes > 0;
        if full && errand.lane != Lane::Audit && self.outlet.keeper.is_none() {
            self.lose(errand, DropReason::QueueFull);
        } else {
            self.wait(errand);
        }
    }

    /// Takes a batch back that was in the spool.
    pub(crate) fn take_back(&mut self, number: u64, recalled: Recalled) {
        let Recalled { ticket, lane, batch } = recalled;
        self.account(lane).unspooled(batch.items);
        let mut errand = Errand::new(number, lane, batch);
        errand.ticket = Some(ticket);
        errand.is_probe = true;
        self.wait(errand);
    }

    fn wait(&mut self, errand: Errand) {
        self.waiting_bytes += errand.bytes();
        self.waiting[errand.lane as usize].push_back(errand);
    }

    /// Whether another batch of this lane would only wait.
    pub(crate) fn is_busy(&self, lane: Lane) -> bool {
        match &self.outlet.keeper {
            // What the spool has need not be held, so only what it would not have is a reason to wait.
            Some(_) => {
                let refused = || self.waiting[lane as usize].iter().any(|errand| errand.refused);
                self.keeping.len() >= KEEPING || refused()
            }
            None => self.is_waited_for() || !self.pacer.has_room(self.out.len()),
        }
    }

    fn is_waited_for(&self) -> bool {
        self.waiting.iter().any(|lane| !lane.is_empty())
    }

    /// Whether nothing is in memory here.
    pub(crate) fn is_idle(&self) -> bool {
        !self.is_waited_for() && self.out.is_empty() && self.keeping.is_empty()
    }

    /// Whether a batch out of the spool would be tried now.
    pub(crate) fn is_hungry(&self, now: Instant) -> bool {
        !self.ending && !self.is_waited_for() && self.pacer.allows(self.out.len(), now)
    }

    /// Whether all batches before `mark` are over, or safe on disk.
    pub(crate) fn is_past(&self, mark: u64) -> bool {
        self.errands().all(|errand| errand.number >= mark)
    }

    /// Answers of the destination so far that settled a batch.
    pub(crate) const fn answers(&self) -> u64 {
        self.answers
    }

    /// Answers of the keeper so far.
    pub(crate) const fn answers_of_keeper(&self) -> u64 {
        self.kept
    }

    /// Whether there is something to deliver, or the last that there was could not be.
    pub(crate) fn has_to_deliver(&self) -> bool {
        self.is_waited_for() || !self.out.is_empty() || self.pacer.is_failing()
    }

    pub(crate) fn has_to_keep(&self) -> bool {
        !self.keeping.is_empty()
    }

    /// Whether somebody waits for what became of a batch that is here.
    pub(crate) fn has_somebody_waiting(&self) -> bool {
        self.errands().any(|errand| errand.reply.is_some())
    }

    /// The bytes of all batches here.
    pub(crate) fn bytes(&self) -> usize {
        self.errands().map(Errand::bytes).sum()
    }

    fn errands(&self) -> impl Iterator<Item = &Errand> {
        let out = self.out.values().map(|departed| &departed.errand);
        self.waiting.iter().flatten().chain(out).chain(self.keeping.values())
    }

    /// What is to be done next, if anything, and the number to report it under.
    pub(crate) fn next_job(&mut self, now: Instant) -> Option<(u64, Job)> {
        self.let_go();
        if let Some(errand) = self.next_to_keep() {
            let job = Job::Keep(errand.lane, errand.batch.clone());
            let number = self.next_number();
            self.keeping.insert(number, errand);
            return Some((number, job));
        }
        if self.ending && self.outlet.keeper.is_some() || !self.pacer.allows(self.out.len(), now) {
            return None;
        }
        let mut errand = self.next_to_try()?;
        errand.is_probe = false;
        // What is audited is tried for as long as there is a pipeline.
        if errand.lane != Lane::Audit {
            errand.until = errand.until.or_else(|| now.checked_add(self.outlet.retry_for));
        }
        let left = errand.until.map_or(Duration::MAX, |until| until.saturating_duration_since(now));
        let job = Job::Attempt(errand.batch.clone(), self.outlet.attempt.min(left));
        self.account(errand.lane).departed(errand.batch.items);
        let number = self.next_number();
        self.out.insert(number, Departed { errand, round: self.pacer.round(), at: now });
        Some((number, job))
    }

    fn next_number(&mut self) -> u64 {
        self.jobs += 1;
        self.jobs
    }

    /// Lets go of what the spool has and there is no use in holding: everything while the destination is down, and
    /// the newest of what is more than it should be.
    fn let_go(&mut self) {
        let useless = self.ending || self.pacer.is_down();
        for lane in Lane::ALL.into_iter().rev() {
            for at in (0..self.waiting[lane as usize].len()).rev() {
                let enough = !useless && self.waiting_bytes <= self.hold();
                let errand = &self.waiting[lane as usize][at];
                let needed = errand.ticket.is_none() || (errand.is_probe && !self.ending);
                if enough || needed {
                    continue;
                }
                if let Some(errand) = self.remove(lane, at) {
                    self.release(errand);
                }
            }
        }
    }

    /// The bytes that are held in memory for a destination that is slow, where a spool has the rest.
    const fn hold(&self) -> usize {
        self.outlet.room / 2
    }

    fn next_to_keep(&mut self) -> Option<Errand> {
        if self.keeping.len() >= KEEPING {
            return None;
        }
        let keeper = self.outlet.keeper.as_ref()?;
        let everything = self.ending || self.pacer.is_down() || self.waiting_bytes > self.hold();
        let (lane, at) = Lane::ALL.into_iter().find_map(|lane| {
            let wanted = everything || keeper.keeps_at_once(lane);
            let is_next = |errand: &Errand| wanted && errand.ticket.is_none() && !errand.refused;
            Some((lane, self.waiting[lane as usize].iter().position(is_next)?))
        })?;
        self.remove(lane, at)
    }

    fn next_to_try(&mut self) -> Option<Errand> {
        let lane = Lane::ALL.into_iter().find(|lane| !self.waiting[*lane as usize].is_empty())?;
        self.remove(lane, 0)
    }

    fn remove(&mut self, lane: Lane, at: usize) -> Option<Errand> {
        let errand = self.waiting[lane as usize].remove(at)?;
        self.waiting_bytes -= errand.bytes();
        Some(errand)
    }

    /// The keeper answered: with a ticket, or that it has no room.
    pub(crate) fn kept(&mut self, job: u64, ticket: Option<Ticket>) {
        let Some(mut errand) = self.keeping.remove(&job) else { return };
        self.kept += 1;
        errand.refused = ticket.is_none();
        errand.ticket = ticket;
        self.wait(errand);
    }

    /// An attempt ended; without an answer when it took too long, or did not end by itself.
    pub(crate) fn attempted(&mut self, job: u64, attempt: Attempt, now: Instant) {
        let Some(departed) = self.out.remove(&job) else { return };
        let Departed { errand, round, at } = self.back(departed);
        self.vitals.durations.operation(&self.outlet.component, now - at, error_type(&attempt));
        self.vitals
            .attempted(matches!(&attempt, Attempt::Retry { why, .. } if why.kind == FailureKind::Throttled));
        match attempt {
            Attempt::Accepted { rejected, message } => {
                self.pacer.succeeded();
                self.answers += 1;
                self.answered_well(rejected, &message);
                self.deliver(errand, rejected);
            }
            Attempt::Refused(failure) => {
                // It answers, so there is no reason to leave it alone.
                self.pacer.succeeded();
                self.answers += 1;
                self.answered_badly(failure);
                self.lose(errand, DropReason::Refused);
            }
            Attempt::TooLarge(failure) => self.divide(errand, failure),
            Attempt::Retry { after, why } => {
                self.pacer.failed(round, after, now);
                self.answered_badly(why);
                self.try_again(errand, now);
            }
        }
    }

    /// Puts the halves of a batch in its place.
    fn divide(&mut self, errand: Errand, failure: Failure) {
        match errand.batch.split() {
            Ok((first, second)) => {
                let parts = errand.divide([first, second], self.outlet.keeper.as_ref());
                parts.into_iter().rev().for_each(|part| self.put_back(part));
            }
            Err(_) => {
                self.answered_badly(failure);
                self.lose(errand, DropReason::TooLarge);
            }
        }
    }

    /// Puts a batch where it was, before all others of its lane.
    fn put_back(&mut self, errand: Errand) {
        self.waiting_bytes += errand.bytes();
        self.waiting[errand.lane as usize].push_front(errand);
    }

    /// A batch is not on its way any more.
    fn back(&self, departed: Departed) -> Departed {
        self.account(departed.errand.lane).returned(departed.errand.batch.items);
        departed
    }

    fn answered_well(&self, rejected: u64, message: &str) {
        let Outlet { stream, server, destination, .. } = &self.outlet;
        if rejected > 0 {
            let why = format!("{rejected} items rejected: {message}");
            return self.answered_badly(Failure::new(FailureKind::Refused, why));
        }
        server.is_well(*stream, destination.endpoint());
        if !message.is_empty() {
            server.warns(*stream, destination.endpoint(), message);
        }
    }

    fn answered_badly(&self, failure: Failure) {
        let Outlet { stream, number, server, destination, .. } = &self.outlet;
        self.vitals.complaints.note(*number, *stream, &failure);
        server.is_unwell(*stream, destination.endpoint(), failure);
    }

    /// Puts a batch back in its place, unless the next attempt would come too late.
    fn try_again(&mut self, errand: Errand, now: Instant) {
        let next = self.pacer.not_before().unwrap_or(now);
        if errand.until.is_none_or(|until| next < until) {
            self.put_back(errand);
        } else if errand.ticket.is_some() {
            self.release(errand);
        } else {
            self.lose(errand, DropReason::ExportFailed);
        }
    }

    fn account(&self, lane: Lane) -> &Account {
        self.ledger.account(self.outlet.number, self.outlet.stream, lane)
    }

    fn deliver(&mut self, errand: Errand, rejected: u64) {
        self.account(errand.lane).delivered(errand.batch.items, rejected);
        if rejected > 0 {
            errand.disappoint();
        }
        self.settle(errand);
    }

    fn lose(&mut self, errand: Errand, reason: DropReason) {
        self.account(errand.lane).dropped(reason, errand.batch.items);
        errand.disappoint();
        self.settle(errand);
    }

    fn settle(&self, errand: Errand) {
        if let (Some(keeper), Some(ticket)) = (&self.outlet.keeper, errand.ticket) {
            keeper.settle(ticket);
        }
    }

    /// Leaves a batch to the spool.
    fn release(&mut self, errand: Errand) {
        self.account(errand.lane).spooled(errand.batch.items);
        if let (Some(keeper), Some(ticket)) = (&self.outlet.keeper, errand.ticket) {
            keeper.release(ticket);
        }
    }

    /// The pipeline ends, and there is no time to lose: what is here goes to the spool, where there is one.
    pub(crate) fn end(&mut self) {
        if self.outlet.keeper.is_none() {
            return;
        }
        self.ending = true;
        let out = std::mem::take(&mut self.out);
        for departed in out.into_values() {
            let Departed { errand, .. } = self.back(departed);
            self.wait(errand);
        }
    }

    /// Whether the destination has let us down lately, so that there is no use in waiting for it.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.outlet.keeper.is_some() && self.pacer.is_failing()
    }

    /// Gives up on everything that is still here.
    pub(crate) fn abandon(&mut self) {
        let out = std::mem::take(&mut self.out).into_values();
        let mut left: Vec<_> = out.map(|departed| self.back(departed).errand).collect();
        left.extend(std::mem::take(&mut self.keeping).into_values());
        left.extend(self.waiting.iter_mut().flat_map(std::mem::take));
        self.waiting_bytes = 0;
        for errand in left {
            if errand.ticket.is_some() {
                self.release(errand);
            } else {
                self.lose(errand, DropReason::DeadlineExceeded);
            }
        }
    }
}

/// The class of error an attempt ended with.
fn error_type(attempt: &Attempt) -> Option<&'static str> {
    match attempt {
        Attempt::Accepted { .. } => None,
        Attempt::Refused(_) => Some(DropReason::Refused.as_str()),
        Attempt::TooLarge(_) => Some(DropReason::TooLarge.as_str()),
        Attempt::Retry { .. } => Some(DropReason::ExportFailed.as_str()),
    }
}
