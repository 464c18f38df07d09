//! Removing entries after their time. Their hashes stay, so every proof about what remains stays valid.

use std::path::Path;

use super::checkpoint::number;
use super::files::{self, FileError};
use super::finding::{Fault, Unsound};
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
/// found from there.
pub(super) fn finish(dir: &Path, minimum: u64) -> Result<(), FileError> {
    let path = |number| Tile { row: Row::Entries, number, width: WIDTH }.path(dir);
    let end = minimum / WIDTH;
    let left = (0..end).rev().take_while(|number| path(*number).exists()).count() as u64;
    (end - left..end).try_for_each(|number| files::remove(&path(number)))
}
