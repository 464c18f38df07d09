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
use crate::sensitive::{Bearer, Guard, Origin};
use crate::time::Timestamp;
use crate::wire::{Buffer, Fit, attribute_of, field_len, foreign, varint_len};

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
        encode(&mut draft.out, record, self.recorder.limits.log, &self.recorder.guard);
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
fn encode(out: &mut Buffer, record: &SdkLogRecord, limits: AttributeLimits, guard: &Guard) {
    fixed64(out, 0x09, record.timestamp().map(Timestamp::from));
    fixed64(out, 0x59, record.observed_timestamp().map(Timestamp::from));
    out.number_unless_zero(0x10, record.severity_number().map_or(0, |severity| severity as u64));
    let severity = guard.clean(record.severity_text().unwrap_or_default(), Origin::Free);
    out.field_unless_empty(0x1a, severity.as_bytes());
    if let Some(body) = record.body() {
        let fit = Fit::whole(guard);
        let cleaned = cleaned("", body, guard, Origin::Free);
        let body = cleaned.as_ref().unwrap_or(body);
        out.put([0x2a]);
        out.varint(any_len(body, fit) as u64);
        any(out, body, fit);
    }
    let fit = Fit { guard, longest: limits.length };
    for (key, value) in record.attributes_iter().take(limits.count as usize) {
        if guard.lets_out(key.as_str(), Bearer::Log) {
            let cleaned = cleaned(key.as_str(), value, guard, foreign::origin_of(key.as_str()));
            let key = guard.clean(key.as_str(), Origin::Free);
            pair(out, attribute_of::LOG, &key, cleaned.as_ref().unwrap_or(value), fit);
        }
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
    let event = guard.clean(record.event_name().unwrap_or_default(), Origin::Free);
    out.field_unless_empty(0x62, event.as_bytes());
}

fn fixed64(out: &mut Buffer, tag: u8, time: Option<Timestamp>) {
    if let Some(time) = time {
        out.put([tag]);
        out.put(time.unix_nanos().to_le_bytes());
    }
}

/// The value under `key` without what must not leave, where there could be such a thing in it, however deep.
fn cleaned(key: &str, value: &AnyValue, guard: &Guard, origin: Origin) -> Option<AnyValue> {
    if !suspects(key, value, guard) {
        return None;
    }
    let again =
        |key: &str, value: &AnyValue| cleaned(key, value, guard, origin).unwrap_or_else(|| value.clone());
    match value {
        AnyValue::String(text) => {
            Some(AnyValue::String(guard.clean_value(key, text.as_str(), origin).into_owned().into()))
        }
        AnyValue::Int(int) => {
            foreign::cleaned_int(key, *int, guard).map(|text| AnyValue::String(text.into()))
        }
        AnyValue::Bytes(bytes) => Some(AnyValue::Bytes(Box::new(cleaned_bytes(key, bytes, guard, origin)))),
        AnyValue::ListAny(values) => {
            Some(AnyValue::ListAny(Box::new(values.iter().map(|value| again(key, value)).collect())))
        }
        AnyValue::Map(map) => {
            let pairs = map.iter().filter(|(key, _)| guard.lets_out(key.as_str(), Bearer::Log));
            let pairs = pairs.map(|(key, value)| {
                let clean = guard.clean(key.as_str(), Origin::Free).into_owned();
                (clean.into(), again(key.as_str(), value))
            });
            Some(AnyValue::Map(Box::new(pairs.collect())))
        }
        _ => None,
    }
}

/// Bytes without what must not leave in those of them that are text; the others stay as they are.
fn cleaned_bytes(key: &str, bytes: &[u8], guard: &Guard, origin: Origin) -> Vec<u8> {
    let mut clean = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        clean.extend_from_slice(guard.clean_value(key, chunk.valid(), origin).as_bytes());
        clean.extend_from_slice(chunk.invalid());
    }
    clean
}

/// Whether anything in a value has to be looked at. Numbers and the keys of a map always have to.
fn suspects(key: &str, value: &AnyValue, guard: &Guard) -> bool {
    guard.suspects_key(key)
        || match value {
            AnyValue::String(text) => guard.suspects(text.as_str()),
            AnyValue::Bytes(bytes) => bytes.utf8_chunks().any(|chunk| guard.suspects(chunk.valid())),
            AnyValue::ListAny(values) => values.iter().any(|value| suspects(key, value, guard)),
            AnyValue::Int(_) | AnyValue::Map(_) => true,
            _ => false,
        }
}

/// Writes a `KeyValue` into field `parent`. Texts in it, however deep, are cut to fit, and bytes to as many bytes.
fn pair(out: &mut Buffer, parent: u8, key: &str, value: &AnyValue, fit: Fit<'_>) {
    out.put([parent]);
    out.varint(pair_len(key, value, fit) as u64);
    out.field(0x0a, key.as_bytes());
    out.put([0x12]);
    out.varint(any_len(value, fit) as u64);
    any(out, value, fit);
}

fn pair_len(key: &str, value: &AnyValue, fit: Fit<'_>) -> usize {
    field_len(key.len()) + field_len(any_len(value, fit))
}

/// The bytes a value takes as an `AnyValue`.
fn any_len(value: &AnyValue, fit: Fit<'_>) -> usize {
    match value {
        AnyValue::Int(int) => 1 + varint_len(*int as u64),
        AnyValue::Double(_) => 9,
        AnyValue::Boolean(_) => 2,
        AnyValue::String(text) => field_len(fit.cut(text.as_str()).len()),
        AnyValue::Bytes(bytes) => field_len(bytes.len().min(fit.longest as usize)),
        AnyValue::ListAny(_) | AnyValue::Map(_) => field_len(nested_len(value, fit)),
        _ => 0,
    }
}

/// The bytes of the `ArrayValue` or `KeyValueList` inside a list or a map.
fn nested_len(value: &AnyValue, fit: Fit<'_>) -> usize {
    match value {
        AnyValue::ListAny(values) => values.iter().map(|value| field_len(any_len(value, fit))).sum(),
        AnyValue::Map(map) => {
            map.iter().map(|(key, value)| field_len(pair_len(key.as_str(), value, fit))).sum()
        }
        _ => 0,
    }
}

fn any(out: &mut Buffer, value: &AnyValue, fit: Fit<'_>) {
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
        AnyValue::String(text) => out.field(0x0a, fit.cut(text.as_str()).as_bytes()),
        AnyValue::Bytes(bytes) => out.field(0x3a, &bytes[..bytes.len().min(fit.longest as usize)]),
        AnyValue::ListAny(values) => {
            out.put([0x2a]);
            out.varint(nested_len(value, fit) as u64);
            for value in values.iter() {
                out.put([0x0a]);
                out.varint(any_len(value, fit) as u64);
                any(out, value, fit);
            }
        }
        AnyValue::Map(map) => {
            out.put([0x32]);
            out.varint(nested_len(value, fit) as u64);
            map.iter().for_each(|(key, value)| pair(out, 0x0a, key.as_str(), value, fit));
        }
        // A kind of value newer than this crate is written as an empty `AnyValue`: its key survives.
        _ => {}
    }
}
