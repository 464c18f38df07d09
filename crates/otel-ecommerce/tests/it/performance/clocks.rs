//! Requests whose time is wrong, and clocks that are.

use std::time::Duration;

use otel_core::Telemetry;
use otel_ecommerce::PerformanceSettings;
use otel_ecommerce::conventions::performance as said;
use otel_ecommerce::labels::{RouteClass, Unjudged};
use otel_ecommerce::performance::SettingsError;

use super::{CHECKOUT, FAILED, OK, clock_at, monitor, serve};
use crate::payments::{HOUR, MINUTE, SECOND, at};

#[test]
fn requests_count_by_their_own_time_and_six_minutes_late_is_too_late() {
    let test = clock_at(11 * MINUTE);
    let monitor = monitor(&test);
    serve(&monitor, 10 * MINUTE, 1, 100, OK);
    // What is reported late is where it belongs: nothing is wrong now, and was then.
    serve(&monitor, 6 * MINUTE, 60, 100, FAILED);
    assert!(monitor.detect_system_performance_issues(at(12 * MINUTE)).is_empty());
    assert!(!monitor.detect_system_performance_issues(at(6 * MINUTE + 50 * SECOND)).is_empty());
    serve(&monitor, MINUTE, 59, 100, FAILED);
    // Six minutes to the millisecond: its cell is that of the newest.
    serve(&monitor, 4 * MINUTE, 1, 100, FAILED);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REQUESTS_UNJUDGED, (CHECKOUT, Unjudged::Late)), Some(60));
    assert_eq!(recorded.counter(&said::REQUESTS_UNJUDGED, (RouteClass::Cart, Unjudged::Late)), Some(0));
    let failed = recorded.histogram(&said::REQUEST_DURATION, (CHECKOUT, FAILED));
    assert_eq!(failed.map(|durations| durations.count), Some(120));
}

#[test]
fn one_request_from_the_future_blinds_nobody() {
    let test = clock_at(0);
    let monitor = monitor(&test);
    serve(&monitor, HOUR, 1, 50, OK);
    for second in 0..60 {
        test.advance(Duration::from_secs(1));
        serve(&monitor, second * SECOND, 1, 50, FAILED);
    }
    assert_eq!(monitor.detect_system_performance_issues(at(MINUTE)).len(), 1);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REQUESTS_UNJUDGED, (CHECKOUT, Unjudged::Future)), Some(1));
    assert_eq!(recorded.counter(&said::REQUESTS_UNJUDGED, (CHECKOUT, Unjudged::Late)), Some(0));
}

#[test]
fn what_is_a_little_ahead_counts_as_of_now() {
    let test = clock_at(MINUTE);
    let monitor = monitor(&test);
    serve(&monitor, 5 * MINUTE, 30, 50, FAILED);
    serve(&monitor, MINUTE, 30, 50, FAILED);
    let found = monitor.detect_system_performance_issues(at(MINUTE + SECOND));
    assert_eq!(found.first().map(|issue| issue.requests), Some(60));
    assert_eq!(test.finish().counter_total(&said::REQUESTS_UNJUDGED), 0);
}

#[test]
fn how_far_ahead_is_a_setting() {
    let ahead = |seconds| PerformanceSettings::default().ahead(Duration::from_secs(seconds));
    assert_eq!(ahead(86_401), Err(SettingsError::TooFarAhead));
    let test = clock_at(0);
    let settings = ahead(0).expect("a setting");
    let monitor = otel_ecommerce::PerformanceMonitor::new(&test, settings);
    serve(&monitor, 1, 1, 50, OK);
    assert_eq!(test.finish().counter(&said::REQUESTS_UNJUDGED, (CHECKOUT, Unjudged::Future)), Some(1));
}

/// Without a pipeline there is no clock: then it is by the requests, and by who asks.
#[test]
fn without_a_clock_one_request_from_the_future_blinds_nobody_either() {
    let monitor = monitor(&Telemetry::noop());
    let mut found = 0;
    for second in 0..120 {
        serve(&monitor, second * SECOND, 1, 50, FAILED);
        if second == 10 {
            serve(&monitor, HOUR, 1, 50, OK);
        }
        if second % 10 == 9 {
            found = monitor.detect_system_performance_issues(at(second * SECOND)).len();
        }
    }
    assert_eq!(found, 1);
}

#[test]
fn without_a_clock_the_first_request_may_be_wrong_until_somebody_asks() {
    let monitor = monitor(&Telemetry::noop());
    serve(&monitor, HOUR, 1, 50, OK);
    assert!(monitor.detect_system_performance_issues(at(0)).is_empty());
    serve(&monitor, 0, 60, 50, FAILED);
    assert_eq!(monitor.detect_system_performance_issues(at(50 * SECOND)).len(), 1);
    // A pause without requests is not the future.
    assert!(monitor.detect_system_performance_issues(at(2 * HOUR)).is_empty());
    serve(&monitor, 2 * HOUR, 60, 50, FAILED);
    assert_eq!(monitor.detect_system_performance_issues(at(2 * HOUR + 50 * SECOND)).len(), 1);
}

#[test]
fn a_clock_that_is_set_back_heals_at_once() {
    const FAST: u64 = 3_600_000_000_000;
    let test = clock_at(0);
    let monitor = monitor(&test);
    let observe = |outcome| monitor.observe(CHECKOUT, outcome, Duration::from_millis(50), test.now());
    test.advance(Duration::from_nanos(FAST));
    (0..60).for_each(|_| observe(OK));
    // The clock of a test goes round.
    test.advance(Duration::from_nanos(u64::MAX - FAST + 1));
    assert_eq!(test.now(), at(0));
    for _ in 0..60 {
        test.advance(Duration::from_secs(1));
        observe(FAILED);
    }
    assert_eq!(monitor.detect_system_performance_issues(test.now()).len(), 1);
    assert_eq!(test.finish().counter_total(&said::REQUESTS_UNJUDGED), 0);
}
