//! How fast the shop answers: what is found by itself, and by the rules of the alert machine.

mod clocks;
mod faults;
mod limits;

use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_core::{AlertLevel, Telemetry, Timestamp};
use otel_ecommerce::conventions::performance as said;
use otel_ecommerce::labels::{IssueKind, RequestOutcome, RouteClass};
use otel_ecommerce::performance::PerformanceIssue;
use otel_ecommerce::{CATALOGUE, PerformanceMonitor, PerformanceSettings};
use proptest::prelude::*;

use self::faults::{FAULTS, Traffic};
use crate::payments::{MINUTE, SECOND, at};

const CHECKOUT: RouteClass = RouteClass::Checkout;
const OK: RequestOutcome = RequestOutcome::Answered;
const FAILED: RequestOutcome = RequestOutcome::Failed;

#[test]
fn a_mean_of_more_than_two_seconds_is_an_issue_until_it_is_clearly_less() {
    let monitor = monitor(&Telemetry::noop());
    let judged = |begin: u64, millis: u64| {
        serve(&monitor, begin, 60, millis, OK);
        mean_of(&monitor.detect_system_performance_issues(at(begin + 50 * SECOND)))
    };
    assert_eq!(judged(0, 1_900), None);
    assert_eq!(judged(2 * MINUTE, 2_100), Some((2_100, AlertLevel::High)));
    assert_eq!(judged(4 * MINUTE, 1_700), Some((1_700, AlertLevel::High)));
    assert_eq!(judged(6 * MINUTE, 1_500), None);
    assert_eq!(judged(8 * MINUTE, 1_700), None);
}

#[test]
fn a_share_of_failures_is_an_issue_when_it_is_not_by_chance() {
    // Of 30 requests, 6 may fail; of 3,000, 185.
    for (requests, failures, is_issue) in
        [(29, 29, false), (30, 5, false), (30, 6, true), (3_000, 185, false), (3_000, 186, true)]
    {
        let monitor = monitor(&Telemetry::noop());
        serve(&monitor, 0, requests - failures, 100, OK);
        serve(&monitor, 0, failures, 100, FAILED);
        let found = monitor.detect_system_performance_issues(at(50 * SECOND));
        assert_eq!(!found.is_empty(), is_issue, "{failures} of {requests}: {found:?}");
        if let Some(issue) = found.first() {
            assert_eq!(
                (issue.kind, issue.route, issue.level),
                (IssueKind::Errors, CHECKOUT, AlertLevel::Critical)
            );
            assert_eq!(issue.requests, requests);
        }
    }
}

#[test]
fn who_is_to_blame_is_not_a_client() {
    let monitor = monitor(&Telemetry::noop());
    serve(&monitor, 0, 100, 100, RequestOutcome::Refused);
    assert!(monitor.detect_system_performance_issues(at(50 * SECOND)).is_empty());
}

#[test]
fn the_slowest_of_a_hundred_are_seen_where_the_mean_does_not_show_them() {
    let monitor = monitor(&Telemetry::noop());
    serve(&monitor, 0, 970, 50, OK);
    serve(&monitor, 0, 30, 4_000, OK);
    let found = monitor.detect_system_performance_issues(at(50 * SECOND));
    let [issue] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((issue.kind, issue.value, issue.limit), (IssueKind::SlowTail, 5.0, 1.0));
    assert_eq!(issue.to_string(), "checkout: one in a hundred takes 5 s, 1 allowed (1000 requests in 60s)");
}

#[test]
fn what_few_requests_show_over_five_minutes_is_found_too() {
    let monitor = monitor(&Telemetry::noop());
    // One in eight fails, and there are eight a minute.
    for minute in 0..5 {
        for second in 0..8 {
            let outcome = if second == 0 { FAILED } else { OK };
            let when = at(minute * MINUTE + second * 7 * SECOND);
            monitor.observe(CHECKOUT, outcome, Duration::from_millis(80), when);
        }
    }
    assert!(monitor.detect_system_performance_issues(at(5 * MINUTE - 1)).is_empty(), "5 of 40 may be chance");
    for second in 0..8 {
        monitor.observe(CHECKOUT, FAILED, Duration::from_millis(80), at(5 * MINUTE + second * SECOND));
    }
    let found = monitor.detect_system_performance_issues(at(5 * MINUTE + 9 * SECOND));
    assert_eq!(found.first().map(|issue| issue.window), Some(Duration::from_secs(300)));
}

#[test]
fn that_it_began_and_that_it_ended_is_told_once_each() {
    let test = clock_at(10 * MINUTE);
    let monitor = monitor(&test);
    serve(&monitor, 0, 60, 100, FAILED);
    for second in [50, 55, 59] {
        assert_eq!(monitor.clone().detect_system_performance_issues(at(second * SECOND)).len(), 1);
    }
    assert_eq!(test.recorded().up_down_counter(&said::ISSUES, (CHECKOUT, IssueKind::Errors)), Some(1));
    // Too few to say that it is over, and then nobody asks any more.
    serve(&monitor, 2 * MINUTE, 3, 100, OK);
    assert_eq!(monitor.detect_system_performance_issues(at(3 * MINUTE)).len(), 1);
    assert_eq!(monitor.detect_system_performance_issues(at(10 * MINUTE)).len(), 0);
    let recorded = test.finish();
    let began = recorded.event(&said::DEGRADED);
    assert_eq!(began.get(&said::ISSUE), Some("errors".into()));
    assert_eq!(began.get(&said::ROUTE_CLASS), Some("checkout".into()));
    assert_eq!(began.get(&said::VALUE), Some(1.0.into()));
    assert_eq!(began.get(&said::LIMIT), Some(0.05.into()));
    assert_eq!(recorded.events_of(&said::RECOVERED).len(), 1);
    assert_eq!(recorded.up_down_counter(&said::ISSUES, (CHECKOUT, IssueKind::Errors)), Some(0));
}

/// The same requests reach the alert machine through the metric, by the rules of the catalogue.
#[test]
fn slow_and_failing_requests_reach_the_alert_machine_and_resolve() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let monitor = monitor(&test);
    let minutes = |millis, outcome| {
        for _ in 0..24 {
            for _ in 0..80 {
                monitor.observe(CHECKOUT, outcome, Duration::from_millis(millis), test.now());
            }
            test.advance(Duration::from_secs(15));
            monitor.detect_system_performance_issues(test.now());
            test.alerts_now();
        }
        let firing = test.alerts_now().into_iter().filter(|alert| alert.state == AlertState::Firing);
        firing.map(|alert| alert.rule.name).collect::<Vec<_>>()
    };
    assert_eq!(minutes(100, OK), [""; 0]);
    assert_eq!(minutes(2_500, OK), ["ecommerce_api_slow", "ecommerce_api_slow_tail"]);
    assert_eq!(minutes(100, OK), [""; 0]);
    assert_eq!(minutes(100, FAILED), ["ecommerce_api_errors_high", "ecommerce_api_error_budget_burns"]);
}

/// Fifteen faults like those that the demo of OpenTelemetry can be told to have, each with twenty seeds.
#[test]
fn nineteen_of_twenty_faults_are_found_and_half_of_them_within_a_minute() {
    let mut times = Vec::new();
    let mut missed = Vec::new();
    for fault in FAULTS {
        for seed in 0..20 {
            let mut traffic = Traffic::new(seed);
            let monitor = monitor(&Telemetry::noop());
            let found = (0..60).find_map(|step| {
                traffic.serve(&monitor, fault, step * 10 * SECOND, 2 * MINUTE);
                let now = (step + 1) * 10 * SECOND;
                let issues = monitor.detect_system_performance_issues(at(now));
                assert!(now > 2 * MINUTE || issues.is_empty(), "{} {seed}: {issues:?}", fault.name);
                (!issues.is_empty()).then(|| (now - 2 * MINUTE) / SECOND)
            });
            match found {
                Some(seconds) => times.push(seconds),
                None => missed.push((fault.name, seed)),
            }
        }
    }
    times.sort_unstable();
    let runs = 20 * FAULTS.len();
    assert_eq!(runs, 300);
    assert!(times.len() * 20 >= runs * 19, "missed: {missed:?}");
    let (median, ninth) = (times[times.len() / 2], times[times.len() * 9 / 10]);
    assert!(median <= 60, "half within {median} s, nine in ten within {ninth} s");
    // What was measured: half within 10 seconds, nine in ten within 80. What makes it slower has to say so here.
    assert!(median <= 20 && ninth <= 100, "half within {median} s, nine in ten within {ninth} s");
}

/// The same faults by the rules, which know no more than what is collected every 15 seconds.
#[test]
fn the_rules_find_these_faults_as_well() {
    let mut times: Vec<u64> = Vec::new();
    for (seed, fault) in FAULTS.iter().enumerate() {
        let mut traffic = Traffic::new(seed as u64);
        let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
        test.advance(at(0).since(test.now()));
        let monitor = monitor(&test);
        // The ten seconds of traffic come a little slower: in 15.
        let found = (0..48).find_map(|step| {
            traffic.serve(&monitor, fault, step * 10 * SECOND, 2 * MINUTE);
            monitor.detect_system_performance_issues(at((step + 1) * 10 * SECOND));
            test.advance(Duration::from_secs(15));
            let alerts = test.alerts_now();
            let fires = alerts.iter().any(|alert| alert.state == AlertState::Firing);
            assert!(step >= 12 || !fires, "{}: {alerts:?}", fault.name);
            fires.then(|| (step - 11) * 15)
        });
        times.push(found.unwrap_or_else(|| panic!("{} is missed", fault.name)));
    }
    times.sort_unstable();
    assert!(times[times.len() / 2] <= 60, "{times:?}");
}

/// A day with a night in it, every class of requests, and the faults and slow ones that every shop has.
#[test]
fn a_usual_day_has_one_false_alert_at_most() {
    let mut traffic = Traffic::new(77);
    let monitor = monitor(&Telemetry::noop());
    let (mut alerts, mut before) = (0, 0);
    for step in 0..24 * 360 {
        traffic.usual(&monitor, step * 10 * SECOND);
        let issues = monitor.detect_system_performance_issues(at((step + 1) * 10 * SECOND)).len();
        alerts += usize::saturating_sub(issues, before);
        before = issues;
    }
    assert!(alerts <= 1, "{alerts} in a day");
}

proptest! {
    #[test]
    fn whatever_comes_the_counts_are_those_of_the_last_minute(
        requests in prop::collection::vec((0..8 * MINUTE, 0_u64..5_000, any::<bool>()), 30..300),
        now in 0..8 * MINUTE,
    ) {
        let monitor = monitor(&Telemetry::noop());
        let mut requests = requests;
        requests.sort_unstable();
        for (millis, took, fails) in &requests {
            let outcome = if *fails { FAILED } else { OK };
            monitor.observe(CHECKOUT, outcome, Duration::from_millis(*took), at(*millis));
        }
        let newest = requests.iter().map(|it| cell(it.0)).max().unwrap_or_default();
        let counted: Vec<_> = requests
            .iter()
            .filter(|it| cell(it.0) <= cell(now) && cell(now) - cell(it.0) < 6 && newest - cell(it.0) < 36)
            .collect();
        let failed = counted.iter().filter(|it| it.2).count() as f64;
        let all = counted.len() as f64;
        let beyond = failed > 0.05 * all + 3.0 * (0.05 * 0.95 * all).sqrt() && counted.len() >= 30;
        let found = monitor.detect_system_performance_issues(at(now));
        let errors = found.iter().find(|issue| issue.kind == IssueKind::Errors);
        if beyond {
            prop_assert_eq!(errors.map(|issue| (issue.requests, issue.value)), Some((counted.len() as u64, failed / all)));
        } else {
            prop_assert!(errors.is_none_or(|issue| issue.window > Duration::from_secs(60)), "{:?}", errors);
        }
    }
}

fn monitor(telemetry: &Telemetry) -> PerformanceMonitor {
    PerformanceMonitor::new(telemetry, PerformanceSettings::default())
}

/// A pipeline whose clock says this.
fn clock_at(millis: u64) -> TestTelemetry {
    let test = TestTelemetry::new();
    test.advance(at(millis).since(test.now()));
    test
}

/// The ten seconds that a time is in.
fn cell(millis: u64) -> u64 {
    at(millis).unix_nanos() / 10_000_000_000
}

/// So many requests, spread over fifty seconds.
fn serve(monitor: &PerformanceMonitor, begin: u64, requests: u64, millis: u64, outcome: RequestOutcome) {
    for number in 0..requests {
        let when: Timestamp = at(begin + number * 49 * SECOND / requests.max(1));
        monitor.observe(CHECKOUT, outcome, Duration::from_millis(millis), when);
    }
}

/// The mean in milliseconds, where it is an issue.
fn mean_of(found: &[PerformanceIssue]) -> Option<(u64, AlertLevel)> {
    let mean = found.iter().find(|issue| issue.kind == IssueKind::SlowMean);
    mean.map(|issue| ((issue.value * 1_000.0).round() as u64, issue.level))
}
