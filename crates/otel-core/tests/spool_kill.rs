//! Processes that write to the spool until they are killed, at no moment in particular.
//!
//! The test starts itself as a child. The child says on its standard output what it was promised, and only then; the
//! parent reads that for a while, kills it with SIGKILL, and looks at what is left.

// tidy: own process: it starts itself again and kills it, and a test harness would take the child's arguments for its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

use otel_core::Lane;
use otel_core::testing::DiskQueue;

/// How often a process is killed.
const RUNS: u64 = 220;

/// The bytes of the spool: enough that nothing has to be evicted.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// What tells the child that it is one.
const CHILD: &str = "--write-until-killed";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    match arguments.iter().position(|argument| argument == CHILD) {
        Some(at) => child(Path::new(&arguments[at + 1]), arguments[at + 2].parse().unwrap()),
        None => parent(),
    }
}

/// Like no other payload: it says which child's it is, and which of that child's.
fn payload(run: u64, id: u64) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(run << 32 | id);
    let mut bytes = [run.to_le_bytes(), id.to_le_bytes()].concat();
    let len = if id % 50 == 49 { 300_000 } else { rng.usize(..8_000) };
    bytes.extend(std::iter::repeat_with(|| rng.u8(..)).take(len));
    bytes
}

/// Writes, and says `w ID` for what is written, `s ID` for what is synced with all before it, `d ID` for what is done.
fn child(root: &Path, run: u64) {
    let mut spool = DiskQueue::open(root, MAX_BYTES);
    let mut rng = fastrand::Rng::with_seed(run);
    let mut out = io::stdout();
    // Each line is one write: the parent reads whole lines, or their beginnings.
    let mut say =
        |what: char, id: u64| out.write_all(format!("{what} {id}\n").as_bytes()).expect("someone listens");
    let mut open = Vec::new();
    // It ends by being killed; this many would take minutes.
    for id in 0..1_000_000 {
        let number = spool.append(Lane::ALL[rng.usize(..4)], &payload(run, id));
        open.push((id, number));
        say('w', id);
        if rng.u8(..8) == 0 {
            spool.sync();
            say('s', id);
        }
        if rng.u8(..3) == 0 {
            let (id, number) = open.swap_remove(rng.usize(..open.len()));
            // What the parent does not hear of may be done or not.
            say('b', id);
            spool.settle(number);
            say('d', id);
        }
    }
}

/// What one child said before it died.
#[derive(Default)]
struct Said {
    written: BTreeSet<u64>,
    synced: Option<u64>,
    settling: BTreeSet<u64>,
    settled: BTreeSet<u64>,
}

impl Said {
    fn hear(&mut self, line: &str) {
        let Some((what, id)) = line.split_once(' ') else { return };
        let id = id.parse().unwrap();
        match what {
            "w" => drop(self.written.insert(id)),
            "s" => self.synced = Some(id),
            "b" => drop(self.settling.insert(id)),
            "d" => drop(self.settled.insert(id)),
            _ => panic!("{line:?}"),
        }
    }
}

/// Starts a child, listens to some of what it says, and kills it.
fn kill_one(root: &Path, run: u64, rng: &mut fastrand::Rng) -> Said {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(CHILD)
        .arg(root)
        .arg(run.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap());
    let (mut said, mut line) = (Said::default(), String::new());
    // Not one line: it may die while it adopts what those before it left.
    for _ in 0..rng.usize(0..200) {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "child {run} has died by itself");
        said.hear(line.trim_end());
    }
    // It goes on all the while: where it is now, nobody knows.
    child.kill().unwrap();
    let status = child.wait().unwrap();
    assert!(!status.success());
    loop {
        line.clear();
        if lines.read_line(&mut line).unwrap() == 0 || !line.ends_with('\n') {
            return said;
        }
        said.hear(line.trim_end());
    }
}

/// Compares what is left with what was said. How many entries came back.
fn look(root: &Path, all: &BTreeMap<u64, Said>) -> usize {
    let mut spool = DiskQueue::open(root, MAX_BYTES);
    let mut back = BTreeMap::new();
    while let Some((number, bytes)) = spool.next_backlog() {
        let [run, id] = [0, 8].map(|at| u64::from_le_bytes(*bytes[at..].first_chunk().unwrap()));
        assert!(all.contains_key(&run) && bytes == payload(run, id), "{run}/{id} is not what was written");
        assert!(back.insert((run, id), number).is_none(), "{run}/{id} comes twice");
    }
    for (run, said) in all {
        for id in said.written.difference(&said.settling) {
            assert!(back.contains_key(&(*run, *id)), "{run}/{id} is lost");
        }
        for id in &said.settled {
            assert!(!back.contains_key(&(*run, *id)), "{run}/{id} is done and comes back");
        }
        // It may have written one more than it came to say.
        let next = said.written.last().map_or(0, |last| last + 1);
        assert!(back.range((*run, next + 1)..(run + 1, 0)).next().is_none(), "{run}: invented");
    }
    back.values().for_each(|number| spool.settle(*number));
    spool.close();
    assert_eq!(std::fs::read_dir(root).unwrap().count(), 0, "something is left");
    back.len()
}

fn parent() {
    let dir = tempfile::tempdir().unwrap();
    let mut rng = fastrand::Rng::with_seed(1);
    let (mut written, mut synced, mut back, mut looks) = (0, 0, 0, 0);
    let mut all = BTreeMap::new();
    for run in 0..RUNS {
        let said = kill_one(dir.path(), run, &mut rng);
        written += said.written.len();
        synced += said.synced.map_or(0, |last| said.written.range(..=last).count());
        all.insert(run, said);
        // Now and then a child starts on what several before it have left.
        if rng.u8(..4) > 0 || run == RUNS - 1 {
            back += look(dir.path(), &all);
            all.clear();
            looks += 1;
        }
    }
    let said = format!(
        "{RUNS} processes killed, {RUNS} + {looks} spools opened: {written} entries written, {synced} of them synced, \
         {back} came back, none was lost\n"
    );
    io::stdout().write_all(said.as_bytes()).unwrap();
    assert!(synced > 1_000 && back > 1_000, "{said}");
}
