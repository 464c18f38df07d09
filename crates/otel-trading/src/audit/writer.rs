//! The thread that makes groups durable: one write, one sync, then everyone who waits is told.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;

use super::checkpoint::Checkpoint;
use super::files::{self, FileError};
use super::journal::Group;
use super::key::TrailKey;
use super::layout;
use super::merkle::Peaks;
use super::publisher::{Message, Segments};
use super::queue::{Queue, Stopped};

/// Writes the journal.
#[derive(Debug)]
pub(super) struct Writer {
    dir: PathBuf,
    key: TrailKey,
    queue: Arc<Queue>,
    publisher: SyncSender<Message>,
    segments: Arc<Segments>,
    /// A segment of this many bytes gets no further groups.
    segment_bytes: u64,
    peaks: Peaks,
    segment: Option<Segment>,
    buffer: Vec<u8>,
}

/// The segment that groups are added to.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Writer {
    pub(super) fn new(
        dir: &Path,
        key: TrailKey,
        peaks: Peaks,
        segment_bytes: u64,
        queue: Arc<Queue>,
        publisher: SyncSender<Message>,
        segments: Arc<Segments>,
    ) -> Self {
        let (dir, segment, buffer) = (dir.to_owned(), None, Vec::new());
        Self { dir, key, queue, publisher, segments, segment_bytes, peaks, segment, buffer }
    }

    /// Works until the queue is closed and empty, or something fails.
    pub(super) fn run(mut self) {
        loop {
            let work = self.queue.take();
            if !work.group.is_empty() {
                match self.write(&work.group) {
                    Ok(checkpoint) => {
                        self.queue.is_durable(checkpoint.clone());
                        if self.publisher.send(Message::Durable(work.group, checkpoint)).is_err() {
                            return self.queue.stop(Stopped::Thread);
                        }
                    }
                    Err(error) => return self.queue.stop(Stopped::Failed(error)),
                }
            }
            if work.retire || work.is_last {
                self.end_segment();
            }
            if (work.publish || work.retire || work.is_last) && self.publisher.send(Message::Publish).is_err()
            {
                return self.queue.stop(Stopped::Thread);
            }
            if work.is_last {
                // The publisher's channel ends with this thread, and it says when all is done.
                return;
            }
        }
    }

    fn write(&mut self, group: &Group) -> Result<Checkpoint, FileError> {
        if self.segment.as_ref().is_some_and(|segment| segment.bytes >= self.segment_bytes) {
            self.end_segment();
        }
        group.iter().for_each(|(hash, _)| self.peaks.push(hash));
        let checkpoint = Checkpoint::sign(self.peaks.size(), self.peaks.root(), &self.key);
        self.buffer.clear();
        group.write(&checkpoint, &mut self.buffer);
        let mut segment = match self.segment.take() {
            Some(segment) => segment,
            None => self.new_segment(group.first())?,
        };
        let written = segment.file.write_all(&self.buffer).and_then(|()| segment.file.sync_data());
        written.map_err(FileError::at(&segment.path))?;
        segment.bytes += self.buffer.len() as u64;
        self.segment = Some(segment);
        Ok(checkpoint)
    }

    /// The next group begins a new segment, so that this one can be retired as a whole.
    fn end_segment(&mut self) {
        if self.segment.take().is_some() {
            self.segments.ended(self.peaks.size());
        }
    }

    fn new_segment(&self, first: u64) -> Result<Segment, FileError> {
        let path = layout::segment(&self.dir, first);
        let file = OpenOptions::new().append(true).create_new(true).open(&path);
        let file = file.map_err(FileError::at(&path))?;
        files::sync_dir(&layout::journal(&self.dir))?;
        self.segments.began(first);
        Ok(Segment { file, path, bytes: 0 })
    }
}
