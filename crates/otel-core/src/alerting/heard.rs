//! What a detector says, as the machine hears it: without what must not leave.

use super::instance::Finding;
use super::labels::Labels;
use super::sent;
use super::state::Evidence;
use crate::alert::{AlertRule, Observation, Subject};
use crate::sensitive::{Guard, Origin};
use crate::time::Timestamp;

/// One observation of one instance of a rule.
///
/// It is what instances are told apart by from here on, so that nobody hears more of a label than the machine does.
#[derive(Debug)]
pub(crate) struct Heard {
    pub(crate) rule: &'static AlertRule,
    pub(crate) labels: Labels,
    pub(crate) finding: Finding,
    pub(crate) at: Timestamp,
}

impl Heard {
    pub(crate) fn of(observation: Observation, guard: &Guard) -> Self {
        let Observation { subject, at, trace: (trace_id, span_id) } = observation;
        let evidence =
            (trace_id != opentelemetry::TraceId::INVALID).then_some(Evidence { trace_id, span_id });
        let (rule, labels, value, message) = match subject {
            Subject::Value { rule, value, labels } => {
                let clean = |(key, value)| (key, guard.clean(value, Origin::Declared).into_owned());
                (rule, Labels::new(labels.iter().map(clean)), value, None)
            }
            Subject::Sent { level, title, message } => {
                let clean = |text| guard.clean(text, Origin::Free).into_owned();
                (
                    sent::rule_of(level),
                    Labels::new([(sent::TITLE, clean(&title))]),
                    1.0,
                    Some(clean(&message)),
                )
            }
        };
        Self { rule, labels, finding: Finding { value, evidence, message }, at }
    }
}
