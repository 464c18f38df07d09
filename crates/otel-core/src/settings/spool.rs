//! The queue on disk.

use std::path::PathBuf;
use std::time::Duration;

use crate::Lane;

use super::features::SPOOL;
use super::shown::Shown;
use super::{Code, Reader, parse};

/// A queue on disk for what cannot be delivered at once: where, how large, and what it promises.
///
/// ```
/// use otel_core::Lane;
/// use otel_core::settings::{Durability, Spool};
///
/// let spool = Spool::at("/var/lib/gateway/telemetry")
///     .max_bytes(1 << 30)
///     .durability(Lane::Normal, Durability::Synced);
/// # let _ = spool;
/// ```
#[derive(Clone, Debug)]
#[must_use = "a spool is used when it is given to `Builder::spool`"]
pub struct Spool {
    directory: PathBuf,
    max_bytes: Option<u64>,
    max_age: Option<Duration>,
    durability: [Option<Durability>; Lane::ALL.len()],
    when_full: [Option<WhenFull>; Lane::ALL.len()],
    backlog_bytes_per_second: Option<u64>,
}

impl Spool {
    /// A spool in this directory, which is made when it is not there.
    pub fn at(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            max_bytes: None,
            max_age: None,
            durability: Default::default(),
            when_full: Default::default(),
            backlog_bytes_per_second: None,
        }
    }

    /// The most bytes on disk for each destination: at least 1 MiB, and 256 MiB unless said otherwise.
    pub fn max_bytes(mut self, bytes: u64) -> Self {
        self.max_bytes = Some(bytes);
        self
    }

    /// How old what waits may become before it is dropped: 48 hours unless said otherwise.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }

    /// What a lane's records survive. Audit and alert are [`Synced`](Durability::Synced), normal is
    /// [`Written`](Durability::Written) and bulk [`Buffered`](Durability::Buffered) unless said otherwise.
    pub fn durability(mut self, lane: Lane, durability: Durability) -> Self {
        self.durability[lane as usize] = Some(durability);
        self
    }

    /// What a lane does when the spool is full. Audit and alert [`DropNew`](WhenFull::DropNew), normal and bulk
    /// [`DropOldest`](WhenFull::DropOldest) unless said otherwise.
    pub fn when_full(mut self, lane: Lane, answer: WhenFull) -> Self {
        self.when_full[lane as usize] = Some(answer);
        self
    }

    /// How fast what waited is sent once it can be, beside what is new: 4 MiB a second unless said otherwise, and
    /// at least 64 KiB.
    pub fn backlog_bytes_per_second(mut self, bytes: u64) -> Self {
        self.backlog_bytes_per_second = Some(bytes);
        self
    }
}

/// What a record in the spool survives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Durability {
    /// It waits in memory as long as there is room, and is lost when the process is killed.
    Buffered,
    /// It is handed to the operating system: it survives that the process is killed, but not a power failure.
    Written,
    /// It is on the disk before it counts as taken: it survives a power failure.
    Synced,
}

/// What a lane does when its part of the spool is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenFull {
    /// What comes is not taken; what must not be lost stays with who recorded it.
    DropNew,
    /// What has waited longest makes room, and is counted as dropped.
    DropOldest,
}

/// The queue on disk, decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SpoolSettings {
    pub(crate) directory: PathBuf,
    pub(crate) max_bytes: u64,
    pub(crate) max_age: Duration,
    pub(crate) durability: [Durability; Lane::ALL.len()],
    pub(crate) when_full: [WhenFull; Lane::ALL.len()],
    pub(crate) backlog_bytes_per_second: u64,
}

const MAX_BYTES: u64 = 256 * 1024 * 1024;
const MIN_MAX_BYTES: u64 = 1024 * 1024;
const MAX_AGE: Duration = Duration::from_secs(48 * 60 * 60);
const BACKLOG: u64 = 4 * 1024 * 1024;
const MIN_BACKLOG: u64 = 64 * 1024;

impl SpoolSettings {
    /// The spool, where somebody named a directory.
    pub(super) fn resolve(code: &Code, env: &mut Reader<'_>) -> Option<Self> {
        let spool = code.spool.as_ref();
        let (directory, setting) = env
            .setting("spool.directory")
            .code("spool", spool.map(|spool| spool.directory.clone()))
            .variable("OTEL_RUST_SPOOL_DIRECTORY", parse::path)
            .if_given()?;
        SPOOL.require(&setting, env);
        if directory.as_os_str().is_empty() {
            env.complain(setting, "names no directory");
        }
        let max_bytes = env
            .setting("spool.max_bytes")
            .code("spool: max_bytes", spool.and_then(|spool| spool.max_bytes))
            .variable("OTEL_RUST_SPOOL_MAX_BYTES", parse::number)
            .checked(parse::at_least(MIN_MAX_BYTES))
            .or(MAX_BYTES);
        let max_age = env
            .setting("spool.max_age")
            .code("spool: max_age", spool.and_then(|spool| spool.max_age))
            .checked(parse::a_while)
            .or(MAX_AGE);
        let durability = Lane::ALL.map(|lane| {
            env.setting(format!("spool.{}.durability", lane.as_str()))
                .code("spool: durability", spool.and_then(|spool| spool.durability[lane as usize]))
                .or(match lane {
                    Lane::Audit | Lane::Alert => Durability::Synced,
                    Lane::Normal => Durability::Written,
                    Lane::Bulk => Durability::Buffered,
                })
        });
        let when_full = Lane::ALL.map(|lane| {
            env.setting(format!("spool.{}.when_full", lane.as_str()))
                .code("spool: when_full", spool.and_then(|spool| spool.when_full[lane as usize]))
                .or(match lane {
                    Lane::Audit | Lane::Alert => WhenFull::DropNew,
                    Lane::Normal | Lane::Bulk => WhenFull::DropOldest,
                })
        });
        let backlog_bytes_per_second = env
            .setting("spool.backlog_bytes_per_second")
            .code("spool: backlog_bytes_per_second", spool.and_then(|spool| spool.backlog_bytes_per_second))
            .checked(parse::at_least(MIN_BACKLOG))
            .or(BACKLOG);
        Some(Self { directory, max_bytes, max_age, durability, when_full, backlog_bytes_per_second })
    }
}

impl Shown for Durability {
    fn shown(&self) -> String {
        match self {
            Self::Buffered => "buffered".to_owned(),
            Self::Written => "written".to_owned(),
            Self::Synced => "synced".to_owned(),
        }
    }
}

impl Shown for WhenFull {
    fn shown(&self) -> String {
        match self {
            Self::DropNew => "drop_new".to_owned(),
            Self::DropOldest => "drop_oldest".to_owned(),
        }
    }
}
