//! Decisions of the governor, one by one.

use std::time::Duration;

use super::{HOUR, MINUTE, SECOND, alert, firing};
use crate::alert::{AlertLevel, AlertRule, Condition, Series};
use crate::alerting::action::audit::{ActionOutcome as Outcome, ActionReason as Reason};
use crate::alerting::action::facts::ActionFacts;
use crate::alerting::action::governor::{Governor, Moment, Order};
use crate::alerting::action::pace::{Pace, Rate};
use crate::alerting::action::place::Scope;
use crate::alerting::action::run::{Answer, Step};
use crate::alerting::state::{Alert, AlertState};
use crate::metric::CounterDef;
use crate::metric::Unit;

const FACTS: ActionFacts = ActionFacts::new("restart", Scope::of("router").by(&["venue"])).reversible();
const A: &[(&str, &str)] = &[("venue", "A")];

type Told = Vec<(Outcome, Option<Reason>)>;

#[test]
fn an_action_looks_executes_and_verifies() {
    let mut governor = governor();
    assert!(governor.consider(at(0), &firing(A), &FACTS, true).is_some());
    assert_eq!(ordered(&mut governor), [Order::Ask(1, Step::Look)]);
    governor.answered(at(1), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Executing, None)]);
    assert_eq!(ordered(&mut governor), [Order::Ask(1, Step::Execute)]);
    governor.answered(at(2), 1, Answer::Done);
    assert_eq!(ordered(&mut governor), [Order::Ask(1, Step::Verify)]);
    governor.answered(at(3), 1, Answer::NotYet);
    assert_eq!(governor.wakes_at(), Some(Duration::from_secs(8)));
    governor.wake(at(8));
    assert_eq!(ordered(&mut governor), [Order::Ask(1, Step::Verify)]);
    governor.answered(at(9), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Worked, None)]);
    assert_eq!(ordered(&mut governor), [Order::Release(1)]);
}

#[test]
fn what_does_not_show_in_time_that_it_worked_is_taken_back() {
    let mut governor = executing();
    governor.answered(at(2), 1, Answer::Done);
    governor.answered(at(3), 1, Answer::NotYet);
    governor.wake(at(302));
    assert_eq!(told(&mut governor), [(Outcome::RollingBack, Some(Reason::Deadline))]);
    governor.answered(at(303), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::RolledBack, Some(Reason::Deadline))]);
    assert!(!governor.has_runs());
}

#[test]
fn what_is_late_keeps_its_scope_and_is_not_believed() {
    let mut governor = executing();
    governor.wake(at(32));
    assert_eq!(told(&mut governor), [(Outcome::Overdue, Some(Reason::Deadline))]);
    assert_eq!(refusal(&mut governor, at(3_600), &firing(A)), Some(Reason::ScopeBusy));
    assert_eq!(refusal(&mut governor, at(3_600), &firing(&[("venue", "B")])), None);
    governor.answered(at(7_200), 1, Answer::Done);
    assert!(told(&mut governor).contains(&(Outcome::RollingBack, Some(Reason::Deadline))));
}

#[test]
fn nothing_is_done_for_want_of_data_nor_about_what_flaps() {
    let mut governor = governor();
    let unknown = alert(A, AlertState::Firing, f64::NAN);
    assert_eq!(refusal(&mut governor, at(0), &unknown), Some(Reason::NoData));
    let flapping = alert(A, AlertState::Flapping, 2.0);
    assert_eq!(refusal(&mut governor, at(0), &flapping), Some(Reason::Flapping));
    const BEATS: CounterDef<()> = CounterDef::new("test.beats", Unit::new("{beat}"), "Beats.");
    static SILENT: AlertRule = AlertRule::new(
        "test_silent",
        AlertLevel::High,
        Condition::Absence { series: Series::all(BEATS.facts()), window: MINUTE },
        Duration::ZERO,
        "Nothing beats.",
    );
    let absent = Alert { rule: &SILENT, ..firing(A) };
    assert_eq!(refusal(&mut governor, at(0), &absent), Some(Reason::NoData));
}

#[test]
fn an_action_that_looked_for_too_long_finds_its_occasion_gone() {
    let mut governor = governor();
    governor.consider(at(0), &firing(A), &FACTS, true);
    governor.changed(&alert(&[("venue", "B")], AlertState::Resolved, 2.0));
    governor.changed(&alert(A, AlertState::Flapping, 2.0));
    governor.answered(at(1), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Refused, Some(Reason::Flapping))]);
}

#[test]
fn a_rehearsal_takes_nothing_from_what_is_real() {
    let mut governor = governor();
    governor.consider(at(0), &firing(A), &FACTS, false);
    governor.answered(at(0), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Rehearsed, None)]);
    assert!(governor.consider(at(0), &firing(A), &FACTS, true).is_some());
    assert!(governor.consider(at(0), &firing(A), &FACTS, false).is_none());
    assert_eq!(told(&mut governor), [(Outcome::Refused, Some(Reason::CoolDown))]);
}

#[test]
fn whoever_pulls_the_kill_switch_wants_the_hands_off() {
    let mut governor = executing();
    let stopped = Moment { stopped: Some(Reason::KillSwitch), ..at(2) };
    governor.answered(stopped, 1, Answer::Panicked);
    assert_eq!(told(&mut governor), [(Outcome::Abandoned, Some(Reason::KillSwitch))]);
    assert_eq!(ordered(&mut governor), [Order::Release(1)]);
}

#[test]
fn an_end_lets_nothing_begin_and_takes_back_what_failed() {
    let mut governor = executing();
    governor.consider(at(1), &firing(&[("venue", "B")]), &FACTS, true);
    governor.close();
    governor.answered(at(2), 2, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Refused, Some(Reason::Shutdown))]);
    governor.answered(at(2), 1, Answer::Failed("no".to_owned()));
    assert_eq!(told(&mut governor), [(Outcome::RollingBack, Some(Reason::Error))]);
    governor.abandon();
    assert_eq!(told(&mut governor), [(Outcome::Abandoned, Some(Reason::Shutdown))]);
    assert!(!governor.has_runs());
}

#[test]
fn the_whole_is_busy_while_a_part_is() {
    let mut governor = executing();
    let whole = ActionFacts::new("replace", Scope::of("router"));
    assert!(governor.consider(at(1), &firing(A), &whole, true).is_none());
    assert_eq!(told(&mut governor), [(Outcome::Refused, Some(Reason::ScopeBusy))]);
}

#[test]
fn a_bucket_refills_evenly_and_never_overflows() {
    let rate = Rate::new(3, HOUR);
    let mut pace = Pace::default();
    let taken = |pace: &mut Pace, now| {
        let mut taken = 0;
        while pace.allows(rate, now) {
            pace.take(rate, now);
            taken += 1;
        }
        taken
    };
    assert_eq!(taken(&mut pace, Duration::ZERO), 3);
    assert_eq!(taken(&mut pace, 20 * MINUTE - Duration::from_nanos(1)), 0);
    assert_eq!(taken(&mut pace, 20 * MINUTE), 1);
    assert_eq!(taken(&mut pace, 60 * MINUTE), 2);
    assert_eq!(taken(&mut pace, 1_000 * HOUR), 3);
}

fn governor() -> Governor {
    Governor::new(Rate::new(1_000, SECOND))
}

/// A governor whose first run is being executed.
fn executing() -> Governor {
    let mut governor = governor();
    governor.consider(at(0), &firing(A), &FACTS, true);
    governor.answered(at(1), 1, Answer::Done);
    assert_eq!(told(&mut governor), [(Outcome::Executing, None)]);
    ordered(&mut governor);
    governor
}

fn at(seconds: u64) -> Moment {
    Moment { now: Duration::from_secs(seconds), stopped: None }
}

fn refusal(governor: &mut Governor, moment: Moment, alert: &Alert) -> Option<Reason> {
    let begun = governor.consider(moment, alert, &FACTS, true);
    let told = told(governor);
    assert_eq!(begun.is_some(), told.is_empty());
    told.first().and_then(|(_, reason)| *reason)
}

fn told(governor: &mut Governor) -> Told {
    std::iter::from_fn(|| governor.next_entry()).map(|entry| (entry.outcome, entry.reason)).collect()
}

fn ordered(governor: &mut Governor) -> Vec<Order> {
    std::iter::from_fn(|| governor.next_order()).collect()
}
