//! Rules about what people do, orders, payments and stock: in a whole pipeline, from the verbs to the alert.

use std::time::Duration;

use otel_core::alerting::{AlertState, Alerting};
use otel_core::testing::TestTelemetry;
use otel_ecommerce::ids::{CaptureId, PaymentId, ProductId, RefundId};
use otel_ecommerce::inventory::Line;
use otel_ecommerce::labels::{Action, ActionFailure, PaymentFailure};
use otel_ecommerce::order::Answer;
use otel_ecommerce::{ALERTS, Observability, OrderSpan};

use crate::counter::{charge, completed, euros, mia, order};

#[test]
fn purchases_that_the_shop_fails_at_wake_somebody_up() {
    let name = "ecommerce_checkout_failing";
    let buy = |failed: u32, failure| {
        move |shop: &Observability| {
            for number in 0..100 {
                let outcome = if number < failed { Err(failure) } else { Ok(()) };
                shop.track_user_action(mia(), Action::Purchase).finish(outcome);
            }
        }
    };
    assert!(fires(name, buy(10, ActionFailure::Timeout)));
    assert!(!fires(name, buy(4, ActionFailure::Timeout)), "fewer than one in twenty");
    assert!(!fires(name, buy(60, ActionFailure::PaymentDeclined)), "banks are to blame");
    assert!(!fires(name, |shop| {
        for _ in 0..100 {
            shop.track_user_action(mia(), Action::Browse).finish(Err(ActionFailure::Internal));
            shop.track_user_action(mia(), Action::Purchase).finish(Ok(()));
        }
    }));
    assert!(!fires(name, |shop| {
        shop.track_user_action(mia(), Action::Purchase).finish(Err(ActionFailure::Internal));
    }));
}

#[test]
fn payments_that_are_not_authorised_wake_somebody_up_and_declines_do_not() {
    let name = "ecommerce_payment_authorizations_low";
    let pay = |failed: u32, failure| {
        move |shop: &Observability| {
            for number in 0..200 {
                let payment = shop.authorize_payment(&charge(100));
                if number < failed {
                    payment.failed(failure);
                } else {
                    payment.approved(PaymentId("p")).expect("an identifier");
                }
            }
        }
    };
    assert!(fires(name, pay(12, PaymentFailure::Timeout)));
    assert!(!fires(name, pay(8, PaymentFailure::Timeout)), "fewer than one in twenty");
    assert!(!fires(name, pay(120, PaymentFailure::DoNotHonor)), "issuers are to blame");
}

#[test]
fn impossible_orders_and_money_wake_somebody_up() {
    let impossible = |test: &TestTelemetry| {
        let mut order = completed(test);
        assert_eq!(order.order_cancelled(None), Answer::Accepted);
        assert!(!order.order_delivered().is_believed());
        order.finish();
    };
    let name = "ecommerce_order_transitions_illegal";
    assert!(fires_by(name, |test| (0..60).for_each(|_| impossible(test))));
    assert!(!fires_by(name, |test| (0..100).for_each(|_| completed(test).finish())));
    let name = "ecommerce_order_amounts_exceeded";
    assert!(fires_by(name, |test| {
        let mut order = completed(test);
        assert_eq!(order.payment_captured(CaptureId("c"), euros(5_990)), Answer::Accepted);
        assert!(order.order_refunded(RefundId("r"), euros(5_991)).violation().is_some());
        order.finish();
    }));
    assert!(!fires_by(name, |test| (0..60).for_each(|_| impossible(test))));
    let once = std::cell::Cell::new(true);
    assert!(fires_by(name, |test| {
        let mut order = completed(test);
        let too_much = if once.take() { 1 } else { 0 };
        _ = order.payment_captured(CaptureId("c"), euros(5_990 + too_much));
        order.finish();
    }));
}

#[test]
fn money_that_is_told_in_another_order_or_was_never_authorised_wakes_nobody_up() {
    type Paying = fn(&mut OrderSpan);
    let ways: [Paying; 4] = [
        |order| {
            _ = order.payment_captured(CaptureId("c"), euros(5_990));
            _ = order.payment_authorized(PaymentId("p"), euros(5_990));
        },
        |order| {
            _ = order.payment_authorized(PaymentId("p"), euros(5_990));
            _ = order.order_refunded(RefundId("r"), euros(10));
            _ = order.payment_captured(CaptureId("c"), euros(5_990));
        },
        |order| {
            _ = order.payment_authorized(PaymentId("p"), euros(5_990));
            _ = order.order_cancelled(None);
            _ = order.payment_captured(CaptureId("c"), euros(5_990));
            _ = order.order_refunded(RefundId("r"), euros(5_990));
        },
        |order| {
            _ = order.payment_received(PaymentId("transfer"), euros(5_990));
            _ = order.order_refunded(RefundId("r"), euros(5_990));
        },
    ];
    let rules = ALERTS.iter().filter(|rule| rule.name.starts_with("ecommerce_order_"));
    for rule in rules.clone() {
        for (number, way) in ways.iter().enumerate() {
            let fires = fires(rule.name, |shop| {
                for at in 0..60 {
                    let mut order = shop.track_order_processing(&order("o-1"));
                    // One order in sixty is paid for in this way, and the rest as usual.
                    if at == 7 {
                        way(&mut order);
                        assert!(order.lifecycle().adds_up());
                    } else {
                        _ = order.payment_authorized(PaymentId("p"), euros(5_990));
                        _ = order.payment_captured(CaptureId("c"), euros(5_990));
                    }
                    order.finish();
                }
            });
            assert!(!fires, "{} and way {number}", rule.name);
        }
    }
    assert_eq!(rules.count(), 3);
}

#[test]
fn a_shop_that_hears_of_captures_only_is_told() {
    let name = "ecommerce_order_amounts_unmatched";
    let capture = |shop: &Observability| {
        for _ in 0..60 {
            let mut order = shop.track_order_processing(&order("o-1"));
            _ = order.payment_captured(CaptureId("c"), euros(5_990));
            order.finish();
        }
    };
    assert!(fires(name, capture));
}

#[test]
fn stock_that_runs_out_is_told() {
    let name = "ecommerce_inventory_short";
    let reserve = |short: u32| {
        move |shop: &Observability| {
            for number in 0..20 {
                let mut reservation = shop.reserve_inventory();
                let line = Line::new(ProductId("sku"), 1).expect("a line");
                let line = if number < short { line.only(0).expect("a line") } else { line };
                reservation.line_reserved(&line);
                reservation.finish();
            }
        }
    };
    assert!(fires(name, reserve(3)));
    assert!(!fires(name, reserve(2)));
}

/// Whether the rule of this name fires after a quarter of an hour in which this happens every minute.
fn fires(name: &str, what: impl Fn(&Observability)) -> bool {
    fires_by(name, |test| what(&Observability::new(test)))
}

fn fires_by(name: &str, what: impl Fn(&TestTelemetry)) -> bool {
    let rule = ALERTS.iter().find(|rule| rule.name == name).expect("a rule");
    let test = TestTelemetry::alerting(Alerting::new().rule(rule));
    let _zeros = Observability::new(&test);
    test.alerts_now();
    (0..15).any(|_| {
        test.advance(Duration::from_secs(60));
        what(&test);
        test.alerts_now().iter().any(|alert| alert.state == AlertState::Firing)
    })
}
