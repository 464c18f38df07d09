//! Appending, waiting, opening again.

use std::future::Future as _;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Wake, Waker};
use std::thread;

use otel_core::Timestamp;
use otel_trading::audit::{
    AppendError, Archive, AuditTrail, Detail, DetailName, EntityId, EventType, Fault, Hash, OpenError,
    Options, Record, Recovery, Stopped, TrailKey, Value, Verdict, VerifyError, Version, verify,
};

use super::{append, append_in_groups, in_segments, key, killed, open, verifier};

#[test]
fn what_was_appended_is_read_again() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let receipts: Vec<_> = (0..1000).map(|number| append(&trail, number)).collect();
    let known: Vec<_> = receipts.into_iter().map(|receipt| receipt.wait().expect("durable")).collect();
    let closed = trail.close().expect("closed");
    assert_eq!(closed.size(), 1000);
    for trail in [false, true].map(|reopened| reopened.then(|| open(dir.path()))) {
        let archive = Archive::open(dir.path(), &verifier()).expect("a trail");
        assert_eq!(archive.size(), 1000);
        for (receipt, (index, entry)) in known.iter().zip(archive.entries(0)) {
            assert_eq!((receipt.index, receipt.leaf_hash), (index, Hash::leaf(&entry.expect("an entry"))));
        }
        assert_eq!(archive.records(0).filter(|(_, record)| record.is_ok()).count(), 1000);
        drop(trail);
    }
}

#[test]
fn a_closed_trail_is_a_directory_of_tiles_and_no_journal() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..300, 100);
    trail.close().expect("closed");
    let files = super::files(dir.path());
    let names: Vec<_> = files
        .iter()
        .map(|file| file.strip_prefix(dir.path()).expect("below").display().to_string())
        .collect();
    let expected = [
        "checkpoint",
        "lock",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
        "verifier",
    ];
    assert_eq!(names, expected);
}

#[test]
fn many_threads_append_and_nothing_is_lost_or_mixed_up() {
    let dir = tempfile::tempdir().expect("a directory");
    // A small queue, so that they wait for room, and little to publish, so that tiles are made all the time.
    let options = Options { queue_bytes: 4096, publish_entries: 300, ..Options::default() };
    let trail = AuditTrail::open(dir.path(), key(), options).expect("a trail");
    let receipts: Vec<_> = thread::scope(|scope| {
        let threads: Vec<_> = (0..6_u64)
            .map(|thread| {
                let trail = trail.clone();
                scope.spawn(move || {
                    (0..500).map(|number| append(&trail, number * 6 + thread)).collect::<Vec<_>>()
                })
            })
            .collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("a thread")).collect()
    });
    let mut receipts: Vec<_> = receipts.into_iter().map(|receipt| receipt.wait().expect("durable")).collect();
    receipts.sort_unstable_by_key(|receipt| receipt.index);
    let last = trail.flush().expect("published");
    let archive = trail.archive().expect("a trail");
    let entries: Vec<_> =
        archive.entries(0).map(|(_, entry)| Hash::leaf(&entry.expect("an entry"))).collect();
    assert_eq!(entries, receipts.iter().map(|receipt| receipt.leaf_hash).collect::<Vec<_>>());
    assert_eq!(last.size(), 3000);
    // Also while it is open, anyone can check it.
    assert!(matches!(verify(dir.path(), &verifier(), Some(&last), |_, _| {}), Ok(Verdict::Intact(_))));
}

#[test]
fn a_trail_is_intact_at_every_moment_it_is_looked_at() {
    intact_at_every_moment(Options { publish_entries: 100, queue_bytes: 2048, ..Options::default() });
}

#[test]
fn a_trail_is_intact_at_every_moment_while_segments_come_and_go() {
    intact_at_every_moment(Options { publish_entries: 100, queue_bytes: 2048, ..in_segments() });
}

/// Who has just heard that something is published sees the journal go behind it.
#[test]
fn a_trail_is_read_right_after_it_was_published() {
    let dir = tempfile::tempdir().expect("a directory");
    let options = Options { segment_bytes: 1, ..Options::default() };
    let trail = AuditTrail::open(dir.path(), key(), options).expect("a trail");
    for start in 0..200 {
        append_in_groups(&trail, start * 3..start * 3 + 3, 1);
        let last = trail.flush().expect("published");
        assert_eq!(trail.archive().map(|archive| archive.checkpoint().clone()), Ok(last));
    }
}

fn intact_at_every_moment(options: Options) {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = AuditTrail::open(dir.path(), key(), options).expect("a trail");
    thread::scope(|scope| {
        let appending = scope.spawn(|| append_in_groups(&trail, 0..20_000, 64));
        let mut looks = 0;
        while !appending.is_finished() || looks == 0 {
            let kept = trail.checkpoint();
            let verdict = verify(dir.path(), &verifier(), Some(&kept), |_, _| {});
            assert!(matches!(verdict, Ok(Verdict::Intact(_))), "{verdict:?}");
            // And who asks for all of it to be in tiles is not led astray by what is removed then.
            if looks % 4 == 0 {
                let last = trail.flush().expect("published");
                let archive = trail.archive().expect("a trail");
                assert!(archive.size() >= last.size());
            }
            looks += 1;
        }
    });
}

struct Count(AtomicUsize);

impl Wake for Count {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

#[test]
fn a_task_can_await_a_receipt() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let count = Arc::new(Count(AtomicUsize::new(0)));
    let waker = Waker::from(Arc::clone(&count));
    let mut context = Context::from_waker(&waker);
    let mut woken = 0;
    for number in 0..200 {
        let mut receipt = pin!(append(&trail, number));
        if receipt.as_mut().poll(&mut context).is_pending() {
            trail.flush().expect("durable");
            woken += 1;
        }
        assert!(receipt.poll(&mut context).is_ready());
        assert_eq!(count.0.load(Ordering::SeqCst), woken);
    }
}

#[test]
fn one_handle_writes_a_trail() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    assert_eq!(AuditTrail::open(dir.path(), key(), Options::default()).err(), Some(OpenError::InUse));
    drop(trail);
    open(dir.path());
}

#[test]
fn a_record_that_is_too_long_is_refused_and_leaves_no_gap() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let text = "y".repeat(65_535);
    let details = [Detail::new(DetailName("note"), Value::Text(&text))];
    let record = Record {
        details: &details,
        ..Record::new(EventType("note"), Timestamp::default(), EntityId("o"), Version::FIRST)
    };
    let bytes = match trail.append(&record) {
        Err(AppendError::TooLong { bytes }) => bytes,
        other => panic!("{other:?}"),
    };
    // The longest there is room for.
    let text = text.split_at(65_535 - (bytes - 65_535)).0;
    let details = [Detail::new(DetailName("note"), Value::Text(text))];
    let longest = Record { details: &details, ..record };
    assert_eq!(trail.append(&longest).expect("room").wait().expect("durable").index, 0);
    let archive = trail.archive().expect("a trail");
    assert_eq!(archive.entry(0).expect("an entry").len(), 65_535);
}

#[test]
fn each_task_that_awaits_a_clone_of_a_receipt_is_woken() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let tasks = [(); 3].map(|()| Arc::new(Count(AtomicUsize::new(0))));
    let (mut waited, mut rounds) = (0, 0);
    while waited < 20 {
        let receipt = append(&trail, rounds);
        rounds += 1;
        assert!(rounds < 10_000, "no record takes any time");
        let before: Vec<_> = tasks.iter().map(|task| task.0.load(Ordering::SeqCst)).collect();
        let mut clones: Vec<_> = tasks.iter().map(|_| receipt.clone()).collect();
        let mut waiting = Vec::new();
        for (task, clone) in tasks.iter().zip(&mut clones) {
            let waker = Waker::from(Arc::clone(task));
            let mut context = Context::from_waker(&waker);
            // Asking again replaces what was asked before.
            let first = pin!(&mut *clone).poll(&mut context).is_pending();
            waiting.push(first && pin!(clone).poll(&mut context).is_pending());
        }
        trail.flush().expect("durable");
        for ((task, before), is_waiting) in tasks.iter().zip(before).zip(&waiting) {
            let woken = task.0.load(Ordering::SeqCst) - before;
            assert!(woken <= 1 && woken >= usize::from(*is_waiting), "{woken} times, {waiting:?}");
        }
        waited += usize::from(waiting.iter().all(|is_waiting| *is_waiting));
    }
}

#[test]
fn a_queue_that_a_group_cannot_tell_the_length_of_is_refused() {
    let dir = tempfile::tempdir().expect("a directory");
    let Some(queue_bytes) = Options::MAX_QUEUE_BYTES.checked_add(1) else { return };
    let options = Options { queue_bytes, ..Options::default() };
    let refused = AuditTrail::open(&dir.path().join("trail"), key(), options).err();
    assert_eq!(refused, Some(OpenError::QueueBytes { most: Options::MAX_QUEUE_BYTES }));
    assert!(!dir.path().join("trail").exists(), "nothing is made");
    let options = Options { queue_bytes: Options::MAX_QUEUE_BYTES, ..Options::default() };
    assert!(AuditTrail::open(dir.path(), key(), options).is_ok());
}

#[test]
fn what_was_appended_and_may_be_lost_can_be_counted() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append_in_groups(&trail, 0..5, 5);
    assert_eq!((trail.appended(), trail.stopped()), (5, None));
    // Where the next segment should go, there is no place.
    trail.prune(5).expect("nothing to remove, but the journal is put away");
    assert_eq!(trail.checkpoint().size(), 5);
    std::fs::remove_dir(dir.path().join("journal")).expect("it is empty");
    let lost = append(&trail, 5).wait();
    let Err(Stopped::Failed(error)) = &lost else { panic!("{lost:?}") };
    assert!(error.path().starts_with(dir.path().join("journal")), "{error}");
    assert_eq!((trail.appended(), trail.checkpoint().size(), trail.stopped()), (6, 5, lost.err()));
}

#[test]
fn a_closed_trail_takes_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    let other = trail.clone();
    append(&trail, 0).wait().expect("durable");
    let last = trail.close().expect("closed");
    let record = Record::new(EventType("note"), Timestamp::default(), EntityId("o"), Version::FIRST);
    assert_eq!(other.append(&record).err(), Some(AppendError::Stopped(Stopped::Closed)));
    assert_eq!(other.flush(), Ok(last), "all there was is published");
}

#[test]
fn a_disk_that_fails_is_told_to_everyone_who_waits() {
    let dir = tempfile::tempdir().expect("a directory");
    let trail = open(dir.path());
    append(&trail, 0).wait().expect("durable");
    // Where the next segment, or the next tile, should go, there is no place.
    std::fs::write(dir.path().join("tile"), b"in the way").expect("a file");
    let stopped = trail.flush().err();
    assert!(matches!(stopped, Some(Stopped::Failed(_))), "{stopped:?}");
    let record = Record::new(EventType("note"), Timestamp::default(), EntityId("o"), Version::FIRST);
    assert_eq!(trail.append(&record).err(), stopped.clone().map(AppendError::Stopped));
    assert_eq!(trail.close().err(), stopped);
    // What was acknowledged is there, once the disk is.
    std::fs::remove_file(dir.path().join("tile")).expect("a file");
    let trail = open(dir.path());
    assert_eq!(trail.recovery(), Recovery { replayed: 1, torn_bytes: 0 });
}

#[test]
fn another_key_is_told_from_tampering() {
    let dir = tempfile::tempdir().expect("a directory");
    drop(open(dir.path()));
    for name in ["example.com/desk", "example.com/other"] {
        let other = TrailKey::new(name, [8; 32]).expect("a name");
        let opened = AuditTrail::open(dir.path(), other.clone(), Options::default());
        assert!(matches!(opened, Err(OpenError::Key(_))), "{opened:?}");
        let verdict = AuditTrail::verify(dir.path(), &other.verifier(), None);
        assert!(matches!(verdict, Err(VerifyError::Key(_))), "{verdict:?}");
    }
}

#[test]
fn where_there_is_no_trail_nothing_is_judged() {
    let dir = tempfile::tempdir().expect("a directory");
    assert_eq!(AuditTrail::verify(dir.path(), &verifier(), None), Err(VerifyError::NoTrail));
    // But somebody who has a checkpoint knows that there was one.
    let elsewhere = tempfile::tempdir().expect("a directory");
    let trail = open(elsewhere.path());
    append(&trail, 0).wait().expect("durable");
    let last = trail.checkpoint();
    let verdict = AuditTrail::verify(dir.path(), &verifier(), Some(&last));
    assert!(matches!(&verdict, Ok(Verdict::Tampered(finding)) if finding.first_bad == 0), "{verdict:?}");
    let options = Options { last_checkpoint: Some(last), ..Options::default() };
    assert_eq!(AuditTrail::open(dir.path(), key(), options).err(), Some(OpenError::NoTrail));
}

#[test]
fn a_trail_that_lost_its_end_is_not_continued_by_who_has_a_checkpoint() {
    let killed = killed(300, 400, 50);
    std::fs::remove_file(super::last_segment(killed.dir.path())).expect("a segment");
    let options = Options { last_checkpoint: Some(killed.last), ..Options::default() };
    match AuditTrail::open(killed.dir.path(), key(), options) {
        Err(OpenError::Tampered(finding)) => {
            assert_eq!((finding.first_bad, finding.fault), (300, Fault::Truncated));
        }
        other => panic!("{other:?}"),
    }
}
