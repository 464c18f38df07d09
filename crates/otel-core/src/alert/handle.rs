//! The handle that detectors speak to.

use std::sync::Arc;

use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{SpanId, TraceId};

use super::desk::{Desk, Observation, Subject};
use super::label::AlertLabel;
use super::level::AlertLevel;
use super::rule::AlertRule;
use crate::clock::Clock;
use crate::recorder::{Recorder, current_context};
use crate::telemetry::Telemetry;
use crate::time::Timestamp;

/// The way from detectors to the alert machine of a pipeline. Clones are cheap.
///
/// Without a pipeline, or with one that has no alerting set up, it does nothing. What is said here arrives at the
/// machine within its next round; a queue that is full is counted as `alert.observations.dropped`.
#[derive(Clone, Debug, Default)]
#[doc(alias = "AlertingService")]
pub struct Alerts {
    recorder: Option<Arc<Recorder>>,
}

impl Telemetry {
    /// The way to this pipeline's alert machine.
    pub fn alerts(&self) -> Alerts {
        Alerts { recorder: self.scope.as_ref().map(|scope| Arc::clone(&scope.recorder)) }
    }
}

impl Alerts {
    /// Says what a detector observes now of the instance with these labels, of a rule with [`Condition::Observed`].
    ///
    /// Good values matter as much as bad ones: they are what an alert ends with. The span that is current on this
    /// thread is the evidence. It takes no lock and allocates nothing. At most 4 labels with 128 bytes of text are
    /// kept; an observation with more is refused and counted, for an instance whose name was cut could be another's.
    ///
    /// [`Condition::Observed`]: crate::Condition::Observed
    pub fn observe(&self, rule: &'static AlertRule, labels: &[AlertLabel<'_>], value: f64) {
        if let Some((desk, clock)) = self.desk() {
            desk.observe(rule, labels, value, clock.now(), current_span());
        }
    }

    /// The same, of a moment that is not now.
    pub fn observe_at(&self, rule: &'static AlertRule, labels: &[AlertLabel<'_>], value: f64, at: Timestamp) {
        if let Some((desk, _)) = self.desk() {
            desk.observe(rule, labels, value, at, current_span());
        }
    }

    /// Tells somebody what no rule was written for. It fires at once, and resolves when it was not sent again for five
    /// minutes.
    ///
    /// `title` says what is wrong and is what alerts are told apart by: it must not hold identifiers. `message` is for
    /// people. Both are copied, which allocates.
    pub fn send_alert(&self, level: AlertLevel, title: &str, message: &str) {
        if let Some((desk, clock)) = self.desk() {
            let subject = Subject::Sent { level, title: title.into(), message: message.into() };
            desk.leave(Observation { subject, at: clock.now(), trace: current_span() });
        }
    }

    fn desk(&self) -> Option<(&Desk, &Clock)> {
        let recorder = self.recorder.as_ref()?;
        Some((recorder.desk.get()?, &recorder.clock))
    }
}

/// The span that is current on this thread.
fn current_span() -> (TraceId, SpanId) {
    let context = current_context();
    let span = context.span();
    let span = span.span_context();
    (span.trace_id(), span.span_id())
}
