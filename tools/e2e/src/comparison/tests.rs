//! Traffic that goes straight to the receiver is as it was recorded, and each thing that is changed is seen.

use std::time::Duration;

use otel_core::Telemetry;
use otel_core::settings::{Compression, Environment, Protocol};
use otel_core::testing::Receiver;

use super::*;
use crate::traffic::Traffic;

const WAY: Way = Way::new(Protocol::HttpProtobuf, Compression::None);
const REQUESTS: u32 = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// Sends a little traffic, changes what arrived, and returns what the comparison says of it.
fn compared(change: impl FnOnce(&mut Received)) -> Result<Arrived, Failure> {
    let receiver = Receiver::start().unwrap();
    let nothing: [(&str, &str); 0] = [];
    let pipeline = Telemetry::builder("e2e")
        .environment(Environment::of(nothing))
        .resource_attribute("e2e.way", WAY.to_string())
        .endpoint(receiver.http_endpoint())
        .protocol(WAY.protocol)
        .install()
        .unwrap();
    let mut traffic = Traffic::new(&pipeline);
    (0..REQUESTS).for_each(|_| traffic.record());
    pipeline.shutdown(PATIENCE).unwrap();
    let mut received = receiver.received();
    change(&mut received);
    let found = arrived(traffic.recorded(), &received, WAY)?;
    latest_metrics(traffic.recorded(), &received, WAY)?;
    Ok(found)
}

#[track_caller]
fn is_seen(what: &str, change: impl FnOnce(&mut Received)) {
    let Err(failure) = compared(change) else { panic!("a changed {what} was not seen") };
    assert!(failure.to_string().contains(what), "{failure}");
}

fn a_span<'a>(received: &'a mut Received, name: &str) -> &'a mut Span {
    let resources = received.traces.iter_mut().flat_map(|request| &mut request.resource_spans);
    let spans = resources.flat_map(|it| &mut it.scope_spans).flat_map(|it| &mut it.spans);
    // Not the first request: it has none before it to link to.
    spans.filter(|span| span.name == name).last().unwrap()
}

fn a_record(received: &mut Received) -> &mut LogRecord {
    &mut received.logs[0].resource_logs[0].scope_logs[0].log_records[0]
}

#[test]
fn what_goes_straight_arrives_once_and_as_it_was_recorded() {
    let arrived = compared(|_| {}).unwrap();
    let once = |times: &HashMap<u64, u64>| times.values().filter(|times| **times == 1).count();
    let requests = usize::try_from(REQUESTS).unwrap();
    assert_eq!((once(&arrived.spans), once(&arrived.log_records)), (requests * 3, requests * 2));
}

#[test]
fn what_arrives_twice_is_counted_twice() {
    let arrived = compared(|received| {
        let copies = received.traces.clone();
        received.traces.extend(copies);
    });
    assert!(arrived.unwrap().spans.values().all(|times| *times == 2));
}

#[test]
fn a_changed_span_is_seen() {
    is_seen("span", |received| a_span(received, "e2e.request").name.push('x'));
    is_seen("span", |received| a_span(received, "e2e.request").start_time_unix_nano += 1);
    is_seen("span's end", |received| {
        a_span(received, "e2e.request").end_time_unix_nano += 10_000_000_000_000;
    });
    is_seen("span", |received| a_span(received, "e2e.api").end_time_unix_nano += 1);
    is_seen("span", |received| a_span(received, "e2e.step").parent_span_id[0] ^= 1);
    is_seen("span", |received| a_span(received, "e2e.step").trace_id[0] ^= 1);
    is_seen("span", |received| a_span(received, "e2e.request").attributes[0].value = None);
    is_seen("span", |received| drop(a_span(received, "e2e.request").attributes.pop()));
    is_seen("span", |received| drop(a_span(received, "e2e.step").links.pop()));
    is_seen("span", |received| a_span(received, "e2e.step").events[0].time_unix_nano += 1);
    is_seen("span", |received| a_span(received, "e2e.api").links[0].trace_state.clear());
    is_seen("span", |received| a_span(received, "e2e.api").status = None);
    is_seen("span", |received| a_span(received, "e2e.api").flags = 1);
    is_seen("nobody recorded", |received| a_span(received, "e2e.api").span_id[7] ^= 1);
}

#[test]
fn a_changed_log_record_is_seen() {
    is_seen("log record", |received| a_record(received).time_unix_nano += 1);
    is_seen("log record", |received| a_record(received).severity_number += 1);
    is_seen("log record", |received| a_record(received).event_name.clear());
    is_seen("log record", |received| a_record(received).trace_id.reverse());
    is_seen("record's observed time", |received| a_record(received).observed_time_unix_nano = 1);
    is_seen("nobody recorded", |received| a_record(received).attributes.clear());
}

#[test]
fn a_changed_sender_is_seen() {
    is_seen("resource", |received| received.logs[0].resource_logs[0].resource = None);
    is_seen("scope", |received| received.traces[0].resource_spans[0].scope_spans[0].scope = None);
}

#[test]
fn a_changed_metric_is_seen() {
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    let change = |change: fn(&mut Data)| {
        is_seen("metric", |received| {
            let resources = received.metrics.iter_mut().flat_map(|request| &mut request.resource_metrics);
            let metrics = resources.flat_map(|it| &mut it.scope_metrics).flat_map(|it| &mut it.metrics);
            metrics.filter_map(|metric| metric.data.as_mut()).for_each(change);
        });
    };
    change(|data| {
        if let Data::Sum(sum) = data {
            sum.data_points[0].value = None;
        }
    });
    change(|data| {
        if let Data::Sum(sum) = data {
            sum.is_monotonic = !sum.is_monotonic;
        }
    });
    change(|data| {
        if let Data::Gauge(gauge) = data {
            gauge.data_points.pop();
        }
    });
    change(|data| {
        if let Data::Histogram(histogram) = data {
            histogram.data_points[0].bucket_counts.rotate_left(1);
        }
    });
    change(|data| {
        if let Data::ExponentialHistogram(histogram) = data {
            histogram.data_points[0].scale -= 1;
        }
    });
    is_seen("measured", |received| {
        let scopes = &mut received.metrics[0].resource_metrics[0].scope_metrics;
        for metric in scopes.iter_mut().flat_map(|scope| &mut scope.metrics) {
            if let Some(Data::Sum(sum)) = &mut metric.data {
                sum.data_points[0].time_unix_nano = 0;
            }
        }
    });
}

#[test]
fn of_two_texts_the_difference_is_shown() {
    let long = "é".repeat(1_000);
    let (one, other) = (format!("{long}one{long}"), format!("{long}other"));
    let (one, other) = around_the_difference(&one, &other);
    assert!(one.starts_with('é') && one.chars().count() == BEFORE + AFTER, "{one}");
    assert!(one.contains("one") && other.ends_with("other"), "{one} {other}");
}
