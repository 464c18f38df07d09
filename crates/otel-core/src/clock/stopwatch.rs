//! How long something takes.

use std::sync::Arc;
use std::time::Duration;

use super::Reading;
use crate::recorder::Recorder;

/// How long something takes, by a clock that nobody sets: what is measured in metrics.
///
/// The wall clock is for when something happened. It is stepped and slewed, and the difference of two of its readings may
/// be anything. A [`Span`](crate::Span) measures itself in this way, too.
///
/// ```
/// use otel_core::Timestamp;
/// use otel_core::testing::TestTelemetry;
/// use std::time::Duration;
///
/// let test = TestTelemetry::new();
/// let watch = test.stopwatch();
/// test.advance(Duration::from_secs(2));
/// test.set_clock(Timestamp::from_unix_nanos(0));
/// assert_eq!(watch.elapsed(), Duration::from_secs(2));
/// ```
#[derive(Clone, Debug)]
pub struct Stopwatch {
    started: Option<(Arc<Recorder>, Reading)>,
}

impl Stopwatch {
    pub(crate) fn start(recorder: Option<&Arc<Recorder>>) -> Self {
        Self { started: recorder.map(|recorder| (Arc::clone(recorder), recorder.clock.read())) }
    }

    /// The time since it was started; zero from telemetry that goes nowhere.
    pub fn elapsed(&self) -> Duration {
        let Some((recorder, started)) = &self.started else { return Duration::ZERO };
        recorder.clock.between(*started, recorder.clock.read())
    }
}
