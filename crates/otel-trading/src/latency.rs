//! How long this process takes to answer the market.
//!
//! A handler that is timed from when it *gets to* a tick looks fast while ticks wait: ten thousand ticks of which a
//! thousand waited behind one stall show one slow tick. That is coordinated omission. The remedy is to time each tick
//! from when it *arrived*, which is what [`Reaction::tick_received`] asks for. Where only some ticks are seen at all,
//! those that would have arrived meanwhile can be added: [`TickToTrade::expecting`].

mod omission;

use std::time::Duration;

use otel_core::{Capped, Counter, Histogram, Telemetry, Timestamp};

use crate::conventions::{self, latency as said};
use crate::ids::Mic;
use crate::labels::{Feed, Venue};

pub use omission::{MOST_OMITTED, Omitted};

/// An order that answers a tick, by the stamps of both. Both are of one clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reaction {
    /// When the tick was received: by the network card, or by whoever reads the feed; not when the strategy got to it.
    pub tick_received: Timestamp,
    /// When the order was sent.
    pub order_sent: Timestamp,
}

impl Reaction {
    /// How long it took; `None` when the order was sent before the tick was received.
    pub fn took(&self) -> Option<Duration> {
        (self.order_sent >= self.tick_received).then(|| self.order_sent.since(self.tick_received))
    }
}

/// The time from ticks of one feed to the orders that answer them: `trading.tick_to_trade.duration`, in seconds.
/// Clones are cheap and record into the same series.
#[derive(Clone, Debug)]
pub struct TickToTrade {
    feed: Feed,
    expected: Duration,
    venues: Capped<Venue>,
    duration: Histogram<(Venue, Feed)>,
    negative: Counter<(Venue, Feed)>,
    uncorrected: Counter<(Venue, Feed)>,
}

impl TickToTrade {
    /// The reactions to the feed of this name, each tick timed by itself.
    pub fn new(telemetry: &Telemetry, feed: &str) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        Self {
            feed: telemetry.capped().get(feed),
            expected: Duration::ZERO,
            venues: telemetry.capped(),
            duration: telemetry.histogram(&said::TICK_TO_TRADE_DURATION),
            negative: telemetry.counter(&said::TICK_TO_TRADE_NEGATIVE),
            uncorrected: telemetry.counter(&said::TICK_TO_TRADE_UNCORRECTED),
        }
    }

    /// The same for a source that only samples: it looks for a tick every `interval`, and sees none while it is busy
    /// with the last. A reaction that takes longer stands for those it kept waiting, too: see [`Omitted`].
    ///
    /// Where every tick has a stamp of its own this would count the same wait twice. No interval is no correction.
    #[must_use]
    pub const fn expecting(mut self, interval: Duration) -> Self {
        self.expected = interval;
        self
    }

    /// Records how long an order to `venue` took. One that was sent before its tick was received is counted in
    /// `trading.tick_to_trade.negative`, in `{order}`, and not timed.
    #[inline]
    pub fn reacted(&self, venue: Mic<'_>, reaction: &Reaction) {
        let labels = (self.venues.get(venue.0), self.feed);
        let Some(took) = reaction.took() else {
            self.negative.add(1, labels);
            return;
        };
        self.duration.record_duration(took, labels);
        let omitted = Omitted::new(took, self.expected);
        if omitted.uncorrected() > 0 {
            self.uncorrected.add(omitted.uncorrected(), labels);
        }
        omitted.for_each(|waited| self.duration.record_duration(waited, labels));
    }
}
