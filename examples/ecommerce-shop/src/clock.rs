//! What time it is in the shop.

use std::time::SystemTime;

use otel_core::{Stopwatch, Telemetry, Timestamp};

/// The shop's clock: that of its telemetry, so that what is said of when something happened and what is measured agree,
/// and a test can move both. Without telemetry it is the system's.
#[derive(Clone, Debug)]
pub(crate) struct Clock(Telemetry);

impl Clock {
    pub(crate) fn new(telemetry: &Telemetry) -> Self {
        Self(telemetry.clone())
    }

    pub(crate) fn now(&self) -> Timestamp {
        if self.0.is_on() { self.0.now() } else { SystemTime::now().into() }
    }

    /// What measures how long something takes, whatever happens to the clock meanwhile. Without telemetry it stands still,
    /// for nobody is told.
    pub(crate) fn stopwatch(&self) -> Stopwatch {
        self.0.stopwatch()
    }
}

/// A time as the database has it: whole seconds since 1970.
pub(crate) fn seconds(at: Timestamp) -> i64 {
    i64::try_from(at.unix_nanos() / 1_000_000_000).unwrap_or(i64::MAX)
}
