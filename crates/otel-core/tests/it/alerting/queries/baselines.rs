//! How far a value is from what it has been.

use super::*;

const RULE: AlertRule = rule(Condition::Deviation {
    series: Series::all(LOAD.facts()),
    window: MINUTE,
    baseline: Duration::from_secs(600),
    sigmas: 3.0,
    min_change: 0.5,
});

/// Values of a gauge from minute zero on, and what the last one is worth to the rule.
fn last(rule: &'static AlertRule, values: &[f64]) -> Option<f64> {
    let mut rehearsal = AlertRehearsal::of(rule);
    play(&mut rehearsal, LOAD.facts(), &[], (0, 60), &some(values));
    value(&mut rehearsal, 60 * (values.len() as u64 - 1), &[])
}

#[test]
fn the_value_is_the_distance_from_the_mean() {
    // Eleven values before it, of which the mean is 2 and the standard deviation 10/11 of 1.
    let mut values = vec![1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 1.0, 3.0, 2.0];
    values.push(5.0);
    assert_eq!(last(&RULE, &values), Some(3.0));
    values[11] = 4.8;
    assert_eq!(last(&RULE, &values), None, "2.8 are less than three times 0.953");
    values[11] = -1.0;
    assert_eq!(last(&RULE, &values), Some(3.0), "below is as far as above");
}

#[test]
fn what_never_changed_is_far_from_nothing_but_by_the_least_change() {
    let mut values = vec![2.0; 12];
    values[11] = 2.5;
    assert_eq!(last(&RULE, &values), Some(0.5));
    values[11] = 2.4;
    assert_eq!(last(&RULE, &values), None);
}

#[test]
fn fewer_than_ten_values_are_no_baseline() {
    for (before, expected) in [(1, None), (9, None), (10, Some(98.0))] {
        let mut values = vec![2.0; before];
        values.push(100.0);
        assert_eq!(last(&RULE, &values), expected, "after {before}");
    }
}

#[test]
fn the_baseline_is_as_long_as_it_says_and_ends_a_window_ago() {
    // What is too old or too new for it would change the mean.
    let mut values = vec![1_000.0; 3];
    values.extend([2.0; 11]);
    values.push(7.0);
    assert_eq!(last(&RULE, &values), Some(5.0));
}

#[test]
fn the_baseline_is_taken_at_whole_multiples_of_the_window() {
    // Whatever happens between whole minutes, also when the rule is evaluated between them.
    let values: Vec<f64> = (0..=57).map(|quarter| if quarter % 4 == 0 { 2.0 } else { 50.0 }).collect();
    let mut rehearsal = AlertRehearsal::of(&RULE);
    play(&mut rehearsal, LOAD.facts(), &[], (0, 15), &some(&values));
    assert_eq!(value(&mut rehearsal, 57 * 15, &[]), Some(48.0));
}

#[test]
fn the_value_of_a_counter_is_its_rate() {
    const RULE: AlertRule = rule(Condition::Deviation {
        series: Series::all(LOST.facts()),
        window: MINUTE,
        baseline: Duration::from_secs(600),
        sigmas: 3.0,
        min_change: 0.5,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    // Sixty a minute for a quarter of an hour, and then three hundred.
    let mut values: Vec<f64> = (0..15).map(|minute| 1_000.0 + 60.0 * f64::from(minute)).collect();
    values.push(1_840.0 + 300.0);
    play(&mut rehearsal, LOST.facts(), &[], (0, 60), &some(&values));
    let distance = value(&mut rehearsal, 60 * 15, &[]).unwrap();
    assert!((distance - 4.0).abs() < 1e-9, "{distance}");
}
