//! A metric has at most 2,000 series.

use otel_core::{CounterDef, Unit};

otel_core::capped_labels! {
    /// Where it happens.
    pub struct Venue: "test.venue", cap 44;
    /// For whom it happens.
    pub struct Desk: "test.desk", cap 44;
}

const ORDERS: CounterDef<(Venue, Desk)> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");

fn main() {
    println!("{ORDERS:?}");
}
