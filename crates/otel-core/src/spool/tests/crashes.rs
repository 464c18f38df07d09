//! A crash at each operation, and a failure of each operation.

use std::io::Write as _;

use super::journey::Journey;
use super::simulated::{Fault, Faults, Record};

/// Adds up what the threads of a test have done.
fn on_each_core(work: impl Fn(u64) -> u64 + Sync) -> u64 {
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|core| {
                scope.spawn({
                    let work = &work;
                    move || work(core)
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().unwrap()).sum()
    })
}

fn say(what: &str, count: u64) {
    writeln!(std::io::stdout(), "{count} {what}").unwrap();
}

#[test]
fn what_was_synced_survives_a_crash_at_every_operation() {
    let crash_points =
        on_each_core(|core| (0..40).map(|seed| Journey::with_crashes(seed * 2 + core, 150)).sum());
    say("crash points", crash_points);
    assert!(crash_points >= 20_000, "{crash_points}");
}

#[test]
fn what_was_synced_survives_a_failure_of_every_operation() {
    const STEPS: u64 = 40;
    let lives = on_each_core(|core| {
        let mut lives = 0;
        for seed in (core..8).step_by(2) {
            let mut rng = fastrand::Rng::with_seed(seed);
            for from in 0..Journey::operations(seed, STEPS) {
                for kind in [Fault::Broken, Fault::Full, Fault::Short] {
                    let count = if rng.bool() { 1 } else { rng.u64(2..8) };
                    let crash = from + rng.u64(..60);
                    let crashes = Record::Within(crash, crash + 1);
                    Journey::with_faults(seed, STEPS, Faults { from, count, kind }, crashes);
                    lives += 1;
                }
            }
        }
        lives
    });
    say("lives with failures", lives);
    assert!(lives >= 2_000, "{lives}");
}

#[test]
fn what_was_synced_survives_a_crash_at_every_operation_after_a_failure() {
    const STEPS: u64 = 25;
    let crash_points = on_each_core(|core| {
        let mut crash_points = 0;
        for seed in (100 + core..120).step_by(2) {
            for from in 0..Journey::operations(seed, STEPS) {
                let faults = Faults { from, count: 1, kind: Fault::Broken };
                crash_points += Journey::with_faults(seed, STEPS, faults, Record::Within(from, from + 12));
            }
        }
        crash_points
    });
    say("crash points after failures", crash_points);
    assert!(crash_points >= 10_000, "{crash_points}");
}
