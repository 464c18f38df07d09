//! Why a file could not be used, and which.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

/// Why a file or a directory could not be read or written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileError {
    path: PathBuf,
    kind: io::ErrorKind,
}

impl FileError {
    /// The file or directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the operating system said.
    pub const fn kind(&self) -> io::ErrorKind {
        self.kind
    }

    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self { path: path.to_owned(), kind: error.kind() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for FileError {}
