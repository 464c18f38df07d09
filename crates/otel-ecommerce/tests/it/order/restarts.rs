//! What is kept of an order from one process to the next.

use otel_ecommerce::ids::{CaptureId, PaymentId, RefundId, ReturnId};
use otel_ecommerce::labels::{OrderStatus, OrderViolation as Violation};
use otel_ecommerce::order::{Fact, Lifecycle, Progress, Told, ToldFact};

use super::{accept, refuse};
use crate::counter::{euros, order};

/// The same order in another process, which has nothing but numbers of it.
fn restarted(life: &Lifecycle) -> Lifecycle {
    let progress = life.progress();
    let stored: Vec<_> = progress.told.iter().map(|fact| (fact.digest, fact.amount)).collect();
    let told = stored.into_iter().map(|(digest, amount)| ToldFact::new(digest, amount)).collect();
    Lifecycle::midway(&order("o-1"), &Progress { told, ..progress }).expect("an order")
}

#[test]
fn what_was_told_before_a_restart_is_known_after_it() {
    let mut life = Lifecycle::new(&order("o-1"));
    accept(&mut life, Fact::Authorized(PaymentId("pi"), euros(10_000)));
    accept(&mut life, Fact::Came(OrderStatus::Processing));
    accept(&mut life, Fact::Captured(CaptureId("ch_1"), euros(4_000)));
    accept(&mut life, Fact::Came(OrderStatus::Delivered));
    accept(&mut life, Fact::ItemsReturned(ReturnId("b-1"), 1));
    let mut life = restarted(&life);
    refuse(&mut life, Fact::Captured(CaptureId("ch_1"), euros(4_000)), Violation::Repeated);
    refuse(&mut life, Fact::Authorized(PaymentId("pi"), euros(1)), Violation::Conflict);
    refuse(&mut life, Fact::ItemsReturned(ReturnId("b-1"), 1), Violation::Repeated);
    refuse(&mut life, Fact::Came(OrderStatus::Processing), Violation::Overtaken);
    accept(&mut life, Fact::Refunded(RefundId("ch_1"), euros(4_000)));
    assert_eq!((life.captured(), life.returned()), (euros(4_000), 1));
}

#[test]
fn an_order_that_is_met_after_a_restart_is_what_it_was() {
    let mut life = Lifecycle::new(&order("o-1"));
    for number in 0..40 {
        let id = format!("pi-{number}");
        accept(&mut life, Fact::Authorized(PaymentId(&id), euros(100)));
        accept(&mut life, Fact::Received(PaymentId(&id), euros(10)));
        let again = restarted(&life);
        assert_eq!(
            Progress { told: Told::NOTHING, ..again.progress() },
            Progress { told: Told::NOTHING, ..life.progress() }
        );
        assert!(again.told().iter().eq(life.told().iter()), "the same, in the same order");
        assert_eq!(again.told().forgotten(), 0, "it is not counted again");
    }
}

#[test]
fn what_was_stored_by_an_earlier_build_is_known() {
    // FNV-1a of `captured`, 0xff and `ch_1`, worked out by another program.
    let told = [ToldFact::new(0x10a7_5b1b_91c2_13ff, 4_000)].into_iter().collect();
    let progress = Progress { told, ..Progress::unpaid(OrderStatus::Processing, &order("o-1")) };
    let mut life = Lifecycle::midway(&order("o-1"), &progress).expect("an order");
    refuse(&mut life, Fact::Captured(CaptureId("ch_1"), euros(4_000)), Violation::Repeated);
}

#[test]
fn an_order_of_which_only_the_status_is_known_was_bought_if_it_came_so_far() {
    let completed = |status| Progress::unpaid(status, &order("o-1")).completed;
    let open = [OrderStatus::PaymentDue, OrderStatus::Cancelled, OrderStatus::Problem];
    for status in OrderStatus::ALL {
        assert_eq!(completed(*status), !open.contains(status), "{status:?}");
    }
}
