//! How likely it is that somebody guesses cards.

use otel_core::Timestamp;

use crate::anomaly::entities::Memory;

/// Tells whether more payments are declined as guesses are than usual: Page's cumulative sum of log-likelihood ratios,
/// for a share of 20 % instead of 2 %.
///
/// As long as all is as usual, it goes down to zero and stays there; it is wrong once in 100,000 payments at most. At
/// any share above 8 % it climbs. It goes by the order in which payments arrive, and forgets all after a day without one.
#[derive(Debug, Default)]
pub(super) struct Guessing {
    /// In thousandths.
    score: i32,
    /// Since the score was zero.
    attempts: u32,
    guesses: u32,
    /// Seconds since the Unix epoch.
    newest: u32,
}

/// ln(0.20 / 0.02), in thousandths: what a guess says for guessing.
const GUESS: i32 = 2_303;
/// ln(0.80 / 0.98), in thousandths: what any other payment says against it.
const OTHER: i32 = -203;
/// ln(100,000), in thousandths: whoever waits for this is wrong once in 100,000 payments at most (Lorden, 1971).
const CERTAIN: i32 = 11_513;
/// Beyond this it does not climb, so that it comes down again within 60 to 120 usual payments.
const HIGHEST: i32 = 2 * CERTAIN;

const DAY: u32 = 24 * 60 * 60;

impl Memory for Guessing {}

impl Guessing {
    /// Takes a payment in. While it is certain that somebody guesses: the payments since all was as usual, and how many
    /// of them are guesses.
    pub(super) fn take_in(&mut self, at: Timestamp, is_guess: bool) -> Option<(u32, u32)> {
        let at = second(at);
        if self.is_forgotten(at) {
            *self = Self::default();
        }
        self.newest = self.newest.max(at);
        self.attempts = self.attempts.saturating_add(1);
        self.guesses = self.guesses.saturating_add(is_guess.into());
        self.score = (self.score + if is_guess { GUESS } else { OTHER }).min(HIGHEST);
        if self.score <= 0 {
            *self = Self { newest: self.newest, ..Self::default() };
        }
        self.certain()
    }

    /// The same of those that were taken in before a moment.
    pub(super) fn before(&self, at: Timestamp) -> Option<(u32, u32)> {
        self.certain().filter(|_| !self.is_forgotten(second(at)))
    }

    fn certain(&self) -> Option<(u32, u32)> {
        (self.score >= CERTAIN).then_some((self.attempts, self.guesses))
    }

    const fn is_forgotten(&self, at: u32) -> bool {
        at.saturating_sub(self.newest) > DAY
    }
}

/// The second since 1970, until 2106.
fn second(at: Timestamp) -> u32 {
    u32::try_from(at.unix_nanos() / 1_000_000_000).unwrap_or(u32::MAX)
}
