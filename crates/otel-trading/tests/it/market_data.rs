//! Market-data feeds, and the sequence numbers below them.

use std::collections::BTreeSet;
use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Telemetry, Timestamp};
use otel_trading::MarketDataFeed;
use otel_trading::conventions::market_data as said;
use otel_trading::labels::{Arrival, Feed, Freshness, GapOutcome, Line};
use otel_trading::market_data::{ChannelNumber, FeedMessage, FeedSettings};
use otel_trading::sequence::{Arrived, Sequence};
use proptest::prelude::*;

const CHANNEL: ChannelNumber = ChannelNumber(7);

#[test]
fn what_one_line_lacks_and_the_other_brings_was_never_lost() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    let arrivals = [
        (Line::A, 1, Arrival::InOrder),
        (Line::B, 1, Arrival::Copy),
        (Line::A, 2, Arrival::InOrder),
        (Line::A, 4, Arrival::Ahead),
        (Line::B, 2, Arrival::Copy),
        (Line::B, 3, Arrival::Recovered),
        (Line::B, 4, Arrival::Copy),
        (Line::B, 4, Arrival::Duplicate),
    ];
    for (line, sequence, expected) in arrivals {
        assert_eq!(feed.received(&message(line, sequence, 1)), expected, "{line:?} {sequence}");
    }
    assert_eq!(feed.check(at(2)).lost, 0);
    let name = test.capped::<Feed>().get("itch");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::GAP_MESSAGES, (name, GapOutcome::Missing)), Some(1));
    assert_eq!(recorded.counter(&said::GAP_MESSAGES, (name, GapOutcome::Recovered)), Some(1));
    assert_eq!(recorded.counter(&said::GAP_MESSAGES, (name, GapOutcome::Lost)), Some(0));
    assert_eq!(recorded.counter(&said::LINE_SKIPPED, (name, Line::A)), Some(1));
    assert_eq!(recorded.counter(&said::LINE_SKIPPED, (name, Line::B)), None);
    assert_eq!(recorded.counter(&said::MESSAGES, (name, Line::B, Arrival::Copy)), Some(3));
    assert_eq!(recorded.events_of(&said::GAP_CLOSED).len(), 1);
}

#[test]
fn a_gap_that_nobody_fills_is_lost_with_its_range() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    feed.received(&message(Line::A, 10, 1));
    feed.received(&message(Line::A, 15, 2));
    feed.received(&message(Line::B, 12, 2));
    let early = feed.check(at(2));
    assert_eq!((early.missing, early.lost), (3, 0));
    let late = feed.check(at(3));
    assert_eq!((late.missing, late.lost), (0, 3));
    // What was given up is no news when it comes.
    assert_eq!(feed.received(&message(Line::B, 13, 4)), Arrival::Copy);
    let name = test.capped::<Feed>().get("itch");
    let recorded = test.finish();
    let ranges: Vec<_> = (recorded.events_of(&said::GAP_LOST).iter())
        .map(|event| (event.get(&said::GAP_FIRST), event.get(&said::GAP_LAST)))
        .collect();
    assert_eq!(ranges, [(Some(11.into()), Some(11.into())), (Some(13.into()), Some(14.into()))]);
    assert_eq!(recorded.counter(&said::GAP_MESSAGES, (name, GapOutcome::Lost)), Some(3));
}

#[test]
fn a_heartbeat_shows_a_gap_at_the_end() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    feed.received(&message(Line::A, 1, 1));
    assert!(feed.heartbeat(CHANNEL, Line::A, 2, at(1)));
    assert_eq!(feed.check(at(1)).missing, 0);
    assert!(feed.heartbeat(CHANNEL, Line::A, 4, at(1)));
    assert_eq!(feed.check(at(1)).missing, 2);
    assert_eq!(feed.received(&message(Line::A, 3, 1)), Arrival::Recovered);
}

#[test]
fn a_reset_loses_what_was_missing_and_begins_anew_on_both_lines() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    feed.received(&message(Line::A, 1, 1));
    feed.received(&message(Line::A, 5, 1));
    feed.reset(CHANNEL, 1, at(1));
    assert_eq!(feed.received(&message(Line::A, 1, 1)), Arrival::InOrder);
    assert_eq!(feed.received(&message(Line::B, 1, 1)), Arrival::Copy);
    let name = test.capped::<Feed>().get("itch");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::GAP_MESSAGES, (name, GapOutcome::Lost)), Some(3));
    assert_eq!(recorded.counter(&said::RESETS, name), Some(1));
}

#[test]
fn a_silent_channel_is_stale_until_it_speaks() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    let other = FeedMessage { channel: ChannelNumber(8), ..message(Line::A, 1, 6) };
    feed.received(&message(Line::A, 1, 1));
    feed.received(&other);
    let just = feed.check(at(6));
    assert_eq!((just.live, just.stale, just.silence), (2, 0, Duration::from_secs(5)));
    let name = test.capped::<Feed>().get("itch");
    for _ in 0..2 {
        let silent = feed.check(at(7));
        assert_eq!((silent.live, silent.stale), (1, 1));
    }
    assert_eq!(test.recorded().gauge(&said::CHANNELS, (name, Freshness::Stale)), Some(1));
    assert_eq!(test.recorded().float_gauge(&said::SILENCE, name), Some(6.0));
    feed.received(&message(Line::A, 2, 8));
    assert_eq!(feed.check(at(8)).stale, 0);
    let recorded = test.finish();
    assert_eq!(recorded.event(&said::CHANNEL_STALE).get(&said::CHANNEL), Some(7.into()));
    assert_eq!(recorded.event(&said::CHANNEL_LIVE).get(&said::CHANNEL), Some(7.into()));
}

#[test]
fn a_message_from_the_future_is_counted_and_not_timed() {
    let test = TestTelemetry::new();
    let feed = feed(&test);
    feed.received(&FeedMessage { sent: Some(at(3)), ..message(Line::A, 1, 5) });
    feed.received(&FeedMessage { sent: Some(at(6)), ..message(Line::A, 2, 5) });
    feed.received(&message(Line::A, 3, 5));
    let labels = (test.capped::<Feed>().get("itch"), Line::A);
    let recorded = test.finish();
    let times = recorded.histogram(&said::TRANSIT_DURATION, labels).expect("a duration");
    assert_eq!((times.count, times.sum), (1, 2.0));
    assert_eq!(recorded.counter(&said::TRANSIT_NEGATIVE, labels), Some(1));
}

#[test]
fn a_feed_remembers_only_so_many_channels_and_gaps() {
    let test = TestTelemetry::new();
    let settings = FeedSettings { channels: 1, gaps: 2, ..FeedSettings::default() };
    let feed = MarketDataFeed::new(&test, "itch", settings);
    for sequence in [1, 3, 5, 7] {
        feed.received(&message(Line::A, sequence, 1));
    }
    let found = feed.check(at(1));
    assert_eq!(found.missing, 2);
    let other = FeedMessage { channel: ChannelNumber(8), ..message(Line::B, 1, 1) };
    assert_eq!(feed.received(&other), Arrival::Refused);
    assert!(!feed.heartbeat(ChannelNumber(9), Line::B, 1, at(1)));
    let name = test.capped::<Feed>().get("itch");
    let recorded = test.finish();
    assert_eq!(recorded.event(&said::GAP_LOST).get(&said::GAP_FIRST), Some(2.into()));
    assert_eq!(recorded.counter(&said::MESSAGES, (name, Line::B, Arrival::Refused)), Some(2));
}

#[test]
fn the_last_number_there_is_does_not_overflow() {
    let mut sequence = Sequence::unstarted(4);
    assert_eq!(sequence.arrive(0, at(0)), Arrived::InOrder);
    assert!(matches!(sequence.arrive(u64::MAX, at(0)), Arrived::Ahead(_)));
    assert_eq!(sequence.missing(), u64::MAX - 1);
    assert_eq!(sequence.next(), None);
    assert_eq!(sequence.arrive(u64::MAX, at(0)), Arrived::Seen);
    assert_eq!(sequence.fill(1, u64::MAX), u64::MAX - 1);
    assert_eq!(sequence.missing(), 0);
}

/// What is done to a sequence.
#[derive(Clone, Copy, Debug)]
enum Step {
    Arrive(u64),
    Expect(u64),
    Fill(u64, u64),
    Reset(u64),
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        20 => (0_u64..60).prop_map(Step::Arrive),
        2 => (0_u64..60).prop_map(Step::Expect),
        2 => (0_u64..60, 0_u64..8).prop_map(|(first, more)| Step::Fill(first, first + more)),
        1 => (1_u64..60).prop_map(Step::Reset),
    ]
}

proptest! {
    /// The model is the plain set of everything missing.
    #[test]
    fn a_sequence_knows_exactly_what_is_missing(steps in prop::collection::vec(any_step(), 0..200)) {
        let mut sequence = Sequence::unstarted(1_000);
        let (mut missing, mut first, mut next) = (BTreeSet::new(), None, None);
        for step in steps {
            match step {
                Step::Arrive(number) => {
                    let (begin, expected) = (*first.get_or_insert(number), *next.get_or_insert(number));
                    let arrived = sequence.arrive(number, at(0));
                    let means = match number {
                        _ if number > expected => matches!(arrived, Arrived::Ahead(gap)
                            if (gap.first, gap.last) == (expected, number - 1)),
                        _ if number == expected => arrived == Arrived::InOrder,
                        _ if number < begin => arrived == Arrived::BeforeStart,
                        _ if missing.remove(&number) => arrived == Arrived::Recovered,
                        _ => arrived == Arrived::Seen,
                    };
                    prop_assert!(means, "{} where {} is expected: {:?}", number, expected, arrived);
                    missing.extend(expected..number);
                    next = Some(expected.max(number + 1));
                }
                // Nothing can be before the first number.
                Step::Expect(0) => prop_assert_eq!(sequence.expect(0, at(0)), None),
                Step::Expect(number) => {
                    first.get_or_insert(number);
                    let expected = *next.get_or_insert(number);
                    let gap = sequence.expect(number, at(0)).map(|gap| (gap.first, gap.last));
                    prop_assert_eq!(gap, (number > expected).then(|| (expected, number - 1)));
                    missing.extend(expected..number);
                    next = Some(expected.max(number));
                }
                Step::Fill(from, to) => {
                    let before = missing.len();
                    missing.retain(|number| !(from..=to).contains(number));
                    prop_assert_eq!(sequence.fill(from, to), (before - missing.len()) as u64);
                    next = next.map(|next| if from <= next { next.max(to + 1) } else { next });
                }
                Step::Reset(number) => {
                    prop_assert_eq!(sequence.reset(number), missing.len() as u64);
                    missing.clear();
                    (first, next) = (Some(number), Some(number));
                }
            }
            let found: BTreeSet<u64> = sequence.gaps().flat_map(|gap| gap.first..=gap.last).collect();
            prop_assert_eq!(&found, &missing);
            prop_assert_eq!(sequence.missing(), missing.len() as u64);
            prop_assert_eq!(sequence.next(), next);
        }
    }

    /// However the lines lose and reorder: each message is news once, and the sums agree.
    #[test]
    fn every_message_is_news_once_and_every_missing_one_is_accounted_for(
        steps in prop::collection::vec((prop::bool::ANY, 1_u64..50, 0_u64..10), 1..200)
    ) {
        let test = TestTelemetry::new();
        let settings = FeedSettings { gaps: 3, patience: Duration::from_secs(5), ..FeedSettings::default() };
        let feed = MarketDataFeed::new(&test, "itch", settings);
        let (mut news, mut now) = (BTreeSet::new(), 1);
        for (is_a, number, wait) in steps {
            now += wait;
            let line = if is_a { Line::A } else { Line::B };
            let arrival = feed.received(&message(line, number, now));
            if matches!(arrival, Arrival::InOrder | Arrival::Ahead | Arrival::Recovered) {
                prop_assert!(news.insert(number), "{} is news twice", number);
            }
            feed.check(at(now));
        }
        let open = feed.check(at(now)).missing;
        let name = test.capped::<Feed>().get("itch");
        let recorded = test.finish();
        let count = |outcome| recorded.counter(&said::GAP_MESSAGES, (name, outcome)).unwrap_or_default();
        let settled = count(GapOutcome::Recovered) + count(GapOutcome::Lost) + open;
        prop_assert_eq!(count(GapOutcome::Missing), settled);
        let range = news.last().zip(news.first()).map_or(0, |(last, first)| last - first + 1);
        prop_assert_eq!(news.len() as u64 + count(GapOutcome::Lost) + open, range);
    }
}

fn feed(telemetry: &Telemetry) -> MarketDataFeed {
    MarketDataFeed::new(telemetry, "itch", FeedSettings::default())
}

fn message(line: Line, sequence: u64, second: u64) -> FeedMessage {
    FeedMessage { channel: CHANNEL, line, sequence, sent: None, received: at(second) }
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_000_000_000_000 + second * 1_000_000_000)
}
