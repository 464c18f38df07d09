//! What is said of market-data feeds.

use otel_core::{
    Choice, Count, CounterDef, EventDef, FloatGaugeDef, GaugeDef, HistogramDef, Key, Label, Severity, Text,
    Unit,
};

use crate::labels::{Arrival, Feed, Freshness, GapOutcome, Line};

/// The feed.
pub const FEED: Key<Text> = Key::new(Feed::KEY, "The market-data feed.");
/// The channel of the feed.
pub const CHANNEL: Key<Count> = Key::new("trading.feed.channel", "The number of the feed's channel.");
/// The line of the feed.
pub const LINE: Key<Choice<Line>> =
    Key::new(Line::KEY, "Which of the identical lines of the feed it came on.");
/// What an arrival means.
pub const ARRIVAL: Key<Choice<Arrival>> =
    Key::new(Arrival::KEY, "What the arrival of a message means for its channel.");
/// What became of missing messages.
pub const GAP_OUTCOME: Key<Choice<GapOutcome>> =
    Key::new(GapOutcome::KEY, "What became of messages that were missing.");
/// The first missing message.
pub const GAP_FIRST: Key<Count> =
    Key::new("trading.feed.gap.first", "The sequence number of the first missing message.");
/// The last missing message.
pub const GAP_LAST: Key<Count> =
    Key::new("trading.feed.gap.last", "The sequence number of the last missing message.");
/// The next message.
pub const NEXT: Key<Count> =
    Key::new("trading.feed.sequence.next", "The sequence number of the message that is expected next.");
/// Whether channels are heard of.
pub const FRESHNESS: Key<Choice<Freshness>> =
    Key::new(Freshness::KEY, "Whether a channel has been heard of lately.");

/// Messages are missing.
pub const GAP_OPENED: EventDef =
    EventDef::new("trading.feed.gap.opened", Severity::Warn, "Messages of a channel are missing.");
/// Nothing is missing any more.
pub const GAP_CLOSED: EventDef = EventDef::new(
    "trading.feed.gap.closed",
    Severity::Info,
    "The last missing message of a channel has arrived.",
);
/// Missing messages were given up.
pub const GAP_LOST: EventDef =
    EventDef::new("trading.feed.gap.lost", Severity::Error, "Missing messages of a channel were given up.");
/// A channel began anew.
pub const RESET: EventDef =
    EventDef::new("trading.feed.sequence.reset", Severity::Warn, "A channel set its sequence number anew.");
/// A channel fell silent.
pub const CHANNEL_STALE: EventDef =
    EventDef::new("trading.feed.channel.stale", Severity::Warn, "A channel has been silent for too long.");
/// A channel speaks again.
pub const CHANNEL_LIVE: EventDef =
    EventDef::new("trading.feed.channel.live", Severity::Info, "A channel that was silent speaks again.");

/// Messages, by what their arrival means.
pub const MESSAGES: CounterDef<(Feed, Line, Arrival)> =
    CounterDef::new("trading.feed.messages", Unit::new("{message}"), "Messages of market-data feeds.");
/// Messages that were missing, and what became of them.
pub const GAP_MESSAGES: CounterDef<(Feed, GapOutcome)> = CounterDef::new(
    "trading.feed.gap.messages",
    Unit::new("{message}"),
    "Messages that neither line had brought when they were due: found missing, recovered, and lost.",
);
/// Messages that are missing now.
pub const MISSING: GaugeDef<Feed> = GaugeDef::new(
    "trading.feed.missing",
    Unit::new("{message}"),
    "Messages that are missing and not given up, on all channels of a feed.",
);
/// Messages that one line skipped.
pub const LINE_SKIPPED: CounterDef<(Feed, Line)> = CounterDef::new(
    "trading.feed.line.skipped",
    Unit::new("{message}"),
    "Messages that one line skipped, whatever the other brought.",
);
/// Sequence resets.
pub const RESETS: CounterDef<Feed> = CounterDef::new(
    "trading.feed.resets",
    Unit::new("{reset}"),
    "Channels that set their sequence number anew.",
);
/// From the exchange to here.
pub const TRANSIT_DURATION: HistogramDef<(Feed, Line)> = HistogramDef::new(
    "trading.feed.transit.duration",
    Unit::SECONDS,
    "From the exchange's time of a message to its receipt.",
);
/// Messages from the future.
pub const TRANSIT_NEGATIVE: CounterDef<(Feed, Line)> = CounterDef::new(
    "trading.feed.transit.negative",
    Unit::new("{message}"),
    "Messages received before the exchange says it sent them: a clock is wrong, and they are not timed.",
);
/// Channels, by whether they are heard of.
pub const CHANNELS: GaugeDef<(Feed, Freshness)> =
    GaugeDef::new("trading.feed.channels", Unit::new("{channel}"), "Channels, by whether they are heard of.");
/// The longest silence.
pub const SILENCE: FloatGaugeDef<Feed> =
    FloatGaugeDef::new("trading.feed.silence", Unit::SECONDS, "The longest silence of a feed's channels.");

/// The name of the alert on lost messages.
pub(crate) const LOST: &str = "trading_feed_messages_lost";
/// What the alert on lost messages means.
pub(crate) const LOST_MEANS: &str = "Market data was lost on both lines, so books built from it are wrong: rebuild them from a snapshot, and look at the network of both lines.";
/// The name of the alert on silent channels.
pub(crate) const STALE: &str = "trading_feed_channels_stale";
/// What the alert on silent channels means.
pub(crate) const STALE_MEANS: &str = "A channel sends not even heartbeats: prices from it are old, so stop quoting on them and check the line.";
