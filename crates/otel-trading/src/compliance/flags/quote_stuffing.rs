//! Bursts of messages that nobody can trade with.

mod window;

use std::time::Duration;

use self::window::{Slot, Window};
use super::bounded::Bounded;
use super::evidence::{Evidence, Percent};
use super::fact::{Action, Listing, MarketFact};
use super::flag::Flag;
use super::keys::ParticipantKey;
use crate::conventions::flags as rules;

/// When a burst of messages is one. The regulation speaks of large numbers: these are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuoteStuffingLimits {
    /// The window in which messages are counted, in ten steps. Default 1 s.
    pub window: Duration,
    /// The messages in the window from which it may be a burst. Default 200.
    pub min_messages: u32,
    /// How many times the usual number of messages it has to be. Default 10.
    pub factor: u32,
    /// The share of the orders and quotes entered that is taken back in the same window. Default 90 %.
    pub withdrawn: Percent,
    /// The share of those taken back that did not live long. Default 80 %.
    pub fleeting: Percent,
    /// How long is not long. Default 50 ms: less than it takes another venue's participants to react.
    pub short_life: Duration,
}

impl Default for QuoteStuffingLimits {
    fn default() -> Self {
        Self {
            window: Duration::from_secs(1),
            min_messages: 200,
            factor: 10,
            withdrawn: Percent(90),
            fleeting: Percent(80),
            short_life: Duration::from_millis(50),
        }
    }
}

/// Flags a participant that sends many times its usual messages to an instrument, and takes back nearly all of what
/// it enters before anybody can react. A burst is flagged once, however long it goes on.
///
/// How long an order lived is known from [`MarketFact::entered`]. A replacement takes one quote back, and enters one.
#[derive(Debug)]
pub struct QuoteStuffing {
    limits: QuoteStuffingLimits,
    windows: Bounded<(ParticipantKey, Listing), Window>,
}

impl QuoteStuffing {
    /// A detector that remembers at most `cap` pairs of a participant and a listing.
    pub fn new(limits: QuoteStuffingLimits, cap: usize) -> Self {
        Self { limits, windows: Bounded::new(cap) }
    }

    /// The pairs so far whose counts were lost, because there were too many.
    pub const fn overflow(&self) -> u64 {
        self.windows.evicted()
    }

    /// Looks at one fact.
    pub fn observe(&mut self, fact: &MarketFact) -> Option<Flag> {
        if !fact.is_message() {
            return None;
        }
        let is_fleeting =
            fact.entered.is_some_and(|entered| fact.at.since(entered) <= self.limits.short_life);
        let message = match fact.action {
            Action::New { .. } => Slot { messages: 1, entered: 1, withdrawn: 0, fleeting: 0 },
            Action::Replaced { .. } => {
                Slot { messages: 1, entered: 1, withdrawn: 1, fleeting: u32::from(is_fleeting) }
            }
            _ => Slot { messages: 1, entered: 0, withdrawn: 1, fleeting: u32::from(is_fleeting) },
        };
        let window = self.windows.or_insert_with((fact.party.participant, fact.listing), Window::default);
        window.add(fact.at, self.limits.window, message);
        let sum = window.sum();
        let is_burst = sum.messages >= self.limits.min_messages
            && u64::from(sum.messages) * 1_000 >= u64::from(self.limits.factor) * window.usual_milli();
        if !is_burst {
            window.flagged = false;
            return None;
        }
        let is_noise = share(sum.withdrawn, sum.entered, self.limits.withdrawn)
            && share(sum.fleeting, sum.withdrawn, self.limits.fleeting);
        if !is_noise || window.flagged {
            return None;
        }
        window.flagged = true;
        let evidence = Evidence::QuoteStuffing {
            messages: sum.messages,
            window: self.limits.window,
            usual_milli: window.usual_milli(),
            entered: sum.entered,
            withdrawn: sum.withdrawn,
            fleeting: sum.fleeting,
        };
        Some(Flag::new(&rules::QUOTE_STUFFING, fact, window.began(), evidence))
    }
}

/// Whether a part is at least such a share of a whole that is not nothing.
fn share(part: u32, whole: u32, least: Percent) -> bool {
    whole > 0 && u64::from(part) * 100 >= u64::from(whole) * u64::from(least.0)
}
