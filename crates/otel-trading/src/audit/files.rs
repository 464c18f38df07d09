//! Reading and writing whole files, so that what fails says where.

use std::collections::BTreeSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::layout;

/// Why a file of a trail could not be read or written.
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

    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self { path: path.to_owned(), kind: error.kind() }
    }
}

impl fmt::Display for FileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.kind)
    }
}

impl std::error::Error for FileError {}

/// The content of a file; `None` when there is none.
pub(super) fn read(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        // A file where a folder should be is as good as no file in it.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            Ok(None)
        }
        Err(error) => Err(FileError::at(path)(error)),
    }
}

/// Replaces a file as a whole: whoever reads it, also after a crash, finds the old content or the new.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    let new = layout::unfinished(path);
    write_synced(&new, bytes).map_err(FileError::at(&new))?;
    fs::rename(&new, path).map_err(FileError::at(path))?;
    path.parent().map_or(Ok(()), sync_dir)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_data()
}

/// Makes durable which names a directory holds.
pub(super) fn sync_dir(dir: &Path) -> Result<(), FileError> {
    // Elsewhere directories cannot be opened, and names are durable when the file is.
    if !cfg!(unix) {
        return Ok(());
    }
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(FileError::at(dir))
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at(path)(error)),
        _ => Ok(()),
    }
}

/// Files that were written and not made durable yet.
#[derive(Debug, Default)]
pub(super) struct Unsynced {
    files: Vec<File>,
    dirs: BTreeSet<PathBuf>,
}

impl Unsynced {
    /// How many files may wait. The more there are, the fewer transactions it takes a file system to make them durable,
    /// and the longer whoever syncs a small file meanwhile, such as the journal, waits for them.
    const MOST: usize = 128;

    /// Writes a file somewhere below `root`.
    pub(super) fn write(&mut self, root: &Path, path: &Path, bytes: &[u8]) -> Result<(), FileError> {
        if let Some(parent) = path.parent()
            && !self.dirs.contains(parent)
        {
            fs::create_dir_all(parent).map_err(FileError::at(parent))?;
            let dirs = parent.ancestors().take_while(|dir| dir.starts_with(root));
            self.dirs.extend(dirs.map(Path::to_owned));
        }
        let mut file = File::create(path).map_err(FileError::at(path))?;
        file.write_all(bytes).map_err(FileError::at(path))?;
        self.files.push(file);
        if self.files.len() == Self::MOST { self.sync_files(root) } else { Ok(()) }
    }

    /// Makes everything durable.
    pub(super) fn sync(&mut self, root: &Path) -> Result<(), FileError> {
        self.sync_files(root)?;
        std::mem::take(&mut self.dirs).iter().try_for_each(|dir| sync_dir(dir))
    }

    fn sync_files(&mut self, root: &Path) -> Result<(), FileError> {
        self.files.drain(..).try_for_each(|file| file.sync_data()).map_err(FileError::at(root))
    }
}
