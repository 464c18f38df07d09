//! The life of an order, held against FIX.

mod flow;
mod matrix;
mod model;
mod scenarios;
mod tolerance;

use otel_trading::Quantity;
use otel_trading::ids::ExecId;
use otel_trading::labels::{ExecType, OrderStatus, Violation};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Quantities, Transition, transition};
use proptest::prelude::*;
use proptest::sample::select;

#[test]
fn an_order_lives_as_it_should() {
    let mut order = Lifecycle::new(Quantity::whole(500));
    check(&mut order, fact(ExecType::Submitted, 0), Answer::Illustrated, OrderStatus::Submitted);
    check(&mut order, fact(ExecType::New, 1), Answer::Illustrated, OrderStatus::New);
    check(&mut order, fill(ExecType::PartialFill, 2, 200), Answer::Illustrated, OrderStatus::PartiallyFilled);
    assert_eq!(order.leaves(), Quantity::whole(300));
    check(&mut order, fill(ExecType::Fill, 3, 300), Answer::Illustrated, OrderStatus::Filled);
    assert_eq!(order.leaves(), Quantity::ZERO);
}

#[test]
fn a_report_counts_once() {
    let mut order = Lifecycle::at(OrderStatus::New, Quantity::whole(500), Quantity::ZERO);
    check(&mut order, fill(ExecType::PartialFill, 7, 200), Answer::Illustrated, OrderStatus::PartiallyFilled);
    let refused = Answer::Refused(Violation::Duplicate);
    check(&mut order, fill(ExecType::PartialFill, 7, 200), refused, OrderStatus::PartiallyFilled);
    assert_eq!(order.cumulative(), Quantity::whole(200));
}

#[test]
fn an_order_is_sent_once() {
    let mut order = Lifecycle::new(Quantity::whole(1));
    check(&mut order, fact(ExecType::Submitted, 0), Answer::Illustrated, OrderStatus::Submitted);
    check(
        &mut order,
        fact(ExecType::Submitted, 0),
        Answer::Refused(Violation::Duplicate),
        OrderStatus::Submitted,
    );
}

#[test]
fn an_overtaken_acknowledgement_takes_nothing_back() {
    let mut order = Lifecycle::new(Quantity::whole(500));
    let race = Answer::Tolerated(Violation::Race);
    check(&mut order, fill(ExecType::PartialFill, 2, 200), race, OrderStatus::PartiallyFilled);
    let mut late = fact(ExecType::New, 1);
    late.quantities.cumulative = Some(Quantity::ZERO);
    check(&mut order, late, race, OrderStatus::PartiallyFilled);
    assert_eq!(order.cumulative(), Quantity::whole(200));
}

#[test]
fn more_than_was_ordered_is_a_violation_and_believed() {
    let mut order = Lifecycle::at(OrderStatus::New, Quantity::whole(100), Quantity::ZERO);
    let wrong = Answer::Tolerated(Violation::Quantity);
    check(&mut order, fill(ExecType::Fill, 1, 150), wrong, OrderStatus::Filled);
    assert_eq!(order.cumulative(), Quantity::whole(150));
}

#[test]
fn a_venue_that_counts_differently_is_a_violation() {
    let mut order = Lifecycle::at(OrderStatus::New, Quantity::whole(100), Quantity::ZERO);
    let mut skipped = fill(ExecType::PartialFill, 1, 10);
    skipped.quantities.cumulative = Some(Quantity::whole(30));
    check(&mut order, skipped, Answer::Tolerated(Violation::Quantity), OrderStatus::PartiallyFilled);
    assert_eq!(order.leaves(), Quantity::whole(70));
}

#[test]
fn a_refused_cancellation_leads_back() {
    let befores = [(OrderStatus::Submitted, 0), (OrderStatus::New, 0), (OrderStatus::PartiallyFilled, 40)];
    for (before, cumulative) in befores {
        let mut order = Lifecycle::at(before, Quantity::whole(100), Quantity::whole(cumulative));
        order.apply(&fact(ExecType::PendingCancel, 1));
        order.apply(&fact(ExecType::PendingCancel, 2));
        check(&mut order, fact(ExecType::CancelRejected, 3), Answer::Illustrated, before);
    }
}

#[test]
fn a_bust_reopens_a_filled_order() {
    let mut order = Lifecycle::at(OrderStatus::Filled, Quantity::whole(100), Quantity::whole(100));
    check(&mut order, fill(ExecType::TradeCancel, 1, 40), Answer::Illustrated, OrderStatus::PartiallyFilled);
    assert_eq!(order.leaves(), Quantity::whole(40));
    check(&mut order, fill(ExecType::TradeCancel, 2, 60), Answer::Illustrated, OrderStatus::New);
    let refused = Answer::Refused(Violation::Illegal);
    check(&mut order, fill(ExecType::TradeCancel, 3, 1), refused, OrderStatus::New);
}

#[test]
fn a_replacement_changes_what_is_ordered() {
    let mut order = Lifecycle::at(OrderStatus::PartiallyFilled, Quantity::whole(100), Quantity::whole(40));
    check(&mut order, fact(ExecType::PendingReplace, 1), Answer::Illustrated, OrderStatus::PendingReplace);
    let mut replaced = fact(ExecType::Replaced, 2);
    replaced.quantities.ordered = Some(Quantity::whole(40));
    check(&mut order, replaced, Answer::Illustrated, OrderStatus::Filled);
}

proptest! {
    #[test]
    fn quantities_always_add_up_and_refused_facts_change_nothing(facts in any_facts()) {
        let mut order = Lifecycle::new(Quantity::whole(100));
        for fact in facts {
            let before = order;
            let answer = order.apply(&fact);
            let (from, to) = (before.status(), order.status());
            if matches!(answer, Answer::Refused(_)) {
                prop_assert_eq!((from, before.cumulative()), (to, order.cumulative()));
                prop_assert_eq!(before.ordered(), order.ordered());
                continue;
            }
            prop_assert_ne!(transition(from, fact.exec_type), Transition::Illegal, "{:?}", fact);
            let takes_back = matches!(
                fact.exec_type,
                ExecType::TradeCorrect | ExecType::TradeCancel | ExecType::Restated
            );
            prop_assert!(takes_back || order.cumulative() >= before.cumulative());
            prop_assert!(order.cumulative() >= Quantity::ZERO);
            let left = order.ordered().checked_sub(order.cumulative()).unwrap_or(Quantity::ZERO);
            let expected = if order.is_over() { Quantity::ZERO } else { left.max(Quantity::ZERO) };
            prop_assert_eq!(order.leaves(), expected, "{:?}", to);
            if fact.report.is_some() {
                prop_assert_eq!(order.apply(&fact), Answer::Refused(Violation::Duplicate));
            }
        }
    }

    #[test]
    fn what_fix_illustrates_is_never_counted_as_wrong(path in any_path()) {
        let mut order = Lifecycle::at(OrderStatus::New, Quantity::whole(1_000_000), Quantity::ZERO);
        for (number, exec_type) in path.into_iter().enumerate() {
            let fact = match exec_type {
                ExecType::PartialFill => fill(exec_type, number, 1),
                _ => fact(exec_type, number),
            };
            let expected = transition(order.status(), exec_type);
            let answer = order.apply(&fact);
            match expected {
                Transition::Illustrated => prop_assert_eq!(answer, Answer::Illustrated),
                Transition::Race => prop_assert_eq!(answer, Answer::Tolerated(Violation::Race)),
                _ => prop_assert_eq!(answer, Answer::Refused(Violation::Illegal)),
            }
        }
    }
}

/// Facts as a broken network would deliver them: any kind, any order, repeated, with any quantities.
fn any_facts() -> impl Strategy<Value = Vec<Fact>> {
    let quantity = || prop::option::weighted(0.4, (-5_i64..130).prop_map(Quantity::whole));
    let quantities = (quantity(), quantity(), quantity(), quantity())
        .prop_map(|(last, cumulative, leaves, ordered)| Quantities { last, cumulative, leaves, ordered });
    let report = prop::option::weighted(0.9, 0_u64..40);
    let fact = (select(ExecType::ALL), report, quantities).prop_map(|(exec_type, report, quantities)| Fact {
        quantities,
        // What is sent has no report, so it is known by being sent.
        report: report.filter(|_| exec_type != ExecType::Submitted),
        ..Fact::new(exec_type)
    });
    prop::collection::vec(fact, 0..60)
}

fn any_path() -> impl Strategy<Value = Vec<ExecType>> {
    let kinds = vec![
        ExecType::New,
        ExecType::PartialFill,
        ExecType::PendingCancel,
        ExecType::PendingReplace,
        ExecType::Canceled,
    ];
    prop::collection::vec(select(kinds), 0..20)
}

fn check(order: &mut Lifecycle, fact: Fact, answer: Answer, status: OrderStatus) {
    assert_eq!(order.apply(&fact), answer, "{fact:?}");
    assert_eq!(order.status(), status, "{fact:?}");
}

fn fact(exec_type: ExecType, report: usize) -> Fact {
    let report = (exec_type != ExecType::Submitted).then(|| ExecId(&format!("e-{report}")).digest());
    Fact { report, ..Fact::new(exec_type) }
}

fn fill(exec_type: ExecType, report: usize, last: i64) -> Fact {
    let quantities = Quantities { last: Some(Quantity::whole(last)), ..Quantities::default() };
    Fact { quantities, ..fact(exec_type, report) }
}
