//! A deferred fact takes at most 256 bytes, and has a fixed size.

use otel_core::{DeferredDef, EventDef, Severity};

const HAPPENED: EventDef = EventDef::new("test.happened", Severity::Info, "Something happened.");
const LARGE: DeferredDef<[u64; 33]> = DeferredDef::new(HAPPENED, |_, event| event);

fn main() {
    println!("{LARGE:?}");
}
