//! Removing entries after their time. Their hashes stay, so every proof about what remains stays valid.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::checkpoint::number;
use super::files::{self, FileError};
use super::finding::{Fault, Finding, Unsound};
use super::forest::finding;
use super::key::{TrailKey, VerifierKey};
use super::layout::{self, Row, Tile, WIDTH};
use super::note;

/// The first entry that was not removed, as the key of the trail has signed it: else anyone could remove entries and
/// say that their time was over.
pub(super) fn minimum(dir: &Path, key: &VerifierKey) -> Result<u64, Unsound> {
    let path = layout::minimum(dir);
    let Some(bytes) = files::read(&path)? else { return Ok(0) };
    let note = std::str::from_utf8(&bytes).ok().and_then(|note| note::open(note, key).ok());
    let minimum = note
        .and_then(|text| text.strip_prefix(key.name())?.strip_prefix(SUFFIX)?.strip_suffix('\n'))
        .and_then(number);
    minimum.ok_or_else(|| finding(dir, &path, 0, Fault::Signature).into())
}

/// The minimum for who reads a trail while somebody removes entries: it is looked at again where one is missing.
#[derive(Debug)]
pub(super) struct Minimum {
    dir: PathBuf,
    key: VerifierKey,
    known: AtomicU64,
}

impl Minimum {
    pub(super) fn new(dir: &Path, key: &VerifierKey, known: u64) -> Self {
        Self { dir: dir.to_owned(), key: key.clone(), known: AtomicU64::new(known) }
    }

    /// The newest that was seen.
    pub(super) fn known(&self) -> u64 {
        self.known.load(Ordering::Relaxed)
    }

    /// Whether entries cannot be read because all below `end` were removed by now.
    pub(super) fn explains(&self, unread: &Unsound, end: u64) -> Result<bool, Unsound> {
        if !matches!(unread, Unsound::Tampered(Finding { fault: Fault::Missing, .. })) {
            return Ok(false);
        }
        if end > self.known() {
            self.known.fetch_max(minimum(&self.dir, &self.key)?, Ordering::Relaxed);
        }
        Ok(end <= self.known())
    }
}

// tidy: stays inside: what tells a signed minimum from a signed checkpoint, whose first line is the name alone.
const SUFFIX: &str = "/minimum\n";

/// Signs that everything below `minimum` is removed, and removes it in whole bundles.
pub(super) fn remove_below(dir: &Path, minimum: u64, key: &TrailKey) -> Result<(), FileError> {
    let mut text = String::new();
    let mut line = || {
        use std::fmt::Write as _;
        writeln!(text, "{}{SUFFIX}{minimum}", key.verifier().name())
    };
    // Writing into a `String` cannot fail.
    let _infallible = line();
    files::replace(&layout::minimum(dir), note::sign(&text, key).as_bytes())?;
    finish(dir, minimum)
}

/// Removes the bundles below the minimum, in their order: what an interruption leaves still ends at the minimum, and is
/// found from there. Each goes after the partial ones that a crash has left in its place, for the same reason.
pub(super) fn finish(dir: &Path, minimum: u64) -> Result<(), FileError> {
    let path = |number| Tile { row: Row::Entries, number, width: WIDTH }.full_path(dir);
    let end = minimum / WIDTH;
    let left = (0..end).rev().take_while(|number| path(*number).exists()).count() as u64;
    let removed: Vec<_> = (end - left..end).map(path).collect();
    for bundle in &removed {
        files::remove_dir(&layout::partials(bundle))?;
        files::remove(bundle)?;
    }
    let folders: BTreeSet<&Path> = removed.iter().filter_map(|bundle| bundle.parent()).collect();
    folders.into_iter().try_for_each(files::sync_dir)
}
