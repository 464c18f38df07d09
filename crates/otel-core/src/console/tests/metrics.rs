//! Blocks of what has changed.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary,
    SummaryDataPoint,
};

use super::{Console, NOON, pair, text};

const CUMULATIVE: AggregationTemporality = AggregationTemporality::Cumulative;
const DELTA: AggregationTemporality = AggregationTemporality::Delta;

#[test]
fn a_counter_shows_what_was_added() {
    let counter =
        |value| metric("orders.placed", "{order}", sum(CUMULATIVE, true, vec![at_shop(value, "a")]));
    assert_eq!(
        shown([counter(3), counter(3), counter(5)]),
        [
            "12:04:05.123  metrics\n  orders.placed  +3 order  shop=a\n",
            "",
            "12:04:05.123  metrics\n  orders.placed  +2 order  shop=a\n",
        ]
    );
}

#[test]
fn a_counter_that_begins_anew_counts_from_zero() {
    let counter = |start, value| {
        let point = NumberDataPoint { start_time_unix_nano: start, ..at_shop(value, "a") };
        metric("orders", "1", sum(CUMULATIVE, true, vec![point]))
    };
    assert_eq!(
        shown([counter(1, 3), counter(2, 4), counter(2, 1)]),
        [
            "12:04:05.123  metrics\n  orders  +3  shop=a\n",
            "12:04:05.123  metrics\n  orders  +4  shop=a\n",
            "12:04:05.123  metrics\n  orders  +1  shop=a\n",
        ]
    );
}

#[test]
fn a_delta_is_shown_as_it_is() {
    let counter = |value| metric("orders", "", sum(DELTA, true, vec![at_shop(value, "a")]));
    let line = "12:04:05.123  metrics\n  orders  +3  shop=a\n";
    assert_eq!(shown([counter(3), counter(3), counter(0)]), [line, line, ""]);
}

#[test]
fn series_are_told_apart_by_their_attributes_in_any_order() {
    let point = |value, attributes: [(&str, &str); 2]| NumberDataPoint {
        attributes: attributes.map(|(key, value)| pair(key, text(value))).to_vec(),
        ..at_shop(value, "")
    };
    let first = vec![point(1, [("a", "1"), ("b", "2")]), point(5, [("a", "2"), ("b", "1")])];
    let second = vec![point(2, [("b", "2"), ("a", "1")]), point(5, [("a", "2"), ("b", "1")])];
    let [_, changed] = shown([first, second].map(|points| metric("n", "", sum(CUMULATIVE, true, points))));
    assert_eq!(changed, "12:04:05.123  metrics\n  n  +1  b=2 a=1\n");
}

#[test]
fn a_level_shows_its_value_and_its_change() {
    let gauge = |value| {
        let point = NumberDataPoint { value: Some(Value::AsDouble(value)), ..at_shop(0, "a") };
        metric("temperature", "Cel", Data::Gauge(Gauge { data_points: vec![point] }))
    };
    assert_eq!(
        shown([gauge(20.5), gauge(19.0), gauge(19.0)]),
        [
            "12:04:05.123  metrics\n  temperature  20.5 Cel  shop=a\n",
            "12:04:05.123  metrics\n  temperature  19 Cel (-1.5)  shop=a\n",
            "",
        ]
    );
    let queue = |value| metric("queue", "{job}", sum(CUMULATIVE, false, vec![at_shop(value, "a")]));
    let [_, changed] = shown([queue(3), queue(7)]);
    assert_eq!(changed, "12:04:05.123  metrics\n  queue  7 job (+4)  shop=a\n");
}

#[test]
fn a_histogram_shows_what_its_new_values_are_like() {
    let histogram = |counts: [u64; 3], sum, max| {
        let point = HistogramDataPoint {
            time_unix_nano: NOON,
            count: counts.iter().sum(),
            sum: Some(sum),
            bucket_counts: counts.to_vec(),
            explicit_bounds: vec![0.010, 0.100],
            min: Some(0.002),
            max: Some(max),
            ..HistogramDataPoint::default()
        };
        let aggregation_temporality = CUMULATIVE.into();
        metric(
            "duration",
            "s",
            Data::Histogram(Histogram { data_points: vec![point], aggregation_temporality }),
        )
    };
    assert_eq!(
        shown([
            histogram([4, 0, 1], 0.5, 0.4),
            histogram([4, 0, 1], 0.5, 0.4),
            histogram([6, 0, 1], 0.51, 0.4),
            histogram([6, 0, 2], 2.51, 2.0),
        ]),
        [
            "12:04:05.123  metrics\n  duration  +5  mean 100 ms  p50≈7 ms  max 400 ms\n",
            "",
            "12:04:05.123  metrics\n  duration  +2  mean 5 ms  p50≈5 ms  max≤10 ms\n",
            "12:04:05.123  metrics\n  duration  +1  mean 2 s  p50≈1.05 s  max 2 s\n",
        ]
    );
}

#[test]
fn an_exponential_histogram_may_become_coarser() {
    let histogram = |scale, counts: Vec<u64>, sum| {
        let point = ExponentialHistogramDataPoint {
            time_unix_nano: NOON,
            count: counts.iter().sum(),
            sum: Some(sum),
            scale,
            positive: Some(Buckets { offset: 0, bucket_counts: counts }),
            ..ExponentialHistogramDataPoint::default()
        };
        let (data_points, aggregation_temporality) = (vec![point], CUMULATIVE.into());
        metric(
            "size",
            "By",
            Data::ExponentialHistogram(ExponentialHistogram { data_points, aggregation_temporality }),
        )
    };
    let [_, changed] = shown([histogram(1, vec![1, 1, 0, 1], 6.0), histogram(0, vec![2, 3], 12.0)]);
    assert_eq!(changed, "12:04:05.123  metrics\n  size  +2  mean 3 By  p50≈3 By  max≤4 By\n");
}

#[test]
fn a_summary_shows_its_quantiles() {
    let summary = |count| {
        let quantile_values = vec![ValueAtQuantile { quantile: 0.5, value: 0.25 }];
        let point =
            SummaryDataPoint { time_unix_nano: NOON, count, quantile_values, ..SummaryDataPoint::default() };
        metric("rpc", "s", Data::Summary(Summary { data_points: vec![point] }))
    };
    assert_eq!(
        shown([summary(2), summary(2), summary(3)]),
        [
            "12:04:05.123  metrics\n  rpc  +2  p50=250 ms\n",
            "",
            "12:04:05.123  metrics\n  rpc  +1  p50=250 ms\n",
        ]
    );
}

#[test]
fn beyond_what_is_remembered_totals_are_shown() {
    let points = (0..=super::super::metrics::LIMIT).map(|shop| at_shop(2, &shop.to_string())).collect();
    let many = metric("orders", "", sum(CUMULATIVE, true, points));
    let [first, second] = shown([many.clone(), many]);
    assert_eq!(first.matches("+2").count(), super::super::metrics::LIMIT);
    assert_eq!(second, "12:04:05.123  metrics\n  orders  2 in total  shop=10000\n");
}

#[test]
fn names_are_aligned_and_harmless() {
    let mut console = Console::new(Vec::new());
    let short = metric("a", "\u{1b}", sum(CUMULATIVE, true, vec![at_shop(1, "x")]));
    let long = metric("long\n", "", sum(CUMULATIVE, true, vec![at_shop(1, "x")]));
    console.metrics(&metrics(vec![short, long]));
    assert_eq!(
        console.printed(),
        "12:04:05.123  metrics\n  a       +1 \\u{1b}  shop=x\n  long\\n  +1  shop=x\n"
    );
}

/// What a console prints for each of several exports of one metric.
fn shown<const N: usize>(exports: [Metric; N]) -> [String; N] {
    let mut console = Console::new(Vec::new());
    exports.map(|metric| {
        console.metrics(&metrics(vec![metric]));
        console.printed()
    })
}

fn metrics(metrics: Vec<Metric>) -> ExportMetricsServiceRequest {
    let scope_metrics = vec![ScopeMetrics { metrics, ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    ExportMetricsServiceRequest { resource_metrics }
}

fn metric(name: &str, unit: &str, data: Data) -> Metric {
    Metric { name: name.to_owned(), unit: unit.to_owned(), data: Some(data), ..Metric::default() }
}

fn sum(temporality: AggregationTemporality, is_monotonic: bool, data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum { data_points, aggregation_temporality: temporality.into(), is_monotonic })
}

fn at_shop(value: i64, shop: &str) -> NumberDataPoint {
    NumberDataPoint {
        attributes: vec![pair("shop", text(shop))],
        time_unix_nano: NOON,
        value: Some(Value::AsInt(value)),
        ..NumberDataPoint::default()
    }
}
