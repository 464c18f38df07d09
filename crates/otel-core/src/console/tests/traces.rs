//! Trees, and what is held for them.

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link, SpanKind};
use opentelemetry_proto::tonic::trace::v1::status::StatusCode;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};

use super::super::held::LIMIT;
use super::{Console, MICROSECOND, MILLISECOND, NOON, SECOND, int, logs, pair, text};

const TRACE: [u8; 16] =
    [0x4b, 0xf9, 0x2f, 0x35, 0x77, 0xb3, 0x4d, 0xa6, 0xa3, 0xce, 0x92, 0x9d, 0x0e, 0x0e, 0x47, 0x36];
const REMOTE: u32 = 0x300;

#[test]
fn a_trace_is_a_tree_once_its_root_has_come() {
    let mut console = Console::new(Vec::new());
    let mut query = span(3, 2, "query", 2_000, 900);
    query.kind = SpanKind::Client.into();
    query.attributes = vec![pair("db.system", text("sqlite"))];
    let mut pay = span(4, 1, "pay", 6_000, 4_000);
    pay.status = Some(Status { code: StatusCode::Error.into(), message: "card declined".to_owned() });
    pay.events = vec![Event {
        time_unix_nano: NOON + 9 * MILLISECOND,
        name: "exception".to_owned(),
        attributes: vec![pair("exception.type", text("Declined"))],
        ..Event::default()
    }];
    console.traces(&traces(vec![query, span(2, 1, "price", 1_200, 3_400), pay]));
    assert_eq!(console.printed(), "");
    console.logs(&logs(vec![
        record(2, 4_000, "order.priced", vec![int("total", 12)]),
        LogRecord { severity_number: 13, ..record(1, 500, "order.received", Vec::new()) },
    ]));
    assert_eq!(console.printed(), "");

    let mut root = span(1, 9, "POST /orders", 0, 12_345);
    root.kind = SpanKind::Server.into();
    root.flags = REMOTE | 1;
    root.attributes = vec![int("http.response.status_code", 402)];
    root.links = vec![Link { trace_id: vec![0xab; 16], span_id: vec![0xcd; 8], ..Link::default() }];
    console.traces(&traces(vec![root]));
    assert_eq!(
        console.printed(),
        "12:04:05.123  4bf92f35  POST /orders (server)  12.3 ms  ✓  \
         http.response.status_code=402 →abababab/cdcdcdcd\n\
         ├─ ◆ +500 µs  WARN  order.received\n\
         ├─ +1.2 ms  price  3.4 ms  ✓\n\
         │  ├─ +2 ms  query (client)  900 µs  ✓  db.system=sqlite\n\
         │  └─ ◆ +4 ms  order.priced  total=12\n\
         └─ +6 ms  pay  4 ms  ✗ card declined\n   \
            └─ ◆ +9 ms  exception  exception.type=Declined\n"
    );
    console.finish();
    assert_eq!(console.printed(), "");
}

#[test]
fn an_event_about_the_past_stands_where_it_was_told() {
    let mut console = Console::new(Vec::new());
    let told = NOON + 700 * MICROSECOND;
    let filled = record(1, 0, "order.filled", Vec::new());
    console.logs(&logs(vec![LogRecord {
        time_unix_nano: NOON - 86_400 * SECOND,
        observed_time_unix_nano: told,
        ..filled
    }]));
    console.traces(&traces(vec![span(1, 0, "replay", 0, 1_000)]));
    let printed = console.printed();
    assert!(printed.contains("◆ +700 µs  order.filled"), "{printed}");
}

#[test]
fn attributes_that_do_not_fit_stand_below() {
    let mut console = Console::new(Vec::new());
    let mut root = span(1, 0, "root", 0, 1);
    root.attributes = vec![pair("a", text(&"x".repeat(80))), pair("b", text(&"y".repeat(80)))];
    let mut child = span(2, 1, "child", 0, 1);
    child.attributes = root.attributes.clone();
    console.traces(&traces(vec![root, child]));
    let (x, y) = ("x".repeat(80), "y".repeat(80));
    assert_eq!(
        console.printed(),
        format!(
            "12:04:05.123  4bf92f35  root  1 µs  ✓\n│  a={x}\n│  b={y}\n\
             └─ +0 ns  child  1 µs  ✓\n      a={x}\n      b={y}\n"
        )
    );
}

#[test]
fn a_trace_without_a_root_is_printed_after_two_seconds() {
    let mut console = Console::new(Vec::new());
    console.traces(&traces(vec![span(3, 2, "query", 2_000, 900), span(4, 3, "row", 2_100, 10)]));
    console.logs(&logs(vec![record(2, 1_000, "lost", Vec::new())]));
    console.tick(NOON);
    console.tick(NOON + 2 * SECOND - 1);
    assert_eq!(console.printed(), "");
    console.tick(NOON + 2 * SECOND);
    assert_eq!(
        console.printed(),
        "12:04:05.124  4bf92f35  (incomplete: its root has not come)\n\
         ├─ ◆ +0 ns  lost\n\
         └─ +1 ms  query  900 µs  ✓\n   \
            └─ +1.1 ms  row  10 µs  ✓\n"
    );
    console.tick(NOON + 9 * SECOND);
    assert_eq!(console.printed(), "");
}

#[test]
fn what_comes_after_its_tree_is_printed_all_the_same() {
    let mut console = Console::new(Vec::new());
    console.traces(&traces(vec![span(1, 0, "root", 0, 10)]));
    assert_eq!(console.printed(), "12:04:05.123  4bf92f35  root  10 µs  ✓\n");
    console.logs(&logs(vec![LogRecord { severity_number: 9, ..record(1, 5, "late", Vec::new()) }]));
    assert_eq!(console.printed(), "12:04:05.123  INFO   4bf92f35  late\n");
    console.traces(&traces(vec![span(2, 1, "detached", 5, 10)]));
    console.finish();
    assert_eq!(console.printed(), "12:04:05.123  4bf92f35  (continued)\n└─ +0 ns  detached  10 µs  ✓\n");
}

#[test]
fn two_roots_of_one_trace_are_two_trees() {
    let mut console = Console::new(Vec::new());
    let first = Span { flags: REMOTE, ..span(1, 9, "first", 0, 10) };
    let second = Span { flags: REMOTE, ..span(2, 9, "second", 20, 10) };
    console.traces(&traces(vec![span(3, 1, "of first", 1, 1), span(4, 2, "of second", 21, 1), first]));
    assert_eq!(console.printed(), "12:04:05.123  4bf92f35  first  10 µs  ✓\n└─ +1 µs  of first  1 µs  ✓\n");
    console.traces(&traces(vec![second]));
    assert_eq!(console.printed(), "12:04:05.123  4bf92f35  second  10 µs  ✓\n└─ +1 µs  of second  1 µs  ✓\n");
}

#[test]
fn a_call_within_the_process_is_one_tree() {
    let mut console = Console::new(Vec::new());
    let callee = Span { flags: REMOTE, ..span(2, 1, "callee", 1, 2) };
    console.traces(&traces(vec![callee, span(1, 0, "caller", 0, 10)]));
    assert_eq!(console.printed(), "12:04:05.123  4bf92f35  caller  10 µs  ✓\n└─ +1 µs  callee  2 µs  ✓\n");
}

#[test]
fn a_local_parent_is_waited_for() {
    let mut console = Console::new(Vec::new());
    console.traces(&traces(vec![Span { flags: 0x101, ..span(2, 1, "child", 0, 1) }]));
    assert_eq!(console.printed(), "");
}

#[test]
fn what_is_held_has_a_limit_and_nothing_is_lost() {
    let mut console = Console::new(Vec::new());
    let orphan = |trace: usize| Span {
        trace_id: [&[0; 8], trace.to_be_bytes().as_slice()].concat(),
        ..span(2, 1, "orphan", 0, 1)
    };
    console.traces(&traces((0..LIMIT).map(orphan).collect()));
    assert_eq!(console.printed(), "");
    console.traces(&traces(vec![orphan(LIMIT)]));
    assert_eq!(
        console.printed(),
        "12:04:05.123  00000000  (incomplete: others need the room)\n└─ +0 ns  orphan  1 µs  ✓\n"
    );
    console.logs(&logs(vec![record(7, 1, "event", Vec::new())]));
    assert_eq!(console.printed().matches("orphan").count(), 1);
    console.finish();
    let rest = console.printed();
    assert_eq!(rest.matches("orphan").count(), LIMIT - 1);
    assert_eq!(rest.matches("(incomplete: finished before its root has come)").count(), LIMIT - 1);
    assert!(rest.ends_with("12:04:05.123  LOG    4bf92f35  event\n"));
}

#[test]
fn spans_that_are_their_own_ancestors_are_printed_once() {
    let mut console = Console::new(Vec::new());
    let own = span(5, 5, "own parent", 0, 1);
    let circle = [span(2, 3, "a", 1, 1), span(3, 2, "b", 2, 1), span(4, 2, "c", 3, 1)];
    console.traces(&traces([own].into_iter().chain(circle).collect()));
    console.finish();
    let printed = console.printed();
    for name in ["own parent", " a ", " b ", " c "] {
        assert_eq!(printed.matches(name).count(), 1, "{name} in {printed}");
    }
}

#[test]
fn the_same_ids_twice_lose_nothing() {
    let mut console = Console::new(Vec::new());
    let again = span(1, 2, "again", 3, 1);
    console.traces(&traces(vec![span(1, 0, "root", 0, 10), span(2, 1, "child", 1, 5), again]));
    console.traces(&traces(vec![
        Span { span_id: Vec::new(), ..span(0, 0, "nameless", 0, 1) },
        Span { span_id: Vec::new(), ..span(0, 0, "nameless", 0, 1) },
    ]));
    console.finish();
    let printed = console.printed();
    for (name, count) in [("root", 1), ("child", 1), ("again", 1), ("nameless", 2)] {
        assert_eq!(printed.matches(name).count(), count, "{name} in {printed}");
    }
}

#[test]
fn a_deep_trace_is_drawn_without_recursion() {
    let mut console = Console::new(Vec::new());
    let chain = (0..5_000_u64).map(|depth| span(depth + 1, depth, "step", depth, 1));
    console.traces(&traces(chain.collect()));
    let printed = console.printed();
    assert_eq!(printed.lines().count(), 5_000);
    assert!(printed.lines().all(|line| line.chars().count() < 120));
}

fn traces(spans: Vec<Span>) -> ExportTraceServiceRequest {
    let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans { scope_spans, ..ResourceSpans::default() }],
    }
}

/// A span; times are microseconds after the trace began, and parent 0 is none.
fn span(id: u64, parent: u64, name: &str, start: u64, took: u64) -> Span {
    let start_time_unix_nano = NOON + start * MICROSECOND;
    Span {
        trace_id: TRACE.to_vec(),
        span_id: id.to_be_bytes().to_vec(),
        parent_span_id: if parent == 0 { Vec::new() } else { parent.to_be_bytes().to_vec() },
        name: name.to_owned(),
        start_time_unix_nano,
        end_time_unix_nano: start_time_unix_nano + took * MICROSECOND,
        ..Span::default()
    }
}

fn record(
    span: u64,
    time: u64,
    name: &str,
    attributes: Vec<opentelemetry_proto::tonic::common::v1::KeyValue>,
) -> LogRecord {
    LogRecord {
        time_unix_nano: NOON + time * MICROSECOND,
        trace_id: TRACE.to_vec(),
        span_id: span.to_be_bytes().to_vec(),
        event_name: name.to_owned(),
        attributes,
        ..LogRecord::default()
    }
}
