//! Finding the frames of a file that has no footer, or whose footer is damaged.

use super::counts::Amount;
use super::format::{FRAME, Frame, Slot, State};
use crate::ledger::Stream;

/// What a file without a footer holds.
#[derive(Debug, Default)]
pub(super) struct Scan {
    /// The frames that are intact, in order.
    pub(super) slots: Vec<Slot>,
    /// The newest time of any of them.
    pub(super) newest_unix_nanos: u64,
    /// Where the last intact frame ends, if there is one.
    pub(super) end: Option<usize>,
    /// What frames with a damaged payload held that were not done.
    pub(super) damaged: [Amount; Stream::ALL.len()],
    /// Bytes between intact frames that belong to none.
    pub(super) damaged_bytes: u64,
    /// Bytes after the last intact frame: an append that was interrupted.
    pub(super) torn_bytes: u64,
}

impl Scan {
    /// Looks at the bytes of a whole file, from the first frame on.
    pub(super) fn of(file: &[u8], header: usize, salt: u64) -> Self {
        let mut scan = Self::default();
        let (mut at, mut good) = (header, header);
        // What stands behind the last intact frame is torn, not damaged: nobody was told that it was safe.
        let mut unsure = scan.damaged;
        while let Some(start) = Frame::search(file, at) {
            let Some(frame) = scan.next(&file[start..], salt) else {
                at = start + 1;
                continue;
            };
            let payload = start + FRAME..start + FRAME + frame.len as usize;
            at = payload.end;
            if frame.matches(&file[payload], salt) {
                scan.push(frame, start);
                scan.damaged_bytes += (start - good) as u64;
                (good, scan.end) = (at, Some(at));
                merge(&mut scan.damaged, &mut unsure);
            } else {
                // The length is intact, but what it spans may be another frame's by now: look at every byte.
                at = start + FRAME;
                if !frame.done {
                    unsure[frame.stream as usize] += Amount::one(frame.items, frame.len);
                }
            }
        }
        scan.torn_bytes = (file.len() - good) as u64;
        scan
    }

    /// The frame at the start of `rest`, if its fields are intact, it is whole and it comes after those before.
    fn next(&self, rest: &[u8], salt: u64) -> Option<Frame> {
        let frame = Frame::read(rest, salt)?;
        let whole = rest.len() - FRAME >= frame.len as usize;
        let in_order = self.slots.last().is_none_or(|before| before.seq < frame.seq);
        (whole && in_order).then_some(frame)
    }

    fn push(&mut self, frame: Frame, offset: usize) {
        self.newest_unix_nanos = self.newest_unix_nanos.max(frame.first_unix_nanos);
        self.slots.push(Slot {
            seq: frame.seq,
            offset: offset as u32,
            len: frame.len,
            items: frame.items,
            stream: frame.stream,
            state: if frame.done { State::Done } else { State::Waiting },
        });
    }
}

fn merge(into: &mut [Amount], from: &mut [Amount]) {
    for (into, from) in into.iter_mut().zip(from) {
        *into += std::mem::take(from);
    }
}
