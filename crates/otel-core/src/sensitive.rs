//! Personal data, which cannot become an attribute in clear, and what stands between all texts and a record.

mod bearer;
mod guard;
mod nature;

use std::fmt;

pub(crate) use bearer::Bearer;
#[cfg(feature = "pipeline")]
pub(crate) use guard::Censor;
pub(crate) use guard::{Guard, Origin};
pub use nature::Nature;

/// Personal or secret data: an e-mail address, an account number, a token.
///
/// It has no `Display`, its `Debug` shows nothing, and the only attributes that take it are those of types for sensitive
/// data, such as [`Email`](crate::Email): of them leaves what the guard makes of it. Elsewhere, what may leave the process
/// is a [`Pseudonym`].
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sensitive<T>(T);

impl<T> Sensitive<T> {
    /// Marks `value` as sensitive.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the code that has to work with it.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: AsRef<str>> Sensitive<T> {
    /// The same text, borrowed: what attributes of guarded types take.
    pub fn as_str(&self) -> Sensitive<&str> {
        Sensitive(self.0.as_ref())
    }
}

impl<T: AsRef<[u8]>> Sensitive<T> {
    /// The pseudonym of this value under `key`: equal values have equal pseudonyms, and without the key neither
    /// the value nor a dictionary of guesses leads to the other.
    pub fn pseudonym(&self, key: &PseudonymKey) -> Pseudonym {
        let hash = blake3::keyed_hash(&key.0, self.0.as_ref());
        let mut short = [0; Pseudonym::BYTES];
        short.copy_from_slice(&hash.as_bytes()[..Pseudonym::BYTES]);
        Pseudonym(short)
    }
}

impl<T> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(…)")
    }
}

/// What kind of data a value is, and so whether it may leave the process as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum DataClass {
    /// Anybody may know it.
    Public,
    /// It is about the system, not about people.
    Operational,
    /// It stands for a person, and only who has the key knows for whom.
    Pseudonym,
    /// It is about a person.
    Personal,
    /// It says where a person or a device is.
    Location,
    /// Money can be taken with it: a card, an account.
    Payment,
    /// It opens something: a password, a key, a token.
    Secret,
}

impl DataClass {
    /// Every class, the least worth protecting first.
    pub const ALL: [Self; 7] = [
        Self::Public,
        Self::Operational,
        Self::Pseudonym,
        Self::Personal,
        Self::Location,
        Self::Payment,
        Self::Secret,
    ];

    /// The class's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Operational => "operational",
            Self::Pseudonym => "pseudonym",
            Self::Personal => "personal",
            Self::Location => "location",
            Self::Payment => "payment",
            Self::Secret => "secret",
        }
    }

    /// Whether a value reaches an attribute only through the guard.
    pub const fn is_guarded(self) -> bool {
        matches!(self, Self::Personal | Self::Location | Self::Payment | Self::Secret)
    }

    /// Whether a value that cannot be made harmless must be dropped rather than shown.
    pub const fn fails_closed(self) -> bool {
        matches!(self, Self::Payment | Self::Secret)
    }
}

/// The secret that makes pseudonyms one-way: 32 bytes, from the application's own secret store.
#[derive(Clone)]
pub struct PseudonymKey([u8; 32]);

impl PseudonymKey {
    /// A key from its bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key of one purpose, which leads neither to this one nor to that of any other purpose.
    #[cfg(feature = "pipeline")]
    pub(crate) fn derive(&self, context: &str, purpose: &[&[u8]]) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key(context);
        hasher.update(&self.0);
        purpose.iter().for_each(|part| {
            hasher.update(part);
        });
        Self(*hasher.finalize().as_bytes())
    }

    /// A key of this process alone: its pseudonyms cannot be related to those of any other run.
    pub fn ephemeral() -> Self {
        use std::hash::{BuildHasher, RandomState};
        let mut bytes = [0; 32];
        for (at, chunk) in bytes.chunks_exact_mut(8).enumerate() {
            // Each `RandomState` is keyed by the operating system's randomness.
            chunk.copy_from_slice(&RandomState::new().hash_one(at).to_le_bytes());
        }
        Self(bytes)
    }
}

impl fmt::Debug for PseudonymKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PseudonymKey(…)")
    }
}

/// A keyed BLAKE3 hash, cut to 128 bits, that stands for personal data; an attribute shows it as 32 hexadecimal digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pseudonym([u8; Pseudonym::BYTES]);

impl Pseudonym {
    const BYTES: usize = 16;

    pub(crate) fn hex(self) -> Hex {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let mut hex = [0; 2 * Self::BYTES];
        for (pair, byte) in hex.chunks_exact_mut(2).zip(self.0) {
            pair[0] = DIGITS[usize::from(byte >> 4)];
            pair[1] = DIGITS[usize::from(byte & 15)];
        }
        Hex(hex)
    }
}

impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.hex().as_bytes()))
    }
}

/// A pseudonym's text, on the stack.
pub(crate) struct Hex([u8; 2 * Pseudonym::BYTES]);

impl Hex {
    /// The text, which is ASCII.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}
