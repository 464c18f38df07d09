//! What became of everything a sink was given.

use std::fmt;

/// Why a sink did not deliver a notification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NotDelivered {
    /// There was something newer to say about the same thing.
    Superseded,
    /// There was no room for it.
    QueueFull,
    /// The sink refused it for good.
    Rejected,
    /// It could not be delivered for so long that it no longer matters.
    Expired,
    /// The process ended first.
    Shutdown,
}

impl NotDelivered {
    /// Every reason, in order.
    pub const ALL: [Self; 5] =
        [Self::Superseded, Self::QueueFull, Self::Rejected, Self::Expired, Self::Shutdown];

    /// The reason's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Superseded => "superseded",
            Self::QueueFull => "queue_full",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Shutdown => "shutdown",
        }
    }
}

/// How an attempt to deliver ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum AttemptOutcome {
    /// It was taken.
    Accepted,
    /// It may be repeated.
    Failed,
    /// It must not be repeated.
    Refused,
}

impl AttemptOutcome {
    /// Every outcome, in order.
    pub const ALL: [Self; 3] = [Self::Accepted, Self::Failed, Self::Refused];

    /// The outcome's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Failed => "failed",
            Self::Refused => "refused",
        }
    }
}

/// What became of everything a sink was given: `offered = delivered + not delivered + queued`, at any time.
///
/// What is counted are notifications; for Alertmanager, which is told of instances, their changes. What only is said
/// again, so that it is not forgotten, is an attempt and nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinkCounts {
    /// The sink's name.
    pub sink: String,
    /// What it was given.
    pub offered: u64,
    /// What it took.
    pub delivered: u64,
    /// What waits, or is on its way.
    pub queued: u64,
    not_delivered: [u64; NotDelivered::ALL.len()],
    attempts: [u64; AttemptOutcome::ALL.len()],
}

impl SinkCounts {
    /// What was not delivered for this reason.
    pub const fn not_delivered(&self, reason: NotDelivered) -> u64 {
        self.not_delivered[reason as usize]
    }

    /// How many attempts ended like this.
    pub const fn attempts(&self, outcome: AttemptOutcome) -> u64 {
        self.attempts[outcome as usize]
    }
}

/// One line, without what is zero.
impl fmt::Display for SinkCounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} of {} delivered", self.sink, self.delivered, self.offered)?;
        let not_delivered = NotDelivered::ALL.map(|reason| (reason.as_str(), self.not_delivered(reason)));
        for (what, count) in not_delivered.into_iter().chain([("queued", self.queued)]) {
            if count > 0 {
                write!(f, ", {count} {}", what.replace('_', " "))?;
            }
        }
        Ok(())
    }
}

/// The counts of one sink in the making.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) offered: u64,
    pub(super) delivered: u64,
    not_delivered: [u64; NotDelivered::ALL.len()],
    attempts: [u64; AttemptOutcome::ALL.len()],
}

impl Tally {
    pub(super) fn not_delivered(&mut self, reason: NotDelivered, count: u64) {
        self.not_delivered[reason as usize] += count;
    }

    pub(super) fn attempt(&mut self, outcome: AttemptOutcome) {
        self.attempts[outcome as usize] += 1;
    }

    /// What was given and has come to an end, this way or that.
    #[cfg(test)]
    pub(super) fn settled(&self) -> u64 {
        self.delivered + self.not_delivered.iter().sum::<u64>()
    }

    pub(super) fn counts(&self, sink: &str, queued: u64) -> SinkCounts {
        let Self { offered, delivered, not_delivered, attempts } = *self;
        SinkCounts { sink: sink.to_owned(), offered, delivered, queued, not_delivered, attempts }
    }
}
