//! Which session each venue is in.

use super::bounded::Bounded;
use super::fact::TradingSession;
use super::keys::VenueKey;

/// The session of each venue, as the caller's calendar has it.
#[derive(Debug)]
pub(super) struct SessionsOfVenues {
    sessions: Bounded<VenueKey, TradingSession>,
}

impl SessionsOfVenues {
    pub(super) fn new(cap: usize) -> Self {
        Self { sessions: Bounded::new(cap) }
    }

    pub(super) const fn overflow(&self) -> u64 {
        self.sessions.evicted()
    }

    pub(super) fn set(&mut self, venue: VenueKey, session: TradingSession) {
        *self.sessions.or_insert_with(venue, || session) = session;
    }

    pub(super) fn of(&mut self, venue: VenueKey) -> Option<TradingSession> {
        self.sessions.get_mut(&venue).copied()
    }
}
