//! What an application says about actions.

use std::sync::Arc;
use std::time::Duration;

use otel_core::alerting::{
    Action, ActionError, ActionFacts, BlastRadius, KillSwitch, Objection, Occasion, Rate, Respond, Scope,
    Share, Verdict,
};
use otel_core::settings::{Environment, Origin};
use otel_core::{AlertLevel, AlertRule, Condition, Limit, Telemetry};

static RULE: AlertRule = AlertRule::new(
    "test_too_much",
    AlertLevel::High,
    Condition::Observed { limit: Limit::above(1.0), holds_for: Duration::from_secs(60) },
    Duration::ZERO,
    "Too much of it.",
);

/// An action with facts that the compiler has checked.
struct Drain;

impl Action for Drain {
    fn facts(&self) -> ActionFacts {
        const HOUR: Duration = Duration::from_secs(60 * 60);
        const FACTS: ActionFacts = ActionFacts::new("drain_node", Scope::of("node").by(&["node.id"]))
            .reversible()
            .rate(Rate::new(2, HOUR))
            .affecting(BlastRadius { each: Share::percent(5), at_most: Share::percent(20), within: HOUR });
        FACTS
    }

    fn is_allowed(&self, _: &Occasion) -> Result<(), Objection> {
        Err(Objection::new("there is nothing to drain in a test"))
    }

    fn execute(&self, _: &Occasion) -> Result<(), ActionError> {
        Ok(())
    }

    fn verify(&self, _: &Occasion) -> Verdict {
        Verdict::Worked
    }

    fn roll_back(&self, _: &Occasion) -> Result<(), ActionError> {
        Ok(())
    }
}

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<KillSwitch>();
    check::<Respond>();
}

#[test]
fn one_action_may_answer_several_rules() {
    let action = Arc::new(Drain);
    let _ = [Respond::to(&RULE, Arc::clone(&action)), Respond::to(&RULE, action).live()];
}

#[test]
fn a_kill_switch_is_one_however_often_it_is_cloned() {
    let switch = KillSwitch::new();
    let other = switch.clone();
    assert!(!other.is_on());
    switch.stop();
    assert!(other.is_on());
    other.release();
    assert!(!switch.is_on());
}

#[test]
fn nothing_is_done_unless_the_environment_says_so() {
    let in_force = |variables: &[(&str, &str)]| {
        let pipeline = Telemetry::builder("test")
            .environment(Environment::of(variables.iter().copied()))
            .exporter(otel_core::settings::Exporter::Nothing)
            .install()
            .unwrap();
        let entry = pipeline.effective_settings().get("alert.actions").unwrap().clone();
        (entry.value, entry.origin)
    };
    assert_eq!(in_force(&[]), ("dry_run".to_owned(), Origin::Default));
    let said = Origin::Environment("OTEL_RUST_ALERT_ACTIONS".to_owned());
    assert_eq!(in_force(&[("OTEL_RUST_ALERT_ACTIONS", "off")]), ("off".to_owned(), said));
}
