//! Owners that move the price before the close.

use std::time::Duration;

use otel_core::Timestamp;
use otel_trading::compliance::flags::{
    Evidence, Flag, MarketFact, MarkingTheClose, MarkingTheCloseLimits, Print,
};
use otel_trading::labels::Side;

use super::{executed, opposite, order, party, print, session};

/// What is done, by default just enough: of 1,000 pieces in 10 prints, one owner buys 300, and 100.00 becomes 100.50.
#[derive(Clone, Copy, Debug)]
struct Close {
    side: Side,
    owned: i64,
    traded: i64,
    prints: i64,
    executions: i64,
    last: i64,
    other_side: i64,
    /// Before the close, in nanoseconds.
    starts: u64,
    tape: bool,
}

const ENOUGH: Close = Close {
    side: Side::Buy,
    owned: 300,
    traded: 1_000,
    prints: 10,
    executions: 3,
    last: 10_050,
    other_side: 0,
    starts: 600_000_000_000,
    tape: true,
};

#[test]
fn just_enough_is_flagged_and_just_less_is_not() {
    check(ENOUGH, true);
    check(Close { owned: 297, ..ENOUGH }, false);
    check(Close { last: 10_049, ..ENOUGH }, false);
    check(Close { prints: 9, traded: 900, ..ENOUGH }, false);
    check(Close { executions: 2, ..ENOUGH }, false);
    check(Close { side: Side::Sell, last: 9_950, ..ENOUGH }, true);
    check(Close { side: Side::Sell, last: 9_951, ..ENOUGH }, false);
    // The price went the other way.
    check(Close { side: Side::Sell, ..ENOUGH }, false);
    // A fifth of what the owner trades may be on the other side.
    check(Close { other_side: 75, ..ENOUGH }, true);
    check(Close { other_side: 76, ..ENOUGH }, false);
}

#[test]
fn only_the_last_ten_minutes_count() {
    check(Close { starts: 600_000_000_001, ..ENOUGH }, false);
}

#[test]
fn without_a_tape_or_a_session_nothing_is_judged_and_that_is_counted() {
    let mut detector = MarkingTheClose::new(MarkingTheCloseLimits::default(), 16);
    assert!(run(&mut detector, Close { tape: false, ..ENOUGH }).is_empty());
    assert_eq!(detector.without_tape(), 3);
    let nobody_knows_when = executed(session().closes(), party("a"), order("1"), Side::Buy, 10_000, 1);
    assert!(detector.observe(&nobody_knows_when).is_none());
    assert_eq!(detector.without_session(), 1);
}

#[test]
fn it_is_flagged_once_a_session_with_what_was_seen() {
    let mut detector = MarkingTheClose::new(MarkingTheCloseLimits::default(), 16);
    let flags = run(&mut detector, Close { executions: 10, owned: 800, ..ENOUGH });
    assert_eq!(flags.len(), 1);
    let Evidence::MarkingTheClose { moved_bps, before_close, share, .. } = flags[0].evidence else {
        panic!("{flags:?}")
    };
    assert_eq!((moved_bps, share.0), (50, 32));
    assert_eq!(before_close, Duration::from_secs(600));
}

fn check(close: Close, is_flagged: bool) {
    let mut detector = MarkingTheClose::new(MarkingTheCloseLimits::default(), 16);
    assert_eq!(run(&mut detector, close).len(), usize::from(is_flagged), "{close:?}");
}

fn run(detector: &mut MarkingTheClose, close: Close) -> Vec<Flag> {
    let closes = session().closes();
    let at = Timestamp::from_unix_nanos(closes.unix_nanos() - close.starts);
    let earlier = Timestamp::from_unix_nanos(closes.unix_nanos() - 700_000_000_000);
    if close.tape {
        detector.observe_print(&in_session(print(earlier, 10_000, 5_000)));
        for number in 1..=close.prints {
            let cents = if number == close.prints { close.last } else { 10_000 };
            detector.observe_print(&in_session(print(at, cents, close.traded / close.prints)));
        }
    }
    let fact = |side, pieces| {
        let fact = executed(at, party("a"), order("1"), side, close.last, pieces);
        MarketFact { session: Some(session()), ..fact }
    };
    let mut facts = Vec::new();
    if close.other_side > 0 {
        facts.push(fact(opposite(close.side), close.other_side));
    }
    facts.extend((0..close.executions).map(|_| fact(close.side, close.owned / close.executions)));
    facts.iter().filter_map(|fact| detector.observe(fact)).collect()
}

fn in_session(print: Print) -> Print {
    Print { session: Some(session()), ..print }
}
