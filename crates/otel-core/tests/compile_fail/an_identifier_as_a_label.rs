//! Identifiers and free text are not metric labels: each of their values would be a series of its own.

use otel_core::{CounterDef, Unit};

#[derive(Clone, Copy, Debug)]
struct OrderId(u64);

const BY_STRING: CounterDef<String> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");
const BY_TEXT: CounterDef<&'static str> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");
const BY_ID: CounterDef<OrderId> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");
const BY_ID_TOO: CounterDef<(OrderId, OrderId)> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");

fn main() {}
