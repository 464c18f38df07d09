//! The file system of the machine.

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

use rustix::fs::{FlockOperation, OFlags};

use super::file_system::{File, FileSystem, Found};

/// The file system of the machine: directories of mode 0700, files of mode 0600, links not followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Disk;

fn options() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.read(true).write(true).mode(0o600).custom_flags(OFlags::NOFOLLOW.bits().cast_signed());
    options
}

impl FileSystem for Disk {
    type File = fs::File;
    type Lock = fs::File;

    fn create_dir(&self, dir: &Path) -> io::Result<()> {
        fs::DirBuilder::new().mode(0o700).create(dir)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<Found>> {
        let entries = fs::read_dir(dir)?.map(|entry| {
            let entry = entry?;
            let facts = entry.metadata()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            Ok(Found { name, is_dir: facts.is_dir(), len: facts.len() })
        });
        // What someone else removes while it is listed is not there.
        let gone = |found: &io::Result<Found>| {
            found.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
        };
        entries.filter(|found| !gone(found)).collect()
    }

    fn lock(&self, path: &Path) -> io::Result<Option<fs::File>> {
        let file = options().create(true).truncate(false).open(path)?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        // Who held it before may have removed it between the opening and the locking.
        Ok((file.metadata()?.nlink() > 0).then_some(file))
    }

    fn create(&self, path: &Path) -> io::Result<fs::File> {
        options().create_new(true).open(path)
    }

    fn open(&self, path: &Path) -> io::Result<fs::File> {
        options().open(path)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn unlink(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, dir: &Path) -> io::Result<()> {
        fs::remove_dir(dir)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        fs::File::open(dir)?.sync_all()
    }
}

impl File for fs::File {
    fn len(&self) -> io::Result<u64> {
        self.metadata().map(|facts| facts.len())
    }

    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, bytes, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize> {
        FileExt::write_at(self, bytes, offset)
    }

    fn truncate(&self, len: u64) -> io::Result<()> {
        self.set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        fs::File::sync_data(self)
    }
}
