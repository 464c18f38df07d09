//! Checking a whole trail: every entry, every hash, every signature.

use std::fmt;
use std::num::NonZero;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use super::checkpoint::Checkpoint;
use super::files::{self, FileError};
use super::finding::{Fault, Finding, Unsound};
use super::forest::{self, Forest, finding};
use super::key::VerifierKey;
use super::layout::{self, HEIGHT, Row, Tile, WIDTH};
use super::merkle::{self, Hash};
use super::note::NoteError;
use super::retention::{self, Minimum};
use super::snapshot::{NoSnapshot, Snapshot};

/// What became of checking a trail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_enums,
    reason = "a third answer would be an error, and those have a type of their own"
)]
pub enum Verdict {
    /// Everything is as it was signed.
    Intact(Summary),
    /// Something is not.
    Tampered(Finding),
}

/// What an intact trail is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// The newest checkpoint: how many entries are proven, and their root.
    pub checkpoint: Checkpoint,
    /// The first entry that was not removed after its time.
    pub minimum: u64,
    /// The bytes of a group that was being written when its process died, or is being written now. Nobody was told
    /// that its entries are durable.
    pub torn_bytes: u64,
}

/// Why a trail could not be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no trail in this directory.
    NoTrail,
    /// The trail is not signed by this key, and no checkpoint says that it should be.
    Key(NoteError),
    /// The checkpoint that was given is none of this key.
    Checkpoint(NoteError),
    /// Something could not be read.
    File(FileError),
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTrail => f.write_str("there is no audit trail in this directory"),
            Self::Key(error) => write!(f, "the checkpoint of the trail: {error}"),
            Self::Checkpoint(error) => write!(f, "the checkpoint that was given: {error}"),
            Self::File(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for VerifyError {}

impl From<FileError> for VerifyError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

/// Checks the trail in a directory with nothing but its public key, also while somebody writes it.
///
/// `last` is a checkpoint that was kept elsewhere. With it every change, removal and truncation of what it covers is
/// found; without it, someone who can write the directory can cut off the end of a trail unnoticed. `progress` is told
/// how many entries of how many are checked.
///
/// # Errors
///
/// A trail that cannot be judged: there is none, it is another key's, or it cannot be read.
pub fn verify(
    dir: &Path,
    key: &VerifierKey,
    last: Option<&Checkpoint>,
    mut progress: impl FnMut(u64, u64),
) -> Result<Verdict, VerifyError> {
    if let Some(last) = last {
        Checkpoint::open(last.note(), key).map_err(VerifyError::Checkpoint)?;
    }
    let snapshot = match Snapshot::read(dir, key) {
        Ok(snapshot) => Ok(snapshot),
        Err(NoSnapshot::Unsound(Unsound::Unreadable(error))) => return Err(error.into()),
        Err(NoSnapshot::Unsound(Unsound::Tampered(finding))) => Err(finding),
        Err(NoSnapshot::NoTrail) if last.is_none() => return Err(VerifyError::NoTrail),
        Err(NoSnapshot::Key(error)) if last.is_none() => return Err(VerifyError::Key(error)),
        // There was a trail of this key: the checkpoint that was given says so.
        Err(NoSnapshot::NoTrail) => Err(finding(dir, &layout::checkpoint(dir), 0, Fault::Missing)),
        Err(NoSnapshot::Key(_)) => Err(finding(dir, &layout::checkpoint(dir), 0, Fault::Signature)),
    };
    let size = match &snapshot {
        Ok(snapshot) => snapshot.published.size(),
        Err(_) => published(dir, key)?.as_ref().or(last).map_or(0, Checkpoint::size),
    };
    let minimum = found(retention::minimum(dir, key))?;
    let removed = Minimum::new(dir, key, *minimum.as_ref().unwrap_or(&0));
    let walked = found(walk(dir, size, &removed, &mut progress))?;
    let held = match (&snapshot, last) {
        (Ok(snapshot), Some(last)) => found(snapshot.against(dir, last))?,
        (Err(finding), Some(last)) if walked.is_ok() => Err(raised(dir, finding, size, last)?),
        (Err(finding), _) if is_explained(dir, finding, &walked) => Ok(()),
        (Err(finding), _) => Err(finding.clone()),
        (Ok(_), None) => Ok(()),
    };
    let findings = [walked.err(), held.err(), minimum.as_ref().err().cloned()];
    match (findings.into_iter().flatten().min_by_key(|finding| finding.first_bad), snapshot, minimum) {
        (Some(finding), ..) | (None, Err(finding), _) | (None, _, Err(finding)) => {
            Ok(Verdict::Tampered(finding))
        }
        (None, Ok(snapshot), Ok(_)) => {
            let (checkpoint, minimum, torn_bytes) = (snapshot.newest, removed.known(), snapshot.torn_bytes);
            Ok(Verdict::Intact(Summary { checkpoint, minimum, torn_bytes }))
        }
    }
}

/// Whether what was found in looking at the edge of the tree follows from what the walk has found.
fn is_explained(dir: &Path, finding: &Finding, walked: &Result<(), Finding>) -> bool {
    let is_edge = finding.fault == Fault::Root || dir.join(&finding.file).starts_with(layout::tiles(dir));
    walked.is_err() && is_edge
}

/// What is wrong with the checkpoint of a trail leaves what another one proves.
fn raised(dir: &Path, finding: &Finding, size: u64, last: &Checkpoint) -> Result<Finding, FileError> {
    let is_about_checkpoint = dir.join(&finding.file) == layout::checkpoint(dir);
    let root = match last.size() <= size {
        true => found(merkle::root(&Forest::new(dir, size), last.size()))?.ok(),
        false => None,
    };
    let proven = if root == Some(last.root()) && is_about_checkpoint { last.size() } else { 0 };
    Ok(Finding { first_bad: finding.first_bad.max(proven), ..finding.clone() })
}

/// Tells what is wrong with a trail from why it cannot be judged.
fn found<T>(result: Result<T, Unsound>) -> Result<Result<T, Finding>, FileError> {
    match result {
        Ok(value) => Ok(Ok(value)),
        Err(Unsound::Tampered(finding)) => Ok(Err(finding)),
        Err(Unsound::Unreadable(error)) => Err(error),
    }
}

/// The checkpoint in the directory, where it is one of this key.
fn published(dir: &Path, key: &VerifierKey) -> Result<Option<Checkpoint>, FileError> {
    let note = files::read(&layout::checkpoint(dir))?;
    let note = note.as_deref().and_then(|note| std::str::from_utf8(note).ok());
    Ok(note.and_then(|note| Checkpoint::open(note, key).ok()))
}

/// Compares every entry with its hash, and every tile with what lies below it.
fn walk(
    dir: &Path,
    size: u64,
    minimum: &Minimum,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(), Unsound> {
    let mut rows: [Vec<Hash>; (u64::BITS / HEIGHT) as usize] = Default::default();
    let bundles = size.div_ceil(WIDTH);
    // The tiles below one tile of the first level at a time: what is remembered is bounded.
    for start in (0..bundles).step_by(WIDTH as usize) {
        for (number, root) in bundle_roots(dir, start..bundles.min(start + WIDTH), size, minimum)? {
            let is_full = (number + 1) * WIDTH <= size;
            raise(dir, &mut rows, if is_full { Some(root) } else { None }, number + 1)?;
        }
        progress(size.min((start + WIDTH) * WIDTH), size);
    }
    for (level, row) in (1..).zip(rows.iter().skip(1)).filter(|(_, row)| !row.is_empty()) {
        let number = (size >> (HEIGHT * level)) / WIDTH;
        compare(dir, Tile::of(Row::Hashes(level), number, size), row)?;
    }
    Ok(())
}

/// Adds the root of a full tile to the row above, and so on upwards.
fn raise(dir: &Path, rows: &mut [Vec<Hash>], root: Option<Hash>, tiles: u64) -> Result<(), Unsound> {
    let (mut root, mut tiles) = (root, tiles);
    for (level, row) in (1..).zip(rows.iter_mut().skip(1)) {
        row.extend(root.take());
        if row.len() as u64 == WIDTH {
            tiles /= WIDTH;
            compare(dir, Tile { row: Row::Hashes(level), number: tiles - 1, width: WIDTH }, row)?;
            root = Hash::of_full(row);
            row.clear();
        }
    }
    Ok(())
}

/// Holds a tile against the hashes it should have.
fn compare(dir: &Path, tile: Tile, expected: &[Hash]) -> Result<(), Unsound> {
    let (stored, flaw) = forest::read_hashes_with_flaw(dir, tile)?;
    let differing = (0..).zip(stored.iter().zip(expected)).find(|(_, (stored, expected))| stored != expected);
    if let Some((offset, _)) = differing {
        return Err(finding(dir, &tile.path(dir), tile.entry_below(offset), Fault::Hash).into());
    }
    flaw.map_or(Ok(()), |finding| Err(finding.into()))
}

/// The number of a bundle and the root of its tile, or what is wrong with it.
type BundleRoot = (u64, Result<Hash, Unsound>);

/// Checks some bundles with their tiles, on all processors.
fn bundle_roots(
    dir: &Path,
    numbers: Range<u64>,
    size: u64,
    minimum: &Minimum,
) -> Result<Vec<(u64, Hash)>, Unsound> {
    let next = AtomicU64::new(numbers.start);
    let work = || {
        let mut roots: Vec<BundleRoot> = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= numbers.end {
                return roots;
            }
            roots.push((number, bundle_root(dir, number, size, minimum)));
        }
    };
    let helpers = thread::available_parallelism().map_or(1, NonZero::get) - 1;
    let mut roots = thread::scope(|scope| {
        let helpers: Vec<_> =
            (0..helpers).filter_map(|_| thread::Builder::new().spawn_scoped(scope, work).ok()).collect();
        let mut roots = work();
        roots.extend(helpers.into_iter().filter_map(|helper| helper.join().ok()).flatten());
        roots
    });
    roots.sort_unstable_by_key(|(number, _)| *number);
    // A helper that died would leave a gap, and nobody may take that for a tile that is intact.
    let is_complete = roots.iter().map(|(number, _)| *number).eq(numbers.clone());
    if !is_complete {
        return bundle_roots_here(dir, numbers, size, minimum);
    }
    roots.into_iter().map(|(number, root)| root.map(|root| (number, root))).collect()
}

fn bundle_roots_here(
    dir: &Path,
    numbers: Range<u64>,
    size: u64,
    minimum: &Minimum,
) -> Result<Vec<(u64, Hash)>, Unsound> {
    numbers.map(|number| Ok((number, bundle_root(dir, number, size, minimum)?))).collect()
}

fn bundle_root(dir: &Path, number: u64, size: u64, minimum: &Minimum) -> Result<Hash, Unsound> {
    let tile = Tile::of(Row::Hashes(0), number, size);
    let (hashes, flaw) = forest::read_hashes_with_flaw(dir, tile)?;
    let bundle = Tile { row: Row::Entries, ..tile };
    if let Err(unread) = forest::read_entries(dir, bundle, &hashes)
        && !minimum.explains(&unread, (number + 1) * WIDTH)?
    {
        return Err(unread);
    }
    if let Some(finding) = flaw {
        return Err(finding.into());
    }
    // A partial tile has no root, but nobody asks for it.
    Ok(Hash::of_full(&hashes).unwrap_or_else(Hash::of_nothing))
}
