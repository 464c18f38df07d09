//! How much a series grew in a window, when its samples do not quite cover it.

use super::window::Window;
use crate::alerting::history::Sample;

/// How much a series grew between its samples, and how much of the window these cover.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extrapolation {
    difference: f64,
    /// How many times the time between the samples the window counts as.
    factor: f64,
}

impl Extrapolation {
    /// Over all of the window.
    pub(super) fn difference(self) -> f64 {
        self.difference * self.factor
    }

    /// In a second of the window.
    pub(super) fn speed(self, window: Window) -> f64 {
        self.difference * (self.factor / window.seconds())
    }
}

/// How much a series grew from `from` to `to`, by its samples in between; nothing with fewer than two of them.
///
/// Samples near an end of the window are taken to go on to that end; otherwise half the usual distance is added. A
/// cumulative series that falls was started again at zero, and cannot have been less than zero before its first
/// sample.
pub(super) fn of(
    samples: impl Iterator<Item = Sample> + Clone,
    from: i64,
    to: i64,
    cumulative: bool,
) -> Option<Extrapolation> {
    let mut rest = samples.clone();
    let first = rest.next()?;
    let (last, steps) = rest.fold((None, 0_u32), |(_, steps), sample| (Some(sample), steps + 1));
    let last = last?;
    let mut difference = last.value - first.value;
    if cumulative {
        let mut previous = first.value;
        for sample in samples.skip(1) {
            if sample.value < previous {
                difference += previous;
            }
            previous = sample.value;
        }
    }
    let mut to_start = seconds(first.at - from);
    let to_end = seconds(to - last.at);
    let sampled = seconds(last.at - first.at);
    let usual = sampled / f64::from(steps);
    if cumulative && difference > 0.0 && first.value >= 0.0 {
        let to_zero = sampled * (first.value / difference);
        if to_zero < to_start {
            to_start = to_zero;
        }
    }
    let near = usual * 1.1;
    let mut covered = sampled;
    for distance in [to_start, to_end] {
        covered += if distance < near { distance } else { usual / 2.0 };
    }
    Some(Extrapolation { difference, factor: covered / sampled })
}

fn seconds(millis: i64) -> f64 {
    millis as f64 / 1000.0
}
