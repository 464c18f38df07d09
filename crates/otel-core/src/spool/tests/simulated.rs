//! A file system that dies.
//!
//! Every file has what is durable and a log of what was done since; a loss of power keeps for each sector any prefix
//! of that log, and any of the lengths the file had. Names are durable when their directory was synced; until then
//! each of them survives or not. A failed sync writes some of the log and forgets the rest, which a later sync will
//! not write either. Any operation can be made to fail. After each, the bytes of all files are compared with the cap.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::Path;
use std::rc::Rc;

use fastrand::Rng;

use super::super::file_system::{File, FileSystem, Found};

const SECTOR: usize = 512;

/// A file system in memory. Clones share it.
#[derive(Clone)]
pub(super) struct Simulated(Rc<RefCell<World>>);

/// Everything there is at one moment.
#[derive(Clone)]
pub(super) struct World {
    inodes: Vec<Rc<Inode>>,
    locks: BTreeSet<usize>,
    ops: u64,
    faults: Option<Faults>,
    short: bool,
    record: Record,
    moments: Vec<World>,
    in_flight: Option<(usize, usize, Vec<u8>)>,
    cap: u64,
    allowed: u64,
    bytes: u64,
}

/// Which operations fail, and how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Faults {
    pub(super) from: u64,
    pub(super) count: u64,
    pub(super) kind: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Broken,
    Full,
    Short,
}

/// Before which operations the moment is kept, to see what a crash leaves of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Record {
    Nothing,
    Everything,
    Within(u64, u64),
}

/// How it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Crash {
    Kill,
    PowerLoss,
}

#[derive(Clone)]
enum Inode {
    Dir { durable: BTreeMap<String, usize>, log: Vec<Naming>, current: BTreeMap<String, usize> },
    File { durable: Vec<u8>, log: Vec<Change>, current: Vec<u8>, linked: bool },
}

#[derive(Clone)]
enum Naming {
    Link(String, usize),
    Unlink(String),
    Rename(String, String, usize),
}

#[derive(Clone)]
enum Change {
    Write(usize, Vec<u8>),
    Truncate(usize),
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Link(name, inode) => drop(names.insert(name.clone(), *inode)),
            Self::Unlink(name) => drop(names.remove(name)),
            Self::Rename(from, to, inode) => {
                names.remove(from);
                names.insert(to.clone(), *inode);
            }
        }
    }
}

impl Change {
    fn apply(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Write(at, written) => {
                bytes.resize(bytes.len().max(at + written.len()), 0);
                bytes[*at..at + written.len()].copy_from_slice(written);
            }
            Self::Truncate(len) => bytes.resize(*len, 0),
        }
    }

    /// Applies what it does within one sector; the length stays.
    fn apply_within(&self, bytes: &mut [u8], sector: std::ops::Range<usize>) {
        match self {
            Self::Write(at, written) => {
                let (from, to) = (sector.start.max(*at), sector.end.min(at + written.len()));
                if from < to {
                    bytes[from..to].copy_from_slice(&written[from - at..to - at]);
                }
            }
            Self::Truncate(len) => bytes[sector.start.max(*len).min(sector.end)..sector.end].fill(0),
        }
    }
}

impl Inode {
    fn dir() -> Rc<Self> {
        Rc::new(Self::Dir { durable: BTreeMap::new(), log: Vec::new(), current: BTreeMap::new() })
    }

    fn file() -> Rc<Self> {
        Rc::new(Self::File { durable: Vec::new(), log: Vec::new(), current: Vec::new(), linked: true })
    }

    /// What is left of it without power.
    fn without_power(&mut self, rng: &mut Rng) {
        match self {
            Self::Dir { durable, log, current } => {
                let all = rng.u8(..4);
                for naming in log.drain(..) {
                    if all == 0 || (all > 1 && rng.bool()) {
                        naming.apply(durable);
                    }
                }
                current.clone_from(durable);
            }
            Self::File { durable, log, current, .. } => {
                if !log.is_empty() {
                    *durable = torn(durable, log, rng);
                }
                log.clear();
                current.clone_from(durable);
            }
        }
    }
}

fn torn(durable: &[u8], log: &[Change], rng: &mut Rng) -> Vec<u8> {
    let mut whole = durable.to_vec();
    let mut lengths = vec![whole.len()];
    for change in log {
        change.apply(&mut whole);
        lengths.push(whole.len());
    }
    let most = lengths.iter().copied().max().unwrap_or(0);
    let mut bytes = durable.to_vec();
    bytes.resize(most, 0);
    let all = rng.u8(..4);
    for start in (0..most).step_by(SECTOR) {
        let sector = start..most.min(start + SECTOR);
        let survive = match all {
            0 => log.len(),
            1 if rng.u8(..8) > 0 => log.len(),
            _ => rng.usize(..=log.len()),
        };
        for change in &log[..survive] {
            change.apply_within(&mut bytes, sector.clone());
        }
    }
    let at = if all == 0 { log.len() } else { rng.usize(..lengths.len()) };
    bytes.resize(lengths[at], 0);
    bytes
}

impl Simulated {
    /// An empty file system, on which all files together may take `cap` bytes.
    pub(super) fn new(cap: u64) -> Self {
        Self::of(World {
            inodes: vec![Inode::dir()],
            locks: BTreeSet::new(),
            ops: 0,
            faults: None,
            short: false,
            record: Record::Nothing,
            moments: Vec::new(),
            in_flight: None,
            cap,
            allowed: cap,
            bytes: 0,
        })
    }

    pub(super) fn of(world: World) -> Self {
        Self(Rc::new(RefCell::new(world)))
    }

    pub(super) fn world(&self) -> World {
        self.0.borrow().clone()
    }

    pub(super) fn fail(&self, faults: Faults) {
        self.0.borrow_mut().faults = Some(faults);
    }

    pub(super) fn record(&self, record: Record) {
        self.0.borrow_mut().record = record;
    }

    /// The moments that were kept since the last time.
    pub(super) fn moments(&self) -> Vec<World> {
        std::mem::take(&mut self.0.borrow_mut().moments)
    }

    pub(super) fn ops(&self) -> u64 {
        self.0.borrow().ops
    }

    /// Something is on nobody's account: a directory that could not be adopted.
    pub(super) fn loosen(&self) {
        let mut world = self.0.borrow_mut();
        world.allowed = world.cap + world.bytes;
    }

    /// Everything there is is on someone's account now.
    pub(super) fn tighten(&self) {
        let mut world = self.0.borrow_mut();
        world.allowed = world.cap.max(world.bytes);
    }

    /// The bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.0.borrow().bytes
    }

    /// Does something to a file behind everybody's back.
    pub(super) fn tamper(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut world = self.0.borrow_mut();
        let inode = world.find(Path::new(path)).unwrap();
        if let Inode::File { durable, current, log, .. } = Rc::make_mut(&mut world.inodes[inode]) {
            change(current);
            durable.clone_from(current);
            log.clear();
        }
        world.measure();
        world.allowed = world.cap.max(world.bytes);
    }

    /// Every file, by its path.
    pub(super) fn files(&self) -> Vec<(String, Vec<u8>)> {
        let (world, mut files) = (self.0.borrow(), Vec::new());
        world.walk(0, "", &mut |path, bytes| files.push((path.to_owned(), bytes.to_vec())));
        files
    }
}

impl World {
    /// What is left after the process was killed, or the power was lost.
    pub(super) fn crash(mut self, how: Crash, rng: &mut Rng) -> Self {
        if let (Crash::Kill, Some((inode, at, written))) = (how, self.in_flight.take()) {
            let written = written[..rng.usize(..=written.len())].to_vec();
            if !written.is_empty() {
                self.change(inode, Change::Write(at, written));
            }
        }
        if how == Crash::PowerLoss {
            for inode in &mut self.inodes {
                Rc::make_mut(inode).without_power(rng);
            }
        }
        self.locks.clear();
        (self.faults, self.short, self.record, self.in_flight) = (None, false, Record::Nothing, None);
        self.measure();
        // What was removed may be back, beside what took its room. Until it is gone, it is not on anyone's account.
        self.allowed = if self.bytes > self.cap { self.bytes + self.cap } else { self.cap };
        self
    }

    fn walk(&self, dir: usize, path: &str, see: &mut dyn FnMut(&str, &[u8])) {
        let Inode::Dir { current, .. } = &*self.inodes[dir] else { return };
        for (name, inode) in current {
            let path = format!("{path}/{name}");
            match &*self.inodes[*inode] {
                Inode::File { current, .. } => see(&path, current),
                Inode::Dir { .. } => self.walk(*inode, &path, see),
            }
        }
    }

    fn measure(&mut self) {
        for inode in &mut self.inodes {
            if let Inode::File { linked, .. } = Rc::make_mut(inode) {
                *linked = false;
            }
        }
        let mut found = Vec::new();
        self.reachable(0, &mut found);
        self.bytes = 0;
        for inode in found {
            if let Inode::File { linked, current, .. } = Rc::make_mut(&mut self.inodes[inode]) {
                *linked = true;
                self.bytes += current.len() as u64;
            }
        }
    }

    fn reachable(&self, dir: usize, found: &mut Vec<usize>) {
        let Inode::Dir { current, .. } = &*self.inodes[dir] else { return };
        for inode in current.values() {
            found.push(*inode);
            self.reachable(*inode, found);
        }
    }

    /// The beginning of each operation: the moment is kept, and the operation may fail.
    fn begin(&mut self, changes: bool) -> Option<Fault> {
        let at = self.ops;
        self.ops += 1;
        let keep = match self.record {
            Record::Nothing => false,
            Record::Everything => changes,
            Record::Within(from, to) => changes && (from..to).contains(&at),
        };
        if keep {
            let moments = std::mem::take(&mut self.moments);
            let moment = self.clone();
            self.moments = moments;
            self.moments.push(moment);
        }
        self.in_flight = None;
        let fault = self.faults.filter(|faults| (faults.from..faults.from + faults.count).contains(&at));
        fault.map(|faults| faults.kind)
    }

    /// An operation that either happens or does not.
    fn whole(&mut self, changes: bool) -> io::Result<()> {
        match self.begin(changes) {
            Some(Fault::Full) => Err(io::ErrorKind::StorageFull.into()),
            Some(_) => Err(io::Error::from_raw_os_error(5)),
            None => Ok(()),
        }
    }

    fn find(&self, path: &Path) -> io::Result<usize> {
        let mut at = 0;
        for part in path.components().skip(1) {
            let Inode::Dir { current, .. } = &*self.inodes[at] else {
                return Err(io::ErrorKind::NotADirectory.into());
            };
            let name = part.as_os_str().to_string_lossy();
            at = *current.get(&*name).ok_or(io::ErrorKind::NotFound)?;
        }
        Ok(at)
    }

    fn parent(&self, path: &Path) -> io::Result<(usize, String)> {
        let name = path.file_name().ok_or(io::ErrorKind::AlreadyExists)?.to_string_lossy().into_owned();
        Ok((self.find(path.parent().ok_or(io::ErrorKind::NotFound)?)?, name))
    }

    fn name(&mut self, dir: usize, naming: Naming) {
        if let Inode::Dir { log, current, .. } = Rc::make_mut(&mut self.inodes[dir]) {
            naming.apply(current);
            log.push(naming);
        }
    }

    fn make(&mut self, path: &Path, inode: Rc<Inode>) -> io::Result<usize> {
        let (dir, name) = self.parent(path)?;
        let Inode::Dir { current, .. } = &*self.inodes[dir] else {
            return Err(io::ErrorKind::NotADirectory.into());
        };
        if current.contains_key(&name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        self.inodes.push(inode);
        let made = self.inodes.len() - 1;
        self.name(dir, Naming::Link(name, made));
        Ok(made)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        let inode = self.find(path)?;
        let (dir, name) = self.parent(path)?;
        match Rc::make_mut(&mut self.inodes[inode]) {
            Inode::Dir { current, .. } if !current.is_empty() => {
                return Err(io::ErrorKind::DirectoryNotEmpty.into());
            }
            Inode::Dir { .. } => {}
            Inode::File { current, linked, .. } => {
                *linked = false;
                self.bytes -= current.len() as u64;
            }
        }
        self.name(dir, Naming::Unlink(name));
        self.meter();
        Ok(())
    }

    fn change(&mut self, inode: usize, change: Change) {
        if let Inode::File { log, current, linked, .. } = Rc::make_mut(&mut self.inodes[inode]) {
            let before = current.len() as u64;
            change.apply(current);
            log.push(change);
            if *linked {
                self.bytes = self.bytes - before + current.len() as u64;
            }
        }
        self.meter();
    }

    fn meter(&mut self) {
        assert!(self.bytes <= self.allowed, "{} bytes on a disk for {}", self.bytes, self.allowed);
    }

    fn content(&self, inode: usize) -> &[u8] {
        match &*self.inodes[inode] {
            Inode::File { current, .. } => current,
            Inode::Dir { .. } => &[],
        }
    }
}

impl FileSystem for Simulated {
    type File = SimulatedFile;
    type Lock = SimulatedLock;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        world.make(dir, Inode::dir()).map(drop)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        let mut world = self.0.borrow_mut();
        world.whole(false)?;
        let dir = world.find(dir)?;
        let Inode::Dir { current, .. } = &*world.inodes[dir] else {
            return Err(io::ErrorKind::NotADirectory.into());
        };
        let found = current.iter().map(|(name, inode)| Found {
            name: name.clone(),
            is_dir: matches!(&*world.inodes[*inode], Inode::Dir { .. }),
            len: world.content(*inode).len() as u64,
        });
        Ok(found.collect())
    }

    fn lock(&self, path: &Path) -> io::Result<Option<SimulatedLock>> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        let inode = match world.find(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => world.make(path, Inode::file())?,
            found => found?,
        };
        Ok(world.locks.insert(inode).then(|| SimulatedLock(Rc::clone(&self.0), inode)))
    }

    fn create(&self, path: &Path) -> io::Result<SimulatedFile> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        let made = world.make(path, Inode::file())?;
        Ok(SimulatedFile(Rc::clone(&self.0), made))
    }

    fn open(&self, path: &Path) -> io::Result<SimulatedFile> {
        let mut world = self.0.borrow_mut();
        world.whole(false)?;
        let found = world.find(path)?;
        Ok(SimulatedFile(Rc::clone(&self.0), found))
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        let inode = world.find(from)?;
        let ((dir, from), (same, to)) = (world.parent(from)?, world.parent(to)?);
        assert_eq!(dir, same, "a file moves within its directory");
        world.name(dir, Naming::Rename(from, to, inode));
        Ok(())
    }

    fn unlink(&self, path: &Path) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        world.remove(path)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        world.remove(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        let dir = world.find(dir)?;
        if let Inode::Dir { durable, log, current } = Rc::make_mut(&mut world.inodes[dir]) {
            durable.clone_from(current);
            log.clear();
        }
        Ok(())
    }
}

pub(super) struct SimulatedFile(Rc<RefCell<World>>, usize);

impl File for SimulatedFile {
    fn len(&self) -> io::Result<u64> {
        let mut world = self.0.borrow_mut();
        world.whole(false)?;
        Ok(world.content(self.1).len() as u64)
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        let mut world = self.0.borrow_mut();
        let most = match world.begin(false) {
            Some(Fault::Broken) => return Err(io::Error::from_raw_os_error(5)),
            Some(Fault::Short) => bytes.len().div_ceil(2),
            _ => bytes.len(),
        };
        let rest = world.content(self.1).get(offset as usize..).unwrap_or_default();
        let read = most.min(rest.len());
        bytes[..read].copy_from_slice(&rest[..read]);
        Ok(read)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        let mut world = self.0.borrow_mut();
        let at = offset as usize;
        world.in_flight = Some((self.1, at, bytes.to_vec()));
        let fault = world.begin(true);
        if std::mem::take(&mut world.short) || fault == Some(Fault::Full) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let written = if fault.is_some() { bytes.len() / 2 } else { bytes.len() };
        if written > 0 {
            world.change(self.1, Change::Write(at, bytes[..written].to_vec()));
        }
        match fault {
            Some(Fault::Short) => {
                world.short = true;
                Ok(written)
            }
            Some(_) => Err(io::Error::from_raw_os_error(5)),
            None => Ok(written),
        }
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        world.whole(true)?;
        world.change(self.1, Change::Truncate(len as usize));
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        let mut world = self.0.borrow_mut();
        let result = world.whole(true);
        let mut coins = Rng::with_seed(world.ops);
        if let Inode::File { durable, log, .. } = Rc::make_mut(&mut world.inodes[self.1]) {
            for change in log.drain(..) {
                if result.is_ok() || coins.bool() {
                    change.apply(durable);
                }
            }
        }
        result
    }
}

pub(super) struct SimulatedLock(Rc<RefCell<World>>, usize);

impl Drop for SimulatedLock {
    fn drop(&mut self) {
        self.0.borrow_mut().locks.remove(&self.1);
    }
}
