//! What the two ways of queueing for a sink have in common: a state machine that is told the time and says what to
//! send.

use std::time::Duration;

use tokio::time::Instant;

use super::tally::{AttemptOutcome, Tally};

/// What waits for a sink. At most one load is on its way.
pub(super) trait Queue {
    /// What is sent at once.
    type Load;

    /// What to do now.
    fn next(&mut self, now: Instant) -> Step<Self::Load>;

    /// What became of the load on its way.
    fn answered(&mut self, now: Instant, outcome: Outcome);

    /// Takes nothing more.
    fn close(&mut self);

    /// Gives up on everything.
    fn abandon(&mut self);

    /// How much waits or is on its way.
    fn queued(&self) -> u64;

    /// Whether there is nothing left to do but to say things again.
    fn is_settled(&self) -> bool {
        self.queued() == 0
    }

    /// What became of the rest.
    fn tally(&self) -> &Tally;
}

/// What to do now.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Step<L> {
    /// Send this, and say how it went.
    Send(L),
    /// Nothing before this moment, unless something is offered.
    Wait(Instant),
    /// Nothing, unless something is offered or answered.
    Rest,
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It was taken.
    Accepted,
    /// It may be repeated, after the wait that was asked for.
    #[cfg_attr(not(feature = "alert-http"), expect(dead_code, reason = "only a server may succeed later"))]
    Failed { after: Option<Duration> },
    /// It must not be repeated.
    Refused,
}

impl From<Outcome> for AttemptOutcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Accepted => Self::Accepted,
            Outcome::Failed { .. } => Self::Failed,
            Outcome::Refused => Self::Refused,
        }
    }
}
