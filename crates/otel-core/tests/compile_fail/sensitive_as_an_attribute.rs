//! Personal data is no value of any key.

use otel_core::{Key, Pseudonym, Sensitive, SpanDef, SpanKind, Telemetry, Text};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const NAME: Key<Text> = Key::new("work.name", "What the work is called.");
const PERSON: Key<Pseudonym> = Key::new("work.person", "Who asked for it.");

fn main() {
    let mail = Sensitive::new("mia@example.org");
    let mut span = Telemetry::noop().span(&WORK);
    span.set(&NAME, mail);
    span.set(&PERSON, mail);
}
