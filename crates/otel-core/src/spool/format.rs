//! The bytes of a segment, all little-endian.
//!
//! ```text
//! header   magic 4 │ version 2 │ lane 1 │ 0 │ salt 8 │ first seq 8 │ crc 4
//! frame    magic 4 │ crc of the fields 4 │ crc of the payload 4 │ len 4 │ items 4 │ seq 8 │ first unix nanos 8
//!          │ stream 1 │ done 1 │ payload
//! footer   for each frame: seq 8 │ offset 4 │ len 4 │ items 4 │ stream 1
//!          for each frame: done 1
//!          crc 4 │ frames 4 │ newest unix nanos 8 │ magic 4
//! ```
//!
//! `done` is outside every checksum, for it is set in place. The salt is random and begins every other checksum of
//! its file, so that neither a frame inside a payload nor what a disk block held before is taken for a frame.
//! The fields of a frame have a checksum of their own: a search for the next frame after a damage costs one look at
//! each byte, whatever the bytes claim, and a frame whose payload is damaged still says what was lost.

use super::entry::Entry;
use crate::lane::Lane;
use crate::ledger::Stream;

/// The version of this format.
const VERSION: u16 = 1;

const SEGMENT_MAGIC: [u8; 4] = *b"OTsg";
const FRAME_MAGIC: [u8; 4] = [0xf5, b'O', b'T', 0x0c];
const FOOTER_MAGIC: [u8; 4] = *b"OTft";

/// The bytes of a segment's header.
pub(super) const HEADER: usize = 28;
/// The bytes of a frame before its payload.
pub(super) const FRAME: usize = 38;
/// Where in a frame its `done` is.
pub(super) const DONE: u64 = FRAME as u64 - 1;
/// The bytes of a frame's record in the footer, without `done`.
pub(super) const RECORD: usize = 21;
/// The bytes at the end of a footer.
pub(super) const TRAILER: usize = 20;

/// The most bytes a payload may have: what OTLP allows for a request.
pub(super) const MAX_PAYLOAD: u64 = 64 * 1024 * 1024;

/// The most bytes a file may have to be looked at: more than any that was written here.
pub(super) const MAX_FILE: u64 = 2 * MAX_PAYLOAD;

/// The bytes a frame takes in a file with a footer.
pub(super) const fn framed(payload: u64) -> u64 {
    payload + (FRAME + RECORD + 1) as u64
}

/// The bytes a segment takes that holds nothing.
pub(super) const EMPTY: u64 = (HEADER + TRAILER) as u64;

/// The bytes of the footer of a segment with this many frames.
pub(super) const fn footer_len(frames: usize) -> u64 {
    frames as u64 * (RECORD + 1) as u64 + TRAILER as u64
}

/// The first bytes of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub(super) lane: Lane,
    pub(super) salt: u64,
    pub(super) first_seq: u64,
}

/// Why the first bytes of a file are not a header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoHeader {
    /// It is of a version that this code does not know.
    UnknownVersion,
    /// It is none, or damaged.
    Damaged,
}

impl Header {
    pub(super) fn write(&self, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.extend(SEGMENT_MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([self.lane as u8, 0]);
        bytes.extend(self.salt.to_le_bytes());
        bytes.extend(self.first_seq.to_le_bytes());
        bytes.extend(crc32c::crc32c(&bytes[start..]).to_le_bytes());
    }

    pub(super) fn read(bytes: &[u8]) -> Result<Self, NoHeader> {
        if bytes.len() >= 6 && bytes[..4] == SEGMENT_MAGIC && u16::from_le_bytes(part(bytes, 4)) != VERSION {
            return Err(NoHeader::UnknownVersion);
        }
        let whole = bytes.len() >= HEADER && bytes[..4] == SEGMENT_MAGIC;
        if !whole || crc32c::crc32c(&bytes[..24]) != u32::from_le_bytes(part(bytes, 24)) {
            return Err(NoHeader::Damaged);
        }
        let lane = Lane::ALL.get(usize::from(bytes[6])).copied().ok_or(NoHeader::Damaged)?;
        let (salt, first_seq) = (u64::from_le_bytes(part(bytes, 8)), u64::from_le_bytes(part(bytes, 16)));
        Ok(Self { lane, salt, first_seq })
    }
}

/// The fields of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Frame {
    payload_crc: u32,
    pub(super) len: u32,
    pub(super) items: u32,
    pub(super) seq: u64,
    pub(super) first_unix_nanos: u64,
    pub(super) stream: Stream,
    pub(super) done: bool,
}

impl Frame {
    /// Appends the frame of an entry. Its payload is not longer than [`MAX_PAYLOAD`].
    pub(super) fn write(entry: &Entry<'_>, seq: u64, salt: u64, bytes: &mut Vec<u8>) {
        let start = bytes.len();
        bytes.extend(FRAME_MAGIC);
        bytes.extend([0; 4]);
        bytes.extend(salted(salt, entry.payload).to_le_bytes());
        bytes.extend((entry.payload.len() as u32).to_le_bytes());
        bytes.extend(entry.items.to_le_bytes());
        bytes.extend(seq.to_le_bytes());
        bytes.extend(entry.first_unix_nanos.to_le_bytes());
        bytes.extend([entry.stream as u8]);
        let crc = salted(salt, &bytes[start + 8..]);
        bytes[start + 4..start + 8].copy_from_slice(&crc.to_le_bytes());
        bytes.push(0);
        bytes.extend_from_slice(entry.payload);
    }

    /// The frame that begins with these bytes, when its fields are intact.
    pub(super) fn read(bytes: &[u8], salt: u64) -> Option<Self> {
        let bytes: &[u8; FRAME] = bytes.first_chunk()?;
        let intact =
            bytes[..4] == FRAME_MAGIC && salted(salt, &bytes[8..37]) == u32::from_le_bytes(part(bytes, 4));
        Some(Self {
            payload_crc: u32::from_le_bytes(part(bytes, 8)),
            len: u32::from_le_bytes(part(bytes, 12)),
            items: u32::from_le_bytes(part(bytes, 16)),
            seq: u64::from_le_bytes(part(bytes, 20)),
            first_unix_nanos: u64::from_le_bytes(part(bytes, 28)),
            stream: intact.then(|| Stream::ALL.get(usize::from(bytes[36])).copied()).flatten()?,
            done: bytes[37] != 0,
        })
    }

    /// Whether these bytes are the payload it was written with.
    pub(super) fn matches(&self, payload: &[u8], salt: u64) -> bool {
        salted(salt, payload) == self.payload_crc
    }

    /// Where the next frame could begin at the earliest, at or after `from`.
    pub(super) fn search(bytes: &[u8], from: usize) -> Option<usize> {
        let rest = bytes.get(from..)?;
        rest.windows(FRAME_MAGIC.len()).position(|window| window == FRAME_MAGIC).map(|at| from + at)
    }
}

/// What a footer, and the RAM, know of one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    pub(super) seq: u64,
    pub(super) offset: u32,
    pub(super) len: u32,
    pub(super) items: u32,
    pub(super) stream: Stream,
    pub(super) state: State,
}

/// Whose an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// Nobody's: it is part of the backlog.
    Waiting,
    /// Someone has a ticket for it.
    Held,
    /// It is delivered, refused or lost.
    Done,
}

/// Appends the footer of a segment with these frames.
pub(super) fn write_footer(slots: &[Slot], newest_unix_nanos: u64, salt: u64, bytes: &mut Vec<u8>) {
    let start = bytes.len();
    for slot in slots {
        bytes.extend(slot.seq.to_le_bytes());
        bytes.extend(slot.offset.to_le_bytes());
        bytes.extend(slot.len.to_le_bytes());
        bytes.extend(slot.items.to_le_bytes());
        bytes.push(slot.stream as u8);
    }
    let crc = salted(salt, &bytes[start..]);
    bytes.extend(slots.iter().map(|slot| u8::from(slot.state == State::Done)));
    let trailer = bytes.len();
    bytes.extend([0; 4]);
    bytes.extend((slots.len() as u32).to_le_bytes());
    bytes.extend(newest_unix_nanos.to_le_bytes());
    bytes.extend(FOOTER_MAGIC);
    let crc = crc32c::crc32c_append(crc, &bytes[trailer + 4..]);
    bytes[trailer..trailer + 4].copy_from_slice(&crc.to_le_bytes());
}

/// How many frames a file has, by its last [`TRAILER`] bytes, which may be no trailer at all.
pub(super) fn frames_by_trailer(trailer: &[u8; TRAILER]) -> Option<usize> {
    let is_one = trailer[16..] == FOOTER_MAGIC;
    is_one.then(|| u32::from_le_bytes(part(trailer, 4)) as usize)
}

/// The frames and the newest time of a whole footer with its trailer.
pub(super) fn read_footer(bytes: &[u8], salt: u64) -> Option<(Vec<Slot>, u64)> {
    let trailer: &[u8; TRAILER] = bytes.last_chunk()?;
    let frames = frames_by_trailer(trailer)?;
    let records = bytes.get(..frames.checked_mul(RECORD)?)?;
    let done = bytes.get(records.len()..bytes.len() - TRAILER)?;
    let crc = crc32c::crc32c_append(salted(salt, records), &trailer[4..]);
    if done.len() != frames || crc != u32::from_le_bytes(part(trailer, 0)) {
        return None;
    }
    let slots = records.chunks_exact(RECORD).zip(done).map(|(record, done)| {
        Some(Slot {
            seq: u64::from_le_bytes(part(record, 0)),
            offset: u32::from_le_bytes(part(record, 8)),
            len: u32::from_le_bytes(part(record, 12)),
            items: u32::from_le_bytes(part(record, 16)),
            stream: *Stream::ALL.get(usize::from(record[20]))?,
            state: if *done == 0 { State::Waiting } else { State::Done },
        })
    });
    Some((slots.collect::<Option<Vec<Slot>>>()?, u64::from_le_bytes(part(trailer, 8))))
}

fn salted(salt: u64, bytes: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&salt.to_le_bytes()), bytes)
}

/// `N` bytes of at least as many.
fn part<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}
