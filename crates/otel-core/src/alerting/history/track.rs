//! The samples of one series.

use std::collections::VecDeque;

use super::{LOOKBACK, Need};

/// How long every sample is kept, in milliseconds; of what is older, enough for the windows that reach that far.
const RECENT: i64 = 60 * 60 * 1000;

/// How much longer than rules look back samples are kept, in milliseconds, for evaluations that are late.
const MARGIN: i64 = LOOKBACK;

/// What says that a series ended, where a value would say how much there is of it. No computation results in it.
const GONE: u64 = 0x7ff8_0000_676f_6e65;

/// What a series was worth at some time, in milliseconds since the epoch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    pub(crate) at: i64,
    pub(crate) value: f64,
}

impl Sample {
    pub(super) const fn new(at: i64, value: f64) -> Self {
        Self { at, value: if value.is_nan() { f64::NAN } else { value } }
    }

    #[cfg(any(test, feature = "testing"))]
    pub(super) const fn gone(at: i64) -> Self {
        Self { at, value: f64::from_bits(GONE) }
    }

    const fn is_gone(&self) -> bool {
        self.value.to_bits() == GONE
    }
}

/// How much of a series is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct Retention {
    /// How far back samples are kept, in milliseconds.
    reach: i64,
    /// How far apart two samples may be that are no longer recent for those between them to be left out.
    spacing: i64,
    cumulative: bool,
}

impl Retention {
    pub(super) fn of(need: &Need) -> Self {
        // A thousand samples of a window say the same as ten thousand, to one in a thousand; and in a window that is
        // itself but a part of what is looked at, there must be enough for a rate.
        let spacing = (need.reach / 1000).min(need.window / 4);
        Self {
            reach: need.reach + MARGIN,
            spacing: if need.reach > RECENT { spacing } else { i64::MAX },
            cumulative: need.cumulative,
        }
    }

    /// What does for both.
    pub(super) fn extend(&mut self, other: Self) {
        self.reach = self.reach.max(other.reach);
        self.spacing = self.spacing.min(other.spacing);
    }
}

/// The samples of one series, in order.
#[derive(Debug, Default)]
pub(crate) struct Track {
    /// Older than recent, and thinned.
    old: VecDeque<Sample>,
    recent: VecDeque<Sample>,
}

impl Track {
    /// The last value up to `at`, unless it is too long ago or the series was gone by then.
    pub(crate) fn last(&self, at: i64) -> Option<f64> {
        let last = until(&self.recent, at).next_back().or_else(|| until(&self.old, at).next_back())?;
        (last.at >= at - LOOKBACK && !last.is_gone()).then_some(last.value)
    }

    /// The samples from `from` to `to`, both included.
    pub(crate) fn between(&self, from: i64, to: i64) -> impl Iterator<Item = Sample> + Clone {
        let inside = |samples: &VecDeque<Sample>| {
            let first = samples.partition_point(|sample| sample.at < from);
            first..samples.partition_point(|sample| sample.at <= to).max(first)
        };
        let (old, recent) = (inside(&self.old), inside(&self.recent));
        self.old.range(old).chain(self.recent.range(recent)).filter(|sample| !sample.is_gone()).copied()
    }

    pub(super) fn len(&self) -> usize {
        self.old.len() + self.recent.len()
    }

    /// Takes in a sample, unless it is not later than the last one.
    pub(super) fn push(&mut self, sample: Sample, retention: &Retention) -> bool {
        let last = self.recent.back().or_else(|| self.old.back());
        if last.is_some_and(|last| sample.at <= last.at) {
            return false;
        }
        self.recent.push_back(sample);
        self.forget(sample.at, retention);
        true
    }

    /// Forgets what is too old, thins out what is no longer recent, and says whether anything is left.
    pub(super) fn forget(&mut self, now: i64, retention: &Retention) -> bool {
        while let Some(sample) = pop_before(&mut self.recent, now - RECENT - MARGIN) {
            self.settle(sample, retention);
        }
        while pop_before(&mut self.old, now - retention.reach).is_some() {}
        while self.old.is_empty() && pop_before(&mut self.recent, now - retention.reach).is_some() {}
        self.len() > 0
    }

    /// Adds a sample to the old ones. The one before it goes if it says nothing that its neighbours do not.
    fn settle(&mut self, sample: Sample, retention: &Retention) {
        let mut newest = self.old.iter().rev();
        if let (Some(middle), Some(before)) = (newest.next(), newest.next())
            && sample.at - before.at <= retention.spacing
            && is_smooth([*before, *middle, sample], retention.cumulative)
        {
            self.old.pop_back();
        }
        self.old.push_back(sample);
    }
}

/// Whether nothing happens between three samples. Where a counter fell, it started again from zero, and what it had
/// counted until then would be lost with either side of the fall.
fn is_smooth(samples: [Sample; 3], cumulative: bool) -> bool {
    let falls = |pair: &[Sample]| matches!(pair, [first, second] if second.value < first.value);
    let has_fallen = cumulative && samples.windows(2).any(falls);
    !has_fallen && !samples.iter().any(Sample::is_gone)
}

fn until(samples: &VecDeque<Sample>, at: i64) -> impl DoubleEndedIterator<Item = &Sample> {
    samples.range(..samples.partition_point(|sample| sample.at <= at))
}

fn pop_before(samples: &mut VecDeque<Sample>, at: i64) -> Option<Sample> {
    if samples.front()?.at < at { samples.pop_front() } else { None }
}
