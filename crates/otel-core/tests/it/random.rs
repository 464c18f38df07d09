//! A seeded source of telemetry of every shape: the same seed gives the same telemetry again.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::logs::AnyValue;
use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, SpanId, TraceFlags, TraceId, Value};
use otel_core::privacy;

/// The lengths around which a varint grows by a byte.
const EDGES: [usize; 6] = [126, 127, 128, 16_383, 16_384, 16_385];

const LETTERS: [char; 12] = ['a', 'Z', '0', '.', '_', ' ', '\0', 'é', 'ß', '漢', '🦀', '\u{10ffff}'];

pub(crate) struct Random(fastrand::Rng);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(fastrand::Rng::with_seed(seed))
    }

    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0.usize(..end)
    }

    /// True once in `times`.
    pub(crate) fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub(crate) fn one_of<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Nothing, a few, or more than any limit of the specification.
    pub(crate) fn how_many(&mut self) -> usize {
        match self.below(40) {
            0 => 125 + self.below(10),
            1..=14 => 0,
            _ => self.below(9),
        }
    }

    pub(crate) fn text(&mut self) -> String {
        match self.below(400) {
            0 => "x".repeat(self.one_of(&EDGES)),
            1..=60 => String::new(),
            61..=90 => self.letters(200),
            _ => self.letters(16),
        }
    }

    fn letters(&mut self, most: usize) -> String {
        (0..self.below(most)).map(|_| self.one_of(&LETTERS)).collect()
    }

    /// Any number but that of a card, which would not arrive.
    pub(crate) fn int(&mut self) -> i64 {
        loop {
            let int = match self.below(4) {
                0 => self.one_of(&[i64::MIN, i64::MAX, -1, 0, 1, 127, 128]),
                1 => self.0.i64(..),
                // Every length a varint can have.
                _ => self.0.i64(..) >> self.0.u32(..64),
            };
            if privacy::find(&int.to_string()).is_empty() {
                return int;
            }
        }
    }

    pub(crate) fn double(&mut self) -> f64 {
        match self.below(3) {
            0 => {
                self.one_of(&[f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0, f64::MIN, f64::MIN_POSITIVE])
            }
            1 => f64::from_bits(self.0.u64(..)),
            _ => self.0.f64(),
        }
    }

    pub(crate) fn truth(&mut self) -> bool {
        self.0.bool()
    }

    pub(crate) fn value(&mut self) -> Value {
        let several = self.below(5);
        match self.below(8) {
            0 => self.truth().into(),
            1 => self.int().into(),
            2 => self.double().into(),
            3 => Value::Array(Array::Bool((0..several).map(|_| self.truth()).collect())),
            4 => Value::Array(Array::I64((0..several).map(|_| self.int()).collect())),
            5 => Value::Array(Array::F64((0..several).map(|_| self.double()).collect())),
            6 => Value::Array(Array::String((0..several).map(|_| self.text().into()).collect())),
            _ => self.text().into(),
        }
    }

    pub(crate) fn attribute(&mut self) -> KeyValue {
        KeyValue::new(self.text(), self.value())
    }

    pub(crate) fn attributes(&mut self) -> Vec<KeyValue> {
        (0..self.how_many()).map(|_| self.attribute()).collect()
    }

    /// A value of the logs API, with lists and maps up to `depth` deep.
    pub(crate) fn any(&mut self, depth: usize) -> AnyValue {
        let several = self.below(4);
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => AnyValue::Int(self.int()),
            1 => AnyValue::Double(self.double()),
            2 => AnyValue::Boolean(self.truth()),
            3 => AnyValue::Bytes(Box::new((0..several * 50).map(|_| self.0.u8(..)).collect())),
            4 => AnyValue::String(self.text().into()),
            5 => AnyValue::ListAny(Box::new((0..several).map(|_| self.any(depth - 1)).collect())),
            _ => (0..several).map(|_| (self.text(), self.any(depth - 1))).collect(),
        }
    }

    /// A time between 1970 and the last one that OTLP can hold.
    pub(crate) fn time(&mut self) -> SystemTime {
        UNIX_EPOCH + Duration::from_nanos(self.0.u64(..))
    }

    pub(crate) fn trace_id(&mut self) -> TraceId {
        TraceId::from(self.0.u128(1..))
    }

    pub(crate) fn span_id(&mut self) -> SpanId {
        SpanId::from(self.0.u64(1..))
    }

    /// The span of another process, or one of this one that is not ours; usually sampled.
    pub(crate) fn span_context(&mut self) -> SpanContext {
        let flags = if self.once_in(10) { TraceFlags::NOT_SAMPLED } else { TraceFlags::SAMPLED };
        let state = if self.truth() { TraceState::NONE } else { self.trace_state() };
        SpanContext::new(self.trace_id(), self.span_id(), flags, self.truth(), state)
    }

    fn trace_state(&mut self) -> TraceState {
        let pairs: Vec<_> =
            (0..self.below(5)).map(|at| (format!("key{at}"), "v".repeat(1 + at * 40))).collect();
        TraceState::from_key_value(pairs).unwrap_or_default()
    }

    pub(crate) fn kind(&mut self) -> SpanKind {
        match self.below(5) {
            0 => SpanKind::Client,
            1 => SpanKind::Server,
            2 => SpanKind::Producer,
            3 => SpanKind::Consumer,
            _ => SpanKind::Internal,
        }
    }

    pub(crate) fn status(&mut self) -> Status {
        match self.below(4) {
            0 => Status::Unset,
            1 => Status::Ok,
            _ => Status::error(self.text()),
        }
    }
}

/// Scopes that differ in one part each.
pub(crate) fn scopes() -> Vec<InstrumentationScope> {
    let named = InstrumentationScope::builder;
    let many = (0..40).map(|at| KeyValue::new(format!("key{at}"), at));
    vec![
        named("").build(),
        named("plain").build(),
        named("plain").with_version("1.2.3").build(),
        named("plain").with_schema_url("https://opentelemetry.io/schemas/1.40.0").build(),
        named("plain").with_attributes([KeyValue::new("shard", 7)]).build(),
        named("ünïcode 🦀").with_version("").with_schema_url("").build(),
        named("all").with_version("2").with_schema_url("u").with_attributes(many).build(),
    ]
}
