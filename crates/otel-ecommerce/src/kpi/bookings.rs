//! Which sales and refunds have been counted: so that none is counted twice, whatever is repeated or restarted.

mod state;

use std::time::Duration;

use otel_core::{Money, Timestamp};

use super::memory::{Digest, Memory};
use crate::labels::{Booking, KpiRefusal};

/// The bookings that are remembered, in the order they came.
///
/// What is not remembered was not booked, or is older than `known_since`: what was booked from then on is here.
#[derive(Debug)]
pub(super) struct Bookings {
    memory: Memory<Booked>,
    latest: Timestamp,
    known_since: Timestamp,
    horizon: Duration,
}

/// What is remembered of a booking.
#[derive(Clone, Copy, Debug)]
pub(super) struct Booked {
    at: Timestamp,
    amount: Fingerprint,
}

/// What tells one amount from another, but for one in four billion: it is asked about amounts of one order only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fingerprint(u32);

impl Booked {
    pub(super) fn new(amount: Money, at: Timestamp) -> Self {
        let code = amount.currency().code().bytes().fold(0, |code, byte| code << 8 | u64::from(byte));
        // The odd constant is 2⁶⁴ divided by the golden ratio; the high half of a product depends on all its bits.
        let mixed = (amount.minor() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(32) ^ code;
        Self { at, amount: Fingerprint((mixed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32) as u32) }
    }
}

impl Bookings {
    /// At most `cap` bookings, each for at least `horizon` of event time unless there is no room.
    pub(super) fn new(cap: usize, horizon: Duration) -> Self {
        let (latest, known_since) = Default::default();
        Self { memory: Memory::new(cap), latest, known_since, horizon }
    }

    pub(super) fn len(&self) -> usize {
        self.memory.len()
    }

    /// Whether this has been booked.
    ///
    /// # Errors
    ///
    /// When it was booked with another amount; and when nobody can tell any more: it is refused, because money that is
    /// missing can be added by hand, and money that was counted twice is not noticed.
    pub(super) fn look_up(&self, digest: Digest, said: Booked) -> Result<Booking, KpiRefusal> {
        match self.memory.find(digest).and_then(|slot| self.memory.get(slot)) {
            Some(booked) if booked.amount == said.amount => Ok(Booking::Repeated),
            Some(_) => Err(KpiRefusal::Contradiction),
            None if said.at < self.known_since => Err(KpiRefusal::Late),
            None => Ok(Booking::New),
        }
    }

    /// Remembers what was booked: how many others had to be forgotten before their time.
    pub(super) fn remember(&mut self, digest: Digest, booked: Booked) -> u64 {
        self.latest = self.latest.max(booked.at);
        while let Some((_, oldest)) = self.memory.oldest()
            && self.latest.since(oldest.at) > self.horizon
        {
            self.forget_oldest();
        }
        let evicted = u64::from(self.memory.is_full());
        if evicted > 0 {
            self.forget_oldest();
        }
        self.memory.insert(digest, booked);
        evicted
    }

    fn forget_oldest(&mut self) {
        if let Some((slot, oldest)) = self.memory.oldest() {
            self.memory.remove(slot);
            self.known_since = self.known_since.max(oldest.at.after(Duration::from_nanos(1)));
        }
    }
}
