//! Entries that are removed after their time, and what stays of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::thread;

use otel_trading::audit::{
    ArchiveError, AuditTrail, EntityId, InclusionProof, Options, Verdict, Version, verify,
};

use super::{append_in_groups, append_with, files, in_segments, key, open, verifier};

#[test]
fn what_remains_is_proven_and_what_was_removed_is_gone() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..1500, 300);
    let last = trail.flush().expect("published");
    let before = trail.archive().expect("a trail");
    let entries: Vec<_> = before.entries(0).map(|(_, entry)| entry.expect("an entry")).collect();
    let old_proofs: Vec<_> =
        [3, 700, 1400].map(|index| before.prove_inclusion(index).expect("a proof").to_string()).into();

    assert_eq!(trail.prune(800), Ok(768));
    assert_eq!(trail.prune(100), Ok(768), "what is removed does not come back");
    let verdict = verify(dir.path(), &verifier(), Some(&last), |_, _| {});
    assert!(matches!(&verdict, Ok(Verdict::Intact(summary)) if summary.minimum == 768), "{verdict:?}");
    let archive = trail.archive().expect("a trail");
    assert_eq!(archive.entry(767), Err(ArchiveError::Removed { index: 767, minimum: 768 }));
    assert_eq!(archive.entry(768).as_ref(), Ok(&entries[768]));
    // Who has opened it before is told too.
    for index in [3, 767] {
        assert_eq!(before.entry(index), Err(ArchiveError::Removed { index, minimum: 768 }));
    }
    assert_eq!(before.entry(768).as_ref(), Ok(&entries[768]));
    for (index, proof) in [3, 700, 1400].into_iter().zip(old_proofs) {
        let proof = InclusionProof::parse(&proof, &verifier()).expect("a proof");
        assert_eq!(proof.verify(&entries[index]), Ok(()));
        // A new proof also of what is no longer there, for who has kept it.
        let proof = archive.prove_inclusion(index as u64).expect("a proof");
        assert_eq!(proof.verify(&entries[index]), Ok(()));
    }
    append_in_groups(&trail, 1500..1600, 100);
    assert!(trail.prove_consistency(&last).expect("a proof").verify(&last).is_ok());

    // A history goes on from where it is known, and says so.
    let history = archive.history(EntityId("order-3")).expect("a history");
    assert_eq!(history.states().first().map(|state| state.record.version), Some(Version(111)));
    assert!(history.states().iter().all(|state| !state.is_complete));
}

#[test]
fn only_who_has_the_key_removes_anything() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..1500, 300);
    let last = trail.flush().expect("published");
    trail.prune(300).expect("removed");
    let check = |expected: Option<u64>, what: &str| match (
        verify(dir.path(), &verifier(), Some(&last), |_, _| {}),
        expected,
    ) {
        (Ok(Verdict::Intact(_)), None) => {}
        (Ok(Verdict::Tampered(finding)), Some(first)) => assert_eq!(finding.first_bad, first, "{what}"),
        (verdict, _) => panic!("{what}: {verdict:?}"),
    };
    check(None, "what the key has signed");
    let minimum = dir.path().join("minimum");
    let note = fs::read_to_string(&minimum).expect("a note");
    assert!(note.starts_with("example.com/desk/minimum\n256\n\n"), "{note}");
    fs::write(&minimum, note.replace("256", "512")).expect("written");
    check(Some(0), "a minimum that was raised");
    fs::remove_file(&minimum).expect("removed");
    check(Some(0), "a minimum that was removed");
    fs::write(&minimum, &note).expect("written");
    let path = dir.path().join("tile/entries/001");
    let bundle = fs::read(&path).expect("a bundle");
    fs::remove_file(&path).expect("removed");
    check(Some(256), "a bundle that nobody was allowed to remove");
    fs::write(&path, &bundle).expect("written");
    // A checkpoint of the trail is signed too, and is no minimum.
    fs::copy(dir.path().join("checkpoint"), &minimum).expect("a copy");
    check(Some(0), "a checkpoint in its place");
    fs::write(&minimum, &note).expect("written");
    check(None, "everything as it was");
}

#[test]
fn a_removal_that_was_interrupted_is_finished() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..1500, 300);
    trail.flush().expect("published");
    let kept: Vec<_> = (0..5)
        .map(|number| {
            (number, fs::read(dir.path().join(format!("tile/entries/{number:03}"))).expect("a bundle"))
        })
        .collect();
    trail.prune(1280).expect("removed");
    drop(trail);
    // It came as far as the second bundle.
    for (number, bundle) in kept.iter().skip(2) {
        fs::write(dir.path().join(format!("tile/entries/{number:03}")), bundle).expect("written");
    }
    drop(open(dir.path()));
    let left: Vec<_> = files(&dir.path().join("tile/entries"));
    assert_eq!(left.len(), 1, "{left:?}");
}

/// The numbers of the records whose text is in some file of a trail.
fn remembered(dir: &Path) -> BTreeSet<u64> {
    let mut numbers = BTreeSet::new();
    for file in files(dir) {
        let bytes = fs::read(&file).expect("a file");
        let text = String::from_utf8_lossy(&bytes);
        let mentions = text.split("memento-").skip(1).filter_map(|rest| rest.split('-').next());
        numbers.extend(mentions.map(|number| number.parse::<u64>().expect("a number")));
    }
    numbers
}

#[test]
fn no_file_remembers_what_was_removed() {
    for options in [Options::default(), in_segments()] {
        let dir = tempfile::tempdir().expect("a directory");
        let trail = AuditTrail::open(dir.path(), key(), options).expect("a trail");
        for number in 0..700 {
            let _receipt = append_with(&trail, number, &format!("memento-{number}-"));
            if number == 300 {
                trail.flush().expect("published, so that there is a partial bundle");
            }
        }
        trail.flush().expect("published");
        assert_eq!(remembered(dir.path()), (0..700).collect());
        // What a crash leaves that comes before the partial bundles are removed.
        let partials = dir.path().join("tile/entries/001.p");
        fs::create_dir_all(&partials).expect("a folder");
        let bundle = fs::read(dir.path().join("tile/entries/001")).expect("a bundle");
        fs::write(partials.join("44"), bundle).expect("written");
        assert_eq!(trail.prune(600), Ok(512));
        assert_eq!(remembered(dir.path()), (512..700).collect(), "although the trail is open");
        // It goes on in another segment.
        append_with(&trail, 700, "memento-700-").wait().expect("durable");
        let verdict = verify(dir.path(), &verifier(), Some(&trail.checkpoint()), |_, _| {});
        assert!(matches!(&verdict, Ok(Verdict::Intact(it)) if it.checkpoint.size() == 701), "{verdict:?}");
        assert_eq!(trail.prune(701), Ok(512));
        assert_eq!(remembered(dir.path()), (512..701).collect());
        drop(trail);
        assert_eq!(open(dir.path()).checkpoint().size(), 701);
    }
}

#[test]
fn a_trail_is_intact_while_entries_are_removed() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..66_500, 6_000);
    let last = trail.flush().expect("published");
    // The walk has come as far as the first 65,536, with the minimum it has read before.
    let mut minimum = Ok(0);
    let verdict = verify(dir.path(), &verifier(), Some(&last), |done, _| {
        if done == 65_536 {
            minimum = trail.prune(66_400);
        }
    });
    assert_eq!(minimum, Ok(66_304));
    assert!(matches!(&verdict, Ok(Verdict::Intact(it)) if it.minimum == 66_304), "{verdict:?}");
    // A bundle that nobody was allowed to remove is missing all the same.
    fs::remove_file(dir.path().join("tile/entries/259.p/196")).expect("removed");
    let verdict = verify(dir.path(), &verifier(), Some(&last), |_, _| {});
    assert!(matches!(&verdict, Ok(Verdict::Tampered(it)) if it.first_bad == 66_304), "{verdict:?}");
}

#[test]
fn who_reads_while_entries_are_removed_gets_them_or_is_told() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..6_000, 2_000);
    thread::scope(|scope| {
        let pruning = scope.spawn(|| (0..23).for_each(|turn| drop(trail.prune(turn * 256))));
        while !pruning.is_finished() {
            let verdict = verify(dir.path(), &verifier(), None, |_, _| {});
            assert!(matches!(verdict, Ok(Verdict::Intact(_))), "{verdict:?}");
            let archive = trail.archive().expect("a trail");
            for (index, entry) in archive.entries(archive.minimum()) {
                let is_removed = |error: &ArchiveError| matches!(error, ArchiveError::Removed { minimum, .. } if *minimum > index);
                assert!(entry.as_ref().err().is_none_or(is_removed), "{index}: {entry:?}");
            }
        }
    });
}
