//! What the guards record.

use std::collections::BTreeSet;
use std::time::Duration;

use otel_core::testing::{TestSpan, TestStatus, TestTelemetry};
use otel_core::{Context, Currency, Decimal, ERROR_TYPE, PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_trading::conventions::{
    self as names, ACKNOWLEDGED, CANCELED, FILLED, ORDER_LIFECYCLE, ORDER_STEP, ORDER_SUMMARY,
    PARTIALLY_FILLED, REPLACED, RISK_CALCULATION, SUBMITTED, TRADE_EXECUTED, TRADE_EXECUTION, VIOLATED,
};
use otel_trading::ids::{ClientOrderId, ExecId, GroupName, OrderId, PortfolioId};
use otel_trading::labels::{
    CancelReason, OrderStatus, RejectReason, RiskMeasure, RiskResult, TimeInForce, Violation,
};
use otel_trading::lifecycle::Answer;
use otel_trading::order::{Fill, NewOrder, Progress, Replacement, Report, trace_of};
use otel_trading::regulatory::Date;
use otel_trading::risk::RiskCalculation;
use otel_trading::{Observability, OrderSpan, ParkedOrder, Quantity};

use crate::desk::{dollars, fill, order, report, sent, trade};

#[test]
fn an_order_can_be_kept_and_moved() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<OrderSpan>();
    check::<ParkedOrder>();
}

#[test]
fn an_order_has_its_facts_and_nobody_in_clear() {
    let test = TestTelemetry::new();
    let trader = Sensitive::new("jane@desk").pseudonym(&PseudonymKey::new([7; 32]));
    let time = Timestamp::from_unix_nanos(1_428_322_647_000_000_000);
    let mut order = Observability::new(&test).track_order_lifecycle(&NewOrder {
        currency: Currency::from_code("USD"),
        time_in_force: Some(TimeInForce::Day),
        trader: Some(trader),
        transact_time: Some(time),
        ..order("c-1")
    });
    order.order_submitted();
    order.order_filled(&fill("e-1", 500));
    order.finish();
    let recorded = test.finish();
    let span = recorded.span(&ORDER_LIFECYCLE);
    assert_eq!(span.scope, "otel-trading");
    check(
        span,
        &[
            ("trading.order.client_id", "c-1"),
            ("trading.instrument.symbol", "SJM"),
            ("trading.venue.mic", "XNYS"),
            ("trading.order.side", "buy"),
            ("trading.order.type", "limit"),
            ("trading.order.quantity", "500"),
            ("trading.order.price", "48.141"),
            ("trading.currency.code", "USD"),
            ("trading.order.time_in_force", "day"),
            ("trading.trader.pseudonym", &trader.to_string()),
            ("trading.order.status", "filled"),
            ("trading.order.cumulative_quantity", "500"),
            ("trading.order.leaves_quantity", "0"),
        ],
    );
    assert_eq!(span.get(&names::TRANSACT_TIME), Some(1_428_322_647_000_000_000_i64.into()));
    assert_eq!(span.status, TestStatus::Ok);
    assert!(!format!("{recorded:?}").contains("jane"));
}

#[test]
fn no_attribute_stands_twice_however_much_happens() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    order.order_partially_filled(&fill("e-2", 1));
    order.order_partially_filled(&fill("e-3", 1));
    order.order_cancelled(CancelReason::Requested, &report("e-4"));
    order.finish();
    let recorded = test.finish();
    let span = recorded.span(&ORDER_LIFECYCLE);
    let distinct: BTreeSet<_> = span.attributes.iter().map(|(name, _)| name).collect();
    assert_eq!(distinct.len(), span.attributes.len(), "{:?}", span.attributes);
    assert_eq!(span.get(&names::STATUS), Some("canceled".into()));
    assert_eq!(span.status, TestStatus::Unset);
}

#[test]
fn events_belong_to_their_order_and_can_be_read_alone() {
    let test = TestTelemetry::new();
    let time = Timestamp::from_unix_nanos(1_428_322_650_000_000_000);
    let mut order = sent(&test);
    let more = Report { order_id: Some(OrderId("v-7")), transact_time: Some(time), ..report("e-1") };
    order.order_acknowledged(&more);
    order.order_partially_filled(&fill("e-2", 200));
    order.finish();
    let recorded = test.finish();
    let span = recorded.span(&ORDER_LIFECYCLE);
    for event in recorded.events() {
        assert_eq!((&event.trace_id, &event.span_id), (&span.trace_id, &span.span_id), "{event:?}");
        assert_eq!(event.get(&names::CLIENT_ORDER_ID), Some("c-1".into()), "{event:?}");
    }
    let acknowledged = recorded.event(&ACKNOWLEDGED);
    assert_eq!(acknowledged.time, time);
    assert_eq!(acknowledged.get(&names::ORDER_ID), Some("v-7".into()));
    assert_eq!(acknowledged.get(&names::EXEC_ID), Some("e-1".into()));
    let filled = recorded.event(&PARTIALLY_FILLED);
    assert_eq!(filled.get(&names::FILL_QUANTITY), Some("200".into()));
    assert_eq!(filled.get(&names::FILL_PRICE), Some("48.141".into()));
    assert_eq!(filled.get(&names::LEAVES_QUANTITY), Some("300".into()));
    assert_eq!(filled.get(&names::STATUS), Some("partially_filled".into()));
    assert_eq!(recorded.events_of(&SUBMITTED).len(), 1);
}

#[test]
fn a_refused_order_is_an_error_of_that_class() {
    let test = TestTelemetry::new();
    sent(&test).order_rejected(RejectReason::PriceExceedsBand, &report("e-1"));
    let recorded = test.finish();
    let span = recorded.span(&ORDER_LIFECYCLE);
    assert!(matches!(span.status, TestStatus::Error(_)));
    assert_eq!(span.get(&ERROR_TYPE), Some("price_exceeds_band".into()));
    assert_eq!(span.get(&names::STATUS), Some("rejected".into()));
}

#[test]
fn a_violation_is_told_with_what_it_met() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_filled(&fill("e-1", 500));
    order.order_cancelled(CancelReason::Unsolicited, &report("e-2"));
    order.finish();
    let recorded = test.finish();
    let [race, illegal] = recorded.events_of(&VIOLATED)[..] else { panic!("{:?}", recorded.events()) };
    assert_eq!(race.get(&names::VIOLATION), Some("race".into()));
    assert_eq!(race.get(&names::STATUS), Some("submitted".into()));
    assert_eq!(illegal.get(&names::VIOLATION), Some("illegal".into()));
    assert_eq!(illegal.get(&names::STATUS), Some("filled".into()));
    assert_eq!(illegal.get(&names::EXEC_TYPE), Some("canceled".into()));
    assert!(recorded.events_of(&CANCELED).is_empty());
    assert_eq!(recorded.events_of(&FILLED).len(), 1);
}

#[test]
fn a_parked_order_goes_on_in_the_same_trace() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    let parked = order.park();
    assert_eq!(test.recorded().spans().len(), 1, "a parked order has no open span");
    let mut order = parked.resume();
    order.order_partially_filled(&fill("e-2", 100));
    let mut order = order.park().resume();
    order.order_filled(&fill("e-3", 400));
    order.finish();
    let recorded = test.finish();
    let first = recorded.span(&ORDER_LIFECYCLE);
    let steps = recorded.spans_of(&ORDER_STEP);
    assert_eq!(steps.len(), 2);
    for step in &steps {
        assert_eq!((&step.trace_id, &step.parent_span_id), (&first.trace_id, &first.span_id));
        assert_eq!(step.get(&names::CLIENT_ORDER_ID), Some("c-1".into()));
    }
    assert_eq!(steps[1].get(&names::STATUS), Some("filled".into()));
    assert_eq!(recorded.event(&FILLED).span_id, steps[1].span_id);
}

#[test]
fn an_order_that_was_parked_is_summed_up_with_links_to_its_parts() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    let mut parked = order.park();
    for number in 0..3 {
        test.advance(Duration::from_secs(3600));
        let mut order = parked.resume();
        order.order_partially_filled(&fill(&format!("e-fill-{number}"), 100));
        parked = order.park();
    }
    assert!(test.recorded().spans_of(&ORDER_SUMMARY).is_empty(), "it is not over");
    drop(parked);
    sent(&test).finish();
    let recorded = test.finish();
    let summary = recorded.span(&ORDER_SUMMARY);
    let mut parts = vec![recorded.spans_of(&ORDER_LIFECYCLE)[0].span_id.clone()];
    parts.extend(recorded.spans_of(&ORDER_STEP).iter().map(|step| step.span_id.clone()));
    assert_eq!(summary.links, parts);
    assert_eq!(summary.trace_id, recorded.spans_of(&ORDER_LIFECYCLE)[0].trace_id);
    assert_eq!(summary.end.since(summary.start), Duration::from_secs(3 * 3600));
    assert_eq!(summary.get(&names::ORDER_PARTS), Some(4.into()));
    assert_eq!(summary.get(&names::LEAVES_QUANTITY), Some("200".into()));
    assert_eq!(summary.get(&names::AVERAGE_PRICE), Some("48.141".into()));
}

#[test]
fn an_order_of_more_parts_than_are_linked_says_how_many_there_were() {
    let test = TestTelemetry::new();
    let mut parked = sent(&test).park();
    for number in 0..100 {
        let mut order = parked.resume();
        order.order_partially_filled(&fill(&format!("e-fill-{number}"), 1));
        parked = order.park();
    }
    parked.resume().finish();
    let recorded = test.finish();
    let summary = recorded.span(&ORDER_SUMMARY);
    assert_eq!(summary.links.len(), 64);
    assert_eq!(summary.get(&names::ORDER_PARTS), Some(102.into()));
}

#[test]
fn an_execution_that_does_not_say_whether_it_is_the_last_is_told_by_what_is_left() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    order.order_acknowledged(&report("e-1"));
    assert_eq!(order.order_executed(&fill("e-2", 200)), Answer::Illustrated);
    assert_eq!(order.order_executed(&fill("e-3", 300)), Answer::Illustrated);
    order.finish();
    let recorded = test.finish();
    assert_eq!(recorded.events_of(&PARTIALLY_FILLED).len(), 1);
    assert_eq!(recorded.events_of(&FILLED).len(), 1);
}

#[test]
fn a_report_about_another_order_is_refused_and_told() {
    let test = TestTelemetry::new();
    let mut order = sent(&test);
    let other = Report { client_id: Some(ClientOrderId("c-9")), ..report("e-1") };
    assert_eq!(order.order_acknowledged(&other), Answer::Refused(Violation::Reference));
    let bust = Fill { refers_to: Some(ExecId("e-none")), ..fill("e-3", 1) };
    order.order_partially_filled(&fill("e-2", 100));
    assert_eq!(order.trade_busted(&bust), Answer::Refused(Violation::Reference));
    order.finish();
    let recorded = test.finish();
    let [other, race, bust] = recorded.events_of(&VIOLATED)[..] else { panic!("{:?}", recorded.events()) };
    assert_eq!(other.get(&names::VIOLATION), Some("reference".into()));
    assert_eq!(race.get(&names::VIOLATION), Some("race".into()));
    assert_eq!(bust.get(&names::VIOLATION), Some("reference".into()));
    assert!(recorded.events_of(&ACKNOWLEDGED).is_empty());
}

#[test]
fn a_replaced_order_goes_by_its_new_name() {
    let test = TestTelemetry::new();
    let long = "a-client-order-id-of-more-than-forty-six-bytes-in-all";
    let mut order = Observability::new(&test).track_order_lifecycle(&order(long));
    order.order_submitted();
    order.order_acknowledged(&report("e-1"));
    order.order_replaced(&Replacement {
        report: report("e-2"),
        ..Replacement::new(ClientOrderId("c-2"), Quantity::whole(600))
    });
    assert_eq!(order.lifecycle().leaves(), Quantity::whole(600));
    order.finish();
    let recorded = test.finish();
    assert_eq!(recorded.event(&ACKNOWLEDGED).get(&names::CLIENT_ORDER_ID), Some(long.into()));
    let replaced = recorded.event(&REPLACED);
    assert_eq!(replaced.get(&names::CLIENT_ORDER_ID), Some("c-2".into()));
    assert_eq!(replaced.get(&names::ORIGINAL_CLIENT_ORDER_ID), Some(long.into()));
}

#[test]
fn orders_and_trades_find_their_place_in_a_trace() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let parent = trading.track_order_lifecycle(&order("parent"));
    let entered = parent.enter();
    trading.track_order_lifecycle(&order("child")).finish();
    trading.track_trade_execution(&trade(100, "48.141", "USD"));
    trading.track_order_lifecycle_in(&order("root"), &Context::new()).finish();
    drop(entered);
    let context = parent.context();
    trading.track_order_lifecycle_in(&order("remote"), &context).finish();
    parent.finish();
    let recorded = test.finish();
    let named = |id: &str| {
        let mut spans = recorded.spans().iter();
        spans.find(|span| span.get(&names::CLIENT_ORDER_ID) == Some(id.into())).expect("a span")
    };
    assert_eq!(named("child").parent_span_id, named("parent").span_id);
    assert_eq!(named("remote").parent_span_id, named("parent").span_id);
    assert_eq!(named("root").parent_span_id, "");
    assert_eq!(recorded.span(&TRADE_EXECUTION).parent_span_id, named("parent").span_id);
}

#[test]
fn an_order_with_a_trace_of_its_own_is_found_again_after_a_restart() {
    let day = Date::new(2026, 11, 23).expect("a day");
    let trace = trace_of(order("c-1").venue, day, ClientOrderId("c-1"));
    let own = NewOrder { trace: Some(trace), ..order("c-1") };

    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let request = trading.track_order_lifecycle(&order("request"));
    let mut sent = trading.track_order_lifecycle_in(&own, &request.context());
    sent.order_submitted();
    sent.park().resume().finish();
    request.finish();
    let before = test.finish();

    // Another process goes on with it, under the name it has after a replacement.
    let test = TestTelemetry::new();
    let progress = Progress { status: OrderStatus::New, cumulative: Quantity::ZERO };
    let replaced = NewOrder { trace: Some(trace), ..order("c-2") };
    Observability::new(&test).track_order_midway(&replaced, progress).finish();
    let after = test.finish();

    let [first, step, summary, request] =
        ["order_lifecycle", "order_step", "order_summary", "request"].map(|name| {
            let mut spans = before.spans().iter();
            let is_request = |span: &&TestSpan| span.get(&names::CLIENT_ORDER_ID) == Some("request".into());
            spans
                .find(|span| {
                    if name == "request" { is_request(span) } else { span.name == name && !is_request(span) }
                })
                .expect("a span")
        });
    for span in [first, step, summary, after.span(&ORDER_LIFECYCLE)] {
        assert_eq!(span.trace_id, trace.to_string(), "{}", span.name);
    }
    assert_eq!((first.parent_span_id.as_str(), &first.links), ("", &vec![request.span_id.clone()]));
    assert_ne!(request.trace_id, trace.to_string());
    let other_day = Date::new(2026, 11, 24).expect("a day");
    assert_ne!(trace_of(order("c-1").venue, other_day, ClientOrderId("c-1")), trace);
}

#[test]
fn a_trade_has_its_facts() {
    let test = TestTelemetry::new();
    Observability::new(&test).track_trade_execution(&trade(75_700, "48.141", "USD"));
    let recorded = test.finish();
    let span = recorded.span(&TRADE_EXECUTION);
    check(
        span,
        &[
            ("trading.trade.id", "t-1"),
            ("trading.instrument.symbol", "SJM"),
            ("trading.venue.mic", "XNYS"),
            ("trading.trade.quantity", "75700"),
            ("trading.trade.price", "48.141"),
            ("trading.liquidity", "added"),
        ],
    );
    assert_eq!(span.get(&names::TRADE_NOTIONAL), Some(364_427_370.into()));
    let event = recorded.event(&TRADE_EXECUTED);
    assert_eq!(event.span_id, span.span_id);
    assert_eq!(event.get(&names::TRADE_NOTIONAL), Some(364_427_370.into()));
}

#[test]
fn a_risk_calculation_has_its_facts_and_its_failure() {
    let test = TestTelemetry::new();
    let trading = Observability::new(&test);
    let new = RiskCalculation::new(PortfolioId("p-4711"), GroupName("rates"), RiskMeasure::ValueAtRisk);
    trading.track_risk_calculation(&RiskCalculation { confidence: Some(0.99), ..new }).calculated(dollars(5));
    trading.track_risk_calculation(&new).ended(RiskResult::Timeout);
    let recorded = test.finish();
    let [value, failure] = recorded.spans_of(&RISK_CALCULATION)[..] else { panic!("{:?}", recorded.spans()) };
    check(
        value,
        &[
            ("trading.portfolio.id", "p-4711"),
            ("trading.portfolio.group", "rates"),
            ("trading.risk.measure", "value_at_risk"),
            ("trading.risk.result", "completed"),
            ("trading.currency.code", "USD"),
        ],
    );
    assert_eq!(value.get(&names::RISK_CONFIDENCE), Some(0.99.into()));
    assert_eq!(value.get(&names::RISK_VALUE), Some(5.into()));
    assert_eq!(failure.get(&ERROR_TYPE), Some("timeout".into()));
}

#[test]
fn without_telemetry_the_life_cycle_is_still_right() {
    let trading = Observability::new(&Telemetry::noop());
    let mut order = trading.track_order_lifecycle(&order("c-1"));
    order.order_submitted();
    order.order_partially_filled(&fill("e-1", 100));
    let order = order.park().resume();
    assert_eq!(order.lifecycle().leaves().0, Decimal::whole(400));
}

fn check(span: &TestSpan, expected: &[(&str, &str)]) {
    for (name, value) in expected {
        let found = span.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        assert_eq!(found, Some((*value).into()), "{name} of {}", span.name);
    }
}
