//! Metrics through labels: exact sums, every series from the start, and never one too many.

use std::collections::{BTreeMap, HashSet};

use otel_core::testing::{Recorded, TestTelemetry};
use otel_core::{
    Buckets, Counter, CounterDef, FloatGaugeDef, GaugeDef, HistogramDef, LabelSet, Telemetry, Unit,
    UpDownCounterDef,
};
use proptest::prelude::*;

otel_core::labels! {
    /// Which side of the market an order is on.
    pub enum Side: "test.side" {
        /// Buys.
        Buy = "buy",
        /// Sells.
        Sell = "sell",
    }
    /// How it went.
    pub enum Ending: "test.ending" {
        /// Well.
        Filled = "filled",
        /// Not at all.
        Rejected = "rejected",
        /// Half.
        Cancelled = "cancelled",
    }
}
otel_core::capped_labels! {
    /// Where it happens.
    pub struct Venue: "test.venue", cap 3;
    /// Something large.
    pub struct Large: "test.large", cap 999;
}

const ORDER: Unit = Unit::new("{order}");
const ORDERS: CounterDef<(Side, Ending)> = CounterDef::new("orders", ORDER, "Orders.");
const OPEN: UpDownCounterDef<Side> = UpDownCounterDef::new("orders.open", ORDER, "Open orders.");
const BY_VENUE: CounterDef<(Venue, Side)> = CounterDef::new("orders.by_venue", ORDER, "Orders by venue.");
const DEPTH: GaugeDef<Venue> = GaugeDef::new("depth", ORDER, "The depth of the book.");
const LOAD: FloatGaugeDef<()> = FloatGaugeDef::new("load", Unit::RATIO, "The load.");
const TIME: HistogramDef<Ending> = HistogramDef::new("time", Unit::SECONDS, "How long it takes.");
const SIZE: HistogramDef<()> =
    HistogramDef::new("size", ORDER, "How large.").with_bounds(&[1.0, 10.0, 100.0]);
const MANY: CounterDef<(Large, Side)> = CounterDef::new("many", ORDER, "As many series as there may be.");

fn side() -> impl Strategy<Value = Side> {
    prop::sample::select(Side::ALL)
}

fn ending() -> impl Strategy<Value = Ending> {
    prop::sample::select(Ending::ALL)
}

/// Whether they are sent as totals or as differences, what was exported is what was recorded.
#[test]
fn differences_add_up_to_what_totals_say() {
    for test in [TestTelemetry::new(), TestTelemetry::delta()] {
        let (orders, open) = (test.counter(&ORDERS), test.up_down_counter(&OPEN));
        let (depth, time) = (test.gauge(&DEPTH), test.histogram(&TIME));
        let venue = test.capped::<Venue>().get("XETR");
        for round in [3, 1, 2] {
            orders.add(round, (Side::Buy, Ending::Filled));
            open.add(-1, Side::Sell);
            depth.record(round as i64, venue);
            time.record(round as f64, Ending::Filled);
            // Each time, everything so far is exported.
            test.recorded();
        }
        let recorded = test.finish();
        assert_eq!(recorded.counter(&ORDERS, (Side::Buy, Ending::Filled)), Some(6));
        assert_eq!(recorded.counter(&ORDERS, (Side::Sell, Ending::Filled)), Some(0));
        assert_eq!(recorded.up_down_counter(&OPEN, Side::Sell), Some(-3));
        assert_eq!(recorded.gauge(&DEPTH, venue), Some(2));
        let time = recorded.histogram(&TIME, Ending::Filled).expect("times");
        assert_eq!((time.count, time.sum, time.min, time.max), (3, 6.0, 1.0, 3.0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_counter_is_the_sum_of_what_was_added(
        added in prop::collection::vec((0..1_u64 << 40, side(), ending()), 0..200),
        changes in prop::collection::vec((-1_000_000..1_000_000_i64, side()), 0..200),
    ) {
        let test = TestTelemetry::new();
        let (orders, clone) = (test.counter(&ORDERS), test.counter(&ORDERS).clone());
        let open = test.up_down_counter(&OPEN);
        let (mut sums, mut levels) = (BTreeMap::new(), BTreeMap::new());
        for (at, (value, side, ending)) in added.into_iter().enumerate() {
            let counter = if at % 2 == 0 { &orders } else { &clone };
            counter.add(value, (side, ending));
            *sums.entry((side.index(), ending.index())).or_insert(0) += value;
        }
        for (change, side) in changes {
            open.add(change, side);
            *levels.entry(side.index()).or_insert(0) += change;
        }
        let recorded = test.finish();
        prop_assert_eq!(recorded.counter_total(&ORDERS), sums.values().sum::<u64>());
        for side in Side::ALL {
            prop_assert_eq!(recorded.up_down_counter(&OPEN, *side), levels.get(&side.index()).copied());
            for ending in Ending::ALL {
                let expected = sums.get(&(side.index(), ending.index())).copied().unwrap_or(0);
                prop_assert_eq!(recorded.counter(&ORDERS, (*side, *ending)), Some(expected));
            }
        }
    }

    #[test]
    fn a_histogram_keeps_count_sum_and_extremes_and_a_gauge_the_last(
        values in prop::collection::vec((-1_000_000..1_000_000_i32, ending()), 1..200),
    ) {
        let test = TestTelemetry::new();
        let (time, load, depth) = (test.histogram(&TIME), test.float_gauge(&LOAD), test.gauge(&DEPTH));
        let venue = test.capped::<Venue>().get("XNYS");
        for (value, ending) in &values {
            // Quarters add up exactly.
            time.record(f64::from(*value) / 4.0, *ending);
            load.record(f64::from(*value) / 4.0, ());
            depth.record(i64::from(*value), venue);
        }
        let recorded = test.finish();
        for ending in Ending::ALL {
            let of = values.iter().filter(|(_, other)| other == ending);
            let of: Vec<f64> = of.map(|(value, _)| f64::from(*value) / 4.0).collect();
            let state = recorded.histogram(&TIME, *ending).map(|it| (it.count, it.sum, it.min, it.max));
            let extreme = |pick: fn(f64, f64) -> f64| of.iter().copied().reduce(pick).unwrap();
            let expected = (!of.is_empty())
                .then(|| (of.len() as u64, of.iter().sum(), extreme(f64::min), extreme(f64::max)));
            prop_assert_eq!(state, expected);
        }
        let last = values.last().unwrap().0;
        prop_assert_eq!(recorded.float_gauge(&LOAD, ()), Some(f64::from(last) / 4.0));
        prop_assert_eq!(recorded.gauge(&DEPTH, venue), Some(i64::from(last)));
    }

    #[test]
    fn an_open_set_keeps_the_first_values_apart_and_counts_the_rest_as_other(
        venues in prop::collection::vec("[A-E]{1,2}|", 0..60),
    ) {
        let test = TestTelemetry::new();
        let (known, counter) = (test.capped::<Venue>(), test.counter(&BY_VENUE));
        let (mut names, mut sums) = (Vec::new(), BTreeMap::new());
        let mut overflowed = 0;
        for venue in &venues {
            if !names.contains(venue) && names.len() < 3 {
                names.push(venue.clone());
            }
            let index = names.iter().position(|name| name == venue).unwrap_or(3);
            overflowed += u64::from(index == 3);
            let value = known.clone().get(venue);
            prop_assert_eq!(value.index(), index);
            counter.add(1, (value, Side::Sell));
            *sums.entry(index).or_insert(0_u64) += 1;
        }
        prop_assert_eq!(known.overflowed(), overflowed);
        let values: Vec<_> = names.iter().map(|name| known.get(name)).collect();
        let recorded = test.finish();
        // An open set has no zeros: nobody knows its values.
        prop_assert_eq!(recorded.series(&BY_VENUE.facts()), sums.len());
        for (index, value) in values.into_iter().enumerate() {
            prop_assert_eq!(recorded.counter(&BY_VENUE, (value, Side::Sell)), Some(sums[&index]));
        }
    }
}

#[test]
fn a_set_of_labels_and_its_indices_are_one_to_one() {
    let mut indices = HashSet::new();
    for a in Ending::ALL {
        for b in Side::ALL {
            for c in Ending::ALL {
                for d in Side::ALL {
                    assert!(indices.insert((*a, *b, *c, *d).index()));
                }
            }
        }
    }
    assert_eq!(indices.len(), <(Ending, Side, Ending, Side)>::CARDINALITY);
    assert!(indices.into_iter().all(|index| index < 36));
    assert_eq!((<()>::CARDINALITY, ().index()), (1, 0));
    assert_eq!((<Venue as LabelSet>::CARDINALITY, <(Large, Side)>::CARDINALITY), (4, 2_000));
}

#[test]
fn every_series_of_a_closed_set_starts_at_zero() {
    let test = TestTelemetry::new();
    let _orders = test.counter(&ORDERS);
    let recorded = test.recorded();
    assert_eq!(recorded.series(&ORDERS.facts()), 6);
    for labels in [(Side::Buy, Ending::Filled), (Side::Sell, Ending::Cancelled)] {
        assert_eq!(recorded.counter(&ORDERS, labels), Some(0));
    }
}

#[test]
fn a_metric_may_use_all_its_series() {
    let test = TestTelemetry::new();
    let (many, large) = (test.counter(&MANY), test.capped::<Large>());
    for number in 0..1_000 {
        // The thousandth is one too many, and becomes `other`.
        for side in Side::ALL {
            many.add(number + 1, (large.get(&number.to_string()), *side));
        }
    }
    let known: Vec<_> = (0..999_u64).map(|number| (number, large.get(&number.to_string()))).collect();
    let recorded = test.finish();
    assert_eq!(recorded.series(&MANY.facts()), 2_000);
    for (number, value) in known {
        for side in Side::ALL {
            assert_eq!(recorded.counter(&MANY, (value, *side)), Some(number + 1), "{number}");
        }
    }
    assert_eq!(recorded.counter_total(&MANY), 2 * (1..=1_000).sum::<u64>());
}

#[test]
fn threads_that_meet_a_new_value_at_once_agree_on_it() {
    let test = TestTelemetry::new();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let (counter, venues) = (test.counter(&BY_VENUE), test.capped::<Venue>());
                for number in 0..400 {
                    counter.add(1, (venues.get(["A", "B", "C"][number % 3]), Side::Buy));
                }
            });
        }
    });
    let venues = test.capped::<Venue>();
    let values = ["A", "B", "C"].map(|name| venues.get(name));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&BY_VENUE), 1_600);
    assert_eq!(
        values.map(|value| recorded.counter(&BY_VENUE, (value, Side::Buy))),
        [536, 532, 532].map(Some)
    );
    assert_eq!(venues.overflowed(), 0);
}

#[test]
fn what_is_not_finite_is_not_measured() {
    let test = TestTelemetry::new();
    let (size, load) = (test.histogram(&SIZE), test.float_gauge(&LOAD));
    for value in [1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        size.record(value, ());
        load.record(value, ());
    }
    let recorded = test.finish();
    assert_eq!(recorded.histogram(&SIZE, ()).map(|it| (it.count, it.sum)), Some((1, 1.0)));
    assert_eq!(recorded.float_gauge(&LOAD, ()), Some(1.0));
}

#[test]
fn a_definition_says_what_it_is() {
    let facts = ORDERS.facts();
    assert_eq!((facts.name, facts.unit.code(), facts.series, facts.buckets), ("orders", "{order}", 6, None));
    assert_eq!(facts.dimensions.iter().map(|it| it.key).collect::<Vec<_>>(), ["test.side", "test.ending"]);
    assert_eq!(facts.dimensions[1].values, ["filled", "rejected", "cancelled"]);
    assert_eq!(TIME.facts().buckets, Some(Buckets::Exponential));
    assert_eq!(SIZE.facts().buckets, Some(Buckets::Explicit(&[1.0, 10.0, 100.0])));
}

#[test]
fn a_label_that_nothing_has_is_left_out() {
    const ENDED: CounterDef<(Side, Option<Ending>)> = CounterDef::new("ended", ORDER, "Orders that ended.");
    const ENDED_SOMEHOW: CounterDef<Side> = CounterDef::new("ended", ORDER, "The same without the label.");
    let facts = ENDED.facts();
    assert_eq!((facts.series, facts.dimensions[1].cardinality), (8, 4));
    assert_eq!(facts.dimensions[1].values, ["filled", "rejected", "cancelled"]);
    assert!(facts.dimensions[1].optional && !facts.dimensions[0].optional);
    let test = TestTelemetry::new();
    let ended = test.counter(&ENDED);
    ended.add(1, (Side::Buy, None));
    ended.add(2, (Side::Buy, Some(Ending::Filled)));
    ended.add(4, (Side::Buy, Some(Ending::Cancelled)));
    let recorded = test.finish();
    // The series that has no ending is that of a metric which knows of none.
    assert_eq!(recorded.counter(&ENDED_SOMEHOW, Side::Buy), Some(1));
    assert_eq!(recorded.counter(&ENDED_SOMEHOW, Side::Sell), Some(0));
    assert_eq!(recorded.counter(&ENDED, (Side::Buy, Some(Ending::Filled))), Some(2));
    assert_eq!(recorded.counter(&ENDED, (Side::Buy, Some(Ending::Cancelled))), Some(4));
    assert_eq!(recorded.series(&facts), 8);
}

#[test]
fn a_capped_label_may_be_missing_too_and_that_is_not_other() {
    const VISITS: CounterDef<Option<Venue>> = CounterDef::new("visits", ORDER, "Orders that went somewhere.");
    const ALL_VISITS: CounterDef<()> = CounterDef::new("visits", ORDER, "The same without the label.");
    assert_eq!(VISITS.facts().series, 5);
    let test = TestTelemetry::new();
    let (visits, venues) = (test.counter(&VISITS), test.capped::<Venue>());
    for venue in ["A", "B", "C", "D", "E"] {
        visits.add(1, Some(venues.get(venue)));
    }
    visits.add(10, None);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&ALL_VISITS, ()), Some(10));
    assert_eq!(recorded.counter(&VISITS, Some(venues.get("F"))), Some(2));
    assert_eq!(recorded.counter(&VISITS, Some(venues.get("A"))), Some(1));
    assert_eq!(recorded.series(&VISITS.facts()), 5);
}

#[test]
fn two_telemetries_share_no_series() {
    let (one, two) = (TestTelemetry::new(), TestTelemetry::new());
    one.counter(&ORDERS).add(1, (Side::Buy, Ending::Filled));
    two.counter(&ORDERS).add(2, (Side::Buy, Ending::Filled));
    let values = (one.capped::<Venue>().get("A"), two.capped::<Venue>().get("B"));
    assert_eq!((values.0.index(), values.1.index()), (0, 0));
    let sum = |recorded: &Recorded| recorded.counter(&ORDERS, (Side::Buy, Ending::Filled));
    assert_eq!((sum(&one.finish()), sum(&two.finish())), (Some(1), Some(2)));
}

#[test]
fn without_telemetry_nothing_is_measured() {
    let telemetry = Telemetry::noop();
    let counter: Counter<(Side, Ending)> = telemetry.counter(&ORDERS);
    counter.clone().add(1, (Side::Buy, Ending::Filled));
    telemetry.histogram(&TIME).record(1.0, Ending::Filled);
    telemetry.gauge(&DEPTH).record(1, telemetry.capped::<Venue>().get("A"));
    telemetry.float_gauge(&LOAD).record(1.0, ());
    telemetry.up_down_counter(&OPEN).add(-1, Side::Buy);
    assert_eq!(format!("{counter:?}"), "Counter(None)");
}
