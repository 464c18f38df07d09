//! Processes that append to an audit trail until they are killed, at no moment in particular.
//!
//! The test starts itself as a child. The child says on its standard output which records were acknowledged, and only
//! then; the parent reads that for a while, kills it with SIGKILL, and looks at what is left.

// tidy: own process: it starts itself again and kills it, and a test harness would take the child's arguments for its own.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use otel_core::Timestamp;
use otel_trading::audit::{
    AuditTrail, EntityId, EventType, Hash, Options, Record, TrailKey, Verdict, Version, verify,
};

/// How often a process is killed.
const RUNS: u64 = 100;

/// What tells the child that it is one.
const CHILD: &str = "--append-until-killed";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == CHILD) {
        Some(at) => child(Path::new(&arguments[at + 1]), arguments[at + 2].parse().unwrap()),
        None => parent(),
    }
}

fn key() -> TrailKey {
    TrailKey::new("example.com/desk", [7; 32]).unwrap()
}

/// Four threads append, and each says `INDEX HASH` for what is durable.
fn child(dir: &Path, run: u64) {
    // Tiles are made all the time, so that it is killed in the middle of that as well; and every other time segments of
    // the journal begin and are retired all the time.
    let segment_bytes = if run.is_multiple_of(2) { 4096 } else { Options::default().segment_bytes };
    let options = Options { publish_entries: 64 + run * 7, segment_bytes, ..Options::default() };
    let trail = AuditTrail::open(dir, key(), options).unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            let trail = &trail;
            scope.spawn(move || {
                for number in 0..u64::MAX {
                    let entity = format!("{run}/{thread}/{}", "x".repeat((number * 37 % 900) as usize));
                    let time = Timestamp::from_unix_nanos(number);
                    let record = Record::new(EventType("appended"), time, EntityId(&entity), Version::FIRST);
                    let receipt = trail.append(&record).unwrap().wait().unwrap();
                    let line = format!("{} {}\n", receipt.index, receipt.leaf_hash);
                    io::stdout().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

/// Starts a child, listens to some of what it says, kills it, and gives what was acknowledged.
fn kill_one(dir: &Path, run: u64, random: &mut fastrand::Rng) -> Vec<(u64, String)> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(CHILD)
        .arg(dir)
        .arg(run.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut acknowledged, mut line) = (Vec::new(), String::new());
    for _ in 0..random.usize(0..900) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "child {run} has died by itself");
        acknowledged.extend(heard(&line));
    }
    // It goes on all the while: where it is now, nobody knows.
    child.kill().unwrap();
    assert!(!child.wait().unwrap().success());
    loop {
        line.clear();
        if lines.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
            return acknowledged;
        }
        acknowledged.extend(heard(&line));
    }
}

fn heard(line: &str) -> Option<(u64, String)> {
    let (index, hash) = line.trim_end().split_once(' ')?;
    Some((index.parse().unwrap(), hash.to_owned()))
}

fn parent() {
    let dir = tempfile::tempdir().unwrap();
    let mut random = fastrand::Rng::with_seed(1);
    let (mut known, mut torn, mut replayed, mut size) = (Vec::new(), 0, 0, 0);
    for run in 0..RUNS {
        known.extend(kill_one(dir.path(), run, &mut random));
        // As it was left, before anything is put right.
        let verdict = verify(dir.path(), &key().verifier(), None, |_, _| {});
        match verdict {
            Ok(Verdict::Intact(summary)) => torn += u64::from(summary.torn_bytes > 0),
            Err(_) if known.is_empty() => continue,
            verdict => panic!("run {run} is a false alarm: {verdict:?}"),
        }
        let trail = AuditTrail::open(dir.path(), key(), Options::default()).unwrap();
        replayed += trail.recovery().replayed;
        let archive = trail.archive().unwrap();
        size = archive.size();
        let hashes: Vec<_> =
            archive.entries(0).map(|(_, entry)| Hash::leaf(&entry.unwrap()).to_string()).collect();
        for (index, hash) in &known {
            assert_eq!(hashes.get(*index as usize), Some(hash), "run {run}: entry {index} is lost");
        }
    }
    let said = format!(
        "{RUNS} processes killed: {} records acknowledged, {size} in the trail, {replayed} replayed from the journal, \
         {torn} torn groups; none was lost, and no false alarm\n",
        known.len()
    );
    io::stdout().write_all(said.as_bytes()).unwrap();
    assert!(known.len() > 10_000 && replayed > 1_000, "{said}");
}
