//! A trail as it is now: its checkpoint, its tiles and its journal, held against one another.

use std::path::Path;

use super::checkpoint::Checkpoint;
use super::files::{self, FileError};
use super::finding::{Fault, Unsound};
use super::forest::{Forest, finding};
use super::journal::{Group, Journal};
use super::key::VerifierKey;
use super::layout;
use super::merkle;
use super::note::NoteError;

/// How often a trail is looked at again that somebody writes meanwhile. Small segments on a busy machine are retired
/// between two steps of a look more often than not, and one that fails is no judgement.
const ATTEMPTS: usize = 64;

/// What a trail is at.
#[derive(Debug)]
pub(super) struct Snapshot {
    /// What is in tiles.
    pub(super) published: Checkpoint,
    /// What is durable.
    pub(super) newest: Checkpoint,
    /// What is durable and not in tiles.
    pub(super) tail: Vec<Group>,
    pub(super) forest: Forest,
    pub(super) torn_bytes: u64,
}

/// Why there is no snapshot of a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum NoSnapshot {
    /// There is no trail in this directory.
    NoTrail,
    /// Its checkpoint was not signed by this key.
    Key(NoteError),
    Unsound(Unsound),
}

impl From<Unsound> for NoSnapshot {
    fn from(unsound: Unsound) -> Self {
        Self::Unsound(unsound)
    }
}

impl From<FileError> for NoSnapshot {
    fn from(error: FileError) -> Self {
        Self::Unsound(error.into())
    }
}

impl Snapshot {
    pub(super) fn read(dir: &Path, key: &VerifierKey) -> Result<Self, NoSnapshot> {
        let mut attempts = ATTEMPTS;
        loop {
            // What the journal loses from here on is in the tiles of the checkpoint, which is read later.
            let journal = Journal::list(dir)?;
            let note = files::read(&layout::checkpoint(dir))?;
            let published = checkpoint(dir, note.as_deref(), &journal, key)?;
            let read = Self::of(dir, key, published, &journal);
            let is_tampered = matches!(read, Err(NoSnapshot::Unsound(Unsound::Tampered(_))));
            attempts -= 1;
            let is_as_it_was = || {
                Ok::<_, FileError>(
                    files::read(&layout::checkpoint(dir))? == note && Journal::list(dir)? == journal,
                )
            };
            if !is_tampered || attempts == 0 || is_as_it_was()? {
                return read;
            }
        }
    }

    fn of(
        dir: &Path,
        key: &VerifierKey,
        published: Checkpoint,
        journal: &Journal,
    ) -> Result<Self, NoSnapshot> {
        let size = published.size();
        let mut forest = Forest::new(dir, size);
        let path = layout::checkpoint(dir);
        if merkle::root(&forest, size)? != published.root() {
            return Err(Unsound::from(finding(dir, &path, 0, Fault::Root)).into());
        }
        let first = journal.first().unwrap_or(size);
        if first > size {
            return Err(Unsound::from(finding(dir, &layout::journal(dir), size, Fault::Order)).into());
        }
        let tiles = Forest::new(dir, size);
        let (mut tail, mut newest) = (Vec::new(), published.clone());
        let end = journal.read(key, &tiles, |group, checkpoint| {
            // Groups are published as wholes.
            let is_straddling = group.first() < size && group.end() > size;
            if is_straddling || (checkpoint.size() == size && checkpoint.root() != published.root()) {
                return Err(finding(dir, &path, group.first(), Fault::Root).into());
            }
            if group.first() >= size {
                group.iter().for_each(|(hash, _)| forest.push(hash));
                tail.push(group.clone());
                newest = checkpoint.clone();
            }
            Ok(())
        })?;
        Ok(Self { published, newest, tail, forest, torn_bytes: end.torn_bytes })
    }

    /// Whether an earlier checkpoint is of the beginning of this trail, or else what shows that it is not.
    pub(super) fn against(&self, dir: &Path, earlier: &Checkpoint) -> Result<(), Unsound> {
        let path = layout::checkpoint(dir);
        if earlier.size() > self.newest.size() {
            return Err(finding(dir, &path, self.newest.size(), Fault::Truncated).into());
        }
        if merkle::root(&self.forest, earlier.size())? != earlier.root() {
            return Err(finding(dir, &path, 0, Fault::Root).into());
        }
        Ok(())
    }
}

/// The published checkpoint of a trail.
fn checkpoint(
    dir: &Path,
    note: Option<&[u8]>,
    journal: &Journal,
    key: &VerifierKey,
) -> Result<Checkpoint, NoSnapshot> {
    let wrong = |fault| NoSnapshot::Unsound(finding(dir, &layout::checkpoint(dir), 0, fault).into());
    let Some(note) = note else {
        let is_new = journal.first().is_none() && !layout::tiles(dir).exists();
        return Err(if is_new { NoSnapshot::NoTrail } else { wrong(Fault::Missing) });
    };
    let note = std::str::from_utf8(note).map_err(|_| wrong(Fault::Malformed))?;
    Checkpoint::open(note, key).map_err(|error| match error {
        NoteError::UnknownSigner | NoteError::Origin => NoSnapshot::Key(error),
        NoteError::Signature => wrong(Fault::Signature),
        NoteError::Malformed => wrong(Fault::Malformed),
    })
}
