//! Tick-to-trade: what a stall costs is seen, whichever way it is looked for.

use std::collections::BTreeMap;
use std::time::Duration;

use hdrhistogram::Histogram;
use otel_core::settings::Environment;
use otel_core::testing::TestTelemetry;
use otel_core::{Telemetry, Timestamp};
use otel_trading::TickToTrade;
use otel_trading::conventions::latency as said;
use otel_trading::ids::Mic;
use otel_trading::labels::{Feed, Venue};
use otel_trading::latency::{MOST_OMITTED, Omitted, Reaction};
use proptest::prelude::*;

const VENUE: Mic<'static> = Mic("XNYS");
const FEED: &str = "itch";

/// Ten thousand ticks a second, for a second.
const TICKS: u64 = 10_000;
const INTERVAL: u64 = 100_000;

/// What answering one takes, and how long the handler stands still before one in the middle.
const WORK: u64 = 5_000;
const STALL: u64 = 100_000_000;

/// A tick as a handler answers it.
#[derive(Clone, Copy, Debug)]
struct Answered {
    /// When it arrived.
    received: u64,
    /// When the handler got to it.
    begun: u64,
    sent: u64,
}

/// One handler, one queue: what waits behind a stall is answered after it.
fn day() -> Vec<Answered> {
    let mut free = 0;
    let answer = |tick: u64| {
        let received = 1_000_000_000 + tick * INTERVAL;
        let begun = received.max(free);
        let stall = if tick == TICKS / 2 { STALL } else { 0 };
        let sent = begun + stall + WORK;
        free = sent;
        Answered { received, begun, sent }
    };
    (0..TICKS).map(answer).collect()
}

fn reaction(tick_received: u64, order_sent: u64) -> Reaction {
    let [tick_received, order_sent] = [tick_received, order_sent].map(Timestamp::from_unix_nanos);
    Reaction { tick_received, order_sent }
}

/// A histogram of somebody else, exact to three digits.
fn histogram() -> Histogram<u64> {
    Histogram::new_with_bounds(1, 3_600_000_000_000, 3).expect("bounds")
}

/// The quantile that a backend finds in what was exported: the upper bound of its bucket, in nanoseconds.
fn exported(record: impl FnOnce(&Telemetry)) -> (u64, impl Fn(f64) -> f64) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("metrics.jsonl");
    let nothing: [(String, String); 0] = [];
    let pipeline = Telemetry::builder("latency")
        .environment(Environment::of(nothing))
        .exporter(otel_core::settings::Exporter::Nothing)
        .self_metrics(false)
        .json_file(&file)
        .install()
        .expect("a pipeline");
    record(&pipeline);
    pipeline.shutdown(Duration::from_secs(60)).expect("a shutdown");
    let lines = std::fs::read_to_string(&file).expect("lines");
    let name = said::TICK_TO_TRADE_DURATION.facts().name;
    let points: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"))
        .flat_map(|line| points(&line, name))
        .collect();
    let [point] = points.as_slice() else { panic!("one point was expected: {points:?}") };
    let number = |it: &serde_json::Value| match it {
        serde_json::Value::String(text) => text.parse().expect("a number"),
        other => other.as_f64().expect("a number"),
    };
    let list = |key: &str| point[key].as_array().into_iter().flatten().map(number).collect::<Vec<f64>>();
    let (bounds, counts) = (list("explicitBounds"), list("bucketCounts"));
    let count = counts.iter().sum::<f64>();
    let quantile = move |share: f64| {
        let mut below = 0.0;
        let at = counts.iter().position(|here| {
            below += here;
            below >= share * count
        });
        at.and_then(|at| bounds.get(at)).copied().unwrap_or(f64::INFINITY) * 1e9
    };
    (count as u64, quantile)
}

fn points(line: &serde_json::Value, name: &str) -> Vec<serde_json::Value> {
    let all = |it: &serde_json::Value, key: &str| it[key].as_array().cloned().unwrap_or_default();
    let scopes = all(line, "resourceMetrics").into_iter().flat_map(|it| all(&it, "scopeMetrics"));
    let metrics = scopes.flat_map(|it| all(&it, "metrics")).filter(|it| it["name"] == name);
    metrics.flat_map(|it| all(&it["histogram"], "dataPoints")).collect()
}

#[test]
fn a_stall_is_seen_by_every_tick_that_waited_behind_it() {
    let day = day();
    // What who times from when the handler gets to a tick sees: one slow tick.
    let mut naive = histogram();
    day.iter().for_each(|it| naive.record(it.sent - it.begun).expect("a value"));
    assert!(naive.equivalent(naive.value_at_quantile(0.99), WORK));
    // What happened, by arithmetic: the n-th tick behind the stall waited for n intervals less.
    let mut true_waits: Vec<u64> = day.iter().map(|it| it.sent - it.received).collect();
    true_waits.sort_unstable();
    let p99 = true_waits[9_899];
    assert!((90_000_000..91_000_000).contains(&p99), "{p99}");

    // Ours, from when each arrived.
    let (count, ours) = exported(|telemetry| {
        let timed = TickToTrade::new(telemetry, FEED);
        day.iter().for_each(|it| timed.reacted(VENUE, &reaction(it.received, it.sent)));
    });
    assert_eq!(count, TICKS);
    assert_near(ours(0.99), p99);
    assert_near(ours(0.999), true_waits[9_989]);
    assert_near(ours(0.5), true_waits[4_999]);

    // The same for who only sees the handler: what it left out is added, and agrees with a library that does so.
    let mut corrected = histogram();
    day.iter().for_each(|it| corrected.record_correct(it.sent - it.begun, INTERVAL).expect("a value"));
    let (count, ours) = exported(|telemetry| {
        let timed = TickToTrade::new(telemetry, FEED).expecting(Duration::from_nanos(INTERVAL));
        day.iter().for_each(|it| timed.reacted(VENUE, &reaction(it.begun, it.sent)));
    });
    assert_eq!(count, corrected.len());
    for share in [0.5, 0.9, 0.95, 0.99, 0.999] {
        assert_near(ours(share), corrected.value_at_quantile(share));
    }
    // Both ways come to the same, within what catching up takes.
    let (by_stamps, by_intervals) = (p99 as f64, corrected.value_at_quantile(0.99) as f64);
    assert!((by_stamps / by_intervals - 1.0).abs() < 0.02, "{by_stamps} {by_intervals}");
}

/// That a quantile is the upper bound of the bucket with the true value, of which each is at most a quarter wide and a
/// bit.
#[track_caller]
fn assert_near(bound: f64, truth: u64) {
    let ratio = bound / truth as f64;
    assert!((0.999..1.29).contains(&ratio), "{bound} is not the bucket of {truth}");
}

#[test]
fn an_order_from_before_its_tick_is_counted_and_not_timed() {
    let test = TestTelemetry::new();
    let timed = TickToTrade::new(&test, FEED);
    timed.reacted(VENUE, &reaction(1_000, 999));
    timed.reacted(VENUE, &reaction(1_000, 1_000));
    timed.reacted(VENUE, &reaction(1_000, 3_000));
    let labels = (test.capped::<Venue>().get(VENUE.0), test.capped::<Feed>().get(FEED));
    let recorded = test.finish();
    let times = recorded.histogram(&said::TICK_TO_TRADE_DURATION, labels).expect("a duration");
    assert_eq!((times.count, times.min, times.max), (2, 0.0, 2e-6));
    assert_eq!(recorded.counter(&said::TICK_TO_TRADE_NEGATIVE, labels), Some(1));
    assert_eq!(recorded.counter(&said::TICK_TO_TRADE_UNCORRECTED, labels), None);
}

#[test]
fn a_stall_beyond_all_measure_is_bounded_and_what_is_left_out_is_counted() {
    let test = TestTelemetry::new();
    let timed = TickToTrade::new(&test, FEED).expecting(Duration::from_micros(1));
    // An hour has 3.6 billion microseconds.
    timed.reacted(VENUE, &reaction(0, 3_600_000_000_000));
    let labels = (test.capped::<Venue>().get(VENUE.0), test.capped::<Feed>().get(FEED));
    let recorded = test.finish();
    let times = recorded.histogram(&said::TICK_TO_TRADE_DURATION, labels).expect("a duration");
    assert_eq!((times.count, times.max), (1 + MOST_OMITTED, 3_600.0));
    assert!(times.min > 3_599.98, "the longest are taken: {times:?}");
    let left_out = recorded.counter(&said::TICK_TO_TRADE_UNCORRECTED, labels);
    assert_eq!(left_out, Some(3_600_000_000 - 1 - MOST_OMITTED));
}

#[test]
fn buckets_are_a_quarter_wider_each() {
    let Some(otel_core::Buckets::Explicit(bounds)) = said::TICK_TO_TRADE_DURATION.facts().buckets else {
        panic!("bounds were expected");
    };
    assert_eq!((bounds.first(), bounds.last()), (Some(&1e-8), Some(&1.0)));
    for pair in bounds.windows(2) {
        assert!((1.24..1.29).contains(&(pair[1] / pair[0])), "{pair:?}");
    }
}

proptest! {
    /// The oracle is a library that others use for this.
    #[test]
    fn what_is_omitted_is_what_an_hdr_histogram_adds(took in 0..50_000_u64, expected in 0..5_000_u64) {
        let mut theirs = histogram();
        // Exact below two thousand and so on, so the sums are compared in its units.
        theirs.record_correct(took, expected).expect("a value");
        let mut ours = histogram();
        ours.record(took).expect("a value");
        let omitted = Omitted::new(Duration::from_nanos(took), Duration::from_nanos(expected));
        let left_out = omitted.uncorrected();
        let waits: Vec<u64> = omitted.map(|wait| wait.as_nanos() as u64).collect();
        waits.iter().for_each(|wait| ours.record(*wait).expect("a value"));
        prop_assert_eq!(waits.len() as u64 + left_out + 1, theirs.len());
        if left_out == 0 {
            let counts = |of: &Histogram<u64>| {
                of.iter_recorded().map(|it| (it.value_iterated_to(), it.count_at_value())).collect::<BTreeMap<_, _>>()
            };
            prop_assert_eq!(counts(&ours), counts(&theirs));
        }
    }

    #[test]
    fn nothing_is_too_long_or_too_short_to_be_corrected(took in any::<u64>(), expected in any::<u64>()) {
        let omitted = Omitted::new(Duration::from_nanos(took), Duration::from_nanos(expected));
        let waiting = took.checked_div(expected).unwrap_or(0).saturating_sub(1);
        prop_assert_eq!(omitted.len() as u64 + omitted.uncorrected(), waiting);
        prop_assert!(omitted.len() as u64 <= MOST_OMITTED);
        prop_assert!(omitted.take(50).all(|wait| wait.as_nanos() as u64 >= expected));
    }
}
