//! The producer: records spans in one arm, from as many threads as asked.

use std::error::Error;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use otel_benches::workload::Work;

use super::Flood;
use super::arms::{Arm, Running};
use super::child::Produced;
use super::pace::{Pace, nap, processor_time};

/// Spans between two looks at the clock.
const STRIDE: u64 = 64;

/// Spans between two looks at what is under way, which takes a lock.
const LOOK: u64 = 1_024;

/// Produces, shuts down, and says what was offered and what it took.
pub(crate) fn run(arm: Arm, port: u16, flood: Flood) -> Result<(), Box<dyn Error>> {
    end_at_last(flood);
    let running = Arc::new(Running::start(arm, port)?);
    let (started, used) = (Instant::now(), processor_time());
    let threads: Vec<_> = (0..flood.threads)
        .map(|_| {
            let running = Arc::clone(&running);
            thread::spawn(move || produce(&running, flood))
        })
        .collect();
    let offered = threads.into_iter().map(|thread| thread.join().unwrap_or_default()).sum();
    let producing = started.elapsed();
    let account = running.shutdown(flood.deadline());
    let produced = Produced {
        offered,
        producing,
        wall: started.elapsed(),
        processor: processor_time().saturating_sub(used),
        queue_full: account.queue_full,
        unaccounted: account.unaccounted,
    };
    produced.say()?;
    Ok(())
}

/// How long a producer may take beyond what it was told, before it is ended.
const PATIENCE: Duration = Duration::from_secs(30);

/// Ends this process if a shutdown hangs: whoever runs a flood in a script should not have to.
fn end_at_last(flood: Flood) {
    let limit = flood.duration() + flood.deadline() + PATIENCE;
    let started = Instant::now();
    thread::spawn(move || {
        while let Some(left) = limit.checked_sub(started.elapsed()) {
            thread::park_timeout(left);
        }
        std::process::exit(1);
    });
}

/// Records spans until the time is over; returns how many.
fn produce(running: &Running, flood: Flood) -> u64 {
    let record = running.record();
    let mut work = Work::seeded();
    let pace = Pace::new(flood.rate.map(|rate| rate as f64 / f64::from(flood.threads)));
    let mut made = 0;
    while pace.elapsed() < flood.duration() {
        for _ in 0..STRIDE {
            record(work.item());
        }
        made += STRIDE;
        pace.hold(made);
        if let Some(bound) = flood.backpressure
            && made.is_multiple_of(LOOK)
        {
            while running.pending() > bound && pace.elapsed() < flood.duration() {
                nap();
            }
        }
    }
    made
}
