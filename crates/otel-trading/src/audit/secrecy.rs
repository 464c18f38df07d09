//! Personal data in a trail that keeps everything: encrypted with a key for each person, which can be destroyed.
//!
//! The entry holds what the encryption makes of a value. So destroying the key of a person makes all that was recorded
//! of this person unreadable, everywhere and in every backup of the trail, and changes no hash. What stays is how long
//! a value was, and whose it was: a subject is a pseudonym, not a name.

mod folder;

pub use folder::KeyFolder;

use std::fmt;

use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use otel_core::Sensitive;

use super::files::FileError;

/// The person some data is about, by an identifier that says nothing without the application's own books.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Subject<'a>(
    /// The identifier's text. It stays readable for ever.
    pub &'a str,
);

/// Where the keys of subjects are kept. It is not the directory of the trail, and no backup keeps what it destroys.
pub trait KeyStore: fmt::Debug + Send + Sync {
    /// The key of a subject, which is made when there was never one.
    ///
    /// # Errors
    ///
    /// The subject was forgotten, or the store fails.
    fn key(&self, subject: Subject<'_>) -> Result<SubjectKey, SecrecyError>;

    /// The key of a subject that has one.
    ///
    /// # Errors
    ///
    /// The subject was forgotten or is unknown, or the store fails.
    fn existing(&self, subject: Subject<'_>) -> Result<SubjectKey, SecrecyError>;

    /// Destroys the key of a subject for good, and remembers that the subject is to be forgotten.
    ///
    /// # Errors
    ///
    /// The store fails: the key may still be there.
    fn destroy(&self, subject: Subject<'_>) -> Result<(), SecrecyError>;
}

/// The secret key of one subject.
#[derive(Clone)]
pub struct SubjectKey([u8; SubjectKey::BYTES]);

impl SubjectKey {
    /// The bytes of a key.
    pub const BYTES: usize = 32;

    const NONCE: usize = 24;

    /// A key with these bytes, for stores of the caller's own.
    pub const fn new(bytes: [u8; Self::BYTES]) -> Self {
        Self(bytes)
    }

    /// A new key from the randomness of the operating system.
    ///
    /// # Errors
    ///
    /// The operating system gives none.
    pub fn random() -> Result<Self, SecrecyError> {
        let mut bytes = [0; Self::BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SecrecyError::Randomness)?;
        Ok(Self(bytes))
    }

    /// The bytes, for stores of the caller's own.
    pub const fn expose(&self) -> &[u8; Self::BYTES] {
        &self.0
    }

    /// A random nonce, and what the text becomes under it. 192 bits do not repeat by chance.
    pub(super) fn seal(&self, context: &Context<'_>, text: &str) -> Result<Vec<u8>, SecrecyError> {
        let mut nonce = [0; Self::NONCE];
        getrandom::fill(&mut nonce).map_err(|_| SecrecyError::Randomness)?;
        let payload = Payload { msg: text.as_bytes(), aad: &context.bytes() };
        let cipher = XChaCha20Poly1305::new((&self.0).into());
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).map_err(|_| SecrecyError::Wrong)?;
        Ok([&nonce[..], &sealed].concat())
    }

    pub(super) fn unseal(
        &self,
        context: &Context<'_>,
        sealed: &[u8],
    ) -> Result<Sensitive<String>, SecrecyError> {
        let (nonce, sealed) = sealed.split_first_chunk::<{ Self::NONCE }>().ok_or(SecrecyError::Wrong)?;
        let payload = Payload { msg: sealed, aad: &context.bytes() };
        let cipher = XChaCha20Poly1305::new((&self.0).into());
        let text = cipher.decrypt(&XNonce::from(*nonce), payload).map_err(|_| SecrecyError::Wrong)?;
        String::from_utf8(text).map(Sensitive::new).map_err(|_| SecrecyError::Wrong)
    }
}

impl fmt::Debug for SubjectKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SubjectKey(…)")
    }
}

/// Where a value belongs. It is authenticated with the value, so that nobody can put it elsewhere.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) entity: &'a str,
    pub(super) version: u64,
    pub(super) name: &'a str,
    pub(super) subject: Subject<'a>,
}

impl Context<'_> {
    /// Each part after its length: no two contexts have the same bytes.
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.version.to_be_bytes().to_vec();
        for part in [self.entity, self.name, self.subject.0] {
            bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
            bytes.extend_from_slice(part.as_bytes());
        }
        bytes
    }
}

/// Why personal data cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecrecyError {
    /// The trail was opened without a key store, so it takes no personal data.
    NoStore,
    /// The key of the subject was destroyed.
    Forgotten,
    /// The store has never heard of the subject.
    Unknown,
    /// The detail is not personal, or not there.
    NotSealed,
    /// It was not encrypted with this key, or not for this place.
    Wrong,
    /// The operating system gives no randomness.
    Randomness,
    /// A file of the store could not be read or written, or does not hold a key.
    File(FileError),
    /// A store of the caller's own has failed.
    Store,
}

impl fmt::Display for SecrecyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoStore => f.write_str("personal data, and no key store to encrypt it with"),
            Self::Forgotten => f.write_str("the key of this subject was destroyed"),
            Self::Unknown => f.write_str("there is no key of this subject"),
            Self::NotSealed => f.write_str("there is no personal data in this place"),
            Self::Wrong => f.write_str("this was not encrypted with this key for this place"),
            Self::Randomness => f.write_str("the operating system gives no randomness"),
            Self::File(error) => error.fmt(f),
            Self::Store => f.write_str("the key store has failed"),
        }
    }
}

impl std::error::Error for SecrecyError {}

impl From<FileError> for SecrecyError {
    fn from(error: FileError) -> Self {
        Self::File(error)
    }
}
