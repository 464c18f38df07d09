//! One process writes a trail.

use std::fs::{File, OpenOptions};
use std::path::Path;

use super::files::FileError;
use super::layout;
use crate::exclusive_file;

/// The right to write a trail, until it is dropped or its process dies.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "holding it open is what it is for")] File);

impl Lock {
    /// Takes the lock of a trail's directory; `None` when somebody else has it.
    pub(super) fn take(dir: &Path) -> Result<Option<Self>, FileError> {
        let path = layout::lock(dir);
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        exclusive_file::open(&path, &options).map(|file| file.map(Self)).map_err(FileError::at(&path))
    }
}
