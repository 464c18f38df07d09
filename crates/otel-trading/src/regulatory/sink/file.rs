//! Records as lines of a file.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Component, Path};

use super::{Failure, ReportSink};
use crate::exclusive_file;
use crate::file_error::FileError;
use crate::regulatory::cells::LineError;
use crate::regulatory::filing::{Action, Filing, Reference};

/// A file with one record on each line, which is the memory of what was delivered.
///
/// A record is taken once it is on the disk. A line that a crash left unfinished was never taken, and is cut off when
/// the file is opened again. One sink has the file at a time, until it is dropped or its process dies. It holds personal
/// data: on Unix, only its owner may read a file that is made here.
#[derive(Debug)]
pub struct FileSink {
    file: File,
    /// The bytes that were taken. What is beyond them is cut off before the next record.
    taken: u64,
    torn: u64,
    delivered: Vec<(Reference, Action)>,
}

/// Why a file cannot be a sink.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FileSinkError {
    /// Another sink has it, in this process or another one.
    InUse,
    /// The file system says no.
    File(FileError),
    /// A finished line is no record. Nothing was changed.
    Line {
        /// Its number, from one.
        line: u64,
        /// What is wrong with it; `None` when it is not UTF-8.
        error: Option<LineError>,
    },
}

impl FileSink {
    /// The file at this path, which is made if there is none.
    ///
    /// # Errors
    ///
    /// When another sink has the file, when it cannot be read and written, or when it holds something other than records.
    pub fn open(path: &Path) -> Result<Self, FileSinkError> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // Before anything is read: two that go on from the same end would cut off what the other one has taken.
        let file = exclusive_file::open(path, &options).map_err(FileError::at(path))?;
        let file = file.ok_or(FileSinkError::InUse)?;
        let mut sink = Self { file, taken: 0, torn: 0, delivered: Vec::new() };
        sink.read_back(path)?;
        sink.settle(path).map_err(FileError::at(path))?;
        Ok(sink)
    }

    /// Cuts off what was never taken, and makes durable that the file is there.
    fn settle(&self, path: &Path) -> io::Result<()> {
        if self.torn > 0 {
            self.file.set_len(self.taken)?;
        }
        self.file.sync_all()?;
        // A new name is durable once its folder is.
        match path.parent() {
            _ if !cfg!(unix) => Ok(()),
            Some(folder) if folder.as_os_str().is_empty() => {
                File::open(Component::CurDir.as_os_str())?.sync_all()
            }
            Some(folder) => File::open(folder)?.sync_all(),
            None => Ok(()),
        }
    }

    /// How many bytes of an unfinished line were cut off when the file was opened.
    pub const fn torn_bytes(&self) -> u64 {
        self.torn
    }

    fn read_back(&mut self, path: &Path) -> Result<(), FileSinkError> {
        let mut reader = BufReader::new(&self.file);
        let mut bytes = Vec::new();
        for line in 1.. {
            bytes.clear();
            let length = reader.read_until(b'\n', &mut bytes).map_err(FileError::at(path))?;
            let length = u64::try_from(length).unwrap_or(u64::MAX);
            let Some((b'\n', record)) = bytes.split_last() else {
                self.torn = length;
                break;
            };
            let text = std::str::from_utf8(record).map_err(|_| FileSinkError::Line { line, error: None })?;
            let filing =
                Filing::from_line(text).map_err(|error| FileSinkError::Line { line, error: Some(error) })?;
            self.delivered.push((filing.reference(), filing.action()));
            self.taken += length;
        }
        Ok(())
    }

    fn append(&mut self, line: &str) -> io::Result<u64> {
        // Whatever an attempt that failed has left behind.
        self.file.set_len(self.taken)?;
        self.file.seek(SeekFrom::Start(self.taken))?;
        let mut bytes = Vec::with_capacity(line.len() + 1);
        bytes.extend_from_slice(line.as_bytes());
        bytes.push(b'\n');
        self.file.write_all(&bytes)?;
        self.file.sync_data()?;
        Ok(u64::try_from(bytes.len()).unwrap_or_default())
    }
}

impl ReportSink for FileSink {
    fn recall(&mut self, tell: &mut dyn FnMut(Reference, Action)) {
        for (reference, action) in std::mem::take(&mut self.delivered) {
            tell(reference, action);
        }
    }

    fn deliver(&mut self, _: &Filing, line: &str) -> Result<(), Failure> {
        let written = self.append(line).map_err(|_| Failure::Later { after: None })?;
        self.taken += written;
        Ok(())
    }
}

impl From<FileError> for FileSinkError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}

impl fmt::Display for FileSinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InUse => f.write_str("another sink writes this file"),
            Self::File(error) => write!(f, "the file cannot be used: {error}"),
            Self::Line { line, error: Some(error) } => write!(f, "line {line} is no record: {error}"),
            Self::Line { line, error: None } => write!(f, "line {line} is no text"),
        }
    }
}

impl std::error::Error for FileSinkError {}
