//! Where collected metrics go to the alert machine.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry_sdk::metrics::data::ResourceMetrics;

use super::engine::Watch;
use super::setup::Alerting;

/// The way from the meter provider to the alert machine, which starts later, because its instruments are the meter
/// provider's.
#[derive(Debug)]
pub(crate) struct Gate {
    every: Duration,
    watch: OnceLock<Arc<Watch>>,
    /// How many wait for a collection that is only looked at, and not sent.
    looking: AtomicUsize,
}

impl Gate {
    /// A gate, where some rule is about metrics.
    pub(crate) fn for_rules_of(alerting: &Alerting) -> Option<Arc<Self>> {
        let measured = alerting.rules.iter().any(|ruled| !ruled.rule.is_observed());
        let gate = || Self { every: alerting.every, watch: OnceLock::new(), looking: AtomicUsize::new(0) };
        measured.then(|| Arc::new(gate()))
    }

    /// How often metrics have to be collected.
    pub(crate) const fn every(&self) -> Duration {
        self.every
    }

    pub(crate) fn open(&self, watch: &Arc<Watch>) {
        // A pipeline starts one alert machine.
        let _ = self.watch.set(Arc::clone(watch));
    }

    /// How many wait for a collection that is only looked at, and not sent.
    pub(crate) fn looking(&self) -> usize {
        self.looking.load(Ordering::SeqCst)
    }

    /// Runs a collection that is only looked at.
    pub(crate) fn look(&self, collect: impl FnOnce()) {
        self.looking.fetch_add(1, Ordering::SeqCst);
        collect();
        self.looking.fetch_sub(1, Ordering::SeqCst);
    }

    /// Metrics were collected.
    pub(crate) fn collected(&self, metrics: &ResourceMetrics) {
        if let Some(watch) = self.watch.get() {
            watch.collected(metrics);
        }
    }
}
