//! What everybody pays in one currency: what new users are held against, and what makes a score mean the same in
//! every shop.

use super::histogram::Histogram;
use super::quantile::{Code, NORMAL, Usual};

/// What was learned of all payments in one currency, in 12 KiB. Older payments count for less.
#[derive(Debug, Default)]
pub(super) struct Population {
    amounts: Histogram<512>,
    /// The distance of amounts from what is usual for the user, in 32nds of the latter.
    departures: Histogram<512>,
    /// How unusual payments were for their users, in eighths.
    user_scores: Histogram<1_024>,
    /// How unusual they were for anybody, in eighths.
    scores: Histogram<1_024>,
    learned: Option<Learned>,
}

/// What follows from the histograms, which takes too long to find out for each payment.
#[derive(Clone, Copy, Debug)]
struct Learned {
    usual: Usual,
    departure: Option<f64>,
    user_tail: f64,
    tail: f64,
}

impl Population {
    /// The bytes that one takes besides its own.
    pub(super) const HEAP: usize = 2 * Histogram::<512>::HEAP + 2 * Histogram::<1_024>::HEAP;
    /// How many payments it takes, and after how many it is looked at again.
    const STEP: u64 = 1_000;
    /// The share of payments, in thousandths, whose score is not in the tail.
    const BODY: u64 = 975;
    /// The score that has this share of normally distributed payments below it, when what is usual was estimated of
    /// few: 1.96 if it were known, and 2.25 for 64 payments, measured.
    const NORMAL_BODY: f64 = 2.25;
    /// The spread of users' payments in terms of their median while nothing is known: that of exponentially distributed
    /// amounts, 1.4826 × 0.4812 / 0.6931.
    pub(super) const UNKNOWN_DEPARTURE: f64 = 1.03;

    /// What is usual for anybody; nothing before there were 1,000 payments.
    pub(super) fn usual(&self) -> Option<Usual> {
        self.learned.map(|learned| learned.usual)
    }

    /// By how much users' payments usually differ from what is usual for them, in terms of the latter.
    pub(super) fn departure(&self) -> f64 {
        self.learned.and_then(|learned| learned.departure).unwrap_or(Self::UNKNOWN_DEPARTURE)
    }

    /// By how much longer the tail of the scores of users' payments is than that of normally distributed ones.
    pub(super) fn user_tail(&self) -> f64 {
        self.learned.map_or(1.0, |learned| learned.user_tail)
    }

    /// The same of scores that hold a payment against those of anybody.
    pub(super) fn tail(&self) -> f64 {
        self.learned.map_or(1.0, |learned| learned.tail)
    }

    /// Takes in a payment: how much, what is usual for the user and how unusual it was for them, where that is known,
    /// and how unusual it was for anybody.
    pub(super) fn learn(&mut self, amount: u64, user: Option<(Usual, f64)>, score: Option<f64>) {
        if let Some((usual, score)) = user {
            let departure = amount.abs_diff(usual.median) as f64 / usual.median.max(1) as f64;
            self.departures.add((departure * 32.0) as usize);
            self.user_scores.add((score.max(0.0) * 8.0) as usize);
        }
        if let Some(score) = score {
            self.scores.add((score.max(0.0) * 8.0) as usize);
        }
        self.amounts.add(usize::from(Code::of(amount).0 / 8));
        if self.amounts.total().is_multiple_of(Self::STEP) {
            self.look();
        }
    }

    fn look(&mut self) {
        let amount_of = |bin: usize| Code((bin * 8 + 4) as u16).amount();
        let Some(bin) = self.amounts.quantile(500) else { return };
        let median = amount_of(bin);
        let distance = self.amounts.nearest(500, |bin| amount_of(bin).abs_diff(median));
        let usual =
            Usual { payments: self.amounts.total(), median, spread: distance.unwrap_or(0) as f64 * NORMAL };
        let enough = |bin: usize| (self.departures.total() >= Self::STEP).then_some(bin);
        let departure = self.departures.quantile(500).and_then(enough);
        let tail_of = |scores: &Histogram<1_024>| {
            let body = scores.quantile(Self::BODY).filter(|_| scores.total() >= Self::STEP);
            body.map_or(1.0, |bin| ((bin as f64 + 0.5) / 8.0 / Self::NORMAL_BODY).max(1.0))
        };
        self.learned = Some(Learned {
            usual,
            departure: departure.map(|bin| (bin as f64 + 0.5) / 32.0 * NORMAL),
            user_tail: tail_of(&self.user_scores),
            tail: tail_of(&self.scores),
        });
    }
}
