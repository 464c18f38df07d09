//! Money is whole minor units of a currency, never a float.

use otel_core::{Currency, Key, Minor, Money, SpanDef, SpanKind, Telemetry};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "A piece of work.");
const AMOUNT: Key<Minor> = Key::new("work.amount.minor", "What it costs.");

fn main() {
    let usd = Currency::from_code("USD").unwrap();
    Telemetry::noop().span(&WORK).set(&AMOUNT, 19.99);
    let _price = Money::from_minor(19.99, usd);
    let _other: Money = 19.99.into();
}
