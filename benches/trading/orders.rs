//! Seeded orders, as a gateway has them in hand when it calls.

use otel_core::{Currency, Decimal};
use otel_trading::ids::{ClientOrderId, ExecId, Mic, OrderId, Symbol, TradeId};
use otel_trading::labels::{Liquidity, OrderType, Side, TimeInForce};
use otel_trading::order::{Fill, NewOrder, Report};
use otel_trading::trade::Trade;
use otel_trading::{Price, Quantity};

/// The venues, in the order of their indices.
pub(crate) const VENUES: [&str; 4] = ["XNAS", "XNYS", "XLON", "XETR"];

const SYMBOLS: [&str; 6] = ["MSFT", "AAPL", "SHEL", "SAP", "GE", "BRK.B"];

/// How many orders there are, before they repeat.
const ORDERS: usize = 1_024;

/// Where the generator starts.
const SEED: u64 = 0x0de5_5eed;

/// One order and what becomes of it.
#[derive(Clone, Debug)]
pub(crate) struct Order {
    pub(crate) client_id: String,
    pub(crate) order_id: String,
    pub(crate) acknowledged: String,
    pub(crate) filled: String,
    pub(crate) trade_id: String,
    pub(crate) trader: String,
    pub(crate) symbol: &'static str,
    /// Index into [`VENUES`].
    pub(crate) venue: usize,
    pub(crate) side: Side,
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    pub(crate) currency: Currency,
}

/// A repeating sequence of orders.
#[derive(Clone, Debug)]
pub(crate) struct Orders {
    orders: Vec<Order>,
    next: usize,
}

impl Orders {
    pub(crate) fn seeded() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let orders = (0..ORDERS).map(|number| Order::random(number, &mut random)).collect();
        Self { orders, next: 0 }
    }

    #[inline]
    pub(crate) fn order(&mut self) -> &Order {
        self.next = (self.next + 1) % ORDERS;
        &self.orders[self.next]
    }
}

impl Order {
    #[expect(clippy::expect_used, reason = "ISO 4217 has US dollars")]
    fn random(number: usize, random: &mut fastrand::Rng) -> Self {
        Self {
            client_id: format!("c-{:08x}-{number:04}", random.u32(..)),
            order_id: format!("o-{:012x}", random.u64(..) >> 16),
            acknowledged: format!("e-{number:08}-1"),
            filled: format!("e-{number:08}-2"),
            trade_id: format!("t-{:010}", random.u32(..)),
            trader: format!("trader-{:03}", random.u16(..500)),
            symbol: SYMBOLS[random.usize(..SYMBOLS.len())],
            venue: random.usize(..VENUES.len()),
            side: if random.bool() { Side::Buy } else { Side::Sell },
            quantity: Decimal::whole(random.i64(1..10_000)),
            price: Decimal::new(random.i64(1_000..1_000_000), 4).unwrap_or(Decimal::whole(1)),
            currency: Currency::from_code("USD").expect("a currency"),
        }
    }

    pub(crate) fn mic(&self) -> &'static str {
        VENUES[self.venue]
    }

    pub(crate) fn new_order(&self) -> NewOrder<'_> {
        NewOrder {
            price: Some(Price(self.price)),
            currency: Some(self.currency),
            time_in_force: Some(TimeInForce::Day),
            ..NewOrder::new(
                ClientOrderId(&self.client_id),
                Symbol(self.symbol),
                Mic(self.mic()),
                self.side,
                OrderType::Limit,
                Quantity(self.quantity),
            )
        }
    }

    pub(crate) fn acknowledgement(&self) -> Report<'_> {
        Report { order_id: Some(OrderId(&self.order_id)), ..Report::new(ExecId(&self.acknowledged)) }
    }

    pub(crate) fn fill(&self) -> Fill<'_> {
        let fill = Fill::new(ExecId(&self.filled), Quantity(self.quantity), Price(self.price));
        let report = Report { order_id: Some(OrderId(&self.order_id)), ..fill.report };
        Fill { liquidity: Liquidity::Removed, report, ..fill }
    }

    pub(crate) fn trade(&self) -> Trade<'_> {
        Trade {
            id: TradeId(&self.trade_id),
            symbol: Symbol(self.symbol),
            venue: Mic(self.mic()),
            side: self.side,
            quantity: Quantity(self.quantity),
            price: Price(self.price),
            currency: self.currency,
            liquidity: Liquidity::Removed,
            client_id: Some(ClientOrderId(&self.client_id)),
            transact_time: None,
        }
    }
}
