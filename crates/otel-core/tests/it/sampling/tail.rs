//! Tail sampling in a whole pipeline: what is kept, what it says it stands for, and what is never left out.

use std::collections::HashMap;

use opentelemetry_proto::tonic::trace::v1::Span as ProtoSpan;
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use otel_core::sampling::{Randomness, SamplingState, TailSampling, Threshold};
use otel_core::{EventDef, Lane, Severity};

use super::*;

const ORDER: SpanDef = SpanDef::new("order", SpanKind::Server, "An order, the root of its trace.");
const STEP: SpanDef = SpanDef::new("step", SpanKind::Internal, "A step of an order.");
const RECEIPT: SpanDef =
    SpanDef::new("receipt", SpanKind::Internal, "What must not be lost.").in_lane(Lane::Audit);
const ALARM: SpanDef =
    SpanDef::new("alarm", SpanKind::Internal, "What somebody waits for.").in_lane(Lane::Alert);
const EXTRA: SpanDef = SpanDef::new("extra", SpanKind::Internal, "What is nice to have.").in_lane(Lane::Bulk);
const NOTE: EventDef = EventDef::new("note", Severity::Info, "An event, which no sampler leaves out.");

/// Budgets that nothing comes near.
fn generous() -> TailSampling {
    TailSampling::new().spans_per_second(1e9).bytes_per_second(1e12)
}

/// Budgets for so many spans in all, for a test that is over before the first second is.
fn tight(spans: f64) -> TailSampling {
    TailSampling::new()
        .spans_per_second(spans / 3600.0)
        .bytes_per_second(1e12)
        .epoch(Duration::from_secs(3600))
}

fn pipeline(tail: TailSampling, variables: &[(&str, &str)]) -> (Receiver, Pipeline) {
    let (receiver, builder) = builder(variables);
    (receiver, builder.tail_sampling(tail).install().unwrap())
}

/// A trace of an order and a step.
fn trace(telemetry: &Telemetry, outcome: Outcome, worth: f32) {
    let mut order = telemetry.span_in(&ORDER, &Context::new());
    telemetry.span_in(&STEP, &order.context()).finish(Outcome::Ok);
    order.worth(worth);
    order.finish(outcome);
}

fn state(span: &ProtoSpan) -> TraceState {
    span.trace_state.parse().unwrap()
}

/// What a span says it stands for.
fn threshold(span: &ProtoSpan) -> Option<Threshold> {
    SamplingState::of(&state(span)).threshold()
}

fn trace_id(span: &ProtoSpan) -> TraceId {
    TraceId::from_bytes(span.trace_id.as_slice().try_into().unwrap())
}

fn spans(receiver: &Receiver) -> Vec<ProtoSpan> {
    receiver.received().spans().map(|(_, _, span)| span.clone()).collect()
}

fn named<'a>(spans: &'a [ProtoSpan], name: &'a str) -> impl Iterator<Item = &'a ProtoSpan> {
    spans.iter().filter(move |span| span.name == name)
}

#[test]
fn within_the_budgets_everything_is_kept_and_stands_for_itself() {
    let (receiver, pipeline) = pipeline(generous(), &[]);
    for _ in 0..100 {
        trace(&pipeline, Outcome::Ok, 0.0);
    }
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    drop(tracer.start("theirs"));
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!((report.spans.created, report.spans.exported, report.spans.sampled_out), (201, 201, 0));
    for span in spans(&receiver) {
        assert_eq!(span.trace_state, "ot=th:0", "{}", span.name);
    }
}

#[test]
fn what_is_kept_says_for_how_many_it_stands_and_what_is_left_out_is_counted() {
    const TRACES: usize = 20_000;
    let (receiver, pipeline) = pipeline(tight(2_000.0), &[]);
    for at in 0..TRACES {
        let order = pipeline.span_in(&ORDER, &Context::new());
        let within = order.context();
        pipeline.span_in(&STEP, &within).finish(Outcome::Ok);
        if at % 2 == 0 {
            pipeline.span_in(&EXTRA, &within).finish(Outcome::Ok);
        }
        pipeline.event(&NOTE).emit();
        order.finish(Outcome::Ok);
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let counts = report.spans;
    assert_eq!(counts.created, 2 * TRACES as u64 + TRACES as u64 / 2);
    assert_eq!(counts.exported + counts.sampled_out, counts.created, "{report}");
    assert_eq!((report.pending(), report.lost()), (0, 0), "{report}");
    assert_eq!(report.logs.exported, TRACES as u64);
    for lane in [Lane::Normal, Lane::Bulk] {
        let counts = report.of_lane(otel_core::ledger::Stream::Traces, lane);
        assert_eq!((counts.exported + counts.sampled_out, counts.pending()), (counts.created, 0), "{lane:?}");
        assert!(counts.sampled_out > counts.exported, "{lane:?}: {report}");
    }

    let spans = spans(&receiver);
    let (mut orders, mut by_trace) = (0.0, HashMap::<_, Vec<_>>::new());
    for span in &spans {
        let threshold = threshold(span).unwrap();
        assert!(threshold.keeps(Randomness::of(trace_id(span))), "{}", span.trace_state);
        if span.name == "order" {
            orders += threshold.adjusted_count();
        }
        by_trace.entry(trace_id(span)).or_default().push((span.name.clone(), span.trace_state.clone()));
    }
    for (id, spans) in &by_trace {
        assert!(spans.iter().any(|(name, _)| name == "order"), "{id}: {spans:?}");
        assert!(spans.iter().any(|(name, _)| name == "step"), "{id}: {spans:?}");
        assert!(spans.iter().all(|(_, state)| *state == spans[0].1), "{id}: {spans:?}");
    }
    // About a thousand traces are kept of equal weight, so the estimate is within five of its deviations.
    let kept = by_trace.len() as f64;
    assert!((300.0..2_500.0).contains(&kept), "{kept}");
    let off = (orders / TRACES as f64 - 1.0).abs();
    assert!(off < 5.0 / kept.sqrt(), "{orders} of {TRACES}, from {kept}");
}

#[test]
fn what_failed_and_what_is_worth_most_is_kept() {
    let (receiver, pipeline) = pipeline(tight(2_000.0).precious(1_000.0), &[]);
    for at in 0..20_000 {
        match at % 200 {
            0 => trace(&pipeline, Outcome::Error("timeout"), 1.0),
            1 => trace(&pipeline, Outcome::Ok, 5_000.0),
            _ => trace(&pipeline, Outcome::Ok, 1.0),
        }
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    let spans = spans(&receiver);
    let failed = spans
        .iter()
        .filter(|span| span.status.as_ref().is_some_and(|status| status.code == StatusCode::Error as i32));
    assert_eq!(failed.count(), 100);
    let certain = named(&spans, "order").filter(|span| threshold(span) == Some(Threshold::ALWAYS));
    assert!(certain.count() >= 200, "{report}");
    assert!(report.spans.sampled_out > 30_000, "{report}");
}

#[test]
fn what_must_not_be_lost_and_what_somebody_waits_for_is_never_left_out() {
    for sampler in ["always_on", "always_off"] {
        let variables = [("OTEL_TRACES_SAMPLER", sampler)];
        let (receiver, pipeline) = pipeline(tight(1.0), &variables);
        for _ in 0..1_000 {
            let order = pipeline.span_in(&ORDER, &Context::new());
            pipeline.span_in(&RECEIPT, &order.context()).finish(Outcome::Ok);
            pipeline.span_in(&ALARM, &order.context()).finish(Outcome::Ok);
            order.finish(Outcome::Ok);
        }
        let report = pipeline.shutdown(PATIENCE).unwrap();
        let spans = spans(&receiver);
        assert_eq!(named(&spans, "receipt").count(), 1_000, "{sampler}: {report}");
        assert_eq!(named(&spans, "alarm").count(), 1_000, "{sampler}: {report}");
        assert!(named(&spans, "order").count() < 1_000, "{sampler}: {report}");
        assert_eq!(report.spans.exported + report.spans.sampled_out, report.spans.created, "{report}");
    }
}

#[test]
fn what_the_head_left_out_is_in_the_threshold() {
    let variables =
        [("OTEL_TRACES_SAMPLER", "parentbased_consistent_probability"), ("OTEL_TRACES_SAMPLER_ARG", "0.25")];
    let (receiver, pipeline) = pipeline(generous(), &variables);
    for _ in 0..1_000 {
        trace(&pipeline, Outcome::Ok, 1.0);
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(report.spans.created, 2_000);
    let spans = spans(&receiver);
    assert!(spans.len() > 300, "{report}");
    assert!(spans.iter().all(|span| span.trace_state == "ot=th:c"), "{:?}", spans[0].trace_state);
}

#[test]
fn what_a_share_of_ids_left_out_is_not_known() {
    let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", "0.5")];
    let (receiver, pipeline) = pipeline(generous(), &variables);
    for _ in 0..200 {
        trace(&pipeline, Outcome::Ok, 1.0);
    }
    let _ = pipeline.shutdown(PATIENCE).unwrap();
    let spans = spans(&receiver);
    assert!(spans.len() > 50 && spans.iter().all(|span| span.trace_state.is_empty()));
}

#[test]
fn what_another_process_says_is_kept_and_only_its_threshold_changes() {
    let random = "ot=rv:ffffffffffffff;th:8;xy:z,congo=t61rcWkgMzE";
    // What comes in, and what goes out.
    let cases = [
        ("", ""),
        ("congo=t61rcWkgMzE", "congo=t61rcWkgMzE"),
        (random, random),
        // The threshold that the trace did not reach was written by somebody who did not know the rules.
        ("ot=th:8;rv:00000000000001", "ot=rv:00000000000001"),
    ];
    for (coming, going) in cases {
        let (receiver, pipeline) = pipeline(generous(), &[]);
        let remote = opentelemetry::trace::SpanContext::new(
            TraceId::from(1_u128),
            SpanId::from(2_u64),
            TraceFlags::SAMPLED,
            true,
            coming.parse().unwrap(),
        );
        let order = pipeline.span_in(&ORDER, &Context::new().with_remote_span_context(remote));
        pipeline.span_in(&STEP, &order.context()).finish(Outcome::Ok);
        order.finish(Outcome::Ok);
        let report = pipeline.shutdown(PATIENCE).unwrap();
        assert_eq!(report.spans.exported, 2);
        for span in spans(&receiver) {
            assert_eq!(span.trace_state, going, "{coming}");
        }
    }
}

#[test]
fn what_the_head_does_not_sample_is_looked_at_and_kept_when_it_fails() {
    let variables = [("OTEL_TRACES_SAMPLER", "parentbased_always_off")];
    let (receiver, pipeline) = pipeline(tight(50.0).look_at(1.0), &variables);
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    for at in 0..2_000 {
        let outcome = if at % 500 == 0 { Outcome::Error("timeout") } else { Outcome::Ok };
        let order = pipeline.span_in(&ORDER, &Context::new());
        let within = order.context();
        assert!(!within.span().span_context().is_sampled(), "other services are not told to record it");
        drop(tracer.start_with_context("theirs", &within));
        order.finish(outcome);
    }
    let report = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(report.spans.created, 4_000, "{report}");
    let spans = spans(&receiver);
    let failed = |span: &&ProtoSpan| span.status.as_ref().is_some_and(|status| status.code == 2);
    assert_eq!(spans.iter().filter(failed).count(), 4, "{report}");
    assert_eq!(named(&spans, "theirs").count(), named(&spans, "order").count());
    for span in &spans {
        let promoted = span.attributes.iter().any(|attribute| attribute.key == "otel_core.sampling.promoted");
        assert!(promoted, "{}", span.name);
        assert!(threshold(span).is_some(), "{}", span.trace_state);
        assert_eq!(span.flags & 1, 0);
    }
}

#[test]
fn a_flush_decides_on_what_is_there_and_what_comes_later_follows() {
    let (receiver, pipeline) = pipeline(generous(), &[]);
    let order = pipeline.span_in(&ORDER, &Context::new());
    pipeline.span_in(&STEP, &order.context()).finish(Outcome::Ok);
    let report = pipeline.flush(PATIENCE).unwrap();
    assert_eq!((report.spans.exported, report.spans.pending()), (1, 0), "{report}");
    order.finish(Outcome::Ok);
    let _ = pipeline.shutdown(PATIENCE).unwrap();
    assert_eq!(spans(&receiver).len(), 2);
}

#[test]
fn a_trace_is_decided_on_without_being_asked() {
    let (receiver, pipeline) = pipeline(generous().grace(Duration::from_millis(1)), &[]);
    trace(&pipeline, Outcome::Ok, 1.0);
    assert!(receiver.wait_until(PATIENCE, |counts| counts.spans == 2));
    let _ = pipeline.shutdown(PATIENCE).unwrap();
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let (_receiver, builder) = builder(&[]);
    let refused = builder.tail_sampling(TailSampling::new().memory(1)).install().unwrap_err();
    assert!(refused.to_string().contains("tail_sampling"), "{refused}");
}

#[test]
fn the_settings_and_the_metrics_say_what_it_does() {
    let (receiver, pipeline) = pipeline(generous(), &[]);
    let effective = pipeline.effective_settings().to_string();
    assert!(effective.contains("traces.tail_sampling"), "{effective}");
    trace(&pipeline, Outcome::Ok, 1.0);
    let _ = pipeline.flush(PATIENCE).unwrap();
    let _ = pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let names: Vec<_> = received.metrics().map(|(_, _, metric)| metric.name.as_str()).collect();
    for name in ["spans", "held", "held.size", "factor"] {
        let name = format!("otel_core.sampling.{name}");
        assert!(names.contains(&name.as_str()), "{name}");
    }
}
