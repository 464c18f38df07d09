//! The order path: an event of 65 bytes with nine attributes, as an exchange gateway has them by the million, in every
//! way of recording it.

use std::time::SystemTime;

use opentelemetry::Key as StockKey;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, Severity as StockSeverity};
use otel_core::{
    Choice, Count, Decimal, Deferred, DeferredDef, Event, EventDef, Int, Key, Label as _, Severity,
    Telemetry, Text, Time, Timestamp,
};

otel_core::labels! {
    /// Which side of the market an order is on.
    pub enum Side: "bench.order.side" {
        /// Buys.
        Buy = "buy",
        /// Sells.
        Sell = "sell",
    }

    /// What happens to an order.
    pub enum Change: "bench.order.change" {
        /// It is new.
        New = "new",
        /// A part of it was traded.
        PartialFill = "partial_fill",
        /// All of it was traded.
        Fill = "fill",
        /// It is no more.
        Cancelled = "cancelled",
    }
}

otel_core::fixed! {
    /// Something happened to an order.
    pub struct OrderEvent {
        /// Its number here.
        pub order: u64,
        /// Its identifier at the client.
        pub client_id: [u8; 16],
        /// The number of the instrument.
        pub instrument: u32,
        /// Its side.
        pub side: Side,
        /// What happened.
        pub change: Change,
        /// At which price.
        pub price: Decimal,
        /// How many pieces.
        pub quantity: i64,
        /// How many are left.
        pub leaves: i64,
        /// When the venue says it happened.
        pub transacted: Timestamp,
    }
}

/// The order's number here.
pub const ORDER: Key<Count> = Key::new("bench.order.number", "The order's number.");
/// The order's identifier at the client.
pub const CLIENT_ID: Key<Text> = Key::new("bench.order.client_id", "The client's identifier of the order.");
/// The number of the instrument.
pub const INSTRUMENT: Key<Count> = Key::new("bench.order.instrument", "The number of the instrument.");
/// Which side of the market the order is on.
pub const SIDE: Key<Choice<Side>> = Key::new(Side::KEY, "Which side of the market the order is on.");
/// What happened to it.
pub const CHANGE: Key<Choice<Change>> = Key::new(Change::KEY, "What happened to the order.");
/// At which price.
pub const PRICE: Key<Decimal> = Key::new("bench.order.price", "At which price.");
/// How many pieces.
pub const QUANTITY: Key<Int> = Key::new("bench.order.quantity", "How many pieces.");
/// How many are left.
pub const LEAVES: Key<Int> = Key::new("bench.order.leaves", "How many pieces are left.");
/// When the venue says it happened.
pub const TRANSACTED: Key<Time> = Key::new("bench.order.transacted", "When it happened, by the venue.");

/// Something happened to an order.
pub const CHANGED: EventDef = EventDef::new("bench.order.changed", Severity::Info, "An order changed.");
/// The same, deferred.
pub const DEFERRED: DeferredDef<OrderEvent> = DeferredDef::new(CHANGED, written);

/// How many there are, before they repeat.
const ORDERS: usize = 1_024;

/// Where the generator starts.
const SEED: u64 = 0x0de5_f10d;

/// A repeating sequence of order events.
#[derive(Clone, Debug)]
pub struct OrderFlow {
    events: Vec<OrderEvent>,
    next: usize,
}

impl OrderFlow {
    /// The sequence, from its start.
    pub fn seeded() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let events = (0..ORDERS).map(|number| OrderEvent::random(number as u64, &mut random)).collect();
        Self { events, next: 0 }
    }

    /// The next event.
    #[inline]
    pub fn event(&mut self) -> &OrderEvent {
        self.next = (self.next + 1) % ORDERS;
        &self.events[self.next]
    }
}

impl OrderEvent {
    fn random(order: u64, random: &mut fastrand::Rng) -> Self {
        let quantity = random.i64(1..10_000);
        Self {
            order,
            client_id: std::array::from_fn(|_| random.alphanumeric() as u8),
            instrument: random.u32(..5_000),
            side: Side::ALL[random.usize(..Side::ALL.len())],
            change: Change::ALL[random.usize(..Change::ALL.len())],
            price: Decimal::new(random.i64(1_000..1_000_000), 4).unwrap_or(Decimal::whole(1)),
            quantity,
            leaves: random.i64(..quantity),
            transacted: Timestamp::from_unix_nanos(1_704_067_200_000_000_000 + random.u64(..1 << 45)),
        }
    }
}

fn written(order: &OrderEvent, event: Event) -> Event {
    event
        .set(&ORDER, order.order)
        .set(&CLIENT_ID, str::from_utf8(&order.client_id).unwrap_or_default())
        .set(&INSTRUMENT, order.instrument.into())
        .set(&SIDE, order.side)
        .set(&CHANGE, order.change)
        .set(&PRICE, order.price)
        .set(&QUANTITY, order.quantity)
        .set(&LEAVES, order.leaves)
        .set(&TRANSACTED, order.transacted)
}

/// The arm `ours`: the fact as it is.
#[inline]
pub fn deferred(deferred: &Deferred<OrderEvent>, order: &OrderEvent) {
    deferred.record(order);
}

/// The arm `ours_encoded`: an event, written by the thread that records it.
#[inline]
pub fn encoded(telemetry: &Telemetry, order: &OrderEvent) {
    written(order, telemetry.event(&CHANGED)).emit();
}

/// The arm `idiomatic`: a log record of the stock SDK, with only those texts as a `String` that are not static.
#[inline]
pub fn idiomatic<L: Logger>(logger: &L, order: &OrderEvent) {
    let mut record = logger.create_log_record();
    record.set_event_name("bench.order.changed");
    record.set_severity_number(StockSeverity::Info);
    record.set_severity_text("INFO");
    record.set_timestamp(SystemTime::now());
    let mut add = |key, value: AnyValue| record.add_attribute(StockKey::from_static_str(key), value);
    add("bench.order.number", order.order.cast_signed().into());
    add("bench.order.client_id", str::from_utf8(&order.client_id).unwrap_or_default().to_owned().into());
    add("bench.order.instrument", i64::from(order.instrument).into());
    add("bench.order.side", order.side.as_str().into());
    add("bench.order.change", order.change.as_str().into());
    add("bench.order.price", order.price.to_string().into());
    add("bench.order.quantity", order.quantity.into());
    add("bench.order.leaves", order.leaves.into());
    add("bench.order.transacted", order.transacted.unix_nanos().cast_signed().into());
    logger.emit(record);
}

/// The arm `case_study`: an entry in the log whose details are JSON.
#[inline]
pub fn case_study<L: Logger>(logger: &L, order: &OrderEvent) {
    let mut record = logger.create_log_record();
    record.set_severity_number(StockSeverity::Info);
    record.set_timestamp(SystemTime::now());
    let client_id = String::from_utf8_lossy(&order.client_id);
    let details = format!(
        r#"{{"order":{},"client_id":"{client_id}","instrument":{},"side":"{:?}","price":"{}","quantity":{},"leaves":{},"at":{}}}"#,
        order.order,
        order.instrument,
        order.side,
        order.price,
        order.quantity,
        order.leaves,
        order.transacted.unix_nanos()
    );
    record.set_body(AnyValue::from(details));
    record.add_attribute("event_type", format!("{:?}", order.change));
    record.add_attribute("resource_id", client_id.to_string());
    logger.emit(record);
}
