//! The pacer: when a destination is tried, and when it is left alone. It is the circuit breaker of one outlet.
//!
//! While all goes well several requests are on their way at once. After a failure there is one at a time, and each
//! further failure doubles the wait before the next, with jitter, so that a thousand processes do not come back as
//! one; what the destination itself asks for is honoured first. One success and all is well again.

use std::time::Duration;

use tokio::time::Instant;

use crate::settings::Backoff;

/// Requests on their way at once. Four keep a connection busy while answers travel; more only delay one another.
const IN_FLIGHT: usize = 4;

/// Failures in a row after which a destination counts as down: a second or so with the usual back-off.
const DOWN: u32 = 3;

/// Paces the attempts at one outlet.
#[derive(Debug)]
pub(crate) struct Pacer {
    backoff: Backoff,
    /// Failures in a row, where requests that were on their way together count as one.
    failures: u32,
    not_before: Option<Instant>,
    /// Which attempts were begun after the last failure.
    round: u64,
}

/// An attempt's place in the order of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Round(u64);

impl Pacer {
    pub(crate) fn new(backoff: Backoff) -> Self {
        Self { backoff, failures: 0, not_before: None, round: 0 }
    }

    /// Whether another attempt may begin now, with so many on their way.
    pub(crate) fn allows(&self, on_their_way: usize, now: Instant) -> bool {
        self.has_room(on_their_way) && self.not_before.is_none_or(|then| now >= then)
    }

    /// Whether another attempt may begin when it is time, with so many on their way.
    pub(crate) fn has_room(&self, on_their_way: usize) -> bool {
        on_their_way < if self.failures == 0 { IN_FLIGHT } else { 1 }
    }

    /// What an attempt that begins now has to say when it fails.
    pub(crate) fn round(&self) -> Round {
        Round(self.round)
    }

    /// When the next attempt may begin, where that is not now.
    pub(crate) fn not_before(&self) -> Option<Instant> {
        self.not_before
    }

    /// Whether the last attempt failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.failures > 0
    }

    /// Whether the destination is taken for down.
    pub(crate) fn is_down(&self) -> bool {
        self.failures >= DOWN
    }

    pub(crate) fn succeeded(&mut self) {
        self.failures = 0;
        self.not_before = None;
    }

    /// An attempt failed that may be repeated, after the wait that the destination asks for.
    pub(crate) fn failed(&mut self, begun: Round, asked: Option<Duration>, now: Instant) {
        let asked = asked.map(|wait| wait.min(Backoff::LONGEST_REQUEST));
        if begun == self.round() {
            self.round += 1;
            let wait = self.backoff.wait(self.failures, fastrand::f64());
            self.failures = self.failures.saturating_add(1).min(31);
            // What the destination asks for is the least: it may ask for nothing.
            self.not_before = Some(now + asked.unwrap_or_default().max(wait));
        } else {
            // It was on its way together with one that failed before; only its wish is news.
            self.not_before = self.not_before.max(asked.map(|wait| now + wait));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BACKOFF: Backoff = Backoff { first: Duration::from_millis(100), longest: Duration::from_secs(3) };

    fn failed_times(times: u32, start: Instant) -> (Pacer, Instant) {
        let mut pacer = Pacer::new(BACKOFF);
        let mut now = start;
        for _ in 0..times {
            let round = pacer.round();
            pacer.failed(round, None, now);
            now = pacer.not_before().unwrap_or(now);
        }
        (pacer, now)
    }

    #[test]
    fn each_failure_doubles_the_wait_up_to_the_longest() {
        let start = Instant::now();
        let mut pacer = Pacer::new(BACKOFF);
        for expected in [100, 200, 400, 800, 1_600, 3_000, 3_000, 3_000] {
            let round = pacer.round();
            pacer.failed(round, None, start);
            let wait = pacer.not_before().unwrap_or(start) - start;
            let expected = Duration::from_millis(expected);
            assert!(
                wait >= expected.mul_f64(0.8) && wait <= expected.mul_f64(1.2),
                "{wait:?} for {expected:?}"
            );
        }
    }

    #[test]
    fn requests_that_fail_together_are_one_failure() {
        let start = Instant::now();
        let mut pacer = Pacer::new(BACKOFF);
        let together = pacer.round();
        (0..4).for_each(|_| pacer.failed(together, None, start));
        assert!(pacer.is_failing() && !pacer.is_down());
        assert!(pacer.not_before().unwrap_or(start) - start <= Duration::from_millis(120));
    }

    #[test]
    fn while_it_fails_one_at_a_time_is_sent_and_only_when_it_is_time() {
        let (pacer, due) = failed_times(2, Instant::now());
        assert!(!pacer.allows(0, due - Duration::from_millis(1)));
        assert!(pacer.allows(0, due));
        assert!(!pacer.allows(1, due));
    }

    #[test]
    fn what_the_destination_asks_for_comes_first_but_not_for_ever() {
        let start = Instant::now();
        for (asked, kept) in [(0, 0), (7, 7), (86_400 * 365, 3_600)] {
            let mut pacer = Pacer::new(BACKOFF);
            let round = pacer.round();
            pacer.failed(round, Some(Duration::from_secs(asked)), start);
            let wait = pacer.not_before().unwrap_or(start) - start;
            assert!(wait >= Duration::from_secs(kept) && wait < Duration::from_secs(kept + 1), "{wait:?}");
        }
    }

    #[test]
    fn a_success_makes_everything_well() {
        let (mut pacer, now) = failed_times(5, Instant::now());
        assert!(pacer.is_down());
        pacer.succeeded();
        assert!(!pacer.is_failing());
        assert!(pacer.allows(3, now) && !pacer.allows(4, now));
    }

    #[test]
    fn a_failure_for_every_second_of_a_year_does_not_overflow() {
        let (pacer, _) = failed_times(100_000, Instant::now());
        assert!(pacer.is_down());
    }
}
