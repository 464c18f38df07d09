//! Events in our words and in those of others.

mod examples;
mod names;
mod numbers;
mod refusals;
mod round_trip;

use std::time::Duration;

use otel_core::testing::{TestTelemetry, TestValue};
use otel_core::{Currency, Money, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::conventions::{CURRENCY, ORDER_ID, vocabulary as said};
use otel_ecommerce::invalid::{CLOCK_SKEW, Field, Invalid};
use otel_ecommerce::labels::EventRefusal;
use otel_ecommerce::vocabulary::{
    AmountField, Dialect, EventKind, ImportProblem, Item, ItemField, MAX_ITEMS, Part, TextField,
};
use otel_ecommerce::{EventLog, ShopEvent};

#[test]
fn an_event_is_told_once_by_our_name_with_typed_attributes() {
    let test = TestTelemetry::new();
    let event = purchase();
    EventLog::new(&test).record(&event);
    let recorded = test.finish();
    assert_eq!(recorded.events().len(), 1);
    let told = recorded.event(&said::ORDER_COMPLETED);
    assert_eq!(told.name, "ecommerce.order.completed");
    assert_eq!(told.get(&ORDER_ID), Some("o-1".into()));
    assert_eq!(told.get(&CURRENCY), Some("EUR".into()));
    assert_eq!(told.get(&said::AMOUNT_VALUE), Some(4_480.into()));
    assert_eq!(told.get(&said::AMOUNT_TAX), Some(851.into()));
    assert_eq!(told.get(&said::ITEM_COUNT), Some(2.into()));
    assert_eq!(told.get(&said::ITEM_PIECES), Some(3.into()));
    let ids = TestValue::List(vec!["sku-1".into(), "sku-2".into()]);
    assert_eq!(told.get(&said::ITEM_IDS), Some(ids));
}

#[test]
fn every_kind_is_told_by_its_own_definition() {
    let test = TestTelemetry::new();
    let log = EventLog::new(&test);
    EventKind::ALL.iter().for_each(|kind| log.record(&ShopEvent::new(*kind)));
    let recorded = test.finish();
    let told: Vec<&str> = recorded.events().iter().map(|event| event.name.as_str()).collect();
    let expected: Vec<&str> = EventKind::ALL.iter().map(|kind| kind.event().name()).collect();
    assert_eq!(told, expected);
    let mut names = expected;
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), EventKind::ALL.len());
}

#[test]
fn what_was_searched_for_stays_inside() {
    let test = TestTelemetry::new();
    let mut event = ShopEvent::new(EventKind::SearchPerformed);
    event.set_search_term(Sensitive::new("pregnancytest")).expect("a text");
    EventLog::new(&test).record(&event);
    let recorded = test.finish();
    assert!(recorded.event(&said::SEARCH_PERFORMED).attributes.is_empty());
    assert_eq!(event.search_term().map(|term| *term.expose()), Some("pregnancytest"));
    // Nor does it get out by the way, into a line of a log or to somebody else.
    assert!(!format!("{event:?}").contains("pregnancy"));
    for dialect in Dialect::ALL {
        let exported = dialect.export(&event).expect("a name");
        assert_eq!((exported.params.as_str(), &exported.left_out[..]), ("{}", &[Part::SearchTerm][..]));
        let asked_for = dialect.export_with_search_term(&event).expect("a name");
        assert!(asked_for.params.contains("pregnancytest") && asked_for.left_out.is_empty());
        assert!(!format!("{asked_for:?}").contains("pregnancy"));
        let read = dialect.import(asked_for.name, &asked_for.params, None).expect("what we wrote ourselves");
        assert!(!format!("{read:?}").contains("pregnancy"));
        assert_eq!(read.event, event);
    }
}

#[test]
fn two_hundred_items_are_told_by_the_first_twenty_and_their_number() {
    let test = TestTelemetry::new();
    let mut event = ShopEvent::new(EventKind::CartViewed);
    for number in 0..MAX_ITEMS {
        let item = Item::new(&format!("sku-{number}")).and_then(|item| item.times(u32::MAX));
        event.add_item(item.expect("an item")).expect("room");
    }
    EventLog::new(&test).record(&event);
    let recorded = test.finish();
    let told = recorded.event(&said::CART_VIEWED);
    assert_eq!(told.get(&said::ITEM_COUNT), Some(200.into()));
    assert_eq!(told.get(&said::ITEM_PIECES), Some((200 * i64::from(u32::MAX)).into()));
    let Some(TestValue::List(ids)) = told.get(&said::ITEM_IDS) else { panic!("no list") };
    assert_eq!((ids.len(), ids.last()), (20, Some(&"sku-19".into())));
}

#[test]
fn what_happened_before_has_its_own_time() {
    let test = TestTelemetry::new();
    let time = Timestamp::from_unix_nanos(1_428_322_647_000_000_000);
    EventLog::new(&test).record_at(&purchase(), time).expect("a time");
    assert_eq!(test.finish().event(&said::ORDER_COMPLETED).time, time);
}

#[test]
fn what_cannot_have_happened_is_not_told_and_counted() {
    let test = TestTelemetry::new();
    let log = EventLog::new(&test);
    let soon = test.now().after(CLOCK_SKEW);
    for (at, answer) in [
        (Timestamp::from_unix_nanos(u64::MAX), Err(Invalid::Future)),
        (Timestamp::from_unix_nanos(0), Err(Invalid::Nothing(Field::Time))),
        (soon.after(Duration::from_nanos(1)), Err(Invalid::Future)),
        (soon, Ok(())),
    ] {
        assert_eq!(log.record_at(&purchase(), at), answer);
    }
    let recorded = test.finish();
    assert_eq!(recorded.events().len(), 1);
    assert_eq!(recorded.counter(&said::REFUSALS, EventRefusal::Time), Some(3));
}

#[test]
fn what_others_say_is_told_or_counted() {
    let test = TestTelemetry::new();
    let log = EventLog::new(&test);
    let now = test.now();
    let say = |name, params| log.record_from(Dialect::Ga4, name, params, None, now).map_err(|it| it.problem);
    let purchase = r#"{"transaction_id": 12345, "currency": "eur", "value": 19.900000000000002}"#;
    assert!(say("purchase", purchase).is_ok_and(|read| read.ignored.is_empty()));
    for (name, params, refusal) in [
        ("no_such_event", "{}", EventRefusal::Unknown),
        ("purchase", "[]", EventRefusal::Malformed),
        ("purchase", r#"{"currency":"XXX"}"#, EventRefusal::Currency),
        ("purchase", r#"{"value":1}"#, EventRefusal::Currency),
        ("purchase", r#"{"currency":"EUR","value":0.001}"#, EventRefusal::Number),
        ("purchase", r#"{"items":[{}]}"#, EventRefusal::Content),
    ] {
        assert!(say(name, params).is_err(), "{params}");
        assert_eq!(
            test.recorded().counter(&said::REFUSALS, refusal).map(|it| it > 0),
            Some(true),
            "{params}"
        );
    }
    let late = log.record_from(Dialect::Ga4, "purchase", "{}", None, now.after(Duration::from_secs(3_600)));
    assert_eq!(late.map_err(|it| it.problem), Err(ImportProblem::Time(Invalid::Future)));
    let recorded = test.finish();
    assert_eq!(recorded.counter_total(&said::REFUSALS), 7);
    let told = recorded.event(&said::ORDER_COMPLETED);
    assert_eq!(told.get(&ORDER_ID), Some("12345".into()));
    assert_eq!(told.get(&CURRENCY), Some("EUR".into()));
    assert_eq!(told.get(&said::AMOUNT_VALUE), Some(1_990.into()));
}

#[test]
fn the_value_of_items_is_the_sum_of_price_times_quantity() {
    assert_eq!(purchase().value_of_items(), Some(euros(4_480)));
    let mut event = ShopEvent::new(EventKind::CartViewed);
    assert_eq!(event.value_of_items(), None);
    event.add_item(item("sku-1", 5)).expect("room");
    assert_eq!(event.value_of_items(), Some(euros(5)));
    event.add_item(Item::new("sku-2").expect("an item")).expect("room");
    assert_eq!(event.value_of_items(), None);
    let large = item("sku-1", i64::MAX).times(2).expect("two");
    let mut event = ShopEvent::new(EventKind::CartViewed);
    event.add_item(large).expect("room");
    assert_eq!(event.value_of_items(), None);
}

/// Everything that there is to say of the steps of a purchase.
pub(crate) fn say_everything(telemetry: &Telemetry) {
    let log = EventLog::new(telemetry);
    for kind in EventKind::ALL {
        let mut event = ShopEvent::new(*kind);
        for field in TextField::ALL {
            event.set_text(*field, "a text").expect("a text");
        }
        for field in AmountField::ALL {
            event.set_amount(*field, euros(1)).expect("an amount");
        }
        event.set_step(2).add_item(item("sku-1", 100)).expect("room");
        log.record(&event);
    }
    log.record_from(Dialect::Ga4, "", "", None, telemetry.now()).expect_err("no event");
}

/// A purchase of three pieces for 44.80 euros.
pub(crate) fn purchase() -> ShopEvent {
    let mut event = ShopEvent::new(EventKind::OrderCompleted);
    event.set_text(TextField::OrderId, "o-1").expect("a text");
    let first =
        item("sku-1", 1_990).times(2).and_then(|item| item.described(ItemField::Name, "Tea \"Earl\" ☕"));
    event.add_item(first.expect("an item")).expect("room");
    event.add_item(item("sku-2", 500)).expect("room");
    event.set_amount(AmountField::Value, euros(4_480)).expect("an amount");
    event.set_amount(AmountField::Tax, euros(851)).expect("an amount");
    event
}

pub(crate) fn item(id: &str, cents: i64) -> Item {
    Item::new(id).and_then(|item| item.priced(euros(cents))).expect("an item")
}

pub(crate) fn euros(cents: i64) -> Money {
    Money::from_minor(cents, currency("EUR"))
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}
