//! What amounts turned out to be: above some, there may be nearly nothing but fraud.

use super::quantile::Code;
use crate::labels::FraudLabel;

/// The labels of all payments in one currency by their amount, in 16 KiB. Older ones count for less.
#[derive(Debug)]
pub(super) struct LabelledAmounts {
    bins: Box<[Both; Self::BINS]>,
    total: u64,
    line: Option<Line>,
}

/// Frauds, and what proved genuine.
#[derive(Clone, Copy, Debug, Default)]
struct Both {
    frauds: u32,
    genuine: u32,
}

/// The amount from which on nearly everything was fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) from: u64,
    pub(super) frauds: u32,
    pub(super) genuine: u32,
}

impl Default for LabelledAmounts {
    fn default() -> Self {
        Self { bins: Box::new([Both::default(); Self::BINS]), total: 0, line: None }
    }
}

impl LabelledAmounts {
    /// The bytes that one takes besides its own.
    pub(super) const HEAP: usize = size_of::<[Both; Self::BINS]>();

    const BINS: usize = 2_048;
    /// After how many labels they are looked at again.
    const STEP: u64 = 1_000;
    /// At this many, all counts are halved: what was half a million labels ago counts half.
    const FULL: u64 = 1 << 20;
    /// The fewest labels that say something.
    const ENOUGH: u32 = 20;
    /// Of so many labels, one may be of a genuine payment.
    const NEARLY_ALL: u32 = 10;

    /// The amount from which on nearly everything was fraud; nothing when there is none.
    pub(super) const fn line(&self) -> Option<Line> {
        self.line
    }

    pub(super) fn take(&mut self, amount: u64, label: FraudLabel) {
        let Some(bin) = self.bins.get_mut(usize::from(Code::of(amount).0 / 2)) else { return };
        match label {
            FraudLabel::Fraud => bin.frauds += 1,
            FraudLabel::Genuine => bin.genuine += 1,
        }
        self.total += 1;
        if self.total.is_multiple_of(Self::STEP) {
            self.line = self.draw();
        }
        if self.total >= Self::FULL {
            // Both at once, so that the share stays what it is.
            for bin in self.bins.iter_mut() {
                *bin = Both { frauds: bin.frauds / 2, genuine: bin.genuine / 2 };
            }
            self.total = self.bins.iter().map(|bin| u64::from(bin.frauds + bin.genuine)).sum();
        }
    }

    /// Goes down from the largest amounts, by groups of enough labels, as long as nearly all of each were frauds.
    fn draw(&self) -> Option<Line> {
        let (mut line, mut group) = (None::<Line>, Both::default());
        for (at, bin) in self.bins.iter().enumerate().rev() {
            group = Both { frauds: group.frauds + bin.frauds, genuine: group.genuine + bin.genuine };
            let labels = group.frauds + group.genuine;
            if labels < Self::ENOUGH {
                continue;
            }
            if group.genuine > labels / Self::NEARLY_ALL {
                break;
            }
            let before = line.map_or(Both::default(), |it| Both { frauds: it.frauds, genuine: it.genuine });
            let from = Code((at * 2) as u16).least();
            let (frauds, genuine) = (before.frauds + group.frauds, before.genuine + group.genuine);
            (line, group) = (Some(Line { from, frauds, genuine }), Both::default());
        }
        line
    }
}
