//! The thread that turns durable groups into tiles, and retires the journal behind them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::checkpoint::Checkpoint;
use super::entries;
use super::files::{self, FileError, Unsynced};
use super::finding::Unsound;
use super::forest;
use super::journal::Group;
use super::layout::{self, HEIGHT, Row, Tile, WIDTH};
use super::merkle::Hash;
use super::queue::{Queue, Stopped};

/// What the writer says.
#[derive(Debug)]
pub(super) enum Message {
    /// A group is durable, with the checkpoint that covers it.
    Durable(Group, Checkpoint),
    /// Somebody waits for all that was said before.
    Publish,
}

/// The segments of the journal there are: where each begins, and where it ends unless it is being written.
#[derive(Debug, Default)]
pub(super) struct Segments(Mutex<BTreeMap<u64, Option<u64>>>);

impl Segments {
    pub(super) fn began(&self, first: u64) {
        self.ends().insert(first, None);
    }

    /// The last one gets no more groups: the next entry, `end`, is in another one.
    pub(super) fn ended(&self, end: u64) {
        if let Some(mut last) = self.ends().last_entry() {
            last.get_mut().get_or_insert(end);
        }
    }

    /// Takes the segments out that hold nothing from `size` on.
    fn retired(&self, size: u64) -> Vec<u64> {
        let is_retired = |end: &Option<u64>| end.is_some_and(|end| end <= size);
        let mut ends = self.ends();
        let retired = ends.iter().filter(|(_, end)| is_retired(end)).map(|(first, _)| *first).collect();
        ends.retain(|_, end| !is_retired(end));
        retired
    }

    /// The first entry that is in a segment.
    fn first(&self) -> Option<u64> {
        self.ends().keys().next().copied()
    }

    fn ends(&self) -> MutexGuard<'_, BTreeMap<u64, Option<u64>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When there is enough to publish.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) entries: u64,
    pub(super) bytes: usize,
}

/// The tiles of a trail, as far as they are written.
#[derive(Debug)]
pub(super) struct Publisher {
    dir: PathBuf,
    /// The hashes of the last tile of each level, until it is full.
    rows: Vec<Vec<Hash>>,
    /// The entries of the last bundle, until it is full.
    bundle: Vec<u8>,
    size: u64,
    /// What is durable, and will be published next.
    next: Checkpoint,
    published: Checkpoint,
    bytes: usize,
    unsynced: Unsynced,
    /// Where partial tiles have been replaced by full ones.
    replaced: Vec<PathBuf>,
}

impl Publisher {
    /// Goes on where a published checkpoint ends.
    pub(super) fn resume(dir: &Path, published: Checkpoint) -> Result<Self, Unsound> {
        let size = published.size();
        let mut rows = Vec::new();
        let mut bundle = Vec::new();
        for level in 0..u64::BITS / HEIGHT {
            let row = Row::Hashes(level);
            let tile = Tile::of(row, (size >> (HEIGHT * level)) / WIDTH, size);
            let hashes = if tile.width > 0 { forest::read_hashes(dir, tile)? } else { Vec::new() };
            if level == 0 && tile.width > 0 {
                bundle = forest::read_entries(dir, Tile { row: Row::Entries, ..tile }, &hashes)?;
            }
            rows.push(hashes);
        }
        Ok(Self {
            dir: dir.to_owned(),
            rows,
            bundle,
            size,
            next: published.clone(),
            published,
            bytes: 0,
            unsynced: Unsynced::default(),
            replaced: Vec::new(),
        })
    }

    /// Works until the writer is gone, or something fails.
    pub(super) fn run(mut self, messages: &Receiver<Message>, queue: &Queue, segments: &Segments, due: Due) {
        while let Ok(message) = messages.recv() {
            let done = match message {
                Message::Durable(group, checkpoint) => self.add(&group, &checkpoint).and_then(|()| {
                    let is_due = self.size - self.published.size() >= due.entries || self.bytes >= due.bytes;
                    if is_due { self.tell(queue, segments) } else { Ok(()) }
                }),
                Message::Publish => self.tell(queue, segments),
            };
            if let Err(error) = done {
                return queue.stop(Stopped::Failed(error));
            }
        }
        let why = match self.tell(queue, segments) {
            Ok(()) => Stopped::Closed,
            Err(error) => Stopped::Failed(error),
        };
        queue.stop(why);
    }

    fn tell(&mut self, queue: &Queue, segments: &Segments) -> Result<(), FileError> {
        self.publish()?;
        let retired = segments.retired(self.published.size());
        for first in &retired {
            files::remove(&layout::segment(&self.dir, *first))?;
        }
        if !retired.is_empty() {
            files::sync_dir(&layout::journal(&self.dir))?;
        }
        // Only now: whoever hears that it is published may rely on what is retired being gone.
        queue.is_published(self.published.clone(), segments.first());
        Ok(())
    }

    /// Writes the tiles that a group completes, without making them durable.
    pub(super) fn add(&mut self, group: &Group, checkpoint: &Checkpoint) -> Result<(), FileError> {
        for (hash, entry) in group.iter() {
            let len = u16::try_from(entry.len()).unwrap_or(u16::MAX);
            entries::push(&mut self.bundle, len, entry);
            self.size += 1;
            self.push(0, hash)?;
        }
        self.bytes += group.bytes();
        self.next = checkpoint.clone();
        Ok(())
    }

    fn push(&mut self, level: u32, hash: Hash) -> Result<(), FileError> {
        let Some(row) = self.rows.get_mut(level as usize) else { return Ok(()) };
        row.push(hash);
        if row.len() as u64 != WIDTH {
            return Ok(());
        }
        let hashes = std::mem::take(row);
        let number = (self.size >> (HEIGHT * (level + 1))) - 1;
        let tile = Tile { row: Row::Hashes(level), number, width: WIDTH };
        self.write(tile, &bytes_of(&hashes))?;
        if level == 0 {
            let bundle = std::mem::take(&mut self.bundle);
            self.write(Tile { row: Row::Entries, ..tile }, &bundle)?;
        }
        Hash::of_full(&hashes).map_or(Ok(()), |root| self.push(level + 1, root))
    }

    fn write(&mut self, tile: Tile, bytes: &[u8]) -> Result<(), FileError> {
        if tile.width == WIDTH {
            self.replaced.push(layout::partials(&tile.full_path(&self.dir)));
        }
        self.unsynced.write(&self.dir, &tile.path(&self.dir), bytes)
    }

    /// Makes everything durable in tiles, and then says so in the checkpoint.
    pub(super) fn publish(&mut self) -> Result<(), FileError> {
        if self.size == self.published.size() {
            return Ok(());
        }
        for level in 0..u64::BITS / HEIGHT {
            let filled = self.size >> (HEIGHT * level);
            let tile = Tile::of(Row::Hashes(level), filled / WIDTH, self.size);
            // A tile that has not grown lies there already, and somebody may be reading it.
            let has_grown = filled != self.published.size() >> (HEIGHT * level);
            let hashes = self.rows.get(level as usize).filter(|hashes| has_grown && !hashes.is_empty());
            if let Some(bytes) = hashes.map(|hashes| bytes_of(hashes)) {
                self.write(tile, &bytes)?;
                if level == 0 {
                    let bundle = std::mem::take(&mut self.bundle);
                    self.write(Tile { row: Row::Entries, ..tile }, &bundle)?;
                    self.bundle = bundle;
                }
            }
        }
        self.unsynced.sync(&self.dir)?;
        files::replace(&layout::checkpoint(&self.dir), self.next.note().as_bytes())?;
        self.published = self.next.clone();
        self.bytes = 0;
        self.replaced.drain(..).try_for_each(|partials| files::remove_dir(&partials))
    }

    pub(super) const fn published(&self) -> &Checkpoint {
        &self.published
    }
}

fn bytes_of(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| *hash.as_bytes()).collect()
}
