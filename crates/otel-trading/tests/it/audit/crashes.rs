//! Whatever a crash leaves is put right, and is not taken for tampering.

use std::fs;
use std::path::Path;

use otel_trading::audit::{AuditTrail, Checkpoint, Options, Verdict, verify};

use super::{append_in_groups, copy, files, key, killed, last_segment, verifier};

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
    let killed = killed(20, 44, 6);
    let path = last_segment(killed.dir.path());
    let journal = fs::read(&path).expect("a journal");
    let whole = killed.last_group;
    let acknowledged = before_last_group(killed.dir.path(), &journal, whole);
    assert_eq!(acknowledged.size(), 44);
    let mut points = 0;
    for end in whole..journal.len() {
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
    assert!(points >= 2_000, "{points}");
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
    let before = killed(300, 700, 50);
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
    for turn in 0..60 {
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
