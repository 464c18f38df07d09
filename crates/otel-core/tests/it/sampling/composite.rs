//! Composite samplers: what they keep, what they say of it, and that our spans and those of the API get the same.

use opentelemetry::trace::{
    Span as _, SpanContext, SpanKind as ApiKind, TraceContextExt as _, TraceState, Tracer as _,
    TracerProvider as _,
};
use opentelemetry::{Context, KeyValue, SpanId, TraceFlags, TraceId};
use opentelemetry_sdk::trace::{SamplingDecision, ShouldSample as _};
use otel_core::sampling::{
    AlwaysOff, AlwaysOn, Annotating, ComposableSampler, CompositeSampler, Intent, ParentOf, ParentThreshold,
    Probability, Randomness, Rule, RuleBased, SamplingState, Start, Threshold,
};
use otel_core::settings::Exporter;
use otel_core::{Catalogue, Outcome, SpanKind};

use super::{Chosen, PATIENCE, WORK, builder};
use crate::random::Random;

const RANDOM: TraceFlags = TraceFlags::new(0x02);

/// What a sampler says of a span: whether it is kept, its trace state, and how many attributes it adds.
fn ask(sampler: &CompositeSampler, parent: &Context, trace_id: TraceId, name: &str) -> (bool, String, usize) {
    let answer = sampler.should_sample(Some(parent), trace_id, name, &ApiKind::Server, &[], &[]);
    let sampled = answer.decision == SamplingDecision::RecordAndSample;
    (sampled, answer.trace_state.header(), answer.attributes.len())
}

fn parent(flags: TraceFlags, remote: bool, trace_id: u128, state: &str) -> Context {
    let state = state.parse().unwrap();
    let parent = SpanContext::new(TraceId::from(trace_id), SpanId::from(2_u64), flags, remote, state);
    Context::new().with_remote_span_context(parent)
}

fn share(share: f64) -> Probability {
    Probability::of(share).unwrap()
}

#[test]
fn a_share_is_kept_by_the_randomness_of_the_trace_and_says_so() {
    let sampler = CompositeSampler::new(share(0.25));
    let mut random = Random::new(3);
    let mut kept = 0;
    for _ in 0..20_000 {
        let trace_id = random.trace_id();
        let (sampled, state, _) = ask(&sampler, &Context::new(), trace_id, "work");
        assert_eq!(sampled, Randomness::of(trace_id).bits() >= 0xc0_0000_0000_0000, "{trace_id}");
        assert_eq!(state, if sampled { "ot=th:c" } else { "" });
        kept += i32::from(sampled);
    }
    // Five standard deviations.
    assert!((5_000 - kept).abs() < 310, "{kept} of 20000");
}

#[test]
fn a_probability_ignores_its_parent_and_a_parent_threshold_follows_it() {
    let on = TraceFlags::SAMPLED;
    let off = TraceFlags::NOT_SAMPLED;
    let (high, low) = (0xff_0000_0000_0000_u128, 0x10_0000_0000_0000_u128);
    // The sampler, the parent's flags, the end of the trace id, the state before, whether it is kept, and the state.
    let half: fn() -> CompositeSampler = || CompositeSampler::new(share(0.5));
    let follow: fn() -> CompositeSampler = || CompositeSampler::new(ParentThreshold::new(share(0.5)));
    let cases = [
        (half, off, high, "a=1", true, "ot=th:8,a=1"),
        (half, on, low, "a=1,ot=th:0;x:y", false, "ot=x:y,a=1"),
        (half, on, low, "ot=rv:f0000000000000;th:0", true, "ot=th:8;rv:f0000000000000"),
        (half, on, high, "ot=rv:10000000000000;th:0", false, "ot=rv:10000000000000"),
        (follow, on, high, "a=1,ot=th:c", true, "a=1,ot=th:c"),
        // A threshold that the trace has not reached is forgotten, and the flag is believed.
        (follow, on, low, "a=1,ot=th:c", true, "a=1"),
        (follow, off, high, "a=1,ot=th:c", false, "a=1"),
        (follow, on, low, "a=1", true, "a=1"),
        (follow, off, low, "a=1,ot=rv:f0000000000000", false, "a=1,ot=rv:f0000000000000"),
        (follow, on, low, "ot=th:c;rv:c0000000000000;x:y", true, "ot=th:c;rv:c0000000000000;x:y"),
    ];
    for (sampler, flags, trace_id, before, kept, after) in cases {
        for remote in [true, false] {
            let parent = parent(flags, remote, trace_id, before);
            let answer = ask(&sampler(), &parent, TraceId::from(trace_id), "work");
            assert_eq!(answer, (kept, after.to_owned(), 0), "{before} with {flags:?}");
        }
    }
}

#[test]
fn the_first_rule_that_fits_decides() {
    let rules = RuleBased::new()
        .when(Rule::any().name("health"), AlwaysOff)
        .when(Rule::any().name_prefix("checkout").kind(SpanKind::Server), AlwaysOn)
        .when(Rule::any().remote_parent(), AlwaysOff)
        .when(Rule::any().local_parent().kind(SpanKind::Client), AlwaysOn)
        .when(Rule::any().root().name("rare"), Annotating::new(AlwaysOn, [KeyValue::new("why", "rare")]));
    let sampler = CompositeSampler::new(rules);
    let (none, root) = (TraceState::NONE.header(), Context::new());
    let remote = parent(TraceFlags::SAMPLED, true, 1, "");
    let cases = [
        ("health", &root, (false, none.clone(), 0)),
        ("checkout.pay", &remote, (true, "ot=th:0".to_owned(), 0)),
        ("other", &remote, (false, none.clone(), 0)),
        ("rare", &root, (true, "ot=th:0".to_owned(), 1)),
        ("rare", &remote, (false, none.clone(), 0)),
        ("nothing fits", &root, (false, none, 0)),
    ];
    for (name, context, expected) in cases {
        assert_eq!(ask(&sampler, context, TraceId::from(1_u128), name), expected, "{name}");
    }
}

#[test]
fn our_spans_and_those_of_the_api_get_the_same() {
    const TRACES: usize = 5_000;
    let ids = Chosen::default();
    let sampler = CompositeSampler::new(ParentThreshold::new(share(0.5)));
    let (receiver, builder) = builder(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    let pipeline = builder.id_generator(ids.clone()).sampler(sampler).install().unwrap();
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    let mut random = Random::new(11);
    let mut kept = 0;
    for _ in 0..TRACES {
        ids.choose(random.trace_id());
        let (ours, theirs) = (pipeline.span(&WORK), tracer.start("api"));
        let context = ours.context();
        let (our, their) = (context.span().span_context().clone(), theirs.span_context().clone());
        assert_eq!(our.is_sampled(), their.is_sampled());
        assert_eq!(our.trace_state(), their.trace_state());
        kept += usize::from(our.is_sampled());

        // An id of an application is not known to be random, so the trace has a randomness of its own.
        let said = SamplingState::of(our.trace_state());
        let randomness = said.explicit_randomness().unwrap();
        let half = Threshold::from_probability(0.5).unwrap();
        assert_eq!(half.keeps(randomness), our.is_sampled());
        assert_eq!(said.threshold(), our.is_sampled().then_some(half));

        // What is below is as what is above, whoever makes it.
        for parent in [context.clone(), Context::new().with_span(theirs)] {
            let child = pipeline.span_in(&WORK, &parent);
            let (below, above) = (child.context(), parent.span().span_context().clone());
            assert_eq!(below.span().span_context().trace_state(), above.trace_state());
            assert_eq!(below.span().span_context().is_sampled(), above.is_sampled());
        }
        ours.finish(Outcome::Ok);
    }
    assert!((TRACES / 2).abs_diff(kept) < 180, "{kept} of {TRACES}");
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    assert_eq!(received.spans().count(), 4 * kept);
    assert!(received.spans().all(|(_, _, span)| span.trace_state.starts_with("ot=th:8;rv:")));
}

#[test]
fn a_rule_knows_the_scope_of_our_spans() {
    const CATALOGUE: Catalogue = Catalogue {
        name: "shop",
        version: "1.0.0",
        attributes: &[],
        spans: &[],
        events: &[],
        metrics: &[],
        alerts: &[],
    };
    let sampler = CompositeSampler::new(RuleBased::new().when(Rule::any().scope("shop"), AlwaysOn));
    let (_receiver, builder) = builder(&[]);
    let pipeline = builder.exporter(Exporter::Nothing).sampler(sampler).install().unwrap();
    let shop = pipeline.with_scope(&CATALOGUE);
    assert!(shop.span(&WORK).is_recording());
    assert!(!pipeline.span(&WORK).is_recording());
    let tracer = pipeline.tracer_provider().unwrap().tracer("shop");
    assert!(!tracer.start("the SDK does not say whose").span_context().is_sampled());
}

#[test]
fn a_sampler_of_the_application_can_be_part_of_it() {
    #[derive(Debug)]
    struct Daughters;
    impl ComposableSampler for Daughters {
        fn intent(&self, start: &Start<'_>) -> Intent {
            if start.parent == ParentOf::Root { Intent::KeepUncounted } else { Intent::LeaveOut }
        }
        fn annotate(&self, start: &Start<'_>, attributes: &mut Vec<KeyValue>) {
            attributes.push(KeyValue::new("first", start.name.to_owned()));
        }
    }
    let (receiver, builder) = builder(&[]);
    let pipeline = builder.sampler(CompositeSampler::new(Daughters)).install().unwrap();
    let root = pipeline.span(&WORK);
    pipeline.span_in(&WORK, &root.context()).finish(Outcome::Ok);
    root.finish(Outcome::Ok);
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let spans: Vec<_> = received.spans().map(|(_, _, span)| span).collect();
    assert_eq!(
        (spans.len(), spans[0].attributes[0].key.as_str(), spans[0].trace_state.as_str()),
        (1, "first", "")
    );
}

#[test]
fn a_trace_that_begins_here_says_that_its_id_is_random() {
    let (receiver, builder) = builder(&[("OTEL_TRACES_SAMPLER", "parentbased_always_on")]);
    let pipeline = builder.install().unwrap();
    let flags = |context: &Context| context.span().span_context().trace_flags();
    let root = pipeline.span(&WORK);
    assert_eq!(flags(&root.context()), TraceFlags::SAMPLED | RANDOM);
    assert_eq!(flags(&pipeline.span_in(&WORK, &root.context()).context()), TraceFlags::SAMPLED | RANDOM);
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    let api = tracer.start_with_context("api", &root.context());
    assert_eq!(api.span_context().trace_flags(), TraceFlags::SAMPLED | RANDOM);
    // Who has made the id says it, and nobody else: not even that it is not.
    for theirs in [0x00, 0x01, 0x02, 0x03, 0xff].map(TraceFlags::new) {
        let child = pipeline.span_in(&WORK, &parent(theirs, true, 7, ""));
        assert_eq!(flags(&child.context()), theirs & TraceFlags::new(0x03), "{theirs:?}");
    }
    root.finish(Outcome::Ok);
    drop(api);
    pipeline.shutdown(PATIENCE).unwrap();
    let received = receiver.received();
    let roots = received.spans().filter(|(_, _, span)| span.parent_span_id.is_empty());
    assert_eq!(roots.map(|(_, _, span)| span.flags & 0xff).collect::<Vec<_>>(), [0x03]);
}

#[test]
fn a_trace_that_is_left_out_says_that_its_id_is_random_all_the_same() {
    let (_receiver, builder) = builder(&[("OTEL_TRACES_SAMPLER", "always_off")]);
    let pipeline = builder.exporter(Exporter::Nothing).install().unwrap();
    let context = pipeline.span(&WORK).context();
    assert_eq!(context.span().span_context().trace_flags(), RANDOM);
}

#[test]
fn an_id_of_the_application_is_not_said_to_be_random() {
    let (_receiver, builder) = builder(&[]);
    let ids = Chosen::default();
    ids.choose(TraceId::from(7_u128));
    let pipeline = builder.exporter(Exporter::Nothing).id_generator(ids).install().unwrap();
    let context = pipeline.span(&WORK).context();
    assert_eq!(context.span().span_context().trace_flags(), TraceFlags::SAMPLED);
}

#[test]
fn the_variables_name_consistent_samplers() {
    // The name, and the state of a root, of a child of a kept parent, and of one that was left out: if it is kept.
    let cases = [
        ("consistent_probability", "1", [Some("ot=th:0"), Some("ot=th:0"), Some("ot=th:0")]),
        ("consistent_probability", "0", [None, None, None]),
        ("parentbased_consistent_probability", "1", [Some("ot=th:0"), Some(""), None]),
        ("ParentBased_Consistent_Probability", "0", [None, Some(""), None]),
        ("traceidratio", "1", [Some(""), Some(""), Some("")]),
        ("always_on", "", [Some(""), Some(""), Some("")]),
    ];
    for (name, argument, expected) in cases {
        let (_receiver, builder) =
            builder(&[("OTEL_TRACES_SAMPLER", name), ("OTEL_TRACES_SAMPLER_ARG", argument)]);
        let pipeline = builder.exporter(Exporter::Nothing).install().unwrap();
        let contexts = [
            Context::new(),
            parent(TraceFlags::SAMPLED, true, 7, ""),
            parent(TraceFlags::NOT_SAMPLED, true, 7, ""),
        ];
        let states = contexts.each_ref().map(|context| {
            let span = pipeline.span_in(&WORK, context);
            let context = span.context();
            span.is_recording().then(|| context.span().span_context().trace_state().header())
        });
        assert_eq!(states.each_ref().map(Option::as_deref), expected, "{name}");
    }
}

#[test]
fn a_composite_sampler_says_what_it_is_made_of() {
    let sampler = CompositeSampler::new(ParentThreshold::new(AlwaysOn));
    assert_eq!(format!("{sampler:?}"), "CompositeSampler(ParentThreshold(AlwaysOn))");
}
