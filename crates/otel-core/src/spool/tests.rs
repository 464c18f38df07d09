//! What the spool promises, on a file system that dies, on one that fails, and on the disk.

mod adoption;
mod crashes;
mod disk;
mod fuzz;
mod journey;
mod lanes;
mod model;
mod simulated;

use std::path::Path;

use self::simulated::Simulated;
use super::{Config, Counts, Entry, FileSystem, Loss, OwnedEntry, Recovered, Spool, Ticket};
use crate::lane::Lane;
use crate::ledger::Stream;

const ROOT: &str = "/spool";

/// A spool small enough to see everything that can happen to it.
fn small() -> Config {
    let mut config = Config::new(16 * 1024);
    config.segment_bytes = 2 * 1024;
    config
}

fn open<F: FileSystem>(fs: F, config: &Config) -> (Spool<F>, Recovered) {
    Spool::open(fs, Path::new(ROOT), config.clone()).expect("a spool always opens")
}

fn simulated(config: &Config) -> (Simulated, Spool<Simulated>) {
    let fs = Simulated::new(config.max_bytes);
    let spool = open(fs.clone(), config).0;
    (fs, spool)
}

/// A payload that is like no other, and now and then has something in it that looks like a frame.
fn payload(id: u64, len: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = id.to_le_bytes().into_iter().cycle().take(len).collect();
    let mut rng = fastrand::Rng::with_seed(id);
    for at in (8..len).step_by(64) {
        bytes[at] = rng.u8(..);
        if rng.u8(..16) == 0 && at + 4 <= len {
            bytes[at..at + 4].copy_from_slice(&[0xf5, b'O', b'T', 0x0c]);
        }
    }
    bytes
}

fn entry(lane: Lane, payload: &[u8]) -> Entry<'_> {
    Entry { lane, stream: Stream::Traces, items: 3, first_unix_nanos: 1_000, payload }
}

fn put<F: FileSystem>(spool: &mut Spool<F>, lane: Lane, payload: &[u8]) -> Ticket {
    spool.append(&entry(lane, payload)).expect("there is room")
}

fn put_back<F: FileSystem>(spool: &mut Spool<F>, lane: Lane, payload: &[u8]) {
    let ticket = put(spool, lane, payload);
    spool.release(ticket);
}

/// Everything that is backlog, in order. The spool still holds it.
fn drain<F: FileSystem>(spool: &mut Spool<F>) -> Vec<(Ticket, OwnedEntry)> {
    std::iter::from_fn(|| spool.next_backlog()).collect()
}

fn payloads<F: FileSystem>(spool: &mut Spool<F>) -> Vec<Vec<u8>> {
    drain(spool).into_iter().map(|(_, entry)| entry.payload).collect()
}

fn settle_all<F: FileSystem>(spool: &mut Spool<F>) -> usize {
    let all = drain(spool);
    let count = all.len();
    all.into_iter().for_each(|(ticket, _)| spool.settle(ticket));
    count
}

/// `appended + recovered = settled + dropped + pending`, everywhere. The entries that are pending.
fn balanced(counts: &Counts) -> u64 {
    let mut pending = 0;
    for lane in Lane::ALL {
        for stream in Stream::ALL {
            let tally = counts.of(lane, stream);
            let lost = Loss::ALL.map(|loss| tally.dropped(loss));
            let out = lost.into_iter().fold(tally.settled + tally.pending, |sum, lost| sum + lost);
            assert_eq!(tally.appended + tally.recovered, out, "{lane:?} {stream:?} {tally:?}");
            pending += tally.pending.entries;
        }
    }
    pending
}

fn dropped(counts: &Counts, loss: Loss) -> u64 {
    let lanes = Lane::ALL.into_iter();
    let all = lanes.flat_map(|lane| Stream::ALL.map(|stream| counts.of(lane, stream).dropped(loss).entries));
    all.sum()
}
