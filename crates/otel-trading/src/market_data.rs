//! Market-data feeds: what is missing, what came twice, how old it is, and what has fallen silent.

mod channel;
mod instruments;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use otel_core::{Telemetry, Timestamp};

use crate::conventions::{self, market_data as said};
use crate::labels::{Arrival, Freshness, Line};
use crate::sequence::Gap;
use channel::Channel;
use instruments::Instruments;

/// The number of a channel: of a multicast group, or of a partition of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ChannelNumber(pub u32);

/// How a feed is watched, and how much is remembered of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedSettings {
    /// After how long a silence a channel is stale. Default 5 seconds: five heartbeats of most multicast feeds.
    pub stale_after: Duration,
    /// How long the other line, or a retransmission, may take to bring what is missing. Default 1 second.
    pub patience: Duration,
    /// The most channels. Default 64.
    pub channels: usize,
    /// The most gaps of each channel and of each line of it. Default 256.
    pub gaps: usize,
}

impl Default for FeedSettings {
    fn default() -> Self {
        Self {
            stale_after: Duration::from_secs(5),
            patience: Duration::from_secs(1),
            channels: 64,
            gaps: 256,
        }
    }
}

/// A message of a feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedMessage {
    /// Its channel.
    pub channel: ChannelNumber,
    /// The line it came on.
    pub line: Line,
    /// Its sequence number.
    pub sequence: u64,
    /// When the exchange sent it, where it says so.
    pub sent: Option<Timestamp>,
    /// When it came.
    pub received: Timestamp,
}

/// What a check of all channels found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FeedCheck {
    /// Channels heard of lately.
    pub live: u32,
    /// Channels that have been silent for too long.
    pub stale: u32,
    /// Messages that are missing and not given up.
    pub missing: u64,
    /// Messages that this check gave up.
    pub lost: u64,
    /// The longest silence.
    pub silence: Duration,
}

/// A market-data feed with one line, or with two that are the same.
///
/// The lines are arbitrated: what either brings first counts, and what it brings second is a copy. A message that is
/// missing on one line alone was never missing. Clones share everything. A lock is held for each message.
#[derive(Clone, Debug)]
pub struct MarketDataFeed {
    parts: Arc<Parts>,
}

#[derive(Debug)]
struct Parts {
    telemetry: Telemetry,
    name: Box<str>,
    settings: FeedSettings,
    instruments: Instruments,
    channels: Mutex<HashMap<ChannelNumber, Channel>>,
}

impl MarketDataFeed {
    /// The feed of this name; its gauges start at zero.
    pub fn new(telemetry: &Telemetry, name: &str, settings: FeedSettings) -> Self {
        let telemetry = telemetry.with_scope(&conventions::CATALOGUE);
        let instruments = Instruments::new(&telemetry, name);
        instruments.checked(&FeedCheck::default());
        let (name, channels) = (name.into(), Mutex::default());
        Self { parts: Arc::new(Parts { telemetry, name, settings, instruments, channels }) }
    }

    /// Takes in a message, and says whether it is news: only [`Arrival::InOrder`], [`Arrival::Ahead`] and
    /// [`Arrival::Recovered`] bring something that was not there before.
    ///
    /// Counted in `trading.feed.messages`, and timed in `trading.feed.transit.duration` unless its times contradict
    /// one another.
    pub fn received(&self, message: &FeedMessage) -> Arrival {
        let instruments = &self.parts.instruments;
        let mut channels = self.channels();
        let Some(channel) = self.channel(&mut channels, message.channel, message.received) else {
            instruments.arrived(message.line, Arrival::Refused);
            return Arrival::Refused;
        };
        self.heard(channel, message.channel, message.received);
        let news = channel.arrive(message.line, message.sequence, message.received);
        instruments.arrived(message.line, news.arrival);
        instruments.timed(message);
        instruments.skipped(message.line, news.skipped);
        if let Some(gap) = news.opened {
            self.opened(message.channel, &gap);
        }
        if news.arrival == Arrival::Recovered {
            instruments.recovered(1);
        }
        if let Some(gap) = channel.given_up() {
            self.lost(message.channel, &gap);
        }
        if news.arrival == Arrival::Recovered && channel.missing() == 0 {
            self.event(&said::GAP_CLOSED, message.channel).set(&said::LINE, message.line).emit();
        }
        news.arrival
    }

    /// Takes in a heartbeat that says which message is next on a line: a gap at the end shows itself only so.
    ///
    /// Says whether there was room for its channel.
    pub fn heartbeat(&self, channel: ChannelNumber, line: Line, next: u64, at: Timestamp) -> bool {
        let mut channels = self.channels();
        let Some(found) = self.channel(&mut channels, channel, at) else {
            self.parts.instruments.arrived(line, Arrival::Refused);
            return false;
        };
        self.heard(found, channel, at);
        let (opened, skipped) = found.expect(line, next, at);
        self.parts.instruments.skipped(line, skipped);
        if let Some(gap) = opened {
            self.opened(channel, &gap);
        }
        if let Some(gap) = found.given_up() {
            self.lost(channel, &gap);
        }
        true
    }

    /// Takes in that a channel begins anew with `next`, on both lines: what was missing is lost.
    ///
    /// Says whether there was room for its channel.
    pub fn reset(&self, channel: ChannelNumber, next: u64, at: Timestamp) -> bool {
        let mut channels = self.channels();
        let Some(found) = self.channel(&mut channels, channel, at) else {
            for line in Line::ALL {
                self.parts.instruments.arrived(*line, Arrival::Refused);
            }
            return false;
        };
        self.heard(found, channel, at);
        self.parts.instruments.reset(found.reset(next));
        self.event(&said::RESET, channel).set(&said::NEXT, next).emit();
        true
    }

    /// Looks at every channel: gives up what has been missing for too long, and says what is silent.
    ///
    /// Call it about once a second; it records `trading.feed.channels`, `trading.feed.missing` and
    /// `trading.feed.silence`.
    pub fn check(&self, now: Timestamp) -> FeedCheck {
        let FeedSettings { stale_after, patience, .. } = self.parts.settings;
        let mut found = FeedCheck::default();
        for (number, channel) in self.channels().iter_mut() {
            // A clock nearer to the beginning of time than the patience has not been patient yet.
            if let Some(then) = now.unix_nanos().checked_sub(nanos(patience)) {
                for gap in channel.give_up_until(Timestamp::from_unix_nanos(then)) {
                    found.lost = found.lost.saturating_add(gap.len());
                    self.lost(*number, &gap);
                }
            }
            let silence = now.since(channel.heard);
            found.silence = found.silence.max(silence);
            found.missing = found.missing.saturating_add(channel.missing());
            let is_stale = silence > stale_after;
            if is_stale && !channel.is_stale {
                channel.is_stale = true;
                self.event(&said::CHANNEL_STALE, *number).emit();
            }
            *(if channel.is_stale { &mut found.stale } else { &mut found.live }) += 1;
        }
        self.parts.instruments.checked(&found);
        found
    }

    fn channels(&self) -> MutexGuard<'_, HashMap<ChannelNumber, Channel>> {
        self.parts.channels.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The channel of this number, made if there is room.
    fn channel<'a>(
        &self,
        channels: &'a mut HashMap<ChannelNumber, Channel>,
        number: ChannelNumber,
        at: Timestamp,
    ) -> Option<&'a mut Channel> {
        let FeedSettings { channels: most, gaps, .. } = self.parts.settings;
        if channels.len() >= most && !channels.contains_key(&number) {
            return None;
        }
        Some(channels.entry(number).or_insert_with(|| Channel::new(gaps, at)))
    }

    fn heard(&self, channel: &mut Channel, number: ChannelNumber, at: Timestamp) {
        channel.heard = channel.heard.max(at);
        if std::mem::take(&mut channel.is_stale) {
            self.event(&said::CHANNEL_LIVE, number).emit();
        }
    }

    fn opened(&self, channel: ChannelNumber, gap: &Gap) {
        self.parts.instruments.missing(gap.len());
        self.gap_event(&said::GAP_OPENED, channel, gap);
    }

    fn lost(&self, channel: ChannelNumber, gap: &Gap) {
        self.parts.instruments.lost(gap.len());
        self.gap_event(&said::GAP_LOST, channel, gap);
    }

    fn gap_event(&self, def: &otel_core::EventDef, channel: ChannelNumber, gap: &Gap) {
        self.event(def, channel).set(&said::GAP_FIRST, gap.first).set(&said::GAP_LAST, gap.last).emit();
    }

    fn event(&self, def: &otel_core::EventDef, channel: ChannelNumber) -> otel_core::Event {
        self.parts
            .telemetry
            .event(def)
            .set(&said::FEED, &self.parts.name)
            .set(&said::CHANNEL, u64::from(channel.0))
    }
}

impl FeedCheck {
    pub(crate) const fn channels(&self, freshness: Freshness) -> u32 {
        match freshness {
            Freshness::Live => self.live,
            Freshness::Stale => self.stale,
        }
    }
}

fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
