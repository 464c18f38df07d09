//! W3C Baggage, and what of it may travel.

use std::collections::BTreeMap;

use opentelemetry::baggage::{Baggage, BaggageExt as _};
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry::{Context, KeyValue};
use otel_core::privacy::AllowList;
use otel_core::propagation::BaggagePropagator;
use otel_core::settings::{Environment, Exporter, Protocol};
use otel_core::testing::Receiver;
use otel_core::{EventDef, Outcome, Severity, SpanDef, SpanKind, Telemetry};
use proptest::prelude::*;

use super::Headers;

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const NEWS: EventDef = EventDef::new("test.news", Severity::Info, "Something happened.");

/// A name, a value and its properties.
type Member = (&'static str, &'static str, &'static str);

fn extracted(allowed: AllowList, values: &[&str]) -> BTreeMap<String, (String, String)> {
    let headers: Vec<_> = values.iter().map(|value| ("baggage", *value)).collect();
    let context =
        BaggagePropagator::new(allowed).extract_with_context(&Context::new(), &Headers::of(&headers));
    let entries = context.baggage().iter().map(|(name, (value, properties))| {
        (name.to_string(), (value.to_string(), properties.as_str().to_owned()))
    });
    entries.collect()
}

fn injected(allowed: AllowList, baggage: Baggage) -> Option<String> {
    let mut headers = Headers::default();
    BaggagePropagator::new(allowed).inject_context(&Context::new().with_baggage(baggage), &mut headers);
    headers.value("baggage").map(str::to_owned)
}

fn everything() -> AllowList {
    AllowList::everything()
}

#[test]
fn members_are_read_as_the_specification_has_them() {
    let cases: [(&[&str], &[Member]); 10] = [
        (&["key1=val1,key2=val2"], &[("key1", "val1", ""), ("key2", "val2", "")]),
        (&["key1 =  val1 , \tkey2\t= val2 "], &[("key1", "val1", ""), ("key2", "val2", "")]),
        (&["key1=val1", "key2=val2"], &[("key1", "val1", ""), ("key2", "val2", "")]),
        (&["key=a=b"], &[("key", "a=b", "")]),
        (&["key="], &[("key", "", "")]),
        (&["key=%20a%2Cb%3bc%C3%A9%20"], &[("key", " a,b;cé ", "")]),
        // A sign that begins nothing stands for itself, and what is no UTF-8 is replaced.
        (&["key=100%,other=%ff"], &[("key", "100%", ""), ("other", "\u{fffd}", "")]),
        (&["key=val;p1;p2=%2C ; p3 = x"], &[("key", "val", "p1;p2=%2C ; p3 = x")]),
        (&["k!#$%&'*+-.^_`|~=1"], &[("k!#$%&'*+-.^_`|~", "1", "")]),
        (&["key=1,key=2"], &[("key", "2", "")]),
    ];
    for (values, expected) in cases {
        let expected: BTreeMap<_, _> = expected
            .iter()
            .map(|(name, value, properties)| (name.to_string(), (value.to_string(), properties.to_string())))
            .collect();
        assert_eq!(extracted(everything(), values), expected, "{values:?}");
    }
}

#[test]
fn a_member_that_breaks_a_rule_is_left_out_alone() {
    for wrong in ["", "key", "=1", "a b=1", "ké=1", "(key)=1", "key=a b", "key=\u{e9}", "key=\u{7f}", ";p=1"]
    {
        let arrived = extracted(everything(), &[&format!("first=1,{wrong},last=2")]);
        assert_eq!(arrived.keys().collect::<Vec<_>>(), ["first", "last"], "{wrong:?}");
    }
}

#[test]
fn what_comes_in_has_its_limits() {
    let many: Vec<_> = (0..100).map(|at| format!("k{at:03}=v")).collect();
    let arrived = extracted(everything(), &[&many.join(",")]);
    assert_eq!((arrived.len(), arrived.contains_key("k063")), (64, true));

    let long = |bytes: usize| format!("long={}", "v".repeat(bytes - "long=".len()));
    assert_eq!(extracted(everything(), &[&long(8_192)]).len(), 1);
    assert_eq!(extracted(everything(), &[&long(8_193)]).len(), 0);
    // The member that goes beyond the limit, and all that follow.
    let header = format!("a=1,{},b=2", long(8_190));
    assert_eq!(extracted(everything(), &[&header]).keys().collect::<Vec<_>>(), ["a"]);
    // What may not pass takes no place.
    let wanted = format!("{},wanted=1", many.join(","));
    assert_eq!(extracted(AllowList::only(["wanted"]), &[&wanted]).len(), 1);
}

#[test]
fn what_goes_out_has_its_limits_and_breaks_no_header() {
    let value = "é,;\\\"%=\r\nset-cookie: x";
    let mut baggage = Baggage::new();
    baggage.insert_with_metadata("key", value, "p=1;q=a,b\r\nx: y");
    let sent = injected(everything(), baggage).unwrap();
    assert_eq!(sent, "key=%C3%A9%2C%3B%5C%22%25=%0D%0Aset-cookie:%20x;p=1;q=a%2Cb%0D%0Ax:%20y");
    assert_eq!(extracted(everything(), &[&sent])["key"].0, value);

    let many: Baggage = (0..64).map(|at| KeyValue::new(format!("k{at:02}"), "%".repeat(120))).collect();
    let sent = injected(everything(), many).unwrap();
    assert_eq!(sent.len(), 8_160 / 365 * 365 - 1);
    assert!(sent.starts_with("k00=") && sent.split(',').all(|member| member.len() == 364));
    assert_eq!(injected(everything(), Baggage::new()), None);
}

#[test]
fn only_what_is_listed_passes_in_either_direction() {
    let list = || AllowList::only(["Tenant", "region", "cookie"]).but_never(["REGION"]);
    let arrived = extracted(list(), &["tenant=a,TENANT=b,region=c,cookie=d,user=e"]);
    assert_eq!(arrived.keys().collect::<Vec<_>>(), ["TENANT", "tenant"]);
    let baggage = || ["tenant", "region", "cookie", "user"].map(|name| KeyValue::new(name, "1"));
    assert_eq!(injected(list(), baggage().into_iter().collect()).as_deref(), Some("tenant=1"));
    assert_eq!(injected(AllowList::only(["none"]), baggage().into_iter().collect()), None);
    assert_eq!(
        injected(everything().but_never(["user"]), baggage().into_iter().collect()).as_deref(),
        Some("region=1,tenant=1")
    );
}

#[test]
fn credentials_never_pass() {
    for name in ["Authorization", "cookie", "Set-Cookie", "proxy-authorization", "X-API-Key", "password"] {
        for list in [everything(), AllowList::only([name])] {
            assert!(!list.permits(name), "{name}");
            assert!(extracted(list, &[&format!("{name}=1")]).is_empty(), "{name}");
        }
    }
}

#[test]
fn a_pipeline_lets_everything_travel_unless_it_has_a_list() {
    let incoming = Headers::of(&[("baggage", "tenant=a,user=b,authorization=c")]);
    let cases = [(None, ["tenant", "user"].as_slice()), (Some(AllowList::only(["tenant"])), &["tenant"])];
    for (list, expected) in cases {
        let builder = Telemetry::builder("baggage").environment(Environment::default());
        let builder = builder.exporter(Exporter::Nothing);
        let pipeline = match list {
            Some(list) => builder.baggage(list),
            None => builder,
        };
        let pipeline = pipeline.install().unwrap();
        let context = pipeline.propagator().extract_with_context(&Context::new(), &incoming);
        let mut names: Vec<_> = context.baggage().iter().map(|(name, _)| name.to_string()).collect();
        names.sort();
        assert_eq!(names, expected);
        let shown = pipeline.effective_settings().to_string();
        let listed = shown.lines().find(|line| line.starts_with("propagators.baggage"));
        assert_eq!(listed.is_some_and(|line| line.contains("tenant")), expected.len() == 1, "{shown}");
    }
}

#[test]
fn baggage_becomes_an_attribute_of_nothing() {
    const SECRET: &str = "rosebud";
    let receiver = Receiver::start().unwrap();
    let pipeline = Telemetry::builder("baggage")
        .environment(Environment::default())
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .install()
        .unwrap();
    let incoming = Headers::of(&[
        ("traceparent", "00-12345678901234567890123456789012-1234567890123456-01"),
        ("baggage", &format!("{SECRET}={SECRET};{SECRET}")),
    ]);
    let context = pipeline.propagator().extract_with_context(&Context::new(), &incoming);
    assert_eq!(context.baggage().len(), 1);
    let span = pipeline.span_in(&WORK, &context);
    let guard = context.clone().attach();
    pipeline.event(&NEWS).emit();
    span.event(&NEWS).emit();
    let tracer = pipeline.tracer_provider().unwrap().tracer("api");
    drop(opentelemetry::trace::Tracer::start_with_context(&tracer, "api", &context));
    drop(guard);
    span.finish(Outcome::Ok);
    pipeline.shutdown(std::time::Duration::from_secs(60)).unwrap();
    let received = receiver.received();
    assert_eq!((received.spans().count(), received.log_records().count()), (2, 2));
    assert!(!format!("{received:?}").contains(SECRET));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_sent_arrives(entries in proptest::collection::btree_map("[a-z!~]{1,8}", "\\PC{0,20}", 0..10)) {
        let entries: BTreeMap<_, _> =
            entries.into_iter().filter(|(name, _)| everything().permits(name)).collect();
        let baggage = entries.iter().map(|(name, value)| KeyValue::new(name.clone(), value.clone())).collect();
        let sent = injected(everything(), baggage);
        prop_assert!(sent.as_ref().is_none_or(|sent| sent.bytes().all(|byte| (b'!'..=b'~').contains(&byte))));
        let arrived = sent.map_or(BTreeMap::new(), |sent| extracted(everything(), &[&sent]));
        let arrived: BTreeMap<_, _> = arrived.into_iter().map(|(name, (value, _))| (name, value)).collect();
        prop_assert_eq!(arrived, entries);
    }

    #[test]
    fn no_header_is_too_strange(header in "\\PC{0,200}|[a-z=;,% ]{0,200}") {
        let arrived = extracted(everything(), &[&header]);
        prop_assert!(arrived.len() <= 64);
    }
}
