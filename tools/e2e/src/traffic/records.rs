//! Log records: what events should arrive as, and records of the OpenTelemetry API with bodies of every type.

use std::collections::HashMap;
use std::time::SystemTime;

use opentelemetry::Key;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, LoggerProvider as _, Severity};
use opentelemetry::trace::SpanContext;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;

use super::definitions::{API_SCOPE, NOTED, RECORD};
use super::wire::{any, array, attributes, map, text};
use super::{OF_API, OURS, Traffic, nanos, time};

impl Traffic<'_> {
    /// Expects the event `NOTED`, with what was `said` and its number, in the span of `context`.
    pub(super) fn expect_event(
        &mut self,
        number: u64,
        happened: SystemTime,
        context: &SpanContext,
        said: impl IntoIterator<Item = (&'static str, Value)>,
    ) {
        let expected = LogRecord {
            time_unix_nano: nanos(happened),
            severity_number: 13,
            severity_text: "WARN".to_owned(),
            event_name: NOTED.name().to_owned(),
            attributes: attributes(said.into_iter().chain([numbered(number)])),
            trace_id: context.trace_id().to_bytes().to_vec(),
            span_id: context.span_id().to_bytes().to_vec(),
            flags: u32::from(context.trace_flags().to_u8()),
            ..LogRecord::default()
        };
        self.recorded.log_records.insert(number, (OURS, expected));
    }

    /// A record of the OpenTelemetry API, in no span.
    pub(super) fn log_record(&mut self, number: u32) {
        let Some(provider) = self.pipeline.logger_provider() else { return };
        let logger = provider.logger(API_SCOPE);
        let (body, expected_body) = body(number);
        let (written, record) = (time(number), u64::from(number) * 2 + 1);
        let mut given = logger.create_log_record();
        given.set_timestamp(written);
        given.set_observed_timestamp(written);
        given.set_severity_number(Severity::Error2);
        given.set_severity_text("ERROR2");
        given.set_event_name("e2e.failed");
        given.set_body(body);
        given.add_attribute(RECORD.name(), i64::from(number) * 2 + 1);
        given.add_attribute("e2e.bytes", AnyValue::Bytes(Box::new(vec![0, 255, 128])));
        logger.emit(given);
        let expected = LogRecord {
            time_unix_nano: nanos(written),
            observed_time_unix_nano: nanos(written),
            severity_number: 18,
            severity_text: "ERROR2".to_owned(),
            event_name: "e2e.failed".to_owned(),
            body: Some(any(expected_body)),
            attributes: attributes([numbered(record), ("e2e.bytes", Value::BytesValue(vec![0, 255, 128]))]),
            ..LogRecord::default()
        };
        self.recorded.log_records.insert(record, (OF_API, expected));
    }
}

fn numbered(number: u64) -> (&'static str, Value) {
    (RECORD.name(), Value::IntValue(i64::try_from(number).unwrap_or(i64::MAX)))
}

/// A body of another type for each number.
fn body(number: u32) -> (AnyValue, Value) {
    let wide = i64::from(number);
    match number % 7 {
        0 => (AnyValue::from("näher"), text("näher")),
        1 => (AnyValue::Int(-wide), Value::IntValue(-wide)),
        2 => (AnyValue::Double(1.0e-300), Value::DoubleValue(1.0e-300)),
        3 => (AnyValue::Boolean(false), Value::BoolValue(false)),
        4 => (AnyValue::Bytes(Box::new(vec![0xff, 0x00])), Value::BytesValue(vec![0xff, 0x00])),
        5 => (
            AnyValue::ListAny(Box::new(vec![AnyValue::Int(1), AnyValue::from("two")])),
            array([Value::IntValue(1), text("two")]),
        ),
        _ => {
            // One entry: the API's maps have no order.
            let inner = AnyValue::ListAny(Box::new(vec![AnyValue::Boolean(true)]));
            let entries = HashMap::from([(Key::from("inner"), inner)]);
            (AnyValue::Map(Box::new(entries)), map([("inner", array([Value::BoolValue(true)]))]))
        }
    }
}
