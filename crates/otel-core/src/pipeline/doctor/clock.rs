//! Whether the clock that records are stamped with can be right.

use std::time::Duration;

use crate::event::Severity;
use crate::time::Timestamp;

use super::finding::{Finding, FindingKind, Subject};
use super::visit::Times;

/// Two clocks may disagree so far and nobody notices.
const TOLERANCE: Duration = Duration::from_secs(30);

/// Dates in answers have no fractions of a second.
const DATE: Duration = Duration::from_secs(1);

/// 2024-01-01, when there was no such program, and 2100-01-01, when there will be none.
const PLAUSIBLE: (Timestamp, Timestamp) = (
    Timestamp::from_unix_nanos(1_704_067_200_000_000_000),
    Timestamp::from_unix_nanos(4_102_444_800_000_000_000),
);

const REMEDY: &str = "set this machine's clock and keep it right with NTP: destinations drop what is too old or in \
                      the future, or show it where nobody looks";

/// What is wrong with a time by itself.
pub(super) fn implausible(now: Timestamp) -> Option<Finding> {
    let era = if now < PLAUSIBLE.0 {
        "before 2024"
    } else if now >= PLAUSIBLE.1 {
        "after 2099"
    } else {
        return None;
    };
    let seconds = now.unix_nanos() / 1_000_000_000;
    Some(Finding {
        kind: FindingKind::ClockImplausible,
        severity: Severity::Error,
        subject: Subject::Pipeline,
        what: format!("records are stamped with times {era}: it is {seconds} s after 1970-01-01 here"),
        remedy: REMEDY.to_owned(),
    })
}

/// What is wrong with our clock beside that of a server.
pub(super) fn off(times: Times, subject: impl FnOnce() -> Subject) -> Option<Finding> {
    let (how_far, direction) = match disagreement(times)? {
        Disagreement::Behind(by) => (by, "behind"),
        Disagreement::Ahead(by) => (by, "ahead of"),
    };
    Some(Finding {
        kind: FindingKind::ClockOff,
        severity: Severity::Warn,
        subject: subject(),
        what: format!(
            "our clock is {} s {direction} the clock of the server that answers",
            how_far.as_secs()
        ),
        remedy: REMEDY.to_owned(),
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Disagreement {
    Behind(Duration),
    Ahead(Duration),
}

/// How far our clock is off, at least: the server looked at its own between our two looks at ours.
fn disagreement(Times { sent, heard, theirs }: Times) -> Option<Disagreement> {
    let theirs = theirs?;
    let (behind, ahead) = (theirs.since(heard), sent.since(theirs.after(DATE)));
    if behind > TOLERANCE {
        Some(Disagreement::Behind(behind))
    } else if ahead > TOLERANCE {
        Some(Disagreement::Ahead(ahead))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const fn at(seconds: u64) -> Timestamp {
        Timestamp::from_unix_nanos(seconds * 1_000_000_000)
    }

    fn times(sent: u64, heard: u64, theirs: u64) -> Times {
        Times { sent: at(sent), heard: at(heard), theirs: Some(at(theirs)) }
    }

    #[test]
    fn a_time_is_possible_in_this_century_from_2024_on() {
        for (seconds, possible) in [
            (0, false),
            (1_704_067_199, false),
            (1_704_067_200, true),
            (4_102_444_799, true),
            (4_102_444_800, false),
        ] {
            assert_eq!(implausible(at(seconds)).is_none(), possible, "{seconds}");
        }
    }

    #[test]
    fn a_slow_answer_is_no_disagreement() {
        assert_eq!(disagreement(times(1_000, 1_100, 1_000)), None);
        assert_eq!(disagreement(times(1_000, 1_100, 1_130)), None);
        assert_eq!(
            disagreement(times(1_000, 1_100, 1_131)),
            Some(Disagreement::Behind(Duration::from_secs(31)))
        );
        assert_eq!(disagreement(times(1_000, 1_100, 969)), None);
        assert_eq!(
            disagreement(times(1_000, 1_100, 968)),
            Some(Disagreement::Ahead(Duration::from_secs(31)))
        );
    }

    proptest! {
        #[test]
        fn right_clocks_never_disagree(sent in 0_u64..1 << 60, took in 0_u64..1 << 40, share in 0.0..1.0) {
            let now = sent + (took as f64 * share) as u64;
            let theirs = Timestamp::from_unix_nanos(now / 1_000_000_000 * 1_000_000_000);
            let [sent, heard] = [sent, sent + took].map(Timestamp::from_unix_nanos);
            prop_assert_eq!(disagreement(Times { sent, heard, theirs: Some(theirs) }), None);
        }
    }
}
