//! A group of entries that become durable together, and how it is written.
//!
//! All numbers of the header are little-endian. It has 32 bytes: 8 that say what this is, the first entry (8), the
//! number of entries, the bytes of the body, the bytes of the checkpoint (4 each), and 4 bytes of the SHA-256 of those
//! before. The body is each entry as in a bundle, after its hash; then comes the signed checkpoint that covers them.

use sha2::{Digest as _, Sha256};

use super::super::checkpoint::Checkpoint;
use super::super::entries::{self, Entries};
use super::super::finding::Fault;
use super::super::key::VerifierKey;
use super::super::merkle::{Hash, Peaks};
use super::super::note::NoteError;

/// The first byte is no text, and the last one does not survive where line ends are converted.
const MAGIC: [u8; 8] = [0x89, 0x41, 0x55, 0x44, 0x49, 0x54, 1, 0x0a];
const HEADER: usize = 32;
const CHECKED: usize = HEADER - 4;

/// Entries that follow one another, with their hashes.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Group {
    first: u64,
    count: u32,
    body: Vec<u8>,
}

impl Group {
    pub(in super::super) const fn starting_at(first: u64) -> Self {
        Self { first, count: 0, body: Vec::new() }
    }

    pub(in super::super) fn push(&mut self, hash: Hash, len: u16, entry: &[u8]) {
        self.body.extend_from_slice(hash.as_bytes());
        entries::push(&mut self.body, len, entry);
        self.count += 1;
    }

    pub(in super::super) const fn first(&self) -> u64 {
        self.first
    }

    pub(in super::super) const fn end(&self) -> u64 {
        self.first + self.count as u64
    }

    pub(in super::super) const fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The bytes of its entries, hashes and lengths included.
    pub(in super::super) const fn bytes(&self) -> usize {
        self.body.len()
    }

    /// What another entry of so many bytes would take.
    pub(in super::super) const fn bytes_of(entry: &[u8]) -> usize {
        Hash::BYTES + 2 + entry.len()
    }

    /// The hash and the bytes of each entry.
    pub(in super::super) const fn iter(&self) -> Body<'_> {
        Body { rest: self.body.as_slice() }
    }

    /// Writes it, with the checkpoint that covers it, into an empty buffer.
    pub(in super::super) fn write(&self, checkpoint: &Checkpoint, out: &mut Vec<u8>) {
        let note = checkpoint.note().as_bytes();
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.first.to_le_bytes());
        out.extend_from_slice(&self.count.to_le_bytes());
        for len in [self.body.len(), note.len()] {
            // A group is as large as the queue, which is not opened with more than that.
            out.extend_from_slice(&u32::try_from(len).unwrap_or(u32::MAX).to_le_bytes());
        }
        let check = check(out);
        out.extend_from_slice(&check);
        out.extend_from_slice(&self.body);
        out.extend_from_slice(note);
    }
}

/// Takes a body apart, for as long as its entries are whole.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Body<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Body<'a> {
    type Item = (Hash, &'a [u8]);

    fn next(&mut self) -> Option<(Hash, &'a [u8])> {
        let (hash, rest) = self.rest.split_first_chunk()?;
        let mut entries = Entries::new(rest);
        let entry = entries.next()?;
        self.rest = entries.rest();
        Some((Hash::new(*hash), entry))
    }
}

fn check(header: &[u8]) -> [u8; 4] {
    let [a, b, c, d, ..] = Sha256::digest(header).0;
    [a, b, c, d]
}

/// The header of a group that is there as a whole.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framing {
    first: u64,
    count: usize,
    body: usize,
    note: usize,
}

/// What a segment goes on with.
#[derive(Debug)]
pub(super) enum Start {
    Whole(Framing),
    /// The file ends before the group does.
    Short,
    /// No header.
    Damaged,
}

impl Framing {
    pub(super) fn read(bytes: &[u8]) -> Start {
        let Some((header, rest)) = bytes.split_first_chunk::<HEADER>() else {
            // What is there of a header has to be the beginning of one.
            let is_magic = bytes.iter().zip(MAGIC).all(|(byte, magic)| *byte == magic);
            return if is_magic { Start::Short } else { Start::Damaged };
        };
        let (checked, sum) = header.split_at(CHECKED);
        let (magic, fields) = checked.split_at(MAGIC.len());
        let (first, lens) = fields.split_at(8);
        if magic != MAGIC || sum != check(checked) {
            return Start::Damaged;
        }
        let first = first.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte));
        let mut lens = lens
            .chunks(4)
            .map(|len| len.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)));
        let mut len = || lens.next().unwrap_or_default();
        let framing = Self { first, count: len(), body: len(), note: len() };
        if rest.len() < framing.len() - HEADER { Start::Short } else { Start::Whole(framing) }
    }

    /// Whether a group begins anywhere in these bytes.
    pub(super) fn occurs_in(bytes: &[u8]) -> bool {
        let mut starts = bytes.windows(MAGIC.len()).enumerate().filter(|(_, window)| *window == MAGIC);
        starts.any(|(at, _)| !matches!(bytes.get(at..).map(Self::read), Some(Start::Damaged) | None))
    }

    pub(super) const fn len(self) -> usize {
        HEADER.saturating_add(self.body).saturating_add(self.note)
    }

    /// The group, if it follows what is in `peaks`, each entry has its hash, and the root that follows is signed;
    /// else the first entry of which that is not so.
    pub(super) fn prove(
        self,
        frame: &[u8],
        key: &VerifierKey,
        peaks: &mut Peaks,
    ) -> Result<(Group, Checkpoint), (u64, Fault)> {
        let next = peaks.size();
        if self.first != next {
            return Err((next, Fault::Order));
        }
        let parts = frame.split_at_checked(HEADER).and_then(|(_, rest)| rest.split_at_checked(self.body));
        let (body, note) = parts.ok_or((next, Fault::Malformed))?;
        let mut after = peaks.clone();
        let mut each = Body { rest: body };
        for _ in 0..self.count {
            let (hash, entry) = each.next().ok_or((after.size(), Fault::Malformed))?;
            if Hash::leaf(entry) != hash {
                return Err((after.size(), Fault::Entry));
            }
            after.push(hash);
        }
        if !each.rest.is_empty() {
            return Err((after.size(), Fault::Malformed));
        }
        let note = std::str::from_utf8(note).map_err(|_| NoteError::Malformed);
        let checkpoint =
            note.and_then(|note| Checkpoint::open(note, key)).map_err(|_| (next, Fault::Signature))?;
        if (checkpoint.size(), checkpoint.root()) != (after.size(), after.root()) {
            return Err((next, Fault::Root));
        }
        let group = Group { first: next, count: self.count as u32, body: body.to_vec() };
        *peaks = after;
        Ok((group, checkpoint))
    }
}
