//! Notifications that wait for a sink: at most one about each matter, in the order in which the matters came up.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;

use super::pace::Pace;
use super::queue::{Outcome, Queue, Step};
use super::tally::{NotDelivered, Tally};

/// Something to deliver.
pub(super) trait Letter: Clone {
    /// What it is about: of two letters about one matter the newer one is enough.
    fn matter(&self) -> &'static str;

    /// Takes in what an older letter about the same matter had to say that this one has not.
    fn supersede(&mut self, older: Self);
}

/// Letters that wait for a sink.
///
/// It knows no clock and no connection. What is delivered last about a matter is what was offered last, because one
/// letter is on its way at a time and none waits beside a newer one.
#[derive(Debug)]
pub(super) struct Mailbox<L> {
    waiting: VecDeque<Waiting<L>>,
    on_its_way: Option<Waiting<L>>,
    pace: Pace,
    /// How many letters there is room for.
    capacity: usize,
    /// How long a letter is worth delivering.
    patience: Duration,
    closed: bool,
    tally: Tally,
}

#[derive(Clone, Debug)]
struct Waiting<L> {
    letter: L,
    since: Instant,
}

impl<L: Letter> Mailbox<L> {
    pub(super) fn new(pace: Pace, capacity: usize, patience: Duration) -> Self {
        let (waiting, on_its_way, tally) = (VecDeque::new(), None, Tally::default());
        Self { waiting, on_its_way, pace, capacity, patience, closed: false, tally }
    }

    /// Takes a letter in.
    pub(super) fn offer(&mut self, now: Instant, mut letter: L) {
        self.tally.offered += 1;
        if self.closed {
            self.tally.not_delivered(NotDelivered::Shutdown, 1);
            return;
        }
        let about_the_same = |waiting: &&mut Waiting<L>| waiting.letter.matter() == letter.matter();
        if let Some(older) = self.waiting.iter_mut().find(about_the_same) {
            // It takes the older one's place in the queue: the matter has waited since then.
            std::mem::swap(&mut older.letter, &mut letter);
            older.letter.supersede(letter);
            older.since = now;
            self.tally.not_delivered(NotDelivered::Superseded, 1);
            return;
        }
        if self.waiting.len() + usize::from(self.on_its_way.is_some()) >= self.capacity {
            // Of what nobody can be told in time, the oldest matters least.
            let reason = NotDelivered::QueueFull;
            self.tally.not_delivered(reason, 1);
            if self.waiting.pop_front().is_none() {
                return;
            }
        }
        self.waiting.push_back(Waiting { letter, since: now });
    }

    /// Removes what has waited for too long.
    fn expire(&mut self, now: Instant) {
        let before = self.waiting.len();
        let patience = self.patience;
        self.waiting.retain(|waiting| now - waiting.since < patience);
        self.tally.not_delivered(NotDelivered::Expired, (before - self.waiting.len()) as u64);
    }

    /// Takes a letter back that was not delivered. It goes behind the others, so that one letter that always fails
    /// does not keep them from trying.
    fn take_back(&mut self, now: Instant, returned: Waiting<L>) {
        let matter = returned.letter.matter();
        if let Some(newer) = self.waiting.iter_mut().find(|waiting| waiting.letter.matter() == matter) {
            newer.letter.supersede(returned.letter);
            self.tally.not_delivered(NotDelivered::Superseded, 1);
        } else {
            self.waiting.push_back(returned);
            self.expire(now);
        }
    }
}

impl<L: Letter> Queue for Mailbox<L> {
    type Load = L;

    fn next(&mut self, now: Instant) -> Step<L> {
        self.expire(now);
        if self.on_its_way.is_some() || self.waiting.is_empty() {
            return Step::Rest;
        }
        if let Some(then) = self.pace.not_before(now) {
            let expires = self.waiting.iter().map(|waiting| waiting.since + self.patience).min();
            return Step::Wait(expires.map_or(then, |expires| then.min(expires)));
        }
        let Some(next) = self.waiting.pop_front() else { return Step::Rest };
        self.pace.begun(now);
        Step::Send(self.on_its_way.insert(next).letter.clone())
    }

    fn answered(&mut self, now: Instant, outcome: Outcome) {
        self.tally.attempt(outcome.into());
        self.pace.ended(outcome, now);
        let Some(sent) = self.on_its_way.take() else { return };
        match outcome {
            Outcome::Accepted => self.tally.delivered += 1,
            Outcome::Refused => self.tally.not_delivered(NotDelivered::Rejected, 1),
            Outcome::Failed { .. } => self.take_back(now, sent),
        }
    }

    fn close(&mut self) {
        self.closed = true;
    }

    fn abandon(&mut self) {
        self.closed = true;
        self.tally.not_delivered(NotDelivered::Shutdown, self.queued());
        self.waiting.clear();
        self.on_its_way = None;
    }

    fn queued(&self) -> u64 {
        self.waiting.len() as u64 + u64::from(self.on_its_way.is_some())
    }

    fn tally(&self) -> &Tally {
        &self.tally
    }
}

#[cfg(test)]
mod tests;
