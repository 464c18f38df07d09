//! A deferred event is the event that would have been emitted at once.

use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use otel_core::settings::Environment;
use otel_core::testing::{Receiver, TestTelemetry, assert_conforms};
use otel_core::{Catalogue, Lane, SpanDef, SpanIds, SpanKind, Telemetry, Timestamp};
use proptest::prelude::*;
use prost::Message as _;

use super::*;

const CATALOGUE: Catalogue = Catalogue {
    name: "deferred-test",
    version: "1.2.3",
    attributes: &[
        NUMBER.facts(),
        CHANGE.facts(),
        NAME.facts(),
        WAY.facts(),
        OPEN.facts(),
        PRICE.facts(),
        AMOUNT.facts(),
        CURRENCY.facts(),
        AT.facts(),
        WEIGHT.facts(),
    ],
    spans: &[],
    events: &[FACTS.event()],
    metrics: &[],
    alerts: &[],
};

/// Emits the event of a fact at once, inside the span that the fact says.
fn immediately(telemetry: &Telemetry, fact: &Fact, time: Timestamp) {
    let span = fact.span.map(|span| {
        let flags = if span.is_sampled() { TraceFlags::SAMPLED } else { TraceFlags::NOT_SAMPLED };
        let (trace, span) = (TraceId::from(span.trace_id()), SpanId::from(span.span_id()));
        let context = SpanContext::new(trace, span, flags, true, TraceState::NONE);
        Context::new().with_remote_span_context(context).attach()
    });
    written(fact, telemetry.event(&HAPPENED)).at(time).emit();
    drop(span);
}

/// The scope and the bytes of each record, but for when it was observed.
fn messages(receiver: &Receiver) -> Vec<(String, Vec<u8>, LogRecord)> {
    let received = receiver.received();
    let records = received.log_records().map(|(_, scope, record)| {
        assert!(record.observed_time_unix_nano > 0);
        let record = LogRecord { observed_time_unix_nano: 0, ..record.clone() };
        (scope.name.clone(), record.encode_to_vec(), record)
    });
    records.collect()
}

/// What a receiver was sent by a pipeline with these limits.
fn sent(limits: &[(&str, &str)], record: impl FnOnce(&Telemetry)) -> Vec<(String, Vec<u8>, LogRecord)> {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).environment(Environment::of(limits.iter().copied())).install().unwrap();
    record(&pipeline.with_scope(&CATALOGUE));
    pipeline.shutdown(PATIENCE).unwrap();
    messages(&receiver)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn it_is_the_same_on_the_wire(
        facts in prop::collection::vec((fact(), any::<u64>()), 1..40),
        attributes in 1..12_u32,
        length in 1..16_u32,
    ) {
        let (attributes, length) = (attributes.to_string(), length.to_string());
        let limits = [
            ("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", attributes.as_str()),
            ("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", length.as_str()),
        ];
        let facts = || facts.iter().map(|(fact, time)| (fact, Timestamp::from_unix_nanos(*time)));
        let deferred = sent(&limits, |telemetry| {
            let deferred = telemetry.deferred(&FACTS);
            facts().for_each(|(fact, time)| deferred.record_at(fact, time));
        });
        let immediate = sent(&limits, |telemetry| {
            facts().for_each(|(fact, time)| immediately(telemetry, fact, time));
        });
        prop_assert_eq!(deferred.len(), facts().count());
        prop_assert_eq!(deferred, immediate);
    }
}

#[test]
fn it_happens_when_it_is_recorded_and_not_when_it_is_written() {
    let test = TestTelemetry::new();
    let deferred = test.deferred(&FACTS);
    let before = test.now();
    deferred.record(&numbered(1));
    test.advance(Duration::from_secs(90));
    deferred.record(&numbered(2));
    deferred.record_at(&numbered(3), Timestamp::from_unix_nanos(17));
    test.advance(Duration::from_secs(90));
    let recorded = test.finish();
    let times: Vec<_> = recorded.events().iter().map(|event| event.time).collect();
    assert_eq!(times, [before, before.after(Duration::from_secs(90)), Timestamp::from_unix_nanos(17)]);
}

#[test]
fn when_it_was_observed_is_when_it_was_recorded_whoever_says_when_it_happened() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    let deferred = pipeline.deferred(&FACTS);
    let before = pipeline.now().unix_nanos();
    deferred.record_at(&numbered(1), Timestamp::from_unix_nanos(17));
    deferred.record(&numbered(2));
    let after = pipeline.now().unix_nanos();
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let times = received.log_records().map(|(_, _, it)| (it.time_unix_nano, it.observed_time_unix_nano));
    let times: Vec<_> = times.collect();
    let between = before..=after;
    assert!(times[0].0 == 17 && between.contains(&times[0].1), "{times:?}");
    assert!(times[1].0 == times[1].1 && between.contains(&times[1].1), "{times:?}");
}

#[test]
fn it_conforms_to_the_catalogue_that_has_its_event() {
    let test = TestTelemetry::new();
    let fact = Fact { currency: Currency::from_code("USD"), ..numbered(1) };
    test.with_scope(&CATALOGUE).deferred(&FACTS).record(&fact);
    assert_conforms(&test.finish(), &CATALOGUE);
}

#[test]
fn it_belongs_to_the_span_whose_ids_the_fact_carries() {
    const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "Some work.");
    let test = TestTelemetry::new();
    let (deferred, span) = (test.deferred(&FACTS), test.span(&WORK));
    let ids = span.ids().unwrap();
    assert!(ids.is_sampled());
    deferred.record(&Fact { span: Some(ids), ..numbered(1) });
    // The span that is current does not matter, and ids that are none do not either.
    let _current = span.enter();
    deferred.record(&numbered(2));
    deferred.record(&Fact { span: Some(SpanIds::new(0, 5)), ..numbered(3) });
    drop(span);
    let recorded = test.finish();
    let work = recorded.span(&WORK);
    let events: Vec<_> = recorded.events().iter().map(|it| (&*it.trace_id, &*it.span_id)).collect();
    assert_eq!(events, [(&*work.trace_id, &*work.span_id), ("", ""), ("", "")]);
    assert_eq!(Telemetry::noop().span(&WORK).ids(), None);
}

#[test]
fn it_travels_in_the_lane_and_the_scope_of_its_definition() {
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    let scoped = pipeline.with_scope(&CATALOGUE);
    for (times, lane) in [(1, Lane::Audit), (2, Lane::Alert), (3, Lane::Normal), (4, Lane::Bulk)] {
        let deferred = scoped.deferred(&DeferredDef::new(HAPPENED.in_lane(lane), written));
        (0..times).for_each(|number| deferred.record(&numbered(number)));
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let exported = Lane::ALL.map(|lane| report.of_lane(otel_core::ledger::Stream::Logs, lane).exported);
    assert_eq!(exported, [1, 2, 3, 4]);
    let messages = messages(&receiver);
    assert_eq!(messages.len(), 10);
    assert!(
        messages
            .iter()
            .all(|(scope, _, record)| scope == CATALOGUE.name && record.event_name == HAPPENED.name())
    );
}

#[test]
fn the_guard_looks_at_what_a_fact_says_as_at_any_event() {
    const CARD: [u8; 19] = *b"4111 1111 1111 1111";
    fn noted(note: &[u8; 19], event: Event) -> Event {
        event.set(&NAME, str::from_utf8(note).unwrap_or_default())
    }
    let receiver = Receiver::start().unwrap();
    let pipeline = builder(&receiver).install().unwrap();
    for lane in Lane::ALL {
        let deferred = pipeline.deferred(&DeferredDef::new(HAPPENED.in_lane(lane), noted));
        deferred.record(&CARD);
        deferred.record_at(&CARD, Timestamp::from_unix_nanos(17));
        deferred.record(b"order 17 of the day");
    }
    pipeline.shutdown(PATIENCE).unwrap();
    let sent = messages(&receiver);
    assert_eq!(sent.len(), 12);
    let left = |text: &str| {
        let has = |bytes: &[u8]| bytes.windows(text.len()).any(|window| window == text.as_bytes());
        sent.iter().filter(|(_, bytes, _)| has(bytes)).count()
    };
    assert_eq!((left("4111 1111 1111 1111"), left("411111******1111"), left("order 17")), (0, 8, 4));
    let redacted = pipeline.redactions().iter().map(|redaction| redaction.count).sum::<u64>();
    assert_eq!(redacted, 8);
}
