//! Whoever changes the files of a trail is found out, and where.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use otel_trading::audit::{AuditTrail, Checkpoint, OpenError, Options, Verdict, verify};

use super::{
    append_in_groups, files, first_of, in_segments, key, killed, killed_with, open, segments, verifier,
};

/// Where the first bad index of a changed file is, from the formats as they are documented: the place of the first byte
/// that is not what it was.
fn first_bad(file: &Path, before: &[u8], after: &[u8], last: &Checkpoint, published: u64) -> u64 {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    let steps: Vec<_> = file.iter().map(|step| step.to_str().expect("a text")).collect();
    match steps[..] {
        // What the other checkpoint proves, if it is of no more than the tiles.
        ["checkpoint"] => {
            if last.size() == published {
                published
            } else {
                0
            }
        }
        ["minimum"] => 0,
        ["tile", "entries", ..] => number(&steps[2..]) * 256 + entry_at(before, same),
        ["tile", level, ..] => {
            (number(&steps[2..]) * 256 + same as u64 / 32) << (8 * level.parse::<u32>().expect("a level"))
        }
        ["journal", _] => in_journal(before, after, same, published),
        _ => panic!("{file:?}"),
    }
}

/// The number of a tile from the steps of its path: `x001/x234/067.p/12`.
fn number(steps: &[&str]) -> u64 {
    let mut number = 0;
    for step in steps {
        let digits = step.trim_start_matches('x').trim_end_matches(".p");
        number = number * 1000 + digits.parse::<u64>().expect("a number");
        if !step.starts_with('x') {
            break;
        }
    }
    number
}

/// The entry that a byte of a bundle belongs to.
fn entry_at(entries: &[u8], byte: usize) -> u64 {
    let (mut at, mut index) = (0, 0);
    while at < entries.len() {
        at += 2 + usize::from(u16::from_be_bytes([entries[at], entries[at + 1]]));
        if byte < at {
            return index;
        }
        index += 1;
    }
    index
}

fn in_journal(before: &[u8], after: &[u8], same: usize, published: u64) -> u64 {
    let field = |at: usize, len: usize| {
        before[at..at + len].iter().rev().fold(0, |all, byte| all << 8 | u64::from(*byte))
    };
    let mut at = 0;
    while at < before.len() {
        let first = field(at + 8, 8);
        let body = at + 32;
        let note = body + field(at + 20, 4) as usize;
        let end = note + field(at + 24, 4) as usize;
        if same < end {
            // A file that ends here has lost this group and all after it, but for what is in tiles.
            if same == after.len() {
                return if same == at { first.max(published) } else { first };
            }
            // The last group is lost as a whole when the file is too short for it, wherever something is missing.
            let is_lost = end == before.len() && after.len() < end;
            let is_in_body = (body..note).contains(&same);
            return if is_in_body && !is_lost {
                first + record_at(&before[body..note], same - body)
            } else {
                first
            };
        }
        at = end;
    }
    panic!("what stands behind the journal proves nothing")
}

/// The record that a byte of a group's body belongs to: a hash, a length, an entry.
fn record_at(body: &[u8], byte: usize) -> u64 {
    let (mut at, mut index) = (0, 0);
    loop {
        at += 34 + usize::from(u16::from_be_bytes([body[at + 32], body[at + 33]]));
        if byte < at {
            return index;
        }
        index += 1;
    }
}

/// What somebody does to a file. `None` when it comes out as it was.
fn tamper(before: &[u8], file: &Path, random: &mut fastrand::Rng) -> (&'static str, Option<Vec<u8>>) {
    let mut after = before.to_vec();
    let at = random.usize(..before.len());
    let kind = match random.u8(..8) {
        0 | 1 => {
            after[at] ^= 1 << random.u8(..8);
            "flip"
        }
        2 => {
            let end = random.usize(at..before.len().min(at + 400)) + 1;
            after.drain(at..end);
            "deletion"
        }
        3 => {
            let len = random.usize(1..400);
            let some: Vec<u8> = std::iter::repeat_with(|| random.u8(..)).take(len).collect();
            after.splice(at..at, some);
            "insertion"
        }
        4 => {
            // A piece changes places with another one of the same length.
            let half = before.len() / 2;
            let len = random.usize(1..=half.min(300));
            let (from, to) = (random.usize(..=half - len), random.usize(..=before.len() - half - len));
            let (head, tail) = after.split_at_mut(half);
            head[from..from + len].swap_with_slice(&mut tail[to..to + len]);
            "reordering"
        }
        5 => {
            after.truncate(at);
            "truncation"
        }
        6 => {
            after.iter_mut().for_each(|byte| *byte = random.u8(..));
            "rewrite"
        }
        // A bundle of records that are well-formed, and not those.
        _ if file.starts_with("tile/entries") => {
            after = rewritten(before, entry_at(before, at));
            "plausible rewrite"
        }
        _ => {
            after[at] = random.u8(..);
            "overwriting"
        }
    };
    (kind, (after != before).then_some(after))
}

/// The same entries, but from one of them on each says something else of the same length.
fn rewritten(before: &[u8], from: u64) -> Vec<u8> {
    let (mut after, mut at, mut index) = (before.to_vec(), 0, 0);
    while at < before.len() {
        let end = at + 2 + usize::from(u16::from_be_bytes([before[at], before[at + 1]]));
        if index >= from {
            let digit = after[at..end].iter().position(u8::is_ascii_digit).expect("a number") + at;
            after[digit] = if after[digit] == b'9' { b'1' } else { after[digit] + 1 };
        }
        (at, index) = (end, index + 1);
    }
    after
}

#[track_caller]
fn check(dir: &Path, last: &Checkpoint, expected: u64, what: &str) {
    match verify(dir, &verifier(), Some(last), |_, _| {}) {
        Ok(Verdict::Tampered(finding)) => assert_eq!(finding.first_bad, expected, "{what}: {finding:?}"),
        verdict => panic!("{what} is not found: {verdict:?}"),
    }
}

/// Tampers with the files of a trail many times, one after the other.
fn attack(
    dir: &Path,
    all: &[PathBuf],
    last: &Checkpoint,
    published: u64,
    seed: u64,
) -> BTreeMap<&'static str, usize> {
    let mut random = fastrand::Rng::with_seed(seed);
    let intact = verify(dir, &verifier(), Some(last), |_, _| {});
    assert!(matches!(&intact, Ok(Verdict::Intact(summary)) if summary.checkpoint == *last), "{intact:?}");
    // The lock says nothing, and the key that lies there is not the one that is given.
    let is_about = |file: &&PathBuf| !file.ends_with("lock") && !file.ends_with("verifier");
    let all: Vec<PathBuf> = all.iter().filter(is_about).map(|file| dir.join(file)).collect();
    let mut counts = BTreeMap::new();
    let mut done = 0;
    while done < 5000 {
        let path = &all[random.usize(..all.len())];
        let file = path.strip_prefix(dir).expect("below");
        let before = fs::read(path).expect("a file");
        let (kind, after) = tamper(&before, file, &mut random);
        // Putting something behind a journal that a crash could have put there proves nothing about what was signed.
        let Some(after) = after.filter(|after| !(file.starts_with("journal") && after.starts_with(&before)))
        else {
            continue;
        };
        let expected = first_bad(file, &before, &after, last, published);
        fs::write(path, &after).expect("written");
        check(dir, last, expected, &format!("{kind} of {}, no. {done} of seed {seed}", file.display()));
        fs::write(path, &before).expect("written");
        *counts.entry(kind).or_default() += 1;
        done += 1;
    }
    for path in &all {
        let file = path.strip_prefix(dir).expect("below");
        let before = fs::read(path).expect("a file");
        fs::remove_file(path).expect("removed");
        let expected = if file.starts_with("journal") {
            published
        } else {
            first_bad(file, &before, &[], last, published)
        };
        check(dir, last, expected, &format!("the removal of {}", file.display()));
        fs::write(path, &before).expect("written");
        *counts.entry("removal").or_default() += 1;
    }
    counts
}

#[test]
fn ten_thousand_changes_are_found_with_their_first_bad_index() {
    let closed = tempfile::tempdir().expect("a directory");
    let trail = open(closed.path());
    append_in_groups(&trail, 0..700, 300);
    let last = trail.close().expect("closed");
    let counts = attack(closed.path(), &files(closed.path()), &last, 700, 1);
    let killed = killed(600, 700, 20);
    let more = attack(killed.dir.path(), &killed.covered, &killed.last, 600, 2);
    let all: usize = counts.values().chain(more.values()).sum();
    assert!(
        all > 10_000 && counts.len() == 9 && counts.values().all(|count| *count > 7),
        "{counts:?} {more:?}"
    );
}

/// The same of the segments of a journal: the bytes of each are proven, whatever comes after it.
#[test]
fn changes_of_each_of_many_segments_are_found() {
    let killed = killed_with(in_segments(), 20, 120, 6);
    let all = segments(killed.dir.path());
    assert!(all.len() > 3, "{all:?}");
    let mut random = fastrand::Rng::with_seed(9);
    for turn in 0..600 {
        let path = &all[turn % all.len()];
        let before = fs::read(path).expect("a segment");
        let (kind, after) = tamper(&before, Path::new("journal/0"), &mut random);
        // What ends with a whole group is told by what follows, and behind the last one anything may stand.
        let Some(after) = after.filter(|after| !after.starts_with(&before)) else { continue };
        let expected = first_bad(Path::new("journal/0"), &before, &after, &killed.last, 20);
        // An empty one, or one without its last groups, ends early: the next one is out of order from there on.
        fs::write(path, &after).expect("written");
        let what = format!("{kind} of {}, no. {turn}", first_of(path));
        check(killed.dir.path(), &killed.last, expected, &what);
        fs::write(path, &before).expect("written");
    }
}

#[test]
fn changes_below_two_levels_of_tiles_are_found() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..66_500, 4000);
    let last = trail.close().expect("closed");
    let levels = [
        "tile/0/255",
        "tile/0/259.p/196",
        "tile/1/000",
        "tile/1/001.p/3",
        "tile/2/000.p/1",
        "tile/entries/100",
    ];
    let mut random = fastrand::Rng::with_seed(3);
    for file in levels.into_iter().cycle().take(36) {
        let path = dir.path().join(file);
        let before = fs::read(&path).expect("a file");
        let mut after = before.clone();
        after[random.usize(..before.len())] ^= 1 << random.u8(..8);
        let expected = first_bad(Path::new(file), &before, &after, &last, last.size());
        fs::write(&path, &after).expect("written");
        check(dir.path(), &last, expected, file);
        fs::write(&path, &before).expect("written");
    }
}

/// Somebody who can write everything but has no key makes a whole other trail.
#[test]
fn a_trail_that_was_written_anew_is_found() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..600, 200);
    let last = trail.close().expect("closed");
    let other = tempfile::tempdir().expect("a directory");
    let stranger = otel_trading::audit::TrailKey::new("example.com/desk", [9; 32]).expect("a name");
    let trail = AuditTrail::open(other.path(), stranger, Options::default()).expect("a trail");
    append_in_groups(&trail, 1..601, 200);
    drop(trail);
    check(other.path(), &last, 0, "another trail with another key");
    // With the checkpoint that was there, the tree does not fit.
    fs::copy(dir.path().join("checkpoint"), other.path().join("checkpoint")).expect("a copy");
    check(other.path(), &last, 0, "another tree under the same checkpoint");
    // Even who has the key cannot take anything back from somebody with a checkpoint.
    let forged = tempfile::tempdir().expect("a directory");
    let trail = AuditTrail::open(forged.path(), key(), Options::default()).expect("a trail");
    append_in_groups(&trail, 1..700, 200);
    drop(trail);
    check(forged.path(), &last, 0, "another trail with the same key");
}

#[test]
fn a_bundle_that_was_rewritten_with_its_hashes_is_bad_from_its_first_entry() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..900, 300);
    let last = trail.close().expect("closed");
    // The second bundle of another trail is well-formed, and so is its tile.
    let other = tempfile::tempdir().expect("a directory");
    let trail = open(other.path());
    append_in_groups(&trail, 5..905, 300);
    drop(trail);
    for file in ["tile/0/001", "tile/entries/001"] {
        fs::copy(other.path().join(file), dir.path().join(file)).expect("a copy");
    }
    check(dir.path(), &last, 256, "a bundle and its tile");
}

#[test]
fn a_trail_that_was_tampered_with_is_not_written_to() {
    let killed = killed(600, 700, 20);
    let path = super::last_segment(killed.dir.path());
    let before = fs::read(&path).expect("a journal");
    // In the last group too: it is there as a whole, so no crash has done it.
    let mut random = fastrand::Rng::with_seed(4);
    for _ in 0..300 {
        let mut after = before.clone();
        let at = random.usize(..after.len());
        after[at] ^= 1 << random.u8(..8);
        fs::write(&path, &after).expect("written");
        let expected = first_bad(Path::new("journal/0"), &before, &after, &killed.last, 600);
        match AuditTrail::open(killed.dir.path(), key(), Options::default()) {
            Err(OpenError::Tampered(finding)) => assert_eq!(finding.first_bad, expected, "{finding:?}"),
            other => panic!("byte {at}: {other:?}"),
        }
    }
}
