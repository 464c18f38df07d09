//! Parts of spans that arrive through the OpenTelemetry API: events and links, as OTLP.

use opentelemetry::trace::{Link, Status, TraceState};
use opentelemetry::{KeyValue, TraceFlags};

use crate::time::Timestamp;
use crate::wire::{Buffer, attribute_of, field_len, foreign};

/// `Span.trace_state = 3`, and that of `Link`.
const TRACE_STATE: u8 = 0x1a;
/// `Span.events = 11`
const EVENT: u8 = 0x5a;
/// `Span.links = 13`
const LINK: u8 = 0x6a;
/// `Span.status = 15`
const STATUS: u8 = 0x7a;

/// Writes a span event into its span. Texts in its attributes are cut to `longest` characters.
pub(crate) fn event<'a>(
    out: &mut Buffer,
    time: Timestamp,
    name: &str,
    attributes: impl IntoIterator<Item = &'a KeyValue>,
    dropped: u32,
    longest: u32,
) {
    let mut message = Buffer::default();
    let nanos = time.unix_nanos();
    if nanos != 0 {
        message.put([0x09]);
        message.put(nanos.to_le_bytes());
    }
    message.field_unless_empty(0x12, name.as_bytes());
    for attribute in attributes {
        foreign::key_value(&mut message, attribute_of::SPAN_EVENT, attribute, longest);
    }
    message.number_unless_zero(0x20, u64::from(dropped));
    out.field(EVENT, message.as_slice());
}

/// Writes a link into its span. Texts in its attributes are cut to `longest` characters.
pub(crate) fn link(out: &mut Buffer, link: &Link, longest: u32) {
    let mut message = Buffer::default();
    let other = &link.span_context;
    message.field(0x0a, &other.trace_id().to_bytes());
    message.field(0x12, &other.span_id().to_bytes());
    trace_state(&mut message, other.trace_state());
    for attribute in &link.attributes {
        foreign::key_value(&mut message, attribute_of::SPAN_LINK, attribute, longest);
    }
    message.number_unless_zero(0x28, u64::from(link.dropped_attributes_count));
    message.put([0x35]);
    message.put(flags(other.trace_flags(), other.is_remote()).to_le_bytes());
    out.field(LINK, message.as_slice());
}

/// Writes a trace state, of a span or a link, as its header has it. An empty one is left out.
#[inline]
pub(crate) fn trace_state(out: &mut Buffer, state: &TraceState) {
    if *state != TraceState::NONE {
        members(out, state);
    }
}

fn members(out: &mut Buffer, state: &TraceState) {
    let text = |(key, value): (&str, &str)| key.len() + "=".len() + value.len() + ",".len();
    let Some(len) = state.into_iter().map(text).sum::<usize>().checked_sub(",".len()) else { return };
    out.put([TRACE_STATE]);
    out.varint(len as u64);
    for (at, (key, value)) in state.into_iter().enumerate() {
        if at != 0 {
            out.put(*b",");
        }
        out.put_slice(key.as_bytes());
        out.put(*b"=");
        out.put_slice(value.as_bytes());
    }
}

/// The `SpanFlags` of a span or link: the trace flags, and whether its parent or target is remote.
#[inline]
pub(crate) fn flags(trace: TraceFlags, remote: bool) -> u32 {
    const HAS_IS_REMOTE: u32 = 0x100;
    const IS_REMOTE: u32 = 0x200;
    u32::from(trace.to_u8()) | HAS_IS_REMOTE | if remote { IS_REMOTE } else { 0 }
}

/// A span's status as OTLP has it: a code, and a message for errors.
pub(crate) fn status(status: &Status) -> Option<(u8, Option<String>)> {
    match status {
        Status::Unset => None,
        Status::Ok => Some((1, None)),
        Status::Error { description } if description.is_empty() => Some((2, None)),
        Status::Error { description } => Some((2, Some(description.to_string()))),
    }
}

/// Writes a span's status. An empty one, as the SDK writes it, keeps the field present.
#[inline]
pub(crate) fn write_status(out: &mut Buffer, status: Option<(u8, Option<String>)>) {
    match status {
        None => out.put([STATUS, 0]),
        Some((code, None)) => out.put([STATUS, 2, 0x18, code]),
        Some((code, Some(message))) => {
            out.put([STATUS]);
            out.varint((field_len(message.len()) + 2) as u64);
            out.field(0x12, message.as_bytes());
            out.put([0x18, code]);
        }
    }
}
