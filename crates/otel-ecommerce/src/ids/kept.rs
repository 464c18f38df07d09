//! Identifiers that are kept.

use std::fmt;

/// An identifier that outlives its caller's: inline up to [`Kept::ROOM`] bytes, so that keeping an ordinary one allocates
/// nothing.
#[derive(Clone)]
pub(crate) enum Kept {
    Inline { bytes: [u8; Kept::ROOM], length: u8 },
    Long(Box<str>),
}

impl Kept {
    /// A UUID takes 36 bytes.
    const ROOM: usize = 46;

    pub(crate) fn new(text: &str) -> Self {
        let mut bytes = [0; Self::ROOM];
        match (bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            (Some(room), Ok(length)) => {
                room.copy_from_slice(text.as_bytes());
                Self::Inline { bytes, length }
            }
            _ => Self::Long(text.into()),
        }
    }

    pub(crate) fn as_str(&self) -> &str {
        match self {
            // The bytes are those of a text, by construction.
            Self::Inline { bytes, length } => {
                let text = bytes.get(..usize::from(*length)).map(str::from_utf8);
                text.and_then(Result::ok).unwrap_or_default()
            }
            Self::Long(text) => text,
        }
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}
