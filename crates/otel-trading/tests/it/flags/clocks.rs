//! Clocks that are not good enough.

use std::time::Duration;

use otel_trading::compliance::flags::{ClockDivergence, ClockReading, ClockTier, MarketFact};
use otel_trading::labels::Side;

use super::{OPENS, entered, order, party};

#[test]
fn a_clock_is_good_enough_up_to_the_limits_of_its_tier() {
    let (ns, us, ms) = (Duration::from_nanos, Duration::from_micros, Duration::from_millis);
    for (tier, divergence, granularity) in [
        (ClockTier::SlowVenue, ms(1), ms(1)),
        (ClockTier::FastVenue, us(100), us(1)),
        (ClockTier::HighFrequency, us(100), us(1)),
        (ClockTier::Manual, ms(1_000), ms(1_000)),
        (ClockTier::Other, ms(1), ms(1)),
    ] {
        let bound = ns(10);
        let at_limit = ClockReading { offset: divergence - bound, error_bound: bound, granularity };
        check(tier, at_limit, false);
        check(tier, ClockReading { offset: divergence - bound + ns(1), ..at_limit }, true);
        check(tier, ClockReading { error_bound: bound + ns(1), ..at_limit }, true);
        check(tier, ClockReading { granularity: granularity + ns(1), ..at_limit }, true);
    }
}

#[test]
fn every_record_of_a_bad_clock_is_flagged_and_an_unknown_clock_is_counted() {
    let mut detector = ClockDivergence::new(ClockTier::Other);
    let second = Duration::from_secs(1);
    let bad = ClockReading { offset: second, error_bound: second, granularity: Duration::from_nanos(1) };
    for _ in 0..3 {
        assert!(detector.observe(&fact(Some(bad))).is_some());
    }
    assert!(detector.observe(&fact(None)).is_none());
    assert_eq!(detector.unbounded(), 1);
}

fn check(tier: ClockTier, reading: ClockReading, is_bad: bool) {
    let flag = ClockDivergence::new(tier).observe(&fact(Some(reading)));
    assert_eq!(flag.is_some(), is_bad, "{tier:?}, {reading:?}");
}

fn fact(clock: Option<ClockReading>) -> MarketFact {
    MarketFact { clock, ..entered(OPENS, party("a"), order("1"), Side::Buy, 10_000, 1) }
}
