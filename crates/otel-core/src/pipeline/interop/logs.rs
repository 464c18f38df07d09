//! Log records of the SDK, encoded as they are emitted.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::logs::AnyValue;
use opentelemetry::{InstrumentationScope, TraceId};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogProcessor, SdkLogRecord};

use crate::lane::Lane;
use crate::record::{Kind, Signal};
use crate::recorder::{AttributeLimits, End, Recorder};
use crate::time::Timestamp;
use crate::wire::{Buffer, attribute_of, cut, field_len, varint_len};

use super::{Flush, flushed};

/// Puts every log record into the outbox of the thread that emitted it.
pub(super) struct OutboxProcessor {
    recorder: Arc<Recorder>,
    flush: Flush,
}

impl OutboxProcessor {
    pub(super) fn new(recorder: &Arc<Recorder>, flush: Flush) -> Self {
        Self { recorder: Arc::clone(recorder), flush }
    }

    /// The scope a record goes out under: its target, where it has one, replaces the name, as in the SDK's own
    /// exporter.
    fn scope(&self, record: &SdkLogRecord, scope: &InstrumentationScope) -> u16 {
        let Some(target) = record.target() else { return self.recorder.scope_number_of_record(scope) };
        let mut named = InstrumentationScope::builder(target.clone());
        if let Some(version) = scope.version() {
            named = named.with_version(version.to_owned());
        }
        if let Some(url) = scope.schema_url() {
            named = named.with_schema_url(url.to_owned());
        }
        let named = named.with_attributes(scope.attributes().cloned()).build();
        self.recorder.scope_number_of_record(&named)
    }
}

impl fmt::Debug for OutboxProcessor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OutboxProcessor").finish_non_exhaustive()
    }
}

impl LogProcessor for OutboxProcessor {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        let scope = self.scope(record, scope);
        let mut draft = self.recorder.draft();
        draft.reset(Kind { signal: Signal::Log, lane: Lane::Normal }, scope, true);
        encode(&mut draft.out, record, self.recorder.limits.log);
        Recorder::finish(draft, End::Record);
    }

    fn force_flush(&self) -> OTelSdkResult {
        flushed(&self.flush)
    }

    /// The pipeline outlives the provider: it ends with its own shutdown.
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

/// Writes a record as `opentelemetry.proto.logs.v1.LogRecord`. Its body is whole, whatever the limits of attributes.
fn encode(out: &mut Buffer, record: &SdkLogRecord, limits: AttributeLimits) {
    fixed64(out, 0x09, record.timestamp().map(Timestamp::from));
    fixed64(out, 0x59, record.observed_timestamp().map(Timestamp::from));
    out.number_unless_zero(0x10, record.severity_number().map_or(0, |severity| severity as u64));
    out.field_unless_empty(0x1a, record.severity_text().unwrap_or_default().as_bytes());
    if let Some(body) = record.body() {
        out.put([0x2a]);
        out.varint(any_len(body, u32::MAX) as u64);
        any(out, body, u32::MAX);
    }
    for (key, value) in record.attributes_iter().take(limits.count as usize) {
        pair(out, attribute_of::LOG, key.as_str(), value, limits.length);
    }
    let over = record.attributes_iter().skip(limits.count as usize).count();
    out.number_unless_zero(0x38, over as u64);
    if let Some(context) = record.trace_context() {
        let flags = u32::from(context.trace_flags.unwrap_or_default().to_u8());
        if flags != 0 {
            out.put([0x45]);
            out.put(flags.to_le_bytes());
        }
        if context.trace_id != TraceId::INVALID {
            out.field(0x4a, &context.trace_id.to_bytes());
            out.field(0x52, &context.span_id.to_bytes());
        }
    }
    out.field_unless_empty(0x62, record.event_name().unwrap_or_default().as_bytes());
}

fn fixed64(out: &mut Buffer, tag: u8, time: Option<Timestamp>) {
    if let Some(time) = time {
        out.put([tag]);
        out.put(time.unix_nanos().to_le_bytes());
    }
}

/// Writes a `KeyValue` into field `parent`. Texts in it, however deep, are cut to `longest` characters, and bytes to
/// as many bytes.
fn pair(out: &mut Buffer, parent: u8, key: &str, value: &AnyValue, longest: u32) {
    out.put([parent]);
    out.varint(pair_len(key, value, longest) as u64);
    out.field(0x0a, key.as_bytes());
    out.put([0x12]);
    out.varint(any_len(value, longest) as u64);
    any(out, value, longest);
}

fn pair_len(key: &str, value: &AnyValue, longest: u32) -> usize {
    field_len(key.len()) + field_len(any_len(value, longest))
}

/// The bytes a value takes as an `AnyValue`.
fn any_len(value: &AnyValue, longest: u32) -> usize {
    match value {
        AnyValue::Int(int) => 1 + varint_len(*int as u64),
        AnyValue::Double(_) => 9,
        AnyValue::Boolean(_) => 2,
        AnyValue::String(text) => field_len(cut(text.as_str(), longest).len()),
        AnyValue::Bytes(bytes) => field_len(bytes.len().min(longest as usize)),
        AnyValue::ListAny(_) | AnyValue::Map(_) => field_len(nested_len(value, longest)),
        _ => 0,
    }
}

/// The bytes of the `ArrayValue` or `KeyValueList` inside a list or a map.
fn nested_len(value: &AnyValue, longest: u32) -> usize {
    match value {
        AnyValue::ListAny(values) => values.iter().map(|value| field_len(any_len(value, longest))).sum(),
        AnyValue::Map(map) => {
            map.iter().map(|(key, value)| field_len(pair_len(key.as_str(), value, longest))).sum()
        }
        _ => 0,
    }
}

fn any(out: &mut Buffer, value: &AnyValue, longest: u32) {
    match value {
        AnyValue::Int(int) => {
            out.put([0x18]);
            out.varint(*int as u64);
        }
        AnyValue::Double(double) => {
            out.put([0x21]);
            out.put(double.to_bits().to_le_bytes());
        }
        AnyValue::Boolean(truth) => out.put([0x10, u8::from(*truth)]),
        AnyValue::String(text) => out.field(0x0a, cut(text.as_str(), longest).as_bytes()),
        AnyValue::Bytes(bytes) => out.field(0x3a, &bytes[..bytes.len().min(longest as usize)]),
        AnyValue::ListAny(values) => {
            out.put([0x2a]);
            out.varint(nested_len(value, longest) as u64);
            for value in values.iter() {
                out.put([0x0a]);
                out.varint(any_len(value, longest) as u64);
                any(out, value, longest);
            }
        }
        AnyValue::Map(map) => {
            out.put([0x32]);
            out.varint(nested_len(value, longest) as u64);
            map.iter().for_each(|(key, value)| pair(out, 0x0a, key.as_str(), value, longest));
        }
        // A kind of value newer than this crate is written as an empty `AnyValue`: its key survives.
        _ => {}
    }
}
