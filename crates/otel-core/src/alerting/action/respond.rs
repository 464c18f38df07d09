//! Which action answers which rule.

use std::sync::Arc;

use super::Action;
use super::facts::ActionFacts;
use crate::alert::{AlertRule, Condition};
use crate::settings::Problem;

/// An action that is taken when an instance of a rule begins to fire.
///
/// It is rehearsed: looked at, decided and written down, and not executed, until the code says [`live`](Self::live)
/// *and* the environment says `OTEL_RUST_ALERT_ACTIONS=on`.
#[derive(Clone, Debug)]
#[must_use = "a response does nothing until a pipeline has it"]
pub struct Respond {
    pub(super) rule: &'static AlertRule,
    pub(super) action: Arc<dyn Action>,
    pub(super) facts: ActionFacts,
    pub(super) live: bool,
}

impl Respond {
    /// Rehearses this action when an instance of this rule begins to fire.
    pub fn to(rule: &'static AlertRule, action: impl Action + 'static) -> Self {
        let facts = action.facts();
        Self { rule, action: Arc::new(action), facts, live: false }
    }

    /// Takes it, where the environment allows it.
    pub fn live(mut self) -> Self {
        self.live = true;
        self
    }
}

/// What is wrong with responses, all at once.
pub(super) fn problems(responses: &[Respond]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (at, response) in responses.iter().enumerate() {
        let Respond { rule, facts, .. } = response;
        let mut complain = |why: String| {
            problems.push(Problem::new(format!("action {} for {}", facts.name, rule.name), why));
        };
        if matches!(rule.condition, Condition::Absence { .. }) {
            complain(
                "the rule is about missing data, because of which nothing is done automatically".to_owned(),
            );
        }
        // Detectors bring labels of their own, which nobody knows yet.
        let known = |label: &&str| rule.is_observed() || rule.by.contains(label);
        if let Some(label) = facts.scope.labels().iter().find(|label| !known(label)) {
            complain(format!("the rule has no label {label}, which tells what the action acts upon"));
        }
        let (before, _) = responses.split_at(at);
        if before.iter().any(|other| other.facts.name == facts.name && other.facts != *facts) {
            complain(
                "another action has this name and different facts, so their limits would mix".to_owned(),
            );
        }
    }
    problems
}
