//! What is known of a span that ended: from its header, and from its bytes where the header says that there is more.

use opentelemetry::trace::TraceState;

use crate::lane::Lane;
use crate::otel::{Beginning, TRACE_STATE};
use crate::record::{Header, Marks};
use crate::sampling::{Facts, Head, Randomness, SamplingState, Threshold, looked_from};

/// The facts of a span whose record this is; `None` when it is no span as this crate writes them.
pub(super) fn facts(header: &Header, record: &[u8]) -> Option<Facts> {
    let span = message(record.get(Header::LEN..)?);
    let (trace_id, duration) = Beginning::read(span)?;
    let marks = &header.marks;
    let state = parsed(raw_state(marks, span));
    let said = SamplingState::of(&state);
    let randomness = said.randomness(trace_id);
    Some(Facts {
        trace_id,
        randomness,
        local_root: marks.local_root,
        error: marks.error,
        duration,
        worth: marks.worth,
        key: marks.stratum,
        head: head(marks, randomness, said.consistent_threshold(marks.sampled, trace_id)),
        sampled: marks.sampled,
        bulk: header.kind.lane == Lane::Bulk,
    })
}

/// What the head left out of what is recorded here, when its trace state says that it has reached this threshold.
///
/// A span is recorded when the head sampled it, or when this process looks at its trace anyway. What neither of both
/// lets pass is below both thresholds.
fn head(marks: &Marks, randomness: Randomness, reached: Option<Threshold>) -> Head {
    let looked = marks.looked.and_then(looked_from);
    let looked = looked.filter(|looked| looked.keeps(randomness));
    match reached {
        Some(reached) => Head::At(looked.map_or(reached, |looked| looked.min(reached))),
        None if marks.certain => Head::At(Threshold::ALWAYS),
        // Only the root of the trace in this process knows where it comes from.
        None if marks.sampled && !marks.has_state && !marks.local_root => Head::Unsaid,
        None => looked.map_or(Head::Unknown, Head::At),
    }
}

/// The message in a framed record: behind its tag and its length.
pub(super) fn message(framed: &[u8]) -> &[u8] {
    let Some((_, rest)) = framed.split_first() else { return framed };
    varint(rest).map_or(rest, |(_, rest)| rest)
}

/// A trace state from its text.
pub(super) fn parsed(raw: &[u8]) -> TraceState {
    str::from_utf8(raw).unwrap_or_default().parse().unwrap_or_default()
}

/// The trace state of a span, as text; empty when it has none, which nearly all have not.
pub(super) fn raw_state<'a>(marks: &Marks, span: &'a [u8]) -> &'a [u8] {
    let (mut rest, mut found) = (if marks.has_state { span } else { &[] }, &span[..0]);
    while let Some((field, after)) = field(rest) {
        if let Field::Bytes(TRACE_STATE, bytes) = field {
            found = bytes;
        }
        rest = after;
    }
    found
}

/// A field of a message, as far as anybody here wants to know.
enum Field<'a> {
    /// Bytes, and the tag of one byte in front of them.
    Bytes(u8, &'a [u8]),
    Other,
}

/// The first field of a message, and what follows it; `None` at the end, and where it is not well-formed.
fn field(bytes: &[u8]) -> Option<(Field<'_>, &[u8])> {
    let (tag, rest) = varint(bytes)?;
    match tag & 7 {
        0 => varint(rest).map(|(_, rest)| (Field::Other, rest)),
        1 => rest.get(8..).map(|rest| (Field::Other, rest)),
        2 => {
            let (len, rest) = varint(rest)?;
            let (inside, rest) = rest.split_at_checked(usize::try_from(len).ok()?)?;
            Some((u8::try_from(tag).map_or(Field::Other, |tag| Field::Bytes(tag, inside)), rest))
        }
        5 => rest.get(4..).map(|rest| (Field::Other, rest)),
        _ => None,
    }
}

fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let last = bytes.iter().take(10).position(|byte| byte & 0x80 == 0)?;
    let (number, rest) = bytes.split_at(last + 1);
    let number = number.iter().rev().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
    Some((number, rest))
}
