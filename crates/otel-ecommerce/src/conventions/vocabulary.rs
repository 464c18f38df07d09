//! What is said of the steps of a purchase, and what other vocabularies call them.
//!
//! The names are those of the recommended events of Google Analytics 4, of Segment's e-commerce specification v2, which
//! PostHog and RudderStack share, of Snowplow's schema `snowplow_ecommerce_action` 1-0-2, and of schema.org's
//! `OrderStatus`.

mod events;
mod fields;

use otel_core::{
    Choice, Count, CounterDef, EventDef, Int, Key, Label, Minor, Severity, Text, TextList, Unit,
};

use crate::labels::EventRefusal;

pub use super::order::{
    CANCELLED as ORDER_CANCELLED, CART_ID, CHECKOUT_ID, COMPLETED as ORDER_COMPLETED,
    REFUNDED as ORDER_REFUNDED,
};
pub use super::payment::DECLINED as PAYMENT_DECLINED;
pub use super::search::PERFORMED as SEARCH_PERFORMED;
pub use events::{EventKind, Vocabulary};
pub use fields::{AmountField, ItemField, TextField};
pub(crate) use fields::{
    CURRENCY_NAME, GA4_ITEMS, ITEM_DISCOUNT, ITEM_INDEX, ITEM_PRICE, ITEM_QUANTITY, SEARCH_TERM,
    SEGMENT_PRODUCTS, STEP_NAME,
};

/// The step of the checkout.
pub const CHECKOUT_STEP: Key<Int> =
    Key::new("ecommerce.checkout.step", "The number of the step of the checkout.");
/// The coupon.
pub const COUPON_CODE: Key<Text> = Key::new("ecommerce.coupon.code", "The code of the coupon.");
/// The coupon's name.
pub const COUPON_NAME: Key<Text> = Key::new("ecommerce.coupon.name", "The name of the coupon.");
/// Why not.
pub const COUPON_DENIAL: Key<Text> = Key::new("ecommerce.coupon.denial", "Why the coupon was denied.");
/// The shop.
pub const AFFILIATION: Key<Text> =
    Key::new("ecommerce.affiliation", "The shop, or who brought the customer to it.");
/// The list.
pub const LIST_ID: Key<Text> = Key::new("ecommerce.list.id", "The identifier of the list of products.");
/// The list's name.
pub const LIST_NAME: Key<Text> = Key::new("ecommerce.list.name", "The name of the list of products.");
/// The list's category.
pub const LIST_CATEGORY: Key<Text> =
    Key::new("ecommerce.list.category", "The category that the list of products shows.");
/// How it is sent.
pub const SHIPPING_METHOD: Key<Text> =
    Key::new("ecommerce.shipping.method", "How it is to be sent, as the shop calls it.");
/// How it is paid.
pub const PAYMENT_OPTION: Key<Text> =
    Key::new("ecommerce.payment.option", "How it is to be paid, as the shop calls it.");
/// The promotion.
pub const PROMOTION_ID: Key<Text> = Key::new("ecommerce.promotion.id", "The identifier of the promotion.");
/// The promotion's name.
pub const PROMOTION_NAME: Key<Text> = Key::new("ecommerce.promotion.name", "The name of the promotion.");
/// What is shown of it.
pub const PROMOTION_CREATIVE: Key<Text> =
    Key::new("ecommerce.promotion.creative", "Which picture or text of the promotion is shown.");
/// Where it is shown.
pub const PROMOTION_SLOT: Key<Text> =
    Key::new("ecommerce.promotion.slot", "Where on the page the promotion is shown.");
/// The wish list.
pub const WISHLIST_ID: Key<Text> = Key::new("ecommerce.wishlist.id", "The identifier of the wish list.");
/// The wish list's name.
pub const WISHLIST_NAME: Key<Text> = Key::new("ecommerce.wishlist.name", "The name of the wish list.");
/// How it is shared.
pub const SHARE_METHOD: Key<Text> = Key::new("ecommerce.share.method", "Through what it is shared.");
/// The review.
pub const REVIEW_ID: Key<Text> = Key::new("ecommerce.review.id", "The identifier of the review.");
/// What the review says in short.
pub const REVIEW_RATING: Key<Text> = Key::new("ecommerce.review.rating", "The rating of the review.");
/// How many items.
pub const ITEM_COUNT: Key<Count> = Key::new("ecommerce.item.count", "How many items it is about.");
/// How many pieces.
pub const ITEM_PIECES: Key<Count> =
    Key::new("ecommerce.item.pieces", "How many pieces of all items together.");
/// Which items.
pub const ITEM_IDS: Key<TextList> =
    Key::new("ecommerce.item.ids", "The identifiers of the first twenty items.");
/// What the items are worth.
pub const AMOUNT_VALUE: Key<Minor> = Key::new(
    "ecommerce.amount.value",
    "What the items are worth in minor units of the currency, without tax and shipping.",
);
/// The tax.
pub const AMOUNT_TAX: Key<Minor> =
    Key::new("ecommerce.amount.tax", "The tax in minor units of the currency.");
/// The shipping.
pub const AMOUNT_SHIPPING: Key<Minor> =
    Key::new("ecommerce.amount.shipping", "What it costs to send it, in minor units of the currency.");
/// The discount.
pub const AMOUNT_DISCOUNT: Key<Minor> =
    Key::new("ecommerce.amount.discount", "What is taken off, in minor units of the currency.");

/// Why it was not taken.
pub const REFUSAL: Key<Choice<EventRefusal>> =
    Key::new(EventRefusal::KEY, "Why an event in the words of others was not taken.");

/// What was not taken.
pub const REFUSALS: CounterDef<EventRefusal> = CounterDef::new(
    "ecommerce.vocabulary.refusals",
    Unit::new("{event}"),
    "Events in the words of others that were not taken: purchases may be among them.",
);

macro_rules! event_definitions {
    ($($const:ident = $name:literal: $brief:literal;)+) => {$(
        #[doc = $brief]
        pub const $const: EventDef = EventDef::new($name, Severity::Info, $brief);
    )+};
}

event_definitions! {
    SEARCH_RESULTS_VIEWED = "ecommerce.search.results.viewed": "Somebody saw what a search found.";
    LIST_VIEWED = "ecommerce.list.viewed": "Somebody saw a list of products.";
    LIST_FILTERED = "ecommerce.list.filtered": "Somebody filtered or sorted a list of products.";
    PRODUCT_SELECTED = "ecommerce.product.selected": "Somebody chose a product of a list.";
    PRODUCT_VIEWED = "ecommerce.product.viewed": "Somebody saw a product.";
    PRODUCT_SHARED = "ecommerce.product.shared": "Somebody told others of a product.";
    PRODUCT_REVIEWED = "ecommerce.product.reviewed": "Somebody reviewed a product.";
    WISHLIST_ITEM_ADDED = "ecommerce.wishlist.item.added": "Somebody put a product on a wish list.";
    WISHLIST_ITEM_REMOVED = "ecommerce.wishlist.item.removed": "Somebody took a product off a wish list.";
    WISHLIST_ITEM_MOVED = "ecommerce.wishlist.item.moved": "Somebody put a product of a wish list into a cart.";
    CART_ITEM_ADDED = "ecommerce.cart.item.added": "Somebody put a product into a cart.";
    CART_ITEM_REMOVED = "ecommerce.cart.item.removed": "Somebody took a product out of a cart.";
    CART_VIEWED = "ecommerce.cart.viewed": "Somebody looked at a cart.";
    CART_SHARED = "ecommerce.cart.shared": "Somebody told others of a cart.";
    CHECKOUT_STARTED = "ecommerce.checkout.started": "Somebody began to check out.";
    CHECKOUT_STEP_VIEWED = "ecommerce.checkout.step.viewed": "Somebody came to a step of the checkout.";
    CHECKOUT_STEP_COMPLETED = "ecommerce.checkout.step.completed": "Somebody completed a step of the checkout.";
    CHECKOUT_SHIPPING_CHOSEN = "ecommerce.checkout.shipping.chosen": "Somebody said how it is to be sent.";
    CHECKOUT_PAYMENT_CHOSEN = "ecommerce.checkout.payment.chosen": "Somebody said how it is to be paid.";
    COUPON_ENTERED = "ecommerce.coupon.entered": "Somebody entered a coupon.";
    COUPON_APPLIED = "ecommerce.coupon.applied": "A coupon was taken.";
    COUPON_DENIED = "ecommerce.coupon.denied": "A coupon was not taken.";
    COUPON_REMOVED = "ecommerce.coupon.removed": "Somebody took a coupon back.";
    PROMOTION_VIEWED = "ecommerce.promotion.viewed": "Somebody saw a promotion.";
    PROMOTION_SELECTED = "ecommerce.promotion.selected": "Somebody followed a promotion.";
    ORDER_UPDATED = "ecommerce.order.updated": "An order was changed.";
}
