//! What is wrong with a trail, and from where on.

use std::fmt;
use std::path::PathBuf;

use super::files::FileError;

/// What shows that a trail is not what was signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The first entry whose bytes, hash or signature are not what they were. Entries before it are proven.
    pub first_bad: u64,
    /// What is wrong there.
    pub fault: Fault,
    /// The file it shows in, below the directory of the trail.
    pub file: PathBuf,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "first bad index {}: {} ({})", self.first_bad, self.fault, self.file.display())
    }
}

impl std::error::Error for Finding {}

/// What can be wrong with a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// A file that has to be there is not.
    Missing,
    /// A file holds more or less than it has to, or not what it has to.
    Malformed,
    /// An entry does not have the hash that was noted for it.
    Entry,
    /// A hash is not that of what lies below it.
    Hash,
    /// The tree does not have the root that was signed.
    Root,
    /// What should be signed by the key of the trail is not.
    Signature,
    /// Entries do not follow one another.
    Order,
    /// The trail ends before a checkpoint that was signed.
    Truncated,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "a file is missing",
            Self::Malformed => "a file is malformed",
            Self::Entry => "an entry does not have its hash",
            Self::Hash => "a hash is not that of what lies below it",
            Self::Root => "the tree does not have the root that was signed",
            Self::Signature => "the signature of the trail's key is missing or wrong",
            Self::Order => "entries do not follow one another",
            Self::Truncated => "the trail ends before what was signed",
        })
    }
}

/// Why nothing sound was read: it was tampered with, or could not be read at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unsound {
    Tampered(Finding),
    Unreadable(FileError),
}

impl From<FileError> for Unsound {
    fn from(error: FileError) -> Self {
        Self::Unreadable(error)
    }
}

impl From<Finding> for Unsound {
    fn from(finding: Finding) -> Self {
        Self::Tampered(finding)
    }
}
