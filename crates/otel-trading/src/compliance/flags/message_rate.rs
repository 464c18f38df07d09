//! Participants that send as many messages as one that trades at high frequency.

use std::hash::Hash;

use super::bounded::Bounded;
use super::evidence::{Evidence, RateScope};
use super::fact::{DealingCapacity, LiquidMarket, Listing, MarketFact, TradingSession};
use super::flag::Flag;
use super::keys::{ParticipantKey, VenueKey};
use crate::conventions::flags as rules;

/// The averages from which a rate is high, in messages a second over a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MessageRateLimits {
    /// To any single instrument at a venue. Default 2: Reg. (EU) 2017/565 Art. 19(1)(a).
    pub per_instrument: u32,
    /// To all instruments of a venue together. Default 4: Reg. (EU) 2017/565 Art. 19(1)(b).
    pub per_venue: u32,
}

impl Default for MessageRateLimits {
    fn default() -> Self {
        Self { per_instrument: 2, per_venue: 4 }
    }
}

/// Flags a participant in the moment its messages of a session reach the limit times the whole length of the session:
/// whatever comes after, the day's average is high. It is flagged once for each instrument and venue, and session.
///
/// Messages are orders, quotes, changes and cancellations, on own account and in liquid instruments: Art. 19(2) and
/// (3). Trades are none.
#[derive(Debug)]
pub struct MessageRate {
    limits: MessageRateLimits,
    instruments: Bounded<(ParticipantKey, Listing), Day>,
    venues: Bounded<(ParticipantKey, VenueKey), Day>,
    without_session: u64,
}

#[derive(Clone, Copy, Debug)]
struct Day {
    session: TradingSession,
    messages: u64,
    flagged: bool,
}

impl MessageRate {
    /// A detector that remembers at most `cap` pairs of a participant and an instrument, and as many of a
    /// participant and a venue.
    pub fn new(limits: MessageRateLimits, cap: usize) -> Self {
        let (instruments, venues) = (Bounded::new(cap), Bounded::new(cap));
        Self { limits, instruments, venues, without_session: 0 }
    }

    /// The pairs so far whose count was lost, because there were too many.
    pub const fn overflow(&self) -> u64 {
        self.instruments.evicted() + self.venues.evicted()
    }

    /// The messages so far that have no session to be averaged over.
    pub const fn without_session(&self) -> u64 {
        self.without_session
    }

    /// Counts one fact, and flags what it completes: first for the instrument, then for the venue.
    pub fn observe(&mut self, fact: &MarketFact) -> [Option<Flag>; 2] {
        let counts = fact.is_message()
            && fact.capacity == DealingCapacity::OwnAccount
            && fact.liquid != LiquidMarket::No;
        if !counts {
            return [None; 2];
        }
        let Some(session) = fact.session else {
            self.without_session += 1;
            return [None; 2];
        };
        let (participant, listing) = (fact.party.participant, fact.listing);
        let instrument =
            count(&mut self.instruments, (participant, listing), session, self.limits.per_instrument);
        let venue = count(&mut self.venues, (participant, listing.venue), session, self.limits.per_venue);
        let flag = |messages: Option<u64>, limit, scope| {
            let evidence =
                Evidence::MessageRate { messages: messages?, session: session.lasts(), limit, scope };
            Some(Flag::new(&rules::HFT_MESSAGE_RATE, fact, session.opens(), evidence))
        };
        [
            flag(instrument, self.limits.per_instrument, RateScope::Instrument),
            flag(venue, self.limits.per_venue, RateScope::Venue),
        ]
    }
}

/// Counts one message; the count, if it is the one that makes the rate high.
fn count<K: Copy + Eq + Hash>(
    days: &mut Bounded<K, Day>,
    key: K,
    session: TradingSession,
    limit: u32,
) -> Option<u64> {
    let fresh = Day { session, messages: 0, flagged: false };
    let day = days.or_insert_with(key, || fresh);
    if day.session != session {
        *day = fresh;
    }
    day.messages += 1;
    let is_high = u128::from(day.messages) * 1_000_000_000 >= u128::from(limit) * session.lasts().as_nanos();
    if !is_high || day.flagged {
        return None;
    }
    day.flagged = true;
    Some(day.messages)
}
