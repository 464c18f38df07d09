//! What is no event, and where it says so.

use otel_core::{Money, Sensitive};
use otel_ecommerce::vocabulary::{
    AmountField, Dialect, EventError, EventKind, ExportError, ImportProblem, Item, ItemField, MAX_BYTES,
    MAX_CHARACTERS, MAX_ITEMS, NumberError, ShopEvent, TextField,
};
use proptest::prelude::*;

use super::{currency, euros, item};

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let check = |name: &str, params: &str, problem, member: Option<&str>, item| {
        let dialect = if name.starts_with(char::is_lowercase) { Dialect::Ga4 } else { Dialect::Segment };
        let error = dialect.import(name, params, None).expect_err(params);
        let site = error.site.as_ref().map(|site| (site.member.as_str(), site.item));
        assert_eq!((error.problem, site), (problem, member.map(|member| (member, item))), "{params}");
    };
    let event = ImportProblem::Event;
    check("no_such_event", "{}", ImportProblem::UnknownEvent, None, None);
    check("purchase", "", ImportProblem::Malformed, Some(""), None);
    check("purchase", "[]", ImportProblem::Malformed, Some(""), None);
    check("purchase", "{} {}", ImportProblem::Malformed, Some(""), None);
    check("purchase", r#"{"value":1"#, ImportProblem::Malformed, Some(""), None);
    check("purchase", r#"{"a":1,"a":1}"#, ImportProblem::Duplicate, Some("a"), None);
    check("purchase", r#"{"currency":"DM"}"#, ImportProblem::UnknownCurrency, Some("currency"), None);
    check("purchase", r#"{"currency":978}"#, ImportProblem::Type, Some("currency"), None);
    check("purchase", r#"{"value":1}"#, ImportProblem::NoCurrency, Some("value"), None);
    check("purchase", r#"{"currency":"XXX"}"#, ImportProblem::UnknownCurrency, Some("currency"), None);
    check("purchase", r#"{"transaction_id":true}"#, ImportProblem::Type, Some("transaction_id"), None);
    check("purchase", r#"{"items":{}}"#, ImportProblem::Type, Some("items"), None);
    check("purchase", r#"{"items":[1]}"#, ImportProblem::Malformed, Some(""), Some(0));
    check("purchase", r#"{"value":-1,"currency":"EUR"}"#, event(EventError::Negative), Some("value"), None);
    let tab = r#"{"transaction_id":"a\tb"}"#;
    check("purchase", tab, event(EventError::Control), Some("transaction_id"), None);
    let nameless = r#"{"items":[{"item_id":"a"},{"quantity":1}]}"#;
    check("purchase", nameless, ImportProblem::Nameless, Some("item_id"), Some(1));
    let none = r#"{"items":[{"item_id":"a","quantity":0}]}"#;
    check("purchase", none, event(EventError::NoPieces), Some("quantity"), Some(0));
    let half = r#"{"items":[{"item_id":"a","quantity":1.5}]}"#;
    check("purchase", half, ImportProblem::Number(NumberError::Inexact), Some("quantity"), Some(0));
    let minus = r#"{"items":[{"item_id":"a","quantity":-1}]}"#;
    check("purchase", minus, ImportProblem::Number(NumberError::TooLarge), Some("quantity"), Some(0));
    let mixed = r#"{"currency":"EUR","items":[{"item_id":"a","currency":"USD"}]}"#;
    check("purchase", mixed, event(EventError::OtherCurrency), Some("currency"), Some(0));
    let twice = r#"{"items":[{"item_id":"a","item_id":"b"}]}"#;
    check("purchase", twice, ImportProblem::Duplicate, Some("item_id"), Some(0));
    check("Product Viewed", r#"{"quantity":2}"#, ImportProblem::Nameless, Some("product_id"), None);
    check(
        "Checkout Step Viewed",
        r#"{"step":-1}"#,
        ImportProblem::Number(NumberError::TooLarge),
        Some("step"),
        None,
    );
}

#[test]
fn nothing_is_read_without_a_bound() {
    let long = format!(r#"{{"coupon":"{}"}}"#, "x".repeat(MAX_BYTES));
    let error = Dialect::Ga4.import("purchase", &long, None).expect_err("too long");
    assert_eq!((error.problem, error.site), (ImportProblem::TooLong, None));
    let many = [r#"{"item_id":"a"}"#; MAX_ITEMS + 1].join(",");
    let error = Dialect::Ga4.import("purchase", &format!(r#"{{"items":[{many}]}}"#), None);
    let error = error.expect_err("too many items");
    assert_eq!(error.problem, ImportProblem::Event(EventError::TooManyItems));
    assert_eq!(error.site.map(|site| (site.member, site.item)), Some(("items".to_owned(), None)));
    let deep = format!(r#"{{"x":{}}}"#, "[".repeat(100_000));
    let error = Dialect::Ga4.import("purchase", &deep, None);
    assert_eq!(error.map_err(|it| it.problem), Err(ImportProblem::Malformed));
    let named = format!(r#"{{"{}":1}}"#, "n".repeat(1_000));
    let read = Dialect::Ga4.import("purchase", &named, None).expect("an event");
    assert_eq!(read.ignored.first().map(|site| site.member.len()), Some(100));
}

#[test]
fn an_event_that_refuses_something_stays_as_it_was() {
    let mut event = ShopEvent::new(EventKind::OrderCompleted);
    event.set_amount(AmountField::Value, euros(1)).expect("an amount");
    let before = event.clone();
    let yen = Money::from_minor(1, currency("JPY"));
    assert_eq!(event.set_amount(AmountField::Tax, yen).err(), Some(EventError::OtherCurrency));
    assert_eq!(event.set_amount(AmountField::Tax, euros(-1)).err(), Some(EventError::Negative));
    assert_eq!(event.set_currency(currency("JPY")).err(), Some(EventError::OtherCurrency));
    assert_eq!(event.set_text(TextField::OrderId, "").err(), Some(EventError::Empty));
    assert_eq!(event.set_text(TextField::OrderId, " \u{a0}").err(), Some(EventError::Empty));
    assert_eq!(event.set_search_term(Sensitive::new(" ")).err(), Some(EventError::Empty));
    let nothing = Money::from_minor(1, currency("XXX"));
    let mut empty = ShopEvent::new(EventKind::OrderCompleted);
    assert_eq!(empty.set_amount(AmountField::Value, nothing).err(), Some(EventError::NoCurrency));
    assert_eq!(empty.set_currency(currency("XTS")).err(), Some(EventError::NoCurrency));
    assert_eq!(Item::new("a").and_then(|item| item.priced(nothing)).err(), Some(EventError::NoCurrency));
    assert_eq!(event.set_text(TextField::OrderId, "a\0").err(), Some(EventError::Control));
    let long = "é".repeat(MAX_CHARACTERS + 1);
    assert_eq!(event.set_text(TextField::OrderId, &long).err(), Some(EventError::TooLong));
    let foreign = Item::new("a").and_then(|item| item.priced(yen)).expect("an item");
    assert_eq!(event.add_item(foreign).err(), Some(EventError::OtherCurrency));
    assert_eq!(event, before);
    let fits = "é".repeat(MAX_CHARACTERS);
    assert!(event.set_text(TextField::OrderId, &fits).is_ok());
    for _ in 0..MAX_ITEMS {
        assert!(event.add_item(item("a", 1)).is_ok());
    }
    assert_eq!(event.add_item(item("a", 1)).err(), Some(EventError::TooManyItems));
    assert_eq!(event.items().len(), MAX_ITEMS);
}

#[test]
fn an_item_that_cannot_be_is_refused() {
    assert_eq!(Item::new(""), Err(EventError::Empty));
    assert_eq!(Item::named("a\n"), Err(EventError::Control));
    let item = item("a", 1);
    assert_eq!(item.clone().times(0), Err(EventError::NoPieces));
    assert_eq!(item.clone().priced(euros(-1)), Err(EventError::Negative));
    assert_eq!(item.clone().discounted(euros(-1)), Err(EventError::Negative));
    let yen = Money::from_minor(1, currency("JPY"));
    assert_eq!(item.clone().discounted(yen), Err(EventError::OtherCurrency));
    assert_eq!(item.described(ItemField::Brand, ""), Err(EventError::Empty));
}

#[test]
fn what_has_no_name_is_not_exported() {
    let event = ShopEvent::new(EventKind::OrderCancelled);
    assert_eq!(Dialect::Ga4.export(&event), Err(ExportError::NoName(EventKind::OrderCancelled)));
    let mut event = ShopEvent::new(EventKind::CartItemAdded);
    event.add_item(item("a", 1)).expect("room");
    event.add_item(item("b", 1)).expect("room");
    assert_eq!(Dialect::Segment.export(&event), Err(ExportError::ManyItems(2)));
    assert!(Dialect::Ga4.export(&event).is_ok());
}

#[test]
fn errors_are_sentences_with_a_place() {
    let error = Dialect::Ga4
        .import("purchase", r#"{"currency":"USD","items":[{"item_id":"a","price":0.001}]}"#, None)
        .expect_err("half a cent");
    let expected = "`price` of item 0: a number with more digits after the point than there are";
    assert_eq!(error.to_string(), expected);
    let error = ExportError::NoName(EventKind::OrderCancelled).to_string();
    assert_eq!(error, "there is no name for ecommerce.order.cancelled in this vocabulary");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_comes_is_read_or_refused(params in anything(), name in 0..2_usize) {
        let (dialect, name) = [(Dialect::Ga4, "purchase"), (Dialect::Segment, "Product Viewed")][name];
        if let Ok(read) = dialect.import(name, &params, Some(currency("EUR"))) {
            // What was read can be written and read again, and is the same.
            let written = dialect.export_with_search_term(&read.event).expect("a name");
            prop_assert_eq!(written.left_out, vec![]);
            let again = dialect.import(name, &written.params, Some(currency("EUR"))).expect("an event");
            prop_assert_eq!(again.event, read.event);
        }
    }
}

/// Objects of the pieces that readers stumble over.
fn anything() -> impl Strategy<Value = String> {
    let name = prop::sample::select(vec![
        "value",
        "currency",
        "items",
        "price",
        "quantity",
        "item_id",
        "product_id",
        "coupon",
        "name",
        "tax",
        "index",
        "position",
        "revenue",
        "é",
    ]);
    let value = prop::sample::select(vec![
        "1",
        "0.29",
        "-1",
        "1e2",
        "1e-9",
        "\"2\"",
        "\"\"",
        "null",
        "true",
        "[]",
        "{}",
        "\"EUR\"",
        "\"JPY\"",
        "\"a\"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "[{\"item_id\":\"a\",\"price\":\"0.10\"}]",
        "[{\"price\":1}]",
        "[null]",
        "99999999999999999999",
    ]);
    let member = (name, value).prop_map(|(name, value)| format!("\"{name}\":{value}"));
    let object = prop::collection::vec(member, 0..6).prop_map(|it| format!("{{{}}}", it.join(",")));
    prop_oneof![9 => object, 1 => "\\PC{0,20}"]
}
