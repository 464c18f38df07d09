//! Parts of spans that arrive through the OpenTelemetry API: events and links, as OTLP.

use std::borrow::Cow;
#[cfg(feature = "pipeline")]
use std::time::Duration;

use opentelemetry::trace::{Link, Status, TraceState};
use opentelemetry::{KeyValue, SpanId, TraceFlags, TraceId};

use crate::sensitive::{Guard, Origin};
use crate::time::Timestamp;
use crate::wire::{Buffer, Fit, field_len, foreign};

/// `Span.trace_state = 3`, and that of `Link`.
pub(crate) const TRACE_STATE: u8 = 0x1a;
/// `Span.events = 11`
const EVENT: u8 = 0x5a;
/// `Span.links = 13`
const LINK: u8 = 0x6a;
/// `Span.status = 15`
const STATUS: u8 = 0x7a;

/// What every span begins with, so that its ids and times are found without reading it: 52 bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Beginning {
    pub(crate) trace_id: TraceId,
    pub(crate) span_id: SpanId,
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// As [`flags`] makes them.
    pub(crate) flags: u32,
}

impl Beginning {
    pub(crate) const LEN: usize = 52;

    /// Where the start time stands: behind the ids (18 + 10 bytes) and its own tag.
    pub(crate) const START_AT: usize = 29;

    /// Where the end time stands: behind the start time and its own tag.
    pub(crate) const END_AT: usize = 38;

    #[inline]
    pub(crate) fn write(&self, out: &mut Buffer) {
        out.put_with::<{ Self::LEN }>(|fixed| {
            fixed[..2].copy_from_slice(&[0x0a, 16]);
            fixed[2..18].copy_from_slice(&self.trace_id.to_bytes());
            fixed[18..20].copy_from_slice(&[0x12, 8]);
            fixed[20..28].copy_from_slice(&self.span_id.to_bytes());
            fixed[28] = 0x39;
            fixed[Self::START_AT..37].copy_from_slice(&self.start.unix_nanos().to_le_bytes());
            fixed[37] = 0x41;
            fixed[Self::END_AT..46].copy_from_slice(&self.end.unix_nanos().to_le_bytes());
            fixed[46..48].copy_from_slice(&[0x85, 0x01]);
            fixed[48..].copy_from_slice(&self.flags.to_le_bytes());
        });
    }

    /// The trace id, and the time from start to end, of a span that was written this way.
    #[cfg(feature = "pipeline")]
    pub(crate) fn read(span: &[u8]) -> Option<(TraceId, Duration)> {
        let fixed: &[u8; Self::LEN] = span.first_chunk()?;
        let number = |at: usize| fixed[at..].first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let id = fixed[2..].first_chunk::<16>().map(|id| TraceId::from_bytes(*id))?;
        Some((id, Duration::from_nanos(number(Self::END_AT).saturating_sub(number(Self::START_AT)))))
    }
}

/// Writes a span event into its span. Texts in it are made to fit.
pub(crate) fn event<'a>(
    out: &mut Buffer,
    time: Timestamp,
    name: &str,
    attributes: impl IntoIterator<Item = &'a KeyValue>,
    dropped: u32,
    fit: Fit<'_>,
) {
    let mut message = Buffer::default();
    let nanos = time.unix_nanos();
    if nanos != 0 {
        message.put([0x09]);
        message.put(nanos.to_le_bytes());
    }
    message.field_unless_empty(0x12, fit.guard.clean(name, Origin::Free).as_bytes());
    for attribute in attributes {
        foreign::key_value(&mut message, foreign::SPAN_EVENT, attribute, fit);
    }
    message.number_unless_zero(0x20, u64::from(dropped));
    out.field(EVENT, message.as_slice());
}

/// Writes a link into its span. Texts in it are made to fit.
pub(crate) fn link(out: &mut Buffer, link: &Link, fit: Fit<'_>) {
    let mut message = Buffer::default();
    let other = &link.span_context;
    message.field(0x0a, &other.trace_id().to_bytes());
    message.field(0x12, &other.span_id().to_bytes());
    trace_state(&mut message, other.trace_state(), fit.guard);
    for attribute in &link.attributes {
        foreign::key_value(&mut message, foreign::SPAN_LINK, attribute, fit);
    }
    message.number_unless_zero(0x28, u64::from(link.dropped_attributes_count));
    message.put([0x35]);
    message.put(flags(other.trace_flags(), other.is_remote()).to_le_bytes());
    out.field(LINK, message.as_slice());
}

/// Writes a trace state, of a span or a link, as its header has it, without the members in which something must not
/// leave. An empty one is left out.
#[inline]
pub(crate) fn trace_state(out: &mut Buffer, state: &TraceState, guard: &Guard) {
    if *state != TraceState::NONE {
        members(out, state, guard);
    }
}

fn members(out: &mut Buffer, state: &TraceState, guard: &Guard) {
    let leaves = |member: &(&str, &str)| is_sampling(member) || is_clean(member, guard);
    let text = |(key, value): (&str, &str)| key.len() + "=".len() + value.len() + ",".len();
    let lengths = state.into_iter().filter(leaves).map(text);
    let Some(len) = lengths.sum::<usize>().checked_sub(",".len()) else { return };
    out.put([TRACE_STATE]);
    out.varint(len as u64);
    for (at, (key, value)) in state.into_iter().filter(leaves).enumerate() {
        if at != 0 {
            out.put(*b",");
        }
        out.put_slice(key.as_bytes());
        out.put(*b"=");
        out.put_slice(value.as_bytes());
    }
}

/// Whether a member is what sampling says, two numbers and nothing else. Without them counts would be wrong, and their
/// digits may look like anything.
fn is_sampling(&(key, value): &(&str, &str)) -> bool {
    let is_number = |part: &str| {
        let digits = part.strip_prefix("th:").or_else(|| part.strip_prefix("rv:"));
        digits.is_some_and(|digits| digits.len() <= 14 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    key == "ot" && value.split(';').all(is_number)
}

fn is_clean(member: &(&str, &str), guard: &Guard) -> bool {
    [member.0, member.1].iter().all(|text| matches!(guard.clean(text, Origin::Free), Cow::Borrowed(_)))
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
pub(crate) fn write_status(out: &mut Buffer, status: Option<(u8, Option<String>)>, guard: &Guard) {
    match status {
        None => out.put([STATUS, 0]),
        Some((code, None)) => out.put([STATUS, 2, 0x18, code]),
        Some((code, Some(message))) => {
            let message = guard.clean(&message, Origin::Free);
            out.put([STATUS]);
            out.varint((field_len(message.len()) + 2) as u64);
            out.field(0x12, message.as_bytes());
            out.put([0x18, code]);
        }
    }
}
