//! Bookings as bytes, for the next process.
//!
//! `magic | latest | known since | count | count × (digest | time | amount) | BLAKE3 of all before`, integers of 64 bits, but for the
//! 32 of an amount, little endian.

use std::time::Duration;

use otel_core::Timestamp;

use super::super::memory::Digest;
use super::{Booked, Bookings, Fingerprint};

/// What a state begins with, the version of the format included.
// tidy: stays inside: it is read by this module alone.
const MAGIC: &[u8; 8] = b"OTELKPI1";
const CHECKSUM: usize = 32;

/// Why bytes are no state of a [`KpiMonitor`](crate::KpiMonitor).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StateError {
    /// They are something else, or of another version.
    NotAState,
    /// They were changed, or are not complete.
    Damaged,
}

impl Bookings {
    /// Everything that is remembered, as bytes.
    pub(in super::super) fn to_bytes(&self) -> Vec<u8> {
        const ENTRY: usize = Digest::BYTES + 8 + 4;
        let mut bytes = Vec::with_capacity(MAGIC.len() + 3 * 8 + self.len() * ENTRY + CHECKSUM);
        bytes.extend_from_slice(MAGIC);
        for number in [self.latest.unix_nanos(), self.known_since.unix_nanos(), self.len() as u64] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for (digest, Booked { at, amount }) in self.memory.iter() {
            bytes.extend_from_slice(&digest.0);
            bytes.extend_from_slice(&at.unix_nanos().to_le_bytes());
            bytes.extend_from_slice(&amount.0.to_le_bytes());
        }
        let checksum = blake3::hash(&bytes);
        bytes.extend_from_slice(checksum.as_bytes());
        bytes
    }

    /// What [`Bookings::to_bytes`] wrote. What there is no room for is forgotten, the oldest first.
    pub(in super::super) fn from_bytes(
        bytes: &[u8],
        cap: usize,
        horizon: Duration,
    ) -> Result<Self, StateError> {
        if !bytes.starts_with(MAGIC) {
            return Err(StateError::NotAState);
        }
        let (content, checksum) = bytes.split_last_chunk::<CHECKSUM>().ok_or(StateError::Damaged)?;
        if blake3::hash(content) != *checksum {
            return Err(StateError::Damaged);
        }
        let mut rest = content.get(MAGIC.len()..).ok_or(StateError::Damaged)?;
        let latest = Timestamp::from_unix_nanos(number(&mut rest)?);
        let known_since = Timestamp::from_unix_nanos(number(&mut rest)?);
        let count = number(&mut rest)?;
        let mut bookings = Self { latest, known_since, ..Self::new(cap, horizon) };
        for _ in 0..count {
            let digest = Digest(take(&mut rest)?);
            let at = Timestamp::from_unix_nanos(number(&mut rest)?);
            let amount = Fingerprint(u32::from_le_bytes(take(&mut rest)?));
            bookings.remember(digest, Booked { at, amount });
        }
        if rest.is_empty() { Ok(bookings) } else { Err(StateError::Damaged) }
    }
}

fn number(rest: &mut &[u8]) -> Result<u64, StateError> {
    take(rest).map(u64::from_le_bytes)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Result<[u8; N], StateError> {
    let (taken, left) = rest.split_first_chunk().ok_or(StateError::Damaged)?;
    *rest = left;
    Ok(*taken)
}

impl std::fmt::Display for StateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::NotAState => "this is not a saved state, or one of another version",
            Self::Damaged => "this saved state was changed, or is not complete",
        })
    }
}

impl std::error::Error for StateError {}
