//! How hard the process has it, and what that does to sampling.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::budget::Budget;
use crate::draft::Identity;
use crate::event::Event;
use crate::recorder::Scope;
use crate::sampling::conventions as names;
use crate::sampling::{Barometer, Governor, GovernorSettings, Load, Look, SamplingChange};

use super::vitals::Vitals;

/// How often the pressure is measured.
const INTERVAL: Duration = Duration::from_secs(1);

/// Measures the pressure, and says which share of the sampling budgets may be used.
pub(super) struct Climate {
    barometer: Barometer,
    governor: Governor,
    /// The share of one processor that telemetry may take.
    own_cpu: f64,
    /// Which share of unsampled traces is looked at when there is no pressure.
    look: (Look, f64),
    scope: Arc<Scope>,
    budget: Arc<Budget>,
    vitals: Arc<Vitals>,
    spool_cap: Option<u64>,
    began: Instant,
    last: Reading,
}

/// What was read last, of what only ever grows.
#[derive(Clone, Copy)]
struct Reading {
    at: Instant,
    cpu: Duration,
    attempts: u64,
    throttled: u64,
}

impl Climate {
    pub(super) fn new(
        settings: GovernorSettings,
        look: (Look, f64),
        scope: Arc<Scope>,
        budget: &Arc<Budget>,
        vitals: &Arc<Vitals>,
        spool_cap: Option<u64>,
    ) -> Self {
        let began = Instant::now();
        Self {
            barometer: Barometer::of_this_process(),
            governor: Governor::new(settings),
            own_cpu: settings.own_cpu,
            look,
            scope,
            budget: Arc::clone(budget),
            vitals: Arc::clone(vitals),
            spool_cap,
            began,
            last: Reading::of(vitals, began),
        }
    }

    /// Measures the pressure when it is time to; the factor for the budgets where that has changed it.
    pub(super) fn look(&mut self) -> Option<f64> {
        let now = Instant::now();
        if now - self.last.at < INTERVAL {
            return None;
        }
        let load = self.load(Reading::of(&self.vitals, now));
        let pressure = self.barometer.read(&load);
        let change = self.governor.observe(now - self.began, pressure)?;
        let (look, share) = &self.look;
        look.at(share * change.to);
        self.say(&change);
        Some(change.to)
    }

    fn load(&mut self, now: Reading) -> Load {
        let last = std::mem::replace(&mut self.last, now);
        let share = |part: u64, of: u64| (of > 0).then(|| part as f64 / of as f64);
        let allowed = (now.at - last.at).as_secs_f64() * self.own_cpu;
        Load {
            queue: share(self.budget.used() as u64, self.budget.cap() as u64),
            spool: self.spool_cap.and_then(|cap| share(self.vitals.spool_bytes(), cap)),
            throttled: share(now.throttled - last.throttled, now.attempts - last.attempts),
            own_cpu: (allowed > 0.0).then(|| now.cpu.saturating_sub(last.cpu).as_secs_f64() / allowed),
        }
    }

    /// Leaves an event: this thread's own telemetry is suppressed, and this is not its own.
    fn say(&self, change: &SamplingChange) {
        let reason = change.pressure.reason().map_or("none", |reason| reason.as_str());
        Event::start(&self.scope.recorder, self.scope.number, &names::CHANGED, &Identity::NONE)
            .set(&names::PREVIOUS_FACTOR, change.from)
            .set(&names::FACTOR, change.to)
            .set(&names::PRESSURE, change.pressure.level())
            .set(&names::REASON, reason)
            .emit();
    }
}

impl Reading {
    fn of(vitals: &Vitals, at: Instant) -> Self {
        let (attempts, throttled) = vitals.attempts();
        Self { at, cpu: vitals.effort.time(), attempts, throttled }
    }
}
