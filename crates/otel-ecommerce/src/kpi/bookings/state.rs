//! Bookings as bytes: `latest | known since | count | count × (digest | time | amount)`, integers of 64 bits, but for the 32
//! of an amount.

use std::time::Duration;

use otel_core::Timestamp;

use super::super::memory::Digest;
use super::super::state::{self, StateError};
use super::{Booked, Bookings, Fingerprint};

impl Bookings {
    /// What a booking takes.
    pub(in super::super) const ENTRY: usize = Digest::BYTES + 8 + 4;

    /// Adds everything that is remembered.
    pub(in super::super) fn write(&self, bytes: &mut Vec<u8>) {
        for number in [self.latest.unix_nanos(), self.known_since.unix_nanos(), self.len() as u64] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        for (digest, Booked { at, amount }) in self.memory.iter() {
            bytes.extend_from_slice(&digest.0);
            bytes.extend_from_slice(&at.unix_nanos().to_le_bytes());
            bytes.extend_from_slice(&amount.0.to_le_bytes());
        }
    }

    /// What [`Bookings::write`] wrote. What there is no room for is forgotten, the oldest first.
    pub(in super::super) fn read(
        rest: &mut &[u8],
        cap: usize,
        horizon: Duration,
    ) -> Result<Self, StateError> {
        let latest = Timestamp::from_unix_nanos(state::number(rest)?);
        let known_since = Timestamp::from_unix_nanos(state::number(rest)?);
        let count = state::number(rest)?;
        let mut bookings = Self { latest, known_since, ..Self::new(cap, horizon) };
        for _ in 0..count {
            let digest = Digest(state::take(rest)?);
            let at = Timestamp::from_unix_nanos(state::number(rest)?);
            let amount = Fingerprint(u32::from_le_bytes(state::take(rest)?));
            bookings.remember(digest, Booked { at, amount });
        }
        Ok(bookings)
    }
}
