//! Thresholds and randomness: their numbers, and how they are written.

use opentelemetry::TraceId;
use otel_core::sampling::{Randomness, Threshold};
use proptest::prelude::*;

const VALUES: u64 = 1 << 56;

#[test]
fn a_probability_has_the_threshold_that_the_specification_lists_rounded_up() {
    // One in so many, and `th` with five significant digits. Where the specification rounds down, so that more would
    // be kept than was asked for, the last digit here is one more.
    let cases = [
        (1.0, "0"),
        (2.0, "8"),
        (3.0, "aaaab"),
        (4.0, "c"),
        (5.0, "ccccd"),
        (8.0, "e"),
        (10.0, "e6667"),
        (16.0, "f"),
        (100.0, "fd70a4"),
        (1_000.0, "ffbe76d"),
        (10_000.0, "fff97248"),
        (100_000.0, "ffff583a6"),
        (1_000_000.0, "ffffef391"),
    ];
    for (times, expected) in cases {
        let threshold = Threshold::from_probability(1.0 / times).unwrap();
        assert_eq!(threshold.to_string(), expected, "1 in {times}");
        let error = threshold.adjusted_count() / times - 1.0;
        assert!((0.0..2e-5).contains(&error), "1 in {times} is written as {}", threshold.adjusted_count());
    }
}

#[test]
fn what_is_no_probability_has_no_threshold() {
    for wrong in [0.0, -0.1, 1.000_001, f64::NAN, f64::INFINITY, 0.9 / VALUES as f64] {
        assert_eq!(Threshold::from_probability(wrong), None, "{wrong}");
    }
    let least = Threshold::from_probability(1.0 / VALUES as f64).unwrap();
    assert_eq!((least, least.to_string().as_str()), (Threshold::HIGHEST, "ffffffffffffff"));
    assert_eq!(Threshold::exactly(VALUES), None);
}

#[test]
fn what_is_no_threshold_and_no_randomness_is_not_read_as_one() {
    for wrong in ["", " ", "C", "+1", "-1", "0x1", "g", "c ", "é", "000000000000000"] {
        assert_eq!(Threshold::parse(wrong), None, "{wrong:?}");
    }
    assert_eq!(Threshold::parse("00000000000000"), Some(Threshold::ALWAYS));
    for wrong in ["", "6e6d1a75832a2", "6e6d1a75832a2f0", "6E6D1A75832A2F", "+e6d1a75832a2f"] {
        assert_eq!(Randomness::parse(wrong), None, "{wrong:?}");
    }
}

#[test]
fn the_randomness_of_a_trace_is_the_end_of_its_id() {
    let trace_id = TraceId::from(0xffff_ffff_ffff_ffff_ff6e_6d1a_7583_2a2f);
    assert_eq!(Randomness::of(trace_id).to_string(), "6e6d1a75832a2f");
    assert_eq!(Randomness::parse("6e6d1a75832a2f"), Some(Randomness::of(trace_id)));
    // The specification's example: it is kept with 56.9 %, and not with less.
    let kept = |share| Threshold::from_probability(share).unwrap().keeps(Randomness::of(trace_id));
    assert_eq!([0.56, 0.568, 0.57].map(kept), [false, false, true]);
}

/// Probabilities of every magnitude.
fn probabilities() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..=1.0_f64, (0.0..56.0_f64).prop_map(|halvings| (-halvings).exp2())]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_096, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_threshold_never_keeps_more_than_was_asked_for_and_hardly_less(share in probabilities()) {
        let Some(threshold) = Threshold::from_probability(share) else {
            prop_assert!(share < 1.0 / VALUES as f64);
            return Ok(());
        };
        let error = 1.0 - threshold.probability() / share;
        prop_assert!(error >= 0.0, "{} for {share}", threshold.probability());
        prop_assert!(error <= 1.0 / 65_536.0 + 1.0 / VALUES as f64 / share, "{error} for {share}");
        let count = threshold.adjusted_count() * threshold.probability();
        prop_assert!((count - 1.0).abs() < 1e-12);
    }

    #[test]
    fn what_is_written_is_what_was_decided_with(rejected in 0..VALUES, share in probabilities()) {
        let thresholds = [
            Threshold::exactly(rejected).unwrap(),
            Threshold::rounded_up(rejected),
            Threshold::from_probability(share).unwrap_or_default(),
        ];
        for threshold in thresholds {
            let written = threshold.to_string();
            prop_assert_eq!(Threshold::parse(&written), Some(threshold));
            prop_assert!(written == "0" || !written.ends_with('0'), "{}", written);
        }
        prop_assert!(thresholds[1] >= thresholds[0]);
        for threshold in &thresholds[1..] {
            let significant = threshold.to_string().trim_start_matches('f').len();
            prop_assert!(significant <= 5, "{}", threshold);
        }
    }

    #[test]
    fn digits_compare_as_the_numbers_do(rejected in 0..VALUES, bits in any::<u64>()) {
        let (threshold, randomness) = (Threshold::exactly(rejected).unwrap(), Randomness::from_bits(bits));
        let padded = format!("{:0<14}", threshold.to_string());
        prop_assert_eq!(threshold.keeps(randomness), randomness.to_string() >= padded);
        prop_assert_eq!(threshold.keeps(randomness), randomness.rank() <= threshold.probability());
        prop_assert_eq!(Randomness::parse(&randomness.to_string()), Some(randomness));
    }
}
