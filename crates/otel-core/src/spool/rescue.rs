//! What could not be made durable moves to another file.
//!
//! After a failed `fdatasync` the kernel may call pages clean that never reached the disk, so that a second one
//! succeeds without them. The file is therefore never asked again. What is pending in it is read back, most likely
//! from the page cache, and written to a new file, entry by entry with the same numbers, so that tickets stay valid.
//! The old file goes when the new one and its name are durable. If the process dies between, both have the entries,
//! and who adopts them sees by the numbers which are the same. If the power goes between, each may have a part of
//! them, and then, and only then, they may come back in another order.

use std::io;

use super::Spool;
use super::counts::Loss;
use super::entry::{Entry, Unsynced};
use super::file_system::{File as _, FileSystem};
use super::format::{self, Frame, Header, Slot, State};
use super::segment::{Key, Loaded, Segment, amount};
use crate::lane::Lane;

impl<F: FileSystem> Spool<F> {
    /// Moves the pending entries of a suspect segment to a new file.
    pub(super) fn rescue(&mut self, lane: Lane, key: Key) -> Result<(), Unsynced> {
        self.shelf_mut(lane).active = self.shelf(lane).active.filter(|active| *active != key);
        let Some(segment) = self.shelf(lane).get(key) else { return Ok(()) };
        if !segment.has_pending() {
            self.tidy(lane, key);
            return Ok(());
        }
        let payloads: u64 = segment.pending.iter().map(|amount| amount.bytes).sum();
        let entries: u64 = segment.pending.iter().map(|amount| amount.entries).sum();
        let bytes = format::EMPTY + payloads + entries * format::framed(0);
        self.make_room(lane, bytes, Some(key)).map_err(|_| Unsynced(io::ErrorKind::StorageFull))?;

        let number = self.next_number();
        let path = self.own.segment(lane, number);
        let file = self.create(lane, &path).map_err(|error| Unsynced(error.kind()))?;
        match self.copy(lane, key, number, file) {
            Ok(Some(moved)) => {
                self.replace(lane, key, moved);
                Ok(())
            }
            Ok(None) => {
                self.abandon(super::OWN, path, bytes);
                self.tidy(lane, key);
                Ok(())
            }
            Err(error) => {
                self.abandon(super::OWN, path, bytes);
                Err(Unsynced(error.kind()))
            }
        }
    }

    /// A durable copy of what is pending, if anything of it can be read.
    fn copy(
        &mut self,
        lane: Lane,
        key: Key,
        number: u64,
        file: F::File,
    ) -> io::Result<Option<Segment<F::File>>> {
        let mut buffer = std::mem::take(&mut self.buffer);
        let Some(segment) = self.shelf(lane).get(key) else { return Ok(None) };
        let (salt, newest) = (fastrand::u64(..), segment.newest_unix_nanos);
        let pending = segment.loaded.iter().flat_map(|loaded| &loaded.slots);
        let pending: Vec<Slot> = pending.filter(|slot| slot.state != State::Done).copied().collect();
        buffer.clear();
        Header { lane, salt, first_seq: key.first_seq }.write(&mut buffer);
        let (mut slots, mut lost, mut end) = (Vec::with_capacity(pending.len()), Vec::new(), 0);
        for slot in pending {
            match segment.read(&slot) {
                Ok((frame, payload)) => {
                    slots.push(Slot { offset: (end + buffer.len() as u64) as u32, ..slot });
                    let (stream, items) = (frame.stream, frame.items);
                    let first_unix_nanos = frame.first_unix_nanos;
                    let entry = Entry { lane, stream, items, first_unix_nanos, payload: &payload };
                    Frame::write(&entry, slot.seq, salt, &mut buffer);
                }
                Err(error) => lost.push((slot, Loss::by(&error))),
            }
            file.write_all_at(&buffer, end)?;
            end += buffer.len() as u64;
            buffer.clear();
        }
        self.buffer = buffer;
        for (slot, loss) in lost {
            self.lose(lane, key, &slot, loss);
        }
        if slots.is_empty() {
            return Ok(None);
        }
        let mut copy = Segment::new(super::OWN, number, salt, end, Loaded::new(file, slots));
        copy.newest_unix_nanos = newest;
        copy.close(&mut self.buffer);
        copy.sync()?;
        self.fs.sync_dir(&self.own.lane(lane))?;
        Ok(Some(copy))
    }

    /// Puts the copy in the place of the segment, whose file goes.
    fn replace(&mut self, lane: Lane, key: Key, copy: Segment<F::File>) {
        let Some(old) = self.shelf_mut(lane).remove(key) else { return };
        self.shelf_mut(lane).insert(key, copy);
        let path = self.home(old.home).map(|home| home.segment(lane, old.number));
        if let Some(path) = path {
            self.abandon(old.home, path, old.len);
        }
        self.tidy(lane, key);
    }

    /// An entry cannot be given out any more. One that somebody holds is still theirs to settle.
    pub(super) fn lose(&mut self, lane: Lane, key: Key, slot: &Slot, loss: Loss) {
        let held = self.shelf(lane).get(key).is_some_and(|segment| segment.holds(slot.seq));
        self.shelf_mut(lane).with(key, |segment| segment.finish(slot.seq));
        if !held {
            self.counts.dropped(lane, slot.stream, loss, amount(slot));
        }
    }
}
