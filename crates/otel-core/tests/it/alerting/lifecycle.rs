//! From the first breach to the last word about it.

use otel_core::alerting::AlertState::{Firing, Inactive, Pending, Resolved};
use otel_core::alerting::conventions as names;
use otel_core::testing::TestTelemetry;
use otel_core::{AlertLabel, AlertLevel, Outcome, SpanDef, SpanKind};

use super::{MINUTE, OVEN, SECOND, TOO_HOT, bakery, observe, state_of};

const BAKE: SpanDef = SpanDef::new("bake", SpanKind::Internal, "Bakes a loaf.");

#[test]
fn what_is_breached_for_long_enough_fires_and_resolves_on_the_good_side_of_its_limit() {
    let test = TestTelemetry::alerting(bakery());
    assert_eq!(observe(&test, "1", 240.0), None, "nothing is wrong, so there is nothing to remember");
    assert_eq!(observe(&test, "1", 251.0), Some(Pending));
    test.advance(9 * SECOND);
    assert_eq!(state_of(&test, "1"), Some(Pending));
    test.advance(SECOND);
    assert_eq!(state_of(&test, "1"), Some(Firing));
    assert_eq!(observe(&test, "1", 240.0), Some(Firing), "it fires until it is below 230");
    assert_eq!(observe(&test, "1", 229.0), Some(Resolved));
    assert_eq!(observe(&test, "1", 240.0), Some(Resolved), "what does not fire has the other limit");
    test.advance(5 * MINUTE);
    assert_eq!(state_of(&test, "1"), Some(Inactive));
}

#[test]
fn what_was_only_pending_is_forgotten() {
    let test = TestTelemetry::alerting(bakery());
    assert_eq!(observe(&test, "1", 251.0), Some(Pending));
    assert_eq!(observe(&test, "1", 250.0), None);
}

#[test]
fn an_observation_holds_for_as_long_as_its_rule_says() {
    let test = TestTelemetry::alerting(bakery());
    observe(&test, "1", 300.0);
    test.advance(59 * SECOND);
    assert_eq!(state_of(&test, "1"), Some(Firing));
    test.advance(SECOND);
    assert_eq!(state_of(&test, "1"), Some(Resolved), "nobody has said for a minute that it is hot");
}

#[test]
fn instances_are_told_apart_by_their_labels() {
    let test = TestTelemetry::alerting(bakery());
    observe(&test, "1", 300.0);
    test.advance(10 * SECOND);
    assert_eq!(observe(&test, "2", 300.0), Some(Pending));
    assert_eq!(state_of(&test, "1"), Some(Firing));
}

#[test]
fn every_transition_is_an_event_inside_the_span_that_shows_it() {
    let test = TestTelemetry::alerting(bakery());
    let span = test.span(&BAKE);
    let entered = span.enter();
    observe(&test, "1", 300.0);
    drop(entered);
    span.finish(Outcome::Error("burnt"));
    test.advance(10 * SECOND);
    observe(&test, "1", 301.5);
    observe(&test, "1", 20.0);
    let recorded = test.finish();
    let span = recorded.span(&BAKE);
    let told = recorded.events_of(&names::TRANSITION);
    let states: Vec<_> = told
        .iter()
        .map(|event| {
            let text = |key| event.get(key).unwrap();
            (text(&names::PREVIOUS_STATE), text(&names::STATE), event.severity)
        })
        .collect();
    let expected = [("inactive", "pending", 9), ("pending", "firing", 21), ("firing", "resolved", 9)];
    let expected: Vec<_> = expected.map(|(from, to, severity)| (from.into(), to.into(), severity)).to_vec();
    assert_eq!(states, expected);
    for event in told {
        assert_eq!((&event.trace_id, &event.span_id), (&span.trace_id, &span.span_id));
        assert_eq!(event.get(&names::RULE_NAME), Some(TOO_HOT.name.into()));
        assert_eq!(event.get(&names::LEVEL), Some("critical".into()));
        assert_eq!(event.get(&names::SUMMARY), Some(TOO_HOT.summary.into()));
    }
}

#[test]
fn what_somebody_sends_fires_at_once_and_for_five_minutes() {
    let test = TestTelemetry::alerting(bakery());
    let alerts = test.telemetry().alerts();
    alerts.send_alert(AlertLevel::High, "the flour is gone", "the last sack was opened at noon");
    let [alert] = test.alerts_now().try_into().unwrap();
    assert_eq!((alert.state, alert.rule.level), (Firing, AlertLevel::High));
    assert_eq!(alert.message, "the last sack was opened at noon");
    test.advance(4 * MINUTE);
    alerts.send_alert(AlertLevel::High, "the flour is gone", "still");
    test.advance(4 * MINUTE);
    let [alert] = test.alerts_now().try_into().unwrap();
    assert_eq!((alert.state, alert.message.as_str()), (Firing, "still"));
    test.advance(MINUTE);
    assert_eq!(test.alerts_now()[0].state, Resolved);
}

#[test]
fn labels_that_do_not_fit_are_refused_and_counted() {
    let test = TestTelemetry::alerting(bakery());
    let alerts = test.telemetry().alerts();
    let long = "x".repeat(129);
    alerts.observe(&TOO_HOT, &[AlertLabel::of(&OVEN, &long)], 300.0);
    alerts.observe(&TOO_HOT, &[AlertLabel::of(&OVEN, "1"); 5], 300.0);
    assert!(test.alerts_now().is_empty());
    let dropped = test.finish().values(&names::OBSERVATIONS_DROPPED);
    let of = |why: &str| dropped.iter().find(|(labels, _)| labels[0].1 == why).map(|(_, count)| *count);
    assert_eq!(of("too_many_labels"), Some(2.0));
    assert_eq!(of("queue_full"), Some(0.0));
}

#[test]
fn each_instance_is_in_one_state_at_every_collection() {
    let test = TestTelemetry::alerting(bakery());
    let mut seed = fastrand::Rng::with_seed(7);
    for _ in 0..60 {
        let oven = seed.usize(0..3).to_string();
        let degrees = seed.f64() * 400.0;
        observe(&test, &oven, degrees);
        test.advance(SECOND * seed.u32(0..30));
        let expected: Vec<_> = test
            .alerts_now()
            .iter()
            .map(|alert| (alert.fingerprint(), alert.state.as_str().to_owned()))
            .collect();
        let values = test.recorded().values(&names::ACTIVE);
        for (instance, state) in expected {
            let of = |key: &str, labels: &[(String, String)]| {
                labels.iter().find(|(name, _)| name == key).unwrap().1.clone()
            };
            let hot: Vec<_> = values
                .iter()
                .filter(|(labels, _)| of("alert.instance.id", labels) == instance)
                .map(|(labels, value)| (of("alert.state", labels), *value))
                .collect();
            assert_eq!(hot.len(), 5, "every state has a series");
            for (name, value) in hot {
                assert_eq!(value, f64::from(u8::from(name == state)), "{instance} is {state}, not {name}");
            }
        }
    }
}
