//! The life of an order, as pure logic.

mod model;
mod money;
mod restarts;

use otel_ecommerce::ids::{CaptureId, PaymentId, RefundId, ReturnId};
use otel_ecommerce::invalid::{Field, Invalid};
use otel_ecommerce::labels::{OrderFact, OrderStatus, OrderViolation as Violation};
use otel_ecommerce::order::{Answer, Fact, Lifecycle, Progress, Transition, transition};

use crate::counter::{euros, money, order};

/// From the status of a line to that of a column, both in the order of `OrderStatus::ALL`: `e`xpected, `s`kipped,
/// `r`epeated, `o`vertaken, `x` illegal. Written down by hand from what shops do, and not from the code.
const MATRIX: [&str; 8] = [
    //                 due proc pick transit deliv canc ret prob
    /* payment_due */ "resssexe",
    /* processing  */ "ereeeexe", /* pickup      */ "ooroeeee", /* in_transit  */ "ooerexee",
    /* delivered   */ "oooorxee", /* cancelled   */ "ooxxxrxx", /* returned    */ "oooooxrx",
    /* problem     */ "eeeeeeer",
];

#[test]
fn every_pair_of_statuses_is_what_shops_do() {
    for (from, row) in OrderStatus::ALL.iter().zip(MATRIX) {
        assert_eq!(row.len(), OrderStatus::ALL.len());
        for (to, expected) in OrderStatus::ALL.iter().zip(row.bytes()) {
            assert_eq!(letter(transition(*from, *to)), expected, "{from:?} to {to:?}");
        }
    }
}

#[test]
fn the_statuses_are_those_of_schema_org() {
    let words: Vec<_> = OrderStatus::ALL.iter().map(|status| status.as_str()).collect();
    let expected = [
        "payment_due",
        "processing",
        "pickup_available",
        "in_transit",
        "delivered",
        "cancelled",
        "returned",
        "problem",
    ];
    assert_eq!(words, expected);
    for status in OrderStatus::ALL {
        assert_eq!(OrderFact::from(*status).as_str(), status.as_str());
    }
}

#[test]
fn an_order_is_paid_for_sent_and_partly_comes_back() {
    let mut life = Lifecycle::new(&order("o-1"));
    let mut says = |fact| assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
    says(Fact::Authorized(PaymentId("a"), euros(5_990)));
    says(Fact::Came(OrderStatus::Processing));
    says(Fact::Captured(CaptureId("c-1"), euros(2_000)));
    says(Fact::Captured(CaptureId("c-2"), euros(3_990)));
    says(Fact::Came(OrderStatus::InTransit));
    says(Fact::Came(OrderStatus::Delivered));
    says(Fact::ItemsReturned(ReturnId("b-1"), 1));
    says(Fact::Refunded(RefundId("r-1"), euros(1_990)));
    assert_eq!((life.status(), life.returned()), (OrderStatus::Delivered, 1));
    let mut says = |fact| assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
    says(Fact::ItemsReturned(ReturnId("b-2"), 2));
    says(Fact::Refunded(RefundId("r-2"), euros(4_000)));
    assert_eq!((life.status(), life.returned()), (OrderStatus::Returned, 3));
    assert!(life.is_over());
    assert_eq!((life.captured(), life.refunded()), (euros(5_990), euros(5_990)));
}

#[test]
fn no_more_comes_back_than_was_ordered_and_nothing_before_it_was_sent() {
    let mut life = Lifecycle::new(&order("o-1"));
    let back = |id, items| Fact::ItemsReturned(ReturnId(id), items);
    refuse(&mut life, back("b-1", 1), Violation::Illegal);
    accept(&mut life, Fact::Came(OrderStatus::Processing));
    accept(&mut life, Fact::Came(OrderStatus::Delivered));
    refuse(&mut life, back("b-1", 0), Violation::Items);
    refuse(&mut life, back("b-1", 4), Violation::Items);
    accept(&mut life, back("b-1", 2));
    refuse(&mut life, back("b-2", 2), Violation::Items);
    refuse(&mut life, back("b-2", u32::MAX), Violation::Items);
    accept(&mut life, Fact::Came(OrderStatus::Returned));
    assert_eq!(life.returned(), 3);
    refuse(&mut life, back("b-2", 1), Violation::Repeated);
}

#[test]
fn items_that_are_said_three_times_to_come_back_came_back_once() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, Fact::Came(OrderStatus::Processing));
    accept(&mut life, Fact::Came(OrderStatus::Delivered));
    let back = Fact::ItemsReturned(ReturnId("b-1"), 1);
    accept(&mut life, back);
    refuse(&mut life, back, Violation::Repeated);
    refuse(&mut life, back, Violation::Repeated);
    refuse(&mut life, Fact::ItemsReturned(ReturnId("b-1"), 2), Violation::Conflict);
    refuse(&mut life, Fact::ItemsReturned(ReturnId(" "), 1), Violation::Identifier);
    assert_eq!((life.status(), life.returned()), (OrderStatus::Delivered, 1));
}

#[test]
fn that_an_order_was_bought_is_believed_once_however_late() {
    let overtakers = [OrderStatus::PickupAvailable, OrderStatus::InTransit, OrderStatus::Delivered];
    for status in overtakers {
        let mut life = Lifecycle::new(&order("o-1"));
        assert_eq!(life.apply(&Fact::Came(status)), Answer::Tolerated(Violation::Skipped));
        assert!(!life.is_completed());
        let late = life.apply(&Fact::Came(OrderStatus::Processing));
        assert_eq!(late, Answer::Tolerated(Violation::Overtaken));
        assert_eq!((life.status(), life.is_completed()), (status, true));
        refuse(&mut life, Fact::Came(OrderStatus::Processing), Violation::Overtaken);
    }
}

#[test]
fn steps_that_were_not_told_are_believed_and_said_to_be_missing() {
    let mut life = Lifecycle::new(&order("o-1"));
    let answer = life.apply(&Fact::Came(OrderStatus::Delivered));
    assert_eq!(answer, Answer::Tolerated(Violation::Skipped));
    assert_eq!((life.status(), answer.is_believed()), (OrderStatus::Delivered, true));
}

#[test]
fn an_order_that_cannot_have_come_so_far_is_not_followed() {
    let new = order("o-1");
    let fine = Progress {
        authorized: euros(100),
        captured: euros(100),
        refunded: euros(100),
        returned: 3,
        ..Progress::unpaid(OrderStatus::Delivered, &new)
    };
    let life = Lifecycle::midway(&new, &fine).expect("an order");
    assert_eq!((life.status(), life.refunded(), life.returned()), (OrderStatus::Delivered, euros(100), 3));
    let refused = [
        (Progress { refunded: euros(-1), ..fine }, Invalid::Negative(Field::Amount)),
        (Progress { received: euros(-1), ..fine }, Invalid::Negative(Field::Amount)),
        (Progress { voided: euros(-1), ..fine }, Invalid::Negative(Field::Amount)),
        (Progress { captured: euros(-1), ..fine }, Invalid::Negative(Field::Amount)),
        (Progress { authorized: money(100, "USD"), ..fine }, Invalid::Currencies),
        (Progress { authorized: money(100, "XXX"), ..fine }, Invalid::Currency),
        (Progress { returned: 4, ..fine }, Invalid::Excess(Field::Items)),
    ];
    for (progress, expected) in refused {
        assert_eq!(Lifecycle::midway(&new, &progress), Err(expected), "{progress:?}");
    }
}

fn letter(transition: Transition) -> u8 {
    match transition {
        Transition::Expected => b'e',
        Transition::Skipped => b's',
        Transition::Repeated => b'r',
        Transition::Overtaken => b'o',
        Transition::Illegal => b'x',
        other => panic!("{other:?} is new"),
    }
}

fn accept(life: &mut Lifecycle, fact: Fact<'_>) {
    assert_eq!(life.apply(&fact), Answer::Accepted, "{fact:?}");
}

fn refuse(life: &mut Lifecycle, fact: Fact<'_>, violation: Violation) {
    let before = *life;
    assert_eq!(life.apply(&fact), Answer::Refused(violation), "{fact:?}");
    assert_eq!(*life, before, "{fact:?} was refused");
}

fn tolerate(life: &mut Lifecycle, fact: Fact<'_>, violation: Violation) {
    assert_eq!(life.apply(&fact), Answer::Tolerated(violation), "{fact:?}");
}
