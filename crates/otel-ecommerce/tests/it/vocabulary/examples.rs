//! Events as the makers of the vocabularies show them.

use otel_ecommerce::vocabulary::{
    AmountField, Dialect, EventKind, ItemField, Part, ShopEvent, Site, TextField,
};
use serde_json::Value;

use super::{currency, euros, item, purchase};

#[test]
fn a_purchase_in_ga4_is_read_to_the_cent() {
    let params = r#"{
        "transaction_id": "T_12345", "value": 72.05, "tax": 3.60, "shipping": 5.99, "currency": "USD",
        "coupon": "SUMMER_SALE", "customer_type": "new",
        "items": [
            {
                "item_id": "SKU_12345", "item_name": "A tee", "coupon": "SUMMER_FUN", "discount": 2.22,
                "index": 0, "item_brand": "A brand", "item_category": "Apparel", "item_category2": "Adult",
                "item_variant": "green", "price": 10.01, "quantity": 3
            },
            { "item_name": "Another tee", "currency": "USD", "price": 21.01, "quantity": 2, "index": 1 }
        ]
    }"#;
    let read = Dialect::Ga4.import("purchase", params, None).expect("a purchase");
    let event = &read.event;
    let dollars = |cents| Some(otel_core::Money::from_minor(cents, currency("USD")));
    assert_eq!(event.kind(), EventKind::OrderCompleted);
    assert_eq!(event.text(TextField::OrderId), Some("T_12345"));
    assert_eq!(event.text(TextField::Coupon), Some("SUMMER_SALE"));
    assert_eq!(event.amount(AmountField::Value), dollars(7_205));
    assert_eq!(event.amount(AmountField::Tax), dollars(360));
    assert_eq!(event.amount(AmountField::Shipping), dollars(599));
    // 3 × 10.01 and 2 × 21.01: the example is right.
    assert_eq!(event.value_of_items(), dollars(7_205));
    let [first, second] = event.items() else { panic!("two items") };
    assert_eq!((first.price(), first.discount(), first.quantity()), (dollars(1_001), dollars(222), Some(3)));
    assert_eq!((first.position(), first.text(ItemField::Coupon)), (Some(0), Some("SUMMER_FUN")));
    assert_eq!((second.text(ItemField::Id), second.text(ItemField::Name)), (None, Some("Another tee")));
    let ignored = [site("customer_type", None), site("item_category2", Some(0))];
    assert_eq!(read.ignored, ignored);
}

#[test]
fn segment_calls_the_checkout_an_order_where_there_is_none_yet() {
    let params = r#"{"order_id":"c-1","value":30,"revenue":25.00,"shipping":3,"tax":2,"discount":2.5,
        "coupon":"hasbros","currency":"USD","products":[{"product_id":"507f","sku":"45790-32",
        "name":"A game","price":19,"quantity":1,"category":"Games","url":"https://example.com/p"}]}"#;
    let read = Dialect::Segment.import("Checkout Started", params, None).expect("an event");
    let event = &read.event;
    assert_eq!(event.text(TextField::OrderId), None);
    assert_eq!(event.text(TextField::CheckoutId), Some("c-1"));
    assert_eq!(event.amount(AmountField::Value).map(|value| value.minor()), Some(2_500));
    assert_eq!(read.ignored, [site("value", None), site("url", Some(0))]);
    let back = Dialect::Segment.export(event).expect("a name");
    let back: Value = serde_json::from_str(&back.params).expect("JSON");
    assert_eq!(back["order_id"], "c-1");
    assert!(back.get("checkout_id").is_none());
    // Everywhere else a checkout is a checkout.
    let step = Dialect::Segment.import("Checkout Step Viewed", r#"{"checkout_id":"c-1","step":2}"#, None);
    let step = step.expect("an event").event;
    assert_eq!((step.text(TextField::CheckoutId), step.step()), (Some("c-1"), Some(2)));
}

#[test]
fn an_order_never_becomes_a_checkout_in_segment() {
    let mut event = ShopEvent::new(EventKind::CheckoutStarted);
    event.set_text(TextField::OrderId, "o-1").expect("a text");
    let exported = Dialect::Segment.export(&event).expect("a name");
    assert_eq!(exported.left_out, [Part::Text(TextField::OrderId)]);
    assert_eq!(exported.params, "{}");
}

#[test]
fn the_one_product_of_segment_stands_beside_everything_else() {
    let params = r#"{"cart_id":"k-1","product_id":"p-1","sku":"G-32","name":"A game","price":18.99,
        "quantity":1,"coupon":"MAYDEALS","position":3,"currency":"USD"}"#;
    let read = Dialect::Segment.import("Product Added", params, None).expect("an event");
    assert_eq!(read.ignored, []);
    assert_eq!(read.event.text(TextField::CartId), Some("k-1"));
    assert_eq!(read.event.text(TextField::Coupon), None);
    let [item] = read.event.items() else { panic!("one item") };
    assert_eq!((item.text(ItemField::Coupon), item.position()), (Some("MAYDEALS"), Some(3)));
    // The same in the words of GA4, which has no cart and no number in the warehouse.
    let there = Dialect::Ga4.export(&read.event).expect("a name");
    assert_eq!(there.name, "add_to_cart");
    let expected = [Part::Text(TextField::CartId), Part::ItemText(ItemField::Sku)];
    assert_eq!(there.left_out, expected);
    let json: Value = serde_json::from_str(&there.params).expect("JSON");
    assert_eq!(json["items"][0]["item_id"], "p-1");
    assert_eq!(json["items"][0]["index"], 3);
}

#[test]
fn a_product_of_segment_without_a_currency_has_that_of_the_shop() {
    let params = r#"{"product_id":"p-1","price":18.99}"#;
    let read = Dialect::Segment.import("Product Clicked", params, Some(currency("EUR")));
    let read = read.expect("an event").event;
    assert_eq!(read.items().first().and_then(|item| item.price()), Some(euros(1_899)));
}

#[test]
fn other_fields_of_segment_are_found_where_they_are() {
    let text = |name, params, field: TextField, expected: &str| {
        let read = Dialect::Segment.import(name, params, Some(currency("USD"))).expect(name);
        assert_eq!(read.event.text(field), Some(expected), "{name}");
        assert_eq!(read.ignored, [], "{name}");
        read.event
    };
    let promotion = r#"{"promotion_id":"p","creative":"top","name":"75% off","position":"home"}"#;
    text("Promotion Viewed", promotion, TextField::PromotionName, "75% off");
    text("Promotion Clicked", promotion, TextField::Slot, "home");
    let read =
        Dialect::Segment.import("Products Searched", r#"{"query":"blue roses"}"#, None).expect("an event");
    assert_eq!(read.event.search_term().map(|term| *term.expose()), Some("blue roses"));
    text("Product List Viewed", r#"{"list_id":"l","category":"Deals"}"#, TextField::ListCategory, "Deals");
    let coupon = r#"{"order_id":"o","cart_id":"k","coupon_id":"may","coupon_name":"May","discount":23.32}"#;
    let event = text("Coupon Applied", coupon, TextField::Coupon, "may");
    assert_eq!(event.amount(AmountField::Discount).map(|it| it.minor()), Some(2_332));
    text(
        "Coupon Denied",
        r#"{"coupon_id":"may","reason":"Coupon expired"}"#,
        TextField::Denial,
        "Coupon expired",
    );
    let refund = r#"{"order_id":"o","total":30,"currency":"USD"}"#;
    let event = text("Order Refunded", refund, TextField::OrderId, "o");
    assert_eq!(event.amount(AmountField::Value).map(|it| it.minor()), Some(3_000));
    text("Product Reviewed", r#"{"product_id":"p","review_id":"r","rating":"5"}"#, TextField::Rating, "5");
    // What is a number to one program is an identifier to another.
    text("Product Reviewed", r#"{"product_id":77,"rating":4.5}"#, TextField::Rating, "4.5");
    text(
        "Order Completed",
        r#"{"order_id":12345678901234567890}"#,
        TextField::OrderId,
        "12345678901234567890",
    );
}

#[test]
fn what_people_write_to_one_another_is_not_read() {
    let params =
        r#"{"share_via":"email","share_message":"Look!","recipient":"friend@example.com","product_id":"p"}"#;
    let read = Dialect::Segment.import("Product Shared", params, None).expect("an event");
    assert_eq!(read.ignored, [site("share_message", None), site("recipient", None)]);
    assert!(!format!("{:?}", read.event).contains("friend"));
}

#[test]
fn an_export_is_what_others_can_read() {
    let ga4 = Dialect::Ga4.export(&purchase()).expect("a name");
    let expected = concat!(
        r#"{"transaction_id":"o-1","currency":"EUR","value":44.80,"tax":8.51,"items":["#,
        r#"{"item_id":"sku-1","item_name":"Tea \"Earl\" ☕","price":19.90,"quantity":2},"#,
        r#"{"item_id":"sku-2","price":5.00}]}"#,
    );
    assert_eq!((ga4.name, ga4.params.as_str()), ("purchase", expected));
    let segment = Dialect::Segment.export(&purchase()).expect("a name");
    let json: Value = serde_json::from_str(&segment.params).expect("JSON");
    assert_eq!((segment.name, &json["revenue"]), ("Order Completed", &Value::from(44.8)));
    assert!(json.get("total").is_none());
}

#[test]
fn null_is_not_there_and_an_empty_text_is_ignored() {
    let params = r#"{"transaction_id":null,"coupon":"","currency":null,"value":null,"items":null}"#;
    let read = Dialect::Ga4.import("purchase", params, None).expect("an event");
    assert_eq!(read.event, ShopEvent::new(EventKind::OrderCompleted));
    assert_eq!(read.ignored, [site("coupon", None)]);
    let mut event = ShopEvent::new(EventKind::CartViewed);
    event.add_item(item("sku", 1)).expect("room");
    let params =
        r#"{"currency":"EUR","items":[{"item_id":"sku","item_brand":"","price":0.01,"quantity":null}]}"#;
    let read = Dialect::Ga4.import("view_cart", params, None).expect("an event");
    assert_eq!((read.event, read.ignored), (event, vec![site("item_brand", Some(0))]));
}

fn site(member: &str, item: Option<usize>) -> Site {
    Site { member: member.to_owned(), item }
}
