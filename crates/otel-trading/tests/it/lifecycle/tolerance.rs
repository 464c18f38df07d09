//! Averages, references and names: what is believed, what is counted, and what is refused.

use otel_core::Decimal;
use otel_trading::labels::{ExecType, OrderStatus, Violation};
use otel_trading::lifecycle::{Answer, Fact, Lifecycle, Names, Prices, Quantities};
use otel_trading::{Price, Quantity};

#[test]
fn an_average_is_believed_that_is_rounded_or_cut_off() {
    // (2 × 10.00 + 1 × 10.01) / 3 = 10.00333…
    for average in ["10.003", "10.004", "10.00", "10.0", "10.003333333", "10"] {
        assert_eq!(told_average(average), Answer::Illustrated, "{average}");
    }
    for average in ["10.002", "10.005", "10.02", "9.99", "12", "0"] {
        assert_eq!(told_average(average), Answer::Tolerated(Violation::Price), "{average}");
    }
}

#[test]
fn an_average_that_is_off_by_a_whole_unit_is_counted() {
    for (average, expected) in
        [("10.00", Answer::Illustrated), ("10.01", Answer::Tolerated(Violation::Price))]
    {
        let mut only = trade(1, 2, Some("10"));
        only.prices.average = Some(price(average));
        assert_eq!(working(10).apply(&only), expected, "{average}");
    }
}

#[test]
fn an_average_is_not_known_once_a_price_is_not() {
    let mut order = working(10);
    order.apply(&trade(1, 2, Some("10")));
    order.apply(&trade(2, 1, None));
    assert_eq!(order.average_price(), None);
    order.apply(&bust(3, Some(1), 2));
    order.apply(&bust(4, Some(2), 1));
    order.apply(&trade(5, 4, Some("12.5")));
    assert_eq!(order.average_price(), Some(price("12.5")), "nothing is left of what was unknown");
}

#[test]
fn leaves_that_do_not_fit_are_counted() {
    let mut order = working(10);
    let mut wrong = trade(1, 4, None);
    wrong.quantities.leaves = Some(Quantity::whole(5));
    assert_eq!(order.apply(&wrong), Answer::Tolerated(Violation::Quantity));
}

#[test]
fn an_execution_is_busted_once() {
    let mut order = working(10);
    order.apply(&trade(1, 2, Some("10")));
    order.apply(&trade(2, 3, Some("10")));
    assert_eq!(order.apply(&bust(3, Some(1), 2)), Answer::Illustrated);
    assert_eq!(order.apply(&bust(4, Some(1), 2)), Answer::Refused(Violation::Reference));
    assert_eq!(order.cumulative(), Quantity::whole(3));
}

#[test]
fn what_may_be_forgotten_is_not_refused() {
    let mut met = Lifecycle::at(OrderStatus::PartiallyFilled, Quantity::whole(10), Quantity::whole(6));
    assert_eq!(met.apply(&bust(1, Some(99), 2)), Answer::Tolerated(Violation::Reference));
    assert_eq!(met.cumulative(), Quantity::whole(4));
    let mut long = working(100);
    for report in 1..=17 {
        assert_eq!(long.apply(&trade(report, 1, Some("10"))), Answer::Illustrated);
    }
    assert_eq!(long.apply(&bust(18, Some(1), 1)), Answer::Tolerated(Violation::Reference));
    assert_eq!(long.apply(&bust(19, Some(17), 1)), Answer::Illustrated);
    assert_eq!(long.cumulative(), Quantity::whole(15));
}

#[test]
fn names_are_followed_and_strangers_are_refused() {
    let mut order = working(10).called(1);
    let names = |client, original| Names { client: Some(client), original };
    let request = |client, original| Fact {
        names: names(client, Some(original)),
        ..Fact::new(ExecType::PendingReplace)
    };
    assert_eq!(order.apply(&request(2, 1)), Answer::Illustrated);
    assert_eq!(order.apply(&request(3, 2)), Answer::Illustrated);
    assert_eq!(order.apply(&request(4, 77)), Answer::Refused(Violation::Reference));
    assert_eq!(order.current_name(), Some(1));
    let replaced =
        |client, original| Fact { names: names(client, Some(original)), ..Fact::new(ExecType::Replaced) };
    assert_eq!(order.apply(&replaced(2, 1)), Answer::Illustrated);
    assert_eq!((order.current_name(), order.status()), (Some(2), OrderStatus::PendingReplace));
    assert_eq!(order.apply(&replaced(3, 2)), Answer::Illustrated);
    assert_eq!((order.current_name(), order.status()), (Some(3), OrderStatus::New));
    assert_eq!(order.apply(&request(3, 2)), Answer::Tolerated(Violation::Race), "it was answered");
    assert_eq!(order.status(), OrderStatus::New);
    let old = Fact { names: names(1, None), ..trade(1, 5, None) };
    assert_eq!(order.apply(&old), Answer::Illustrated, "a late report of the first name");
    let strange = Fact { names: names(77, None), ..trade(2, 5, None) };
    assert_eq!(order.apply(&strange), Answer::Refused(Violation::Reference));
}

#[test]
fn each_request_is_answered_by_its_name() {
    let mut order = working(10).called(1);
    let say = |exec_type, client| Fact {
        names: Names { client: Some(client), original: Some(1) },
        ..Fact::new(exec_type)
    };
    for fact in [say(ExecType::PendingReplace, 2), say(ExecType::PendingReplace, 3)] {
        assert_eq!(order.apply(&fact), Answer::Illustrated);
    }
    order.apply(&say(ExecType::Replaced, 2));
    assert_eq!(order.status(), OrderStatus::PendingReplace);
    order.apply(&say(ExecType::CancelRejected, 3));
    assert_eq!(order.status(), OrderStatus::New);
}

#[test]
fn more_requests_than_are_kept_are_counted() {
    let mut order = working(10).called(1);
    for name in 2..10 {
        let names = Names { client: Some(name), original: Some(1) };
        assert_eq!(order.apply(&Fact { names, ..Fact::new(ExecType::PendingReplace) }), Answer::Illustrated);
    }
    let names = Names { client: Some(10), original: Some(1) };
    let answer = order.apply(&Fact { names, ..Fact::new(ExecType::PendingReplace) });
    assert_eq!(answer, Answer::Tolerated(Violation::Reference));
}

#[test]
fn a_suspension_lasts_until_it_is_lifted() {
    let mut order = working(10);
    order.apply(&Fact::new(ExecType::Suspended));
    assert_eq!(order.apply(&trade(1, 4, None)), Answer::Tolerated(Violation::Race));
    assert_eq!(order.status(), OrderStatus::Suspended);
    let mut filled = order;
    filled.apply(&Fact { exec_type: ExecType::Fill, ..trade(2, 6, None) });
    assert_eq!(filled.status(), OrderStatus::Filled, "it goes before a suspension");
    assert_eq!(order.apply(&Fact::new(ExecType::Triggered)), Answer::Illustrated);
    assert_eq!(order.status(), OrderStatus::PartiallyFilled);
}

#[test]
fn a_cancellation_goes_before_a_replacement() {
    let mut order = working(10);
    order.apply(&Fact::new(ExecType::PendingReplace));
    order.apply(&Fact::new(ExecType::PendingCancel));
    assert_eq!(order.status(), OrderStatus::PendingCancel);
    order.apply(&Fact::new(ExecType::CancelRejected));
    assert_eq!(order.status(), OrderStatus::PendingReplace);
}

#[test]
fn a_stop_waits_and_is_triggered() {
    let mut order = Lifecycle::new(Quantity::whole(10));
    order.apply(&Fact::new(ExecType::PendingNew));
    assert_eq!(order.apply(&Fact::new(ExecType::Triggered)), Answer::Illustrated);
    assert_eq!(order.status(), OrderStatus::New);
}

#[test]
fn a_filled_order_that_is_calculated_stays_over() {
    let mut order = Lifecycle::at(OrderStatus::Filled, Quantity::whole(10), Quantity::whole(10));
    assert_eq!(order.apply(&Fact::new(ExecType::Calculated)), Answer::Illustrated);
    assert_eq!(order.status(), OrderStatus::Calculated);
    assert!(order.is_over());
    let mut part = Lifecycle::at(OrderStatus::DoneForDay, Quantity::whole(10), Quantity::whole(4));
    part.apply(&Fact::new(ExecType::Calculated));
    assert!(!part.is_over());
}

fn told_average(average: &str) -> Answer {
    let mut order = working(10);
    order.apply(&trade(1, 2, Some("10.00")));
    let mut last = trade(2, 1, Some("10.01"));
    last.prices.average = Some(price(average));
    order.apply(&last)
}

fn working(ordered: i64) -> Lifecycle {
    Lifecycle::at(OrderStatus::New, Quantity::whole(ordered), Quantity::ZERO)
}

fn trade(report: u64, pieces: i64, at: Option<&str>) -> Fact {
    Fact {
        report: Some(report),
        quantities: Quantities { last: Some(Quantity::whole(pieces)), ..Quantities::default() },
        prices: Prices { last: at.map(price), average: None },
        ..Fact::new(ExecType::PartialFill)
    }
}

fn bust(report: u64, refers_to: Option<u64>, pieces: i64) -> Fact {
    Fact { refers_to, exec_type: ExecType::TradeCancel, ..trade(report, pieces, None) }
}

fn price(text: &str) -> Price {
    Price(text.parse::<Decimal>().expect("a price"))
}
