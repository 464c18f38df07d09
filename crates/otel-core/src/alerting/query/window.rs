//! Spans of time as Prometheus has them.

use std::fmt;
use std::time::Duration;

use super::QueryError;

/// A whole number of milliseconds, and at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Window(i64);

impl Window {
    pub(super) const fn minutes(minutes: i64) -> Self {
        Self(minutes * 60 * 1000)
    }

    pub(super) fn of(time: Duration) -> Result<Self, QueryError> {
        let millis = i64::try_from(time.as_millis()).map_err(|_| QueryError::Window)?;
        let is_whole = time.subsec_nanos().is_multiple_of(1_000_000);
        if millis > 0 && is_whole { Ok(Self(millis)) } else { Err(QueryError::Window) }
    }

    pub(super) const fn millis(self) -> i64 {
        self.0
    }

    pub(super) fn seconds(self) -> f64 {
        Duration::from_millis(self.0.unsigned_abs()).as_secs_f64()
    }
}

/// `1h30m`
impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        for (unit, millis) in [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)] {
            if rest >= millis {
                write!(f, "{}{unit}", rest / millis)?;
                rest %= millis;
            }
        }
        Ok(())
    }
}
