//! Names that nobody can guess, and how they are kept.

use otel_core::{PseudonymKey, Sensitive};

/// A name for something new: 128 bits of the operating system's randomness.
///
/// It is written in consonants, so that it is taken for no word, no card number and nothing hexadecimal by what looks for
/// personal data in texts.
///
/// # Errors
///
/// When the operating system has no randomness; then nothing may be named.
pub(crate) fn name() -> Result<String, NoRandomness> {
    const LETTERS: [char; 16] =
        ['b', 'c', 'd', 'f', 'g', 'h', 'j', 'k', 'l', 'm', 'n', 'p', 'q', 'r', 's', 't'];
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    Ok(halves.filter_map(|half| LETTERS.get(usize::from(half))).collect())
}

/// The operating system gave no randomness.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoRandomness;

/// What lets its bearer in: a session, or the token of a mail.
///
/// The database has its digest alone, so that whoever reads the database is nobody yet.
pub(crate) struct Bearer(Sensitive<String>);

impl Bearer {
    /// One that nobody has yet.
    ///
    /// # Errors
    ///
    /// When the operating system has no randomness.
    pub(crate) fn new() -> Result<Self, NoRandomness> {
        name().map(|text| Self(Sensitive::new(text)))
    }

    /// What somebody showed; `None` when it has not the form of one.
    pub(crate) fn shown(text: &str) -> Option<Self> {
        let is_one = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_lowercase());
        is_one.then(|| Self(Sensitive::new(text.to_owned())))
    }

    /// What the database has of it. As it was drawn from 2^128, no dictionary leads back, and no secret is needed.
    pub(crate) fn digest(&self) -> String {
        const PURPOSE: PseudonymKey = PseudonymKey::new(*b"ecommerce-shop: bearers' digests");
        self.0.pseudonym(&PURPOSE).to_string()
    }

    /// The text, for its bearer.
    pub(crate) fn into_text(self) -> String {
        self.0.expose().clone()
    }
}
