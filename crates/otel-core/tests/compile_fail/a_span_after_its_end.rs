//! A span that is finished is gone.

use otel_core::{Key, Outcome, SpanDef, SpanKind, Telemetry, Text};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");

fn main() {
    let mut span = Telemetry::noop().span(&WORK);
    span.finish(Outcome::Ok);
    span.set(&NAME, "too late");
}
