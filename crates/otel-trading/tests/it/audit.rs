//! The audit trail, through its public API.

#[cfg(feature = "cli")]
mod cli;
mod crashes;
mod keys;
mod proofs;
mod records;
mod retention;
mod tampering;
mod trail;

use std::fs;
use std::path::{Path, PathBuf};

use otel_core::Timestamp;
use otel_trading::audit::{
    AuditTrail, Checkpoint, Detail, DetailName, EntityId, EventType, Options, Receipt, Record, TrailKey,
    Value, VerifierKey, Version,
};

pub(crate) fn key() -> TrailKey {
    TrailKey::new("example.com/desk", [7; 32]).expect("a name")
}

pub(crate) fn verifier() -> VerifierKey {
    key().verifier()
}

pub(crate) fn open(dir: &Path) -> AuditTrail {
    AuditTrail::open(dir, key(), Options::default()).expect("a trail")
}

/// A journal of many segments, where otherwise one is enough for all that a test appends.
pub(crate) fn in_segments() -> Options {
    Options { segment_bytes: 4096, ..Options::default() }
}

/// Appends the record with this number: of one of seven orders, with details of different lengths.
pub(crate) fn append(trail: &AuditTrail, number: u64) -> Receipt {
    append_with(trail, number, &"x".repeat((number * 31 % 57) as usize))
}

/// The same with a text of some length.
pub(crate) fn append_with(trail: &AuditTrail, number: u64, text: &str) -> Receipt {
    let order = format!("order-{}", number % 7);
    let details = [
        Detail::new(DetailName("sequence"), Value::Integer(number as i64)),
        Detail::new(DetailName("note"), Value::Text(text)),
    ];
    let record = Record {
        details: &details,
        ..Record::new(
            EventType("order_status_changed"),
            Timestamp::from_unix_nanos(1_790_000_000_000_000_000 + number),
            EntityId(&order),
            Version(number / 7 + 1),
        )
    };
    trail.append(&record).expect("an open trail")
}

/// Appends records and waits until they are durable, `group` at a time.
pub(crate) fn append_in_groups(trail: &AuditTrail, numbers: std::ops::Range<u64>, group: usize) {
    for start in numbers.clone().step_by(group) {
        let receipts: Vec<_> =
            (start..numbers.end.min(start + group as u64)).map(|number| append(trail, number)).collect();
        for receipt in receipts {
            receipt.wait().expect("durable");
        }
    }
}

/// A trail as a process that is killed leaves it: `published` records in tiles, the rest in the journal, and behind them
/// one long record that is a group of its own, for how many groups the others are is not in the hands of a test.
pub(crate) struct Killed {
    pub(crate) dir: tempfile::TempDir,
    /// The newest checkpoint, which somebody has kept.
    pub(crate) last: Checkpoint,
    /// Where the last group begins in the journal.
    pub(crate) last_group: usize,
    /// The files that the published checkpoint is about, below the directory. There are others, of tiles that are
    /// written and not published.
    pub(crate) covered: Vec<PathBuf>,
}

pub(crate) fn killed(published: u64, size: u64, group: usize) -> Killed {
    killed_with(Options::default(), published, size, group)
}

pub(crate) fn killed_with(options: Options, published: u64, size: u64, group: usize) -> Killed {
    let living = tempfile::tempdir().expect("a directory");
    let trail = AuditTrail::open(living.path(), key(), options).expect("a trail");
    append_in_groups(&trail, 0..published, 512);
    trail.flush().expect("published");
    let covered = files(living.path())
        .into_iter()
        .filter_map(|file| Some(file.strip_prefix(living.path()).ok()?.into()));
    let covered = covered.collect();
    append_in_groups(&trail, published..size, group);
    let before = last_segment(living.path());
    let last_group = fs::metadata(&before).expect("a segment").len() as usize;
    append_with(&trail, size, &"y".repeat(1_100)).wait().expect("durable");
    let dir = tempfile::tempdir().expect("a directory");
    copy(living.path(), dir.path());
    let last_group = if last_segment(dir.path()).file_name() == before.file_name() { last_group } else { 0 };
    Killed { dir, last: trail.checkpoint(), last_group, covered }
}

pub(crate) fn segments(dir: &Path) -> Vec<PathBuf> {
    files(&dir.join("journal"))
}

/// The entry that a segment begins with.
pub(crate) fn first_of(segment: &Path) -> u64 {
    segment.file_name().and_then(|name| name.to_str()?.parse().ok()).expect("a number")
}

pub(crate) fn last_segment(dir: &Path) -> PathBuf {
    segments(dir).last().expect("a segment").clone()
}

/// All files below a directory, in the order of their names.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

pub(crate) fn copy(from: &Path, to: &Path) {
    for file in files(from) {
        let copy = to.join(file.strip_prefix(from).expect("below"));
        fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
        fs::copy(&file, &copy).expect("a copy");
    }
}
