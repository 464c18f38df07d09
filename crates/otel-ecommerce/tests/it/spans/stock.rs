//! Stock and searches.

use std::panic::{AssertUnwindSafe, catch_unwind};

use otel_core::testing::{TestStatus, TestTelemetry};
use otel_core::{ERROR_TYPE, Sensitive};
use otel_ecommerce::Observability;
use otel_ecommerce::conventions::{inventory as stock, search};
use otel_ecommerce::ids::{CheckoutId, OrderId, ProductId};
use otel_ecommerce::inventory::Line;
use otel_ecommerce::labels::{InventoryFailure, ReleaseReason, ReservationResult, SearchFailure, SearchType};

use super::check;

#[test]
fn a_reservation_is_what_its_lines_are() {
    let cases = [
        (&[(2, 2), (1, 1)][..], ReservationResult::Reserved, TestStatus::Ok),
        (&[(2, 2), (1, 0)], ReservationResult::Partial, TestStatus::Unset),
        (&[(5, 3)], ReservationResult::Partial, TestStatus::Unset),
        (&[(2, 0), (1, 0)], ReservationResult::OutOfStock, TestStatus::Unset),
        (&[], ReservationResult::Abandoned, TestStatus::Unset),
    ];
    for (lines, expected, status) in cases {
        let test = TestTelemetry::new();
        let shop = Observability::new(&test);
        let mut reservation = shop.reserve_inventory();
        reservation.set_order(OrderId("o-1")).and_then(|it| it.set_checkout(CheckoutId("k"))).expect("ids");
        lines.iter().for_each(|(wanted, there)| reservation.line_reserved(&line(*wanted, *there)));
        assert_eq!(reservation.finish(), expected, "{lines:?}");
        let recorded = test.finish();
        let span = recorded.span(&stock::RESERVE_INVENTORY);
        assert_eq!(span.status, status, "{lines:?}");
        check(span, &[("ecommerce.order.id", "o-1"), ("ecommerce.checkout.id", "k")]);
        assert_eq!(span.get(&stock::RESULT), Some(expected.as_str().into()));
        let wanted: i64 = lines.iter().map(|(wanted, _)| i64::from(*wanted)).sum();
        let there: i64 = lines.iter().map(|(_, there)| i64::from(*there)).sum();
        assert_eq!(span.get(&stock::WANTED), Some(wanted.into()));
        assert_eq!(span.get(&stock::SET_ASIDE), Some(there.into()));
        let short = lines.iter().filter(|(wanted, there)| there < wanted).count();
        assert_eq!(recorded.events_of(&stock::RAN_SHORT).len(), short);
        assert_eq!(recorded.counter(&stock::SHORTAGE, ()), Some((wanted - there).cast_unsigned()));
        assert_eq!(recorded.counter(&stock::RESERVATIONS, expected), Some(1));
    }
}

#[test]
fn what_ran_short_is_told_with_what_was_asked_for() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let mut reservation = shop.reserve_inventory();
    reservation.line_reserved(&line(5, 3));
    reservation.finish();
    let recorded = test.finish();
    let event = recorded.event(&stock::RAN_SHORT);
    assert_eq!(event.get(&stock::PRODUCT_ID), Some("sku-1".into()));
    assert_eq!((event.get(&stock::WANTED), event.get(&stock::SET_ASIDE)), (Some(5.into()), Some(3.into())));
}

#[test]
fn stock_that_cannot_be_asked_is_an_error() {
    let test = TestTelemetry::new();
    Observability::new(&test).reserve_inventory().failed(InventoryFailure::Contention);
    let recorded = test.finish();
    let span = recorded.span(&stock::RESERVE_INVENTORY);
    assert!(matches!(span.status, TestStatus::Error(_)));
    assert_eq!(span.get(&ERROR_TYPE), Some("contention".into()));
    assert_eq!(recorded.counter(&stock::RESERVATIONS, ReservationResult::Failed), Some(1));
}

#[test]
fn a_reservation_that_panics_has_failed_and_one_that_is_dropped_was_abandoned() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _reservation = shop.reserve_inventory();
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    drop(shop.reserve_inventory());
    let recorded = test.finish();
    let [panicked, dropped] = recorded.spans_of(&stock::RESERVE_INVENTORY)[..] else { panic!("two") };
    assert_eq!(
        (panicked.get(&stock::RESULT), panicked.get(&ERROR_TYPE)),
        (Some("failed".into()), Some("panic".into()))
    );
    assert_eq!(dropped.get(&stock::RESULT), Some("abandoned".into()));
    let count = |result| recorded.counter(&stock::RESERVATIONS, result);
    assert_eq!((count(ReservationResult::Failed), count(ReservationResult::Abandoned)), (Some(1), Some(1)));
}

#[test]
fn a_search_that_is_dropped_was_abandoned_and_one_that_panics_is_an_error() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    drop(shop.search_catalog(SearchType::Suggestion, Sensitive::new("sho")));
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        let _search = shop.search_catalog(SearchType::Text, Sensitive::new("shoes"));
        panic!("as a handler does");
    }));
    assert!(panicked.is_err());
    let recorded = test.finish();
    let [dropped, panicked] = recorded.spans_of(&search::SEARCH_CATALOG)[..] else { panic!("two") };
    assert_eq!((dropped.get(&ERROR_TYPE), &dropped.status), (Some("abandoned".into()), &TestStatus::Unset));
    assert_eq!(panicked.get(&ERROR_TYPE), Some("panic".into()));
    assert!(matches!(panicked.status, TestStatus::Error(_)));
}

#[test]
fn what_is_for_sale_again_is_counted_in_pieces() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    shop.inventory_released(&line(5, 3), ReleaseReason::Expired);
    shop.inventory_released(&line(2, 2), ReleaseReason::Expired);
    let recorded = test.finish();
    assert_eq!(recorded.counter(&stock::RELEASES, ReleaseReason::Expired), Some(5));
    assert_eq!(recorded.counter(&stock::RELEASES, ReleaseReason::Cancelled), Some(0));
    assert_eq!(recorded.events_of(&stock::RELEASED)[0].get(&stock::FREED), Some(3.into()));
}

#[test]
fn of_a_query_only_its_length_leaves() {
    let test = TestTelemetry::new();
    let shop = Observability::new(&test);
    let span = shop.search_catalog(SearchType::Text, Sensitive::new("Köpfchen gegen Migräne"));
    assert_eq!(span.query_length(), 22);
    span.found(7);
    shop.search_catalog(SearchType::Suggestion, Sensitive::new("")).found(0);
    let recorded = test.finish();
    let span = recorded.spans_of(&search::SEARCH_CATALOG)[0];
    check(span, &[("ecommerce.search.type", "text")]);
    assert_eq!(span.get(&search::QUERY_LENGTH), Some(22.into()));
    assert_eq!(span.get(&search::RESULT_COUNT), Some(7.into()));
    assert_eq!(span.status, TestStatus::Ok);
    let event = recorded.events_of(&search::PERFORMED)[0];
    assert_eq!((event.get(&search::QUERY_LENGTH), event.attributes.len()), (Some(22.into()), 3));
    assert!(!format!("{recorded:?}").contains("Migr"));
}

#[test]
fn a_query_that_makes_no_sense_is_no_error_and_an_index_that_is_away_is() {
    for failure in SearchFailure::ALL {
        let test = TestTelemetry::new();
        Observability::new(&test).search_catalog(SearchType::Text, Sensitive::new("((")).failed(*failure);
        let recorded = test.finish();
        let span = recorded.span(&search::SEARCH_CATALOG);
        assert_eq!(span.get(&ERROR_TYPE), Some(failure.as_str().into()));
        let is_nobodys = matches!(failure, SearchFailure::Query | SearchFailure::Abandoned);
        assert_eq!(span.status == TestStatus::Unset, is_nobodys, "{failure:?}");
        assert!(recorded.events().is_empty());
    }
}

fn line(wanted: u32, there: u32) -> Line<'static> {
    Line::new(ProductId("sku-1"), wanted).and_then(|line| line.only(there)).expect("a line")
}
