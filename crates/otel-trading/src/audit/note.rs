//! C2SP signed notes: a text, an empty line, and a line for each signature.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::{TrailKey, VerifierKey};

/// How many signatures are looked at: C2SP asks for 16 at least, and for some limit.
const MAX_SIGNATURES: usize = 64;

// tidy: stays inside: the empty line that C2SP puts before the signatures.
const EMPTY_LINE: &str = "\n\n";
// tidy: stays inside: the dash that C2SP puts before each signature.
const DASH: &str = "\u{2014} ";

/// The note with this text, which ends in a newline, signed by one key.
pub(super) fn sign(text: &str, key: &TrailKey) -> String {
    let mut note = String::with_capacity(text.len() + 160);
    let mut line = || {
        use std::fmt::Write as _;
        write!(note, "{text}\n{DASH}{} {}\n", key.verifier().name(), STANDARD.encode(key.sign(text)))
    };
    // Writing into a `String` cannot fail.
    let _infallible = line();
    note
}

/// The text of a note that this key has signed.
pub(super) fn open<'n>(note: &'n str, key: &VerifierKey) -> Result<&'n str, NoteError> {
    let is_wrong = |byte: u8| byte < b' ' && byte != b'\n';
    let end = note.rfind(EMPTY_LINE).filter(|_| !note.bytes().any(is_wrong)).ok_or(NoteError::Malformed)?;
    let (text, signatures) = note.split_at(end + 1);
    let signatures = signatures.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
    let mut is_signed = false;
    for (at, line) in signatures.ok_or(NoteError::Malformed)?.split('\n').enumerate() {
        let (name, signature) = line
            .strip_prefix(DASH)
            .and_then(|line| line.split_once(' '))
            .filter(|_| at < MAX_SIGNATURES)
            .ok_or(NoteError::Malformed)?;
        let signature = STANDARD.decode(signature).map_err(|_| NoteError::Malformed)?;
        let (id, signature) = signature.split_at_checked(4).ok_or(NoteError::Malformed)?;
        if name == key.name() && id == key.id() {
            if !key.has_signed(text, signature) {
                return Err(NoteError::Signature);
            }
            is_signed = true;
        }
    }
    if is_signed { Ok(text) } else { Err(NoteError::UnknownSigner) }
}

/// Why a signed note is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoteError {
    /// It is not a signed note, or not one of this content.
    Malformed,
    /// It has no signature by this key.
    UnknownSigner,
    /// What claims to be the signature by this key is none.
    Signature,
    /// It is about a trail with another name.
    Origin,
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Malformed => "not a signed note of this content",
            Self::UnknownSigner => "no signature by this key",
            Self::Signature => "the signature is wrong",
            Self::Origin => "a note about another trail",
        })
    }
}

impl std::error::Error for NoteError {}
