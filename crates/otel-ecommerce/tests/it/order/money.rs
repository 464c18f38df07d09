//! What is known of an order's money.

use otel_ecommerce::ids::{CaptureId, PaymentId, RefundId, VoidId};
use otel_ecommerce::labels::{OrderStatus, OrderViolation as Violation};
use otel_ecommerce::order::{Fact, Lifecycle, Told};

use super::{accept, refuse, tolerate};
use crate::counter::{euros, money, order};

fn authorized(id: &str, minor: i64) -> Fact<'_> {
    Fact::Authorized(PaymentId(id), euros(minor))
}

fn received(id: &str, minor: i64) -> Fact<'_> {
    Fact::Received(PaymentId(id), euros(minor))
}

fn voided(id: &str, minor: i64) -> Fact<'_> {
    Fact::Voided(VoidId(id), euros(minor))
}

fn captured(id: &str, minor: i64) -> Fact<'_> {
    Fact::Captured(CaptureId(id), euros(minor))
}

fn refunded(id: &str, minor: i64) -> Fact<'_> {
    Fact::Refunded(RefundId(id), euros(minor))
}

#[test]
fn a_capture_that_overtakes_its_authorisation_is_put_right_by_it() {
    let mut life = Lifecycle::new(&order("o-1"));
    tolerate(&mut life, captured("ch_1", 10_000), Violation::Unmatched);
    assert!(!life.adds_up());
    accept(&mut life, authorized("pi_1", 10_000));
    assert!(life.adds_up());
    accept(&mut life, refunded("re_1", 1_000));
    assert_eq!((life.captured(), life.refunded()), (euros(10_000), euros(1_000)));
}

#[test]
fn a_refund_that_overtakes_its_capture_is_put_right_by_it() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, authorized("pi_1", 100));
    tolerate(&mut life, refunded("re_1", 10), Violation::Unmatched);
    accept(&mut life, captured("ch_1", 100));
    assert!(life.adds_up());
    // It was believed, so the rest of it is known to be all that is left.
    tolerate(&mut life, refunded("re_2", 91), Violation::Excess);
}

#[test]
fn a_release_that_overtakes_its_authorisation_is_put_right_by_it() {
    let mut life = Lifecycle::new(&order("o-1"));
    tolerate(&mut life, voided("v_1", 100), Violation::Unmatched);
    accept(&mut life, authorized("pi_1", 100));
    tolerate(&mut life, captured("ch_1", 1), Violation::Excess);
}

#[test]
fn what_is_known_not_to_suffice_is_told_once_whichever_came_last() {
    let mut life = Lifecycle::new(&order("o-1"));
    tolerate(&mut life, captured("ch_1", 100), Violation::Unmatched);
    tolerate(&mut life, authorized("pi_1", 60), Violation::Excess);
    accept(&mut life, authorized("pi_2", 30));
    assert!(!life.adds_up());
    accept(&mut life, authorized("pi_3", 10));
    assert!(life.adds_up());
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, authorized("pi_1", 60));
    tolerate(&mut life, captured("ch_1", 100), Violation::Excess);
    assert_eq!(life.captured(), euros(100), "the money has moved");
}

#[test]
fn what_is_paid_without_an_authorisation_is_nothing_special() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, received("transfer", 60));
    accept(&mut life, received("cash", 40));
    accept(&mut life, refunded("re_1", 100));
    tolerate(&mut life, refunded("re_2", 1), Violation::Excess);
    assert_eq!((life.received(), life.authorized(), life.captured()), (euros(100), euros(0), euros(0)));
    // A voucher says nothing of what the card was authorised for.
    tolerate(&mut life, captured("ch_1", 50), Violation::Unmatched);
}

#[test]
fn more_than_was_authorised_or_than_was_taken_is_too_much() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, authorized("a", 100));
    accept(&mut life, captured("c-1", 60));
    accept(&mut life, refunded("r-1", 60));
    tolerate(&mut life, refunded("r-2", 1), Violation::Excess);
    accept(&mut life, voided("v-1", 40));
    tolerate(&mut life, captured("c-2", 1), Violation::Excess);
    let sums = (life.authorized(), life.voided(), life.captured(), life.refunded());
    assert_eq!(sums, (euros(100), euros(40), euros(61), euros(61)));
}

#[test]
fn what_was_under_way_when_an_order_ended_has_moved_and_is_given_back() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, authorized("pi_1", 100));
    accept(&mut life, Fact::Came(OrderStatus::Cancelled));
    tolerate(&mut life, captured("ch_1", 100), Violation::AfterEnd);
    accept(&mut life, refunded("re_1", 100));
    tolerate(&mut life, authorized("pi_2", 10), Violation::AfterEnd);
    tolerate(&mut life, received("cash", 10), Violation::AfterEnd);
    accept(&mut life, voided("v-1", 10));
    tolerate(&mut life, captured("ch_2", 1), Violation::Excess);
    assert_eq!(life.captured(), euros(101));
}

#[test]
fn amounts_that_are_none_or_in_another_currency_or_endless_are_refused() {
    let mut life = Lifecycle::new(&order("o-1"));
    refuse(&mut life, authorized("a", 0), Violation::Amount);
    refuse(&mut life, authorized("a", -1), Violation::Amount);
    refuse(&mut life, Fact::Authorized(PaymentId("a"), money(100, "USD")), Violation::Currency);
    accept(&mut life, authorized("a", i64::MAX));
    refuse(&mut life, authorized("b", 1), Violation::Amount);
    accept(&mut life, captured("c", i64::MAX));
    tolerate(&mut life, voided("v", i64::MAX), Violation::Excess);
}

#[test]
fn what_has_no_identifier_is_refused_and_not_taken_for_what_has_none_either() {
    let mut life = Lifecycle::new(&order("o-1"));
    for id in ["", "  ", "\t\n"] {
        refuse(&mut life, authorized(id, 4_000), Violation::Identifier);
        refuse(&mut life, received(id, 4_000), Violation::Identifier);
        refuse(&mut life, captured(id, 4_000), Violation::Identifier);
        refuse(&mut life, voided(id, 4_000), Violation::Identifier);
        refuse(&mut life, refunded(id, 4_000), Violation::Identifier);
    }
}

#[test]
fn what_is_told_twice_is_added_once_and_something_else_by_the_same_name_contradicts_it() {
    let mut life = Lifecycle::new(&order("o-1"));
    // One identifier may stand for the authorisation and for what is taken of it.
    accept(&mut life, authorized("p", 100));
    accept(&mut life, captured("p", 40));
    refuse(&mut life, captured("p", 40), Violation::Repeated);
    refuse(&mut life, captured("p", 60), Violation::Conflict);
    refuse(&mut life, authorized("p", 100), Violation::Repeated);
    refuse(&mut life, authorized("p", 50), Violation::Conflict);
    accept(&mut life, captured("p/2", 60));
    accept(&mut life, refunded("p", 100));
}

#[test]
fn of_more_facts_than_are_remembered_it_is_known_how_many_were_forgotten() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, authorized("p", 1_000));
    let names: Vec<_> = (0..Told::ROOM).map(|number| format!("c-{number}")).collect();
    for name in &names {
        accept(&mut life, captured(name, 1));
    }
    assert_eq!((life.told().forgotten(), life.told().iter().count()), (1, Told::ROOM));
    for name in &names {
        refuse(&mut life, captured(name, 1), Violation::Repeated);
    }
    accept(&mut life, authorized("p", 1_000));
    assert_eq!(life.told().forgotten(), 2);
}
