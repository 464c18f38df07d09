//! What it costs to look at texts: the first look on the thread that records, and the guard behind it.
//!
//! `cargo bench -p otel-benches --bench privacy`.

use std::hint::black_box;
use std::time::Duration;

use criterion::{Criterion, Throughput};
use otel_core::privacy::{self, Guard, KeyRing, Policy};
use otel_core::{PseudonymKey, Timestamp};

/// Texts as attributes have them; none of them is suspicious.
const ATTRIBUTES: [(&str, &str); 5] = [
    ("order_10", "ORD-123456"),
    ("name_16", "partially_filled"),
    ("uuid_36", "6f1c2a9e-8b4d-4e7a-9c3f-2d5b7e8a1c4f"),
    ("type_64", "alloc::collections::btree::map::BTreeMap<String, alloc::Vec<u8>>"),
    (
        "message_100",
        "order 17 of the morning batch was sent to the venue and acknowledged in 1.25 ms by its first gateway",
    ),
];

/// Lines as logs have them; the last one has three things to hide.
const LINES: [&str; 10] = [
    "2026-11-22T18:28:57.123Z INFO order_service::matching: order 01ARZ3NDEKTSV4RRFFQ69G5FAV accepted in 1.234 ms",
    "GET /api/v1/orders/6f1c2a9e-8b4d-4e7a-9c3f-2d5b7e8a1c4f/items?page=2&size=100 HTTP/1.1 200 5123",
    "081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38865049064139660 terminating",
    "connection pool of the pricing database grew from 8 to 12 connections, 4 are idle, longest wait was 15 ms",
    "java.lang.IllegalStateException: queue is full at com.example.trading.Outbox.append(Outbox.java:118)",
    "thread 'main' panicked at src/matching/book.rs:331:17: index out of bounds: the len is 3 but the index is 3",
    "8=FIX.4.2|9=178|35=8|49=PHLX|56=PERS|52=20071123-05:30:00.000|11=ATOMNOCCC9990900|20=3|150=E|39=E|55=MSFT|167=CS",
    "worker 7 finished batch 12345 of 98765 with 100 records, 0 failures, 3 retries and a checksum of d41d8cd98f00b204",
    "cache miss for key order:17:summary, loaded from the replica eu-west-1b in 3.2 ms, expires in 300 s",
    "customer bob.miller@example.com paid 101.25 EUR with card 4111 1111 1111 1111 from 203.0.113.77",
];

fn main() {
    let mut criterion = Criterion::default()
        .sample_size(40)
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args();
    first_look(&mut criterion);
    guard(&mut criterion);
    criterion.final_summary();
}

fn first_look(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("privacy/suspects");
    for (name, text) in ATTRIBUTES {
        assert!(
            !privacy::suspects(text),
            "{name} is suspicious, and so another thing than it says is measured"
        );
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |bencher| bencher.iter(|| privacy::suspects(black_box(text))));
    }
    let long = LINES[..9]
        .iter()
        .filter(|line| !privacy::suspects(line))
        .copied()
        .collect::<Vec<_>>()
        .join("\n")
        .repeat(20);
    assert!(!privacy::suspects(&long), "a long text is suspicious");
    group.throughput(Throughput::Bytes(long.len() as u64));
    group.bench_function("long", |bencher| bencher.iter(|| privacy::suspects(black_box(&long))));
    group.finish();
}

fn guard(criterion: &mut Criterion) {
    let guard = Guard::new(Policy::STANDARD).with_keys(KeyRing::new(PseudonymKey::new([7; 32])));
    let now = Timestamp::from_unix_nanos(1_763_836_137_000_000_000);
    let bytes = |lines: &[&str]| Throughput::Bytes(lines.iter().map(|line| line.len() as u64).sum());

    let mut group = criterion.benchmark_group("privacy/clean");
    // One line of a hundred has something to hide.
    let log: Vec<&str> = (0..100).map(|line| if line == 50 { LINES[9] } else { LINES[line % 9] }).collect();
    group.throughput(bytes(&log));
    group.bench_function("log", |bencher| {
        bencher.iter(|| log.iter().map(|line| guard.clean(black_box(line), now).len()).sum::<usize>());
    });
    group.throughput(bytes(&LINES[..9]));
    group.bench_function("log_without_findings", |bencher| {
        bencher.iter(|| LINES[..9].iter().map(|line| guard.clean(black_box(line), now).len()).sum::<usize>());
    });
    group.throughput(bytes(&LINES[9..]));
    group.bench_function("three_findings", |bencher| {
        bencher.iter(|| guard.clean(black_box(LINES[9]), now).len());
    });
    group.finish();

    // The detectors alone, as for texts that are all suspicious.
    let mut group = criterion.benchmark_group("privacy/find");
    group.throughput(bytes(&LINES));
    group.bench_function("log", |bencher| {
        bencher.iter(|| LINES.iter().map(|line| privacy::find(black_box(line)).len()).sum::<usize>());
    });
    group.finish();
}
