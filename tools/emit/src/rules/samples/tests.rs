//! The notation, expanded again as `promtool` expands it.

use proptest::prelude::*;

use super::{Sample, notation};

/// What `promtool` makes of the notation.
fn expand(text: &str) -> Vec<Sample> {
    let mut samples = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        if word == "stale" {
            samples.push(Sample::Stale);
        } else if let Some(times) = word.strip_prefix('_') {
            let times = times.strip_prefix('x').map_or(1, |times| times.parse().unwrap());
            samples.extend(std::iter::repeat_n(Sample::Missing, times));
        } else if let Some((progression, times)) = word.split_once('x') {
            // The sign of the distance is not the one at the start, nor that of an exponent.
            let at = progression.rfind(['+', '-']).unwrap();
            let distance: f64 = progression[at..].parse().unwrap();
            let mut value: f64 = progression[..at].parse().unwrap();
            for _ in 0..=times.parse::<u32>().unwrap() {
                samples.push(Sample::Value(value));
                value += distance;
            }
        } else {
            samples.push(Sample::Value(word.parse().unwrap()));
        }
    }
    samples
}

proptest! {
    #[test]
    fn what_is_written_expands_to_the_same_samples(
        samples in prop::collection::vec(
            prop_oneof![
                6 => prop::sample::select(vec![0.0, 1.0, 2.0, 3.0, 0.1, 0.2, 0.3, -5.0, 1e-7, 1e15])
                    .prop_map(Sample::Value),
                2 => (-1e6..1e6_f64).prop_map(Sample::Value),
                1 => Just(Sample::Stale),
                2 => Just(Sample::Missing),
            ],
            0..60,
        )
    ) {
        prop_assert_eq!(expand(&notation(&samples)), samples);
    }
}

#[test]
fn equal_distances_are_written_as_one() {
    let samples = [0.0, 5.0, 10.0, 15.0, 15.0, 15.0].map(Sample::Value);
    assert_eq!(notation(&samples), "0+5x3 15+0x1");
    let gone = [Sample::Value(1.0), Sample::Stale, Sample::Missing, Sample::Missing];
    assert_eq!(notation(&gone), "1 stale _x2");
}
