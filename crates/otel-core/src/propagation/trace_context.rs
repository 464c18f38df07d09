//! W3C Trace Context, level 2.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt as _, TraceState};
use opentelemetry::{Context, SpanId, TraceFlags, TraceId};

use super::{combined, trimmed};

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";

/// The flags that mean something here, `sampled` and `random`; others are not passed on, as the specification asks.
const KNOWN_FLAGS: TraceFlags = TraceFlags::new(0b11);

/// `00-<32 digits>-<16 digits>-<2 digits>`
const PARENT_LENGTH: usize = 55;

/// The members that a trace state may have; one with more is no trace state.
const MAX_MEMBERS: usize = 32;

/// The longest trace state that everybody has to pass on, and the length of members that go first to get there.
const MAX_LENGTH: usize = 512;
const LONG_MEMBER: usize = 128;

/// The longest key, and the longest value, of a member.
const MAX_PART: usize = 256;

/// Reads and writes `traceparent` and `tracestate`.
///
/// It passes on both flags there are: whether the trace is sampled, and whether its id is random, which the propagator
/// of the SDK forgets. A trace state that breaks the rules is left behind as a whole; one that is longer than
/// 512 characters loses its long members first and then those at the end.
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct TraceContextPropagator;

impl TraceContextPropagator {
    /// The propagator.
    pub const fn new() -> Self {
        Self
    }

    /// The context of whoever sent a request: `values` has all values of the header with this name. It is empty where
    /// they say nothing that can be believed.
    pub fn context_of<'a>(&self, values: impl Fn(&str) -> Vec<&'a str>) -> Context {
        let headers = Headers { parent: values(PARENT), state: values(STATE) };
        self.extract_with_context(&Context::new(), &headers)
    }
}

/// The headers of a request, as far as they are read here.
struct Headers<'a> {
    parent: Vec<&'a str>,
    state: Vec<&'a str>,
}

impl Extractor for Headers<'_> {
    fn get(&self, name: &str) -> Option<&str> {
        self.get_all(name)?.first().copied()
    }

    fn get_all(&self, name: &str) -> Option<Vec<&str>> {
        match name {
            PARENT => Some(self.parent.clone()),
            STATE => Some(self.state.clone()),
            _ => None,
        }
    }

    fn keys(&self) -> Vec<&str> {
        vec![PARENT, STATE]
    }
}

impl TextMapPropagator for TraceContextPropagator {
    fn inject_context(&self, cx: &Context, injector: &mut dyn Injector) {
        let span = cx.span();
        let context = span.span_context();
        if !context.is_valid() {
            return;
        }
        let (trace, id, flags) = (context.trace_id(), context.span_id(), context.trace_flags() & KNOWN_FLAGS);
        injector.set(PARENT, format!("00-{trace}-{id}-{flags:02x}"));
        let members = shortened(context.trace_state().into_iter().collect());
        if !members.is_empty() {
            let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
            injector.set(STATE, members.join(","));
        }
    }

    fn extract_with_context(&self, cx: &Context, extractor: &dyn Extractor) -> Context {
        match parent(extractor) {
            Some(parent) => cx.with_remote_span_context(parent),
            None => cx.clone(),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        static FIELDS: OnceLock<[String; 2]> = OnceLock::new();
        FieldIter::new(FIELDS.get_or_init(|| [PARENT.to_owned(), STATE.to_owned()]))
    }
}

/// What the headers say of the caller's span. The trace state only counts where the rest can be read.
fn parent(extractor: &dyn Extractor) -> Option<SpanContext> {
    // Who says it twice contradicts themselves.
    let [parent] = extractor.get_all(PARENT)?.try_into().ok()?;
    let (trace_id, span_id, flags) = traceparent(trimmed(parent))?;
    let state = combined(extractor, STATE).and_then(|state| tracestate(&state)).unwrap_or(TraceState::NONE);
    Some(SpanContext::new(trace_id, span_id, flags, true, state))
}

/// Reads a `traceparent` of this version, or the beginning of one of a later version.
fn traceparent(text: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let (known, rest) = text.split_at_checked(PARENT_LENGTH)?;
    let fields: Vec<_> = known.split('-').collect();
    let [version, trace_id, span_id, flags] = fields.try_into().ok()?;
    let (version, flags) = (hexadecimal::<2>(version)?, hexadecimal::<2>(flags)?);
    let whole = match version {
        0x00 => rest.is_empty(),
        // Said to be no version, so that all bits set cannot mean anything.
        0xff => false,
        _ => rest.is_empty() || rest.starts_with('-'),
    };
    let trace_id = TraceId::from(hexadecimal::<32>(trace_id)?);
    let span_id = SpanId::from(u64::try_from(hexadecimal::<16>(span_id)?).ok()?);
    let flags = TraceFlags::new(u8::try_from(flags).ok()?) & KNOWN_FLAGS;
    (whole && trace_id != TraceId::INVALID && span_id != SpanId::INVALID)
        .then_some((trace_id, span_id, flags))
}

/// The number that so many lower-case hexadecimal digits are.
fn hexadecimal<const DIGITS: usize>(text: &str) -> Option<u128> {
    let lower = |digit: u8| digit.is_ascii_digit() || (b'a'..=b'f').contains(&digit);
    (text.len() == DIGITS && text.bytes().all(lower)).then(|| u128::from_str_radix(text, 16).ok())?
}

/// Reads a `tracestate`; `None` when it breaks a rule.
fn tracestate(text: &str) -> Option<TraceState> {
    let mut members = Vec::new();
    let mut keys = BTreeSet::new();
    for member in text.split(',').map(trimmed).filter(|member| !member.is_empty()) {
        let (key, value) = member.split_once('=')?;
        if members.len() == MAX_MEMBERS || !is_key(key) || !is_value(value) {
            return None;
        }
        // The first is what was written last.
        if keys.insert(key) {
            members.push((key, value));
        }
    }
    let members = shortened(members);
    let state = TraceState::from_key_value(members.iter().copied());
    Some(state.unwrap_or_else(|_| representable(&members)))
}

/// The members that the API can hold, which is stricter about `@` than level 2 of the specification.
fn representable(members: &[(&str, &str)]) -> TraceState {
    let can_be = |member: &&(&str, &str)| TraceState::from_key_value([**member]).is_ok();
    TraceState::from_key_value(members.iter().filter(can_be).copied()).unwrap_or(TraceState::NONE)
}

/// Takes away members until the rest is no longer than may be: long ones first, then those at the end.
fn shortened<'a>(mut members: Vec<(&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    let length = |(key, value): &(&str, &str)| key.len() + "=".len() + value.len();
    let whole = |members: &[_]| members.iter().map(length).sum::<usize>() + members.len().saturating_sub(1);
    while whole(&members) > MAX_LENGTH {
        let long = members.iter().rposition(|member| length(member) > LONG_MEMBER);
        members.remove(long.unwrap_or(members.len() - 1));
    }
    members
}

fn is_key(key: &str) -> bool {
    let first = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let other = |byte: u8| first(byte) || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@');
    key.len() <= MAX_PART && key.bytes().next().is_some_and(first) && key.bytes().all(other)
}

fn is_value(value: &str) -> bool {
    let printable = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b',' && byte != b'=';
    !value.is_empty() && value.len() <= MAX_PART && !value.ends_with(' ') && value.bytes().all(printable)
}
