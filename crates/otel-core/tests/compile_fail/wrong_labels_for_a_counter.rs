//! A counter takes its own labels, all of them, in their order.

use otel_core::{CounterDef, Telemetry, Unit};

otel_core::labels! {
    /// Which side of the market an order is on.
    pub enum Side: "test.side" {
        /// Buys.
        Buy = "buy",
    }
    /// Who asked for it.
    pub enum Desk: "test.desk" {
        /// Cash.
        Cash = "cash",
    }
}

const ORDERS: CounterDef<(Side, Desk)> = CounterDef::new("orders", Unit::new("{order}"), "Orders.");

fn main() {
    let orders = Telemetry::noop().counter(&ORDERS);
    orders.add(1, Side::Buy);
    orders.add(1, (Desk::Cash, Side::Buy));
    orders.add(1, "buy");
}
