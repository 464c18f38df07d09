//! A key store that is a directory.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::{KeyStore, SecrecyError, Subject, SubjectKey};
use crate::audit::files::{self, FileError};
use crate::audit::merkle::Hash;

/// Keys in a directory: one file of 32 bytes for each subject, named after the hash of the subject. A file without
/// content says that the subject was forgotten.
///
/// Destroying a key overwrites its file. Where the disk keeps old content, as flash does, it has to be encrypted itself.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    dir: PathBuf,
}

impl KeyFolder {
    /// The store in this directory, which is made when it is not there.
    ///
    /// # Errors
    ///
    /// The directory cannot be made.
    pub fn open(dir: &Path) -> Result<Self, FileError> {
        files::make_dir(dir)?;
        Ok(Self { dir: dir.to_owned() })
    }

    fn path(&self, subject: Subject<'_>) -> PathBuf {
        self.dir.join(Hash::leaf(subject.0.as_bytes()).to_string())
    }

    /// A new key, unless another thread was faster.
    fn make(&self, path: &Path) -> Result<(), SecrecyError> {
        let key = SubjectKey::random()?;
        // A key is complete before it has its name: half a key would lose what is encrypted with it.
        let new = path.with_extension(Hash::leaf(SubjectKey::random()?.expose()).to_string());
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&new).map_err(FileError::at(&new))?;
        file.write_all(key.expose()).and_then(|()| file.sync_data()).map_err(FileError::at(&new))?;
        // A link, unlike a new name, does not replace what is there.
        let linked = fs::hard_link(&new, path);
        files::remove(&new)?;
        files::sync_dir(&self.dir)?;
        match linked {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
                Err(FileError::at(path)(error).into())
            }
            _ => Ok(()),
        }
    }
}

impl KeyStore for KeyFolder {
    fn key(&self, subject: Subject<'_>) -> Result<SubjectKey, SecrecyError> {
        match self.existing(subject) {
            Err(SecrecyError::Unknown) => {
                self.make(&self.path(subject))?;
                self.existing(subject)
            }
            found => found,
        }
    }

    fn existing(&self, subject: Subject<'_>) -> Result<SubjectKey, SecrecyError> {
        let path = self.path(subject);
        let bytes = files::read(&path)?.ok_or(SecrecyError::Unknown)?;
        // Zeros are what an interrupted destruction leaves.
        if bytes.iter().all(|byte| *byte == 0) {
            return Err(SecrecyError::Forgotten);
        }
        let key = <[u8; SubjectKey::BYTES]>::try_from(bytes)
            .map_err(|_| SecrecyError::File(FileError::at(&path)(io::ErrorKind::InvalidData.into())))?;
        Ok(SubjectKey::new(key))
    }

    fn destroy(&self, subject: Subject<'_>) -> Result<(), SecrecyError> {
        let path = self.path(subject);
        let failed = FileError::at(&path);
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(FileError::at(&path))?;
        let erased = file
            .write_all(&[0; SubjectKey::BYTES])
            .and_then(|()| file.sync_data())
            .and_then(|()| file.set_len(0))
            .and_then(|()| file.sync_all());
        erased.map_err(failed)?;
        Ok(files::sync_dir(&self.dir)?)
    }
}
