//! What dead processes leave behind.

use super::super::{Amount, Config, Loss, Spool};
use super::simulated::{Crash, Simulated};
use super::{balanced, drain, dropped, open, payload, payloads, put, put_back, settle_all, simulated, small};
use crate::lane::Lane;

const SEGMENT: &str = "/spool/0000000001/normal/0000000001.seg";

/// A dead process with three entries, in one segment without a footer.
fn dead() -> Simulated {
    let (fs, mut spool) = simulated(&small());
    (1..=3).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(id, 300)));
    spool.sync().unwrap();
    fs
}

#[test]
fn a_directory_is_adopted_once_and_gone_when_nothing_is_left_in_it() {
    let fs = dead();
    let (mut one, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.adopted, recovered.alive), (1, 0));
    assert_eq!(recovered.entries, Amount { entries: 3, items: 9, bytes: 900 });
    let (mut other, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.adopted, recovered.alive), (0, 2));
    assert!(other.next_backlog().is_none());
    assert_eq!(settle_all(&mut one), 3);
    assert!(fs.files().iter().all(|(path, _)| !path.contains("0000000001")), "{:?}", fs.files());
    drop(other);
    assert_eq!(one.adopt().adopted, 1);
    one.close().unwrap();
    assert_eq!(fs.files(), []);
}

#[test]
fn who_died_is_adopted_later_too() {
    let (fs, mut alive) = simulated(&small());
    let mut other = open(fs, &small()).0;
    put_back(&mut other, Lane::Alert, &payload(1, 50));
    assert_eq!(alive.adopt().alive, 1);
    drop(other);
    assert_eq!(alive.adopt().adopted, 1);
    assert_eq!(payloads(&mut alive), [payload(1, 50)]);
}

#[test]
fn a_directory_that_does_not_fit_waits_for_its_turn() {
    let fs = Simulated::new(u64::MAX / 2);
    let mut spools: Vec<Spool<Simulated>> = (0..3).map(|_| open(fs.clone(), &small()).0).collect();
    for (id, spool) in spools.iter_mut().enumerate() {
        (0..12).for_each(|_| put_back(spool, Lane::Normal, &payload(id as u64, 700)));
        spool.sync().unwrap();
    }
    drop(spools);
    let (mut spool, recovered) = open(fs, &small());
    assert_eq!((recovered.adopted, recovered.left), (1, 2));
    for turn in 0..3 {
        assert_eq!(settle_all(&mut spool), 12);
        let recovered = spool.adopt();
        assert_eq!((recovered.adopted, recovered.left), if turn < 2 { (1, 1 - turn) } else { (0, 0) });
    }
    assert_eq!(dropped(spool.counts(), Loss::EvictedOldest), 0);
}

#[test]
fn directories_that_fit_to_the_byte_are_adopted_together() {
    let (fs, config) = (Simulated::new(u64::MAX / 2), small());
    let mut spools = [open(fs.clone(), &config).0, open(fs.clone(), &config).0];
    for spool in &mut spools {
        (1..=3).for_each(|id| put_back(spool, Lane::Normal, &payload(id, 300)));
    }
    drop(spools);
    // There is no byte for the footers that these processes did not come to write.
    let fs = Simulated::of(fs.world().crash(Crash::Kill, &mut fastrand::Rng::with_seed(1)));
    let total = fs.bytes();
    let (mut spool, recovered) = open(fs.clone(), &Config { segment_bytes: 2_048, ..Config::new(total) });
    assert_eq!((recovered.adopted, recovered.left, fs.bytes()), (2, 0, total));
    assert_eq!(settle_all(&mut spool), 6);
}

#[test]
fn what_a_disk_block_held_before_is_no_frame() {
    let fs = dead();
    let mut other = open(fs.clone(), &small()).0;
    put_back(&mut other, Lane::Bulk, &payload(4, 300));
    drop(other);
    let files = fs.files();
    let stale = files.iter().find(|(path, _)| path.contains("bulk")).map(|(_, bytes)| bytes[28..].to_vec());
    let unfooted = 28 + 3 * 338;
    fs.tamper(SEGMENT, |bytes| {
        bytes.truncate(unfooted);
        bytes.extend(stale.unwrap());
    });
    let (mut spool, recovered) = open(fs, &small());
    assert_eq!(recovered.torn_bytes, 338);
    assert_eq!(payloads(&mut spool), [1, 2, 3, 4].map(|id| payload(id, 300)));
}

#[test]
fn only_who_did_not_close_leaves_possible_duplicates() {
    let (mut spool, _) = open(dead(), &small());
    assert_eq!(spool.counts().possible_duplicates, 3);
    let (fs, mut closed) = simulated(&small());
    put_back(&mut closed, Lane::Normal, &payload(1, 50));
    closed.close().unwrap();
    let (mut reopened, _) = open(fs.clone(), &small());
    assert_eq!((reopened.counts().possible_duplicates, drain(&mut reopened).len()), (0, 1));
    drop(reopened);
    assert_eq!(open(fs, &small()).0.counts().possible_duplicates, 1, "it was given out, and nobody knows");
    assert_eq!(settle_all(&mut spool), 3);
}

#[test]
fn what_is_held_at_the_end_is_a_possible_duplicate() {
    let (fs, mut spool) = simulated(&small());
    drop(put(&mut spool, Lane::Normal, &payload(1, 50)));
    spool.close().unwrap();
    assert_eq!(open(fs, &small()).0.counts().possible_duplicates, 1);
}

#[test]
fn a_torn_append_is_cut_off() {
    let fs = dead();
    let whole = fs.files().iter().find(|(path, _)| path == SEGMENT).map(|(_, bytes)| bytes.len());
    fs.tamper(SEGMENT, |bytes| bytes.truncate(bytes.len() - 10));
    let (mut spool, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.torn_bytes, recovered.damaged_bytes), (328, 0));
    assert_eq!(payloads(&mut spool), [payload(1, 300), payload(2, 300)]);
    assert!(fs.files().iter().any(|(path, bytes)| path == SEGMENT && Some(bytes.len()) < whole));
}

#[test]
fn after_a_damage_the_next_frame_is_found() {
    for (at, lost) in [(28 + 338 + 4, 0), (28 + 338 + 100, 1)] {
        let fs = dead();
        fs.tamper(SEGMENT, |bytes| bytes[at] ^= 0x20);
        let (mut spool, recovered) = open(fs, &small());
        assert_eq!((recovered.damaged.entries, recovered.damaged_bytes), (lost, 338), "at {at}");
        assert_eq!(dropped(spool.counts(), Loss::Damaged), lost);
        assert_eq!(balanced(spool.counts()), 2);
        assert_eq!(payloads(&mut spool), [payload(1, 300), payload(3, 300)]);
    }
}

#[test]
fn a_damage_behind_a_footer_is_found_when_the_entry_is_read() {
    let (fs, mut spool) = simulated(&small());
    (1..=3).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(id, 300)));
    spool.close().unwrap();
    fs.tamper(SEGMENT, |bytes| bytes[28 + 338 + 100] ^= 1);
    let (mut spool, recovered) = open(fs, &small());
    assert_eq!((recovered.entries.entries, recovered.damaged.entries), (3, 0), "only the footer was read");
    assert_eq!(payloads(&mut spool), [payload(1, 300), payload(3, 300)]);
    assert_eq!(dropped(spool.counts(), Loss::Damaged), 1);
    balanced(spool.counts());
}

#[test]
fn what_is_done_stays_done_when_the_footer_is_damaged() {
    let (fs, mut spool) = simulated(&small());
    (1..=3).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(id, 300)));
    spool.close().unwrap();
    let mut spool = open(fs.clone(), &small()).0;
    let (ticket, _) = spool.next_backlog().unwrap();
    spool.settle(ticket);
    drop(spool);
    fs.tamper(SEGMENT, |bytes| {
        let end = bytes.len() - 1;
        bytes[end] ^= 1;
    });
    assert_eq!(payloads(&mut open(fs, &small()).0), [payload(2, 300), payload(3, 300)]);
}

#[test]
fn a_segment_without_a_header_is_set_aside_until_its_room_is_needed() {
    let fs = dead();
    fs.tamper(SEGMENT, |bytes| bytes[20] ^= 1);
    let (spool, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.quarantined, recovered.entries.entries), (1, 0));
    let is_kept = || fs.files().iter().any(|(path, _)| path.ends_with(".bad"));
    assert!(is_kept());
    assert!(spool.bytes_on_disk() > 1_000, "it counts");
    spool.close().unwrap();
    let (mut spool, recovered) = open(fs.clone(), &small());
    assert_eq!(recovered.quarantined, 0);
    assert!(is_kept());
    while is_kept() {
        assert_eq!(dropped(spool.counts(), Loss::EvictedOldest), 0);
        put_back(&mut spool, Lane::Normal, &payload(9, 500));
    }
}

#[test]
fn a_segment_of_another_version_is_left_alone() {
    let fs = dead();
    fs.tamper(SEGMENT, |bytes| bytes[4] = 2);
    let (mut spool, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.preserved, recovered.quarantined), (1, 0));
    (0..60).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(id, 500)));
    spool.close().unwrap();
    assert!(fs.files().iter().any(|(path, _)| path == SEGMENT));
}

#[test]
fn what_it_may_not_remove_takes_its_room_no_longer_than_what_lies_beside_it() {
    let fs = dead();
    let mut spool = open(fs.clone(), &small()).0;
    (4..=6).for_each(|id| put_back(&mut spool, Lane::Alert, &payload(id, 300)));
    drop(spool);
    fs.tamper(SEGMENT, |bytes| {
        bytes[4] = 2;
        bytes.resize(1_000_000, 7);
    });
    fs.loosen();
    let (mut spool, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.adopted, recovered.preserved, recovered.entries.entries), (2, 1, 3));
    assert_eq!(settle_all(&mut spool), 3);
    put_back(&mut spool, Lane::Bulk, &payload(7, 300));
    assert!(fs.files().iter().any(|(path, bytes)| path == SEGMENT && bytes.len() == 1_000_000));
}

#[test]
fn a_file_that_was_only_just_made_is_no_damage() {
    let fs = dead();
    fs.tamper(SEGMENT, |bytes| bytes.truncate(11));
    let (spool, recovered) = open(fs.clone(), &small());
    assert_eq!((recovered.quarantined, recovered.torn_bytes), (0, 11));
    drop(spool);
    assert!(fs.files().iter().all(|(path, _)| path != SEGMENT));
}
