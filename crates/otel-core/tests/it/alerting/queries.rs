//! What a rule asks is computed by hand here; that Prometheus computes the same is shown in `tools/e2e`.

mod baselines;
mod missing;
mod texts;
mod windows;

use std::time::Duration;

use otel_core::alerting::AlertState;
use otel_core::testing::AlertRehearsal;
use otel_core::{
    AlertLevel, AlertRule, Condition, CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, Limit, MetricFacts,
    Part, Series, Timestamp, Unit,
};

otel_core::labels! {
    /// Where.
    pub enum Venue: "shop.venue" {
        /// Here.
        Here = "here",
        /// There.
        There = "there",
    }
    /// How.
    pub enum Ending: "shop.ending" {
        /// Well.
        Sold = "sold",
        /// Badly.
        Lost = "lost",
    }
}

const ORDERS: CounterDef<(Venue, Ending)> = CounterDef::new("shop.orders", Unit::new("{order}"), "Orders.");
const LOST: CounterDef<Venue> = CounterDef::new("shop.orders.lost", Unit::new("{order}"), "Lost orders.");
const DEPTH: GaugeDef<Venue> = GaugeDef::new("shop.depth", Unit::BYTES, "The depth.");
const LOAD: FloatGaugeDef<()> = FloatGaugeDef::new("shop.load", Unit::RATIO, "The load.");
const WAIT: HistogramDef<Venue> =
    HistogramDef::new("shop.wait", Unit::SECONDS, "The wait.").with_bounds(&[0.5, 1.0]);

const MINUTE: Duration = Duration::from_secs(60);
const MINUTES_5: Duration = Duration::from_secs(300);

const fn rule(condition: Condition) -> AlertRule {
    lasting(Duration::ZERO, condition)
}

/// A rule with a pending time.
const fn lasting(pending: Duration, condition: Condition) -> AlertRule {
    AlertRule::new("shop_is_wrong", AlertLevel::High, condition, pending, "It is wrong.")
}

/// A rule whose value is what is looked at, and not whether it is breached.
const fn above(least: f64) -> Limit {
    Limit::above(least)
}

fn at(seconds: u64) -> Timestamp {
    Timestamp::from_unix_nanos(seconds * 1_000_000_000)
}

/// What an instance is worth at a time, if it is breached then.
fn value(rehearsal: &mut AlertRehearsal, seconds: u64, labels: &[(&str, &str)]) -> Option<f64> {
    rehearsal.evaluate(at(seconds));
    let mut active = rehearsal.active();
    active
        .find(|(found, ..)| found.iter().eq(labels.iter().copied()))
        .filter(|(_, state, _)| *state == AlertState::Firing)
        .map(|(.., value)| value)
}

/// Gives one value after another, from `from` on in steps of `step` seconds; nothing where there is none.
fn play(
    rehearsal: &mut AlertRehearsal,
    metric: MetricFacts,
    labels: &[(&str, &str)],
    (from, step): (u64, u64),
    values: &[Option<f64>],
) {
    for (number, value) in (0..).zip(values) {
        if let Some(value) = value {
            rehearsal.sample(at(from + step * number), metric, labels, *value);
        }
    }
}

fn some(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

#[test]
fn a_value_is_the_sum_over_the_series_of_an_instance() {
    const RULE: AlertRule = rule(Condition::Value { series: Series::all(DEPTH.facts()), limit: above(5.0) });
    const BY_VENUE: AlertRule = RULE.by(&["shop.venue"]);
    let (mut all, mut each) = (AlertRehearsal::of(&RULE), AlertRehearsal::of(&BY_VENUE));
    for rehearsal in [&mut all, &mut each] {
        rehearsal.sample(at(0), DEPTH.facts(), &[("shop.venue", "here")], 4.0);
        rehearsal.sample(at(0), DEPTH.facts(), &[("shop.venue", "there")], 5.5);
    }
    assert_eq!(value(&mut all, 0, &[]), Some(9.5));
    assert_eq!(value(&mut each, 0, &[("shop.venue", "here")]), None);
    assert_eq!(value(&mut each, 0, &[("shop.venue", "there")]), Some(5.5));
}

#[test]
fn a_limit_is_breached_beyond_it_and_by_nothing_that_is_not_a_number() {
    const ABOVE: AlertRule = rule(Condition::Value { series: Series::all(LOAD.facts()), limit: above(0.5) });
    const BELOW: AlertRule =
        rule(Condition::Value { series: Series::all(LOAD.facts()), limit: Limit::below(0.5) });
    for (number, is_above, is_below) in [
        (0.5, false, false),
        (0.500_000_1, true, false),
        (0.499_999_9, false, true),
        (f64::INFINITY, true, false),
        (f64::NEG_INFINITY, false, true),
        (f64::NAN, false, false),
    ] {
        for (rule, expected) in [(&ABOVE, is_above), (&BELOW, is_below)] {
            let mut rehearsal = AlertRehearsal::of(rule);
            rehearsal.sample(at(0), LOAD.facts(), &[], number);
            assert_eq!(value(&mut rehearsal, 0, &[]).is_some(), expected, "{number} {:?}", rule.condition);
        }
    }
}

#[test]
fn an_instance_that_fires_goes_on_until_the_value_is_all_the_way_back() {
    const RULE: AlertRule =
        rule(Condition::Value { series: Series::all(LOAD.facts()), limit: Limit::above(0.8).until(0.5) });
    const PENDING: AlertRule = lasting(MINUTE, RULE.condition);
    let mut rehearsal = AlertRehearsal::of(&RULE);
    let mut states = Vec::new();
    for (minute, load) in (0..).zip([0.7, 0.9, 0.7, 0.6, 0.5, 0.7, 0.9]) {
        rehearsal.sample(at(60 * minute), LOAD.facts(), &[], load);
        rehearsal.evaluate(at(60 * minute));
        states.push(rehearsal.state(&[]) == AlertState::Firing);
    }
    assert_eq!(states, [false, true, true, true, false, false, true]);
    // One that is only pending has not fired, and has no way back.
    let mut rehearsal = AlertRehearsal::of(&PENDING);
    for (minute, load, expected) in [(0, 0.9, AlertState::Pending), (1, 0.7, AlertState::Inactive)] {
        rehearsal.sample(at(60 * minute), LOAD.facts(), &[], load);
        rehearsal.evaluate(at(60 * minute));
        assert_eq!(rehearsal.state(&[]), expected);
    }
}

#[test]
fn a_share_counts_only_where_there_is_enough_of_the_whole() {
    const RULE: AlertRule = rule(Condition::Ratio {
        part: Series::all(LOST.facts()),
        whole: Series::all(ORDERS.facts()),
        window: MINUTES_5,
        limit: above(0.1),
        min_events: 100,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    for minute in 0..=5_u32 {
        let (at, minute) = (at(60 * u64::from(minute)), f64::from(minute));
        for (ending, each) in [("sold", 12.0), ("lost", 8.0)] {
            let labels = [("shop.venue", "here"), ("shop.ending", ending)];
            rehearsal.sample(at, ORDERS.facts(), &labels, each * minute);
        }
        rehearsal.sample(at, LOST.facts(), &[("shop.venue", "here")], 8.0 * minute);
    }
    // 80 orders in four minutes, all of the window that is covered, are not enough; a hundred are.
    assert_eq!(value(&mut rehearsal, 240, &[]), None);
    assert_eq!(value(&mut rehearsal, 300, &[]), Some(0.4));
}

#[test]
fn a_part_that_was_never_counted_is_a_share_of_nothing() {
    const RULE: AlertRule = rule(Condition::Ratio {
        part: Series::all(LOST.facts()),
        whole: Series::all(ORDERS.facts()),
        window: MINUTES_5,
        limit: Limit::below(0.5),
        min_events: 1,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    let labels = [("shop.venue", "here"), ("shop.ending", "sold")];
    play(&mut rehearsal, ORDERS.facts(), &labels, (0, 60), &some(&[0.0, 10.0]));
    assert_eq!(value(&mut rehearsal, 60, &[]), Some(0.0));
}

#[test]
fn a_mean_is_the_sum_over_the_count() {
    const RULE: AlertRule = rule(Condition::Mean {
        series: Series::all(WAIT.facts()),
        window: MINUTES_5,
        limit: above(0.25),
        min_events: 5,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    for (seconds, count, sum) in [(0, 0.0, 0.0), (60, 4.0, 8.0), (120, 8.0, 12.0)] {
        rehearsal.sample_part(at(seconds), WAIT.facts(), Part::Count, &[("shop.venue", "here")], count);
        rehearsal.sample_part(at(seconds), WAIT.facts(), Part::Sum, &[("shop.venue", "here")], sum);
    }
    assert_eq!(value(&mut rehearsal, 60, &[]), None, "four are too few");
    assert_eq!(value(&mut rehearsal, 120, &[]), Some(1.5));
}

#[test]
fn values_up_to_a_bound_are_a_share_too() {
    const RULE: AlertRule = rule(Condition::Ratio {
        part: Series::all(WAIT.facts()).at_most(0.5),
        whole: Series::all(WAIT.facts()),
        window: MINUTES_5,
        limit: Limit::below(0.9),
        min_events: 0,
    });
    let mut rehearsal = AlertRehearsal::of(&RULE);
    for (seconds, count, fast) in [(0, 0.0, 0.0), (60, 8.0, 4.0)] {
        rehearsal.sample_part(at(seconds), WAIT.facts(), Part::Count, &[], count);
        rehearsal.sample_part(at(seconds), WAIT.facts(), Part::AtMost(0.5), &[], fast);
    }
    assert_eq!(value(&mut rehearsal, 60, &[]), Some(0.5));
}

#[test]
#[should_panic(expected = "the rule does not look at")]
fn a_metric_that_the_rule_does_not_look_at_is_a_mistake() {
    const RULE: AlertRule = rule(Condition::Value { series: Series::all(LOAD.facts()), limit: above(0.5) });
    AlertRehearsal::of(&RULE).sample(at(0), DEPTH.facts(), &[], 1.0);
}
