//! The monitor: looks at every stage from time to time, and notes which have work and get nowhere.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use super::carrier::Carrier;
use super::health::{Pulse, Stage};
use super::vitals::Vitals;

/// How often the stages are looked at.
const GLANCE: Duration = Duration::from_millis(50);

/// A stage that only moves memory or writes to a file is slow after this long.
const PERIOD: Duration = Duration::from_secs(1);

/// Looks after the stages of one pipeline.
pub(super) struct Monitor {
    vitals: Arc<Vitals>,
    last: Instant,
    queue: Watch,
    deliveries: Vec<Watch>,
    spools: Vec<Watch>,
    metrics: Watch,
    /// Whether each collection has something to export.
    has_metrics: bool,
}

impl Monitor {
    /// Watches a pipeline that collects metrics so often, if its own are among them.
    pub(super) fn new(vitals: Arc<Vitals>, carriers: &[Carrier], own_metrics: Option<Duration>) -> Self {
        Self {
            vitals,
            last: Instant::now(),
            queue: Watch::new(PERIOD),
            deliveries: carriers.iter().map(|carrier| Watch::new(carrier.outlet().attempt)).collect(),
            spools: carriers.iter().map(|_| Watch::new(PERIOD)).collect(),
            metrics: Watch::new(own_metrics.unwrap_or(PERIOD)),
            has_metrics: own_metrics.is_some(),
        }
    }

    pub(super) const fn vitals(&self) -> &Arc<Vitals> {
        &self.vitals
    }

    /// Gives a sign of life, and looks at the stages when it is time to.
    pub(super) fn look(&mut self, queue_has_work: bool, carriers: &[Carrier]) {
        let now = Instant::now();
        if now - self.last < GLANCE {
            return;
        }
        self.last = now;
        let pulse: &Pulse = &self.vitals.pulse;
        pulse.beat();
        self.vitals.effort.note_drain();
        self.vitals.note_request_bytes(carriers.iter().map(Carrier::bytes).sum());
        pulse.note(Stage::Queue, self.queue.is_stuck(queue_has_work, self.vitals.handed_on(), now));
        let mut stuck = false;
        for (watch, carrier) in self.deliveries.iter_mut().zip(carriers) {
            stuck |= watch.is_stuck(carrier.has_to_deliver(), carrier.answers(), now);
        }
        pulse.note(Stage::Delivery, stuck);
        let mut stuck = false;
        for (watch, carrier) in self.spools.iter_mut().zip(carriers) {
            stuck |= watch.is_stuck(carrier.has_to_keep(), carrier.answers_of_keeper(), now);
        }
        pulse.note(Stage::Spool, stuck);
        // While the last collection is on its way, the next is not due. Without metrics of our own there may be none.
        let due = self.has_metrics && !carriers.iter().any(Carrier::has_somebody_waiting);
        pulse.note(Stage::Metrics, self.metrics.is_stuck(due, self.vitals.collections(), now));
    }
}

/// Watches one stage: it is stuck when it has had work for two periods and got nowhere.
struct Watch {
    period: Duration,
    progress: u64,
    since: Instant,
}

impl Watch {
    fn new(period: Duration) -> Self {
        Self { period, progress: 0, since: Instant::now() }
    }

    fn is_stuck(&mut self, has_work: bool, progress: u64, now: Instant) -> bool {
        if !has_work || progress != self.progress {
            self.progress = progress;
            self.since = now;
        }
        now - self.since >= self.period.saturating_mul(2)
    }
}
