//! A name has at most 62 bytes, and at least one.

use otel_core::{EventDef, Key, Severity, SpanDef, SpanKind, Text};

const KEY: Key<Text> = Key::new("an.id.of.exactly.sixty.three.bytes.which.is.one.too.many.for.it", "Too long.");
const SPAN: SpanDef = SpanDef::new("", SpanKind::Internal, "Too short.");
const EVENT: EventDef =
    EventDef::new("an.id.of.exactly.sixty.three.bytes.which.is.one.too.many.for.it", Severity::Info, "Too long.");

fn main() {
    println!("{KEY:?} {SPAN:?} {EVENT:?}");
}
