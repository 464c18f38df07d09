//! Reading a trail: entries, records, proofs. It takes the public key only, and may be done while somebody writes.

use std::fmt;
use std::path::{Path, PathBuf};

use super::checkpoint::Checkpoint;
use super::entries::Entries;
use super::files::FileError;
use super::finding::{Finding, Unsound};
use super::forest;
use super::history::{History, HistoryError};
use super::key::VerifierKey;
use super::layout::{Row, Tile, WIDTH};
use super::merkle::{self, Nodes as _};
use super::note::NoteError;
use super::proof::{ConsistencyProof, InclusionProof};
use super::record::{EntityId, ReadError, StoredRecord};
use super::retention::{self, Minimum};
use super::snapshot::{NoSnapshot, Snapshot};

/// A trail as it was when it was opened for reading.
#[derive(Debug)]
pub struct Archive {
    dir: PathBuf,
    snapshot: Snapshot,
    minimum: u64,
    /// The same, as far as it has been raised since.
    removed: Minimum,
}

/// Why a trail cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArchiveError {
    /// There is no trail in this directory.
    NoTrail,
    /// It is not signed by this key.
    Key(NoteError),
    /// It is not what was signed.
    Tampered(Finding),
    /// A file of it cannot be read.
    File(FileError),
    /// There is no such entry: the trail has fewer.
    NoEntry {
        /// Which one was asked for.
        index: u64,
        /// How many there are.
        size: u64,
    },
    /// The entry was removed after its time.
    Removed {
        /// Which one was asked for.
        index: u64,
        /// The first that is still there.
        minimum: u64,
    },
    /// An entry is not a record.
    NotARecord {
        /// Which one.
        index: u64,
        /// Where in it.
        error: ReadError,
    },
}

impl fmt::Display for ArchiveError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTrail => f.write_str("there is no audit trail in this directory"),
            Self::Key(error) => write!(f, "the checkpoint of the trail: {error}"),
            Self::Tampered(finding) => finding.fmt(f),
            Self::File(error) => error.fmt(f),
            Self::NoEntry { index, size } => write!(f, "there is no entry {index}: the trail has {size}"),
            Self::Removed { index, minimum } => {
                write!(f, "entry {index} was removed after its time; the first that is left is {minimum}")
            }
            Self::NotARecord { index, error } => write!(f, "entry {index}: {error}"),
        }
    }
}

impl std::error::Error for ArchiveError {}

impl From<Unsound> for ArchiveError {
    fn from(unsound: Unsound) -> Self {
        match unsound {
            Unsound::Tampered(finding) => Self::Tampered(finding),
            Unsound::Unreadable(error) => Self::File(error),
        }
    }
}

impl From<NoSnapshot> for ArchiveError {
    fn from(error: NoSnapshot) -> Self {
        match error {
            NoSnapshot::NoTrail => Self::NoTrail,
            NoSnapshot::Key(error) => Self::Key(error),
            NoSnapshot::Unsound(unsound) => unsound.into(),
        }
    }
}

impl Archive {
    /// Opens the trail in a directory for reading.
    ///
    /// Its signatures and its journal are checked, and each entry against its hash when it is read; that the hashes are
    /// those that were signed, [`verify`](super::verify) checks, and every proof.
    ///
    /// # Errors
    ///
    /// There is no trail, it is another key's, it is not what was signed, or it cannot be read.
    pub fn open(dir: &Path, key: &VerifierKey) -> Result<Self, ArchiveError> {
        let snapshot = Snapshot::read(dir, key)?;
        let minimum = retention::minimum(dir, key)?;
        Ok(Self { dir: dir.to_owned(), snapshot, minimum, removed: Minimum::new(dir, key, minimum) })
    }

    /// The newest checkpoint: it covers every entry that is durable.
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.snapshot.newest
    }

    /// The number of entries.
    pub const fn size(&self) -> u64 {
        self.snapshot.newest.size()
    }

    /// The first entry that had not been removed after its time when the trail was opened.
    pub const fn minimum(&self) -> u64 {
        self.minimum
    }

    /// The bytes of an entry.
    ///
    /// # Errors
    ///
    /// There is no such entry any more or yet, it is not what was signed, or it cannot be read.
    pub fn entry(&self, index: u64) -> Result<Vec<u8>, ArchiveError> {
        let mut entries = self.entries(index);
        entries.next().map_or(Err(self.absent(index)), |(_, entry)| entry)
    }

    /// The entries from `start` on with their indices; the first error is the last item.
    pub fn entries(&self, start: u64) -> impl Iterator<Item = (u64, Result<Vec<u8>, ArchiveError>)> {
        let mut at = start;
        let mut bundle: std::vec::IntoIter<Vec<u8>> = Vec::new().into_iter();
        std::iter::from_fn(move || {
            if bundle.len() == 0 {
                if at >= self.size() {
                    return None;
                }
                match self.bundle(at) {
                    Ok(read) => bundle = read.into_iter(),
                    Err(error) => {
                        let index = std::mem::replace(&mut at, u64::MAX);
                        return Some((index, Err(error)));
                    }
                }
            }
            let entry = bundle.next()?;
            at += 1;
            Some((at - 1, Ok(entry)))
        })
    }

    /// The records from `start` on with their indices; after an entry that cannot be read there are no more.
    pub fn records(&self, start: u64) -> impl Iterator<Item = (u64, Result<StoredRecord, ArchiveError>)> {
        self.entries(start).map(|(index, entry)| {
            let parse = |entry: Vec<u8>| {
                StoredRecord::parse(&entry).map_err(|error| ArchiveError::NotARecord { index, error })
            };
            (index, entry.and_then(parse))
        })
    }

    /// All versions of an entity, each made again from what was recorded up to it.
    ///
    /// It reads every record there is: a trail is written in order, and has no other.
    ///
    /// # Errors
    ///
    /// The trail cannot be read, or what it says of the entity does not add up.
    pub fn history(&self, entity: EntityId<'_>) -> Result<History, HistoryError> {
        History::of(entity, self.records(self.minimum), self.minimum > 0)
    }

    /// A proof that an entry is in the trail, also of one that was removed after its time.
    ///
    /// # Errors
    ///
    /// There is no such entry, or the hashes are not those that were signed: a proof that is given can be verified.
    pub fn prove_inclusion(&self, index: u64) -> Result<InclusionProof, ArchiveError> {
        let checkpoint = self.checkpoint().clone();
        if index >= checkpoint.size() {
            return Err(self.absent(index));
        }
        let forest = &self.snapshot.forest;
        let path = merkle::inclusion(forest, index, checkpoint.size())?;
        let proof = InclusionProof::new(index, path, checkpoint);
        match proof.verify_leaf(forest.node(0, index)?) {
            Ok(()) => Ok(proof),
            Err(_) => Err(Unsound::from(forest.forged_above(index)?).into()),
        }
    }

    /// A proof that an earlier checkpoint is of the beginning of this trail.
    ///
    /// # Errors
    ///
    /// It is not, or the trail cannot be read, or the hashes are not those that were signed: a proof that is given can be
    /// verified.
    pub fn prove_consistency(&self, earlier: &Checkpoint) -> Result<ConsistencyProof, ArchiveError> {
        self.snapshot.against(&self.dir, earlier)?;
        let (old, size) = (earlier.size(), self.size());
        let path = if old == 0 { Vec::new() } else { merkle::consistency(&self.snapshot.forest, old, size)? };
        let proof = ConsistencyProof::new(old, path, self.checkpoint().clone());
        match proof.verify(earlier) {
            Ok(()) => Ok(proof),
            // The hashes that neither root covers are those beside the first entry that came later.
            Err(_) => Err(Unsound::from(self.snapshot.forest.forged_above(old)?).into()),
        }
    }

    /// The entries from `index` to the end of its bundle, or of its group in the journal.
    fn bundle(&self, index: u64) -> Result<Vec<Vec<u8>>, ArchiveError> {
        if index < self.removed.known() {
            return Err(self.absent(index));
        }
        let tiled = self.snapshot.forest.tiled();
        if index >= tiled {
            let mut tail =
                self.snapshot.tail.iter().filter(|group| group.first() <= index && index < group.end());
            let group = tail.next().ok_or_else(|| self.absent(index))?;
            let entries = group.iter().skip((index - group.first()) as usize);
            return Ok(entries.map(|(_, entry)| entry.to_vec()).collect());
        }
        let tile = Tile::of(Row::Hashes(0), index / WIDTH, tiled);
        let hashes = forest::read_hashes(&self.dir, tile)?;
        let bundle = match forest::read_entries(&self.dir, Tile { row: Row::Entries, ..tile }, &hashes) {
            Err(unread) if self.removed.explains(&unread, index + 1)? => return Err(self.absent(index)),
            bundle => bundle?,
        };
        Ok(Entries::new(&bundle).skip((index % WIDTH) as usize).map(<[u8]>::to_vec).collect())
    }

    fn absent(&self, index: u64) -> ArchiveError {
        match self.removed.known() {
            minimum if index < minimum => ArchiveError::Removed { index, minimum },
            _ => ArchiveError::NoEntry { index, size: self.size() },
        }
    }
}
