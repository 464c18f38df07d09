//! A million people with an order each, through everything `otel-ecommerce` has: no metric grows beyond what is declared,
//! and neither does memory.
//!
//! `cargo bench -p otel-benches --bench soak`. It is no benchmark: it ends with an error when a bound is broken. It is
//! here because a million orders take code that is optimised. Texts that become labels are as many as there are people,
//! for that is what breaks metrics: a router that forgets its templates, a query with its literals in it.

#![expect(clippy::expect_used, reason = "what cannot be set up has failed")]
#![expect(clippy::print_stdout, reason = "its figures are what it is for")]

mod town;

use std::mem;
use std::time::{Duration, Instant};

use allocation_counter::measure;
use otel_core::Telemetry;
use otel_core::pipeline::Pipeline;
use otel_core::settings::Environment;
use otel_core::testing::{Receiver, Recorded};
use otel_ecommerce::CATALOGUE;
use otel_ecommerce::conventions::{kpi, user};

use self::town::{PRICE, Town, at};

const PEOPLE: u64 = 1_000_000;
/// How long the last of it may take to arrive.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the key figures may take by their own settings, with room for as much again: what grows doubles.
const OF_KPI: u64 = 2 * (60 * (1 << 18) + 60 * (1 << 20) + 108 * (1 << 18));

/// What a user may take in the detector of anomalies.
const OF_A_USER: u64 = 200;

/// What everything else may take: outboxes, sketches, texts of capped labels, detectors of few cards and devices.
const OF_THE_REST: u64 = 32 << 20;

/// How many facts may wait to be sent before the crowd waits for them.
const MOST_WAITING: u64 = 50_000;

fn main() {
    let began = Instant::now();
    let metrics = Receiver::start().expect("a receiver");
    let others = Receiver::counting().expect("a receiver");
    let pipeline = pipeline(&metrics, &others);
    let telemetry = pipeline.telemetry().clone();
    let mut remembered = 0;
    let measured = measure(|| {
        let town = Town::new(&pipeline);
        for number in 0..PEOPLE {
            town.visited_by(number);
            if number.is_multiple_of(1_000) {
                town.kpi.advance(at(number));
                wait_for_room(&pipeline);
            }
        }
        remembered = town.detector.bytes() as u64;
        // What is remembered by the end is what is measured: nothing is dropped before.
        mem::forget(town);
    });
    let report = pipeline.shutdown(PATIENCE).expect("everything arrives");
    assert_eq!((report.logs.lost(), report.metric_points.lost()), (0, 0), "{report}");

    let kept = u64::try_from(measured.bytes_current).expect("more was taken than given back");
    assert!(remembered <= OF_A_USER * PEOPLE, "{remembered} bytes for {PEOPLE} users");
    assert!(kept <= OF_A_USER * PEOPLE + OF_KPI + OF_THE_REST, "{measured:?}");
    assert!(kept >= remembered, "the detector counts more than there is: {measured:?}");

    let recorded = Recorded::received(&metrics.received(), &telemetry);
    for metric in CATALOGUE.metrics {
        let series = recorded.series(metric);
        assert!(!recorded.overflows(metric), "{} overflows", metric.name);
        assert!(series <= metric.series, "{} has {series} of {} series", metric.name, metric.series);
    }
    assert_eq!(recorded.counter_total(&kpi::REVENUE), PEOPLE * PRICE);
    assert_eq!(recorded.counter_total(&kpi::REFUNDS), PEOPLE.div_ceil(10) * PRICE);
    assert_eq!(recorded.counter_total(&user::REGISTRATIONS), PEOPLE);
    assert_eq!(others.counts().log_records, report.logs.exported);

    let points: usize = CATALOGUE.metrics.iter().map(|metric| recorded.series(metric)).sum();
    println!("{PEOPLE} people and orders in {:.1?}", began.elapsed());
    println!("{points} series of {} metrics, none overflows", CATALOGUE.metrics.len());
    println!("{} bytes for each user in the detector, {} bytes in all", remembered / PEOPLE, kept);
    println!("{} events, all arrived", report.logs.exported);
}

/// Metrics go to one receiver, which keeps them, and events to another, for there are millions.
fn pipeline(metrics: &Receiver, others: &Receiver) -> Pipeline {
    let environment = Environment::of([
        ("OTEL_TRACES_SAMPLER", "always_off".to_owned()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", others.grpc_endpoint()),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", metrics.grpc_endpoint()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc".to_owned()),
    ]);
    Telemetry::builder("shop").environment(environment).install().expect("the pipeline starts")
}

/// A crowd that comes faster than any shop sees must not lose what a shop would not.
fn wait_for_room(pipeline: &Pipeline) {
    if pipeline.report().pending() > MOST_WAITING {
        pipeline.flush(PATIENCE).expect("everything arrives");
    }
}
