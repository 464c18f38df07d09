//! Strays: files that take room and hold no entry that could be given out.

use std::io;
use std::path::{Path, PathBuf};

use super::Spool;
use super::file_system::FileSystem;

/// A file that takes room and holds no entry that could be given out.
#[derive(Debug)]
pub(super) struct Stray {
    pub(super) home: u64,
    pub(super) path: PathBuf,
    pub(super) bytes: u64,
    pub(super) standing: Standing,
}

/// How long a stray is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It should be gone already: it could not be removed.
    Obsolete,
    /// It was a segment once, and somebody may want to look at it. It goes when its room is needed.
    Quarantined,
    /// It is not ours to judge.
    Preserved,
}

impl<F: FileSystem> Spool<F> {
    pub(super) fn keep_stray(&mut self, home: u64, path: PathBuf, bytes: u64, standing: Standing) {
        if standing != Standing::Preserved
            && let Some(home) = self.home_mut(home)
        {
            home.files += 1;
        }
        self.strays.push(Stray { home, path, bytes, standing });
    }

    /// Removes a file that no segment stands for, now or as soon as it can be.
    pub(super) fn abandon(&mut self, home: u64, path: PathBuf, bytes: u64) {
        if self.unlink(&path).is_err() {
            self.keep_stray(home, path, bytes, Standing::Obsolete);
        }
    }

    /// Gives a segment that cannot be read a name under which nobody tries again.
    pub(super) fn quarantine(&mut self, home: u64, path: &Path, bytes: u64) {
        let aside = path.with_extension("bad");
        let path = match self.fs.rename(path, &aside) {
            Ok(()) => aside,
            Err(_) => path.to_owned(),
        };
        self.note_change(&path);
        self.keep_stray(home, path, bytes, Standing::Quarantined);
    }

    /// Removes the oldest stray of this standing that can be removed. Whether there was one.
    pub(super) fn remove_stray(&mut self, standing: Standing) -> bool {
        for at in 0..self.strays.len() {
            if self.strays[at].standing == standing {
                let path = std::mem::take(&mut self.strays[at].path);
                if self.unlink(&path).is_ok() {
                    let home = self.strays.remove(at).home;
                    self.left(home);
                    return true;
                }
                self.strays[at].path = path;
            }
        }
        false
    }

    /// Removes what should be gone already.
    pub(super) fn sweep(&mut self) {
        while self.remove_stray(Standing::Obsolete) {}
    }

    /// Removes a file; one that is gone already is fine.
    pub(super) fn unlink(&mut self, path: &Path) -> io::Result<()> {
        match self.fs.unlink(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => {
                self.note_change(path);
                Ok(())
            }
        }
    }

    /// A directory holds other names than before.
    pub(super) fn note_change(&mut self, path: &Path) {
        if let Some(dir) = path.parent() {
            self.unsynced.insert(dir.to_owned());
        }
    }
}
