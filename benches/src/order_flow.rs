//! The order path: what happens to orders, as an exchange gateway has it by the million, in every way of recording it.

use std::time::SystemTime;

use opentelemetry::Key as StockKey;
use opentelemetry::logs::{AnyValue, LogRecord as _, Logger, Severity as StockSeverity};
use otel_core::{Decimal, Telemetry, Timestamp};
use otel_trading::ids::{ClientOrderId, ExecId, Mic, OrderId, Symbol};
use otel_trading::labels::{ExecType, Liquidity, OrderStatus, OrderType, Side};
use otel_trading::order::{Fill, NewOrder, Report};
use otel_trading::tape::{OrderFact, TapedOrder, TooLong};
use otel_trading::{Metrics, OrderTape, Price, Quantity, conventions};

/// How many there are, before they repeat: few enough for the second-level cache.
const ORDERS: usize = 256;

/// Where the generator starts.
const SEED: u64 = 0x0de5_f10d;

/// Where orders go.
const VENUES: [&str; 4] = ["XNYS", "XNAS", "XETR", "XLON"];

/// What happens to them, and what they are at then.
const CHANGES: [(ExecType, OrderStatus); 4] = [
    (ExecType::New, OrderStatus::New),
    (ExecType::PartialFill, OrderStatus::PartiallyFilled),
    (ExecType::Fill, OrderStatus::Filled),
    (ExecType::Canceled, OrderStatus::Canceled),
];

/// A message about an order, read.
#[derive(Clone, Debug)]
pub struct Message {
    client_id: String,
    order_id: String,
    exec_id: String,
    symbol: String,
    venue: &'static str,
    side: Side,
    exec_type: ExecType,
    status: OrderStatus,
    quantity: i64,
    price: Decimal,
    cumulative: i64,
    transacted: Timestamp,
    received: Timestamp,
    order: TapedOrder,
    fact: OrderFact,
}

/// A repeating sequence of messages.
#[derive(Clone, Debug)]
pub struct OrderFlow {
    messages: Vec<Message>,
    next: usize,
}

impl OrderFlow {
    /// The sequence, from its start.
    ///
    /// # Panics
    ///
    /// When an identifier does not fit the tape, which none is made for.
    #[expect(clippy::expect_used, reason = "a benchmark without its work has nothing to measure")]
    pub fn seeded() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let messages = (0..ORDERS).map(|_| Message::random(&mut random).expect("identifiers that fit"));
        Self { messages: messages.collect(), next: 0 }
    }

    /// The next message.
    #[inline]
    pub fn message(&mut self) -> &Message {
        self.next = (self.next + 1) % ORDERS;
        &self.messages[self.next]
    }
}

impl Message {
    fn random(random: &mut fastrand::Rng) -> Result<Self, TooLong> {
        let text =
            |random: &mut fastrand::Rng, len| (0..len).map(|_| random.alphanumeric()).collect::<String>();
        let (client_id, symbol) = (text(random, 20), text(random, 4));
        let venue = VENUES[random.usize(..VENUES.len())];
        let side = Side::ALL[random.usize(..Side::ALL.len())];
        let quantity = random.i64(1..10_000);
        let price = Decimal::new(random.i64(1_000..1_000_000), 4).unwrap_or(Decimal::whole(1));
        let transacted = Timestamp::from_unix_nanos(1_704_067_200_000_000_000 + random.u64(..1 << 45));
        let order = TapedOrder::new(&NewOrder {
            price: Some(Price(price)),
            ..NewOrder::new(
                ClientOrderId(&client_id),
                Symbol(&symbol),
                Mic(venue),
                side,
                OrderType::Limit,
                Quantity::whole(quantity),
            )
        })?;
        let (exec_type, status) = CHANGES[random.usize(..CHANGES.len())];
        let mut message = Self {
            order_id: text(random, 16),
            exec_id: text(random, 16),
            client_id,
            symbol,
            venue,
            side,
            exec_type,
            status,
            quantity,
            price,
            cumulative: random.i64(..quantity),
            transacted,
            received: Timestamp::from_unix_nanos(transacted.unix_nanos() + random.u64(..1 << 20)),
            order,
            fact: order.submitted(),
        };
        message.fact = message.made()?;
        Ok(message)
    }

    /// The fact of the message, made of it.
    #[inline]
    fn made(&self) -> Result<OrderFact, TooLong> {
        let report = Report {
            order_id: Some(OrderId(&self.order_id)),
            cumulative: Some(Quantity::whole(self.cumulative)),
            leaves: Some(Quantity::whole(self.quantity - self.cumulative)),
            transact_time: Some(self.transacted),
            ..Report::new(ExecId(&self.exec_id))
        };
        let fact = match self.exec_type {
            ExecType::PartialFill | ExecType::Fill => {
                let fill =
                    Fill::new(ExecId(&self.exec_id), Quantity::whole(self.quantity), Price(self.price));
                self.order.executed(self.status, &Fill { liquidity: Liquidity::Added, report, ..fill })?
            }
            _ => self.order.reported(self.exec_type, self.status, &report)?,
        };
        Ok(fact.received_at(self.received))
    }
}

/// The arm `ours`: the fact, as it is.
#[inline]
pub fn taped(tape: &OrderTape, message: &Message) {
    tape.record(&message.fact);
}

/// The arm `ours_made`: the fact, made of the message first.
#[inline]
pub fn made_and_taped(tape: &OrderTape, message: &Message) {
    if let Ok(fact) = message.made() {
        tape.record(&fact);
    }
}

/// The arm `ours_encoded`: an event, written by the thread that records it, and counted.
#[inline]
pub fn encoded(telemetry: &Telemetry, metrics: &Metrics, message: &Message) {
    let is_execution = matches!(message.exec_type, ExecType::PartialFill | ExecType::Fill);
    let (quantity, price) = if is_execution {
        (&conventions::FILL_QUANTITY, &conventions::FILL_PRICE)
    } else {
        (&conventions::QUANTITY, &conventions::PRICE)
    };
    telemetry
        .event(&conventions::tape::event_of(message.exec_type))
        .set(&conventions::CLIENT_ORDER_ID, &message.client_id)
        .set(&conventions::STATUS, message.status)
        .set(&conventions::EXEC_TYPE, message.exec_type)
        .set(&conventions::SYMBOL, &message.symbol)
        .set(&conventions::VENUE, message.venue)
        .set(&conventions::SIDE, message.side)
        .set(&conventions::ORDER_TYPE, OrderType::Limit)
        .set(&conventions::ORDER_ID, &message.order_id)
        .set(&conventions::EXEC_ID, &message.exec_id)
        .set(quantity, Decimal::whole(message.quantity))
        .set(price, message.price)
        .set(&conventions::CUMULATIVE_QUANTITY, Decimal::whole(message.cumulative))
        .set(&conventions::LEAVES_QUANTITY, Decimal::whole(message.quantity - message.cumulative))
        .set(&conventions::TRANSACT_TIME, message.transacted)
        .set(&conventions::tape::RECEIVE_TIME, message.received)
        .at(message.transacted)
        .emit();
    metrics.order_event(message.exec_type, metrics.venue(Mic(message.venue)), message.side);
}

/// The arm `idiomatic`: a log record of the stock SDK, with only those texts as a `String` that are not static. It
/// counts nothing.
#[inline]
pub fn idiomatic<L: Logger>(logger: &L, message: &Message) {
    let mut record = logger.create_log_record();
    record.set_event_name(conventions::tape::event_of(message.exec_type).name());
    record.set_severity_number(StockSeverity::Info);
    record.set_severity_text("INFO");
    record.set_timestamp(SystemTime::now());
    let mut add = |key, value: AnyValue| record.add_attribute(StockKey::from_static_str(key), value);
    add("trading.order.client_id", message.client_id.clone().into());
    add("trading.order.status", message.status.as_str().into());
    add("trading.exec.type", message.exec_type.as_str().into());
    add("trading.instrument.symbol", message.symbol.clone().into());
    add("trading.venue.mic", message.venue.into());
    add("trading.order.side", message.side.as_str().into());
    add("trading.order.type", OrderType::Limit.as_str().into());
    add("trading.order.id", message.order_id.clone().into());
    add("trading.exec.id", message.exec_id.clone().into());
    add("trading.order.quantity", message.quantity.into());
    add("trading.order.price", message.price.to_string().into());
    add("trading.order.cumulative_quantity", message.cumulative.into());
    add("trading.order.leaves_quantity", (message.quantity - message.cumulative).into());
    add("trading.event.transact_time", message.transacted.unix_nanos().cast_signed().into());
    add("trading.event.receive_time", message.received.unix_nanos().cast_signed().into());
    logger.emit(record);
}

/// The arm `case_study`: an entry in the log whose details are JSON.
#[inline]
pub fn case_study<L: Logger>(logger: &L, message: &Message) {
    let mut record = logger.create_log_record();
    record.set_severity_number(StockSeverity::Info);
    record.set_timestamp(SystemTime::now());
    let Message { client_id, order_id, exec_id, symbol, venue, side, status, quantity, .. } = message;
    let Message { price, cumulative, transacted, received, .. } = message;
    let (leaves, at, seen) = (quantity - cumulative, transacted.unix_nanos(), received.unix_nanos());
    let details = format!(
        r#"{{"order":"{order_id}","exec":"{exec_id}","symbol":"{symbol}","venue":"{venue}","side":"{side:?}","status":"{status:?}","price":"{price}","quantity":{quantity},"cumulative":{cumulative},"leaves":{leaves},"at":{at},"received":{seen}}}"#,
    );
    record.set_body(AnyValue::from(details));
    record.add_attribute("event_type", format!("{:?}", message.exec_type));
    record.add_attribute("resource_id", client_id.clone());
    logger.emit(record);
}
