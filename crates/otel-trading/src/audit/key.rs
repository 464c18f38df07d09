//! The key that signs a trail, and the one that checks it: Ed25519 keys of C2SP signed notes.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

/// The type of Ed25519 signatures in signed notes.
const ED25519: u8 = 1;

/// The secret key that signs a trail. The application keeps it where who can write the trail's files cannot read it.
#[derive(Clone)]
pub struct TrailKey {
    name: String,
    secret: SigningKey,
}

impl TrailKey {
    /// A key with the name of the trail, and the 32 bytes of an Ed25519 private key (RFC 8032).
    ///
    /// # Errors
    ///
    /// A name that is empty, or holds a space, a control character or a plus sign.
    pub fn new(name: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        Ok(Self { name: checked_name(name)?.to_owned(), secret: SigningKey::from_bytes(&seed) })
    }

    /// What anyone needs to check what this key has signed.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), public: self.secret.verifying_key() }
    }

    /// The signature of a text, preceded by the identifier of the key.
    pub(super) fn sign(&self, text: &str) -> Vec<u8> {
        let signature = self.secret.sign(text.as_bytes()).to_bytes();
        [&self.verifier().id()[..], &signature].concat()
    }
}

impl fmt::Debug for TrailKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TrailKey").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The public key that checks a trail: as text, a verifier key of C2SP signed notes, `name+id+key`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    public: VerifyingKey,
}

impl VerifierKey {
    /// The file in a trail's directory that it lies in, as text.
    ///
    /// That key shows what crashes and accidents did. Who can rewrite a trail can replace it too, so against people it
    /// takes one that was kept elsewhere.
    // tidy: stays inside: the name of a file.
    pub const FILE: &str = "verifier";

    /// The name of the trail, which is the origin of its checkpoints.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.name.as_bytes())
            .chain_update([b'\n', ED25519])
            .chain_update(self.public.as_bytes())
            .finalize();
        let [a, b, c, d, ..] = hash.0;
        [a, b, c, d]
    }

    /// Whether this is the signature of a text by this key, by the strict rules.
    pub(super) fn has_signed(&self, text: &str, signature: &[u8]) -> bool {
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.public.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[ED25519][..], self.public.as_bytes()].concat();
        write!(f, "{}+{:08x}+{}", self.name, u32::from_be_bytes(self.id()), STANDARD.encode(key))
    }
}

impl FromStr for VerifierKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        // The base64 of the key may hold plus signs, the name may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(KeyError::Malformed);
        };
        let name = checked_name(name)?.to_owned();
        let key = STANDARD.decode(key).map_err(|_| KeyError::Malformed)?;
        let Some((&ED25519, key)) = key.split_first() else { return Err(KeyError::Algorithm) };
        let key = <[u8; 32]>::try_from(key).map_err(|_| KeyError::Malformed)?;
        let public = VerifyingKey::from_bytes(&key).map_err(|_| KeyError::Malformed)?;
        let verifier = Self { name, public };
        let is_its_own =
            id.len() == 8 && u32::from_str_radix(id, 16) == Ok(u32::from_be_bytes(verifier.id()));
        if is_its_own { Ok(verifier) } else { Err(KeyError::Id) }
    }
}

/// Why something is not the key of a trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// The name is empty, or holds a space, a control character or a plus sign.
    Name,
    /// It is not `name+id+key`, or the key is not the base64 of an Ed25519 public key.
    Malformed,
    /// It is for another kind of signature than Ed25519.
    Algorithm,
    /// The identifier is not that of the name and the key: something of it was mistyped.
    Id,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Name => "a key name that is empty, or holds a space, a control character or a plus sign",
            Self::Malformed => "not a verifier key: `name+id+key`",
            Self::Algorithm => "a key for another kind of signature than Ed25519",
            Self::Id => "the identifier does not belong to the name and the key",
        })
    }
}

impl std::error::Error for KeyError {}

fn checked_name(name: &str) -> Result<&str, KeyError> {
    let is_wrong = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    if name.is_empty() || name.contains(is_wrong) { Err(KeyError::Name) } else { Ok(name) }
}
