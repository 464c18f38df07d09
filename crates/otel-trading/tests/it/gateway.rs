//! Sessions with exchange gateways.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Telemetry, Timestamp};
use otel_trading::GatewaySession;
use otel_trading::conventions::gateway as said;
use otel_trading::gateway::{Due, GatewaySettings, Sequenced, after};
use otel_trading::labels::{Gateway, RejectKind, SessionFact, SessionState};
use proptest::prelude::*;

#[test]
fn a_session_shows_one_state_and_zeros_from_the_start() {
    let test = TestTelemetry::new();
    let session = session(&test);
    check_one_hot(&test, SessionState::Disconnected);
    assert!(session.connected(at(0)));
    check_one_hot(&test, SessionState::Connected);
    assert!(session.logon_sent());
    assert!(session.logged_on(1, at(1)));
    check_one_hot(&test, SessionState::Active);
    assert!(session.logged_out());
    assert!(session.disconnected(at(2)));
    check_one_hot(&test, SessionState::Disconnected);
    assert!(test.recorded().events_of(&said::SESSION_LOST).is_empty());
}

#[test]
fn a_session_that_breaks_is_lost_and_its_outage_is_timed_once() {
    let test = TestTelemetry::new();
    let session = active(&test);
    assert!(session.disconnected(at(10)));
    assert_eq!(session.state(), SessionState::Lost);
    session.backed_off(Duration::from_secs(4));
    // The first attempt fails: the outage goes on.
    assert!(session.connected(at(14)) && session.logon_sent() && session.disconnected(at(15)));
    assert!(session.connected(at(20)) && session.logon_sent() && session.logged_on(5, at(22)));
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    let outage = recorded.histogram(&said::OUTAGE_DURATION, name).expect("an outage");
    assert_eq!((outage.count, outage.sum), (1, 12.0));
    assert_eq!(recorded.histogram(&said::BACKOFF_DURATION, name).map(|waits| waits.sum), Some(4.0));
}

#[test]
fn a_silent_session_is_asked_and_then_given_up() {
    let test = TestTelemetry::new();
    let session = active(&test);
    assert_eq!(session.check(at(35)), Due::Nothing);
    assert_eq!(session.check(at(36)), Due::TestRequest);
    assert_eq!(session.check(at(37)), Due::TestRequest);
    assert!(session.test_requested());
    assert_eq!(session.check(at(71)), Due::Nothing);
    assert_eq!(session.check(at(72)), Due::Disconnect);
    assert_eq!(session.message_received(1, false, at(73)), Sequenced::InOrder);
    assert_eq!(session.state(), SessionState::Active);
    assert_eq!(session.check(at(74)), Due::Nothing);
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::HEARTBEATS_MISSED, name), Some(2));
    assert_eq!(recorded.events_of(&said::HEARTBEAT_MISSED).len(), 2);
}

#[test]
fn a_recovery_ends_when_nothing_is_missing() {
    let test = TestTelemetry::new();
    let session = active(&test);
    assert_eq!(session.message_received(1, false, at(1)), Sequenced::InOrder);
    let Sequenced::Gap(gap) = session.message_received(6, false, at(1)) else { panic!("no gap") };
    assert_eq!((gap.first, gap.last), (2, 5));
    assert!(session.resend_requested(2, 5));
    assert_eq!(session.state(), SessionState::Recovering);
    assert_eq!(session.message_received(2, true, at(2)), Sequenced::Recovered);
    assert_eq!(session.message_received(7, false, at(2)), Sequenced::InOrder);
    assert!(session.gap_filled(3, 5, at(2)));
    assert_eq!((session.state(), session.missing()), (SessionState::Recovering, 1));
    assert_eq!(session.message_received(5, true, at(2)), Sequenced::Recovered);
    assert_eq!((session.state(), session.missing()), (SessionState::Active, 0));
    let name = test.capped::<Gateway>().get("XNAS-1");
    assert_eq!(test.finish().counter(&said::RESENDS, name), Some(4));
}

#[test]
fn an_old_number_is_a_violation_unless_it_says_that_it_is_one() {
    let test = TestTelemetry::new();
    let session = active(&test);
    session.message_received(1, false, at(1));
    assert_eq!(session.message_received(1, true, at(1)), Sequenced::Repeated);
    assert_eq!(session.message_received(1, false, at(1)), Sequenced::TooLow);
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::FACTS, (name, SessionFact::SequenceTooLow)), Some(1));
}

#[test]
fn a_sequence_reset_ends_a_recovery_whatever_is_missing() {
    let test = TestTelemetry::new();
    let session = active(&test);
    session.message_received(9, false, at(1));
    session.resend_requested(1, 8);
    assert!(session.sequence_reset(20, at(1)));
    assert_eq!((session.state(), session.missing()), (SessionState::Active, 0));
    assert_eq!(session.message_received(20, false, at(1)), Sequenced::InOrder);
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    let reset = recorded.event(&said::SEQUENCE_RESET);
    assert_eq!((reset.get(&said::FIRST), reset.get(&said::LAST)), (Some(10.into()), Some(20.into())));
    // Eight were missing, and ten are passed over.
    assert_eq!(recorded.counter(&said::MESSAGES_LOST, name), Some(18));
}

#[test]
fn what_was_sent_while_nobody_listened_is_missing_after_the_next_logon() {
    let test = TestTelemetry::new();
    let session = active(&test);
    session.message_received(2, false, at(1));
    assert!(session.disconnected(at(2)) && session.connected(at(3)) && session.logon_sent());
    assert!(session.logged_on(5, at(3)));
    // The first of all, and what came between 2 and 5.
    assert_eq!(session.missing(), 3);
    assert_eq!(session.message_received(4, true, at(3)), Sequenced::Recovered);
    assert!(session.disconnected(at(4)) && session.connected(at(5)) && session.logon_sent());
    // Both begin anew: what is missing stays so for ever.
    assert!(session.logged_on(1, at(5)));
    assert_eq!((session.missing(), session.message_received(1, false, at(5))), (0, Sequenced::InOrder));
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::MESSAGES_LOST, name), Some(2));
    assert_eq!(recorded.events_of(&said::SEQUENCE_GAP).len(), 2);
}

#[test]
fn who_comes_in_the_middle_of_the_day_misses_nothing_of_the_morning() {
    let test = TestTelemetry::new();
    let session = session(&test);
    assert!(session.connected(at(0)) && session.logon_sent() && session.logged_on(500, at(0)));
    assert_eq!((session.missing(), session.message_received(500, false, at(1))), (0, Sequenced::InOrder));
}

#[test]
fn a_silent_recovery_is_asked_before_it_is_given_up() {
    let test = TestTelemetry::new();
    let session = active(&test);
    session.message_received(4, false, at(0));
    session.resend_requested(1, 3);
    assert_eq!(session.check(at(36)), Due::TestRequest);
    assert_eq!(session.check(at(37)), Due::Nothing);
    assert_eq!(session.check(at(72)), Due::Disconnect);
    session.message_received(1, true, at(73));
    assert_eq!(session.check(at(73 + 36)), Due::TestRequest);
}

#[test]
fn what_there_was_no_room_for_stays_missing_until_a_reset() {
    let test = TestTelemetry::new();
    let settings = GatewaySettings { gaps: 1, ..GatewaySettings::default() };
    let session = GatewaySession::new(&test, "XNAS-1", settings);
    assert!(session.connected(at(0)) && session.logon_sent() && session.logged_on(1, at(0)));
    session.message_received(3, false, at(1));
    session.message_received(5, false, at(1));
    assert_eq!(session.missing(), 3);
    session.resend_requested(1, 4);
    session.gap_filled(1, 5, at(1));
    assert_eq!((session.state(), session.missing()), (SessionState::Recovering, 2));
    session.sequence_reset(6, at(1));
    assert_eq!(session.missing(), 0);
}

#[test]
fn what_does_not_fit_changes_nothing_and_is_counted_with_what_it_met() {
    let test = TestTelemetry::new();
    let session = session(&test);
    assert!(!session.logged_on(1, at(0)));
    assert_eq!(session.message_received(1, false, at(0)), Sequenced::Unexpected);
    assert!(!session.rejected(RejectKind::Business));
    assert_eq!(session.state(), SessionState::Disconnected);
    let name = test.capped::<Gateway>().get("XNAS-1");
    let recorded = test.finish();
    let violations = |fact| recorded.counter(&said::VIOLATIONS, (SessionState::Disconnected, fact));
    assert_eq!(violations(SessionFact::LoggedOn), Some(1));
    assert_eq!(violations(SessionFact::Message), Some(1));
    // A refusal is one, whenever it comes.
    assert_eq!(recorded.counter(&said::REJECTS, (name, RejectKind::Business)), Some(1));
    assert_eq!(recorded.counter(&said::REJECTS, (name, RejectKind::Session)), Some(0));
}

#[test]
fn nothing_but_a_connection_leads_out_of_a_disconnect_and_messages_need_a_logon() {
    for state in SessionState::ALL {
        for fact in SessionFact::ALL {
            let next = after(*state, *fact);
            if matches!(state, SessionState::Disconnected | SessionState::Lost) {
                let expected = (*fact == SessionFact::Connected).then_some(SessionState::Connected);
                assert_eq!(next, expected, "{state:?} {fact:?}");
            }
            let is_up = !matches!(
                state,
                SessionState::Disconnected
                    | SessionState::Lost
                    | SessionState::Connected
                    | SessionState::LoggingOn
            );
            if *fact == SessionFact::Message {
                assert_eq!(next.is_some(), is_up, "{state:?}");
            }
            if *fact == SessionFact::Disconnected {
                let ends = matches!(next, None | Some(SessionState::Disconnected | SessionState::Lost));
                assert!(ends, "{state:?} to {next:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_one_state_is_shown_and_every_fact_is_counted(steps in prop::collection::vec(0_u64..14, 0..60)) {
        let test = TestTelemetry::new();
        let session = session(&test);
        for (number, step) in steps.iter().enumerate() {
            do_something(&session, *step, at(number as u64));
        }
        check_one_hot(&test, session.state());
        let recorded = test.finish();
        let told = recorded.events_of(&said::VIOLATED).len() as u64;
        prop_assert_eq!(recorded.counter_total(&said::VIOLATIONS), told);
    }
}

fn do_something(session: &GatewaySession, step: u64, now: Timestamp) {
    match step {
        0 => drop(session.connected(now)),
        1 => drop(session.logon_sent()),
        2 => drop(session.logged_on(1, now)),
        3 => drop(session.logon_refused()),
        4 => drop(session.test_requested()),
        5 => drop(session.resend_requested(1, 3)),
        6 => drop(session.gap_filled(1, 3, now)),
        7 => drop(session.sequence_reset(2, now)),
        8 => drop(session.rejected(RejectKind::Session)),
        9 => drop(session.logged_out()),
        10 => drop(session.disconnected(now)),
        number => drop(session.message_received(number - 10, number % 2 == 0, now)),
    }
}

fn check_one_hot(test: &TestTelemetry, expected: SessionState) {
    let name = test.capped::<Gateway>().get("XNAS-1");
    for state in SessionState::ALL {
        let shown = test.recorded().gauge(&said::SESSIONS, (name, *state));
        assert_eq!(shown, Some(i64::from(*state == expected)), "{state:?}");
    }
}

fn session(telemetry: &Telemetry) -> GatewaySession {
    GatewaySession::new(telemetry, "XNAS-1", GatewaySettings::default())
}

fn active(telemetry: &Telemetry) -> GatewaySession {
    let session = session(telemetry);
    assert!(session.connected(at(0)) && session.logon_sent() && session.logged_on(1, at(0)));
    session
}

fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_000_000_000_000 + second * 1_000_000_000)
}
