//! A segment: one file of entries, in the order of their numbers.

use std::io;
use std::path::Path;

use super::counts::Amount;
use super::file_system::{File, FileSystem};
use super::format::{self, DONE, FRAME, Frame, HEADER, MAX_FILE, RECORD, Slot, State, TRAILER};
use super::scan::Scan;
use crate::ledger::Stream;

/// The most entries of one segment, which bounds what the RAM knows of it.
const MAX_FRAMES: usize = 4_096;

/// Where a segment stands among those of its lane: by its first entry, then by its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    pub(super) first_seq: u64,
    pub(super) id: u64,
}

/// One file of entries. What is known of each single one is only in the RAM while somebody needs it.
#[derive(Debug)]
pub(super) struct Segment<D> {
    /// The process directory it lies in.
    pub(super) home: u64,
    /// Its name there.
    pub(super) number: u64,
    pub(super) salt: u64,
    pub(super) last_seq: u64,
    pub(super) newest_unix_nanos: u64,
    /// Where its last frame ends, and its footer begins.
    pub(super) end: u64,
    /// Where the file ends, at the most.
    pub(super) len: u64,
    pub(super) stage: Stage,
    /// Whether it has a footer.
    pub(super) sealed: bool,
    /// Whether something in it may not be durable.
    pub(super) dirty: bool,
    /// What is not done, and how much of it is held or waits.
    pub(super) pending: [Amount; Stream::ALL.len()],
    pub(super) waiting: usize,
    pub(super) held: usize,
    pub(super) loaded: Option<Loaded<D>>,
}

/// What can still happen to a segment's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// It takes entries.
    Open,
    /// A write has failed: it takes no more entries.
    Worn,
    /// It is as long as it will ever be.
    Closed,
    /// It could not be made durable. Asking again would be answered with a lie, so its entries have to move.
    Suspect,
}

/// What is known of each single entry.
#[derive(Debug)]
pub(super) struct Loaded<D> {
    pub(super) file: D,
    pub(super) slots: Vec<Slot>,
    /// No slot before this one waits.
    next: usize,
}

impl<D> Loaded<D> {
    pub(super) fn new(file: D, slots: Vec<Slot>) -> Self {
        Self { file, slots, next: 0 }
    }

    fn find(&self, seq: u64) -> Option<usize> {
        self.slots.binary_search_by_key(&seq, |slot| slot.seq).ok()
    }
}

/// What a file holds.
pub(super) struct Contents {
    pub(super) slots: Vec<Slot>,
    pub(super) newest_unix_nanos: u64,
    pub(super) end: u64,
    /// What was found on the way, in a file whose footer could not be used.
    pub(super) scan: Option<Box<Scan>>,
}

impl Contents {
    /// Reads the footer, or else everything.
    pub(super) fn read<D: File>(file: &D, len: u64, salt: u64) -> io::Result<Self> {
        if len > MAX_FILE {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if let Some(contents) = Self::by_footer(file, len, salt)? {
            return Ok(contents);
        }
        let mut bytes = vec![0; len as usize];
        file.read_exact_at(&mut bytes, 0)?;
        let mut scan = Scan::of(&bytes, HEADER, salt);
        Ok(Self {
            slots: std::mem::take(&mut scan.slots),
            newest_unix_nanos: scan.newest_unix_nanos,
            end: scan.end.map_or(HEADER as u64, |end| end as u64),
            scan: Some(Box::new(scan)),
        })
    }

    fn by_footer<D: File>(file: &D, len: u64, salt: u64) -> io::Result<Option<Self>> {
        let Some(room) = len.checked_sub((HEADER + TRAILER) as u64) else { return Ok(None) };
        let mut trailer = [0; TRAILER];
        file.read_exact_at(&mut trailer, len - TRAILER as u64)?;
        let Some(frames) = format::frames_by_trailer(&trailer)
            .filter(|frames| format::footer_len(*frames) <= room + TRAILER as u64)
        else {
            return Ok(None);
        };
        let mut footer = vec![0; format::footer_len(frames) as usize];
        let end = len - footer.len() as u64;
        file.read_exact_at(&mut footer, end)?;
        let contents = format::read_footer(&footer, salt);
        Ok(contents.map(|(slots, newest_unix_nanos)| Self { slots, newest_unix_nanos, end, scan: None }))
    }
}

impl<D: File> Segment<D> {
    /// A new file, `len` bytes of which are written: a header and the frames of these slots.
    pub(super) fn new(home: u64, number: u64, salt: u64, len: u64, loaded: Loaded<D>) -> Self {
        let mut segment = Self {
            home,
            number,
            salt,
            last_seq: 0,
            newest_unix_nanos: 0,
            end: len,
            len,
            stage: Stage::Open,
            sealed: false,
            dirty: true,
            pending: [Amount::default(); Stream::ALL.len()],
            waiting: 0,
            held: 0,
            loaded: Some(loaded),
        };
        segment.recount();
        segment
    }

    /// The bytes it takes, with those it will need for its footer.
    pub(super) fn charge(&self) -> u64 {
        match (self.stage, &self.loaded) {
            (Stage::Open | Stage::Worn, Some(loaded)) => self.len + format::footer_len(loaded.slots.len()),
            _ => self.len,
        }
    }

    pub(super) fn has_pending(&self) -> bool {
        self.pending.iter().any(|amount| amount.entries > 0)
    }

    /// Whether it takes a frame of this size, in a file of at most `limit` bytes.
    pub(super) fn takes(&self, frame: u64, limit: u64) -> bool {
        let few = self.loaded.as_ref().is_some_and(|loaded| loaded.slots.len() < MAX_FRAMES);
        self.stage == Stage::Open && few && self.charge() + frame <= limit.min(MAX_FILE)
    }

    /// Writes a frame at the end. When that fails nothing of it stays, or at least nothing that looks like a frame.
    pub(super) fn append(&mut self, frame: &[u8], slot: Slot, first_unix_nanos: u64) -> io::Result<()> {
        let Some(loaded) = &mut self.loaded else { return Err(io::ErrorKind::NotFound.into()) };
        if let Err(error) = loaded.file.write_all_at(frame, self.end) {
            self.stage = Stage::Worn;
            self.len = self.end + frame.len() as u64;
            self.cut();
            return Err(error);
        }
        loaded.slots.push(slot);
        self.end += frame.len() as u64;
        self.len = self.end;
        self.last_seq = slot.seq;
        self.newest_unix_nanos = self.newest_unix_nanos.max(first_unix_nanos);
        self.dirty = true;
        self.pending[slot.stream as usize] += amount(&slot);
        self.held += 1;
        Ok(())
    }

    /// Takes everything after the last frame away. What cannot be taken away is no frame: it does no harm but
    /// that no footer can be written behind it.
    pub(super) fn cut(&mut self) {
        let Some(loaded) = &self.loaded else { return };
        if self.len > self.end {
            self.len = match loaded.file.truncate(self.end) {
                Ok(()) => self.end,
                Err(_) => loaded.file.len().unwrap_or(self.len).clamp(self.end, self.len),
            };
        }
    }

    /// Ends the file: with a footer, if one can be written.
    pub(super) fn close(&mut self, buffer: &mut Vec<u8>) {
        let Some(loaded) = &self.loaded else { return };
        self.stage = Stage::Closed;
        if self.len == self.end {
            buffer.clear();
            format::write_footer(&loaded.slots, self.newest_unix_nanos, self.salt, buffer);
            self.len = self.end + buffer.len() as u64;
            self.sealed = loaded.file.write_all_at(buffer, self.end).is_ok();
            self.dirty = true;
            if !self.sealed {
                self.cut();
            }
        }
    }

    /// Makes the file durable. When that fails, it is never asked for again.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        let Some(loaded) = &self.loaded else { return Ok(()) };
        if self.stage != Stage::Suspect && self.dirty {
            loaded.file.sync_data().inspect_err(|_| self.stage = Stage::Suspect)?;
            self.dirty = false;
        }
        Ok(())
    }

    /// Learns of each single entry, from the disk.
    pub(super) fn load<F: FileSystem<File = D>>(&mut self, fs: &F, path: &Path) -> io::Result<()> {
        if self.loaded.is_none() {
            let file = fs.open(path)?;
            let slots = Contents::read(&file, file.len()?, self.salt)?.slots;
            self.loaded = Some(Loaded::new(file, slots));
            self.recount();
        }
        Ok(())
    }

    /// Forgets each single entry, unless it could not be learnt again.
    pub(super) fn unload(&mut self) {
        if self.held == 0 && !self.dirty && self.stage == Stage::Closed {
            self.loaded = None;
        }
    }

    /// Whether an entry is there and held.
    pub(super) fn holds(&self, seq: u64) -> bool {
        let slot = self.loaded.as_ref().and_then(|loaded| Some(loaded.slots[loaded.find(seq)?]));
        slot.is_some_and(|slot| slot.state == State::Held)
    }

    /// Gives out an entry that waits.
    pub(super) fn hold_next(&mut self) -> Option<Slot> {
        let loaded = self.loaded.as_mut()?;
        let rest = loaded.slots.get_mut(loaded.next..)?;
        let skipped = rest.iter().position(|slot| slot.state == State::Waiting)?;
        loaded.next += skipped + 1;
        rest[skipped].state = State::Held;
        self.waiting -= 1;
        self.held += 1;
        Some(rest[skipped])
    }

    /// Takes an entry back that was held.
    pub(super) fn release(&mut self, seq: u64) {
        let Some(loaded) = &mut self.loaded else { return };
        if let Some(at) = loaded.find(seq).filter(|at| loaded.slots[*at].state == State::Held) {
            loaded.slots[at].state = State::Waiting;
            loaded.next = loaded.next.min(at);
            self.waiting += 1;
            self.held -= 1;
        }
    }

    /// Marks an entry as done, here and on the disk. Whether the disk has taken the mark.
    pub(super) fn finish(&mut self, seq: u64) -> bool {
        let Some(loaded) = &mut self.loaded else { return false };
        let Some(at) = loaded.find(seq) else { return false };
        let slot = &mut loaded.slots[at];
        match std::mem::replace(&mut slot.state, State::Done) {
            State::Held => self.held -= 1,
            State::Waiting => self.waiting -= 1,
            State::Done => return true,
        }
        let slot = *slot;
        self.pending[slot.stream as usize] -= amount(&slot);
        let in_frame = loaded.file.write_all_at(&[1], u64::from(slot.offset) + DONE).is_ok();
        if !self.sealed {
            return in_frame;
        }
        // The frame is marked as well, for the day on which the footer is damaged.
        let done = self.end + (loaded.slots.len() * RECORD + at) as u64;
        loaded.file.write_all_at(&[1], done).is_ok() && in_frame
    }

    /// Reads an entry. An error of the kind `InvalidData` says that it is damaged.
    pub(super) fn read(&self, slot: &Slot) -> io::Result<(Frame, Vec<u8>)> {
        let damaged = || io::Error::from(io::ErrorKind::InvalidData);
        let loaded = self.loaded.as_ref().ok_or(io::ErrorKind::NotFound)?;
        let mut head = [0; FRAME];
        let mut payload = vec![0; slot.len as usize];
        let offset = u64::from(slot.offset);
        let read = loaded.file.read_exact_at(&mut head, offset);
        let read = read.and_then(|()| loaded.file.read_exact_at(&mut payload, offset + FRAME as u64));
        read.map_err(|error| if error.kind() == io::ErrorKind::UnexpectedEof { damaged() } else { error })?;
        let frame = Frame::read(&head, self.salt).ok_or_else(damaged)?;
        let expected = (slot.seq, slot.len, slot.items, slot.stream);
        let same = (frame.seq, frame.len, frame.items, frame.stream) == expected;
        (same && frame.matches(&payload, self.salt)).then_some((frame, payload)).ok_or_else(damaged)
    }

    /// What waits, by stream: all that is pending but what is held.
    pub(super) fn waits(&self) -> [Amount; Stream::ALL.len()] {
        let mut waits = self.pending;
        let held = self.loaded.iter().flat_map(|loaded| &loaded.slots);
        for slot in held.filter(|slot| slot.state == State::Held) {
            waits[slot.stream as usize] -= amount(slot);
        }
        waits
    }

    /// The first entry that is not done, as far as that is known.
    pub(super) fn first_pending(&self) -> Option<u64> {
        let mut slots = self.loaded.iter().flat_map(|loaded| &loaded.slots);
        slots.find(|slot| slot.state != State::Done).map(|slot| slot.seq)
    }

    /// Counts what the slots say.
    fn recount(&mut self) {
        let Some(loaded) = &self.loaded else { return };
        self.pending = [Amount::default(); Stream::ALL.len()];
        (self.waiting, self.held) = (0, 0);
        for slot in loaded.slots.iter().filter(|slot| slot.state != State::Done) {
            self.pending[slot.stream as usize] += amount(slot);
            let count = if slot.state == State::Held { &mut self.held } else { &mut self.waiting };
            *count += 1;
        }
        self.last_seq = loaded.slots.last().map_or(self.last_seq, |slot| slot.seq);
    }
}

/// One slot's worth.
pub(super) fn amount(slot: &Slot) -> Amount {
    Amount::one(slot.items, slot.len)
}
