//! Where things lie in the directory of a trail. All but the journal, the minimum, the key and
//! the lock is C2SP `tlog-tiles`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use super::key::VerifierKey;
use super::merkle::Hash;

/// The hashes of one tile, and the entries of one bundle.
pub(super) const WIDTH: u64 = 256;

/// The height of a tile: `WIDTH` is two to the power of it.
pub(super) const HEIGHT: u32 = 8;

// tidy: stays inside: the names of files, which C2SP prescribes.
const CHECKPOINT: &str = "checkpoint";
// tidy: stays inside: the name of a folder, which C2SP prescribes.
const TILE: &str = "tile";
// tidy: stays inside: the name of a folder, which C2SP prescribes.
const ENTRIES: &str = "entries";
// tidy: stays inside: the name of a folder.
const JOURNAL: &str = "journal";
// tidy: stays inside: the name of a file.
const MINIMUM: &str = "minimum";
// tidy: stays inside: the name of a file.
const LOCK: &str = "lock";
// tidy: stays inside: the end of a file's name until it is complete.
const UNFINISHED: &str = "new";
// tidy: stays inside: the end of the name of a folder of partial tiles, which C2SP prescribes.
const PARTIAL: &str = ".p";

pub(super) fn checkpoint(dir: &Path) -> PathBuf {
    dir.join(CHECKPOINT)
}

pub(super) fn journal(dir: &Path) -> PathBuf {
    dir.join(JOURNAL)
}

pub(super) fn tiles(dir: &Path) -> PathBuf {
    dir.join(TILE)
}

/// The note that says which entries were removed after their time.
pub(super) fn minimum(dir: &Path) -> PathBuf {
    dir.join(MINIMUM)
}

pub(super) fn lock(dir: &Path) -> PathBuf {
    dir.join(LOCK)
}

/// The public key of the trail, for whoever has no better source for it.
pub(super) fn verifier(dir: &Path) -> PathBuf {
    dir.join(VerifierKey::FILE)
}

/// What a file is called until it is complete.
pub(super) fn unfinished(path: &Path) -> PathBuf {
    path.with_extension(UNFINISHED)
}

/// The segment of the journal that begins with the group of this entry.
pub(super) fn segment(dir: &Path, first: u64) -> PathBuf {
    let mut name = String::new();
    // Writing into a `String` cannot fail.
    let _infallible = write!(name, "{first:020}");
    journal(dir).join(name)
}

/// The first entry of a segment with this name.
pub(super) fn segment_first(name: &str) -> Option<u64> {
    name.parse().ok().filter(|_| name.len() == 20 && name.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The rows of tiles: hashes of a level, or the entries themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    Hashes(u32),
    Entries,
}

impl Row {
    /// The level whose tiles these are, or lie beside.
    pub(super) const fn level(self) -> u32 {
        match self {
            Self::Hashes(level) => level,
            Self::Entries => 0,
        }
    }
}

/// One tile of a row, by its number and how many hashes or entries it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tile {
    pub(super) row: Row,
    pub(super) number: u64,
    pub(super) width: u64,
}

impl Tile {
    /// The tile of a tree of `size` entries; its width is 0 when there is none.
    pub(super) fn of(row: Row, number: u64, size: u64) -> Self {
        let filled = size.checked_shr(HEIGHT * row.level()).unwrap_or(0);
        Self { row, number, width: filled.saturating_sub(number.saturating_mul(WIDTH)).min(WIDTH) }
    }

    /// The first entry below it.
    pub(super) fn first_entry(self) -> u64 {
        self.entry_below(0)
    }

    /// The first entry below its hash at `offset`.
    pub(super) fn entry_below(self, offset: u64) -> u64 {
        let hash = self.number.saturating_mul(WIDTH).saturating_add(offset);
        hash.checked_shl(HEIGHT * self.row.level()).unwrap_or(u64::MAX)
    }

    /// Its file. A partial tile lies in a folder of its own beside the place of the full one.
    pub(super) fn path(self, dir: &Path) -> PathBuf {
        let full = Self { width: WIDTH, ..self }.full_path(dir);
        if self.width == WIDTH { full } else { partials(&full).join(self.width.to_string()) }
    }

    /// The file of the full tile in its place.
    pub(super) fn full_path(self, dir: &Path) -> PathBuf {
        let mut path = tiles(dir);
        match self.row {
            Row::Hashes(level) => path.push(level.to_string()),
            Row::Entries => path.push(ENTRIES),
        }
        let mut steps = vec![self.number % 1000];
        let mut rest = self.number / 1000;
        while rest > 0 {
            steps.push(rest % 1000);
            rest /= 1000;
        }
        while let Some(step) = steps.pop() {
            let mut name = String::new();
            // Writing into a `String` cannot fail.
            let _infallible =
                if steps.is_empty() { write!(name, "{step:03}") } else { write!(name, "x{step:03}") };
            path.push(name);
        }
        path
    }
}

/// The folder of the partial tiles in the place of a full one.
pub(super) fn partials(full: &Path) -> PathBuf {
    let mut name = full.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}

/// The whole hashes at the start of a tile's file.
pub(super) fn hashes(bytes: &[u8]) -> Vec<Hash> {
    bytes.as_chunks::<{ Hash::BYTES }>().0.iter().copied().map(Hash::new).collect()
}
