//! Reading and writing whole files, so that what fails says where.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Component, Path, PathBuf};
use std::thread;

use super::layout;
pub(super) use crate::file_error::FileError;

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
    // The folder of a path that is only a name.
    let dir = if dir.as_os_str().is_empty() { Path::new(Component::CurDir.as_os_str()) } else { dir };
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(FileError::at(dir))
}

/// Makes a directory where there is none, and durable that it is there: what is synced in a folder is lost with it.
///
/// Whether it is durable no test can see that does not cut the power; a trace of the system calls shows it.
pub(super) fn make_dir(dir: &Path) -> Result<(), FileError> {
    let missing: Vec<&Path> =
        dir.ancestors().take_while(|dir| !dir.exists()).filter_map(Path::parent).collect();
    fs::create_dir_all(dir).map_err(FileError::at(dir))?;
    missing.iter().try_for_each(|parent| sync_dir(parent))?;
    match dir.parent() {
        // Whoever made it may have died before it was durable. Where this process may not look, it was somebody else.
        Some(parent) if missing.is_empty() => match sync_dir(parent) {
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(()),
            synced => synced,
        },
        _ => Ok(()),
    }
}

/// Removes a file that may be gone already.
pub(super) fn remove(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at(path)(error)),
        _ => Ok(()),
    }
}

/// Removes a directory with all that is in it, which may be gone already.
pub(super) fn remove_dir(path: &Path) -> Result<(), FileError> {
    match fs::remove_dir_all(path) {
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

    /// How many threads sync them.
    const THREADS: usize = 8;

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

    /// One file system transaction makes all those durable that wait for it: several wait at a time.
    fn sync_files(&mut self, root: &Path) -> Result<(), FileError> {
        let files = std::mem::take(&mut self.files);
        let synced = thread::scope(|scope| {
            let threads: Vec<_> = files
                .chunks(Self::MOST / Self::THREADS)
                .map(|some| {
                    let sync = move || some.iter().try_for_each(File::sync_data);
                    // Where there is no thread to be had, it takes longer.
                    thread::Builder::new().spawn_scoped(scope, sync).map_err(|_| sync())
                })
                .collect();
            threads.into_iter().try_for_each(|thread| match thread {
                Ok(thread) => thread.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into())),
                Err(synced) => synced,
            })
        });
        synced.map_err(FileError::at(root))
    }
}
