//! A process directory: one lock, one folder for each lane, one writer.

use std::io;
use std::path::{Path, PathBuf};

use super::file_system::{File as _, FileSystem};
use crate::lane::Lane;

const LOCK: &str = "lock";

/// The numbers of directories are below.
const NUMBERS: u64 = 1 << 24;

/// How often a directory that cannot be made or locked is given up for another one.
const ATTEMPTS: usize = 4;

/// One process directory that this spool has locked.
#[derive(Debug)]
pub(super) struct Home<L> {
    pub(super) dir: PathBuf,
    /// What it is named with.
    pub(super) number: u64,
    /// The files in it that will be gone one day: neither the lock nor what is not ours to judge.
    pub(super) files: u64,
    /// The bytes of the lock file: one when its process has closed it.
    pub(super) lock_bytes: u64,
    /// Whether nobody has seen its entries but those who settled them.
    pub(super) certain: bool,
    _lock: L,
}

impl<L> Home<L> {
    /// A directory of its own under `root`.
    pub(super) fn fresh<F: FileSystem<Lock = L>>(fs: &F, root: &Path) -> io::Result<Self> {
        // Without a list it takes longer to find a name that is free, and nothing else.
        let found = fs.list(root).unwrap_or_default();
        let last = found.iter().filter_map(|found| number(&found.name)).max().unwrap_or(0);
        let mut attempts = ATTEMPTS;
        for number in (last + 1..NUMBERS).chain(1..NUMBERS) {
            let dir = dir(root, number);
            let made = fs.create_dir(&dir);
            let taken = made.as_ref().is_err_and(|error| error.kind() == io::ErrorKind::AlreadyExists);
            let lock =
                made.and_then(|()| fs.lock(&dir.join(LOCK)).inspect_err(|_| drop(fs.remove_dir(&dir))));
            match lock {
                Ok(Some(lock)) => {
                    return Ok(Self { dir, number, files: 0, lock_bytes: 0, certain: true, _lock: lock });
                }
                // Someone was faster with this name, or took the directory for an orphan.
                Ok(None) => {}
                Err(_) if taken => {}
                Err(error) if attempts == 0 => return Err(error),
                Err(_) => attempts -= 1,
            }
        }
        Err(io::ErrorKind::AlreadyExists.into())
    }

    /// The directory of a dead process. `None` when the process lives.
    pub(super) fn orphan<F: FileSystem<Lock = L>>(
        fs: &F,
        root: &Path,
        number: u64,
    ) -> io::Result<Option<Self>> {
        let dir = dir(root, number);
        let path = dir.join(LOCK);
        let Some(lock) = fs.lock(&path)? else { return Ok(None) };
        let lock_bytes = fs.open(&path)?.len()?;
        Ok(Some(Self { dir, number, files: 0, lock_bytes, certain: lock_bytes > 0, _lock: lock }))
    }

    /// The number of its first entry. Entries of different directories never have the same number, and those of
    /// later ones have higher ones, so nobody has to know what was given out before.
    pub(super) const fn first_seq(&self) -> u64 {
        self.number * (u64::MAX / NUMBERS)
    }

    /// Takes the mark away that nobody has seen its entries.
    pub(super) fn reopen<F: FileSystem<Lock = L>>(&mut self, fs: &F) {
        if self.lock_bytes > 0 {
            let file = fs.open(&self.dir.join(LOCK));
            let cut = file.and_then(|file| file.truncate(0).and_then(|()| file.sync_data()));
            self.lock_bytes = if cut.is_ok() { 0 } else { self.lock_bytes };
        }
    }

    /// Marks that nobody has seen its entries but those who settled them.
    pub(super) fn close<F: FileSystem<Lock = L>>(&mut self, fs: &F) -> io::Result<()> {
        let file = fs.open(&self.dir.join(LOCK))?;
        file.write_all_at(&[1], 0)?;
        self.lock_bytes = 1;
        file.sync_data()
    }

    /// Removes the directory, unless somebody has put something into it meanwhile.
    pub(super) fn dismantle<F: FileSystem<Lock = L>>(&self, fs: &F) {
        for lane in Lane::ALL {
            drop(fs.remove_dir(&self.lane(lane)));
        }
        drop(fs.unlink(&self.dir.join(LOCK)));
        drop(fs.remove_dir(&self.dir));
    }

    pub(super) fn lane(&self, lane: Lane) -> PathBuf {
        self.dir.join(lane.as_str())
    }

    pub(super) fn segment(&self, lane: Lane, number: u64) -> PathBuf {
        self.lane(lane).join(format!("{number:010}.seg"))
    }
}

/// Whether a file of a process directory is its lock.
pub(super) fn is_lock(name: &str) -> bool {
    name == LOCK
}

/// The number of a directory, if it has the name of one.
pub(super) fn number(name: &str) -> Option<u64> {
    let number = name.parse().ok().filter(|number| *number < NUMBERS)?;
    (name == dir_name(number)).then_some(number)
}

/// The number of a segment's file.
pub(super) fn segment_number(name: &str) -> Option<u64> {
    name.strip_suffix(".seg")?.parse().ok()
}

fn dir(root: &Path, number: u64) -> PathBuf {
    root.join(dir_name(number))
}

fn dir_name(number: u64) -> String {
    format!("{number:010}")
}

/// Makes `root` with all directories above it.
pub(super) fn make_root<F: FileSystem>(fs: &F, root: &Path) -> io::Result<()> {
    let made = match (fs.create_dir(root), root.parent()) {
        (Err(error), Some(parent)) if error.kind() == io::ErrorKind::NotFound => {
            make_root(fs, parent)?;
            fs.create_dir(root)
        }
        (made, _) => made,
    };
    made.or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Ok(()) } else { Err(error) })
}
