//! What the tests trade.

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Decimal, Money};
use otel_trading::ids::{ClientOrderId, ExecId, Mic, Symbol, TradeId};
use otel_trading::labels::{Liquidity, OrderType, Side};
use otel_trading::order::{Fill, NewOrder, Report};
use otel_trading::trade::Trade;
use otel_trading::{Observability, OrderSpan, Price, Quantity};

/// A limit order for 500 at XNYS.
pub(crate) fn order(client_id: &str) -> NewOrder<'_> {
    NewOrder {
        price: Some(price()),
        ..NewOrder::new(
            ClientOrderId(client_id),
            Symbol("SJM"),
            Mic("XNYS"),
            Side::Buy,
            OrderType::Limit,
            Quantity::whole(500),
        )
    }
}

/// The order `c-1`, sent.
pub(crate) fn sent(test: &TestTelemetry) -> OrderSpan {
    let mut sent = Observability::new(test).track_order_lifecycle(&order("c-1"));
    sent.order_submitted();
    sent
}

pub(crate) fn report(exec_id: &str) -> Report<'_> {
    Report::new(ExecId(exec_id))
}

pub(crate) fn fill(exec_id: &str, pieces: i64) -> Fill<'_> {
    Fill::new(ExecId(exec_id), Quantity::whole(pieces), price())
}

pub(crate) fn trade(pieces: i64, price: &str, currency: &str) -> Trade<'static> {
    Trade {
        id: TradeId("t-1"),
        symbol: Symbol("SJM"),
        venue: Mic("XNYS"),
        side: Side::Buy,
        quantity: Quantity::whole(pieces),
        price: Price(price.parse().expect("a price")),
        currency: Currency::from_code(currency).expect("a currency"),
        liquidity: Liquidity::Added,
        client_id: Some(ClientOrderId("c-1")),
        transact_time: None,
    }
}

pub(crate) fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, Currency::from_code("USD").expect("a currency"))
}

pub(crate) fn price() -> Price {
    Price(Decimal::new(48_141, 3).expect("a price"))
}
