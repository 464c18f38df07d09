//! What a stalled measurement leaves out: pure logic.

use std::time::Duration;

/// The most ticks that one stall stands for. It bounds what recording it costs: the longest waits are taken.
pub const MOST_OMITTED: u64 = 10_000;

/// The waits of ticks that nobody saw, because whoever looks for one every `expected` was busy for `took`: as long as
/// it took less one interval, less two, and so on, as long as an interval is left.
///
/// This is the correction of `HdrHistogram`, `recordValueWithExpectedInterval`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Omitted {
    next: Duration,
    expected: Duration,
    left: u64,
    uncorrected: u64,
}

impl Omitted {
    /// The waits behind a reaction; none when it took less than two intervals, or when the interval is zero.
    #[inline]
    pub const fn new(took: Duration, expected: Duration) -> Self {
        let waiting = match took.as_nanos().checked_div(expected.as_nanos()) {
            // The tick that was seen is one of them.
            Some(ticks) => ticks.saturating_sub(1),
            None => 0,
        };
        let waiting = if waiting > u64::MAX as u128 { u64::MAX } else { waiting as u64 };
        let left = if waiting < MOST_OMITTED { waiting } else { MOST_OMITTED };
        Self { next: took, expected, left, uncorrected: waiting - left }
    }

    /// How many are left out, because there are more than [`MOST_OMITTED`].
    pub const fn uncorrected(&self) -> u64 {
        self.uncorrected
    }
}

impl Iterator for Omitted {
    type Item = Duration;

    #[inline]
    fn next(&mut self) -> Option<Duration> {
        self.left = self.left.checked_sub(1)?;
        self.next = self.next.saturating_sub(self.expected);
        Some(self.next)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = usize::try_from(self.left).unwrap_or(usize::MAX);
        (left, Some(left))
    }
}

impl ExactSizeIterator for Omitted {}
