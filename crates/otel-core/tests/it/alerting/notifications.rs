//! How often people are told, and that what they are told is true.

use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting, Grouping, Sink, conventions as names};
use otel_core::testing::{TestEvent, TestTelemetry, TestValue};
use otel_core::{AlertLabel, AlertLevel, AlertRule, Condition, Int, Key, Limit};

use super::{MINUTE, OVEN, SECOND};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// Fires at once.
static AJAR: AlertRule = AlertRule::new(
    "oven_ajar",
    AlertLevel::High,
    Condition::Observed { limit: Limit::above(0.0), holds_for: HOUR },
    Duration::ZERO,
    "The door of an oven is open.",
);

fn alerting() -> Alerting {
    Alerting::new().rule(&AJAR).sink(Sink::events())
}

fn say(test: &TestTelemetry, oven: &str, open: bool) {
    test.telemetry().alerts().observe(&AJAR, &[AlertLabel::of(&OVEN, oven)], f64::from(u8::from(open)));
}

fn number(event: &TestEvent, key: &Key<Int>) -> i64 {
    let Some(TestValue::Int(number)) = event.get(key) else { panic!("{event:?}") };
    number
}

/// A source that flaps for a day: each time it changes, after a time that `pause` says. Fewer
/// notifications than `least` would be a source that does not flap.
fn a_day_of(least: usize, pause: impl Fn(&mut fastrand::Rng) -> Duration) {
    let test = TestTelemetry::alerting(alerting());
    let mut random = fastrand::Rng::with_seed(3);
    let (beginning, mut open) = (test.now(), false);
    while test.now().since(beginning) < 24 * HOUR {
        open = !open;
        say(&test, "1", open);
        let until = test.now().after(pause(&mut random));
        while test.now() < until {
            test.alerts_now();
            test.advance(until.since(test.now()).min(30 * SECOND));
        }
    }
    // When it no longer flaps, people get to know how it is.
    for _ in 0..12 {
        say(&test, "1", true);
        for _ in 0..10 {
            test.alerts_now();
            test.advance(MINUTE);
        }
    }
    let recorded = test.finish();
    let told = recorded.events_of(&names::NOTIFICATION);
    let times: Vec<_> = told.iter().map(|event| event.time).collect();
    assert!(times.len() > least, "{} notifications are not much of a test", times.len());
    for window in times.windows(3) {
        assert!(window[2].since(window[0]) >= HOUR, "three notifications within an hour: {window:?}");
    }
    let last = told.last().unwrap();
    assert_eq!((number(last, &names::FIRING), number(last, &names::FLAPPING)), (1, 0));
}

#[test]
fn what_flaps_quickly_for_a_day_is_told_of_twice_an_hour_at_most() {
    a_day_of(3, |random| SECOND * random.u32(20..90));
}

#[test]
fn what_comes_and_goes_slowly_for_a_day_is_told_of_twice_an_hour_at_most() {
    a_day_of(24, |random| MINUTE * random.u32(7..20));
}

#[test]
fn a_hundred_thousand_instances_at_once_are_one_notification_with_the_exact_count() {
    const INSTANCES: usize = 100_000;
    let test = TestTelemetry::alerting(alerting());
    let mut random = fastrand::Rng::with_seed(9);
    let mut expected = 0;
    for round in 0..INSTANCES / 5_000 {
        for at in 0..5_000 {
            let open = random.u8(0..10) > 0;
            expected += i64::from(open);
            say(&test, &format!("{}", round * 5_000 + at), open);
        }
        test.alerts_now();
    }
    test.advance(6 * SECOND);
    let alerts = test.alerts_now();
    assert_eq!(alerts.len() as i64, expected);
    assert!(alerts.iter().all(|alert| alert.state == AlertState::Firing));
    (0..10).for_each(|at| say(&test, &format!("{at}"), false));
    for _ in 0..4 {
        test.advance(10 * MINUTE);
        test.alerts_now();
    }
    let recorded = test.finish();
    let told = recorded.events_of(&names::NOTIFICATION);
    assert!(told.len() <= 10, "{} notifications", told.len());
    assert_eq!(number(told[0], &names::FIRING), expected);
    let still = expected - number(told[1], &names::RESOLVED);
    assert_eq!(number(told[1], &names::FIRING), still);
    let lost = recorded.values(&names::OBSERVATIONS_DROPPED);
    assert_eq!(lost.iter().map(|(_, count)| *count).sum::<f64>(), 0.0);
}

#[test]
fn people_are_reminded_of_what_still_fires() {
    let grouping = Grouping::default();
    let test = TestTelemetry::alerting(alerting());
    say(&test, "1", true);
    test.alerts_now();
    let mut hours = 0;
    while hours < 13 {
        for _ in 0..4 {
            test.advance(15 * MINUTE);
            say(&test, "1", true);
            test.alerts_now();
        }
        hours += 1;
    }
    assert_eq!(grouping.repeat, 4 * HOUR);
    let recorded = test.finish();
    assert_eq!(recorded.events_of(&names::NOTIFICATION).len(), 4, "at first, and after 4, 8 and 12 hours");
}
