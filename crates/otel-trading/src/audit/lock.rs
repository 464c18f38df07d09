//! One process writes a trail.

use std::fs::{File, OpenOptions};
use std::path::Path;

use super::files::FileError;
use super::layout;

/// The right to write a trail, until it is dropped or its process dies.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "holding it open is what it is for")] File);

impl Lock {
    /// Takes the lock of a trail's directory; `None` when somebody else has it.
    pub(super) fn take(dir: &Path) -> Result<Option<Self>, FileError> {
        let path = layout::lock(dir);
        open(&path).map(|file| file.map(Self)).map_err(FileError::at(&path))
    }
}

#[cfg(unix)]
fn open(path: &Path) -> std::io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, flock};

    let file = OpenOptions::new().create(true).truncate(false).write(true).open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(windows)]
fn open(path: &Path) -> std::io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt as _;

    /// `ERROR_SHARING_VIOLATION`: somebody has it open.
    const SHARING_VIOLATION: i32 = 32;

    match OpenOptions::new().create(true).truncate(false).write(true).share_mode(0).open(path) {
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
        file => file.map(Some),
    }
}
