//! A file that one process, and one handle in it, has at a time.

use std::fs::{File, OpenOptions};
use std::io;
use std::path::Path;

/// Opens a file that nobody else has open this way until it is dropped or its process dies; `None` when somebody has.
///
/// Others may read it meanwhile. On Unix the lock binds those who ask for it, which are those who open it here.
#[cfg(unix)]
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<Option<File>> {
    use rustix::fs::{FlockOperation, flock};

    let file = options.open(path)?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Some(file)),
        Err(rustix::io::Errno::WOULDBLOCK) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Opens a file for writing that nobody else has open for writing until it is dropped; `None` when somebody has.
#[cfg(windows)]
pub(crate) fn open(path: &Path, options: &OpenOptions) -> io::Result<Option<File>> {
    use std::os::windows::fs::OpenOptionsExt as _;

    /// `FILE_SHARE_READ`: others may read it.
    const SHARE_READ: u32 = 1;
    /// `ERROR_SHARING_VIOLATION`: somebody has it open.
    const SHARING_VIOLATION: i32 = 32;

    match options.clone().share_mode(SHARE_READ).open(path) {
        Err(error) if error.raw_os_error() == Some(SHARING_VIOLATION) => Ok(None),
        file => file.map(Some),
    }
}
