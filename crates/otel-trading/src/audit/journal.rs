//! The journal: what was acknowledged and is not in published tiles yet.
//!
//! It is a sequence of groups, in segments named after their first entry. A group is written with one write, made
//! durable, and only then acknowledged; the next one is written after that. So whatever is not the last thing in the
//! last segment was durable, and can only differ from what was written because somebody changed it.

mod group;
mod torn;

use std::fs;
use std::path::{Path, PathBuf};

pub(super) use group::Group;

use self::group::{Framing, Start};
use super::checkpoint::Checkpoint;
use super::files::{self, FileError};
use super::finding::{Fault, Unsound};
use super::forest::{Forest, finding};
use super::key::VerifierKey;
use super::layout;
use super::merkle::Peaks;

/// The segments of a journal, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Journal {
    dir: PathBuf,
    firsts: Vec<u64>,
}

/// Where a journal ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct End {
    /// The bytes of a group that was being written when its process died. Nobody was told that it is safe.
    pub(super) torn_bytes: u64,
}

impl Journal {
    /// Lists the segments of the journal in a trail's directory.
    pub(super) fn list(dir: &Path) -> Result<Self, FileError> {
        let journal = layout::journal(dir);
        let entries = match fs::read_dir(&journal) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self { dir: dir.to_owned(), firsts: Vec::new() });
            }
            entries => entries.map_err(FileError::at(&journal))?,
        };
        let mut firsts = Vec::new();
        for entry in entries {
            let name = entry.map_err(FileError::at(&journal))?.file_name();
            firsts.extend(name.to_str().and_then(layout::segment_first));
        }
        firsts.sort_unstable();
        Ok(Self { dir: dir.to_owned(), firsts })
    }

    /// The first entry of the journal, if there is a journal.
    pub(super) fn first(&self) -> Option<u64> {
        self.firsts.first().copied()
    }

    /// Removes all segments.
    pub(super) fn remove(self) -> Result<(), FileError> {
        for first in &self.firsts {
            files::remove(&layout::segment(&self.dir, *first))?;
        }
        if self.firsts.is_empty() { Ok(()) } else { files::sync_dir(&layout::journal(&self.dir)) }
    }

    /// Reads all groups, and has each of them looked at with its signed checkpoint once it is proven. What is in
    /// `tiles` was published, so it is known to have been durable in any case.
    pub(super) fn read(
        &self,
        key: &VerifierKey,
        tiles: &Forest,
        mut each: impl FnMut(&Group, &Checkpoint) -> Result<(), Unsound>,
    ) -> Result<End, Unsound> {
        let published = tiles.tiled();
        let mut peaks = Peaks::default();
        for (at, first) in self.firsts.iter().enumerate() {
            let path = layout::segment(&self.dir, *first);
            let tampered = |index, fault| Unsound::from(finding(&self.dir, &path, index, fault));
            // What a segment should follow, and is not in the journal any more, is in the tiles.
            if peaks.size() < *first && *first <= published {
                peaks = Peaks::of(tiles, *first)?;
            }
            if *first != peaks.size() {
                return Err(tampered(peaks.size().max(published), Fault::Order));
            }
            let Some(bytes) = files::read(&path)? else {
                // It was retired while this one looks. Who has seen the next one published goes on there, and whoever
                // has not has to look again.
                match self.firsts.get(at + 1) {
                    Some(next) if *next <= published => continue,
                    _ => return Err(tampered(published, Fault::Missing)),
                }
            };
            let is_last = at + 1 == self.firsts.len();
            let mut rest = &bytes[..];
            while !rest.is_empty() {
                let offset = bytes.len() - rest.len();
                let next = peaks.size();
                let torn = |bytes| is_last && next >= published && torn::is_torn(bytes, offset);
                let framing = match Framing::read(rest) {
                    Start::Whole(framing) => framing,
                    Start::Short if is_last && next >= published => {
                        return Ok(End { torn_bytes: rest.len() as u64 });
                    }
                    Start::Short => return Err(tampered(next, Fault::Malformed)),
                    // A header that was not written at all has nothing behind it either.
                    Start::Damaged if torn(rest) && !Framing::occurs_in(rest) => {
                        return Ok(End { torn_bytes: rest.len() as u64 });
                    }
                    Start::Damaged => return Err(tampered(next, Fault::Malformed)),
                };
                let (frame, after) = rest.split_at(framing.len());
                match framing.prove(frame, key, &mut peaks) {
                    Ok((group, checkpoint)) => each(&group, &checkpoint)?,
                    Err(_) if after.is_empty() && torn(frame) => {
                        return Ok(End { torn_bytes: rest.len() as u64 });
                    }
                    Err((index, fault)) => return Err(tampered(index, fault)),
                }
                rest = after;
            }
        }
        Ok(End::default())
    }
}
