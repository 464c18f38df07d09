//! How hard the process has it: one number, and why.

mod files;

use std::path::Path;

use files::Files;

/// How hard the process has it: the worst of everything that is known, and nothing where nothing is known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pressure {
    level: f64,
    reason: Option<PressureReason>,
}

/// Where the pressure is highest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum PressureReason {
    /// Tasks wait for a processor.
    CpuStalled,
    /// The control group has used up its processor time.
    CpuThrottled,
    /// Tasks wait for memory.
    MemoryStalled,
    /// The control group's memory is used up.
    MemoryFull,
    /// The queue in memory fills up.
    QueueFull,
    /// The queue on disk fills up.
    SpoolFull,
    /// Destinations ask for less.
    DestinationThrottles,
    /// Telemetry itself takes too much processor time.
    OwnCpu,
}

/// What the pipeline knows of itself. What is unknown is `None`, and counts for nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever fills it in should be told of a new field")]
pub struct Load {
    /// How full the queue in memory is, from 0 to 1.
    pub queue: Option<f64>,
    /// How full the queue on disk is, from 0 to 1.
    pub spool: Option<f64>,
    /// The share of recent requests to which destinations answered that it is too much, from 0 to 1.
    pub throttled: Option<f64>,
    /// The processor time that telemetry takes, as a share of what it may take.
    pub own_cpu: Option<f64>,
}

/// What the operating system says, as levels from 0 to 100.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Weather {
    cpu_stalled: Option<f64>,
    cpu_throttled: Option<f64>,
    memory_stalled: Option<f64>,
    memory_full: Option<f64>,
}

/// Finds out how hard the process has it. It reads files of the operating system; where there are none, those signals
/// are missing.
#[derive(Debug)]
pub struct Barometer {
    files: Files,
    /// The periods and the throttled ones at the last reading.
    periods: Option<(u64, u64)>,
}

/// The level at which a share of memory begins to count: below, there is no pressure.
const MEMORY_CALM: f64 = 0.5;

/// The share of time that tasks wait for memory that is as bad as can be: `systemd-oomd` ends processes there.
const MEMORY_STALL_LIMIT: f64 = 60.0;

/// The level at which telemetry takes as much processor time as it may: where a governor takes action.
const OWN_CPU_AT_LIMIT: f64 = 90.0;

impl Barometer {
    /// Reads the files of this process's control group and host: below `/proc` and `/sys/fs/cgroup`.
    pub fn of_this_process() -> Self {
        Self::at(Path::new("/proc"), Path::new("/sys/fs/cgroup"))
    }

    /// Reads the files below these two directories.
    pub fn at(proc: &Path, cgroups: &Path) -> Self {
        Self { files: Files::new(proc, cgroups), periods: None }
    }

    /// How hard it is now. Throttling is that since the last reading.
    pub fn read(&mut self, load: &Load) -> Pressure {
        let weather = Weather {
            cpu_stalled: self.files.cpu_stalled(),
            cpu_throttled: self.cpu_throttled(),
            memory_stalled: self.files.memory_stalled().map(|share| share / MEMORY_STALL_LIMIT * 100.0),
            memory_full: self.files.memory_used().map(|share| above(share, MEMORY_CALM) * 100.0),
        };
        Pressure::of(&weather, load)
    }

    /// The share of periods in which the control group was throttled, in percent.
    fn cpu_throttled(&mut self) -> Option<f64> {
        let (all, throttled) = self.files.throttling()?;
        let (all_before, throttled_before) = self.periods.replace((all, throttled))?;
        // A counter that went back belongs to another control group.
        let (all, throttled) = (all.checked_sub(all_before)?, throttled.checked_sub(throttled_before)?);
        Some(if all == 0 { 0.0 } else { throttled as f64 / all as f64 * 100.0 })
    }
}

impl Pressure {
    fn of(weather: &Weather, load: &Load) -> Self {
        use PressureReason as Reason;
        let percent = |share: Option<f64>| share.map(|share| share * 100.0);
        let all = [
            (Reason::CpuStalled, weather.cpu_stalled),
            (Reason::CpuThrottled, weather.cpu_throttled),
            (Reason::MemoryStalled, weather.memory_stalled),
            (Reason::MemoryFull, weather.memory_full),
            // A queue that is filling up will soon be full, so its beginning counts more than its end.
            (Reason::QueueFull, percent(load.queue.map(|share| share.max(0.0).sqrt()))),
            (Reason::SpoolFull, percent(load.spool)),
            (Reason::DestinationThrottles, percent(load.throttled)),
            (Reason::OwnCpu, load.own_cpu.map(|share| share * OWN_CPU_AT_LIMIT)),
        ];
        all.into_iter().fold(Self::default(), |worst, (reason, level)| match level {
            // What is no number is above nothing.
            Some(level) if level > worst.level && worst.level < 100.0 => {
                Self { level: level.min(100.0), reason: Some(reason) }
            }
            _ => worst,
        })
    }

    /// How hard it is, from 0 to 100.
    pub const fn level(self) -> f64 {
        self.level
    }

    /// Where it is hardest; `None` where there is no pressure.
    pub const fn reason(self) -> Option<PressureReason> {
        self.reason
    }
}

impl PressureReason {
    /// The reason as one word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CpuStalled => "cpu_stalled",
            Self::CpuThrottled => "cpu_throttled",
            Self::MemoryStalled => "memory_stalled",
            Self::MemoryFull => "memory_full",
            Self::QueueFull => "queue_full",
            Self::SpoolFull => "spool_full",
            Self::DestinationThrottles => "destination_throttles",
            Self::OwnCpu => "own_cpu",
        }
    }
}

/// How far a share is on its way from `calm` to all.
fn above(share: f64, calm: f64) -> f64 {
    ((share - calm) / (1.0 - calm)).max(0.0)
}
