//! When a sink may be spoken to: not too often, and after a failure not too soon.

use std::time::Duration;

use tokio::time::Instant;

use super::queue::Outcome;
use crate::settings::Backoff;

/// How often a sink is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    /// The time between two requests in the long run.
    pub(super) every: Duration,
    /// How many requests may follow one another at once; at least one.
    pub(super) burst: u32,
}

/// Paces the requests of one sink. It knows no clock, and with one seed it always decides alike.
#[derive(Debug)]
pub(super) struct Pace {
    rate: Rate,
    backoff: Backoff,
    random: fastrand::Rng,
    /// When the next request were due if all had been sent evenly.
    even: Option<Instant>,
    /// Failures in a row.
    failures: u32,
    not_before: Option<Instant>,
}

impl Pace {
    pub(super) fn new(rate: Rate, backoff: Backoff, seed: u64) -> Self {
        let random = fastrand::Rng::with_seed(seed);
        Self { rate, backoff, random, even: None, failures: 0, not_before: None }
    }

    /// When the next request may begin, where that is not now.
    pub(super) fn not_before(&self, now: Instant) -> Option<Instant> {
        let ahead = self.rate.every.saturating_mul(self.rate.burst.saturating_sub(1));
        let in_turn = self.even.and_then(|even| even.checked_sub(ahead));
        in_turn.max(self.not_before).filter(|then| *then > now)
    }

    /// A request begins.
    pub(super) fn begun(&mut self, now: Instant) {
        let even = self.even.map_or(now, |even| even.max(now));
        self.even = Some(even + self.rate.every);
    }

    /// A request was answered, or it was not.
    pub(super) fn ended(&mut self, outcome: Outcome, now: Instant) {
        match outcome {
            Outcome::Accepted | Outcome::Refused => self.answered(),
            Outcome::Failed { after } => self.failed(after, now),
        }
    }

    /// It was answered, with whatever words: somebody is there.
    fn answered(&mut self) {
        self.failures = 0;
        self.not_before = None;
    }

    /// It failed and may be repeated, after the wait that the server asks for.
    fn failed(&mut self, asked: Option<Duration>, now: Instant) {
        let wait = self.backoff.wait(self.failures, self.random.f64());
        self.failures = self.failures.saturating_add(1).min(31);
        // What the server asks for is the least: it may ask for nothing.
        self.not_before = Some(now + asked.unwrap_or_default().min(Backoff::LONGEST_REQUEST).max(wait));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_secs(1), longest: Duration::from_secs(60) };

    fn pace(every: Duration, burst: u32) -> Pace {
        Pace::new(Rate { every, burst }, BACKOFF, 7)
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_the_longest() {
        let now = Instant::now();
        let mut pace = pace(Duration::ZERO, 1);
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            pace.failed(None, now);
            let wait = pace.not_before(now).unwrap() - now;
            let expected = Duration::from_secs(expected);
            assert!(wait >= expected.mul_f64(0.8) && wait <= expected.mul_f64(1.2), "{wait:?}: {expected:?}");
        }
        pace.answered();
        assert_eq!(pace.not_before(now), None);
    }

    #[test]
    fn two_processes_do_not_come_back_at_the_same_time() {
        let now = Instant::now();
        let waits = [1, 2].map(|seed| {
            let mut pace = Pace::new(Rate { every: Duration::ZERO, burst: 1 }, BACKOFF, seed);
            pace.failed(None, now);
            pace.not_before(now)
        });
        assert_ne!(waits[0], waits[1]);
    }

    #[test]
    fn what_the_server_asks_for_comes_first_but_not_for_ever() {
        let now = Instant::now();
        for (asked, least, most) in [(0, 0, 2), (120, 120, 120), (86_400 * 365, 3_600, 3_600)] {
            let mut pace = pace(Duration::ZERO, 1);
            pace.failed(Some(Duration::from_secs(asked)), now);
            let wait = (pace.not_before(now).unwrap() - now).as_secs();
            assert!((least..=most).contains(&wait), "{asked}: {wait}");
        }
    }

    proptest! {
        #[test]
        fn no_stretch_of_time_has_more_requests_than_the_rate_allows(
            every in 1_u64..50,
            burst in 1_u32..6,
            steps in prop::collection::vec(0_u64..40, 1..200),
        ) {
            let (start, mut pace) = (Instant::now(), pace(Duration::from_millis(every), burst));
            let (mut now, mut sent) = (start, Vec::new());
            for step in steps {
                now += Duration::from_millis(step);
                if pace.not_before(now).is_none() {
                    pace.begun(now);
                    sent.push((now - start).as_millis());
                }
            }
            for (at, first) in sent.iter().enumerate() {
                for (further, last) in sent.iter().enumerate().skip(at) {
                    let allowed = u128::from(burst) + (last - first) / u128::from(every);
                    prop_assert!((further - at + 1) as u128 <= allowed, "{sent:?}");
                }
            }
        }

        #[test]
        fn who_waits_as_long_as_told_may_go(every in 1_u64..50, burst in 1_u32..6, requests in 1_usize..50) {
            let (start, mut pace) = (Instant::now(), pace(Duration::from_millis(every), burst));
            let mut now = start;
            for _ in 0..requests {
                now = pace.not_before(now).unwrap_or(now);
                prop_assert_eq!(pace.not_before(now), None);
                pace.begun(now);
            }
            let least = u64::try_from(requests).unwrap().saturating_sub(u64::from(burst)) * every;
            prop_assert_eq!((now - start).as_millis(), u128::from(least));
        }
    }
}
