//! What market data is counted by.

otel_core::capped_labels! {
    /// A market-data feed, of which 16 are kept apart.
    pub struct Feed: "trading.feed.name", cap 16;
}

otel_core::labels! {
    /// Which of the two identical lines of a feed a message came on.
    pub enum Line: "trading.feed.line" {
        /// The first line, or the only one.
        A = "a",
        /// The second line.
        B = "b",
    }

    /// What the arrival of a message means for its channel.
    pub enum Arrival: "trading.feed.arrival" {
        /// It was the next one.
        InOrder = "in_order",
        /// Messages before it are missing.
        Ahead = "ahead",
        /// It was missing.
        Recovered = "recovered",
        /// The other line has brought it already, or it was given up.
        Copy = "copy",
        /// Its own line has brought it before.
        Duplicate = "duplicate",
        /// It is older than the first message that was seen.
        BeforeStart = "before_start",
        /// There was no room for another channel.
        Refused = "refused",
    }

    /// What became of a message that was missing.
    pub enum GapOutcome: "trading.feed.gap.outcome" {
        /// It was found to be missing.
        Missing = "missing",
        /// It arrived after all.
        Recovered = "recovered",
        /// It was given up.
        Lost = "lost",
    }

    /// Whether a channel has been heard of lately.
    pub enum Freshness: "trading.feed.freshness" {
        /// It has.
        Live = "live",
        /// It has not.
        Stale = "stale",
    }
}
