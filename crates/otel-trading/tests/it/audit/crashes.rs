//! Whatever a crash leaves is put right, and is not taken for tampering.

use std::fs;
use std::path::Path;

use otel_trading::audit::{AuditTrail, Checkpoint, Fault, Options, Verdict, verify};

use super::{
    Killed, append_in_groups, copy, files, first_of, in_segments, key, killed, killed_with, last_segment,
    segments, verifier,
};

/// What the trail in `dir` must still have, how it is judged as it lies there, and that opening puts it right.
#[track_caller]
fn survives(dir: &Path, acknowledged: &Checkpoint, torn: bool, what: &str) {
    goes_on(recovered(dir, acknowledged, torn, what), dir, acknowledged, what);
}

#[track_caller]
fn recovered(dir: &Path, acknowledged: &Checkpoint, torn: bool, what: &str) -> AuditTrail {
    match verify(dir, &verifier(), Some(acknowledged), |_, _| {}) {
        Ok(Verdict::Intact(summary)) => {
            assert_eq!(summary.checkpoint.size(), acknowledged.size(), "{what}");
            assert_eq!(summary.torn_bytes > 0, torn, "{what}");
        }
        verdict => panic!("{what} is a false alarm: {verdict:?}"),
    }
    let options = Options { last_checkpoint: Some(acknowledged.clone()), ..Options::default() };
    let trail = AuditTrail::open(dir, key(), options).unwrap_or_else(|error| panic!("{what}: {error}"));
    assert_eq!(trail.checkpoint().size(), acknowledged.size(), "{what}");
    assert_eq!(trail.recovery().torn_bytes > 0, torn, "{what}");
    trail
}

/// And that it takes records again.
#[track_caller]
fn goes_on(trail: AuditTrail, dir: &Path, acknowledged: &Checkpoint, what: &str) {
    append_in_groups(&trail, 0..3, 3);
    let last = trail.close().expect("closed");
    assert_eq!(last.size(), acknowledged.size() + 3, "{what}");
    let verdict = verify(dir, &verifier(), Some(acknowledged), |_, _| {});
    assert!(
        matches!(&verdict, Ok(Verdict::Intact(summary)) if summary.torn_bytes == 0),
        "{what}: {verdict:?}"
    );
}

/// The checkpoint of a trail whose journal ends after all groups but the last.
fn before_last_group(dir: &Path, journal: &[u8], end: usize) -> Checkpoint {
    let copied = tempfile::tempdir().expect("a directory");
    copy(dir, copied.path());
    fs::write(last_segment(copied.path()), &journal[..end]).expect("written");
    match verify(copied.path(), &verifier(), None, |_, _| {}) {
        Ok(Verdict::Intact(summary)) => summary.checkpoint,
        verdict => panic!("{verdict:?}"),
    }
}

#[test]
fn a_group_that_is_torn_at_any_byte_is_no_false_alarm() {
    let points = torn_at(&killed(20, 44, 6), 1);
    assert!(points >= 2_000, "{points}");
}

#[test]
fn a_group_that_is_torn_in_the_last_of_many_segments_is_no_false_alarm() {
    let killed = killed_with(in_segments(), 20, 84, 6);
    assert!(segments(killed.dir.path()).len() > 2);
    let points = torn_at(&killed, 13);
    assert!(points >= 150, "{points}");
}

fn torn_at(killed: &Killed, step: usize) -> usize {
    let path = last_segment(killed.dir.path());
    let journal = fs::read(&path).expect("a journal");
    let whole = killed.last_group;
    let acknowledged = before_last_group(killed.dir.path(), &journal, whole);
    assert_eq!(acknowledged.size() + 1, killed.last.size());
    let mut points = 0;
    for end in (whole..journal.len()).step_by(step) {
        let dir = tempfile::tempdir().expect("a directory");
        copy(killed.dir.path(), dir.path());
        fs::write(last_segment(dir.path()), &journal[..end]).expect("written");
        let what = format!("a file that ends at byte {end}");
        let trail = recovered(dir.path(), &acknowledged, end > whole, &what);
        if end % 32 == 0 {
            goes_on(trail, dir.path(), &acknowledged, &what);
        }
        // The file has its new length already, and its data has come as far as this.
        let mut zeros = journal.clone();
        zeros[end..].fill(0);
        let dir = tempfile::tempdir().expect("a directory");
        copy(killed.dir.path(), dir.path());
        fs::write(last_segment(dir.path()), &zeros).expect("written");
        // Zeros that do not reach into a further sector are bytes of one that was written: no disk does that.
        if end / 512 < (journal.len() - 1) / 512 || end % 512 == 0 || end == whole {
            recovered(dir.path(), &acknowledged, true, &format!("a file of zeros from byte {end} on"));
            points += 1;
        }
        points += 1;
    }
    points
}

#[test]
fn a_group_whose_sectors_arrived_in_any_order_is_no_false_alarm() {
    let killed = killed(20, 44, 6);
    let path = last_segment(killed.dir.path());
    let journal = fs::read(&path).expect("a journal");
    let whole = killed.last_group;
    let acknowledged = before_last_group(killed.dir.path(), &journal, whole);
    let sectors: Vec<_> = (whole / 512..journal.len().div_ceil(512))
        .map(|sector| (sector * 512).max(whole)..((sector + 1) * 512).min(journal.len()))
        .collect();
    let mut random = fastrand::Rng::with_seed(5);
    let mut points = 0;
    for _ in 0..240 {
        let mut torn = journal.clone();
        let lost = sectors.iter().filter(|_| random.u8(..4) == 0).cloned();
        let lost: Vec<_> = lost.collect();
        lost.iter().for_each(|sector| torn[sector.clone()].fill(0));
        if lost.is_empty() {
            continue;
        }
        let dir = tempfile::tempdir().expect("a directory");
        copy(killed.dir.path(), dir.path());
        fs::write(last_segment(dir.path()), &torn).expect("written");
        survives(dir.path(), &acknowledged, true, &format!("without {lost:?}"));
        points += 1;
    }
    assert!(points > 150, "{points} of {} sectors", sectors.len());
}

#[test]
fn an_interrupted_publication_is_no_false_alarm() {
    interrupted(&killed(300, 700, 50), 60);
}

#[test]
fn an_interrupted_publication_of_many_segments_is_no_false_alarm() {
    let before = killed_with(in_segments(), 300, 700, 20);
    assert!(segments(before.dir.path()).len() > 9);
    interrupted(&before, 20);
}

fn interrupted(before: &Killed, turns: usize) {
    // The same trail once all of it is published: what a crash leaves is some of these files, or parts of them.
    let after = tempfile::tempdir().expect("a directory");
    copy(before.dir.path(), after.path());
    drop(AuditTrail::open(after.path(), key(), Options::default()).expect("a trail"));
    let new: Vec<_> = files(&after.path().join("tile"))
        .into_iter()
        .filter(|file| !before.covered.contains(&file.strip_prefix(after.path()).expect("below").to_owned()))
        .collect();
    assert!(new.len() > 4, "{new:?}");
    let mut random = fastrand::Rng::with_seed(6);
    for turn in 0..turns {
        let dir = tempfile::tempdir().expect("a directory");
        copy(before.dir.path(), dir.path());
        for file in &new {
            let bytes = fs::read(file).expect("a file");
            let copy = dir.path().join(file.strip_prefix(after.path()).expect("below"));
            match random.u8(..3) {
                0 => continue,
                1 => write(&copy, &bytes[..random.usize(..bytes.len())]),
                _ => write(&copy, &bytes),
            }
        }
        if random.bool() {
            let note = fs::read(after.path().join("checkpoint")).expect("a checkpoint");
            write(&dir.path().join("checkpoint.new"), &note[..random.usize(..note.len())]);
        }
        survives(dir.path(), &before.last, false, &format!("publication {turn}"));
    }
}

#[test]
fn a_journal_that_outlived_its_publication_is_no_false_alarm() {
    let before = killed(300, 700, 50);
    let dir = tempfile::tempdir().expect("a directory");
    copy(before.dir.path(), dir.path());
    drop(AuditTrail::open(dir.path(), key(), Options::default()).expect("a trail"));
    // The process died before it could remove the journal.
    let journal = last_segment(before.dir.path());
    let copied = dir.path().join("journal").join(journal.file_name().expect("a name"));
    fs::copy(&journal, &copied).expect("a copy");
    survives(dir.path(), &before.last, false, "a journal that is published");
}

/// A trail that is in tiles as a whole, and its journal is there all the same.
fn outlived() -> Killed {
    let before = killed_with(in_segments(), 20, 200, 6);
    let dir = tempfile::tempdir().expect("a directory");
    copy(before.dir.path(), dir.path());
    drop(AuditTrail::open(dir.path(), key(), Options::default()).expect("a trail"));
    copy(&before.dir.path().join("journal"), &dir.path().join("journal"));
    assert!(segments(dir.path()).len() > 4);
    Killed { dir, ..before }
}

#[test]
fn segments_that_are_retired_in_any_order_are_no_false_alarm() {
    let before = outlived();
    let count = segments(before.dir.path()).len();
    let mut random = fastrand::Rng::with_seed(8);
    for turn in 0..12 {
        let dir = tempfile::tempdir().expect("a directory");
        copy(before.dir.path(), dir.path());
        let gone: Vec<_> = (0..count).filter(|_| random.bool()).collect();
        for at in gone.iter().rev() {
            fs::remove_file(&segments(dir.path())[*at]).expect("removed");
        }
        survives(dir.path(), &before.last, false, &format!("turn {turn}, without {gone:?} of {count}"));
    }
}

/// A name whose file is gone when it is opened is what somebody sees who has listed the journal just before.
#[cfg(unix)]
#[test]
fn a_segment_that_is_retired_between_two_looks_is_no_false_alarm() {
    let before = outlived();
    let all = segments(before.dir.path());
    let (_, seen) = all.split_last().expect("segments");
    for gone in (0..seen.len()).map(|at| &seen[at..]).chain((1..seen.len()).map(|end| &seen[..end])) {
        let dir = tempfile::tempdir().expect("a directory");
        copy(before.dir.path(), dir.path());
        for segment in gone {
            let path = dir.path().join("journal").join(segment.file_name().expect("a name"));
            fs::remove_file(&path).expect("removed");
            std::os::unix::fs::symlink("retired", &path).expect("a link to nothing");
        }
        let verdict = verify(dir.path(), &verifier(), Some(&before.last), |_, _| {});
        assert!(
            matches!(&verdict, Ok(Verdict::Intact(it)) if it.checkpoint == before.last),
            "{gone:?}: {verdict:?}"
        );
    }
}

#[test]
fn only_the_end_of_the_last_segment_can_be_torn() {
    let killed = killed_with(in_segments(), 20, 200, 6);
    let all = segments(killed.dir.path());
    let (last, earlier) = all.split_last().expect("segments");
    assert!(earlier.len() > 3);
    let tampered = |first_bad, what: &str| match verify(killed.dir.path(), &verifier(), None, |_, _| {}) {
        Ok(Verdict::Tampered(finding)) => {
            assert_eq!(finding.first_bad, first_bad, "{what}: {finding:?}");
            finding.fault
        }
        verdict => panic!("{what} is not found: {verdict:?}"),
    };
    for (at, segment) in earlier.iter().enumerate().skip(1) {
        let (first, next) = (first_of(segment), first_of(&all[at + 1]));
        let bytes = fs::read(segment).expect("a segment");
        fs::remove_file(segment).expect("removed");
        assert_eq!(tampered(first, "a segment that is missing"), Fault::Order);
        fs::write(segment, &bytes[..100]).expect("written");
        assert_eq!(tampered(first, "a segment that is torn"), Fault::Malformed);
        fs::write(segment, b"").expect("written");
        assert_eq!(tampered(first, "a segment that is empty"), Fault::Order);
        fs::write(segment, &bytes[..bytes.len() - 1]).expect("written");
        let last_group =
            (first..next).contains(&match verify(killed.dir.path(), &verifier(), None, |_, _| {}) {
                Ok(Verdict::Tampered(finding)) => finding.first_bad,
                verdict => panic!("{verdict:?}"),
            });
        assert!(last_group, "the last group of a segment that has a successor");
        fs::write(segment, &bytes).expect("written");
    }
    // Where nothing was signed that is kept, the last segment can be missing.
    fs::remove_file(last).expect("removed");
    let verdict = verify(killed.dir.path(), &verifier(), None, |_, _| {});
    assert!(
        matches!(&verdict, Ok(Verdict::Intact(it)) if it.checkpoint.size() == first_of(last)),
        "{verdict:?}"
    );
    let verdict = verify(killed.dir.path(), &verifier(), Some(&killed.last), |_, _| {});
    assert!(matches!(&verdict, Ok(Verdict::Tampered(it)) if it.first_bad == first_of(last)), "{verdict:?}");
}

#[test]
fn a_trail_whose_making_was_interrupted_is_made() {
    let dir = tempfile::tempdir().expect("a directory");
    fs::create_dir(dir.path().join("journal")).expect("a directory");
    fs::write(dir.path().join("checkpoint.new"), b"example.com/de").expect("a file");
    let trail = AuditTrail::open(dir.path(), key(), Options::default()).expect("a trail");
    assert_eq!(trail.checkpoint().size(), 0);
}

fn write(path: &Path, bytes: &[u8]) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    fs::write(path, bytes).expect("written");
}
