//! A random life of a spool, and someone who remembers everything it was told.

use std::collections::{BTreeMap, BTreeSet};

use fastrand::Rng;

use super::super::{Config, Entry, Loss, OwnedEntry, Spool, Ticket};
use super::simulated::{Crash, Faults, Record, Simulated, World};
use super::{balanced, drain, dropped, open, payload, small};
use crate::lane::Lane;
use crate::ledger::Stream;

/// What is known of one entry, and since which step.
struct Fact {
    seq: u64,
    lane: Lane,
    stream: Stream,
    items: u32,
    len: usize,
    appended: u64,
    /// It was not taken. Only who died before that was said may have left it.
    refused: bool,
    synced: Option<u64>,
    settled: Option<u64>,
    /// Evicted or expired.
    gone: Option<u64>,
}

/// One life.
pub(super) struct Journey {
    fs: Simulated,
    config: Config,
    spool: Option<Spool<Simulated>>,
    rng: Rng,
    step: u64,
    now: u64,
    /// By what the payload begins with.
    facts: BTreeMap<u64, Fact>,
    /// Those that are neither settled nor gone.
    live: BTreeSet<u64>,
    next: u64,
    /// The first entry that this process was given.
    since: u64,
    held: Vec<(u64, Ticket)>,
    faulty: bool,
    /// Entries that earlier processes could not read.
    unreadable: u64,
    crash_points: u64,
}

impl Journey {
    pub(super) fn new(seed: u64) -> Self {
        let mut config = small();
        config.max_age = Some(std::time::Duration::from_nanos(400));
        let fs = Simulated::new(config.max_bytes);
        let mut journey = Self {
            fs,
            config,
            spool: None,
            rng: Rng::with_seed(seed),
            step: 0,
            now: 1_000,
            facts: BTreeMap::new(),
            live: BTreeSet::new(),
            next: 1,
            since: 1,
            held: Vec::new(),
            faulty: false,
            unreadable: 0,
            crash_points: 0,
        };
        journey.spool = Some(open(journey.fs.clone(), &journey.config).0);
        journey
    }

    /// A life with a crash at each operation. How many those were.
    pub(super) fn with_crashes(seed: u64, steps: u64) -> u64 {
        let mut journey = Self::new(seed);
        journey.fs.record(Record::Everything);
        (0..steps).for_each(|_| journey.go());
        journey.crash_points
    }

    /// A life in which some operations fail, with crashes then and at its end. How many crashes there were.
    pub(super) fn with_faults(seed: u64, steps: u64, faults: Faults, crashes: Record) -> u64 {
        let mut journey = Self::new(seed);
        journey.faulty = true;
        journey.fs.fail(faults);
        journey.fs.record(crashes);
        (0..steps).for_each(|_| journey.go());
        let world = journey.fs.world();
        journey.survive(world);
        journey.crash_points
    }

    /// The operations of a life without crashes and failures.
    pub(super) fn operations(seed: u64, steps: u64) -> u64 {
        let mut journey = Self::new(seed);
        (0..steps).for_each(|_| journey.go());
        journey.fs.ops()
    }

    fn go(&mut self) {
        self.step += 1;
        self.now += self.rng.u64(..20);
        match self.rng.u8(..100) {
            0..48 => self.append(),
            48..60 => self.sync(),
            60..78 => self.settle(),
            78..86 => self.release(),
            86..93 => self.take(),
            93..95 => {
                let now = 1_000 + self.now;
                self.spool_mut().expire(now);
            }
            95..96 => drop(self.spool_mut().adopt()),
            96..98 => self.reopen(),
            _ if self.faulty => self.append(),
            _ => self.crash_and_go_on(),
        }
        self.look();
        for moment in self.fs.moments() {
            self.survive(moment);
        }
    }

    fn append(&mut self) {
        let lane = Lane::ALL[[0, 1, 2, 2, 2, 3, 3][self.rng.usize(..7)]];
        let stream = Stream::ALL[self.rng.usize(..3)];
        let items = self.rng.u32(1..100);
        let len = if self.rng.u8(..20) == 0 { self.rng.usize(8..6_000) } else { self.rng.usize(8..600) };
        let (id, first_unix_nanos) = (self.next, 1_000 + self.now);
        self.next += 1;
        let payload = payload(id, len);
        let entry = Entry { lane, stream, items, first_unix_nanos, payload: &payload };
        let (seq, appended, synced, settled) = (self.spool_mut().next_seq, self.step, None, None);
        let result = self.spool_mut().append(&entry);
        let refused = result.is_err();
        let gone = refused.then_some(appended);
        self.facts
            .insert(id, Fact { seq, lane, stream, items, len, appended, refused, synced, settled, gone });
        if let Ok(ticket) = result {
            self.live.insert(id);
            self.held.push((id, ticket));
        }
    }

    fn sync(&mut self) {
        if self.spool_mut().sync().is_ok() {
            for (_, fact) in self.facts.range_mut(self.since..) {
                fact.synced.get_or_insert(self.step);
            }
        }
    }

    fn some_ticket(&mut self) -> Option<(u64, Ticket)> {
        let at = (!self.held.is_empty()).then(|| self.rng.usize(..self.held.len()))?;
        Some(self.held.swap_remove(at))
    }

    fn settle(&mut self) {
        if let Some((id, ticket)) = self.some_ticket() {
            self.facts.get_mut(&id).unwrap().settled = Some(self.step);
            self.live.remove(&id);
            self.spool_mut().settle(ticket);
        }
    }

    fn release(&mut self) {
        if let Some((_, ticket)) = self.some_ticket() {
            self.spool_mut().release(ticket);
        }
    }

    fn take(&mut self) {
        if let Some((ticket, entry)) = self.spool_mut().next_backlog() {
            let id = self.recognise(&ticket, &entry);
            // A mark that could not be written is a duplicate after a restart.
            let undead = self.facts[&id].settled.is_some();
            assert!(!undead || self.faulty, "what is settled does not come back");
            assert!(self.held.iter().all(|(held, _)| *held != id), "what is held is not given out");
            self.held.push((id, ticket));
        }
    }

    /// Which entry this is: one that was appended, as it was appended.
    fn recognise(&self, ticket: &Ticket, entry: &OwnedEntry) -> u64 {
        let id = u64::from_le_bytes(*entry.payload.first_chunk().expect("payloads have eight bytes or more"));
        let Some(fact) = self.facts.get(&id) else { panic!("{id} is invented") };
        assert!(!fact.refused || fact.appended == self.step, "{id} was refused");
        let (is, was) = ((entry.lane, entry.stream, entry.items), (fact.lane, fact.stream, fact.items));
        assert_eq!((ticket.seq(), is), (fact.seq, was));
        assert_eq!(entry.payload, payload(id, fact.len));
        id
    }

    fn reopen(&mut self) {
        self.held.clear();
        self.unreadable += unreadable(self.spool_mut());
        let closed = self.spool.take().unwrap().close();
        if closed.is_ok() {
            for (_, fact) in self.facts.range_mut(self.since..) {
                fact.synced.get_or_insert(self.step);
            }
        }
        // With faults, a directory may not be had at the first attempt.
        let root = std::path::Path::new(super::ROOT);
        let open = || Spool::open(self.fs.clone(), root, self.config.clone()).ok();
        let spool = std::iter::repeat_with(open).take(20).flatten().next();
        let (spool, recovered) = spool.expect("a spool opens once the faults are over");
        if recovered.left > 0 {
            self.fs.loosen();
        }
        self.spool = Some(spool);
        self.since = self.next;
    }

    fn crash_and_go_on(&mut self) {
        let (how, mut world) = (self.how(), self.fs.world());
        self.held.clear();
        self.spool = None;
        world = world.crash(how, &mut self.rng);
        self.fs = Simulated::of(world);
        let (mut spool, recovered) = open(self.fs.clone(), &self.config);
        self.fs.record(Record::Everything);
        let (mut back, mut settled) = (BTreeSet::new(), BTreeSet::new());
        loop {
            let found = drain(&mut spool);
            for (ticket, entry) in found {
                back.insert(self.recognise(&ticket, &entry));
                if recovered.left > 0 {
                    spool.settle(ticket);
                } else {
                    spool.release(ticket);
                }
            }
            // Directories for which there was no room have their turn when those before them are done.
            if recovered.left == 0 || spool.adopt().adopted == 0 {
                break;
            }
        }
        if recovered.left > 0 {
            std::mem::swap(&mut back, &mut settled);
        }
        // What is lost is no news to `survive`, which has seen this very state.
        for (id, fact) in &mut self.facts {
            if back.contains(id) {
                (fact.settled, fact.gone) = (None, None);
            } else if settled.contains(id) {
                (fact.settled, fact.gone) = (Some(self.step), None);
            } else if fact.settled.is_none() {
                fact.gone.get_or_insert(self.step);
            }
            if how == Crash::PowerLoss {
                fact.synced.get_or_insert(self.step);
            }
        }
        self.live = back;
        if spool.adopt().left == 0 {
            self.fs.tighten();
        }
        self.since = self.next;
        self.spool = Some(spool);
        drop(self.fs.moments());
    }

    /// What can be said after each step.
    fn look(&mut self) {
        let spool = self.spool.as_ref().unwrap();
        let mut ranges = [const { Vec::new() }; Lane::ALL.len()];
        for (shelf, ranges) in spool.shelves.iter().zip(&mut ranges) {
            ranges.extend(shelf.iter().map(|(key, segment)| (key.first_seq, segment.last_seq)));
        }
        let facts = &mut self.facts;
        let step = self.step;
        self.live.retain(|id| {
            let fact = facts.get_mut(id).unwrap();
            let there =
                ranges[fact.lane as usize].iter().any(|(first, last)| (*first..=*last).contains(&fact.seq));
            fact.gone = (!there).then_some(step);
            there
        });
        let pending = balanced(spool.counts());
        assert!(spool.used() >= self.fs.bytes() || self.faulty, "the books say less than the disk");
        assert!(spool.used() <= self.config.max_bytes || self.fs.bytes() > self.config.max_bytes);
        if !self.faulty {
            let held = self.held.iter().filter(|(id, _)| !self.live.contains(id)).count();
            assert_eq!(
                pending,
                (self.live.len() + held) as u64,
                "the books say what everyone else remembers"
            );
        }
        let charged: u64 = spool.shelves.iter().map(|shelf| shelf.bytes()).sum();
        let each = spool.shelves.iter().flat_map(|shelf| shelf.iter().map(|(_, segment)| segment.charge()));
        assert_eq!(charged, each.sum::<u64>());
    }

    fn how(&mut self) -> Crash {
        if self.rng.u8(..4) == 0 { Crash::Kill } else { Crash::PowerLoss }
    }

    /// Whether what is left of a moment is what must be left of it.
    fn survive(&mut self, moment: World) {
        self.crash_points += 1;
        let how = self.how();
        let fs = Simulated::of(moment.crash(how, &mut self.rng));
        let before = fs.bytes();
        let (mut spool, recovered) = open(fs.clone(), &self.config);
        let (mut back, mut finished) = (BTreeSet::new(), false);
        loop {
            let mut last = (Lane::Audit, 0);
            let found = drain(&mut spool);
            for (ticket, entry) in &found {
                let id = self.recognise(ticket, entry);
                // What was moving after a failed sync when the power went may be left in both places, in parts; and
                // what comes back because it could not be marked, comes back anywhere.
                let moving = self.faulty && how == Crash::PowerLoss;
                if !moving && self.facts[&id].settled.is_none() {
                    assert!((entry.lane, ticket.seq()) > last, "out of order");
                    last = (entry.lane, ticket.seq());
                }
                assert!(back.insert(id), "{id} comes twice");
                let certain = how == Crash::Kill && !self.faulty;
                let was = |since: Option<u64>| certain && since.is_some_and(|since| since < self.step);
                assert!(!was(self.facts[&id].settled), "{id} is undead");
                assert!(!was(self.facts[&id].gone), "{id} was evicted");
            }
            assert_eq!(balanced(spool.counts()), found.len() as u64);
            if recovered.left == 0 && self.rng.u8(..4) > 0 {
                break;
            }
            found.into_iter().for_each(|(ticket, _)| spool.settle(ticket));
            // A directory for which there was no room has its turn when those before it are done.
            if spool.adopt().adopted == 0 {
                finished = true;
                break;
            }
        }
        let mut excused = self.unreadable + unreadable(self.spool.as_ref().unwrap());
        let trimmed =
            if before > self.config.max_bytes { dropped(spool.counts(), Loss::EvictedOldest) } else { 0 };
        excused += trimmed;
        for (id, fact) in self.live.iter().map(|id| (id, &self.facts[id])) {
            let since = if how == Crash::Kill { Some(fact.appended) } else { fact.synced };
            if since.is_some_and(|since| since < self.step) && !back.contains(id) {
                assert!(excused > 0, "{id} is lost: {how:?}, {recovered:?}");
                excused -= 1;
            }
        }
        if finished {
            self.finish(&fs, spool);
        }
    }

    /// A spool in which everything is done leaves nothing behind but what it could not read.
    fn finish(&self, fs: &Simulated, spool: Spool<Simulated>) {
        assert_eq!(balanced(spool.counts()), 0);
        spool.close().unwrap();
        assert!(
            fs.files().iter().all(|(path, _)| path.ends_with(".bad") || path.ends_with("lock")),
            "{:?}",
            fs.files()
        );
        let (mut spool, recovered) = open(fs.clone(), &self.config);
        assert_eq!(recovered.entries.entries, 0, "what is settled does not come back");
        assert!(spool.next_backlog().is_none());
    }

    fn spool_mut(&mut self) -> &mut Spool<Simulated> {
        self.spool.as_mut().unwrap()
    }
}

fn unreadable(spool: &Spool<Simulated>) -> u64 {
    dropped(spool.counts(), Loss::Unreadable) + dropped(spool.counts(), Loss::Damaged)
}
