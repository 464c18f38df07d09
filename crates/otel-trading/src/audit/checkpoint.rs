//! C2SP checkpoints: how large a trail was, and the root of its tree, signed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{TrailKey, VerifierKey};
use super::merkle::Hash;
use super::note::{self, NoteError};

/// A checkpoint whose signature was checked. Who keeps one elsewhere can prove every later change of what it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    size: u64,
    root: Hash,
    note: String,
}

impl Checkpoint {
    /// The checkpoint of a note in the form of C2SP `tlog-checkpoint`.
    ///
    /// # Errors
    ///
    /// A note that is no checkpoint of this trail, or that this key has not signed.
    pub fn open(note: &str, key: &VerifierKey) -> Result<Self, NoteError> {
        let text = note::open(note, key)?;
        let mut lines = text.strip_suffix('\n').ok_or(NoteError::Malformed)?.split('\n');
        let (origin, size, root) = (lines.next(), lines.next(), lines.next());
        if origin != Some(key.name()) {
            return Err(NoteError::Origin);
        }
        let size = size.and_then(number).ok_or(NoteError::Malformed)?;
        let root = root.and_then(hash).ok_or(NoteError::Malformed)?;
        if lines.any(str::is_empty) {
            return Err(NoteError::Malformed);
        }
        Ok(Self { size, root, note: note.to_owned() })
    }

    pub(super) fn sign(size: u64, root: Hash, key: &TrailKey) -> Self {
        let mut text = String::new();
        let mut lines = || {
            use std::fmt::Write as _;
            write!(text, "{}\n{size}\n{}\n", key.verifier().name(), STANDARD.encode(root.as_bytes()))
        };
        // Writing into a `String` cannot fail.
        let _infallible = lines();
        Self { size, root, note: note::sign(&text, key) }
    }

    /// The number of entries.
    pub const fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree over them.
    pub const fn root(&self) -> Hash {
        self.root
    }

    /// The signed note.
    pub fn note(&self) -> &str {
        &self.note
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.note)
    }
}

/// A decimal number as C2SP writes it: digits, without leading zeros.
pub(super) fn number(text: &str) -> Option<u64> {
    let is_plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text.len() == 1 || !text.starts_with('0'));
    text.parse().ok().filter(|_| is_plain)
}

/// A hash as C2SP writes it: base64.
pub(super) fn hash(text: &str) -> Option<Hash> {
    let bytes = STANDARD.decode(text).ok()?;
    <[u8; Hash::BYTES]>::try_from(bytes).ok().map(Hash::new)
}
