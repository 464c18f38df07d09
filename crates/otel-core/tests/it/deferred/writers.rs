//! Who writes deferred events, and what comes of it when they do not.

use std::sync::{Arc, Mutex, OnceLock};

use otel_core::ledger::{DropReason, Stream};
use otel_core::pipeline::{Diagnostic, FindingKind, Pipeline};
use otel_core::testing::TestTelemetry;
use otel_core::{Lane, Telemetry};

use super::*;

type Told = Arc<Mutex<Vec<String>>>;

/// A pipeline, and what its operator is told of deferred events.
fn listened_to(receiver: &Receiver) -> (Pipeline, Told) {
    let told = Told::default();
    let tell = Arc::clone(&told);
    let listener = move |diagnostic: &Diagnostic| {
        if let Diagnostic::Deferred { what } = diagnostic {
            tell.lock().unwrap().push(what.clone());
        }
    };
    (builder(receiver).on_diagnostic(listener).install().unwrap(), told)
}

#[track_caller]
fn assert_lost(pipeline: &Pipeline, lane: Lane, lost: u64, delivered: u64) {
    let report = pipeline.shutdown(PATIENCE).unwrap_or_else(|undelivered| *undelivered.report());
    let counts = report.of_lane(Stream::Logs, lane);
    assert_eq!((counts.dropped(DropReason::WriterFailed), counts.exported), (lost, delivered), "{report}");
    assert_eq!(
        (report.logs.created, report.pending(), report.lost()),
        (lost + delivered, 0, lost),
        "{report}"
    );
}

#[test]
fn one_that_panics_costs_its_event_and_is_told_once() {
    const FUSSY: DeferredDef<Fact> = DeferredDef::new(HAPPENED.in_lane(Lane::Alert), |fact, event| {
        let event = event.set(&NUMBER, fact.number);
        assert!(fact.number % 10 != 7, "it does not like {}", fact.number);
        event
    });
    let receiver = Receiver::start().unwrap();
    let (pipeline, told) = listened_to(&receiver);
    let deferred = pipeline.deferred(&FUSSY);
    (0..100).for_each(|number| deferred.record(&numbered(number)));
    assert_lost(&pipeline, Lane::Alert, 10, 90);
    let told = told.lock().unwrap();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains(HAPPENED.name()) && !told[0].contains("does not like"), "{told:?}");
    let received = receiver.received();
    assert!(received.log_records().all(|(_, _, record)| record.attributes.len() == 1));
    let found = pipeline.doctor(Duration::from_millis(10));
    let kinds: Vec<_> = found.findings().iter().map(|finding| finding.kind).collect();
    assert!(kinds.contains(&FindingKind::Dropped(DropReason::WriterFailed)), "{found}");
}

#[test]
fn one_that_panics_over_the_span_costs_its_event_too() {
    const LOST: DeferredDef<u8> = DeferredDef::new(HAPPENED, |_, event| event).within(|fact| {
        assert!(*fact != 1, "not this one");
        None
    });
    let receiver = Receiver::start().unwrap();
    let (pipeline, _) = listened_to(&receiver);
    let deferred = pipeline.deferred(&LOST);
    (0..3).for_each(|fact| deferred.record(&fact));
    assert_lost(&pipeline, Lane::Normal, 1, 2);
}

#[test]
fn one_that_gives_back_another_event_costs_its_own_and_not_the_other() {
    static ELSEWHERE: OnceLock<Telemetry> = OnceLock::new();
    const ASTRAY: DeferredDef<u8> = DeferredDef::new(HAPPENED, |_, event| {
        event.emit();
        ELSEWHERE.get().map_or_else(|| Telemetry::noop().event(&HAPPENED), |other| other.event(&HAPPENED))
    });
    let other = TestTelemetry::new();
    ELSEWHERE.set(other.telemetry().clone()).unwrap();
    let receiver = Receiver::start().unwrap();
    let (pipeline, told) = listened_to(&receiver);
    let deferred = pipeline.deferred(&ASTRAY);
    (0..3).for_each(|fact| deferred.record(&fact));
    assert_lost(&pipeline, Lane::Normal, 3, 0);
    assert_eq!(told.lock().unwrap().len(), 1);
    // The pipeline's thread does not trace itself.
    assert_eq!(other.finish().events().len(), 0);
}

#[test]
fn one_definition_is_one_writer_however_often_it_is_asked_for() {
    let test = TestTelemetry::new();
    (0..10_000).for_each(|number| test.deferred(&FACTS).record(&numbered(number)));
    // If each had been another one, there would be no room for this.
    test.deferred(&DeferredDef::<u8>::new(HAPPENED, |_, event| event)).record(&1);
    assert_eq!(test.finish().events().len(), 10_001);
}

#[test]
fn definitions_that_differ_in_anything_are_kept_apart() {
    fn change(fact: &u8, event: Event) -> Event {
        event.set(&CHANGE, (*fact).into())
    }
    fn signed(fact: &i8, event: Event) -> Event {
        event.set(&CHANGE, (*fact).into())
    }
    fn number(fact: &u8, event: Event) -> Event {
        event.set(&NUMBER, (*fact).into())
    }
    let test = TestTelemetry::new();
    let other = EventDef::new("test.other", Severity::Info, "Something else.");
    test.deferred(&DeferredDef::new(HAPPENED, change)).record(&1);
    test.deferred(&DeferredDef::new(HAPPENED, number)).record(&2);
    test.deferred(&DeferredDef::new(HAPPENED, signed)).record(&-3);
    test.deferred(&DeferredDef::new(other, change)).record(&4);
    test.deferred(&DeferredDef::new(HAPPENED, change).within(|_| Some(SpanIds::new(1, 2)))).record(&5);
    let recorded = test.finish();
    let said: Vec<_> =
        recorded.events().iter().map(|it| (it.name.as_str(), it.get(&CHANGE), it.get(&NUMBER))).collect();
    let (this, other) = (HAPPENED.name(), other.name());
    let expected = [
        (this, Some(1.into()), None),
        (this, None, Some(2.into())),
        (this, Some((-3).into()), None),
        (other, Some(4.into()), None),
        (this, Some(5.into()), None),
    ];
    assert_eq!(said, expected);
    assert!(recorded.events().iter().map(|it| it.span_id.is_empty()).eq([true, true, true, true, false]));
}

#[test]
fn what_no_writer_is_left_for_is_counted() {
    let receiver = Receiver::start().unwrap();
    let (pipeline, told) = listened_to(&receiver);
    for number in 0..4_098 {
        // Names that are made up do not happen, but for here.
        let name: &'static str = format!("test.number_{number}").leak();
        let def = EventDef::new(name, Severity::Info, "One of many.");
        pipeline.deferred(&DeferredDef::<u16>::new(def, |_, event| event)).record(&number);
    }
    assert_lost(&pipeline, Lane::Normal, 2, 4_096);
    assert_eq!(told.lock().unwrap().len(), 1);
}
