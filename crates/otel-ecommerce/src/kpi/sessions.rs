//! Sessions on their way through one funnel: pure logic.

mod distinct;

use std::time::Duration;

use otel_core::Timestamp;

use super::memory::{Digest, Memory};
use super::state::{self, StateError};
use crate::labels::{FunnelOddity, FunnelStep};
use distinct::Distinct;

/// How many steps there are.
pub(super) const STEPS: usize = FunnelStep::ALL.len();

/// The sessions of one funnel.
#[derive(Debug)]
pub(super) struct Sessions {
    visits: Memory<Visit>,
    window: Option<Window>,
    length: Duration,
}

/// How far a session has come, and since when.
#[derive(Clone, Copy, Debug)]
struct Visit {
    step: FunnelStep,
    since: Timestamp,
}

/// The sessions that entered each step within one window of event time.
#[derive(Debug)]
pub(super) struct Window {
    start: Timestamp,
    steps: [Distinct; STEPS],
}

/// What a step brought.
#[derive(Debug)]
pub(super) struct Entered {
    /// How long the session was on the step before.
    pub(super) after: Option<Duration>,
    pub(super) oddity: Option<FunnelOddity>,
    pub(super) evicted: u64,
    /// The window that ended with this.
    pub(super) closed: Option<Estimates>,
}

/// About how many sessions entered each step of a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Estimates {
    pub(super) start: Timestamp,
    pub(super) sessions: [u64; STEPS],
}

impl Sessions {
    pub(super) fn new(cap: usize, length: Duration) -> Self {
        Self { visits: Memory::new(cap), window: None, length }
    }

    pub(super) fn len(&self) -> usize {
        self.visits.len()
    }

    pub(super) fn estimates(&self) -> Option<Estimates> {
        self.window.as_ref().map(Window::estimates)
    }

    /// The present window.
    pub(super) fn window(&self) -> Option<&Window> {
        self.window.as_ref()
    }

    /// Goes on with a window that another process began.
    pub(super) fn resume(&mut self, saved: Window) {
        match &mut self.window {
            Some(window) if window.start == saved.start => window.merge(&saved),
            Some(window) if window.start > saved.start => {}
            window => *window = Some(saved),
        }
    }

    /// A session enters a step at a time, which is `present` as far as windows go by it.
    pub(super) fn enter(
        &mut self,
        session: Digest,
        step: FunnelStep,
        at: Timestamp,
        present: Timestamp,
    ) -> Entered {
        let closed = self.turn(present);
        let mut entered = Entered { after: None, oddity: None, evicted: 0, closed };
        match &mut self.window {
            Some(window) if present >= window.start => window.enter(session, step),
            _ => entered.oddity = Some(FunnelOddity::Late),
        }
        self.walk(session, step, at, &mut entered);
        entered
    }

    /// Ends the window when `now` is in a later one. Windows are whole multiples of their length since 1970, in UTC.
    pub(super) fn turn(&mut self, now: Timestamp) -> Option<Estimates> {
        let length = u64::try_from(self.length.as_nanos()).unwrap_or(u64::MAX).max(1);
        let start = Timestamp::from_unix_nanos(now.unix_nanos() / length * length);
        if self.window.as_ref().is_some_and(|window| window.start >= start) {
            return None;
        }
        self.window.replace(Window::new(start)).as_ref().map(Window::estimates)
    }

    /// Moves a session on, and says how long that took. Only steps forward are timed, from the first time the session
    /// was on the step before; who has bought begins anew.
    fn walk(&mut self, session: Digest, step: FunnelStep, at: Timestamp, entered: &mut Entered) {
        let now = Visit { step, since: at };
        let Some(slot) = self.visits.find(session) else {
            entered.evicted = u64::from(self.visits.is_full());
            self.visits.insert(session, now);
            return;
        };
        let Some(before) = self.visits.get(slot) else { return };
        let begins_anew = before.step == FunnelStep::Purchase && step != FunnelStep::Purchase;
        let is_forward = step as usize > before.step as usize;
        if is_forward && at < before.since {
            entered.oddity = entered.oddity.or(Some(FunnelOddity::Reversed));
        } else if is_forward {
            entered.after = Some(at.since(before.since));
        }
        // What comes too late to be timed moves nobody on: the time of the step would be wrong.
        let moves = (is_forward || begins_anew) && at >= before.since;
        self.visits.renew(slot, if moves { now } else { before });
    }
}

impl Window {
    fn new(start: Timestamp) -> Self {
        Self { start, steps: std::array::from_fn(|_| Distinct::new()) }
    }

    fn enter(&mut self, session: Digest, step: FunnelStep) {
        if let Some(distinct) = self.steps.get_mut(step as usize) {
            distinct.add(session);
        }
    }

    fn estimates(&self) -> Estimates {
        let mut sessions = [0; STEPS];
        for (sessions, distinct) in sessions.iter_mut().zip(&self.steps) {
            *sessions = distinct.estimate();
        }
        Estimates { start: self.start, sessions }
    }

    fn merge(&mut self, other: &Self) {
        for (distinct, other) in self.steps.iter_mut().zip(&other.steps) {
            distinct.merge(other);
        }
    }

    /// About what [`Window::write`] adds.
    pub(super) const BYTES: usize = 64 * 1024;

    /// Adds `start | 6 × (length | sketch)`.
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend_from_slice(&self.start.unix_nanos().to_le_bytes());
        for distinct in &self.steps {
            state::write_part(bytes, &distinct.to_bytes());
        }
    }

    pub(super) fn read(rest: &mut &[u8]) -> Result<Self, StateError> {
        let mut window = Self::new(Timestamp::from_unix_nanos(state::number(rest)?));
        for distinct in &mut window.steps {
            *distinct = Distinct::from_bytes(state::part(rest)?).ok_or(StateError::Damaged)?;
        }
        Ok(window)
    }
}
