//! JSON, against the definitions of OTLP and against what protobuf's own types say.

mod definitions;
mod expected;

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use proptest::prelude::*;
use prost::Message;
use serde_json::{Value, json};

use super::*;
use crate::otlp::random::Random;

fn written(stream: Stream, request: &impl Message) -> Value {
    let line = line(stream, &request.encode_to_vec()).unwrap();
    assert!(!line.contains(&b'\n'));
    serde_json::from_slice(&line).unwrap()
}

/// Whether two values are equal. The reader that is used here may be off by the last bits of a double; that they are
/// written to the last bit is a test of its own.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        (Value::Number(one), Value::Number(other)) if one.is_f64() && other.is_f64() => {
            let (one, other) = (one.as_f64().unwrap(), other.as_f64().unwrap());
            one.to_bits().abs_diff(other.to_bits()) <= 16
        }
        _ => one == other,
    }
}

fn check(stream: Stream, request: &impl Message, expected: &Value) {
    let written = written(stream, request);
    assert!(same(&written, expected), "written: {written:#}\nexpected: {expected:#}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn every_request_says_in_json_what_it_says_in_protobuf(seed: u64, size in 0_usize..4) {
        let mut random = Random::new(seed, size);
        let (traces, logs, metrics) = (random.traces(), random.logs(), random.metrics());
        check(Stream::Traces, &traces, &expected::traces(&traces));
        check(Stream::Logs, &logs, &expected::logs(&logs));
        check(Stream::Metrics, &metrics, &expected::metrics(&metrics));
    }

    #[test]
    fn no_bytes_at_all_do_harm(bytes: Vec<u8>) {
        for stream in Stream::ALL {
            if let Ok(line) = line(stream, &bytes) {
                serde_json::from_slice::<Value>(&line).unwrap();
            }
        }
    }

    #[test]
    fn damage_is_noticed_or_gives_valid_json(seed: u64, at: prop::sample::Index, bit in 0..8) {
        let mut bytes = Random::new(seed, 3).metrics().encode_to_vec();
        prop_assume!(!bytes.is_empty());
        let at = at.index(bytes.len());
        bytes[at] ^= 1_u8 << bit;
        if let Ok(line) = line(Stream::Metrics, &bytes) {
            serde_json::from_slice::<Value>(&line).unwrap();
        }
    }
}

#[test]
fn the_specifications_examples_are_written_as_it_writes_them() {
    use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
    use opentelemetry_proto::tonic::metrics::v1::metric::Data;
    use opentelemetry_proto::tonic::metrics::v1::{
        ExponentialHistogram, ExponentialHistogramDataPoint, Metric, ResourceMetrics, ScopeMetrics,
    };

    let point = ExponentialHistogramDataPoint {
        start_time_unix_nano: 1_544_712_660_300_000_000,
        time_unix_nano: 1_544_712_660_300_000_000,
        count: 3,
        sum: Some(10.0),
        scale: 0,
        zero_count: 1,
        positive: Some(Buckets { offset: 1, bucket_counts: vec![0, 2] }),
        min: Some(0.0),
        max: Some(5.0),
        ..ExponentialHistogramDataPoint::default()
    };
    let metric = Metric {
        name: "my.exponential.histogram".to_owned(),
        unit: "1".to_owned(),
        data: Some(Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![point],
            aggregation_temporality: 1,
        })),
        ..Metric::default()
    };
    let scope_metrics = vec![ScopeMetrics { metrics: vec![metric], ..ScopeMetrics::default() }];
    let resource_metrics = vec![ResourceMetrics { scope_metrics, ..ResourceMetrics::default() }];
    let expected = json!({"resourceMetrics": [{"scopeMetrics": [{"metrics": [{
        "name": "my.exponential.histogram",
        "unit": "1",
        "exponentialHistogram": {
            "aggregationTemporality": 1,
            "dataPoints": [{
                "startTimeUnixNano": "1544712660300000000",
                "timeUnixNano": "1544712660300000000",
                "count": "3",
                "sum": 10.0,
                "zeroCount": "1",
                "positive": {"offset": 1, "bucketCounts": ["0", "2"]},
                "min": 0.0,
                "max": 5.0,
            }],
        },
    }]}]}]});
    check(Stream::Metrics, &ExportMetricsServiceRequest { resource_metrics }, &expected);
}

/// What no encoder of ours does, and every reader of protobuf understands.
#[test]
fn unusual_encodings_are_understood() {
    // A status in two pieces, a name twice, a field nobody knows, and bucket counts without packing.
    let span = b"\x2a\x01a\x7a\x03\x12\x01m\x2a\x01b\x7a\x02\x18\x02\xa2\x06\x01x";
    let mut request = vec![0x0a, span.len() as u8 + 4, 0x12, span.len() as u8 + 2, 0x12, span.len() as u8];
    request.extend_from_slice(span);
    let line = line(Stream::Traces, &request).unwrap();
    let expected =
        r#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"b","status":{"message":"m","code":2}}]}]}]}"#;
    assert_eq!(String::from_utf8_lossy(&line), expected);
    let mut buckets = Vec::new();
    walk::write(&mut buckets, &schema::METRICS, b"").unwrap();
    assert_eq!(buckets, b"{}");
}

#[test]
fn values_in_values_have_an_end() {
    let nested = |depth: usize| {
        let mut value = b"\x10\x01".to_vec();
        for _ in 0..depth {
            // `AnyValue.array_value` with one of `values`.
            let mut around = vec![0x0a];
            prost::encoding::encode_varint(value.len() as u64, &mut around);
            around.extend(&value);
            value = vec![0x2a];
            prost::encoding::encode_varint(around.len() as u64, &mut value);
            value.extend(around);
        }
        let mut record = vec![0x2a];
        prost::encoding::encode_varint(value.len() as u64, &mut record);
        record.extend(value);
        for tag in [0x12, 0x12, 0x0a] {
            let inside = std::mem::replace(&mut record, vec![tag]);
            prost::encoding::encode_varint(inside.len() as u64, &mut record);
            record.extend(inside);
        }
        record
    };
    assert!(line(Stream::Logs, &nested(10)).is_ok());
    assert!(line(Stream::Logs, &nested(1_000)).is_err());
}
