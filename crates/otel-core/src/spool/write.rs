//! Writing: entries behind one another, in files that are ended when they are full.

use std::io;
use std::path::Path;

use super::entry::{Entry, Ticket};
use super::file_system::{File as _, FileSystem};
use super::format::{Frame, Header, Slot, State};
use super::segment::{Key, Loaded, Segment};
use super::{OWN, Spool, ticket};
use crate::lane::Lane;

impl<F: FileSystem> Spool<F> {
    /// Writes the first entry of a new segment.
    pub(super) fn begin(&mut self, entry: &Entry<'_>) -> io::Result<Ticket> {
        let (lane, number, salt) = (entry.lane, self.next_number(), fastrand::u64(..));
        let path = self.own.segment(lane, number);
        let file = self.create(lane, &path)?;
        let key = Key { first_seq: self.next_seq(), id: number };
        self.buffer.clear();
        Header { lane, salt, first_seq: key.first_seq }.write(&mut self.buffer);
        let offset = self.buffer.len() as u64;
        let slot = slot(entry, key.first_seq, offset);
        Frame::write(entry, slot.seq, salt, &mut self.buffer);
        let len = self.buffer.len() as u64;
        if let Err(error) = file.write_all_at(&self.buffer, 0) {
            self.abandon(OWN, path, len);
            return Err(error);
        }
        let mut segment = Segment::new(OWN, number, salt, len, Loaded::new(file, vec![slot]));
        segment.newest_unix_nanos = entry.first_unix_nanos;
        self.own.files += 1;
        let shelf = self.shelf_mut(lane);
        shelf.insert(key, segment);
        shelf.active = Some(key);
        Ok(ticket(lane, key, &slot))
    }

    /// Writes an entry behind others.
    pub(super) fn extend(&mut self, key: Key, entry: &Entry<'_>) -> io::Result<Ticket> {
        let (lane, seq) = (entry.lane, self.next_seq());
        let gone = || io::Error::from(io::ErrorKind::NotFound);
        let Self { shelves, buffer, .. } = self;
        let shelf = &mut shelves[lane as usize];
        let slot = slot(entry, seq, shelf.get(key).ok_or_else(gone)?.end);
        let write = |segment: &mut Segment<F::File>| {
            buffer.clear();
            Frame::write(entry, seq, segment.salt, buffer);
            segment.append(buffer, slot, entry.first_unix_nanos)
        };
        shelf.with(key, write).ok_or_else(gone)??;
        Ok(ticket(lane, key, &slot))
    }

    /// Ends the segment of a lane that takes entries. The next entry begins another one.
    pub(super) fn roll(&mut self, lane: Lane) {
        let Self { shelves, buffer, .. } = self;
        let shelf = &mut shelves[lane as usize];
        let Some(key) = shelf.active.take() else { return };
        if shelf.get(key).is_some_and(Segment::has_pending) {
            let closed = shelf.with(key, |segment| {
                segment.close(buffer);
                segment.sync()
            });
            // The sooner it moves, the surer its entries are still in the page cache. If it cannot, `sync` says so.
            if closed.is_some_and(|closed| closed.is_err()) && self.rescue(lane, key).is_err() {
                self.suspects.push((lane, key));
                return;
            }
        }
        self.tidy(lane, key);
    }

    /// Makes a file in a lane of its own home, and the lane if it is the first.
    pub(super) fn create(&mut self, lane: Lane, path: &Path) -> io::Result<F::File> {
        let file = match self.fs.create(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let dir = self.own.lane(lane);
                self.fs.create_dir(&dir)?;
                self.note_change(&dir);
                self.fs.create(path)
            }
            made => made,
        };
        self.note_change(path);
        file
    }
}

fn slot(entry: &Entry<'_>, seq: u64, offset: u64) -> Slot {
    let len = entry.payload.len() as u32;
    Slot { seq, offset: offset as u32, len, items: entry.items, stream: entry.stream, state: State::Held }
}
