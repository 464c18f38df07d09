//! A key takes values of its own type only.

use otel_core::{Int, Key, SpanDef, SpanKind, Telemetry};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const SIZE: Key<Int> = Key::new("work.size", "How much work it is.");

fn main() {
    Telemetry::noop().span(&WORK).set(&SIZE, "large");
}
