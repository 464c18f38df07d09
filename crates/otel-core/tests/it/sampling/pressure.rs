//! Pressure: what the files say, and which of all that is known is worst.

use std::fs;
use std::path::{Path, PathBuf};

use otel_core::sampling::{Barometer, Load, Pressure, PressureReason as Reason};
use tempfile::TempDir;

/// A host in files, and a process in the control group `/app`.
struct Host(TempDir);

impl Host {
    fn new() -> Self {
        let host = Self(tempfile::tempdir().unwrap());
        host.say("proc/self/cgroup", "0::/app\n");
        host
    }

    fn say(&self, file: &str, text: &str) {
        let file = self.0.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    fn path(&self, directory: &str) -> PathBuf {
        self.0.path().join(directory)
    }

    fn barometer(&self) -> Barometer {
        Barometer::at(&self.path("proc"), &self.path("cgroup"))
    }

    fn level(&self) -> (f64, Option<Reason>) {
        told(self.barometer().read(&Load::default()))
    }
}

fn told(pressure: Pressure) -> (f64, Option<Reason>) {
    ((pressure.level() * 100.0).round() / 100.0, pressure.reason())
}

fn stalled(avg10: f64) -> String {
    format!(
        "some avg10={avg10:.2} avg60=99.00 avg300=99.00 total=1\nfull avg10=99.00 avg60=0.00 avg300=0.00 total=0\n"
    )
}

#[test]
fn where_nothing_is_known_there_is_no_pressure() {
    let nowhere = Path::new("/nowhere");
    let pressure = Barometer::at(nowhere, nowhere).read(&Load::default());
    assert_eq!(told(pressure), (0.0, None));
    assert_eq!(pressure, Pressure::default());
}

#[test]
fn stalls_of_the_group_or_the_host_are_pressure() {
    let host = Host::new();
    host.say("proc/pressure/cpu", &stalled(12.5));
    assert_eq!(host.level(), (12.5, Some(Reason::CpuStalled)));
    host.say("cgroup/app/cpu.pressure", &stalled(40.0));
    assert_eq!(host.level(), (40.0, Some(Reason::CpuStalled)));
    // Processes are ended for waiting for memory long before they do nothing else.
    host.say("proc/pressure/memory", &stalled(30.0));
    assert_eq!(host.level(), (50.0, Some(Reason::MemoryStalled)));
    host.say("cgroup/app/memory.pressure", &stalled(90.0));
    assert_eq!(host.level(), (100.0, Some(Reason::MemoryStalled)));
}

#[test]
fn files_that_say_nothing_of_the_kind_count_for_nothing() {
    let host = Host::new();
    for text in
        ["", "some", "some avg10=", "some avg10=NaN", "some avg10=-1", "some avg10=101", "full avg10=9"]
    {
        host.say("proc/pressure/cpu", text);
        host.say("cgroup/app/cpu.stat", text);
        host.say("cgroup/app/memory.current", text);
        host.say("cgroup/app/memory.max", text);
        assert_eq!(host.level(), (0.0, None), "{text:?}");
    }
    fs::write(host.path("proc/pressure/cpu"), [0xff, 0xfe]).unwrap();
    assert_eq!(host.level(), (0.0, None));
}

#[test]
fn memory_counts_from_the_half_of_its_limit_on() {
    let host = Host::new();
    host.say("cgroup/app/memory.current", "950\n");
    assert_eq!(host.level(), (0.0, None));
    host.say("cgroup/app/memory.max", "max\n");
    assert_eq!(host.level(), (0.0, None));
    host.say("cgroup/app/memory.max", "1000\n");
    assert_eq!(host.level(), (90.0, Some(Reason::MemoryFull)));
    // What was only read from files makes way by itself.
    host.say("cgroup/app/memory.stat", "anon 100\ninactive_file 200\n");
    assert_eq!(host.level(), (50.0, Some(Reason::MemoryFull)));
    host.say("cgroup/app/memory.stat", "anon 100\ninactive_file 500\n");
    assert_eq!(host.level(), (0.0, None));
}

#[test]
fn throttling_is_that_since_the_last_reading() {
    let host = Host::new();
    let mut barometer = host.barometer();
    let mut level = |periods: u64, throttled: u64| {
        let text =
            format!("usage_usec 9\nnr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec 5\n");
        host.say("cgroup/app/cpu.stat", &text);
        told(barometer.read(&Load::default()))
    };
    // What was before nobody knows the time of.
    assert_eq!(level(1_000, 900), (0.0, None));
    assert_eq!(level(1_100, 925), (25.0, Some(Reason::CpuThrottled)));
    assert_eq!(level(1_100, 925), (0.0, None));
    assert_eq!(level(10, 5), (0.0, None));
    assert_eq!(level(20, 15), (100.0, Some(Reason::CpuThrottled)));
}

#[test]
fn a_process_outside_of_its_namespace_reads_what_it_can() {
    let host = Host::new();
    host.say("proc/self/cgroup", "0::/../outside\n");
    host.say("cgroup/cpu.pressure", &stalled(33.0));
    assert_eq!(host.level(), (33.0, Some(Reason::CpuStalled)));
    host.say("proc/self/cgroup", "12:cpu:/old\n");
    assert_eq!(host.level(), (33.0, Some(Reason::CpuStalled)));
}

#[test]
fn the_worst_counts_with_its_reason() {
    let host = Host::new();
    host.say("proc/pressure/cpu", &stalled(10.0));
    let mut barometer = host.barometer();
    let nothing = Load::default();
    let cases = [
        (Load { queue: Some(0.0), ..nothing }, 10.0, Reason::CpuStalled),
        // A queue at 81 % is where a governor takes action.
        (Load { queue: Some(0.81), ..nothing }, 90.0, Reason::QueueFull),
        (Load { spool: Some(0.5), ..nothing }, 50.0, Reason::SpoolFull),
        (Load { throttled: Some(0.25), ..nothing }, 25.0, Reason::DestinationThrottles),
        (Load { own_cpu: Some(1.0), ..nothing }, 90.0, Reason::OwnCpu),
        (Load { own_cpu: Some(9.0), ..nothing }, 100.0, Reason::OwnCpu),
        (Load { queue: Some(-1.0), spool: Some(f64::NAN), ..nothing }, 10.0, Reason::CpuStalled),
        (
            Load { queue: Some(0.25), spool: Some(0.6), throttled: Some(0.55), own_cpu: Some(0.1) },
            60.0,
            Reason::SpoolFull,
        ),
    ];
    for (load, level, reason) in cases {
        assert_eq!(told(barometer.read(&load)), (level, Some(reason)), "{load:?}");
    }
}

#[test]
fn reading_again_allocates_nothing_that_grows() {
    let host = Host::new();
    host.say("proc/pressure/cpu", &stalled(10.0));
    host.say("cgroup/app/memory.stat", &"inactive_file 1\n".repeat(100));
    host.say("cgroup/app/memory.max", "10\n");
    host.say("cgroup/app/memory.current", "10\n");
    let mut barometer = host.barometer();
    barometer.read(&Load::default());
    let again = allocation_counter::measure(|| {
        barometer.read(&Load::default());
    });
    assert_eq!(again.count_total, 0, "{again:?}");
}
