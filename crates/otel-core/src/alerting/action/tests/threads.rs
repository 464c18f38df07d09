//! Real actions on real threads, heard of and written down.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use super::{MINUTE, RULE, alert, firing, transition};
use crate::alert::{AlertLevel, AlertRule, Condition, Limit, Series};
use crate::alerting::action::{
    Action, ActionCounts, ActionError, ActionFacts, ActionOutcome as Outcome, ActionReason as Reason,
    KillSwitch, Objection, Occasion, Respond, Responder, Safeguards, Scope, Verdict,
};
use crate::alerting::conventions as names;
use crate::alerting::state::AlertState;
use crate::lane::Lane;
use crate::metric::CounterDef;
use crate::metric::Unit;
use crate::settings::ActionMode;
use crate::telemetry::Telemetry;
use crate::testing::{Recorded, TestEvent, TestTelemetry, assert_declared};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(30);

const A: &[(&str, &str)] = &[("venue", "A")];
const B: &[(&str, &str)] = &[("venue", "B")];

/// What is done in each call, after it was reported.
type Script = fn(&Occasion) -> Result<(), ActionError>;

/// An action that reports its calls, and does in them what a test wants.
struct Scripted {
    facts: ActionFacts,
    calls: Mutex<Sender<&'static str>>,
    look: Script,
    execute: Script,
    roll_back: Script,
    /// Whether it worked.
    works: Arc<AtomicBool>,
    /// Where executing waits until somebody speaks or is gone.
    gate: Option<Mutex<Receiver<()>>>,
}

impl Scripted {
    fn new(name: &'static str) -> (Self, Receiver<&'static str>) {
        let (calls, heard) = channel();
        let facts = ActionFacts::new(name, Scope::of("router").by(&["venue"])).reversible();
        let (look, execute, roll_back): (Script, Script, Script) = (|_| Ok(()), |_| Ok(()), |_| Ok(()));
        let works = Arc::new(AtomicBool::new(true));
        (Self { facts, calls: Mutex::new(calls), look, execute, roll_back, works, gate: None }, heard)
    }

    fn call(&self, name: &'static str) {
        self.calls.lock().unwrap().send(name).unwrap();
    }
}

impl Action for Scripted {
    fn facts(&self) -> ActionFacts {
        self.facts
    }

    fn is_allowed(&self, occasion: &Occasion) -> Result<(), Objection> {
        self.call("look");
        (self.look)(occasion).map_err(Objection::new)
    }

    fn execute(&self, occasion: &Occasion) -> Result<(), ActionError> {
        self.call("execute");
        if let Some(gate) = &self.gate
            && occasion.alert.labels.get("venue") == Some("A")
        {
            // Nobody speaks; the other end is dropped.
            let _ = gate.lock().unwrap().recv();
        }
        (self.execute)(occasion)
    }

    fn verify(&self, _: &Occasion) -> Verdict {
        self.call("verify");
        if self.works.load(Ordering::SeqCst) { Verdict::Worked } else { Verdict::NotYet }
    }

    fn roll_back(&self, occasion: &Occasion) -> Result<(), ActionError> {
        self.call("roll_back");
        (self.roll_back)(occasion)
    }
}

#[test]
fn a_live_action_is_executed_and_written_down_in_the_audit_lane() {
    let test = TestTelemetry::new();
    let (action, heard) = Scripted::new("restart");
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute", "verify"]);
    let counts = responder.shutdown(PATIENCE);
    assert_eq!((counts.of(Outcome::Executing), counts.of(Outcome::Worked)), (1, 1));
    let recorded = test.finish();
    let [executing, worked] = audit(&recorded)[..] else { panic!("{:#?}", recorded.events()) };
    assert_eq!(executing.get(&names::ACTION_OUTCOME), Some("executing".into()));
    assert_eq!(worked.get(&names::ACTION_OUTCOME), Some("worked".into()));
    for event in [executing, worked] {
        assert_eq!(event.get(&names::ACTION_NAME), Some("restart".into()));
        assert_eq!(event.get(&names::ACTION_SCOPE), Some("router{venue=\"A\"}".into()));
        assert_eq!(event.get(&names::ACTION_RUN), Some(1.into()));
        assert_eq!(event.get(&names::ACTION_DRY_RUN), Some(false.into()));
        assert_eq!(event.get(&names::RULE_NAME), Some("test_too_much".into()));
        assert_eq!(event.get(&names::INSTANCE_ID), Some(firing(A).fingerprint().as_str().into()));
    }
    assert_eq!(names::ACTION.lane(), Lane::Audit);
    assert_declared(&recorded, &names::CATALOGUE);
}

#[test]
fn an_action_is_rehearsed_until_the_code_and_the_environment_both_want_more() {
    for (mode, live) in [(ActionMode::DryRun, true), (ActionMode::On, false), (ActionMode::DryRun, false)] {
        let test = TestTelemetry::new();
        let (action, heard) = Scripted::new("restart");
        let response = Respond::to(&RULE, action);
        let response = if live { response.live() } else { response };
        let safeguards = Safeguards::new(mode, KillSwitch::new());
        let responder = Responder::start(vec![response], safeguards, &test).unwrap();
        responder.on_transition(&transition(firing(A)));
        until(&responder, |counts| counts.of(Outcome::Rehearsed) == 1);
        drop(responder);
        assert_eq!(heard.iter().collect::<Vec<_>>(), ["look"]);
        let recorded = test.finish();
        assert_eq!(audit(&recorded)[0].get(&names::ACTION_DRY_RUN), Some(true.into()));
    }
}

#[test]
fn what_panics_is_taken_back_and_disturbs_nobody() {
    let test = TestTelemetry::new();
    let (mut action, heard) = Scripted::new("restart");
    action.execute = |occasion| match occasion.alert.labels.get("venue") {
        Some("A") => panic!("on purpose"),
        _ => Ok(()),
    };
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute", "roll_back"]);
    until(&responder, |counts| counts.of(Outcome::RolledBack) == 1);
    responder.on_transition(&transition(firing(B)));
    hear(&heard, &["look", "execute", "verify"]);
    assert_eq!(responder.shutdown(PATIENCE).of(Outcome::Worked), 1);
    let recorded = test.finish();
    assert_eq!(story(&recorded, 1), ["executing", "rolling_back panic", "rolled_back panic"]);
}

#[test]
fn an_action_that_hangs_is_reported_and_keeps_nothing_but_its_scope() {
    let test = TestTelemetry::new();
    let (mut action, heard) = Scripted::new("restart");
    let (open, gate) = channel::<()>();
    action.gate = Some(Mutex::new(gate));
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute"]);
    test.advance(MINUTE);
    until(&responder, |counts| counts.of(Outcome::Overdue) == 1);
    responder.on_transition(&transition(firing(A)));
    until(&responder, |counts| counts.refused(Reason::ScopeBusy) == 1);
    responder.on_transition(&transition(firing(B)));
    hear(&heard, &["look", "execute", "verify"]);
    until(&responder, |counts| counts.of(Outcome::Worked) == 1);
    drop(open);
    hear(&heard, &["roll_back"]);
    until(&responder, |counts| counts.of(Outcome::RolledBack) == 1);
    drop(responder);
    let recorded = test.finish();
    let hung = story(&recorded, 1);
    assert_eq!(hung, ["executing", "overdue deadline", "rolling_back deadline", "rolled_back deadline"]);
}

#[test]
fn an_action_is_asked_again_until_it_worked_or_its_time_is_up() {
    let test = TestTelemetry::new();
    let (mut action, heard) = Scripted::new("restart");
    // Again at once: the clock of this test stands still.
    action.facts = action.facts.verify_every(Duration::ZERO);
    let works = Arc::clone(&action.works);
    works.store(false, Ordering::SeqCst);
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute", "verify", "verify", "verify"]);
    works.store(true, Ordering::SeqCst);
    until(&responder, |counts| counts.of(Outcome::Worked) == 1);
    works.store(false, Ordering::SeqCst);
    let calls: Vec<_> = heard.try_iter().collect();
    assert!(calls.iter().all(|call| *call == "verify"), "{calls:?}");
    responder.on_transition(&transition(firing(B)));
    hear(&heard, &["look", "execute", "verify", "verify"]);
    test.advance(5 * MINUTE);
    until(&responder, |counts| counts.of(Outcome::RolledBack) == 1);
    assert_eq!(heard.try_iter().last(), Some("roll_back"));
}

#[test]
fn a_kill_switch_stops_everything_by_hand_and_by_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("stop");
    let switch = KillSwitch::with_file(&file);
    let test = TestTelemetry::new();
    let (action, heard) = Scripted::new("restart");
    let safeguards = Safeguards::new(ActionMode::On, switch.clone());
    let responder = Responder::start(vec![Respond::to(&RULE, action).live()], safeguards, &test).unwrap();
    switch.stop();
    responder.on_transition(&transition(firing(A)));
    until(&responder, |counts| counts.refused(Reason::KillSwitch) == 1);
    switch.release();
    std::fs::write(&file, "").unwrap();
    assert!(switch.is_on());
    responder.on_transition(&transition(firing(A)));
    until(&responder, |counts| counts.refused(Reason::KillFile) == 1);
    std::fs::remove_file(&file).unwrap();
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute", "verify"]);
    assert_eq!(responder.shutdown(PATIENCE).of(Outcome::Worked), 1);
}

#[test]
fn a_file_that_cannot_be_looked_up_stops_everything() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    // A name that no file system has: asking for it is an error, and not an answer.
    assert!(KillSwitch::with_file(folder.path().join("x".repeat(5_000))).is_on());
    assert!(KillSwitch::with_file(file).is_on());
    assert!(!KillSwitch::with_file(folder.path().join("none")).is_on());
}

#[test]
fn an_environment_that_says_off_is_obeyed_and_written_down() {
    let test = TestTelemetry::new();
    let (action, heard) = Scripted::new("restart");
    let safeguards = Safeguards::new(ActionMode::Off, KillSwitch::new());
    let responder = Responder::start(vec![Respond::to(&RULE, action)], safeguards, &test).unwrap();
    responder.on_transition(&transition(firing(A)));
    until(&responder, |counts| counts.refused(Reason::Off) == 1);
    drop(responder);
    assert_eq!(heard.iter().count(), 0);
    assert_eq!(story(&test.finish(), 1), ["refused off"]);
}

#[test]
fn an_objection_is_written_down_and_what_is_too_long_is_cut() {
    let test = TestTelemetry::new();
    let (mut action, _heard) = Scripted::new("restart");
    action.look = |_| Err(ActionError::new("é".repeat(5_000)));
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    until(&responder, |counts| counts.refused(Reason::Precondition) == 1);
    drop(responder);
    let recorded = test.finish();
    assert_eq!(
        recorded.event(&names::ACTION).get(&names::ACTION_MESSAGE),
        Some("é".repeat(1_000).as_str().into())
    );
}

#[test]
fn a_shutdown_waits_for_its_deadline_and_says_what_it_left() {
    let test = TestTelemetry::new();
    let (mut action, heard) = Scripted::new("restart");
    let (open, gate) = channel::<()>();
    action.gate = Some(Mutex::new(gate));
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    responder.on_transition(&transition(firing(A)));
    hear(&heard, &["look", "execute"]);
    let counts = responder.shutdown(Duration::from_millis(20));
    assert_eq!(counts.of(Outcome::Abandoned), 1);
    drop(open);
    assert_eq!(story(&test.finish(), 1), ["executing", "abandoned shutdown"]);
}

#[test]
fn only_what_begins_to_fire_is_answered_and_only_by_its_own_rule() {
    static OTHER: AlertRule = AlertRule::new(
        "test_other",
        AlertLevel::Low,
        Condition::Observed { limit: Limit::above(1.0), holds_for: MINUTE },
        Duration::ZERO,
        "Another.",
    );
    let test = TestTelemetry::new();
    let (action, heard) = Scripted::new("restart");
    let responder = start(&test, vec![Respond::to(&RULE, action).live()]);
    for state in [AlertState::Inactive, AlertState::Pending, AlertState::Resolved] {
        responder.on_transition(&transition(alert(A, state, 2.0)));
    }
    responder.on_transition(&transition(crate::alerting::Alert { rule: &OTHER, ..firing(A) }));
    let counts = responder.shutdown(PATIENCE);
    assert!(Outcome::ALL.iter().all(|outcome| counts.of(*outcome) == 0), "{counts:?}");
    assert_eq!((counts.lost(), heard.iter().count()), (0, 0));
}

#[test]
fn responses_that_cannot_be_right_are_refused_all_at_once() {
    const BEATS: CounterDef<()> = CounterDef::new("test.beats", Unit::new("{beat}"), "Beats.");
    static SILENT: AlertRule = AlertRule::new(
        "test_silent",
        AlertLevel::High,
        Condition::Absence { series: Series::all(BEATS.facts()), window: MINUTE },
        Duration::ZERO,
        "Nothing beats.",
    );
    let named = |facts: fn(ActionFacts) -> ActionFacts| {
        let (mut action, _) = Scripted::new("restart");
        action.facts = facts(action.facts);
        action
    };
    let responses = vec![
        Respond::to(&SILENT, named(|facts| facts)),
        Respond::to(&RULE, named(|facts| facts.cool_down(Duration::ZERO))),
    ];
    let safeguards = Safeguards::new(ActionMode::On, KillSwitch::new());
    let problems = Responder::start(responses, safeguards, &Telemetry::noop()).unwrap_err();
    let said: Vec<_> = problems.iter().map(|problem| problem.setting.as_str()).collect();
    assert_eq!(
        said,
        [
            "action restart for test_silent",
            "action restart for test_silent",
            "action restart for test_too_much",
            "actions"
        ]
    );
}

fn start(test: &TestTelemetry, responses: Vec<Respond>) -> Responder {
    let safeguards = Safeguards::new(ActionMode::On, KillSwitch::new());
    Responder::start(responses, safeguards, test.telemetry()).unwrap()
}

fn hear(heard: &Receiver<&'static str>, expected: &[&str]) {
    for call in expected {
        assert_eq!(heard.recv_timeout(PATIENCE).as_ref(), Ok(call));
    }
}

/// Waits until the counts are as they must become.
fn until(responder: &Responder, is: impl Fn(&ActionCounts) -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !is(&responder.counts()) {
        assert!(Instant::now() < deadline, "it never came to that: {:?}", responder.counts());
        std::thread::yield_now();
    }
}

fn audit(recorded: &Recorded) -> Vec<&TestEvent> {
    recorded.events_of(&names::ACTION)
}

/// What became of one run, each with its reason.
fn story(recorded: &Recorded, run: i64) -> Vec<String> {
    let events =
        audit(recorded).into_iter().filter(|event| event.get(&names::ACTION_RUN) == Some(run.into()));
    let word = |value| match value {
        Some(crate::testing::TestValue::Text(text)) => text,
        _ => String::new(),
    };
    let told = events.map(|event| {
        let (outcome, reason) = (event.get(&names::ACTION_OUTCOME), event.get(&names::ACTION_REASON));
        format!("{} {}", word(outcome), word(reason)).trim_end().to_owned()
    });
    told.collect()
}
