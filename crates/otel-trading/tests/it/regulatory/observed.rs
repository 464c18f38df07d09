//! A reporter that is watched: everything is counted once, under its regulation.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::time::Duration;

use otel_core::Timestamp;
use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::{Recorded, TestTelemetry, assert_declared};
use otel_trading::conventions::compliance::{
    REPORT_RECORDS, REPORT_RETRIES, REPORTS_LATE, REPORTS_OVERDUE, REPORTS_WAITING,
};
use otel_trading::labels::{ReportRegime, ReportStatus};
use otel_trading::regulatory::rts22::NewTransaction;
use otel_trading::regulatory::{
    CallbackSink, Failure, Filing, Jurisdiction, RegulatoryReporter, ReportSink, ReporterSettings, Weekdays,
};
use otel_trading::{CATALOGUE, ObservedReporter};

use super::admission::Known;
use super::orders::received;
use super::reports::{FRIDAY, cancellation, candidate, dealt};

type Watched<S> = ObservedReporter<S, Known, Weekdays>;

/// A watched reporter whose sink first answers as told, and then always well.
fn watched(test: &TestTelemetry, answers: &[Failure]) -> Watched<impl ReportSink + use<>> {
    let answers = RefCell::new(answers.iter().cloned().collect::<VecDeque<_>>());
    let sink =
        CallbackSink::new(move |_: &Filing, _: &str| answers.borrow_mut().pop_front().map_or(Ok(()), Err));
    let settings = ReporterSettings { waiting: 4, ..ReporterSettings::new(Jurisdiction::EuropeanUnion) };
    let reporter = RegulatoryReporter::new(sink, Known, Weekdays::default(), settings);
    ObservedReporter::new(test, reporter.expect("a sink without a memory"))
}

fn days(days: u64) -> Timestamp {
    FRIDAY.after(Duration::from_secs(days * 24 * 60 * 60))
}

fn later() -> Failure {
    Failure::Later { after: None }
}

fn refused() -> Failure {
    Failure::Refused { reason: "unknown instrument".to_owned() }
}

/// Makes a reporter say everything it can.
pub(crate) fn report_everything(test: &TestTelemetry) {
    let mut reporter = watched(test, &[later()]);
    reporter.report_trade(candidate(dealt("T1"))).expect("a right report");
    reporter.record_order(received(1)).expect("a right record");
    reporter.pump(FRIDAY);
    reporter.pump(days(30));
}

#[test]
fn what_becomes_of_each_record_is_counted_under_its_regulation() {
    let test = TestTelemetry::new();
    // The first is taken; the second is refused, and what cancels it is stranded; the rest is taken.
    let mut reporter = watched(&test, &[]);
    reporter.report_trade(candidate(dealt("T1"))).expect("a right report");
    assert!(reporter.report_trade(candidate(dealt("T1"))).is_err());
    assert!(reporter.cancel_trade(cancellation("T9")).is_err());
    let wrong = NewTransaction { decision: None, ..dealt("T2") };
    assert!(reporter.report_trade(candidate(wrong)).is_err());
    reporter.record_order(received(1)).expect("a right record");
    reporter.record_order(received(2)).expect("a right record");
    let recorded = test.recorded();
    assert_eq!(recorded.gauge(&REPORTS_WAITING, ReportRegime::Rts22), Some(1));
    assert_eq!(recorded.gauge(&REPORTS_WAITING, ReportRegime::Rts24), Some(2));
    reporter.pump(FRIDAY);
    let recorded = test.recorded();
    let transactions = |status| recorded.counter(&REPORT_RECORDS, (ReportRegime::Rts22, status));
    let orders = |status| recorded.counter(&REPORT_RECORDS, (ReportRegime::Rts24, status));
    assert_eq!(transactions(ReportStatus::Queued), Some(1));
    assert_eq!(transactions(ReportStatus::Duplicate), Some(1));
    assert_eq!(transactions(ReportStatus::NothingToCancel), Some(1));
    assert_eq!(transactions(ReportStatus::Invalid), Some(1));
    assert_eq!(transactions(ReportStatus::Delivered), Some(1));
    assert_eq!(orders(ReportStatus::Queued), Some(2));
    assert_eq!(orders(ReportStatus::Delivered), Some(2));
    assert_eq!(recorded.gauge(&REPORTS_WAITING, ReportRegime::Rts24), Some(0));
    assert_eq!(recorded.counter(&REPORTS_LATE, ()), Some(0));
    assert_declared(&recorded, &CATALOGUE);
}

#[test]
fn what_the_sink_refuses_and_what_hangs_on_it_is_counted_apart() {
    let test = TestTelemetry::new();
    let mut reporter = watched(&test, &[refused()]);
    reporter.report_trade(candidate(dealt("T1"))).expect("a right report");
    reporter.cancel_trade(cancellation("T1")).expect("something to cancel");
    reporter.record_order(received(1)).expect("a right record");
    let pumped = reporter.pump(FRIDAY);
    assert_eq!((pumped.refused.len(), pumped.stranded.len(), pumped.delivered), (1, 1, 1));
    check(&test.recorded(), ReportRegime::Rts22, [0, 1, 1]);
    check(&test.recorded(), ReportRegime::Rts24, [1, 0, 0]);
}

fn check(recorded: &Recorded, regime: ReportRegime, [delivered, refused, stranded]: [u64; 3]) {
    let count = |status| recorded.counter(&REPORT_RECORDS, (regime, status));
    assert_eq!(count(ReportStatus::Delivered), Some(delivered));
    assert_eq!(count(ReportStatus::RefusedBySink), Some(refused));
    assert_eq!(count(ReportStatus::Stranded), Some(stranded));
}

#[test]
fn what_waits_for_too_long_is_an_alert_and_what_left_late_is_counted() {
    let test = TestTelemetry::alerting(Alerting::new().rules(&CATALOGUE));
    let mut reporter = watched(&test, &[later(), later()]);
    reporter.report_trade(candidate(dealt("T1"))).expect("a right report");
    reporter.pump(FRIDAY);
    let is_overdue = || {
        test.advance(Duration::from_secs(60));
        let mut alerts = test.alerts_now().into_iter();
        alerts.any(|it| it.rule.name == "trading_reports_overdue" && it.state == AlertState::Firing)
    };
    assert!(!is_overdue());
    reporter.pump(days(30));
    assert_eq!(test.recorded().gauge(&REPORTS_OVERDUE, ()), Some(1));
    assert!(is_overdue());
    reporter.pump(days(60));
    let recorded = test.recorded();
    assert_eq!(recorded.counter(&REPORTS_LATE, ()), Some(1));
    assert_eq!(recorded.counter(&REPORT_RETRIES, ()), Some(2));
    assert_eq!(recorded.gauge(&REPORTS_OVERDUE, ()), Some(0));
}
