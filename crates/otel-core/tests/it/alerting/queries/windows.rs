//! How much a counter counted in a window, by samples that do not quite cover it.

use super::*;
use otel_core::Burn;

const RATE: AlertRule =
    rule(Condition::Rate { series: Series::all(LOST.facts()), window: MINUTES_5, limit: above(-1.0) });

/// The rate over five minutes at a time, as how much was counted in all of the window.
fn counted(seconds: u64, (from, step): (u64, u64), values: &[Option<f64>]) -> Option<f64> {
    let mut rehearsal = AlertRehearsal::of(&RATE);
    play(&mut rehearsal, LOST.facts(), &[], (from, step), values);
    value(&mut rehearsal, seconds, &[]).map(|rate| rate * 300.0)
}

fn check(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} rather than {expected}");
}

#[test]
fn samples_that_cover_the_window_say_it_exactly() {
    check(counted(300, (0, 60), &some(&[100.0, 110.0, 130.0, 130.0, 131.0, 140.0])), 40.0);
}

#[test]
fn both_ends_of_the_window_belong_to_it() {
    // The sample at 0 is in the window of 300 and no longer in that of 301.
    let values = some(&[100.0, 190.0, 190.0, 190.0, 190.0, 190.0]);
    check(counted(300, (0, 60), &values), 90.0);
    check(counted(301, (0, 60), &values), 0.0);
}

#[test]
fn samples_near_an_end_go_on_to_it() {
    // 100 in 240 seconds, and 30 seconds at either end: less than a usual step of 60.
    check(counted(330, (60, 60), &some(&[500.0, 525.0, 550.0, 575.0, 600.0])), 100.0 / 240.0 * 300.0);
    // 65 seconds are less than a step and a tenth, 67 are not, and count as half a step.
    let values = some(&[500.0, 525.0, 550.0, 575.0]);
    check(counted(365, (120, 60), &values), 75.0 / 180.0 * (180.0 + 55.0 + 65.0));
    check(counted(367, (120, 60), &values), 75.0 / 180.0 * (180.0 + 53.0 + 30.0));
}

#[test]
fn a_counter_is_not_extended_to_below_zero() {
    // It counts one in ten seconds and was two at first: twenty seconds earlier it was zero.
    let values = some(&[2.0, 8.0, 14.0, 20.0]);
    check(counted(300, (120, 60), &values), 18.0 / 180.0 * (180.0 + 20.0));
    // Far from the beginning of the window that makes no difference but that there is less of it.
    check(counted(300, (150, 50), &values), 18.0 / 150.0 * (150.0 + 2.0 / 18.0 * 150.0));
}

#[test]
fn a_counter_that_falls_has_started_again() {
    check(counted(300, (0, 60), &some(&[100.0, 110.0, 5.0, 15.0, 3.0, 4.0])), 10.0 + 5.0 + 10.0 + 3.0 + 1.0);
}

#[test]
fn one_sample_is_no_rate() {
    assert_eq!(counted(300, (300, 60), &some(&[100.0])), None);
    assert_eq!(counted(300, (0, 1), &[]), None);
    // Both are there, but one of them is too old.
    assert_eq!(counted(350, (0, 60), &[Some(1.0), None, None, None, None, Some(2.0)]), None);
}

#[test]
fn a_gauge_changes_in_either_direction() {
    const RULE: AlertRule = rule(Condition::Rate {
        series: Series::all(LOAD.facts()),
        window: MINUTES_5,
        limit: Limit::below(-0.01),
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    play(&mut rehearsal, LOAD.facts(), &[], (0, 60), &some(&[9.0, 8.0, 3.0, 4.0, 4.0, 3.0]));
    // It fell by six. A counter would have started again twice.
    let change = value(&mut rehearsal, 300, &[]).unwrap();
    assert!((change - -6.0 / 300.0).abs() < 1e-12, "{change}");
}

#[test]
fn only_the_series_that_match_are_counted() {
    const RULE: AlertRule = rule(Condition::Rate {
        series: Series::all(ORDERS.facts()).only(&[otel_core::Matching::new("shop.ending", "lost")]),
        window: MINUTES_5,
        limit: above(0.0),
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    for (venue, ending, each) in
        [("here", "lost", 60.0), ("here", "sold", 600.0), ("there", "lost", 240.0), ("there", "sold", 0.0)]
    {
        let labels = [("shop.venue", venue), ("shop.ending", ending)];
        let values: Vec<f64> = (0..=5).map(|minute| each * f64::from(minute)).collect();
        play(&mut rehearsal, ORDERS.facts(), &labels, (0, 60), &some(&values));
    }
    assert_eq!(value(&mut rehearsal, 300, &[]), Some(5.0));
}

#[test]
fn nothing_counted_is_absence_whether_the_counter_is_there_or_not() {
    const RULE: AlertRule = rule(Condition::Absence { series: Series::all(LOST.facts()), window: MINUTES_5 });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    assert_eq!(value(&mut rehearsal, 0, &[]), Some(0.0), "there is no counter");
    play(&mut rehearsal, LOST.facts(), &[], (60, 60), &some(&[3.0, 3.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0, 4.0]));
    assert_eq!(value(&mut rehearsal, 120, &[]), Some(0.0), "it counts nothing");
    assert_eq!(value(&mut rehearsal, 180, &[]), None, "it counts");
    assert_eq!(value(&mut rehearsal, 420, &[]), None, "it did, five minutes ago");
    assert_eq!(value(&mut rehearsal, 480, &[]), Some(0.0), "that was longer ago");
}

#[test]
fn a_budget_burns_when_both_windows_say_so() {
    const RULE: AlertRule = rule(Condition::BurnRate {
        bad: Series::all(LOST.facts()),
        total: Series::all(ORDERS.facts()),
        objective: 0.99,
        burn: Burn::Fast,
        min_events: 100,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    let (mut lost, mut all) = (0.0, 0.0);
    let mut firing = Vec::new();
    for minute in 0..300 {
        // A hundred a minute; from the 100th minute on every other one is lost, until the 150th.
        all += 100.0;
        lost += if (100..150).contains(&minute) { 50.0 } else { 0.0 };
        rehearsal.sample(at(60 * minute), ORDERS.facts(), &[], all);
        rehearsal.sample(at(60 * minute), LOST.facts(), &[], lost);
        if value(&mut rehearsal, 60 * minute, &[]).is_some() {
            firing.push(minute);
        }
    }
    // So far there are fewer than six hours, and 700 of 11,400 are the first share of them above 6 %. When it goes
    // well again, the short window sees it first: 200 of the last half hour's 3,000 are the last share above that.
    assert_eq!((firing.first(), firing.last()), (Some(&113), Some(&175)));
    assert_eq!(firing.len(), 63, "{firing:?}");
}

#[test]
fn a_budget_does_not_burn_by_a_few_events() {
    const RULE: AlertRule = rule(Condition::BurnRate {
        bad: Series::all(LOST.facts()),
        total: Series::all(ORDERS.facts()),
        objective: 0.99,
        burn: Burn::Slow,
        min_events: 100,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    for hour in 0..72_u32 {
        let seconds = 3_600 * u64::from(hour);
        rehearsal.sample(at(seconds), ORDERS.facts(), &[], f64::from(hour));
        rehearsal.sample(at(seconds), LOST.facts(), &[], f64::from(hour));
        assert_eq!(value(&mut rehearsal, seconds, &[]), None, "after {hour} hours");
    }
}
