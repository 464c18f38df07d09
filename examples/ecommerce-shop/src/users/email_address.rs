//! Addresses of mail.

use std::fmt;

use otel_core::Sensitive;

/// An address of mail, as accounts are told apart by it: trimmed and in lower case.
///
/// RFC 5321 leaves it to each host whether `Mia` and `mia` are two people. No host of any size does, and two accounts for
/// one mailbox help nobody but who wants two vouchers. Addresses beyond ASCII (RFC 6531) and quoted ones are refused rather
/// than half understood: they have several spellings, and each would be an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmailAddress(Sensitive<String>);

/// Why something is no address. It says nothing of what was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EmailAddressError {
    /// There is no `@`, or nothing before or after it.
    Incomplete,
    /// It is longer than 254 bytes, which is what RFC 5321 leaves of a path, or its local part is longer than 64.
    TooLong,
    /// It has characters that addresses do not have unquoted.
    Character,
    /// What is after the `@` is no name of a host.
    Domain,
}

impl EmailAddress {
    /// The longest address.
    pub const LONGEST: usize = 254;

    /// Reads an address.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, EmailAddressError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailAddressError::Incomplete)?;
        if local.is_empty() || domain.is_empty() {
            return Err(EmailAddressError::Incomplete);
        }
        if text.len() > Self::LONGEST || local.len() > 64 {
            return Err(EmailAddressError::TooLong);
        }
        if !local.split('.').all(is_atom) {
            return Err(EmailAddressError::Character);
        }
        if !domain.contains('.') || !domain.split('.').all(is_label) {
            return Err(EmailAddressError::Domain);
        }
        Ok(Self(Sensitive::new(text.to_ascii_lowercase())))
    }

    /// The address, for the database and the post.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

/// An `atom` of RFC 5322.
fn is_atom(part: &str) -> bool {
    !part.is_empty()
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte))
}

/// A label of a host's name: letters, digits and hyphens, of which none stands at an end.
fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

impl fmt::Display for EmailAddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Incomplete => "an address has something before and after its @",
            Self::TooLong => "an address has at most 254 bytes, and at most 64 before its @",
            Self::Character => "an address has none of these characters",
            Self::Domain => "what is after the @ is no name of a host",
        })
    }
}

impl std::error::Error for EmailAddressError {}
