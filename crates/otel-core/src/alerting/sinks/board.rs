//! What a sink must be told again and again: which instances fire, and for a while which no longer do.
//!
//! Alertmanager forgets an alert that it does not hear of, which is how it finds out that a process died.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;
use super::queue::{Outcome, Queue, Step};
use super::tally::{NotDelivered, Tally};
use crate::alerting::instance::RESOLVED_FOR;
use crate::alerting::labels::Labels;
use crate::alerting::state::{Alert, AlertState};
use crate::time::Timestamp;

/// The most instances in one request.
const PAGE: usize = 500;

/// Where the latest state of all instances is left for a board, so that whoever leaves it never waits.
#[derive(Clone, Debug, Default)]
pub(super) struct Slot(Arc<Mutex<Option<Snapshot>>>);

/// How all instances were at one time.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) time: Timestamp,
    pub(super) alerts: Vec<Arc<Alert>>,
}

/// One instance, told apart from others by its rule and its labels.
#[derive(Clone, Debug)]
struct Instance(Arc<Alert>);

/// What is told of an instance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) alert: Arc<Alert>,
    /// When it ended, where it has.
    pub(super) ended: Option<Timestamp>,
}

/// What is known of an instance, and what of that has been told.
#[derive(Debug)]
struct Entry {
    standing: Standing,
    /// Until when it is told that it ended, where it has.
    until: Option<Instant>,
    /// Which change this was the last of, to know whether an answer is about it.
    change: u64,
    /// Whether this change has neither been told nor is on its way.
    untold: bool,
    due: Instant,
    /// The round it was last seen in.
    round: u64,
}

/// All instances that a sink is to know of. It knows no clock and no connection.
#[derive(Debug)]
pub(super) struct Board {
    entries: BTreeMap<Instance, Entry>,
    due: BTreeSet<(Instant, Instance)>,
    on_its_way: Vec<Sent>,
    slot: Slot,
    pace: Pace,
    /// How often it is told what has not changed.
    resend: Duration,
    changes: u64,
    round: u64,
    untold: u64,
    closed: bool,
    tally: Tally,
}

/// What was sent of an instance.
#[derive(Debug)]
struct Sent {
    instance: Instance,
    change: u64,
    /// Whether it is the first that is told of this change.
    news: bool,
}

impl Board {
    pub(super) fn new(pace: Pace, resend: Duration, slot: Slot) -> Self {
        Self {
            entries: BTreeMap::new(),
            due: BTreeSet::new(),
            on_its_way: Vec::new(),
            slot,
            pace,
            resend,
            changes: 0,
            round: 0,
            untold: 0,
            closed: false,
            tally: Tally::default(),
        }
    }

    /// Takes in how all instances are now; one that is missing has ended.
    fn show(&mut self, now: Instant, Snapshot { time, alerts }: Snapshot) {
        if self.closed {
            return;
        }
        self.round += 1;
        for alert in alerts {
            self.see(now, time, alert);
        }
        let round = self.round;
        let missing = |entry: &Entry| entry.round != round && entry.standing.ended.is_none();
        let gone: Vec<Instance> =
            self.entries.iter().filter(|(_, entry)| missing(entry)).map(|(gone, _)| gone.clone()).collect();
        for instance in gone {
            let standing = Standing { alert: Arc::clone(&instance.0), ended: Some(time) };
            self.change(now, instance, standing, Some(now + RESOLVED_FOR));
        }
    }

    fn see(&mut self, now: Instant, time: Timestamp, alert: Arc<Alert>) {
        let instance = Instance(Arc::clone(&alert));
        let active = alert.state.is_active();
        let ended = (!active).then(|| alert.resolved_at.unwrap_or(time));
        let round = self.round;
        let (state, standing) = (alert.state, Standing { alert, ended });
        let Some(entry) = self.entries.get_mut(&instance) else {
            // What resolved before a restart is told for the rest of its time.
            let left = RESOLVED_FOR.saturating_sub(time.since(ended.unwrap_or(time)));
            if active {
                self.change(now, instance, standing, None);
            } else if state == AlertState::Resolved && !left.is_zero() {
                self.change(now, instance, standing, Some(now + left));
            }
            return;
        };
        entry.round = round;
        match (entry.standing.ended.is_none(), active) {
            // The latest value goes with whatever is told next.
            (true, true) => entry.standing = standing,
            (false, false) => {}
            (true, false) => self.change(now, instance, standing, Some(now + RESOLVED_FOR)),
            (false, true) => self.change(now, instance, standing, None),
        }
    }

    /// An instance began or ended.
    fn change(&mut self, now: Instant, instance: Instance, standing: Standing, until: Option<Instant>) {
        self.changes += 1;
        self.tally.offered += 1;
        self.untold += 1;
        let (change, round) = (self.changes, self.round);
        let entry = Entry { standing, until, change, untold: true, due: now, round };
        if let Some(before) = self.entries.insert(instance.clone(), entry) {
            self.due.remove(&(before.due, instance.clone()));
            self.forget(&before, NotDelivered::Superseded);
        }
        self.due.insert((now, instance));
    }

    /// Counts a change that will not be told.
    fn forget(&mut self, entry: &Entry, reason: NotDelivered) {
        if entry.untold {
            self.untold -= 1;
            self.tally.not_delivered(reason, 1);
        }
    }

    /// Removes an instance that ended so long ago that nobody needs to be told.
    fn expire(&mut self, instance: &Instance) {
        if let Some(entry) = self.entries.remove(instance) {
            self.due.remove(&(entry.due, instance.clone()));
            self.forget(&entry, NotDelivered::Expired);
        }
    }

    /// The next instances to be told, and that they are on their way.
    fn page(&mut self, now: Instant) -> Vec<Standing> {
        let mut page = Vec::new();
        while page.len() < PAGE {
            let Some((due, instance)) = self.due.first().filter(|(due, _)| *due <= now).cloned() else {
                break;
            };
            let Some(entry) = self.entries.get_mut(&instance) else {
                self.due.remove(&(due, instance));
                continue;
            };
            if entry.until.is_some_and(|until| until <= now) {
                self.expire(&instance);
                continue;
            }
            self.due.remove(&(due, instance.clone()));
            entry.due = now + self.resend;
            self.due.insert((entry.due, instance.clone()));
            let news = std::mem::take(&mut entry.untold);
            self.untold -= u64::from(news);
            page.push(entry.standing.clone());
            self.on_its_way.push(Sent { instance, change: entry.change, news });
        }
        page
    }

    /// Tells what could not be told once more, where nothing newer is to be told of it.
    fn take_back(&mut self, now: Instant, Sent { instance, change, news }: Sent) {
        let entry = self.entries.get_mut(&instance).filter(|entry| entry.change == change);
        let Some(entry) = entry else {
            self.tally.not_delivered(NotDelivered::Superseded, u64::from(news));
            return;
        };
        self.due.remove(&(entry.due, instance.clone()));
        entry.due = now;
        entry.untold |= news;
        self.untold += u64::from(news);
        self.due.insert((now, instance));
    }
}

impl Queue for Board {
    type Load = Vec<Standing>;

    fn next(&mut self, now: Instant) -> Step<Vec<Standing>> {
        if let Some(snapshot) = self.slot.take() {
            self.show(now, snapshot);
        }
        if !self.on_its_way.is_empty() {
            return Step::Rest;
        }
        let Some(due) = self.due.first().map(|(due, _)| *due) else { return Step::Rest };
        let then = self.pace.not_before(now).max(Some(due)).filter(|then| *then > now);
        if let Some(then) = then {
            return Step::Wait(then);
        }
        let page = self.page(now);
        if page.is_empty() {
            // All that was due had expired.
            return self.due.first().map_or(Step::Rest, |(due, _)| Step::Wait(*due));
        }
        self.pace.begun(now);
        Step::Send(page)
    }

    fn answered(&mut self, now: Instant, outcome: Outcome) {
        self.tally.attempt(outcome.into());
        self.pace.ended(outcome, now);
        for sent in std::mem::take(&mut self.on_its_way) {
            match outcome {
                Outcome::Accepted => self.tally.delivered += u64::from(sent.news),
                Outcome::Refused => self.tally.not_delivered(NotDelivered::Rejected, u64::from(sent.news)),
                Outcome::Failed { .. } => self.take_back(now, sent),
            }
        }
    }

    fn close(&mut self) {
        self.closed = true;
    }

    fn abandon(&mut self) {
        self.closed = true;
        self.tally.not_delivered(NotDelivered::Shutdown, self.queued());
        self.entries.clear();
        self.due.clear();
        self.on_its_way.clear();
        drop(self.slot.take());
        self.untold = 0;
    }

    fn queued(&self) -> u64 {
        self.untold + self.on_its_way.iter().filter(|sent| sent.news).count() as u64
    }

    fn is_settled(&self) -> bool {
        self.queued() == 0 && self.slot.is_empty()
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

impl Slot {
    /// Leaves a state. One that was not looked at yet is of no interest any more.
    pub(super) fn put(&self, snapshot: Snapshot) {
        *self.lock() = Some(snapshot);
    }

    fn take(&self) -> Option<Snapshot> {
        self.lock().take()
    }

    fn is_empty(&self) -> bool {
        self.lock().is_none()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Snapshot>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Instance {
    fn identity(&self) -> (&'static str, &Labels) {
        (self.0.rule.name, &self.0.labels)
    }
}

impl PartialEq for Instance {
    fn eq(&self, other: &Self) -> bool {
        self.identity() == other.identity()
    }
}

impl Eq for Instance {}

impl PartialOrd for Instance {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instance {
    fn cmp(&self, other: &Self) -> Ordering {
        self.identity().cmp(&other.identity())
    }
}

#[cfg(test)]
mod tests;
