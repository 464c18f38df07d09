//! The names, held against the lists that their owners publish.

use std::collections::BTreeSet;

use otel_ecommerce::vocabulary::{AmountField, EventKind, ItemField, TextField, Vocabulary};

/// The e-commerce events of Google Analytics 4 and its two events about searches.
const GA4: [&str; 16] = [
    "add_payment_info",
    "add_shipping_info",
    "add_to_cart",
    "add_to_wishlist",
    "begin_checkout",
    "purchase",
    "refund",
    "remove_from_cart",
    "search",
    "select_item",
    "select_promotion",
    "view_cart",
    "view_item",
    "view_item_list",
    "view_promotion",
    "view_search_results",
];

/// The events of Segment's e-commerce specification v2.
const SEGMENT: [&str; 28] = [
    "Cart Shared",
    "Cart Viewed",
    "Checkout Started",
    "Checkout Step Completed",
    "Checkout Step Viewed",
    "Coupon Applied",
    "Coupon Denied",
    "Coupon Entered",
    "Coupon Removed",
    "Order Cancelled",
    "Order Completed",
    "Order Refunded",
    "Order Updated",
    "Payment Info Entered",
    "Product Added",
    "Product Added to Wishlist",
    "Product Clicked",
    "Product List Filtered",
    "Product List Viewed",
    "Product Removed",
    "Product Removed from Wishlist",
    "Product Reviewed",
    "Product Shared",
    "Product Viewed",
    "Products Searched",
    "Promotion Clicked",
    "Promotion Viewed",
    "Wishlist Product Added to Cart",
];

/// The types of Snowplow's `snowplow_ecommerce_action` 1-0-2.
const SNOWPLOW: [&str; 11] = [
    "add_to_cart",
    "checkout_step",
    "list_click",
    "list_view",
    "product_view",
    "promo_click",
    "promo_view",
    "refund",
    "remove_from_cart",
    "transaction",
    "trns_error",
];

/// The values of schema.org's `OrderStatus`, and whether one of our events leads there. Parcels are not told as events.
const SCHEMA_ORG: [(&str, bool); 8] = [
    ("OrderCancelled", true),
    ("OrderDelivered", false),
    ("OrderInTransit", false),
    ("OrderPaymentDue", true),
    ("OrderPickupAvailable", false),
    ("OrderProblem", false),
    ("OrderProcessing", true),
    ("OrderReturned", true),
];

/// Our events that only Segment has a name for.
const ONLY_SEGMENT: [EventKind; 13] = [
    EventKind::ListFiltered,
    EventKind::ProductShared,
    EventKind::ProductReviewed,
    EventKind::WishlistItemRemoved,
    EventKind::WishlistItemMoved,
    EventKind::CartShared,
    EventKind::CouponEntered,
    EventKind::CouponApplied,
    EventKind::CouponDenied,
    EventKind::CouponRemoved,
    EventKind::CheckoutStepViewed,
    EventKind::OrderUpdated,
    EventKind::OrderCancelled,
];

#[test]
fn every_name_that_others_publish_has_an_event_and_no_other_has() {
    check(Vocabulary::Ga4, &GA4);
    check(Vocabulary::Segment, &SEGMENT);
    check(Vocabulary::Snowplow, &SNOWPLOW);
    let led_to: Vec<&str> = SCHEMA_ORG.iter().filter(|(_, there)| *there).map(|(name, _)| *name).collect();
    check(Vocabulary::SchemaOrg, &led_to);
    for (name, there) in SCHEMA_ORG {
        assert_eq!(Vocabulary::SchemaOrg.parse(name).is_some(), there, "{name}");
    }
}

fn check(vocabulary: Vocabulary, published: &[&str]) {
    let ours: Vec<&str> = EventKind::ALL.iter().filter_map(|kind| vocabulary.name_of(*kind)).collect();
    let (published, unique): (BTreeSet<&str>, BTreeSet<&str>) =
        (published.iter().copied().collect(), ours.iter().copied().collect());
    assert_eq!(unique, published);
    assert_eq!(ours.len(), unique.len(), "two events have one name");
}

#[test]
fn names_lead_there_and_back() {
    for vocabulary in Vocabulary::ALL {
        for kind in EventKind::ALL {
            if let Some(name) = vocabulary.name_of(*kind) {
                assert_eq!(vocabulary.parse(name), Some(*kind));
                assert_eq!(vocabulary.parse(&format!("{name} ")), None);
            }
        }
        assert_eq!(vocabulary.parse(""), None);
    }
}

#[test]
fn what_has_no_counterpart_is_known() {
    let has = |vocabulary: Vocabulary, kind: &EventKind| vocabulary.name_of(*kind).is_some();
    let only_segment: BTreeSet<&EventKind> = EventKind::ALL
        .iter()
        .filter(|kind| has(Vocabulary::Segment, kind) && !has(Vocabulary::Ga4, kind))
        .filter(|kind| !has(Vocabulary::Snowplow, kind))
        .collect();
    assert_eq!(only_segment, ONLY_SEGMENT.iter().collect());
    let only_ga4: Vec<&EventKind> = EventKind::ALL
        .iter()
        .filter(|kind| has(Vocabulary::Ga4, kind) && !has(Vocabulary::Segment, kind))
        .collect();
    assert_eq!(only_ga4, [&EventKind::SearchResultsViewed, &EventKind::ShippingChosen]);
    let neither: Vec<&EventKind> = EventKind::ALL
        .iter()
        .filter(|kind| !has(Vocabulary::Ga4, kind) && !has(Vocabulary::Segment, kind))
        .collect();
    assert_eq!(neither, [&EventKind::PaymentDeclined]);
}

#[test]
fn an_event_of_ours_has_the_same_meaning_everywhere() {
    let same = |ga4, segment, snowplow, kind| {
        assert_eq!(Vocabulary::Ga4.parse(ga4), Some(kind));
        assert_eq!(Vocabulary::Segment.parse(segment), Some(kind));
        assert_eq!(Vocabulary::Snowplow.parse(snowplow), Some(kind));
    };
    same("view_item_list", "Product List Viewed", "list_view", EventKind::ListViewed);
    same("select_item", "Product Clicked", "list_click", EventKind::ProductSelected);
    same("view_item", "Product Viewed", "product_view", EventKind::ProductViewed);
    same("add_to_cart", "Product Added", "add_to_cart", EventKind::CartItemAdded);
    same("remove_from_cart", "Product Removed", "remove_from_cart", EventKind::CartItemRemoved);
    same("view_promotion", "Promotion Viewed", "promo_view", EventKind::PromotionViewed);
    same("select_promotion", "Promotion Clicked", "promo_click", EventKind::PromotionSelected);
    same("purchase", "Order Completed", "transaction", EventKind::OrderCompleted);
    same("refund", "Order Refunded", "refund", EventKind::OrderRefunded);
}

#[test]
fn no_two_fields_of_an_event_have_one_name() {
    for vocabulary in Vocabulary::ALL {
        for kind in EventKind::ALL {
            let texts = TextField::ALL.iter().filter_map(|field| field.name_in(*vocabulary, *kind));
            let amounts = AmountField::ALL.iter().filter_map(|field| field.name_in(*vocabulary, *kind));
            let items = ItemField::ALL.iter().filter_map(|field| field.name_in(*vocabulary));
            let others = ["currency", "step", "price", "quantity", "position"];
            // Of those whose item stands beside everything else, the names of items count as well.
            let beside = *vocabulary == Vocabulary::Segment && FLAT.contains(kind);
            let own = ["items", "products", "currency", "step"].into_iter().chain(texts).chain(amounts);
            let names: Vec<&str> = if beside {
                own.filter(|name| !others.contains(name)).chain(items).chain(others).collect()
            } else {
                own.collect()
            };
            let unique: BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(unique.len(), names.len(), "{vocabulary:?} {kind:?} {names:?}");
        }
    }
}

/// The events in which Segment has one product beside everything else.
pub(super) const FLAT: [EventKind; 9] = [
    EventKind::ProductSelected,
    EventKind::ProductViewed,
    EventKind::ProductShared,
    EventKind::ProductReviewed,
    EventKind::WishlistItemAdded,
    EventKind::WishlistItemRemoved,
    EventKind::WishlistItemMoved,
    EventKind::CartItemAdded,
    EventKind::CartItemRemoved,
];
