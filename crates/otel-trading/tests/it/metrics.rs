//! What is counted and timed.

use std::time::Duration;

use otel_core::Timestamp;
use otel_core::testing::TestTelemetry;
use otel_trading::conventions::{
    ACKNOWLEDGE_DURATION, ACTIVE_ORDERS, CANCEL_DURATION, FILL_DURATION, ORDER_EVENTS, ORDER_REJECTIONS,
    ORDERS, PORTFOLIO_RISK, RISK_DURATION, RISK_LIMIT_UTILIZATION, TRADE_VALUE, TRADES,
    TRANSITION_VIOLATIONS,
};
use otel_trading::ids::{GroupName, Mic, PortfolioId};
use otel_trading::labels::{
    CancelReason, CancelRejectReason, CurrencyCode, ExecType, Liquidity, OrderStatus, OrderType,
    PortfolioGroup, RejectReason, RiskMeasure, RiskResult, Side, Venue, Violation,
};
use otel_trading::order::{Fill, NewOrder, Progress, Replacement, Report};
use otel_trading::risk::RiskCalculation;
use otel_trading::trade::Trade;
use otel_trading::{Metrics, Observability, Quantity};

use crate::desk::{dollars, fill, order, report, sent, trade};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Observability>();
    check::<Metrics>();
}

#[test]
fn what_happens_to_an_order_is_counted_by_kind_venue_and_side() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    order.order_partially_filled(&fill("e-2", 200));
    order.order_partially_filled(&fill("e-3", 100));
    order.order_filled(&fill("e-4", 200));
    order.finish();
    let venue = venue(&test);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&ORDERS, (venue, OrderType::Limit)), Some(1));
    let events = |exec_type| recorded.counter(&ORDER_EVENTS, (exec_type, venue, Side::Buy));
    assert_eq!(events(ExecType::Submitted), Some(1));
    assert_eq!(events(ExecType::New), Some(1));
    assert_eq!(events(ExecType::PartialFill), Some(2));
    assert_eq!(events(ExecType::Fill), Some(1));
    assert_eq!(recorded.counter_total(&TRANSITION_VIOLATIONS), 0);
}

#[test]
fn the_steps_of_an_order_are_timed_from_its_sending() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    test.advance(2 * SECOND);
    order.order_acknowledged(&report("e-1"));
    order.order_acknowledged(&report("e-1b"));
    test.advance(3 * SECOND);
    order.order_filled(&fill("e-2", 500));
    order.finish();
    let labels = (venue(&test), OrderType::Limit);
    let recorded = test.finish();
    let acknowledged = recorded.histogram(&ACKNOWLEDGE_DURATION, labels).expect("a duration");
    assert_eq!((acknowledged.count, acknowledged.sum), (1, 2.0));
    let filled = recorded.histogram(&FILL_DURATION, labels).expect("a duration");
    assert_eq!((filled.count, filled.sum), (1, 5.0));
}

#[test]
fn a_cancellation_is_timed_from_its_first_request() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    order.order_cancel_requested(&Report::default());
    order.order_cancel_rejected(CancelRejectReason::AlreadyPending, &report("e-2"));
    test.advance(SECOND);
    order.order_cancel_requested(&Report::default());
    test.advance(4 * SECOND);
    order.order_cancel_requested(&report("e-3"));
    order.order_cancelled(CancelReason::Requested, &report("e-4"));
    order.finish();
    let labels = (venue(&test), OrderType::Limit);
    let recorded = test.finish();
    let cancelled = recorded.histogram(&CANCEL_DURATION, labels).expect("a duration");
    assert_eq!((cancelled.count, cancelled.sum), (1, 4.0));
    assert!(recorded.histogram(&FILL_DURATION, labels).is_none());
}

#[test]
fn the_time_of_the_messages_counts_where_both_have_one() {
    let at =
        |seconds: u64| Some(Timestamp::from_unix_nanos(1_428_322_647_000_000_000 + seconds * 1_000_000_000));
    let test = TestTelemetry::new();
    let new = NewOrder { transact_time: at(0), ..order("c-1") };
    let mut order = Observability::new(&test).track_order_lifecycle(&new);
    order.order_submitted();
    test.advance(100 * SECOND);
    order.order_acknowledged(&Report { transact_time: at(7), ..report("e-1") });
    let silent = fill("e-2", 500);
    order.order_filled(&Fill { report: Report { transact_time: None, ..silent.report }, ..silent });
    order.finish();
    let labels = (venue(&test), OrderType::Limit);
    let recorded = test.finish();
    assert_eq!(recorded.histogram(&ACKNOWLEDGE_DURATION, labels).map(|times| times.sum), Some(7.0));
    assert_eq!(recorded.histogram(&FILL_DURATION, labels).map(|times| times.sum), Some(100.0));
}

#[test]
fn orders_are_active_until_they_are_over_or_forgotten() {
    let test = TestTelemetry::new();
    let venue = venue(&test);
    let active = |test: &TestTelemetry| test.recorded().up_down_counter(&ACTIVE_ORDERS, venue);
    let mut filled = sent(&test);
    let forgotten = sent(&test);
    let parked = sent(&test).park();
    assert_eq!(active(&test), Some(3));
    filled.order_filled(&fill("e-1", 500));
    assert_eq!(active(&test), Some(2));
    forgotten.finish();
    let resumed = parked.resume();
    assert_eq!(active(&test), Some(1));
    // A bust makes an order active again.
    filled.trade_busted(&fill("e-2", 100));
    assert_eq!(active(&test), Some(2));
    drop((filled, resumed));
    assert_eq!(active(&test), Some(0));
}

#[test]
fn what_is_refused_has_not_happened() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_rejected(RejectReason::UnknownSymbol, &report("e-1"));
    order.order_rejected(RejectReason::UnknownSymbol, &report("e-1"));
    order.order_filled(&fill("e-2", 500));
    order.finish();
    let venue = venue(&test);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&ORDER_REJECTIONS, (venue, RejectReason::UnknownSymbol)), Some(1));
    assert_eq!(recorded.counter(&ORDER_EVENTS, (ExecType::Fill, venue, Side::Buy)), None);
    let violations = |exec_type, violation| {
        recorded.counter(&TRANSITION_VIOLATIONS, (OrderStatus::Rejected, exec_type, violation))
    };
    assert_eq!(violations(ExecType::Rejected, Violation::Duplicate), Some(1));
    assert_eq!(violations(ExecType::Fill, Violation::Illegal), Some(1));
    assert_eq!(recorded.counter_total(&TRANSITION_VIOLATIONS), 2);
    assert!(recorded.histogram(&FILL_DURATION, (venue, OrderType::Limit)).is_none());
}

#[test]
fn what_is_tolerated_has_happened() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    order.order_cancelled(CancelReason::Requested, &report("e-2"));
    order.order_filled(&fill("e-3", 500));
    assert_eq!(order.lifecycle().status(), OrderStatus::Filled);
    order.finish();
    let venue = venue(&test);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&ORDER_EVENTS, (ExecType::Fill, venue, Side::Buy)), Some(1));
    let race = (OrderStatus::Canceled, ExecType::Fill, Violation::Race);
    assert_eq!(recorded.counter(&TRANSITION_VIOLATIONS, race), Some(1));
}

#[test]
fn an_order_met_midway_is_not_timed_and_not_counted_as_sent() {
    let test = TestTelemetry::new();
    let progress = Progress { status: OrderStatus::PartiallyFilled, cumulative: Quantity::whole(300) };
    let mut order = Observability::new(&test).track_order_midway(&order("c-9"), progress);
    order.order_filled(&fill("e-9", 200));
    order.finish();
    let labels = (venue(&test), OrderType::Limit);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&ORDERS, labels), None);
    assert!(recorded.histogram(&FILL_DURATION, labels).is_none());
    assert_eq!(recorded.counter_total(&TRANSITION_VIOLATIONS), 0);
}

#[test]
fn a_replacement_is_held_against_what_was_executed() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    order.order_partially_filled(&fill("e-2", 400));
    order.order_replace_requested(&Report::default());
    order.order_replaced(&Replacement {
        report: report("e-3"),
        ..Replacement::new(otel_trading::ids::ClientOrderId("c-2"), Quantity::whole(300))
    });
    order.finish();
    let quantity = (OrderStatus::PendingReplace, ExecType::Replaced, Violation::Quantity);
    assert_eq!(test.finish().counter(&TRANSITION_VIOLATIONS, quantity), Some(1));
}

#[test]
fn the_value_of_trades_is_exact_and_by_currency() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    trading.track_trade_execution(&trade(75_700, "48.141", "USD"));
    trading.track_trade_execution(&trade(100, "0.01", "USD"));
    trading.track_trade_execution(&trade(100, "-1.5", "USD"));
    trading.track_trade_execution(&trade(3, "1234", "JPY"));
    trading.track_trade_execution(&Trade { quantity: Quantity::whole(i64::MAX), ..trade(1, "1000", "USD") });
    let venue = venue(&test);
    let [usd, jpy] = ["USD", "JPY"].map(|code| test.capped::<CurrencyCode>().get(code));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&TRADES, (venue, Side::Buy, Liquidity::Added)), Some(5));
    assert_eq!(recorded.counter(&TRADE_VALUE, (venue, usd)), Some(364_427_370 + 100 + 15_000));
    assert_eq!(recorded.counter(&TRADE_VALUE, (venue, jpy)), Some(3_702));
}

#[test]
fn a_risk_calculation_leaves_its_value_and_its_time() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let calculation =
        RiskCalculation::new(PortfolioId("p-4711"), GroupName("rates"), RiskMeasure::ValueAtRisk);
    let risk = trading.track_risk_calculation(&calculation);
    test.advance(3 * SECOND);
    risk.calculated(dollars(-1_250_000));
    trading.track_risk_calculation(&calculation).ended(RiskResult::MarketData);
    drop(trading.track_risk_calculation(&calculation));
    let group = test.capped::<PortfolioGroup>().get("rates");
    let usd = test.capped::<CurrencyCode>().get("USD");
    let recorded = test.finish();
    assert_eq!(recorded.gauge(&PORTFOLIO_RISK, (group, RiskMeasure::ValueAtRisk, usd)), Some(-1_250_000));
    let time = |result| recorded.histogram(&RISK_DURATION, (RiskMeasure::ValueAtRisk, result));
    assert_eq!(time(RiskResult::Completed).map(|times| (times.count, times.sum)), Some((1, 3.0)));
    assert_eq!(time(RiskResult::MarketData).map(|times| times.count), Some(1));
    assert_eq!(time(RiskResult::Abandoned).map(|times| times.count), Some(1));
}

#[test]
fn venues_beyond_the_cap_share_one_series() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let mics: Vec<String> = (0..100).map(|number| format!("X{number:03}")).collect();
    for mic in &mics {
        let new = NewOrder { venue: Mic(mic), ..order("c-1") };
        trading.track_order_lifecycle(&new).order_submitted();
    }
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&ORDERS), 100);
    assert_eq!(recorded.series(&ORDERS.facts()), 25);
}

fn venue(test: &TestTelemetry) -> Venue {
    test.capped::<Venue>().get("XNYS")
}

#[test]
fn a_risk_is_compared_with_a_limit_of_its_own_currency_only() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let new = RiskCalculation::new(PortfolioId("p-1"), GroupName("rates"), RiskMeasure::ValueAtRisk);
    let group = test.capped::<PortfolioGroup>().get("rates");
    let used = |test: &TestTelemetry| {
        test.recorded().float_gauge(&RISK_LIMIT_UTILIZATION, (group, RiskMeasure::ValueAtRisk))
    };
    let yen = otel_core::Money::from_minor(5, otel_core::Currency::from_code("JPY").expect("a currency"));
    for limit in [None, Some(yen), Some(dollars(0))] {
        trading.track_risk_calculation(&RiskCalculation { limit, ..new }).calculated(dollars(90));
        assert_eq!(used(&test), None, "{limit:?}");
    }
    let limit = Some(dollars(100));
    trading.track_risk_calculation(&RiskCalculation { limit, ..new }).calculated(dollars(90));
    assert_eq!(used(&test), Some(0.9));
}
