//! The hashes of a trail wherever they are: in tiles on disk, and behind them in memory.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::entries::Entries;
use super::files;
use super::finding::{Fault, Finding, Unsound};
use super::layout::{self, HEIGHT, Row, Tile, WIDTH};
use super::merkle::{Hash, Nodes};

/// Reads a tile of hashes. A partial one may have been replaced by the full one.
pub(super) fn read_hashes(dir: &Path, tile: Tile) -> Result<Vec<Hash>, Unsound> {
    let (hashes, flaw) = read_hashes_with_flaw(dir, tile)?;
    flaw.map_or(Ok(hashes), |finding| Err(finding.into()))
}

/// The same for who looks at what is there before what is wrong with its length.
pub(super) fn read_hashes_with_flaw(dir: &Path, tile: Tile) -> Result<(Vec<Hash>, Option<Finding>), Unsound> {
    let (path, bytes) = read_tile(dir, tile)?;
    let is_full_instead = path != tile.path(dir);
    let width = if is_full_instead { WIDTH } else { tile.width };
    let is_right = bytes.len() as u64 == width * Hash::BYTES as u64;
    let mut hashes = layout::hashes(&bytes);
    hashes.truncate(tile.width as usize);
    let flaw = (!is_right).then(|| {
        let first_bad = tile.entry_below(hashes.len() as u64);
        finding(dir, &path, first_bad, Fault::Malformed)
    });
    Ok((hashes, flaw))
}

/// Reads a bundle of entries, each of which has to have its hash.
pub(super) fn read_entries(dir: &Path, tile: Tile, hashes: &[Hash]) -> Result<Vec<u8>, Unsound> {
    let (path, mut bytes) = read_tile(dir, tile)?;
    let mut entries = Entries::new(&bytes);
    let mut whole = 0;
    for (index, hash) in (tile.first_entry()..).zip(hashes) {
        match entries.next() {
            Some(entry) if Hash::leaf(entry) == *hash => whole += entry.len() + 2,
            Some(_) => return Err(finding(dir, &path, index, Fault::Entry).into()),
            None => return Err(finding(dir, &path, index, Fault::Malformed).into()),
        }
    }
    // Of a full bundle in the place of a partial one the rest does not matter, nor where a tile has lost hashes.
    let is_cut = path != tile.path(dir) || (hashes.len() as u64) < tile.width;
    if !entries.is_at_end() && !is_cut {
        return Err(finding(dir, &path, tile.first_entry() + tile.width, Fault::Malformed).into());
    }
    bytes.truncate(whole);
    Ok(bytes)
}

fn read_tile(dir: &Path, tile: Tile) -> Result<(PathBuf, Vec<u8>), Unsound> {
    let (path, full) = (tile.path(dir), tile.full_path(dir));
    for path in [&path, &full] {
        if let Some(bytes) = files::read(path)? {
            return Ok((path.clone(), bytes));
        }
    }
    Err(finding(dir, &path, tile.first_entry(), Fault::Missing).into())
}

pub(super) fn finding(dir: &Path, path: &Path, first_bad: u64, fault: Fault) -> Finding {
    Finding { first_bad, fault, file: path.strip_prefix(dir).unwrap_or(path).to_owned() }
}

/// The tree of a trail: `tiled` entries have their hashes in tiles, the rest of them here.
#[derive(Debug)]
pub(super) struct Forest {
    dir: PathBuf,
    tiled: u64,
    tail: Vec<Hash>,
    /// The tile that was read last: the nodes of a proof often lie in the same.
    last: Mutex<Option<(Tile, Arc<[Hash]>)>>,
}

impl Forest {
    pub(super) fn new(dir: &Path, tiled: u64) -> Self {
        Self { dir: dir.to_owned(), tiled, tail: Vec::new(), last: Mutex::default() }
    }

    pub(super) fn push(&mut self, leaf: Hash) {
        self.tail.push(leaf);
    }

    pub(super) const fn tiled(&self) -> u64 {
        self.tiled
    }

    fn tile(&self, tile: Tile) -> Result<Arc<[Hash]>, Unsound> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, hashes)) = &*last
            && *known == tile
        {
            return Ok(Arc::clone(hashes));
        }
        let hashes: Arc<[Hash]> = read_hashes(&self.dir, tile)?.into();
        *last = Some((tile, Arc::clone(&hashes)));
        Ok(hashes)
    }

    /// Where a full tile above an entry has another root than is noted in the tile above it, from the top down; for
    /// whom a proof about this entry has failed. The root of all was compared with what was signed.
    pub(super) fn forged_above(&self, index: u64) -> Result<Finding, Unsound> {
        for level in (0..u64::BITS / HEIGHT - 1).rev() {
            let number = index >> (HEIGHT * (level + 1));
            let tile = Tile::of(Row::Hashes(level), number, self.tiled);
            if tile.width == WIDTH
                && Hash::of_full(&self.tile(tile)?) != Some(self.in_tiles(HEIGHT * (level + 1), number)?)
            {
                let path = tile.path(&self.dir);
                return Ok(finding(&self.dir, &path, tile.first_entry(), Fault::Hash));
            }
        }
        Ok(finding(&self.dir, &layout::tiles(&self.dir), 0, Fault::Hash))
    }

    fn in_tiles(&self, level: u32, index: u64) -> Result<Hash, Unsound> {
        let (row, shift) = (Row::Hashes(level / HEIGHT), level % HEIGHT);
        let first = index << shift;
        let tile = Tile::of(row, first / WIDTH, self.tiled);
        let hashes = self.tile(tile)?;
        let start = (first % WIDTH) as usize;
        let below = hashes.get(start..start + (1 << shift));
        below.and_then(Hash::of_full).ok_or_else(|| {
            let first_bad = tile.entry_below(first % WIDTH);
            finding(&self.dir, &tile.path(&self.dir), first_bad, Fault::Malformed).into()
        })
    }
}

impl Nodes for Forest {
    type Error = Unsound;

    fn node(&self, level: u32, index: u64) -> Result<Hash, Unsound> {
        let (first, end) = (index << level, (index + 1) << level);
        if end <= self.tiled {
            return self.in_tiles(level, index);
        }
        if level > 0 {
            return Ok(Hash::node(self.node(level - 1, 2 * index)?, self.node(level - 1, 2 * index + 1)?));
        }
        let at = first.checked_sub(self.tiled).and_then(|at| usize::try_from(at).ok());
        at.and_then(|at| self.tail.get(at).copied())
            .ok_or_else(|| finding(&self.dir, &layout::journal(&self.dir), first, Fault::Truncated).into())
    }
}
