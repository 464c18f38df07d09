//! How fast a thread produces, and what a process has used.

use std::thread;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// The processor time of all threads of this process, those that are gone included.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::from_secs(time.tv_sec.unsigned_abs()) + Duration::from_nanos(time.tv_nsec.unsigned_abs())
}

/// Keeps a thread to its rate, by letting it sleep: to spin would count as cost.
#[derive(Debug)]
pub(crate) struct Pace {
    started: Instant,
    /// Spans a second.
    rate: Option<f64>,
}

/// How long a thread sleeps when it is ahead: long enough that waking up costs little beside the work, and at two
/// million spans a second still fewer spans than the smallest queue holds.
const NAP: Duration = Duration::from_millis(1);

impl Pace {
    pub(crate) fn new(rate: Option<f64>) -> Self {
        Self { started: Instant::now(), rate }
    }

    /// The time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Sleeps while `made` spans are more than should be made by now.
    pub(crate) fn hold(&self, made: u64) {
        let Some(rate) = self.rate else { return };
        while made as f64 > self.started.elapsed().as_secs_f64() * rate {
            nap();
        }
    }
}

/// Sleeps for a moment.
pub(crate) fn nap() {
    // Nobody unparks this thread, so this is a sleep; should somebody, it is a short one.
    thread::park_timeout(NAP);
}
