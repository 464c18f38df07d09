//! The samplers and id generators of the SDK, honoured for our spans and those of the API alike.

mod composite;
mod governor;
mod pressure;
mod remote;
mod tail;
mod threshold;
mod trace_state;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::trace::{
    Link, Span as _, SpanKind as ApiKind, TraceContextExt as _, TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue, SpanId, TraceFlags, TraceId};
use opentelemetry_sdk::trace::{IdGenerator, Sampler, SamplingDecision, SamplingResult, ShouldSample};
use otel_core::pipeline::{Builder, Pipeline};
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::Receiver;
use otel_core::{Outcome, SpanDef, SpanKind, Telemetry};

use crate::random::Random;

const WORK: SpanDef = SpanDef::new("work", SpanKind::Consumer, "A piece of work.");
const PATIENCE: Duration = Duration::from_secs(60);

#[test]
fn a_ratio_keeps_the_traces_that_the_samplers_of_others_keep() {
    const TRACES: u64 = 10_000;
    for share in ["0", "0.0001", "0.25", "0.5", "0.9", "1"] {
        let stock = Sampler::TraceIdRatioBased(share.parse().unwrap());
        let variables = [("OTEL_TRACES_SAMPLER", "traceidratio"), ("OTEL_TRACES_SAMPLER_ARG", share)];
        let (receiver, builder) = builder(&variables);
        let ids = Chosen::default();
        let pipeline = builder.id_generator(ids.clone()).install().unwrap();
        let tracer = pipeline.tracer_provider().unwrap().tracer("api");
        let mut random = Random::new(7);
        let mut kept = 0;
        for _ in 0..TRACES {
            let trace_id = random.trace_id();
            ids.choose(trace_id);
            let answer = stock.should_sample(None, trace_id, "work", &ApiKind::Internal, &[], &[]);
            let sampled = answer.decision == SamplingDecision::RecordAndSample;
            let ours = pipeline.span(&WORK);
            assert_eq!(ours.is_recording(), sampled, "{trace_id} with {share}");
            assert_eq!(tracer.start("api").is_recording(), sampled, "{trace_id} with {share}");
            ours.finish(Outcome::Ok);
            kept += u64::from(sampled);
        }
        let report = pipeline.shutdown(PATIENCE).unwrap();
        assert_eq!((report.spans.exported, report.spans.sampled_out), (2 * kept, 2 * (TRACES - kept)));
        assert_eq!(receiver.counts().spans, 2 * kept);
    }
}

#[test]
fn every_named_sampler_decides_as_its_name_says() {
    // The name, and whether it keeps a root, a child of a kept span, and a child of one that was left out.
    let samplers = [
        ("always_on", [true, true, true]),
        ("always_off", [false, false, false]),
        ("parentbased_always_on", [true, true, false]),
        ("parentbased_always_off", [false, true, false]),
        ("parentbased_traceidratio", [false, true, false]),
    ];
    for (name, expected) in samplers {
        let variables = [("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", "0")];
        let (_receiver, builder) = builder(&variables);
        let pipeline = builder.install().unwrap();
        let tracer = pipeline.tracer_provider().unwrap().tracer("api");
        let contexts = [Context::new(), parent(TraceFlags::SAMPLED), parent(TraceFlags::NOT_SAMPLED)];
        let ours = contexts.each_ref().map(|context| pipeline.span_in(&WORK, context).is_recording());
        let theirs =
            contexts.each_ref().map(|context| tracer.start_with_context("api", context).is_recording());
        assert_eq!((ours, theirs), (expected, expected), "{name}");
    }
}

/// What a sampler was asked: parent, trace, name, kind.
type Asked = (Option<SpanId>, TraceId, String, ApiKind);

/// A sampler that remembers what it was asked, and answers by the name of the span.
#[derive(Clone, Debug, Default)]
struct Curious(Arc<Mutex<Vec<Asked>>>);

impl ShouldSample for Curious {
    fn should_sample(
        &self,
        parent: Option<&Context>,
        trace_id: TraceId,
        name: &str,
        kind: &ApiKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        let parent = parent.map(|cx| cx.span().span_context().span_id()).filter(|id| *id != SpanId::INVALID);
        self.0.lock().unwrap().push((parent, trace_id, name.to_owned(), kind.clone()));
        SamplingResult {
            decision: match name {
                "record only" => SamplingDecision::RecordOnly,
                "drop" => SamplingDecision::Drop,
                _ => SamplingDecision::RecordAndSample,
            },
            attributes: vec![KeyValue::new("sampler", "curious")],
            trace_state: TraceState::from_key_value([("curious", "yes")]).unwrap(),
        }
    }
}

#[test]
fn a_sampler_of_the_application_is_asked_and_obeyed() {
    const RECORD_ONLY: SpanDef = SpanDef::new("record only", SpanKind::Internal, "Not exported.");
    const DROP: SpanDef = SpanDef::new("drop", SpanKind::Internal, "Not even recorded.");
    let (receiver, builder) = builder(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    let sampler = Curious::default();
    let pipeline = builder.sampler(sampler.clone()).install().unwrap();
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");

    let work = pipeline.span_in(&WORK, &parent(TraceFlags::SAMPLED));
    let api =
        tracer.span_builder("api").with_kind(ApiKind::Server).start_with_context(&tracer, &work.context());
    for (def, name) in [(&RECORD_ONLY, "record only"), (&DROP, "drop")] {
        pipeline.span(def).finish(Outcome::Ok);
        drop(tracer.start(name));
    }
    drop(api);
    let trace = work.context().span().span_context().trace_id();
    let work_id = work.context().span().span_context().span_id();
    work.finish(Outcome::Ok);
    let report = pipeline.shutdown(PATIENCE).unwrap();

    let asked = sampler.0.lock().unwrap();
    assert_eq!(asked[0], (Some(SpanId::from(2)), trace, "work".to_owned(), ApiKind::Consumer));
    assert_eq!(asked[1], (Some(work_id), trace, "api".to_owned(), ApiKind::Server));
    assert_eq!((asked.len(), report.spans.exported, report.spans.sampled_out), (6, 2, 4));
    let received = receiver.received();
    assert_eq!(received.spans().count(), 2);
    for (_, _, span) in received.spans() {
        assert_eq!((span.attributes[0].key.as_str(), span.trace_state.as_str()), ("sampler", "curious=yes"));
    }
}

#[test]
fn a_sampler_sees_the_whole_context_and_the_links_of_a_span() {
    #[derive(Clone, Debug, Default)]
    struct Ticket;
    #[derive(Clone, Debug)]
    struct Picky;
    impl ShouldSample for Picky {
        fn should_sample(
            &self,
            parent: Option<&Context>,
            _: TraceId,
            _: &str,
            _: &ApiKind,
            _: &[KeyValue],
            links: &[Link],
        ) -> SamplingResult {
            let keep = parent.is_some_and(|cx| cx.get::<Ticket>().is_some()) || !links.is_empty();
            let decision = if keep { SamplingDecision::RecordAndSample } else { SamplingDecision::Drop };
            SamplingResult { decision, attributes: Vec::new(), trace_state: TraceState::NONE }
        }
    }
    let (_receiver, builder) = builder(&[]);
    let pipeline = builder.sampler(Picky).install().unwrap();
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    let with_ticket = Context::new().with_value(Ticket);
    let linked = || {
        let link = Link::with_context(parent(TraceFlags::SAMPLED).span().span_context().clone());
        tracer.span_builder("api").with_links(vec![link]).start_with_context(&tracer, &Context::new())
    };
    let kept = [
        ("api, no reason", tracer.start_with_context("api", &Context::new()).is_recording(), false),
        ("ours, no reason", pipeline.span_in(&WORK, &Context::new()).is_recording(), false),
        ("api, link", linked().is_recording(), true),
        ("api, ticket", tracer.start_with_context("api", &with_ticket).is_recording(), true),
        ("ours, ticket", pipeline.span_in(&WORK, &with_ticket).is_recording(), true),
    ];
    let wrong: Vec<_> = kept.iter().filter(|(_, is, should)| is != should).map(|(what, ..)| what).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn ids_come_from_the_generator_of_the_application() {
    let (receiver, builder) = builder(&[]);
    let ids = Chosen::default();
    ids.choose(TraceId::from(0xfeed_u128));
    let pipeline = builder.id_generator(ids).install().unwrap();
    pipeline.span(&WORK).finish(Outcome::Ok);
    drop(pipeline.tracer_provider().unwrap().tracer("api").start("api"));
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let mut spans: Vec<_> = received.spans().map(|(_, _, span)| span.span_id.clone()).collect();
    spans.sort();
    assert_eq!(spans, [1_u64.to_be_bytes(), 2_u64.to_be_bytes()]);
    let trace = 0xfeed_u128.to_be_bytes();
    assert!(received.spans().all(|(_, _, span)| span.trace_id == trace));
}

/// Trace ids that the test chooses; span ids count up.
#[derive(Clone, Debug, Default)]
struct Chosen(Arc<(Mutex<Option<TraceId>>, AtomicU64)>);

impl Chosen {
    fn choose(&self, trace_id: TraceId) {
        *self.0.0.lock().unwrap() = Some(trace_id);
    }
}

impl IdGenerator for Chosen {
    fn new_trace_id(&self) -> TraceId {
        self.0.0.lock().unwrap().unwrap()
    }

    fn new_span_id(&self) -> SpanId {
        SpanId::from(self.0.1.fetch_add(1, Ordering::Relaxed) + 1)
    }
}

fn parent(flags: TraceFlags) -> Context {
    let parent = opentelemetry::trace::SpanContext::new(
        TraceId::from(1_u128),
        SpanId::from(2_u64),
        flags,
        true,
        TraceState::NONE,
    );
    Context::new().with_remote_span_context(parent)
}

fn builder(variables: &[(&str, &str)]) -> (Receiver, Builder) {
    let receiver = Receiver::start().unwrap();
    let builder = Telemetry::builder("sampling")
        .environment(Environment::of(variables.iter().copied()))
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc);
    (receiver, builder)
}

/// A pipeline can be shared by everything in an application.
const _: fn() = || {
    fn is_shared<T: Send + Sync + 'static>() {}
    is_shared::<Pipeline>();
};
