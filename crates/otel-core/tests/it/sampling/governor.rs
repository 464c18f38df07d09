//! The governor: how it reacts, and that it comes to rest.

use std::path::Path;
use std::time::Duration;

use otel_core::sampling::{
    Barometer, Governor, GovernorSettings, Load, Pressure, PressureReason, SamplingChange,
};
use proptest::prelude::*;

/// A pressure of this level, by the only way there is.
fn pressure(level: f64) -> Pressure {
    let nowhere = Path::new("/nowhere");
    Barometer::at(nowhere, nowhere).read(&Load { throttled: Some(level / 100.0), ..Load::default() })
}

/// The factor after each of so many seconds of a level.
fn watched(governor: &mut Governor, seconds: std::ops::Range<u64>, level: f64) -> Vec<f64> {
    let each = seconds.map(|second| {
        governor.observe(Duration::from_secs(second), pressure(level));
        governor.factor()
    });
    each.collect()
}

#[test]
fn it_lowers_at_once_and_raises_slowly() {
    let mut governor = Governor::new(GovernorSettings::default());
    assert_eq!(governor.observe(Duration::ZERO, pressure(89.9)), None);
    let change = governor.observe(Duration::from_secs(1), pressure(90.0)).unwrap();
    let SamplingChange { from, to, pressure, .. } = change;
    assert_eq!((from, to, pressure.reason()), (1.0, 0.5, Some(PressureReason::DestinationThrottles)));
    // Further down when the first step has had the time to help.
    assert_eq!(
        watched(&mut governor, 2..12, 95.0),
        [0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.25, 0.125]
    );
    // Between the two limits, for as long as it takes, nothing.
    assert!(watched(&mut governor, 12..100, 80.0).iter().all(|factor| *factor == 0.125));
    // Then ten seconds, and at most half as much again every five.
    assert!(watched(&mut governor, 100..110, 74.9).iter().all(|factor| *factor == 0.125));
    let up = watched(&mut governor, 110..136, 10.0);
    let steps: Vec<_> = up.iter().step_by(5).copied().collect();
    assert_eq!(steps, [0.1875, 0.28125, 0.421_875, 0.632_812_5, 0.816_406_25, 0.908_203_125]);
}

#[test]
fn a_wave_below_the_limit_does_not_raise() {
    let mut governor = Governor::new(GovernorSettings::default());
    governor.observe(Duration::ZERO, pressure(100.0));
    for second in 1..200 {
        let level = if second % 9 == 0 { 76.0 } else { 0.0 };
        assert_eq!(governor.observe(Duration::from_secs(second), pressure(level)), None);
    }
}

#[test]
fn it_never_goes_below_its_least_and_comes_back_from_there() {
    let mut governor = Governor::new(GovernorSettings::default());
    let down = watched(&mut governor, 0..100, 100.0);
    assert_eq!(down.last(), Some(&0.01));
    assert_eq!(governor.observe(Duration::from_secs(100), pressure(100.0)), None);
    watched(&mut governor, 101..1_000, 0.0);
    assert_eq!(governor.factor(), 1.0);
}

/// A process whose pressure depends on how much is kept, and how often the factor fell in an hour, by quarters.
fn falls_in(level_at: impl Fn(f64) -> f64) -> ([usize; 4], f64) {
    let mut governor = Governor::new(GovernorSettings::default());
    let mut falls = [0; 4];
    for second in 0..3_600 {
        let now = Duration::from_secs(second);
        if let Some(change) = governor.observe(now, pressure(level_at(governor.factor()))) {
            falls[usize::try_from(second / 900).unwrap()] += usize::from(change.to < change.from);
        }
    }
    (falls, governor.factor())
}

#[test]
fn a_constant_load_brings_it_to_rest_below_what_is_too_much() {
    // What the process can bear, and how steep it is there.
    for bearable in [0.03, 0.1, 0.3, 0.5, 0.7, 0.95] {
        for steepness in [50.0, 100.0, 1_000.0] {
            let level = |factor: f64| (90.0 + steepness * (factor / bearable - 1.0)).clamp(0.0, 100.0);
            let (falls, factor) = falls_in(level);
            let what = format!("{bearable} and {steepness}: {falls:?}, then {factor}");
            // On its way down it tries what is bearable; later it asks again ever more seldom.
            assert!(falls[0] <= 12 && falls[3] <= 2, "{what}");
            assert!(falls[3] <= falls[0], "{what}");
            assert!(level(factor) < 90.0, "{what}");
            assert!(factor >= bearable * 0.4, "{what}");
        }
    }
}

#[test]
fn a_load_that_is_gone_leaves_no_trace() {
    let mut governor = Governor::new(GovernorSettings::default());
    watched(&mut governor, 0..60, 100.0);
    watched(&mut governor, 60..3_000, 0.0);
    let fresh = Governor::new(GovernorSettings::default());
    assert_eq!(governor.factor(), fresh.factor());
    assert_eq!(watched(&mut governor, 3_000..3_020, 100.0), watched(&mut fresh.clone(), 3_000..3_020, 100.0));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_it_reacts_as_it_says(
        readings in proptest::collection::vec((1..20_000_u64, 0.0..=100.0_f64), 1..200),
    ) {
        let settings = GovernorSettings::default();
        let (mut governor, mut twin) = (Governor::new(settings), Governor::new(settings));
        let (mut now, mut changed_at, mut stressed) = (Duration::ZERO, None, false);
        let mut calm_since = None;
        for (millis, level) in readings {
            now += Duration::from_millis(millis);
            let pressure = pressure(level);
            let level = pressure.level();
            let before = governor.factor();
            let change = governor.observe(now, pressure);
            prop_assert_eq!(change, twin.observe(now, pressure));
            let after = governor.factor();
            prop_assert!((settings.least..=1.0).contains(&after));
            prop_assert_eq!(change.map(|change| (change.from, change.to)), (before != after).then_some((before, after)));
            calm_since = if level < settings.low { calm_since.or(Some(now)) } else { None };
            let rested = changed_at.is_none_or(|at| now - at >= settings.interval);
            if level >= settings.high {
                // Down at once, where it can go down at all.
                let may = !stressed || rested;
                let expected = if may { (before * settings.down).max(settings.least) } else { before };
                prop_assert_eq!(after, expected);
                stressed = true;
            } else if level >= settings.low {
                prop_assert_eq!(after, before);
            } else {
                stressed = false;
                let calm = calm_since.is_some_and(|since| now - since >= settings.hold);
                prop_assert!(after >= before && after <= before * settings.up + 1e-9);
                prop_assert!(after == before || (calm && rested));
            }
            if after != before {
                changed_at = Some(now);
            }
        }
    }

    #[test]
    fn more_pressure_never_keeps_more(levels in proptest::collection::vec((0.0..=100.0_f64, 0.0..=100.0_f64), 1..60)) {
        // Two processes of which one has it harder all the time.
        let settings = GovernorSettings::default();
        let (mut easy, mut hard) = (Governor::new(settings), Governor::new(settings));
        let mut first = true;
        for (second, (one, other)) in levels.into_iter().enumerate() {
            let now = Duration::from_secs(10 * second as u64);
            let reaction = |governor: &mut Governor, level: f64| {
                let before = governor.factor();
                governor.observe(now, pressure(level));
                governor.factor() / before
            };
            let (low, high) = (one.min(other), one.max(other));
            let mut same = hard.clone();
            prop_assert!(reaction(&mut same, low) >= reaction(&mut hard.clone(), high));
            reaction(&mut easy, low);
            reaction(&mut hard, high);
            if std::mem::take(&mut first) {
                prop_assert!(easy.factor() >= hard.factor());
            }
        }
    }
}
