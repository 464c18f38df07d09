//! W3C Trace Context, level 2.

use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};
use otel_core::propagation::TraceContextPropagator;
use proptest::prelude::*;

use super::Headers;

const TRACE: &str = "12345678901234567890123456789012";
const SPAN: &str = "1234567890123456";

fn extracted(headers: &[(&str, &str)]) -> Option<SpanContext> {
    let context = TraceContextPropagator::new().extract_with_context(&Context::new(), &Headers::of(headers));
    context.has_active_span().then(|| context.span().span_context().clone())
}

fn parent(text: &str) -> Option<SpanContext> {
    extracted(&[("traceparent", text)])
}

/// The trace state that arrives with a good parent.
fn state(values: &[&str]) -> String {
    let parent = format!("00-{TRACE}-{SPAN}-00");
    let mut headers = vec![("traceparent", parent.as_str())];
    headers.extend(values.iter().map(|value| ("tracestate", *value)));
    extracted(&headers).expect("a broken state does not break the parent").trace_state().header()
}

fn injected(flags: u8, state: TraceState) -> Headers {
    let span = SpanContext::new(
        TraceId::from_hex(TRACE).unwrap(),
        SpanId::from_hex(SPAN).unwrap(),
        TraceFlags::new(flags),
        false,
        state,
    );
    let mut headers = Headers::default();
    let context = Context::new().with_remote_span_context(span);
    TraceContextPropagator::new().inject_context(&context, &mut headers);
    headers
}

#[test]
fn a_parent_that_follows_the_rules_is_read() {
    // The text, and the flags that are understood.
    let cases = [
        (format!("00-{TRACE}-{SPAN}-00"), 0x00),
        (format!("00-{TRACE}-{SPAN}-01"), 0x01),
        (format!("00-{TRACE}-{SPAN}-02"), 0x02),
        (format!("00-{TRACE}-{SPAN}-03"), 0x03),
        // Flags that nobody knows are not passed on.
        (format!("00-{TRACE}-{SPAN}-fc"), 0x00),
        (format!("00-{TRACE}-{SPAN}-ff"), 0x03),
        // White space around a header is no part of it.
        (format!(" \t00-{TRACE}-{SPAN}-01\t "), 0x01),
        // Later versions, which may say more at the end.
        (format!("01-{TRACE}-{SPAN}-01"), 0x01),
        (format!("cc-{TRACE}-{SPAN}-01"), 0x01),
        (format!("cc-{TRACE}-{SPAN}-01-what-the-future-will-be-like"), 0x01),
        (format!("fe-{TRACE}-{SPAN}-01-"), 0x01),
    ];
    for (text, flags) in cases {
        let parent = parent(&text).expect(&text);
        assert_eq!(parent.trace_id().to_string(), TRACE, "{text}");
        assert_eq!(parent.span_id().to_string(), SPAN, "{text}");
        assert_eq!((parent.trace_flags().to_u8(), parent.is_remote()), (flags, true), "{text}");
    }
}

#[test]
fn a_parent_that_breaks_a_rule_is_none() {
    let cases = [
        // Of the version.
        format!("ff-{TRACE}-{SPAN}-01"),
        format!("0-{TRACE}-{SPAN}-01"),
        format!("000-{TRACE}-{SPAN}-01"),
        format!(".0-{TRACE}-{SPAN}-01"),
        format!("0.-{TRACE}-{SPAN}-01"),
        format!("FE-{TRACE}-{SPAN}-01"),
        format!("+0-{TRACE}-{SPAN}-01"),
        // Of the trace id.
        format!("00-00000000000000000000000000000000-{SPAN}-01"),
        format!("00-.2345678901234567890123456789012-{SPAN}-01"),
        format!("00-1234567890123456789012345678901.-{SPAN}-01"),
        format!("00-1234567890123456789012345678901A-{SPAN}-01"),
        format!("00-{TRACE}3-{SPAN}-01"),
        format!("00-1234567890123456789012345678901-{SPAN}-01"),
        // Of the parent id.
        format!("00-{TRACE}-0000000000000000-01"),
        format!("00-{TRACE}-.234567890123456-01"),
        format!("00-{TRACE}-123456789012345.-01"),
        format!("00-{TRACE}-123456789012345A-01"),
        format!("00-{TRACE}-{SPAN}7-01"),
        format!("00-{TRACE}-123456789012345-01"),
        // Of the flags.
        format!("00-{TRACE}-{SPAN}-.0"),
        format!("00-{TRACE}-{SPAN}-0."),
        format!("00-{TRACE}-{SPAN}-0A"),
        format!("00-{TRACE}-{SPAN}-001"),
        format!("00-{TRACE}-{SPAN}-1"),
        format!("00-{TRACE}-{SPAN}-"),
        format!("00-{TRACE}-{SPAN}"),
        // This version says no more, and a later one says it behind a dash.
        format!("00-{TRACE}-{SPAN}-01-"),
        format!("00-{TRACE}-{SPAN}-01-what-the-future-will-be-like"),
        format!("cc-{TRACE}-{SPAN}-01.what-the-future-will-not-be-like"),
        // Of everything.
        String::new(),
        "-".to_owned(),
        "----".to_owned(),
        format!("00_{TRACE}_{SPAN}_01"),
        format!("00-{SPAN}-{TRACE}-01"),
        format!("00-{TRACE}-{SPAN}-0é"),
        format!("00-{TRACE}\u{1f980}-{SPAN}-01"),
        format!("00-{TRACE}-{SPAN}-01,00-{TRACE}-{SPAN}-01"),
    ];
    for text in cases {
        assert_eq!(parent(&text), None, "{text:?}");
    }
}

#[test]
fn a_parent_that_is_said_twice_is_none() {
    let parent = format!("00-{TRACE}-{SPAN}-01");
    assert_eq!(extracted(&[("traceparent", &parent), ("traceparent", &parent)]), None);
    assert_eq!(extracted(&[("tracestate", "a=1")]), None);
}

#[test]
fn without_a_parent_the_context_stays_what_it_was() {
    let mut headers = injected(0x03, TraceState::NONE);
    let before = TraceContextPropagator::new().extract_with_context(&Context::new(), &headers);
    headers.0.clear();
    let after = TraceContextPropagator::new().extract_with_context(&before, &headers);
    assert_eq!(after.span().span_context(), before.span().span_context());
}

#[test]
fn a_state_that_follows_the_rules_is_read() {
    let long_key = "k".repeat(256);
    let long = format!("{long_key}={}", "v".repeat(200));
    let cases: [(&[&str], &str); 12] = [
        (&["foo=1"], "foo=1"),
        (&["foo=1,bar=2"], "foo=1,bar=2"),
        (&["foo=1", "bar=2"], "foo=1,bar=2"),
        (&["foo=1 \t , \t bar=2, \t baz=3"], "foo=1,bar=2,baz=3"),
        (&[" \tfoo=1\t "], "foo=1"),
        (&["foo=1,", ",bar=2", ""], "foo=1,bar=2"),
        (&["", " "], ""),
        (&["foo=a b!\"#$%&'()*+-./:;<>?@[]^_`{|}~"], "foo=a b!\"#$%&'()*+-./:;<>?@[]^_`{|}~"),
        (&["0a_-*/=1,t-1@v=2"], "0a_-*/=1,t-1@v=2"),
        // Who says it twice has said it last first.
        (&["foo=1,bar=2,foo=3"], "foo=1,bar=2"),
        (&[&long], &long),
        // What the API cannot hold is left behind alone.
        (&["foo=1,a@b@c=2,bar=3"], "foo=1,bar=3"),
    ];
    for (values, expected) in cases {
        assert_eq!(state(values), expected, "{values:?}");
    }
}

#[test]
fn a_state_that_breaks_a_rule_is_none() {
    let long_key = format!("{}=1", "k".repeat(257));
    let long_value = format!("foo={}", "v".repeat(257));
    let cases = [
        "foo",
        "foo=",
        "=1",
        "foo=1,bar",
        "foo =1",
        "FOO=1",
        "foo.bar=1",
        "@foo=1",
        "-foo=1",
        "foo=1=2",
        "foo=\u{e9}",
        "foo=a\tb",
        "foo=1,=2",
        "foo=,bar=3",
        "föö=1",
        &long_key,
        &long_value,
    ];
    for text in cases {
        assert_eq!(state(&[text]), "", "{text:?}");
    }
}

#[test]
fn a_state_has_32_members_at_most() {
    let members = |count: usize| (0..count).map(|at| format!("k{at}={at}")).collect::<Vec<_>>().join(",");
    assert_eq!(state(&[&members(32)]), members(32));
    assert_eq!(state(&[&members(33)]), "");
    assert_eq!(state(&[&members(16), &members(33)]), "");
}

#[test]
fn a_long_state_loses_its_long_members_first_and_then_its_end() {
    let (small, long) = ("v".repeat(60), "v".repeat(125));
    let full: Vec<_> = (0..8).map(|at| format!("k{at}={small}")).collect();
    // Not a character more than may be.
    let exact = format!("{}v", full.join(","));
    assert_eq!(exact.len(), 512);
    assert_eq!(state(&[&exact]), exact);
    assert_eq!(state(&[&format!("{exact}v")]), full[..7].join(","));
    // The long ones go, though they come first, as many as have to: the last ones first.
    let mixed = format!("a1={long}x,a2={long}x,{},b={small}", full[..4].join(","));
    assert_eq!(state(&[&mixed]), format!("a1={long}x,{},b={small}", full[..4].join(",")));
    // Of this length, a member is not long.
    let even: Vec<_> = (1..=5).map(|at| format!("e{at}={long}")).collect();
    assert_eq!(even[0].len(), 128);
    assert_eq!(state(&[&even.join(",")]), even[..3].join(","));
}

#[test]
fn what_is_sent_has_both_flags_and_no_empty_state() {
    for (flags, sent) in [(0x00, "00"), (0x01, "01"), (0x02, "02"), (0x03, "03"), (0xff, "03")] {
        let headers = injected(flags, TraceState::NONE);
        let parent = format!("00-{TRACE}-{SPAN}-{sent}");
        assert_eq!(
            (headers.value("traceparent"), headers.value("tracestate")),
            (Some(parent.as_str()), None)
        );
    }
    let mut nothing = Headers::default();
    TraceContextPropagator::new().inject_context(&Context::new(), &mut nothing);
    assert!(nothing.0.is_empty());
}

#[test]
fn what_is_sent_is_no_longer_than_everybody_passes_on() {
    let long = TraceState::from_key_value((0..32).map(|at| (format!("k{at}"), "v".repeat(100)))).unwrap();
    let headers = injected(0x01, long);
    let sent = headers.value("tracestate").unwrap();
    assert_eq!((sent.len(), sent.split(',').count()), (4 * 103 + 3, 4));
    assert!(sent.starts_with("k0="));
}

#[test]
fn it_names_its_headers() {
    let propagator = TraceContextPropagator::new();
    assert_eq!(propagator.fields().collect::<Vec<_>>(), ["traceparent", "tracestate"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_arrives(trace in 1..u128::MAX, span in 1..u64::MAX, flags in 0..4_u8, members in 0..12_usize) {
        let state = TraceState::from_key_value((0..members).map(|at| (format!("k{at}"), at))).unwrap();
        let context = SpanContext::new(
            TraceId::from(trace), SpanId::from(span), TraceFlags::new(flags), true, state,
        );
        let mut headers = Headers::default();
        let propagator = TraceContextPropagator::new();
        propagator.inject_context(&Context::new().with_remote_span_context(context.clone()), &mut headers);
        let arrived = propagator.extract_with_context(&Context::new(), &headers);
        prop_assert_eq!(arrived.span().span_context().clone(), context);
    }

    #[test]
    fn no_header_is_too_strange(parent in "\\PC{0,80}|[0-9a-f-]{50,60}", state in "\\PC{0,80}|[a-z=, ]{0,700}") {
        let good = format!("00-{TRACE}-{SPAN}-03");
        for parent in [parent.as_str(), &good] {
            let arrived = extracted(&[("traceparent", parent), ("tracestate", &state)]);
            prop_assert!(arrived.is_none_or(|context| context.trace_state().header().len() <= 512));
        }
    }
}

#[test]
fn headers_that_are_looked_up_by_name_say_the_same() {
    let good = format!("00-{TRACE}-{SPAN}-03");
    let cases: [&[(&str, &str)]; 7] = [
        &[],
        &[("traceparent", &good)],
        &[("traceparent", &good), ("tracestate", "a=1"), ("tracestate", "b=2")],
        &[("traceparent", &good), ("tracestate", "no state")],
        &[("traceparent", &good), ("traceparent", &good)],
        &[("traceparent", "no parent"), ("tracestate", "a=1")],
        &[("tracestate", "a=1")],
    ];
    for headers in cases {
        let values = |name: &str| headers.iter().filter(|(it, _)| *it == name).map(|(_, it)| *it).collect();
        let context = TraceContextPropagator::new().context_of(values);
        let found = context.has_active_span().then(|| context.span().span_context().clone());
        assert_eq!(found, extracted(headers), "{headers:?}");
    }
}
