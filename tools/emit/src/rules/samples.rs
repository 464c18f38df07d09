//! The samples of a series, as the tests of `promtool` write them.

#[cfg(test)]
mod tests;

use std::fmt::Write as _;

/// What a series says at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Sample {
    Value(f64),
    /// It has just gone.
    Stale,
    /// It is not there.
    Missing,
}

impl Sample {
    pub(super) const fn value(self) -> Option<f64> {
        match self {
            Self::Value(value) => Some(value),
            Self::Stale | Self::Missing => None,
        }
    }
}

/// The samples in the notation of `promtool`: `0+5x10` is 0, 5, 10 … 50.
pub(super) fn notation(samples: &[Sample]) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut rest = samples;
    while let Some((first, after)) = rest.split_first() {
        let (word, taken) = match *first {
            Sample::Stale => ("stale".to_owned(), 1),
            Sample::Missing => {
                let run = 1 + after.iter().take_while(|sample| **sample == Sample::Missing).count();
                (if run == 1 { "_".to_owned() } else { format!("_x{run}") }, run)
            }
            Sample::Value(value) => progression(value, after),
        };
        words.push(word);
        rest = rest.get(taken..).unwrap_or_default();
    }
    words.join(" ")
}

/// The longest run of samples with equal distances, and how many samples it has.
fn progression(first: f64, after: &[Sample]) -> (String, usize) {
    let Some(second) = after.first().and_then(|sample| sample.value()) else { return (first.to_string(), 1) };
    let distance = second - first;
    // It adds up as promtool does, so that what promtool makes of the run are these very numbers.
    let mut expected = first;
    let same = |sample: &&Sample| {
        expected += distance;
        sample.value().is_some_and(|value| value.to_bits() == expected.to_bits())
    };
    match after.iter().take_while(same).count() {
        // The distance was rounded, and nothing can be said shorter.
        0 => (first.to_string(), 1),
        more => {
            let mut word = first.to_string();
            let sign = if distance < 0.0 { "" } else { "+" };
            // Writing to a string does not fail.
            let _ = write!(word, "{sign}{distance}x{more}");
            (word, more + 1)
        }
    }
}
