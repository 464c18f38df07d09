//! Room, and who gets it.

use std::time::Duration;

use super::super::config::Grant;
use super::super::{Amount, Config, Entry, Loss, Refused};
use super::simulated::{Fault, Faults};
use super::{
    ROOT, balanced, drain, dropped, entry, open, payload, payloads, put, put_back, settle_all, simulated,
    small,
};
use crate::lane::Lane;
use crate::ledger::Stream;
use crate::settings::WhenFull;

#[test]
fn the_backlog_comes_by_lane_and_then_in_order() {
    let (_, mut spool) = simulated(&small());
    for (id, lane) in
        [Lane::Bulk, Lane::Normal, Lane::Audit, Lane::Alert, Lane::Normal].into_iter().enumerate()
    {
        put_back(&mut spool, lane, &payload(id as u64, 100));
    }
    let order: Vec<u8> = payloads(&mut spool).iter().map(|payload| payload[0]).collect();
    assert_eq!(order, [2, 3, 1, 4, 0]);
    assert!(spool.next_backlog().is_none(), "what is held is not given out");
}

#[test]
fn what_is_released_comes_first_again() {
    let (_, mut spool) = simulated(&small());
    (0..5).for_each(|id| put_back(&mut spool, Lane::Normal, &payload(id, 100)));
    let mut all = drain(&mut spool);
    spool.release(all.remove(3).0);
    spool.release(all.remove(1).0);
    let order: Vec<u8> = payloads(&mut spool).iter().map(|payload| payload[0]).collect();
    assert_eq!(order, [1, 3]);
}

#[test]
fn an_entry_as_large_as_the_limit_fits_and_no_larger_one() {
    for lane in Lane::ALL {
        let (_, mut spool) = simulated(&small());
        let limit = spool.config.max_entry_bytes(lane);
        let bytes = payload(1, limit as usize + 1);
        assert_eq!(spool.append(&entry(lane, &bytes)), Err(Refused::TooLarge { limit }));
        put_back(&mut spool, lane, &bytes[1..]);
        spool.sync().unwrap();
        assert_eq!(payloads(&mut spool), [&bytes[1..]], "{lane:?}");
    }
}

#[test]
fn a_mebibyte_is_enough_for_all_lanes() {
    let config = Config::new(1024 * 1024);
    let (fs, mut spool) = simulated(&config);
    let bytes = payload(7, 16 * 1024);
    for round in 0..400 {
        // Audit records may take everything, if there are that many.
        for lane in Lane::ALL.into_iter().filter(|lane| *lane != Lane::Audit || round % 50 == 0) {
            if let Ok(ticket) = spool.append(&entry(lane, &bytes)) {
                spool.release(ticket);
            }
        }
        assert!(spool.bytes_on_disk() <= config.max_bytes);
        assert!(fs.bytes() <= spool.bytes_on_disk());
    }
    balanced(spool.counts());
    for lane in [Lane::Audit, Lane::Alert] {
        assert!(spool.counts().of(lane, Stream::Traces).pending.bytes >= config.max_bytes / 16, "{lane:?}");
    }
    spool.sync().unwrap();
}

#[test]
fn a_lane_leaves_what_is_reserved_for_those_above() {
    let mut config = small();
    config.lanes[Lane::Bulk as usize].when_full = WhenFull::DropNew;
    let (_, mut spool) = simulated(&config);
    let bytes = payload(1, 500);
    while let Ok(ticket) = spool.append(&entry(Lane::Bulk, &bytes)) {
        spool.release(ticket);
    }
    let reserved: u64 = config.lanes.iter().map(|grant| grant.reserved_bytes).sum();
    assert!(spool.bytes_on_disk() <= config.max_bytes - reserved);
    let kept = spool.counts().of(Lane::Bulk, Stream::Traces).pending.entries;
    for lane in [Lane::Audit, Lane::Alert] {
        for _ in 0..3 {
            put_back(&mut spool, lane, &bytes);
        }
    }
    assert_eq!(spool.counts().of(Lane::Bulk, Stream::Traces).pending.entries, kept, "nothing had to go");
}

#[test]
fn the_lowest_lane_that_allows_it_makes_room_with_its_oldest_segment() {
    let (_, mut spool) = simulated(&small());
    let bytes = payload(1, 500);
    for _ in 0..6 {
        put_back(&mut spool, Lane::Bulk, &bytes);
        put_back(&mut spool, Lane::Normal, &bytes);
    }
    while dropped(spool.counts(), Loss::EvictedOldest) == 0 {
        put_back(&mut spool, Lane::Normal, &bytes);
    }
    let lost = |lane, counts: &super::Counts| counts.of(lane, Stream::Traces).dropped(Loss::EvictedOldest);
    let segment = lost(Lane::Bulk, spool.counts());
    assert_eq!(segment, Amount { entries: 3, items: 9, bytes: 1_500 }, "a whole segment");
    while lost(Lane::Bulk, spool.counts()).entries < 6 {
        assert_eq!(lost(Lane::Normal, spool.counts()).entries, 0);
        put_back(&mut spool, Lane::Normal, &bytes);
    }
    for _ in 0..20 {
        put_back(&mut spool, Lane::Normal, &bytes);
    }
    assert!(lost(Lane::Normal, spool.counts()).entries > 0);
    balanced(spool.counts());
}

#[test]
fn audit_records_are_refused_rather_than_evicted() {
    let (_, mut spool) = simulated(&small());
    let bytes = payload(1, 500);
    let mut audit = 0;
    while let Ok(ticket) = spool.append(&entry(Lane::Audit, &bytes)) {
        spool.release(ticket);
        audit += 1;
    }
    assert_eq!(spool.append(&entry(Lane::Audit, &bytes)), Err(Refused::Full));
    for lane in [Lane::Alert, Lane::Normal, Lane::Bulk] {
        assert_eq!(spool.append(&entry(lane, &bytes)), Err(Refused::Full), "{lane:?}");
    }
    assert_eq!(payloads(&mut spool).len(), audit);
}

#[test]
fn a_lane_makes_no_room_at_the_cost_of_those_above() {
    let mut config = small();
    config.lanes = [Grant { when_full: WhenFull::DropOldest, reserved_bytes: 0 }; 4];
    let bytes = payload(1, 500);
    for (above, below) in
        [(Lane::Audit, Lane::Alert), (Lane::Alert, Lane::Normal), (Lane::Normal, Lane::Bulk)]
    {
        let (_, mut spool) = simulated(&config);
        (0..40).for_each(|_| put_back(&mut spool, above, &bytes));
        let evicted = dropped(spool.counts(), Loss::EvictedOldest);
        while let Ok(ticket) = spool.append(&entry(below, &bytes)) {
            spool.release(ticket);
            if dropped(spool.counts(), Loss::EvictedOldest) > evicted {
                break;
            }
        }
        let above = spool.counts().of(above, Stream::Traces).dropped(Loss::EvictedOldest);
        assert_eq!(above.entries, evicted, "{below:?}");
    }
}

#[test]
fn nothing_is_evicted_for_what_would_not_fit_even_then() {
    let mut config = small();
    config.lanes = [Grant { when_full: WhenFull::DropNew, reserved_bytes: 0 }; 4];
    config.lanes[Lane::Bulk as usize].when_full = WhenFull::DropOldest;
    let (_, mut spool) = simulated(&config);
    put_back(&mut spool, Lane::Normal, &payload(1, 8_000));
    put_back(&mut spool, Lane::Bulk, &payload(2, 2_000));
    assert_eq!(spool.append(&entry(Lane::Normal, &payload(3, 9_000))), Err(Refused::Full));
    assert_eq!(dropped(spool.counts(), Loss::EvictedOldest), 0);
    put_back(&mut spool, Lane::Normal, &payload(3, 8_000));
    assert_eq!(dropped(spool.counts(), Loss::EvictedOldest), 1);
}

#[test]
fn what_is_delivered_although_it_was_evicted_is_settled() {
    let (_, mut spool) = simulated(&small());
    let bytes = payload(1, 500);
    let (delivered, given_up) = (put(&mut spool, Lane::Bulk, &bytes), put(&mut spool, Lane::Bulk, &bytes));
    (0..40).for_each(|_| put_back(&mut spool, Lane::Normal, &bytes));
    let bulk = *spool.counts().of(Lane::Bulk, Stream::Traces);
    assert_eq!((bulk.pending.entries, bulk.dropped(Loss::EvictedOldest).entries), (2, 0), "not lost yet");
    spool.settle(delivered);
    spool.release(given_up);
    let bulk = *spool.counts().of(Lane::Bulk, Stream::Traces);
    assert_eq!((bulk.settled.entries, bulk.dropped(Loss::EvictedOldest).entries), (1, 1));
    balanced(spool.counts());
}

#[test]
fn what_is_too_old_goes_with_its_segment() {
    let mut config = small();
    config.max_age = Some(Duration::from_nanos(100));
    let (fs, mut spool) = simulated(&config);
    let bytes = payload(1, 900);
    for first_unix_nanos in [1_000, 1_050, 1_100] {
        let entry = Entry { first_unix_nanos, ..entry(Lane::Audit, &bytes) };
        let ticket = spool.append(&entry).unwrap();
        spool.release(ticket);
    }
    spool.expire(1_150);
    assert_eq!(dropped(spool.counts(), Loss::Expired), 0, "its segment has something newer");
    spool.expire(1_151);
    assert_eq!(dropped(spool.counts(), Loss::Expired), 2);
    spool.close().unwrap();
    let mut spool = open(fs, &config).0;
    spool.expire(1_200);
    assert_eq!(dropped(spool.counts(), Loss::Expired), 0);
    spool.expire(1_201);
    assert_eq!((dropped(spool.counts(), Loss::Expired), balanced(spool.counts())), (1, 0));
}

#[test]
fn what_could_not_be_made_durable_moves_to_another_file() {
    let (fs, mut spool) = simulated(&small());
    let held = put(&mut spool, Lane::Audit, &payload(1, 300));
    put_back(&mut spool, Lane::Audit, &payload(2, 300));
    fs.fail(Faults { from: fs.ops(), count: 1, kind: Fault::Broken });
    spool.sync().unwrap();
    let files = fs.files();
    let names: Vec<&str> = files.iter().map(|(path, _)| path.trim_start_matches(ROOT)).collect();
    assert_eq!(names, ["/0000000001/audit/0000000002.seg", "/0000000001/lock"]);
    spool.settle(held);
    assert_eq!(payloads(&mut spool), [payload(2, 300)]);
}

#[test]
fn a_sync_without_room_for_a_second_copy_fails_until_there_is_room() {
    let mut config = small();
    config.lanes = [Grant { when_full: WhenFull::DropNew, reserved_bytes: 0 }; 4];
    let (fs, mut spool) = simulated(&config);
    let bytes = payload(1, 9_000);
    let large = put(&mut spool, Lane::Normal, &bytes);
    fs.fail(Faults { from: fs.ops(), count: 1, kind: Fault::Broken });
    assert_eq!(spool.sync(), Err(super::super::Unsynced(std::io::ErrorKind::StorageFull)));
    assert!(spool.sync().is_err(), "a second attempt must not believe the disk");
    spool.settle(large);
    spool.sync().unwrap();
}

#[test]
fn a_failed_append_leaves_nothing_and_the_next_one_begins_another_segment() {
    for kind in [Fault::Broken, Fault::Full, Fault::Short] {
        let (fs, mut spool) = simulated(&small());
        put_back(&mut spool, Lane::Normal, &payload(1, 300));
        fs.fail(Faults { from: fs.ops(), count: 1, kind });
        let refused = spool.append(&entry(Lane::Normal, &payload(2, 300)));
        assert!(matches!(refused, Err(Refused::Storage(_))), "{kind:?}");
        put_back(&mut spool, Lane::Normal, &payload(3, 300));
        let segments = fs.files().iter().filter(|(path, _)| path.ends_with(".seg")).count();
        assert_eq!(segments, 2, "{kind:?}");
        spool.sync().unwrap();
        drop(spool);
        let (mut spool, recovered) = open(fs, &small());
        assert_eq!((recovered.torn_bytes, recovered.damaged_bytes), (0, 0), "{kind:?}");
        assert_eq!(payloads(&mut spool), [payload(1, 300), payload(3, 300)], "{kind:?}");
    }
}

#[test]
fn what_nobody_holds_takes_no_ram() {
    let config = Config { segment_bytes: 64 * 1024, ..Config::new(4 * 1024 * 1024) };
    let (_, mut spool) = simulated(&config);
    (0..2_000).for_each(|id| put_back(&mut spool, Lane::Bulk, &payload(id, 1_000)));
    let loaded = |spool: &super::Spool<_>| {
        let segments = spool.shelves.iter().flat_map(|shelf| shelf.iter());
        segments.filter(|(_, segment)| segment.loaded.is_some()).count()
    };
    assert_eq!(loaded(&spool), 1, "the one that takes entries");
    let (ticket, _) = spool.next_backlog().unwrap();
    assert_eq!(loaded(&spool), 2);
    spool.release(ticket);
    assert_eq!(loaded(&spool), 1);
    assert_eq!(settle_all(&mut spool), 2_000);
}
