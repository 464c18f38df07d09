//! What becomes of instances of which nothing is known.

use super::*;
use otel_core::NoData;

const HIGH: AlertRule = rule(Condition::Value { series: Series::all(DEPTH.facts()), limit: above(5.0) });
const HERE: &[(&str, &str)] = &[("shop.venue", "here")];

#[test]
fn a_series_that_is_not_collected_is_believed_for_five_minutes() {
    let mut rehearsal = AlertRehearsal::of(&HIGH);
    rehearsal.sample(at(0), DEPTH.facts(), HERE, 9.0);
    assert_eq!(value(&mut rehearsal, 300, &[]), Some(9.0));
    assert_eq!(value(&mut rehearsal, 301, &[]), None);
}

#[test]
fn a_series_that_is_gone_is_not_believed_at_all() {
    let mut rehearsal = AlertRehearsal::of(&HIGH);
    rehearsal.sample(at(0), DEPTH.facts(), HERE, 9.0);
    rehearsal.gone(at(60), DEPTH.facts(), Part::Value, HERE);
    rehearsal.gone(at(60), DEPTH.facts(), Part::Value, &[("shop.venue", "there")]);
    assert_eq!(value(&mut rehearsal, 59, &[]), Some(9.0));
    assert_eq!(value(&mut rehearsal, 60, &[]), None);
    rehearsal.sample(at(90), DEPTH.facts(), HERE, 8.0);
    assert_eq!(value(&mut rehearsal, 90, &[]), Some(8.0));
}

#[test]
fn what_is_not_known_resolves_unless_the_rule_says_otherwise() {
    const BY: AlertRule = HIGH.by(&["shop.venue"]);
    const HOLD: AlertRule = BY.no_data(NoData::Hold);
    let fires = |rule: &'static AlertRule| {
        let mut rehearsal = AlertRehearsal::of(rule);
        rehearsal.sample(at(0), DEPTH.facts(), HERE, 9.0);
        rehearsal.sample(at(0), DEPTH.facts(), &[("shop.venue", "there")], 1.0);
        rehearsal.gone(at(60), DEPTH.facts(), Part::Value, HERE);
        rehearsal.sample(at(600), DEPTH.facts(), HERE, 2.0);
        [0, 60, 120, 600].map(|seconds| value(&mut rehearsal, seconds, HERE))
    };
    assert_eq!(fires(&BY), [Some(9.0), None, None, None]);
    // What is held keeps its last value, until a new one says that all is well.
    assert_eq!(fires(&HOLD), [Some(9.0), Some(9.0), Some(9.0), None]);
}

#[test]
fn what_is_held_while_pending_fires_in_time() {
    const HOLD: AlertRule = lasting(MINUTE, HIGH.condition).no_data(NoData::Hold);
    let mut rehearsal = AlertRehearsal::of(&HOLD);
    rehearsal.sample(at(0), DEPTH.facts(), HERE, 9.0);
    rehearsal.gone(at(30), DEPTH.facts(), Part::Value, HERE);
    let states = [0, 30, 60].map(|seconds| {
        rehearsal.evaluate(at(seconds));
        rehearsal.state(&[])
    });
    assert_eq!(states, [AlertState::Pending, AlertState::Pending, AlertState::Firing]);
}

#[test]
fn what_is_missing_can_be_an_alert() {
    const ALERT: AlertRule = HIGH.no_data(NoData::Alert);
    let mut rehearsal = AlertRehearsal::of(&ALERT);
    assert!(value(&mut rehearsal, 0, &[]).unwrap().is_nan(), "nothing was ever known");
    rehearsal.sample(at(10), DEPTH.facts(), HERE, 1.0);
    assert_eq!(value(&mut rehearsal, 10, &[]), None);
    rehearsal.sample(at(20), DEPTH.facts(), HERE, 9.0);
    assert_eq!(value(&mut rehearsal, 20, &[]), Some(9.0));
    assert_eq!(value(&mut rehearsal, 320, &[]), Some(9.0));
    assert!(value(&mut rehearsal, 321, &[]).unwrap().is_nan());
}

#[test]
fn a_quiet_counter_is_not_a_missing_one() {
    const ALERT: AlertRule = rule(Condition::Ratio {
        part: Series::all(LOST.facts()),
        whole: Series::all(ORDERS.facts()),
        window: MINUTES_5,
        limit: above(0.1),
        min_events: 50,
    })
    .no_data(NoData::Alert);
    let mut rehearsal = AlertRehearsal::of(&ALERT);
    let labels = [("shop.venue", "here"), ("shop.ending", "sold")];
    play(&mut rehearsal, ORDERS.facts(), &labels, (0, 60), &some(&[7.0; 6]));
    assert!(value(&mut rehearsal, 0, &[]).is_some(), "one sample is no share");
    assert_eq!(value(&mut rehearsal, 60, &[]), None, "nothing of nothing is lost, and that is known");
    assert_eq!(value(&mut rehearsal, 540, &[]), None);
    assert!(value(&mut rehearsal, 541, &[]).is_some(), "fewer than two samples in the window");
}
