//! What goes into the spool and comes out of it.

use std::fmt;
use std::io;

use super::segment::Key;
use crate::lane::Lane;
use crate::ledger::Stream;

/// One encoded request on its way in.
#[derive(Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// How much it matters.
    pub(crate) lane: Lane,
    /// What kind of request it is.
    pub(crate) stream: Stream,
    /// How many spans, log records or data points it holds.
    pub(crate) items: u32,
    /// The time of its first item, by which it expires.
    pub(crate) first_unix_nanos: u64,
    /// The request, opaque to the spool.
    pub(crate) payload: &'a [u8],
}

/// One encoded request on its way out.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct OwnedEntry {
    /// How much it matters.
    pub(crate) lane: Lane,
    /// What kind of request it is.
    pub(crate) stream: Stream,
    /// How many spans, log records or data points it holds.
    pub(crate) items: u32,
    /// The time of its first item.
    pub(crate) first_unix_nanos: u64,
    /// The request, as it came in.
    pub(crate) payload: Vec<u8>,
}

impl fmt::Debug for Entry<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(f, "Entry", self.lane, self.stream, self.items, self.payload.len())
    }
}

impl fmt::Debug for OwnedEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        describe(f, "OwnedEntry", self.lane, self.stream, self.items, self.payload.len())
    }
}

/// Payloads are telemetry: they do not belong into anyone's debug output.
fn describe(
    f: &mut fmt::Formatter<'_>,
    name: &str,
    lane: Lane,
    stream: Stream,
    items: u32,
    bytes: usize,
) -> fmt::Result {
    f.debug_struct(name)
        .field("lane", &lane)
        .field("stream", &stream)
        .field("items", &items)
        .field("bytes", &bytes)
        .finish()
}

/// The right to say what became of an entry. While it exists, nobody else is given the entry.
///
/// It ends in `Spool::settle` or `Spool::release`; an entry whose ticket is dropped comes back in the next process.
#[must_use = "an entry whose ticket is dropped is neither done nor backlog"]
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Ticket {
    pub(super) lane: Lane,
    pub(super) key: Key,
    pub(super) seq: u64,
    pub(super) stream: Stream,
    pub(super) items: u32,
    pub(super) len: u32,
}

impl Ticket {
    /// The items in the entry.
    pub(crate) fn items(&self) -> u64 {
        u64::from(self.items)
    }

    /// The entry's number: growing from entry to entry, and of all entries that exist at one time, its own.
    #[cfg(feature = "testing")]
    pub(crate) const fn seq(&self) -> u64 {
        self.seq
    }
}

/// Why an entry was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// It could not be taken even by a spool with nothing in it.
    TooLarge {
        /// The most bytes an entry of its lane may have.
        limit: u64,
    },
    /// There is no room, and nothing that may be evicted for it.
    Full,
    /// The file system failed.
    Storage(io::ErrorKind),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge { limit } => {
                write!(f, "the request is larger than the {limit} bytes the spool takes")
            }
            Self::Full => f.write_str("the spool is full"),
            Self::Storage(kind) => write!(f, "the spool could not be written: {kind}"),
        }
    }
}

impl std::error::Error for Refused {}

/// Something that was appended is not durable yet. Another sync may succeed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unsynced(pub(crate) io::ErrorKind);

impl fmt::Display for Unsynced {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the spool could not be made durable: {}", self.0)
    }
}

impl std::error::Error for Unsynced {}
