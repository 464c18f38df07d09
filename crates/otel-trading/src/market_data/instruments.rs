//! What a feed is measured by.

use otel_core::{Counter, FloatGauge, Gauge, Histogram, Telemetry};

use super::{FeedCheck, FeedMessage};
use crate::conventions::market_data as said;
use crate::labels::{Arrival, Feed, Freshness, GapOutcome, Line};

/// The instruments of one feed.
#[derive(Debug)]
pub(super) struct Instruments {
    feed: Feed,
    messages: Counter<(Feed, Line, Arrival)>,
    gap_messages: Counter<(Feed, GapOutcome)>,
    missing: Gauge<Feed>,
    line_skipped: Counter<(Feed, Line)>,
    resets: Counter<Feed>,
    transit: Histogram<(Feed, Line)>,
    transit_negative: Counter<(Feed, Line)>,
    channels: Gauge<(Feed, Freshness)>,
    silence: FloatGauge<Feed>,
}

impl Instruments {
    pub(super) fn new(telemetry: &Telemetry, name: &str) -> Self {
        let made = Self {
            feed: telemetry.capped().get(name),
            messages: telemetry.counter(&said::MESSAGES),
            gap_messages: telemetry.counter(&said::GAP_MESSAGES),
            missing: telemetry.gauge(&said::MISSING),
            line_skipped: telemetry.counter(&said::LINE_SKIPPED),
            resets: telemetry.counter(&said::RESETS),
            transit: telemetry.histogram(&said::TRANSIT_DURATION),
            transit_negative: telemetry.counter(&said::TRANSIT_NEGATIVE),
            channels: telemetry.gauge(&said::CHANNELS),
            silence: telemetry.float_gauge(&said::SILENCE),
        };
        // What has not been lost yet is a zero, and not unknown: an alert compares it.
        for outcome in GapOutcome::ALL {
            made.gap_messages.add(0, (made.feed, *outcome));
        }
        made
    }

    pub(super) fn arrived(&self, line: Line, arrival: Arrival) {
        self.messages.add(1, (self.feed, line, arrival));
    }

    /// A message that came before it was sent says nothing of the way, and much of a clock.
    pub(super) fn timed(&self, message: &FeedMessage) {
        match message.sent {
            Some(sent) if sent > message.received => self.transit_negative.add(1, (self.feed, message.line)),
            Some(sent) => {
                self.transit.record_duration(message.received.since(sent), (self.feed, message.line));
            }
            None => {}
        }
    }

    pub(super) fn skipped(&self, line: Line, messages: u64) {
        if messages > 0 {
            self.line_skipped.add(messages, (self.feed, line));
        }
    }

    pub(super) fn missing(&self, messages: u64) {
        self.gap_messages.add(messages, (self.feed, GapOutcome::Missing));
    }

    pub(super) fn recovered(&self, messages: u64) {
        self.gap_messages.add(messages, (self.feed, GapOutcome::Recovered));
    }

    pub(super) fn lost(&self, messages: u64) {
        self.gap_messages.add(messages, (self.feed, GapOutcome::Lost));
    }

    pub(super) fn reset(&self, lost: u64) {
        self.resets.add(1, self.feed);
        self.lost(lost);
    }

    pub(super) fn checked(&self, check: &FeedCheck) {
        for freshness in Freshness::ALL {
            self.channels.record(i64::from(check.channels(*freshness)), (self.feed, *freshness));
        }
        self.missing.record(i64::try_from(check.missing).unwrap_or(i64::MAX), self.feed);
        self.silence.record(check.silence.as_secs_f64(), self.feed);
    }
}
