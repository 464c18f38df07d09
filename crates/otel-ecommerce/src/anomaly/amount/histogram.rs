//! Counts by bin, of which older ones count for less.

/// How often each of `BINS` values came; what is beyond the last counts as the last.
#[derive(Debug)]
pub(super) struct Histogram<const BINS: usize> {
    bins: Box<[u32; BINS]>,
    total: u64,
}

impl<const BINS: usize> Default for Histogram<BINS> {
    fn default() -> Self {
        Self { bins: Box::new([0; BINS]), total: 0 }
    }
}

impl<const BINS: usize> Histogram<BINS> {
    /// At this many, all counts are halved: what was half a million values ago counts half.
    const FULL: u64 = 1 << 20;
    /// The bytes that one takes besides its own.
    pub(super) const HEAP: usize = size_of::<[u32; BINS]>();

    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn add(&mut self, bin: usize) {
        if let Some(count) = self.bins.get_mut(bin.min(BINS - 1)) {
            *count += 1;
            self.total += 1;
        }
        if self.total >= Self::FULL {
            self.bins.iter_mut().for_each(|count| *count /= 2);
            self.total = self.bins.iter().map(|count| u64::from(*count)).sum();
        }
    }

    /// The bin below or in which this many thousandths of all values are; nothing without a value.
    pub(super) fn quantile(&self, thousandths: u64) -> Option<usize> {
        let mut left = (self.total * thousandths).div_ceil(1_000).max(1);
        self.bins.iter().position(|count| {
            let count = u64::from(*count);
            let is_it = count >= left;
            left = left.saturating_sub(count);
            is_it
        })
    }

    /// The distance within which this many thousandths of all values are.
    pub(super) fn nearest(&self, thousandths: u64, distance: impl Fn(usize) -> u64) -> Option<u64> {
        let mut order = [(0, 0); BINS];
        for (bin, (place, count)) in order.iter_mut().zip(self.bins.iter()).enumerate() {
            *place = (distance(bin), *count);
        }
        order.sort_unstable();
        let mut left = (self.total * thousandths).div_ceil(1_000).max(1);
        order.into_iter().find_map(|(distance, count)| {
            let is_it = u64::from(count) >= left;
            left = left.saturating_sub(u64::from(count));
            is_it.then_some(distance)
        })
    }
}
