//! The tape: the same events as of an order that is followed, and an exact account of what did not fit.

mod account;
mod facts;

use std::time::Duration;

use otel_core::pipeline::Builder;
use otel_core::settings::{Environment, Protocol};
use otel_core::testing::{Receiver, TestEvent, TestTelemetry, TestValue, assert_declared};
use otel_core::{Currency, Decimal, Telemetry, Timestamp};
use otel_trading::ids::{ClientOrderId, ExecId, OrderId, Symbol};
use otel_trading::labels::{
    CancelReason, CancelRejectReason, ExecType, Liquidity, OrderStatus, OrderType, RejectReason, Side,
};
use otel_trading::order::{Fill, NewOrder, Replacement, Report};
use otel_trading::tape::{MOST_ID, Reason, TapedOrder};
use otel_trading::{
    AuditTape, CATALOGUE, Observability, OrderTape, Price, Quantity, conventions, conventions::tape as said,
};

use crate::desk::{fill, order, price};

/// What comes before everything else: the order `c-1` for 500, with all that is optional.
fn new_order() -> NewOrder<'static> {
    NewOrder { currency: Currency::from_code("USD"), transact_time: Some(at(1)), ..order("c-1") }
}

fn report(exec_id: &str, at: Timestamp) -> Report<'_> {
    Report { order_id: Some(OrderId("v-1")), transact_time: Some(at), ..Report::new(ExecId(exec_id)) }
}

fn at(milli: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_700_000_000_000_000_000 + milli * 1_000_000)
}

/// What an event says, in no order; without what it says of a place in a trace.
fn says(event: &TestEvent) -> (&str, i32, Timestamp, Vec<(&str, &TestValue)>) {
    let mut attributes: Vec<_> = event.attributes.iter().map(|(key, value)| (key.as_str(), value)).collect();
    attributes.sort_by_key(|(key, _)| *key);
    (&event.name, event.severity, event.time, attributes)
}

#[test]
fn an_order_on_the_tape_tells_what_an_order_that_is_followed_tells() {
    let (new, to_cancel) = (new_order(), report("e-4", at(5)));
    let accepted = report("e-1", at(2));
    let part = Fill { liquidity: Liquidity::Added, ..fill("e-2", 200) };
    let part =
        Fill { report: Report { cumulative: Some(Quantity::whole(200)), ..report("e-2", at(3)) }, ..part };
    let bust = Fill { refers_to: Some(ExecId("e-2")), report: report("e-3", at(4)), ..part };

    let followed = TestTelemetry::new();
    let mut span = Observability::new(&followed).track_order_lifecycle(&new);
    span.order_submitted();
    span.order_acknowledged(&accepted);
    span.order_partially_filled(&part);
    span.trade_busted(&bust);
    span.order_cancelled(CancelReason::Requested, &to_cancel);
    span.finish();

    let taped = TestTelemetry::new();
    let tape = OrderTape::new(&taped);
    let taped_order = TapedOrder::new(&new).expect("an order that fits");
    let left = |report: Report<'static>, cumulative, leaves| Report {
        cumulative: Some(Quantity::whole(cumulative)),
        leaves: Some(Quantity::whole(leaves)),
        ..report
    };
    let part = Fill { report: left(part.report, 200, 300), ..part };
    let bust = Fill { report: left(bust.report, 0, 500), ..bust };
    tape.record(&taped_order.submitted());
    let of = |exec_type, status, report: Report<'_>| {
        taped_order.reported(exec_type, status, &report).expect("a fact")
    };
    tape.record(&of(ExecType::New, OrderStatus::New, left(accepted, 0, 500)));
    tape.record(&taped_order.executed(OrderStatus::PartiallyFilled, &part).expect("a fact"));
    tape.record(&taped_order.busted(OrderStatus::New, &bust).expect("a fact"));
    let gone = of(ExecType::Canceled, OrderStatus::Canceled, left(to_cancel, 0, 0));
    tape.record(&gone.because(CancelReason::Requested));

    let (followed, taped) = (followed.finish(), taped.finish());
    assert_declared(&taped, &CATALOGUE);
    assert_eq!(followed.events().len(), 5);
    assert_eq!(taped.events().len(), 5);
    // What the span of the order says, each event on the tape has to say itself.
    let span_says = &followed.span(&conventions::ORDER_LIFECYCLE).attributes;
    for (event, on_tape) in followed.events().iter().zip(taped.events()) {
        let ((name, severity, time, said), taped) = (says(event), says(on_tape));
        assert_eq!((name, severity), (taped.0, taped.1));
        // Who submits an order says nothing of when, and nothing of quantities, to the span.
        let is_first = name == conventions::SUBMITTED.name();
        assert!(is_first || time == taped.2, "{name}");
        for (key, value) in said {
            let is_quantity = key.ends_with("leaves_quantity") || key.ends_with("cumulative_quantity");
            if !(is_first && is_quantity) {
                assert!(taped.3.contains(&(key, value)), "{name} lacks {key} = {value:?}: {taped:?}");
            }
        }
        for key in [conventions::SYMBOL.name(), conventions::VENUE.name(), conventions::SIDE.name()] {
            let of_span = span_says.iter().find(|(name, _)| name == key).map(|(_, value)| value);
            let of_tape = taped.3.iter().find(|(name, _)| *name == key).map(|(_, value)| *value);
            assert!(of_span.is_some() && of_span == of_tape, "{name}: {key}");
        }
    }
    let venue = |test: &otel_core::testing::Recorded, exec_type| {
        test.values(&conventions::ORDER_EVENTS.facts())
            .into_iter()
            .filter(|(labels, _)| labels.iter().any(|(_, value)| value == ExecType::as_str(exec_type)))
            .map(|(labels, count)| (labels, count as u64))
            .collect::<Vec<_>>()
    };
    for exec_type in ExecType::ALL {
        assert_eq!(venue(&followed, *exec_type), venue(&taped, *exec_type), "{exec_type:?}");
    }
    assert_eq!(followed.counter_total(&conventions::ORDERS), taped.counter_total(&conventions::ORDERS));
}

#[test]
fn every_exec_type_has_the_event_that_a_followed_order_emits() {
    let expected = [
        (ExecType::Submitted, &conventions::SUBMITTED),
        (ExecType::PendingNew, &conventions::PENDING_NEW),
        (ExecType::New, &conventions::ACKNOWLEDGED),
        (ExecType::PartialFill, &conventions::PARTIALLY_FILLED),
        (ExecType::Fill, &conventions::FILLED),
        (ExecType::DoneForDay, &conventions::DONE_FOR_DAY),
        (ExecType::PendingCancel, &conventions::CANCEL_REQUESTED),
        (ExecType::Canceled, &conventions::CANCELED),
        (ExecType::PendingReplace, &conventions::REPLACE_REQUESTED),
        (ExecType::Replaced, &conventions::REPLACED),
        (ExecType::CancelRejected, &conventions::CANCEL_REJECTED),
        (ExecType::Rejected, &conventions::REJECTED),
        (ExecType::Stopped, &conventions::STOPPED),
        (ExecType::Suspended, &conventions::SUSPENDED),
        (ExecType::Expired, &conventions::EXPIRED),
        (ExecType::Restated, &conventions::RESTATED),
        (ExecType::TradeCorrect, &conventions::TRADE_CORRECTED),
        (ExecType::TradeCancel, &conventions::TRADE_BUSTED),
        (ExecType::Triggered, &conventions::TRIGGERED),
        (ExecType::Calculated, &conventions::CALCULATED),
    ];
    assert_eq!(expected.len(), ExecType::ALL.len());
    let test = TestTelemetry::new();
    let (tape, audit) = (OrderTape::new(&test), AuditTape::new(&test));
    let taped = TapedOrder::new(&new_order()).expect("an order that fits");
    for (exec_type, _) in expected {
        let fact = taped.reported(exec_type, OrderStatus::New, &Report::default()).expect("a fact");
        assert_eq!((fact.exec_type(), fact.status()), (exec_type, OrderStatus::New));
        tape.record(&fact);
        audit.record(&fact);
    }
    let recorded = test.finish();
    assert_declared(&recorded, &CATALOGUE);
    assert!(recorded.events().iter().all(|event| event.scope == CATALOGUE.name));
    for (exec_type, event) in expected {
        let events = recorded.events_of(event);
        assert_eq!(events.len(), 2, "{exec_type:?}");
        assert!(events.iter().all(|it| it.get(&conventions::EXEC_TYPE) == Some(exec_type.as_str().into())));
        assert!(events.iter().all(|it| it.severity == event.severity() as i32));
    }
    assert_eq!(recorded.counter_total(&conventions::ORDER_EVENTS), 40);
    assert_eq!(recorded.counter_total(&conventions::ORDERS), 2);
    assert_eq!(recorded.counter_total(&conventions::ORDER_REJECTIONS), 2);
}

#[test]
fn what_it_says_is_when_and_what_the_message_said() {
    let test = TestTelemetry::new();
    let tape = OrderTape::new(&test);
    let taped =
        TapedOrder::new(&NewOrder { transact_time: None, ..new_order() }).expect("an order that fits");
    let untimed = taped.reported(ExecType::New, OrderStatus::New, &Report::default()).expect("a fact");
    tape.record(&untimed);
    tape.record(&untimed.received_at(at(7)));
    let timed = taped.reported(ExecType::New, OrderStatus::New, &report("e-1", at(3))).expect("a fact");
    tape.record(&timed.received_at(at(7)));
    let now = test.now();
    let recorded = test.finish();
    let times: Vec<_> = (recorded.events().iter())
        .map(|it| (it.time, it.get(&conventions::TRANSACT_TIME), it.get(&said::RECEIVE_TIME)))
        .collect();
    let [third, seventh] = [at(3), at(7)].map(|time| TestValue::Int(time.unix_nanos().cast_signed()));
    let expected =
        [(now, None, None), (at(7), None, Some(seventh.clone())), (at(3), Some(third), Some(seventh))];
    assert_eq!(times, expected);
}

#[test]
fn a_replaced_order_has_another_name_from_then_on() {
    let test = TestTelemetry::new();
    let tape = OrderTape::new(&test);
    let mut taped = TapedOrder::new(&new_order()).expect("an order that fits");
    let replacement = Replacement {
        price: Some(Price(Decimal::whole(50))),
        report: report("e-2", at(2)),
        ..Replacement::new(ClientOrderId("c-2"), Quantity::whole(700))
    };
    tape.record(&taped.replaced(OrderStatus::New, &replacement).expect("a fact"));
    tape.record(
        &taped.reported(ExecType::Expired, OrderStatus::Expired, &Report::default()).expect("a fact"),
    );
    let too_long = "c".repeat(MOST_ID + 1);
    let before = taped;
    let refused = Replacement::new(ClientOrderId(&too_long), Quantity::whole(1));
    assert!(taped.replaced(OrderStatus::New, &refused).is_err());
    let refused = Replacement { report: Report::new(ExecId(&too_long)), ..replacement };
    assert!(taped.replaced(OrderStatus::New, &refused).is_err());
    assert_eq!(taped, before);

    let recorded = test.finish();
    let replaced = recorded.event(&conventions::REPLACED);
    assert_eq!(replaced.get(&conventions::CLIENT_ORDER_ID), Some("c-2".into()));
    assert_eq!(replaced.get(&conventions::ORIGINAL_CLIENT_ORDER_ID), Some("c-1".into()));
    assert_eq!(replaced.get(&conventions::PRICE), Some("50".into()));
    let expired = recorded.event(&conventions::EXPIRED);
    assert_eq!(expired.get(&conventions::CLIENT_ORDER_ID), Some("c-2".into()));
    assert_eq!(expired.get(&conventions::ORIGINAL_CLIENT_ORDER_ID), None);
    assert_eq!(expired.get(&conventions::QUANTITY), Some("700".into()));
    assert_eq!(expired.get(&conventions::PRICE), Some("50".into()));
    assert_eq!(expired.get(&conventions::ORDER_ID), None);
}

#[test]
fn an_execution_is_a_fill_when_the_order_is_filled_by_it() {
    let taped = TapedOrder::new(&new_order()).expect("an order that fits");
    for status in OrderStatus::ALL {
        let fact = taped.executed(*status, &fill("e-1", 10)).expect("a fact");
        let is_fill = fact.exec_type() == ExecType::Fill;
        assert_eq!(is_fill, *status == OrderStatus::Filled, "{status:?}");
        assert!(is_fill || fact.exec_type() == ExecType::PartialFill);
    }
}

#[test]
fn a_reason_is_told_and_a_refusal_is_counted_with_it_or_as_other() {
    let test = TestTelemetry::new();
    let tape = OrderTape::new(&test);
    let taped = TapedOrder::new(&new_order()).expect("an order that fits");
    let of = |exec_type| taped.reported(exec_type, OrderStatus::New, &Report::default()).expect("a fact");
    tape.record(&of(ExecType::Rejected).because(RejectReason::ExceedsLimit));
    tape.record(&of(ExecType::Rejected));
    tape.record(&of(ExecType::Rejected).because(Reason::Canceled(CancelReason::Other)));
    tape.record(&of(ExecType::CancelRejected).because(CancelRejectReason::TooLate));
    let venue = Observability::new(&test).metrics().venue(new_order().venue);
    let recorded = test.finish();
    let refused = |reason| recorded.counter(&conventions::ORDER_REJECTIONS, (venue, reason));
    assert_eq!(refused(RejectReason::ExceedsLimit), Some(1));
    assert_eq!(refused(RejectReason::Other), Some(2));
    let events = recorded.events_of(&conventions::REJECTED);
    assert_eq!(events[0].get(&conventions::REJECT_REASON), Some("exceeds_limit".into()));
    assert_eq!(events[1].get(&conventions::REJECT_REASON), None);
    let event = recorded.event(&conventions::CANCEL_REJECTED);
    assert_eq!(event.get(&conventions::CANCEL_REJECT_REASON), Some("too_late".into()));
}

#[test]
fn the_guard_looks_at_every_text_on_the_tape() {
    let receiver = Receiver::start().expect("a receiver");
    let pipeline = builder(&receiver).install().expect("a pipeline");
    let (tape, audit) = (OrderTape::new(&pipeline), AuditTape::new(&pipeline));
    // Sixteen digits with a right check digit: no symbol, but somebody will put one there.
    let card = "4111111111111111";
    let new = NewOrder { symbol: Symbol(card), ..order("4111 1111 1111 1111") };
    let taped = TapedOrder::new(&new).expect("an order that fits");
    let ids =
        Report { order_id: Some(OrderId("4111-1111-1111-1111")), ..Report::new(ExecId("jane@desk.example")) };
    let fact = taped.reported(ExecType::New, OrderStatus::New, &ids).expect("a fact");
    tape.record(&fact);
    audit.record(&fact);
    let report = pipeline.shutdown(PATIENCE).expect("a shutdown");
    assert_eq!(report.logs.exported, 2, "{report}");
    let received = format!("{:?}", receiver.received().logs);
    assert_eq!(received.matches("411111******1111").count(), 6, "{received}");
    for secret in [card, "4111 1111 1111 1111", "4111-1111-1111-1111", "jane@desk"] {
        assert!(!received.contains(secret), "{secret} left: {received}");
    }
    assert_eq!(pipeline.redactions().iter().map(|it| it.count).sum::<u64>(), 8);
}

#[test]
fn without_telemetry_it_does_nothing() {
    let taped = TapedOrder::new(&new_order()).expect("an order that fits");
    OrderTape::new(&Telemetry::noop()).record(&taped.submitted());
    AuditTape::new(&Telemetry::noop()).record(&taped.submitted());
}

const PATIENCE: Duration = Duration::from_secs(60);

fn builder(receiver: &Receiver) -> Builder {
    let nothing: [(String, String); 0] = [];
    Telemetry::builder("tape")
        .environment(Environment::of(nothing))
        .self_metrics(false)
        .endpoint(receiver.grpc_endpoint())
        .protocol(Protocol::Grpc)
        .schedule_delay(Duration::from_millis(5))
        .on_diagnostic(|_| {})
}
