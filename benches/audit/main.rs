//! The audit trail: durable records a second, how long an acknowledgement takes, and how fast a trail is checked.
//!
//! `cargo bench -p otel-benches --bench audit`. The ceiling is what the same disk does in the same run with groups of the
//! same size and nothing else: `raw` writes 1 MiB and calls `fdatasync`. What an acknowledgement can be held against is
//! `raw/paced`, which writes as many bytes in a second as the paced trail and does nothing but sync them; it is timed
//! before and after the trail. Of a disk that others use at the same time only the ratio says something.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use otel_core::Timestamp;
use otel_trading::audit::{
    AuditTrail, Detail, DetailName, EntityId, EventType, Options, Receipt, Record, TrailKey, Value, Verdict,
    Version, verify,
};

const THREADS: u64 = 2;

/// The bytes of an entry.
const ENTRY: usize = 300;

/// How many records of a thread may be on their way.
const WINDOW: usize = 2048;

/// The bytes of a group that becomes durable together when nobody is in a hurry: what the target rate brings in
/// `RAW_EVERY`, each entry with its hash and its length.
const RAW_GROUP: usize = (RATE as usize * (ENTRY + 34)) / 200;

/// How often the raw disk gets such a group.
const RAW_EVERY: Duration = Duration::from_millis(5);

/// The rate at which acknowledgements are timed: the target of the design.
const RATE: u64 = 200_000;

fn main() -> io::Result<()> {
    // Cargo hands `--test` on: then everything runs once, and its figures mean nothing.
    let is_test = std::env::args().any(|argument| argument == "--test");
    let records = if is_test { 2_000 } else { 1_500_000 };
    let mut out = io::stdout();

    let dir = directory();
    let (took, mut syncs) = raw(dir.path(), records * ENTRY as u64, 1 << 20, Duration::ZERO)?;
    writeln!(
        out,
        "audit/append/raw       {:>12.0} records/s, 1 MiB synced after {}",
        rate(records, took),
        quantiles(&mut syncs)
    )?;

    let dir = directory();
    let Appended { took, mut waits } = append(dir.path(), records, None);
    writeln!(
        out,
        "audit/append/flooded   {:>12.0} durable records/s, acknowledged after {}",
        rate(records, took),
        quantiles(&mut waits)
    )?;

    let checked = check(dir.path());
    writeln!(out, "audit/verify           {:>12.0} records/s", rate(records, checked))?;

    raw_paced(&mut out, is_test)?;
    let dir = directory();
    let Appended { took, mut waits } = append(dir.path(), records, Some(RATE));
    writeln!(
        out,
        "audit/append/paced     {:>12.0} durable records/s, acknowledged after {}",
        rate(records, took),
        quantiles(&mut waits)
    )?;

    raw_paced(&mut out, is_test)?;

    let dir = directory();
    let mut alone = one_by_one(dir.path(), records / 1000);
    writeln!(out, "audit/append/alone     one at a time, acknowledged after {}", quantiles(&mut alone))
}

fn raw_paced(out: &mut impl io::Write, is_test: bool) -> io::Result<()> {
    let dir = directory();
    let groups = if is_test { 3 } else { 500 };
    let (_, mut syncs) = raw(dir.path(), groups * RAW_GROUP as u64, RAW_GROUP, RAW_EVERY)?;
    let (kilobytes, every) = (RAW_GROUP / 1000, RAW_EVERY);
    writeln!(
        out,
        "audit/raw/paced        {kilobytes} kB every {every:?}, synced after {}",
        quantiles(&mut syncs)
    )
}

struct Appended {
    /// From the first record to the last one that is durable.
    took: Duration,
    /// From appending each record to knowing that it is durable.
    waits: Vec<Duration>,
}

/// Threads append as fast as they can, or at a rate, and hear of each record.
fn append(dir: &Path, records: u64, rate: Option<u64>) -> Appended {
    let trail = open(dir);
    let start = Instant::now();
    let each = records / THREADS;
    let waits = thread::scope(|scope| {
        let threads: Vec<_> = (0..THREADS)
            .map(|_| {
                let trail = &trail;
                scope.spawn(move || {
                    let mut waits = Vec::with_capacity(each as usize);
                    let mut open: VecDeque<(Instant, Receipt)> = VecDeque::with_capacity(WINDOW);
                    for number in 0..each {
                        // When it is due, not when it is its turn: a stall is seen by all that fall into it.
                        let due = rate.map(|rate| {
                            start + Duration::from_nanos(number * 1_000_000_000 * THREADS / rate)
                        });
                        while due.is_some_and(|due| Instant::now() < due) {
                            hear(&mut open, &mut waits, false);
                            thread::park_timeout(Duration::from_micros(50));
                        }
                        let at = due.unwrap_or_else(Instant::now);
                        open.push_back((at, append_one(trail, number)));
                        hear(&mut open, &mut waits, rate.is_none());
                    }
                    while !open.is_empty() {
                        wait(&mut open, &mut waits);
                    }
                    waits
                })
            })
            .collect();
        threads.into_iter().filter_map(|thread| thread.join().ok()).flatten().collect()
    });
    Appended { took: start.elapsed(), waits }
}

/// Takes note of what is durable, and waits for the oldest when too many are on their way.
fn hear(open: &mut VecDeque<(Instant, Receipt)>, waits: &mut Vec<Duration>, is_bounded: bool) {
    if is_bounded && open.len() == WINDOW {
        wait(open, waits);
    }
    // Asking takes the lock that appenders take, so it is not asked more often than it changes.
    if open.len().is_multiple_of(64) {
        while open.front().is_some_and(|(_, receipt)| receipt.is_durable() == Ok(true)) {
            waits.extend(open.pop_front().map(|(at, _)| at.elapsed()));
        }
    }
}

#[expect(clippy::expect_used, reason = "a benchmark that loses a record measures nothing")]
fn wait(open: &mut VecDeque<(Instant, Receipt)>, waits: &mut Vec<Duration>) {
    if let Some((at, receipt)) = open.pop_front() {
        receipt.wait().expect("durable");
        waits.push(at.elapsed());
    }
}

#[expect(clippy::expect_used, reason = "a benchmark that loses a record measures nothing")]
fn append_one(trail: &AuditTrail, number: u64) -> Receipt {
    const FILLER: &str = "0123456789012345678901234567890123456789012345678901234567";
    let details = [
        Detail::new(DetailName("sequence"), Value::Integer(1_000_000_000 + number as i64)),
        Detail::new(DetailName("note"), Value::Text(FILLER)),
        Detail::new(DetailName("desk"), Value::Text("equities-eu")),
    ];
    let time = Timestamp::from_unix_nanos(1_790_000_000_000_000_000 + number);
    let entity = EntityId("order-00000017");
    let record =
        Record { details: &details, ..Record::new(EventType("order_updated"), time, entity, Version::FIRST) };
    trail.append(&record).expect("an open trail")
}

#[expect(clippy::expect_used, reason = "a benchmark that loses a record measures nothing")]
fn one_by_one(dir: &Path, records: u64) -> Vec<Duration> {
    let trail = open(dir);
    let appended = (0..records).map(|number| {
        let start = Instant::now();
        append_one(&trail, number).wait().expect("durable");
        start.elapsed()
    });
    appended.collect()
}

#[expect(clippy::expect_used, reason = "a benchmark without its trail has nothing to measure")]
fn check(dir: &Path) -> Duration {
    let key = key().verifier();
    let archive = otel_trading::audit::Archive::open(dir, &key).expect("a trail");
    assert_eq!(
        archive.entry(0).map(|entry| entry.len()),
        Ok(ENTRY),
        "the records are not as large as is said"
    );
    let start = Instant::now();
    let verdict = verify(dir, &key, None, |_, _| {});
    let took = start.elapsed();
    assert!(matches!(verdict, Ok(Verdict::Intact(_))), "{verdict:?}");
    took
}

/// Writes groups of so many bytes, and times each from when it is due until it is durable.
fn raw(dir: &Path, bytes: u64, group: usize, every: Duration) -> io::Result<(Duration, Vec<Duration>)> {
    let mut file = File::create(dir.join("raw"))?;
    let (group, mut syncs) = (vec![1; group], Vec::new());
    let start = Instant::now();
    for number in 0..bytes.div_ceil(group.len() as u64) {
        let due = start + every * number as u32;
        while let Some(left) = due.checked_duration_since(Instant::now()).filter(|left| !left.is_zero()) {
            thread::park_timeout(left);
        }
        let at = if every.is_zero() { Instant::now() } else { due };
        file.write_all(&group)?;
        file.sync_data()?;
        syncs.push(at.elapsed());
    }
    Ok((start.elapsed(), syncs))
}

#[expect(clippy::expect_used, reason = "a benchmark without its trail has nothing to measure")]
fn open(dir: &Path) -> AuditTrail {
    AuditTrail::open(dir, key(), Options::default()).expect("a trail")
}

#[expect(clippy::expect_used, reason = "the name is written here")]
fn key() -> TrailKey {
    TrailKey::new("example.com/bench", [7; 32]).expect("a name")
}

#[expect(clippy::expect_used, reason = "a benchmark without its disk has nothing to measure")]
fn directory() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a directory")
}

fn rate(records: u64, took: Duration) -> f64 {
    records as f64 / took.as_secs_f64()
}

fn quantiles(waits: &mut [Duration]) -> String {
    waits.sort_unstable();
    let at = |share: f64| waits.get((waits.len() as f64 * share) as usize).copied().unwrap_or_default();
    format!("{:.2?} (p50), {:.2?} (p99), {:.2?} (p99.9)", at(0.5), at(0.99), at(0.999))
}
