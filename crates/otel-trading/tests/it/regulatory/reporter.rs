//! The reporter, with sinks that fail.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::Duration;

use otel_core::Timestamp;
use otel_trading::regulatory::rts22::{NewTransaction, ReportStatus};
use otel_trading::regulatory::{
    Action, CallbackSink, Candidate, Exclusion, Failure, Filing, Ground, Jurisdiction, Pumped, Refusal,
    RegulatoryReporter, ReportSink, Reportability, Reported, ReporterReport, ReporterSettings, Rule,
    Weekdays,
};
use proptest::prelude::*;

use super::admission::Known;
use super::orders::received;
use super::reports::{FRIDAY, cancellation, candidate, dealt, isin};

type Lines = Rc<RefCell<Vec<String>>>;

/// How a sink answers, one attempt after the other, and then always well.
type Answers = Rc<RefCell<VecDeque<Failure>>>;

fn settings() -> ReporterSettings {
    ReporterSettings { waiting: 8, references: 100, ..ReporterSettings::new(Jurisdiction::EuropeanUnion) }
}

/// A reporter to a list of lines, which first answers as told.
fn reporter(
    settings: ReporterSettings,
    answers: &[Failure],
) -> (RegulatoryReporter<impl ReportSink + use<>, Known, Weekdays>, Lines, Answers) {
    let lines = Lines::default();
    let answers = Rc::new(RefCell::new(answers.iter().cloned().collect::<VecDeque<_>>()));
    let (taken, planned) = (Rc::clone(&lines), Rc::clone(&answers));
    let sink = CallbackSink::new(move |filing: &Filing, line: &str| {
        if let Some(failure) = planned.borrow_mut().pop_front() {
            return Err(failure);
        }
        assert_eq!(Filing::from_line(line).as_ref(), Ok(filing));
        taken.borrow_mut().push(named(filing));
        Ok(())
    });
    let reporter = RegulatoryReporter::new(sink, Known, Weekdays::default(), settings);
    (reporter.expect("a sink without a memory"), lines, answers)
}

fn reference(filing: &Filing) -> String {
    match filing {
        Filing::Transaction(report) => report.identity().1.to_string(),
        Filing::Order(record) => record.sequence.to_string(),
        _ => unreachable!("there are two kinds"),
    }
}

fn later() -> Failure {
    Failure::Later { after: None }
}

fn refused() -> Failure {
    Failure::Refused { reason: "unknown instrument".to_owned() }
}

fn after(seconds: u64) -> Timestamp {
    FRIDAY.after(Duration::from_secs(seconds))
}

#[test]
fn a_trade_is_decided_checked_and_delivered() {
    let (mut reporter, lines, _) = reporter(settings(), &[]);
    let queued = reporter.report_trade(candidate(dealt("T1"))).expect("a right report");
    // Midnight after the following working day, which is Monday; and in UTC.
    let deadline = Timestamp::from_unix_nanos(1_773_100_800_000_000_000);
    assert_eq!(queued, Reported::Queued { ground: Some(Ground::Instrument), deadline: Some(deadline) });
    assert_eq!(reporter.report().waiting, 1);
    assert_eq!(reporter.pump(FRIDAY).delivered, 1);
    assert_eq!(*lines.borrow(), ["NEWT T1"]);
    let expected =
        ReporterReport { offered: 1, queued: 1, delivered: 1, references: 1, ..ReporterReport::default() };
    assert_eq!(reporter.report(), expected);
}

#[test]
fn what_has_not_to_be_reported_is_told_and_counted() {
    let (mut reporter, lines, _) = reporter(settings(), &[]);
    let excluded = Candidate { exclusion: Some(Exclusion::Custody), ..candidate(dealt("T1")) };
    let expected = Reported::NotReportable(Reportability::Excluded(Exclusion::Custody));
    assert_eq!(reporter.report_trade(excluded), Ok(expected));
    assert_eq!(
        reporter.report_trade(candidate(of("US0378331005"))),
        Ok(Reported::NotReportable(Reportability::OutOfScope))
    );
    assert_eq!(reporter.report_trade(candidate(of("GB0002634946"))), Err(Refusal::Undetermined));
    reporter.pump(FRIDAY);
    assert!(lines.borrow().is_empty());
    let report = reporter.report();
    assert_eq!((report.offered, report.not_reportable, report.undetermined), (3, 2, 1));
}

#[test]
fn a_wrong_report_is_explained_and_goes_nowhere() {
    let (mut reporter, _, _) = reporter(settings(), &[]);
    let wrong = NewTransaction { decision: None, ..dealt("T1") };
    let refusal = reporter.report_trade(candidate(wrong)).expect_err("a wrong report");
    let Refusal::Invalid(problems) = &refusal else { panic!("{refusal}") };
    assert!(
        matches!(problems.as_slice(), [it] if it.field.number() == 57 && matches!(it.rule, Rule::Needed { .. }))
    );
    assert_eq!(
        refusal.to_string(),
        "it is wrong; field 57 (Investment decision within firm) must not be empty, \
         because of field 29 (Trading capacity)"
    );
    assert_eq!(reporter.report().invalid, 1);
    // The reference is still free.
    assert!(reporter.report_trade(candidate(dealt("T1"))).is_ok());
}

#[test]
fn a_sink_that_fails_gets_each_report_once_in_the_end() {
    let (mut reporter, lines, _) = reporter(settings(), &[later(), later(), later()]);
    for reference in ["T1", "T2"] {
        reporter.report_trade(candidate(dealt(reference))).expect("room");
    }
    // One second, then two, then four.
    for (now, next) in [(0, 1), (1, 3), (2, 3), (3, 7), (6, 7)] {
        let pumped = reporter.pump(after(now));
        assert_eq!((pumped.delivered, pumped.next), (0, Some(after(next))), "after {now} s");
    }
    let pumped = reporter.pump(after(7));
    assert_eq!((pumped.delivered, pumped.next), (2, None));
    assert_eq!(*lines.borrow(), ["NEWT T1", "NEWT T2"]);
    assert_eq!(reporter.report().retries, 3);
}

#[test]
fn waits_have_an_end_and_start_anew_after_a_success() {
    let (mut reporter, _, answers) = reporter(settings(), &vec![later(); 12]);
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    let mut now = FRIDAY;
    let mut waits = Vec::new();
    while let Some(next) = reporter.pump(now).next {
        waits.push(next.since(now).as_secs());
        now = next;
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    for (asked, expected) in [(10, 10), (3_600, 300)] {
        answers.borrow_mut().push_back(Failure::Later { after: Some(Duration::from_secs(asked)) });
        reporter.report_trade(candidate(dealt(&format!("A{asked}")))).expect("room");
        let next = reporter.pump(now).next.expect("a failure");
        assert_eq!(next.since(now).as_secs(), expected);
        now = next;
        assert_eq!(reporter.pump(now).delivered, 1);
    }
}

#[test]
fn a_report_leaves_once() {
    let (mut reporter, lines, _) = reporter(settings(), &[]);
    for _ in 0..2 {
        let _ = reporter.report_trade(candidate(dealt("T1")));
        reporter.pump(FRIDAY);
    }
    assert_eq!(reporter.report_trade(candidate(dealt("T1"))), Err(Refusal::Duplicate));
    assert_eq!(*lines.borrow(), ["NEWT T1"]);
    assert_eq!(reporter.report().duplicate, 2);
    reporter.record_order(received(1)).expect("room");
    assert_eq!(reporter.record_order(received(1)), Err(Refusal::Duplicate));
    assert!(reporter.record_order(received(2)).is_ok());
}

#[test]
fn a_report_is_cancelled_and_corrected_in_its_turn() {
    let (mut reporter, lines, _) = reporter(settings(), &[]);
    assert_eq!(reporter.cancel_trade(cancellation("T1")), Err(Refusal::NothingToCancel));
    assert_eq!(reporter.correct_trade(candidate(dealt("T1"))), Err(Refusal::NothingToCancel));
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    reporter.correct_trade(candidate(dealt("T1"))).expect("something to correct");
    reporter.cancel_trade(cancellation("T1")).expect("something to cancel");
    assert_eq!(reporter.cancel_trade(cancellation("T1")), Err(Refusal::NothingToCancel));
    reporter.pump(FRIDAY);
    assert_eq!(*lines.borrow(), ["NEWT T1", "CANC T1", "NEWT T1", "CANC T1"]);
    reporter.report_trade(candidate(dealt("T1"))).expect("a reference that is free again");
    let wrong = NewTransaction { decision: None, ..dealt("T1") };
    assert!(matches!(reporter.correct_trade(candidate(wrong)), Err(Refusal::Invalid(_))));
    assert_eq!(reporter.report().waiting, 1);
    check_sums(&reporter.report());
}

#[test]
fn what_the_sink_refuses_comes_back_with_its_words() {
    let (mut reporter, lines, _) = reporter(settings(), &[refused()]);
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    reporter.cancel_trade(cancellation("T1")).expect("something to cancel");
    reporter.report_trade(candidate(dealt("T2"))).expect("room");
    let pumped = reporter.pump(FRIDAY);
    let [(filing, reason)] = pumped.refused.as_slice() else { panic!("{pumped:?}") };
    assert_eq!((reference(filing).as_str(), reason.as_str()), ("T1", "unknown instrument"));
    // There is nothing to cancel now.
    assert_eq!(pumped.stranded.iter().map(reference).collect::<Vec<_>>(), ["T1"]);
    assert_eq!(*lines.borrow(), ["NEWT T2"]);
    assert!(reporter.report_trade(candidate(dealt("T1"))).is_ok());
    check_sums(&reporter.report());
}

#[test]
fn what_the_sink_refused_is_as_if_it_had_never_been_asked() {
    let (mut reporter, _, answers) = reporter(settings(), &[refused()]);
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    reporter.pump(FRIDAY);
    assert_eq!(reporter.report().references, 0);
    reporter.report_trade(candidate(dealt("T1"))).expect("a free reference");
    reporter.pump(FRIDAY);
    // A cancellation that was refused leaves the report standing.
    answers.borrow_mut().push_back(refused());
    reporter.cancel_trade(cancellation("T1")).expect("something to cancel");
    reporter.pump(FRIDAY);
    assert_eq!(reporter.report_trade(candidate(dealt("T1"))), Err(Refusal::Duplicate));
    assert!(reporter.cancel_trade(cancellation("T1")).is_ok());
}

#[test]
fn what_does_not_fit_is_refused_and_counted() {
    let (mut reporter, _, _) = reporter(ReporterSettings { waiting: 2, references: 3, ..settings() }, &[]);
    reporter.report_trade(candidate(dealt("T1"))).expect("room");
    // A correction needs two places, or nothing of it is taken in.
    assert_eq!(reporter.correct_trade(candidate(dealt("T1"))), Err(Refusal::QueueFull));
    reporter.report_trade(candidate(dealt("T2"))).expect("room");
    assert_eq!(reporter.report_trade(candidate(dealt("T3"))), Err(Refusal::QueueFull));
    reporter.pump(FRIDAY);
    reporter.report_trade(candidate(dealt("T3"))).expect("room");
    assert_eq!(reporter.report_trade(candidate(dealt("T4"))), Err(Refusal::RegisterFull));
    let report = reporter.report();
    assert_eq!((report.queue_full, report.register_full, report.references), (2, 1, 3));
    check_sums(&report);
    let (_, left) = reporter.into_parts();
    assert_eq!(left.iter().map(reference).collect::<Vec<_>>(), ["T3"]);
}

#[test]
fn what_is_late_is_counted() {
    let (mut reporter, _, _) = reporter(settings(), &[]);
    for reference in ["T1", "T2"] {
        reporter.report_trade(candidate(dealt(reference))).expect("room");
    }
    let deadline = Timestamp::from_unix_nanos(1_773_100_800_000_000_000);
    assert_eq!(reporter.overdue(Timestamp::from_unix_nanos(deadline.unix_nanos() - 1)), 0);
    assert_eq!(reporter.overdue(deadline), 2);
    reporter.pump(deadline);
    assert_eq!(reporter.report().delivered_late, 2);
}

fn of(code: &str) -> NewTransaction {
    let mut transaction = dealt("T1");
    transaction.instrument.isin = Some(isin(code));
    transaction
}

#[track_caller]
fn check_sums(report: &ReporterReport) {
    let refusals = [
        report.undetermined,
        report.invalid,
        report.duplicate,
        report.nothing_to_cancel,
        report.queue_full,
        report.register_full,
    ];
    assert_eq!(
        report.offered,
        report.queued + report.not_reportable + refusals.iter().sum::<u64>(),
        "{report:?}"
    );
    let left = report.delivered + report.refused_by_sink + report.stranded + report.waiting;
    assert_eq!(report.queued, left, "{report:?}");
}

#[derive(Clone, Debug)]
enum Step {
    Report(u8),
    Cancel(u8),
    Correct(u8),
    Pump,
    Fail,
    Refuse,
}

proptest! {
    /// What a sink took is, for each reference, a report, its cancellation, a report, and so on: whatever fails.
    #[test]
    fn no_report_ever_leaves_twice(steps in prop::collection::vec(any_step(), 0..80)) {
        let (mut reporter, lines, answers) = reporter(ReporterSettings { references: 4, ..settings() }, &[]);
        let (mut now, mut model) = (FRIDAY, Model::default());
        for step in steps {
            let name = |of: u8| format!("T{of}");
            match step {
                Step::Report(of) => {
                    if reporter.report_trade(candidate(dealt(&name(of)))).is_ok() {
                        model.queued(&["NEWT"], of);
                    }
                }
                Step::Cancel(of) => {
                    if reporter.cancel_trade(cancellation(&name(of))).is_ok() {
                        model.queued(&["CANC"], of);
                    }
                }
                Step::Correct(of) => {
                    if reporter.correct_trade(candidate(dealt(&name(of)))).is_ok() {
                        model.queued(&["CANC", "NEWT"], of);
                    }
                }
                Step::Fail => answers.borrow_mut().push_back(later()),
                Step::Refuse => answers.borrow_mut().push_back(refused()),
                Step::Pump => {
                    let pumped = reporter.pump(now);
                    now = pumped.next.unwrap_or(now);
                    model.pumped(&pumped, &lines.borrow());
                }
            }
            prop_assert!(reporter.waiting().map(named).eq(model.waiting.iter().cloned()));
            check_sums(&reporter.report());
        }
        answers.borrow_mut().clear();
        let pumped = reporter.pump(now.after(Duration::from_secs(300)));
        prop_assert_eq!(pumped.next, None);
        model.pumped(&pumped, &lines.borrow());
        prop_assert!(model.waiting.is_empty());
        let mut stands: BTreeMap<String, bool> = BTreeMap::new();
        for line in lines.borrow().iter() {
            let (action, of) = line.split_once(' ').expect("two words");
            let is_new = action.parse() == Ok(ReportStatus::New);
            let before = stands.insert(of.to_owned(), is_new).unwrap_or(false);
            prop_assert_ne!(before, is_new, "{}", line);
        }
        prop_assert!(stands.len() <= 4);
        prop_assert_eq!(reporter.report().waiting, 0);
    }
}

/// What a reporter should have in waiting, and what its sink should have.
#[derive(Default)]
struct Model {
    waiting: VecDeque<String>,
    taken: usize,
}

impl Model {
    fn queued(&mut self, actions: &[&str], of: u8) {
        self.waiting.extend(actions.iter().map(|action| format!("{action} T{of}")));
    }

    /// One pump: what left the queue is its beginning, in its order, and either was taken or came back.
    fn pumped(&mut self, pumped: &Pumped, lines: &[String]) {
        let taken = &lines[self.taken..];
        self.taken = lines.len();
        let back = pumped.refused.iter().map(|(filing, _)| filing).chain(&pumped.stranded).map(named);
        let mut left: Vec<String> = taken.iter().cloned().chain(back).collect();
        let mut expected: Vec<String> = self.waiting.drain(..left.len()).collect();
        let mut rest = expected.iter();
        assert!(taken.iter().all(|line| rest.any(|it| it == line)), "{taken:?} out of {expected:?}");
        assert_eq!(usize::try_from(pumped.delivered).ok(), Some(taken.len()));
        left.sort_unstable();
        expected.sort_unstable();
        assert_eq!(left, expected);
    }
}

fn named(filing: &Filing) -> String {
    format!("{} {}", filing.action(), reference(filing))
}

fn any_step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0_u8..6).prop_map(Step::Report),
        2 => (0_u8..6).prop_map(Step::Cancel),
        1 => (0_u8..6).prop_map(Step::Correct),
        3 => Just(Step::Pump),
        1 => Just(Step::Fail),
        1 => Just(Step::Refuse),
    ]
}

#[test]
fn both_actions_have_their_codes() {
    assert_eq!([Action::New, Action::Cancellation].map(Action::as_str), ["NEWT", "CANC"]);
}
