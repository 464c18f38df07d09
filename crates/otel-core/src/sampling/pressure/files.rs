//! What Linux says of a process and its host, in files.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// No file that is read here is longer.
const MAX_LENGTH: u64 = 64 * 1024;

/// Files of the control group and of the host. Each may be missing: an older kernel has fewer of them, another
/// operating system none.
#[derive(Debug)]
pub(super) struct Files {
    /// The control group's own, then the host's.
    cpu_pressure: [PathBuf; 2],
    memory_pressure: [PathBuf; 2],
    cpu_stat: PathBuf,
    memory_current: PathBuf,
    memory_max: PathBuf,
    memory_stat: PathBuf,
    /// What a file said; kept, so that reading it allocates nothing.
    text: String,
}

impl Files {
    pub(super) fn new(proc: &Path, cgroups: &Path) -> Self {
        let group = cgroups.join(own_group(proc).unwrap_or_default());
        Self {
            cpu_pressure: [group.join("cpu.pressure"), proc.join("pressure/cpu")],
            memory_pressure: [group.join("memory.pressure"), proc.join("pressure/memory")],
            cpu_stat: group.join("cpu.stat"),
            memory_current: group.join("memory.current"),
            memory_max: group.join("memory.max"),
            memory_stat: group.join("memory.stat"),
            text: String::new(),
        }
    }

    /// The percentage of the last ten seconds in which some task waited for a processor.
    pub(super) fn cpu_stalled(&mut self) -> Option<f64> {
        worst(&self.cpu_pressure, &mut self.text)
    }

    /// The percentage of the last ten seconds in which some task waited for memory.
    pub(super) fn memory_stalled(&mut self) -> Option<f64> {
        worst(&self.memory_pressure, &mut self.text)
    }

    /// The periods of the control group's processor quota, and those of them in which it was used up.
    pub(super) fn throttling(&mut self) -> Option<(u64, u64)> {
        let text = read(&self.cpu_stat, &mut self.text)?;
        Some((field(text, "nr_periods")?, field(text, "nr_throttled")?))
    }

    /// The share of the memory that the control group may have and cannot give back; `None` without a limit.
    ///
    /// Files that were read and not looked at again make way by themselves, so they count for nothing.
    pub(super) fn memory_used(&mut self) -> Option<f64> {
        let max: u64 = read(&self.memory_max, &mut self.text)?.trim().parse().ok()?;
        let current: u64 = read(&self.memory_current, &mut self.text)?.trim().parse().ok()?;
        let cached = read(&self.memory_stat, &mut self.text).and_then(|text| field(text, "inactive_file"));
        (max > 0).then(|| current.saturating_sub(cached.unwrap_or(0)) as f64 / max as f64)
    }
}

/// The control group of this process, relative to the root of all.
fn own_group(proc: &Path) -> Option<PathBuf> {
    let mut text = String::new();
    let groups = read(&proc.join("self/cgroup"), &mut text)?;
    let own = groups.lines().find_map(|line| line.strip_prefix("0::/"))?;
    // What is outside of the namespace cannot be seen, and begins with dots.
    Some(PathBuf::from(own)).filter(|own| !own.starts_with(".."))
}

/// The highest of what these files say.
fn worst(files: &[PathBuf; 2], text: &mut String) -> Option<f64> {
    files.iter().filter_map(|file| some_avg10(read(file, text)?)).reduce(f64::max)
}

/// `some avg10=0.22 avg60=0.17 avg300=1.11 total=58761459`
fn some_avg10(text: &str) -> Option<f64> {
    let some = text.lines().find_map(|line| line.strip_prefix("some "))?;
    let avg10: f64 = some.split(' ').find_map(|word| word.strip_prefix("avg10="))?.parse().ok()?;
    (0.0..=100.0).contains(&avg10).then_some(avg10)
}

/// The number behind a name, one pair on each line.
fn field(text: &str, name: &str) -> Option<u64> {
    let pairs = text.lines().filter_map(|line| line.split_once(' '));
    pairs.filter(|(found, _)| *found == name).find_map(|(_, number)| number.trim().parse().ok())
}

fn read<'a>(file: &Path, text: &'a mut String) -> Option<&'a str> {
    text.clear();
    File::open(file).ok()?.take(MAX_LENGTH).read_to_string(text).ok()?;
    Some(text)
}
