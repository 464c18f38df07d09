//! What the spool needs of a file system, so that another one can stand in for the disk.

use std::io;
use std::path::Path;

/// A file system, as small as the spool can use it.
pub(crate) trait FileSystem {
    /// An open file.
    type File: File;
    /// A lock that is held until it is dropped, also by the death of the process.
    type Lock;

    /// Makes one directory that only its owner can enter. One that is there already is an error.
    fn create_dir(&self, dir: &Path) -> io::Result<()>;

    /// What lies in a directory.
    fn list(&self, dir: &Path) -> io::Result<Vec<Found>>;

    /// Locks the file at `path`, which is made when it is not there. `None` when someone else holds it.
    fn lock(&self, path: &Path) -> io::Result<Option<Self::Lock>>;

    /// Makes a file that only its owner can read, and opens it. One that is there already is an error.
    fn create(&self, path: &Path) -> io::Result<Self::File>;

    /// Opens a file to read and write.
    fn open(&self, path: &Path) -> io::Result<Self::File>;

    /// Gives a file another name in the same directory.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Removes a file.
    fn unlink(&self, path: &Path) -> io::Result<()>;

    /// Removes a directory with nothing in it.
    fn remove_dir(&self, dir: &Path) -> io::Result<()>;

    /// Makes durable which names a directory holds.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;
}

/// An open file.
pub(crate) trait File {
    /// Its length in bytes.
    fn len(&self) -> io::Result<u64>;

    /// Reads some bytes; zero at the end.
    fn read_at(&self, bytes: &mut [u8], offset: u64) -> io::Result<usize>;

    /// Writes some bytes, perhaps not all of them.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<usize>;

    /// Cuts the file off.
    fn truncate(&self, len: u64) -> io::Result<()>;

    /// Makes the content durable.
    fn sync_data(&self) -> io::Result<()>;

    /// Fills `bytes`, or says that the file ended before.
    fn read_exact_at(&self, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.read_at(bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => {
                    bytes = &mut bytes[read..];
                    offset += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Writes all of `bytes`, or fails with an unknown part of them written.
    fn write_all_at(&self, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.write_at(bytes, offset) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => {
                    bytes = &bytes[written..];
                    offset += written as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

/// What a directory holds under one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Found {
    /// Its name in the directory.
    pub(crate) name: String,
    /// Whether it is a directory itself.
    pub(crate) is_dir: bool,
    /// The length of a file.
    pub(crate) len: u64,
}
