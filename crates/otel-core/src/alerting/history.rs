//! The past of the pipeline's metrics, as far as rules look back.

#[cfg(test)]
mod tests;
mod track;

use std::collections::BTreeMap;

use track::Retention;
pub(crate) use track::{Sample, Track};

use super::labels::Labels;
use crate::alert::Part;
use crate::time::Timestamp;

/// The most series of all metrics together.
const MAX_SERIES: usize = 20_000;

/// The most samples of all series together: 128 MiB.
const MAX_SAMPLES: usize = 8 * 1024 * 1024;

/// How long a series without samples is looked for, in milliseconds: what Prometheus calls the lookback delta.
pub(crate) const LOOKBACK: i64 = 5 * 60 * 1000;

/// How often series are looked through for those that ended, in milliseconds.
const SWEEP: i64 = 60 * 1000;

/// What a rule has to know of a metric.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Need {
    pub(crate) metric: &'static str,
    pub(crate) part: Part,
    /// Whether it only falls when its process starts again.
    pub(crate) cumulative: bool,
    /// How far back the rule looks, in milliseconds.
    pub(crate) reach: i64,
    /// What it looks at of that at once, in milliseconds.
    pub(crate) window: i64,
}

/// The samples of the metrics that rules name, of each series as far back as a rule looks; of all others nothing.
///
/// It is a small database of the kind that Prometheus has a large one of. Its size is bounded: what there is no room
/// for is refused and counted.
#[derive(Debug, Default)]
pub(crate) struct History {
    metrics: BTreeMap<&'static str, Vec<Kept>>,
    series: usize,
    samples: usize,
    refused: u64,
    late: u64,
    swept_at: i64,
}

/// What is kept of one part of a metric.
#[derive(Debug)]
struct Kept {
    part: Part,
    retention: Retention,
    tracks: BTreeMap<Labels, Track>,
}

impl History {
    /// A history for rules that need this.
    pub(crate) fn of(needs: impl IntoIterator<Item = Need>) -> Self {
        let mut history = Self::default();
        for need in needs {
            let retention = Retention::of(&need);
            let parts = history.metrics.entry(need.metric).or_default();
            match parts.iter_mut().find(|kept| kept.part == need.part) {
                Some(kept) => kept.retention.extend(retention),
                None => parts.push(Kept { part: need.part, retention, tracks: BTreeMap::new() }),
            }
        }
        history
    }

    /// What of a metric is kept; nothing of one that no rule names.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn parts(&self, metric: &str) -> impl Iterator<Item = Part> {
        self.metrics.get(metric).into_iter().flatten().map(|kept| kept.part)
    }

    /// Whether any rule names the metric.
    #[cfg(test)]
    pub(crate) fn wants(&self, metric: &str) -> bool {
        self.metrics.contains_key(metric)
    }

    /// Takes note of a value: of a sum, the whole of it so far.
    ///
    /// What no rule needs is passed over. What is not later than the last value of the series is refused and counted,
    /// and so is what there is no room for.
    pub(crate) fn record(&mut self, metric: &str, part: Part, labels: &Labels, at: Timestamp, value: f64) {
        self.keep(metric, part, labels, Sample::new(millis(at), value));
    }

    /// Takes note of a series that is no longer there: from now on it has no value, rather than its last one.
    #[cfg(any(test, feature = "testing"))]
    pub(crate) fn mark_gone(&mut self, metric: &str, part: Part, labels: &Labels, at: Timestamp) {
        let is_there = self.find(metric, part).is_some_and(|kept| kept.tracks.contains_key(labels));
        if is_there {
            self.keep(metric, part, labels, Sample::gone(millis(at)));
        }
    }

    /// Each series of a part of a metric.
    pub(crate) fn tracks(&self, metric: &str, part: Part) -> impl Iterator<Item = (&Labels, &Track)> {
        self.find(metric, part).into_iter().flat_map(|kept| &kept.tracks)
    }

    /// How many series there are.
    #[cfg(test)]
    pub(crate) const fn series(&self) -> usize {
        self.series
    }

    /// The memory of the samples, in bytes; labels and what holds all together come on top.
    pub(crate) const fn bytes(&self) -> usize {
        self.samples * size_of::<Sample>()
    }

    /// Values that there was no room for.
    pub(crate) const fn refused(&self) -> u64 {
        self.refused
    }

    /// Values that were not later than the last one of their series.
    pub(crate) const fn late(&self) -> u64 {
        self.late
    }

    fn find(&self, metric: &str, part: Part) -> Option<&Kept> {
        self.metrics.get(metric)?.iter().find(|kept| kept.part == part)
    }

    fn keep(&mut self, metric: &str, part: Part, labels: &Labels, sample: Sample) {
        self.sweep(sample.at);
        let parts = self.metrics.get_mut(metric).into_iter().flatten();
        let Some(kept) = parts.into_iter().find(|kept| kept.part == part) else { return };
        let known = kept.tracks.get_mut(labels);
        let is_full = self.samples >= MAX_SAMPLES || (known.is_none() && self.series >= MAX_SERIES);
        if is_full {
            self.refused += 1;
            return;
        }
        let track = match known {
            Some(track) => track,
            None => {
                self.series += 1;
                kept.tracks.entry(labels.clone()).or_default()
            }
        };
        let before = track.len();
        if track.push(sample, &kept.retention) {
            self.samples = self.samples + track.len() - before;
        } else {
            self.late += 1;
        }
    }

    /// Forgets the series that no rule can see any more.
    fn sweep(&mut self, now: i64) {
        if now < self.swept_at + SWEEP {
            return;
        }
        self.swept_at = now;
        (self.series, self.samples) = (0, 0);
        for kept in self.metrics.values_mut().flatten() {
            kept.tracks.retain(|_, track| track.forget(now, &kept.retention));
            self.series += kept.tracks.len();
            self.samples += kept.tracks.values().map(Track::len).sum::<usize>();
        }
    }
}

/// A point in time with the resolution that Prometheus has.
pub(crate) fn millis(at: Timestamp) -> i64 {
    i64::try_from(at.unix_nanos() / 1_000_000).unwrap_or(i64::MAX)
}
