//! What is kept is enough, and no more than there is room for.

use proptest::prelude::*;

use super::*;

const MINUTE: i64 = 60 * 1000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

fn need(reach: i64, window: i64) -> Need {
    Need { metric: "shop.orders", part: Part::Value, cumulative: true, reach, window }
}

fn at(millis: i64) -> Timestamp {
    Timestamp::from_unix_nanos(millis.unsigned_abs() * 1_000_000)
}

fn labels(number: usize) -> Labels {
    Labels::new([("number", number.to_string())])
}

/// A history of one series.
fn history(need: Need, samples: impl IntoIterator<Item = (i64, f64)>) -> History {
    let mut history = History::of([need]);
    for (millis, value) in samples {
        history.record(need.metric, need.part, &Labels::default(), at(millis), value);
    }
    history
}

fn only(history: &History) -> &Track {
    history.tracks("shop.orders", Part::Value).next().unwrap().1
}

/// What a counter counted between two times, by what is left of its samples.
fn counted(track: &Track, from: i64, to: i64) -> f64 {
    let values: Vec<f64> = track.between(from, to).map(|sample| sample.value).collect();
    let steps = values.windows(2).map(|pair| if pair[1] < pair[0] { pair[1] } else { pair[1] - pair[0] });
    steps.sum()
}

#[test]
fn what_no_rule_needs_is_not_kept() {
    let mut history = History::of([need(HOUR, HOUR)]);
    assert!(history.wants("shop.orders") && !history.wants("shop.other"));
    assert_eq!(history.parts("shop.orders").collect::<Vec<_>>(), [Part::Value]);
    history.record("shop.other", Part::Value, &Labels::default(), at(0), 1.0);
    history.record("shop.orders", Part::Sum, &Labels::default(), at(0), 1.0);
    assert_eq!((history.series(), history.bytes(), history.refused()), (0, 0, 0));
}

#[test]
fn two_needs_of_one_metric_are_one_that_does_for_both() {
    let short = need(5 * MINUTE, 5 * MINUTE);
    let long = need(3 * HOUR, 3 * HOUR);
    for needs in [[short, long], [long, short]] {
        let mut history = History::of(needs);
        for minute in 0..=240 {
            history.record("shop.orders", Part::Value, &Labels::default(), at(minute * MINUTE), 1.0);
        }
        assert_eq!(only(&history).between(0, DAY).next().unwrap().at, 55 * MINUTE);
    }
}

#[test]
fn samples_are_kept_as_far_back_as_rules_look_and_five_minutes_more() {
    let history = history(need(10 * MINUTE, 10 * MINUTE), (0..=60).map(|minute| (minute * MINUTE, 1.0)));
    let kept: Vec<i64> = only(&history).between(0, DAY).map(|sample| sample.at / MINUTE).collect();
    assert_eq!(kept, (45..=60).collect::<Vec<_>>());
    assert_eq!(history.bytes(), 16 * 16);
}

#[test]
fn what_is_old_is_thinned_and_an_hour_is_not() {
    let second = |number| (number * 1000, number as f64);
    let history = history(need(DAY, DAY), (0..=DAY / 1000).map(second));
    let kept = only(&history).len() as i64;
    let recent = 65 * 60;
    assert_eq!(only(&history).between(DAY - HOUR, DAY).count(), 3_601);
    // 86.4 seconds apart, or a little less.
    let old = (DAY / 1000 - recent) / 86;
    assert!((recent + old - 5..recent + old + 15).contains(&kept), "{kept}");
    assert!((counted(only(&history), 0, DAY) - 86_400.0).abs() < 1e-9);
}

#[test]
fn a_value_that_is_not_later_than_the_last_one_is_refused() {
    let history = history(need(HOUR, HOUR), [(1000, 1.0), (1000, 2.0), (999, 3.0), (1001, 4.0)]);
    let kept: Vec<f64> = only(&history).between(0, DAY).map(|sample| sample.value).collect();
    assert_eq!((kept, history.late(), history.refused()), (vec![1.0, 4.0], 2, 0));
}

#[test]
fn series_for_which_there_is_no_room_are_refused_until_others_have_ended() {
    let mut history = History::of([need(MINUTE, MINUTE)]);
    let record = |history: &mut History, series, millis| {
        history.record("shop.orders", Part::Value, &labels(series), at(millis), 1.0);
    };
    (0..MAX_SERIES).for_each(|series| record(&mut history, series, 0));
    record(&mut history, MAX_SERIES, 0);
    record(&mut history, 0, 1);
    assert_eq!((history.series(), history.refused()), (MAX_SERIES, 1));
    record(&mut history, 0, 10 * MINUTE);
    record(&mut history, MAX_SERIES, 10 * MINUTE);
    assert_eq!((history.series(), history.refused(), history.bytes()), (2, 1, 32));
}

#[test]
fn a_series_that_was_never_there_is_not_gone() {
    let mut history = History::of([need(HOUR, HOUR)]);
    history.mark_gone("shop.orders", Part::Value, &Labels::default(), at(0));
    assert_eq!(history.series(), 0);
}

#[test]
fn a_value_that_is_not_a_number_is_not_the_mark_of_what_is_gone() {
    let odd = f64::from_bits(f64::NAN.to_bits() | 0x676f_6e65);
    let history = history(need(HOUR, HOUR), [(0, odd)]);
    assert!(only(&history).last(0).unwrap().is_nan());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever was left out, no restart is forgotten, and a long window counts what it counted, but for what happened
    /// between its beginning and the first sample that is left after it.
    #[test]
    fn a_thinned_counter_has_counted_the_same(
        steps in prop::collection::vec((1_000..120_000_i64, 0..5_u32, 0..40_u32), 500..2_000),
        from in 0.0..0.5_f64,
    ) {
        let (mut millis, mut value) = (0, 0.0);
        let samples: Vec<(i64, f64)> = steps
            .into_iter()
            .map(|(step, counted, restart)| {
                millis += step;
                value = if restart == 0 { 0.0 } else { value } + f64::from(counted);
                (millis, value)
            })
            .collect();
        let history = history(need(12 * HOUR, 12 * HOUR), samples.iter().copied());
        let all = history_of_all(&samples);
        let (kept, all) = (only(&history), only(&all));
        prop_assert!(kept.len() <= all.len());
        let from = ((millis - 12 * HOUR).max(0) as f64 + from * 12.0 * HOUR as f64) as i64;
        let spacing = 12 * HOUR / 1000;
        let first = |track: &Track| track.between(from, millis).next().map(|sample| sample.at);
        let (kept_first, all_first) = (first(kept).unwrap_or(millis), first(all).unwrap_or(millis));
        prop_assert!(kept_first - all_first <= spacing, "{kept_first} {all_first}");
        prop_assert_eq!(counted(kept, kept_first, millis), counted(all, kept_first, millis));
    }
}

/// The same samples with nothing left out.
fn history_of_all(samples: &[(i64, f64)]) -> History {
    history(need(1000 * DAY, 1), samples.iter().copied())
}
