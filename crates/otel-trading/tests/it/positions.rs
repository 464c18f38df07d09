//! Positions and what they earn.

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Decimal, Money, Telemetry};
use otel_trading::conventions::positions as said;
use otel_trading::ids::{GroupName, PortfolioId, Symbol};
use otel_trading::labels::{
    BreakKind, CurrencyCode, PortfolioGroup, PositionChange as Change, PositionRefusal as Refusal, Side,
};
use otel_trading::positions::{Position, PositionTrade, StatementLine};
use otel_trading::{Positions, Price, Quantity};
use proptest::prelude::*;

use crate::desk::dollars;

const FUND: PortfolioId<'_> = PortfolioId("p-1");
const SJM: Symbol<'_> = Symbol("SJM");

#[test]
fn a_position_earns_by_average_cost_long_and_short() {
    let mut position = Position::flat(dollar());
    for (quantity, price, change, held, cost, realized) in [
        (10, 1000, Change::Opened, 10, 10000, 0),
        (10, 1200, Change::Increased, 20, 22000, 0),
        (-5, 1300, Change::Reduced, 15, 16500, 1000),
        (-20, 1000, Change::Reversed, -5, -5000, -500),
        (-5, 1200, Change::Increased, -10, -11000, -500),
        (4, 1000, Change::Reduced, -6, -6600, -100),
        (6, 1000, Change::Closed, 0, 0, 500),
    ] {
        assert_eq!(position.trade(Quantity::whole(quantity), cents(price)), Ok(change), "{quantity}");
        assert_eq!(position.quantity(), Quantity::whole(held));
        assert_eq!((position.cost(), position.realized()), (dollars(cost), dollars(realized)), "{quantity}");
    }
}

#[test]
fn what_rounding_leaves_stays_in_the_cost() {
    let mut position = Position::flat(dollar());
    let third = Price(Decimal::new(33_333, 4).expect("a price"));
    position.trade(Quantity::whole(3), third).expect("a trade");
    for _ in 0..3 {
        position.trade(Quantity::whole(-1), third).expect("a trade");
    }
    assert_eq!((position.cost(), position.realized()), (dollars(0), dollars(-1)));
}

#[test]
fn profits_are_added_up_by_group_and_currency() {
    let test = TestTelemetry::new();
    let positions = Positions::new(&test, 10);
    for (portfolio, side, price) in
        [("p-1", Side::Buy, 1000), ("p-1", Side::Sell, 1100), ("p-2", Side::Buy, 1000)]
    {
        let trade =
            PositionTrade { portfolio: PortfolioId(portfolio), side, price: cents(price), ..bought(10) };
        positions.traded(&trade).expect("a trade");
    }
    positions.marked(PortfolioId("p-2"), SJM, cents(950)).expect("a position");
    positions.check();
    let labels = labels(&test);
    let recorded = test.recorded();
    assert_eq!(recorded.gauge(&said::PROFIT_REALIZED, labels), Some(1000));
    assert_eq!(recorded.gauge(&said::PROFIT_UNREALIZED, labels), Some(-500));
    assert_eq!(recorded.gauge(&said::OPEN, labels.0), Some(1));
    // What was on paper is realised when it is sold.
    let sold = PositionTrade {
        portfolio: PortfolioId("p-2"),
        side: Side::SellShort,
        price: cents(950),
        ..bought(10)
    };
    positions.traded(&sold).expect("a trade");
    let recorded = test.finish();
    assert_eq!(recorded.gauge(&said::PROFIT_REALIZED, labels), Some(500));
    assert_eq!(recorded.gauge(&said::PROFIT_UNREALIZED, labels), Some(0));
    assert_eq!(recorded.counter(&said::CHANGES, (labels.0, Change::Closed)), Some(2));
}

#[test]
fn the_fullest_limit_of_a_group_is_shown() {
    let test = TestTelemetry::new();
    let positions = Positions::new(&test, 10);
    positions.traded(&PositionTrade { side: Side::Sell, ..bought(95) }).expect("a trade");
    positions.limited(FUND, SJM, Quantity::whole(100)).expect("a limit");
    let other = PositionTrade { symbol: Symbol("IBM"), ..bought(1) };
    positions.traded(&other).expect("a trade");
    positions.limited(FUND, Symbol("IBM"), Quantity(Decimal::new(25, 1).expect("a limit"))).expect("a limit");
    positions.check();
    let (group, _) = labels(&test);
    assert_eq!(test.recorded().float_gauge(&said::LIMIT_UTILIZATION, group), Some(0.95));
    assert_eq!(positions.limited(FUND, SJM, Quantity::ZERO), Err(Refusal::Quantity));
    assert_eq!(positions.limited(FUND, Symbol("MSFT"), Quantity::whole(1)), Err(Refusal::Unknown));
}

#[test]
fn what_is_refused_changes_nothing_and_says_why() {
    let test = TestTelemetry::new();
    let positions = Positions::new(&test, 1);
    positions.traded(&bought(10)).expect("a trade");
    let refused = [
        (PositionTrade { symbol: Symbol("IBM"), ..bought(1) }, Refusal::NoRoom),
        (bought(0), Refusal::Quantity),
        (bought(-1), Refusal::Quantity),
        (PositionTrade { side: Side::Other, ..bought(1) }, Refusal::Quantity),
        (PositionTrade { group: GroupName("rates"), ..bought(1) }, Refusal::Group),
        (
            PositionTrade { currency: Currency::from_code("EUR").expect("a currency"), ..bought(1) },
            Refusal::Currency,
        ),
        (bought(i64::MAX), Refusal::TooLarge),
    ];
    for (trade, reason) in refused {
        assert_eq!(positions.traded(&trade).map(|it| it.quantity()), Err(reason));
    }
    assert_eq!(positions.marked(FUND, Symbol("IBM"), cents(1)), Err(Refusal::Unknown));
    assert_eq!(positions.position(FUND, SJM).map(|it| it.quantity()), Some(Quantity::whole(10)));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REFUSALS), 8);
    assert_eq!(recorded.events_of(&said::REFUSED).len(), 8);
}

#[test]
fn differences_from_a_statement_are_told_until_the_next_one() {
    let test = TestTelemetry::new();
    let positions = Positions::new(&test, 10);
    for symbol in ["A", "B", "C"] {
        positions.traded(&PositionTrade { symbol: Symbol(symbol), ..bought(10) }).expect("a trade");
    }
    let flat = PositionTrade { symbol: Symbol("E"), ..bought(10) };
    positions.traded(&flat).expect("a trade");
    positions.traded(&PositionTrade { side: Side::Sell, ..flat }).expect("a trade");
    let statement = [line("A", 4), line("A", 6), line("B", 9), line("D", 5), line("F", 0)];
    let found = positions.reconciled(FUND, &statement).expect("a comparison");
    let kinds: Vec<_> = found.iter().map(|it| (&*it.symbol, it.kind)).collect();
    let expected =
        [("B", BreakKind::Quantity), ("C", BreakKind::MissingThere), ("D", BreakKind::MissingHere)];
    assert_eq!(kinds, expected);
    assert_eq!((found[0].held, found[0].stated), (Quantity::whole(10), Quantity::whole(9)));
    assert_eq!(test.recorded().gauge(&said::UNRECONCILED, BreakKind::Quantity), Some(1));
    let right = [line("A", 10), line("B", 10), line("C", 10)];
    assert_eq!(positions.reconciled(FUND, &right), Ok(Vec::new()));
    let recorded = test.finish();
    assert_eq!(recorded.gauge(&said::UNRECONCILED, BreakKind::Quantity), Some(0));
    assert_eq!(recorded.counter(&said::BREAKS, BreakKind::MissingHere), Some(1));
    assert_eq!(recorded.events_of(&said::BROKEN).len(), 3);
}

proptest! {
    /// The oracle is the cash account: what was received less what was paid.
    #[test]
    fn no_minor_unit_is_lost(trades in prop::collection::vec((-500_i64..500, 0_u8..3, 1_i64..200_000, 0_u8..5), 1..60)) {
        let mut position = Position::flat(dollar());
        let (mut cash, mut held) = (0, Quantity::ZERO);
        for (mantissa, scale, price, price_scale) in trades {
            let quantity = Quantity(Decimal::new(mantissa, scale).expect("a quantity"));
            let price = Price(Decimal::new(price, price_scale).expect("a price"));
            let before = position;
            let Ok(change) = position.trade(quantity, price) else {
                prop_assert_eq!(quantity, Quantity::ZERO);
                continue;
            };
            cash -= Money::of(quantity.0, price.0, dollar()).expect("an amount").minor();
            held = held.checked_add(quantity).expect("a quantity");
            prop_assert_eq!(position.quantity(), held);
            prop_assert_eq!(position.realized().minor() - position.cost().minor(), cash);
            let is_flat = held == Quantity::ZERO;
            prop_assert!(!is_flat || position.cost().minor() == 0);
            prop_assert_eq!(is_flat, change == Change::Closed);
            if matches!(change, Change::Opened | Change::Increased) {
                prop_assert_eq!(position.realized(), before.realized());
            }
            if change == Change::Reduced {
                let share = ratio(held) / ratio(before.quantity());
                let expected = before.cost().minor() as f64 * share;
                prop_assert!((position.cost().minor() as f64 - expected).abs() <= 0.5 + 1e-6);
            }
        }
    }

    #[test]
    fn the_sums_of_a_group_are_the_sums_of_its_positions(
        steps in prop::collection::vec((0_usize..3, 1_i64..50, prop::bool::ANY, 1_i64..5_000, prop::bool::ANY), 1..40)
    ) {
        let test = TestTelemetry::new();
        let positions = Positions::new(&test, 10);
        let names = ["A", "B", "C"];
        let mut marks = [None; 3];
        for (which, pieces, buys, price, only_marks) in steps {
            let symbol = Symbol(names[which]);
            if only_marks {
                if positions.marked(FUND, symbol, cents(price)).is_ok() {
                    marks[which] = Some(cents(price));
                }
                continue;
            }
            let side = if buys { Side::Buy } else { Side::Sell };
            positions.traded(&PositionTrade { symbol, side, price: cents(price), ..bought(pieces) }).expect("a trade");
        }
        let (mut realized, mut unrealized, mut any) = (0, 0, false);
        for (name, mark) in names.iter().zip(marks) {
            let Some(position) = positions.position(FUND, Symbol(name)) else { continue };
            any = true;
            realized += position.realized().minor();
            unrealized += mark.and_then(|mark| position.unrealized(mark)).map_or(0, |value| value.minor());
        }
        let labels = labels(&test);
        let recorded = test.finish();
        prop_assert_eq!(recorded.gauge(&said::PROFIT_REALIZED, labels), any.then_some(realized));
        prop_assert_eq!(recorded.gauge(&said::PROFIT_UNREALIZED, labels), any.then_some(unrealized));
    }
}

fn ratio(quantity: Quantity) -> f64 {
    quantity.0.to_string().parse().expect("a number")
}

fn bought(pieces: i64) -> PositionTrade<'static> {
    PositionTrade {
        portfolio: FUND,
        group: GroupName("equities"),
        symbol: SJM,
        side: Side::Buy,
        quantity: Quantity::whole(pieces),
        price: cents(1000),
        currency: dollar(),
    }
}

fn line(symbol: &str, pieces: i64) -> StatementLine<'_> {
    StatementLine { symbol: Symbol(symbol), quantity: Quantity::whole(pieces) }
}

fn labels(telemetry: &Telemetry) -> (PortfolioGroup, CurrencyCode) {
    (telemetry.capped().get("equities"), telemetry.capped().get("USD"))
}

fn cents(minor: i64) -> Price {
    Price(Decimal::new(minor, 2).expect("a price"))
}

fn dollar() -> Currency {
    Currency::from_code("USD").expect("a currency")
}
