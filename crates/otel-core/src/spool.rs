//! The spool: a queue of encoded requests on the disk, for one destination.
//!
//! An entry that was appended survives the death of the process; once it is synced, also the loss of power. It stays
//! until somebody says what became of it: at least once, and twice only when the process or the machine dies between
//! a delivery and its mark.
//!
//! Each process writes to a directory of its own, `ROOT/NUMBER/LANE/NUMBER.seg`, and adopts those of dead ones.
//! A segment takes entries until it is full, then gets a footer by which a later process knows what is in it without
//! reading it, and is removed as a whole when nothing in it is pending. Nothing is ever overwritten but the bytes that
//! mark entries as done. What is written is durable in this order: content, name, and only then the removal of what
//! it replaces.
//!
//! The spool has one owner and no thread. It never stores where a request goes to, nor with which credentials.

mod adopt;
mod config;
mod counts;
mod disk;
mod entry;
mod file_system;
mod format;
mod home;
mod rescue;
mod room;
mod scan;
mod segment;
mod shelf;
mod stray;
mod write;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

pub(crate) use self::config::Config;
pub(crate) use self::counts::{Amount, Counts, Loss, Recovered};
pub(crate) use self::disk::Disk;
pub(crate) use self::entry::{Entry, OwnedEntry, Refused, Ticket, Unsynced};
pub(crate) use self::file_system::FileSystem;

use self::format::{EMPTY, Slot, framed};
use self::home::Home;
use self::segment::{Key, Segment};
use self::shelf::Shelf;
use self::stray::Stray;
use crate::lane::Lane;

/// The number of the directory that this spool writes to. All others are adopted.
const OWN: u64 = 0;

/// The most bytes a buffer keeps between two appends.
const SPARE: usize = 1024 * 1024;

/// A queue of encoded requests on the disk.
pub(crate) struct Spool<F: FileSystem> {
    fs: F,
    root: PathBuf,
    config: Config,
    own: Home<F::Lock>,
    /// The directories of dead processes, by the numbers that segments know them by.
    adopted: BTreeMap<u64, Home<F::Lock>>,
    shelves: [Shelf<F::File>; Lane::ALL.len()],
    strays: Vec<Stray>,
    /// Segments that could not be made durable and have not moved yet.
    suspects: Vec<(Lane, Key)>,
    /// Directories whose names may not be durable.
    unsynced: BTreeSet<PathBuf>,
    /// The bytes of a directory that is being adopted, as far as they belong to no segment or stray yet.
    adopting: u64,
    next_seq: u64,
    last_number: u64,
    buffer: Vec<u8>,
    counts: Counts,
}

/// Why a spool could not be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OpenError {
    /// More is reserved for lanes than there is.
    Reserves,
    /// No directory could be made and locked.
    Directory(PathBuf, io::ErrorKind),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Reserves => f.write_str("the spool reserves more bytes for lanes than it may take"),
            Self::Directory(root, kind) => {
                write!(f, "the spool could not make a directory in {}: {kind}", root.display())
            }
        }
    }
}

impl std::error::Error for OpenError {}

impl<F: FileSystem> Spool<F> {
    /// Opens a directory of its own under `root`, and adopts what dead processes left there.
    ///
    /// # Errors
    ///
    /// When not even a directory can be made, or the configuration contradicts itself. What is found never makes it
    /// fail: what cannot be used is counted.
    pub(crate) fn open(fs: F, root: &Path, config: Config) -> Result<(Self, Recovered), OpenError> {
        if !config.reserves_fit() {
            return Err(OpenError::Reserves);
        }
        let failed = |error: io::Error| OpenError::Directory(root.to_owned(), error.kind());
        home::make_root(&fs, root).map_err(failed)?;
        let own = Home::fresh(&fs, root).map_err(failed)?;
        // Whoever made the directories above may have died before their names were durable.
        let above = root.ancestors().map(|dir| if dir.as_os_str().is_empty() { Path::new(".") } else { dir });
        let unsynced = above.map(Path::to_owned).collect();
        let next_seq = own.first_seq();
        let mut spool = Self {
            fs,
            root: root.to_owned(),
            config,
            own,
            adopted: BTreeMap::new(),
            shelves: std::array::from_fn(|_| Shelf::default()),
            strays: Vec::new(),
            suspects: Vec::new(),
            unsynced,
            adopting: 0,
            next_seq,
            last_number: 0,
            buffer: Vec::new(),
            counts: Counts::default(),
        };
        let recovered = spool.adopt();
        Ok((spool, recovered))
    }

    /// Writes an entry. From then on it survives the death of the process.
    ///
    /// # Errors
    ///
    /// When there is no room for it and none may be made, or the file system fails. Then nothing of it stays.
    pub(crate) fn append(&mut self, entry: &Entry<'_>) -> Result<Ticket, Refused> {
        let (lane, bytes) = (entry.lane, entry.payload.len() as u64);
        let limit = self.config.max_entry_bytes(lane);
        if bytes > limit {
            return Err(Refused::TooLarge { limit });
        }
        let active = self.shelf(lane).active.and_then(|key| self.shelf(lane).get(key));
        if !active.is_some_and(|active| active.takes(framed(bytes), self.config.segment_bytes)) {
            self.roll(lane);
        }
        self.make_room(lane, EMPTY + framed(bytes), None).map_err(|_| Refused::Full)?;
        let written = match self.shelf(lane).active {
            Some(key) => self.extend(key, entry),
            None => self.begin(entry),
        };
        self.buffer.shrink_to(SPARE);
        let ticket = written.map_err(|error| Refused::Storage(error.kind()))?;
        self.counts.appended(lane, entry.stream, Amount::one(entry.items, ticket.len));
        Ok(ticket)
    }

    /// Makes everything that was appended so far durable.
    ///
    /// # Errors
    ///
    /// When something is not durable yet, because the file system fails or because there is no room for a second
    /// copy of what it did not write. The spool goes on, and the next call tries again.
    pub(crate) fn sync(&mut self) -> Result<(), Unsynced> {
        for lane in Lane::ALL {
            if let Some(key) = self.shelf(lane).active
                && self.shelf_mut(lane).with(key, Segment::sync).is_some_and(|synced| synced.is_err())
            {
                self.suspects.push((lane, key));
            }
        }
        let mut result = Ok(());
        for (lane, key) in std::mem::take(&mut self.suspects) {
            if let Err(error) = self.rescue(lane, key) {
                self.suspects.push((lane, key));
                result = Err(error);
            }
        }
        self.sweep();
        for dir in std::mem::take(&mut self.unsynced) {
            if let Err(error) = self.sync_dir(&dir) {
                self.unsynced.insert(dir);
                result = Err(Unsynced(error.kind()));
            }
        }
        result
    }

    /// The entry is done: delivered, or refused for good.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket ends here")]
    pub(crate) fn settle(&mut self, ticket: Ticket) {
        let Ticket { lane, key, seq, .. } = ticket;
        self.counts.settled(lane, ticket.stream, Amount::one(ticket.items, ticket.len));
        let shelf = self.shelf_mut(lane);
        if shelf.get(key).is_some_and(|segment| segment.holds(seq)) {
            let marked = shelf.with(key, |segment| segment.finish(seq));
            self.counts.possible_duplicates += u64::from(marked != Some(true));
            self.tidy(lane, key);
        }
    }

    /// The holder gives the entry up for now: it is backlog again. If it was evicted meanwhile, it is lost only now.
    #[expect(clippy::needless_pass_by_value, reason = "a ticket ends here")]
    pub(crate) fn release(&mut self, ticket: Ticket) {
        let Ticket { lane, key, seq, stream, .. } = ticket;
        let shelf = self.shelf_mut(lane);
        if shelf.get(key).is_some_and(|segment| segment.holds(seq)) {
            shelf.with(key, |segment| segment.release(seq));
            self.tidy(lane, key);
        } else {
            let amount = Amount::one(ticket.items, ticket.len);
            self.counts.dropped(lane, stream, Loss::EvictedOldest, amount);
        }
    }

    /// The next entry that nobody holds a ticket for: of the most important lane, the oldest.
    pub(crate) fn next_backlog(&mut self) -> Option<(Ticket, OwnedEntry)> {
        for lane in Lane::ALL {
            let mut last = None;
            while let Some(key) = self.shelf(lane).next(last, |segment| segment.waiting > 0) {
                let found = self.next_of(lane, key);
                if found.is_some() {
                    return found;
                }
                last = Some(key);
            }
        }
        None
    }

    /// What became of everything, since it was opened.
    pub(crate) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// The bytes its files take, with those that are kept for footers.
    pub(crate) fn bytes_on_disk(&self) -> u64 {
        self.used()
    }

    /// Makes everything durable and leaves it for a later process. Entries that are held are backlog there.
    ///
    /// # Errors
    ///
    /// When something is not durable.
    pub(crate) fn close(mut self) -> Result<(), Unsynced> {
        for lane in Lane::ALL {
            self.roll(lane);
        }
        self.remove_finished();
        let mut result = self.sync();
        let held = self.shelves.iter().flat_map(Shelf::iter).any(|(_, segment)| segment.held > 0);
        if !held && result.is_ok() {
            self.mark_closed();
        }
        if self.own.files == 0 {
            self.own.dismantle(&self.fs);
            self.note_dismantled(&self.own.dir.clone());
            result = result.and(self.sync());
        }
        result
    }

    /// Makes the names in a directory durable, if it is still there. Another attempt opens it anew.
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        use io::ErrorKind::{InvalidInput, NotFound, PermissionDenied, ReadOnlyFilesystem, Unsupported};
        let result = self.fs.sync_dir(dir);
        match result.as_ref().map_err(io::Error::kind) {
            Err(NotFound) => Ok(()),
            // Where this process may not write, it has made no name.
            Err(InvalidInput | PermissionDenied | ReadOnlyFilesystem | Unsupported)
                if !dir.starts_with(&self.root) =>
            {
                Ok(())
            }
            _ => result,
        }
    }

    /// Notes in each home that nobody has seen its entries but those who settled them. Without the note they count as
    /// possible duplicates, and nothing else happens.
    fn mark_closed(&mut self) {
        let mut room = self.config.max_bytes.saturating_sub(self.used());
        let homes = std::iter::once(&mut self.own).chain(self.adopted.values_mut());
        for home in homes.filter(|home| home.files > 0 && home.certain && home.lock_bytes == 0) {
            if let Some(rest) = room.checked_sub(1) {
                room = rest;
                drop(home.close(&self.fs));
            }
        }
    }

    /// Gives out the first entry of a segment that waits and can be read.
    fn next_of(&mut self, lane: Lane, key: Key) -> Option<(Ticket, OwnedEntry)> {
        self.load(lane, key)?;
        while let Some(slot) = self.shelf_mut(lane).with(key, Segment::hold_next)? {
            match self.shelf(lane).get(key)?.read(&slot) {
                Ok((frame, payload)) => {
                    let ticket = ticket(lane, key, &slot);
                    let (stream, items) = (frame.stream, frame.items);
                    let first_unix_nanos = frame.first_unix_nanos;
                    return Some((ticket, OwnedEntry { lane, stream, items, first_unix_nanos, payload }));
                }
                Err(error) => {
                    self.shelf_mut(lane).with(key, |segment| segment.release(slot.seq));
                    self.lose(lane, key, &slot, Loss::by(&error));
                }
            }
        }
        self.tidy(lane, key);
        None
    }

    /// Learns of each single entry of a segment. A segment that cannot be opened now may be opened later.
    fn load(&mut self, lane: Lane, key: Key) -> Option<()> {
        let segment = self.shelf(lane).get(key)?;
        let path = self.home(segment.home)?.segment(lane, segment.number);
        let Self { fs, shelves, counts, .. } = self;
        let shelf = &mut shelves[lane as usize];
        let before = shelf.get(key)?.pending;
        match shelf.with(key, |segment| segment.load(fs, &path))? {
            Ok(()) => {
                // The disk may hold less than it did, or marks may have been lost.
                for (stream, before) in crate::ledger::Stream::ALL.into_iter().zip(before) {
                    let after = shelf.get(key)?.pending[stream as usize];
                    counts.recovered(lane, stream, after.beyond(before));
                    counts.dropped(lane, stream, Loss::Damaged, before.beyond(after));
                }
                Some(())
            }
            Err(error) => {
                if error.kind() == io::ErrorKind::NotFound {
                    self.remove(lane, key, Loss::Unreadable);
                }
                None
            }
        }
    }

    /// Removes a segment that is of no use any more, or forgets what nobody needs to know of it now.
    fn tidy(&mut self, lane: Lane, key: Key) {
        let shelf = self.shelf(lane);
        let Some(segment) = shelf.get(key).filter(|_| shelf.active != Some(key)) else { return };
        if segment.has_pending() {
            self.shelf_mut(lane).with(key, Segment::unload);
        } else {
            self.remove(lane, key, Loss::EvictedOldest);
        }
    }

    /// Removes a segment, if its file can be removed. What waits in it is lost for this reason; what is held is not
    /// lost as long as its holder can still deliver it.
    fn remove(&mut self, lane: Lane, key: Key, loss: Loss) {
        let Some(segment) = self.shelf(lane).get(key) else { return };
        let Some(home) = self.home(segment.home) else { return };
        if self.unlink(&home.segment(lane, segment.number)).is_err() {
            return;
        }
        let Some(segment) = self.shelf_mut(lane).remove(key) else { return };
        for (stream, amount) in crate::ledger::Stream::ALL.into_iter().zip(segment.waits()) {
            self.counts.dropped(lane, stream, loss, amount);
        }
        self.left(segment.home);
    }

    /// A file has left a home. One that was adopted and is empty now is removed; one in which everything else is not
    /// ours to judge is given back, or its files would take our room for ever.
    fn left(&mut self, home: u64) {
        let Some(left) = self.home_mut(home) else { return };
        left.files -= 1;
        if left.files == 0
            && let Some(done) = self.adopted.remove(&home)
        {
            let before = self.strays.len();
            self.strays.retain(|stray| stray.home != home);
            if self.strays.len() == before {
                done.dismantle(&self.fs);
                self.note_dismantled(&done.dir);
            }
        }
    }

    /// The names in a directory that was removed are nobody's concern, but that it is gone is.
    fn note_dismantled(&mut self, dir: &Path) {
        self.unsynced.retain(|unsynced| !unsynced.starts_with(dir));
        self.note_change(dir);
    }

    fn home(&self, home: u64) -> Option<&Home<F::Lock>> {
        if home == OWN { Some(&self.own) } else { self.adopted.get(&home) }
    }

    fn home_mut(&mut self, home: u64) -> Option<&mut Home<F::Lock>> {
        if home == OWN { Some(&mut self.own) } else { self.adopted.get_mut(&home) }
    }

    fn next_seq(&mut self) -> u64 {
        self.next_seq += 1;
        self.next_seq - 1
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn shelf(&self, lane: Lane) -> &Shelf<F::File> {
        &self.shelves[lane as usize]
    }

    fn shelf_mut(&mut self, lane: Lane) -> &mut Shelf<F::File> {
        &mut self.shelves[lane as usize]
    }
}

fn ticket(lane: Lane, key: Key, slot: &Slot) -> Ticket {
    Ticket { lane, key, seq: slot.seq, stream: slot.stream, items: slot.items, len: slot.len }
}

impl<F: FileSystem> fmt::Debug for Spool<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Spool")
            .field("root", &self.root)
            .field("config", &self.config)
            .finish_non_exhaustive()
    }
}
