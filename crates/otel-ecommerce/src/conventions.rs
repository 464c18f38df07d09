//! Everything this crate emits, as const data: with `labels`, the only words that leave the process.

pub mod gateway;
pub mod store;
pub mod vocabulary;

use otel_core::{Catalogue, Choice, Currency, Key, Label, Pseudonym, Text};

use crate::alerts::ALERTS;
use crate::labels::{Channel, CurrencyCode};

/// The currency of an amount.
pub const CURRENCY: Key<Currency> =
    Key::new(CurrencyCode::KEY, "The currency of the amount: an ISO 4217 code.");
/// Where the shop was used.
pub const CHANNEL: Key<Choice<Channel>> = Key::new(Channel::KEY, "Through which channel the shop was used.");
/// The order.
pub const ORDER_ID: Key<Text> = Key::new("ecommerce.order.id", "The identifier of the order.");
/// Who it was.
pub const USER: Key<Pseudonym> = Key::new(
    "ecommerce.user.pseudonym",
    "The keyed pseudonym of the user; the user's identifier never leaves.",
);

/// Everything this crate emits.
pub const CATALOGUE: Catalogue = Catalogue {
    name: env!("CARGO_PKG_NAME"),
    version: env!("CARGO_PKG_VERSION"),
    attributes: &[
        CURRENCY.facts(),
        CHANNEL.facts(),
        ORDER_ID.facts(),
        USER.facts(),
        store::SYSTEM.facts(),
        store::NAMESPACE.facts(),
        store::COLLECTION.facts(),
        store::OPERATION.facts(),
        store::QUERY_TEXT.facts(),
        store::QUERY_SUMMARY.facts(),
        store::BATCH_SIZE.facts(),
        store::STATUS_CODE.facts(),
        store::RETURNED_ROWS.facts(),
        store::SERVER_ADDRESS.facts(),
        store::SERVER_PORT.facts(),
        gateway::METHOD.facts(),
        gateway::ROUTE.facts(),
        gateway::STATUS.facts(),
        gateway::RESPONSE_CLASS.facts(),
        gateway::CLIENT.facts(),
        gateway::LIMIT_SCOPE.facts(),
        gateway::LIMIT_DECISION.facts(),
        gateway::LIMIT_REQUESTS.facts(),
        gateway::LIMIT_REMAINING.facts(),
        gateway::LIMIT_RESET.facts(),
        gateway::AUTH_SCHEME.facts(),
        gateway::AUTH_FAILURE.facts(),
        gateway::ACCESS.facts(),
        vocabulary::CHECKOUT_ID.facts(),
        vocabulary::CHECKOUT_STEP.facts(),
        vocabulary::CART_ID.facts(),
        vocabulary::COUPON_CODE.facts(),
        vocabulary::COUPON_NAME.facts(),
        vocabulary::COUPON_DENIAL.facts(),
        vocabulary::AFFILIATION.facts(),
        vocabulary::LIST_ID.facts(),
        vocabulary::LIST_NAME.facts(),
        vocabulary::LIST_CATEGORY.facts(),
        vocabulary::SHIPPING_METHOD.facts(),
        vocabulary::PAYMENT_OPTION.facts(),
        vocabulary::PROMOTION_ID.facts(),
        vocabulary::PROMOTION_NAME.facts(),
        vocabulary::PROMOTION_CREATIVE.facts(),
        vocabulary::PROMOTION_SLOT.facts(),
        vocabulary::WISHLIST_ID.facts(),
        vocabulary::WISHLIST_NAME.facts(),
        vocabulary::SHARE_METHOD.facts(),
        vocabulary::REVIEW_ID.facts(),
        vocabulary::REVIEW_RATING.facts(),
        vocabulary::ITEM_COUNT.facts(),
        vocabulary::ITEM_PIECES.facts(),
        vocabulary::ITEM_IDS.facts(),
        vocabulary::AMOUNT_VALUE.facts(),
        vocabulary::AMOUNT_TAX.facts(),
        vocabulary::AMOUNT_SHIPPING.facts(),
        vocabulary::AMOUNT_DISCOUNT.facts(),
    ],
    spans: &[store::CLIENT_OPERATION, gateway::REQUEST],
    events: &[
        gateway::REQUEST_LIMITED,
        gateway::AUTHENTICATION_FAILED,
        gateway::ACCESS_DENIED,
        vocabulary::SEARCH_RESULTS_VIEWED,
        vocabulary::LIST_VIEWED,
        vocabulary::LIST_FILTERED,
        vocabulary::PRODUCT_SELECTED,
        vocabulary::PRODUCT_VIEWED,
        vocabulary::PRODUCT_SHARED,
        vocabulary::PRODUCT_REVIEWED,
        vocabulary::WISHLIST_ITEM_ADDED,
        vocabulary::WISHLIST_ITEM_REMOVED,
        vocabulary::WISHLIST_ITEM_MOVED,
        vocabulary::CART_ITEM_ADDED,
        vocabulary::CART_ITEM_REMOVED,
        vocabulary::CART_VIEWED,
        vocabulary::CART_SHARED,
        vocabulary::CHECKOUT_STARTED,
        vocabulary::CHECKOUT_STEP_VIEWED,
        vocabulary::CHECKOUT_STEP_COMPLETED,
        vocabulary::CHECKOUT_SHIPPING_CHOSEN,
        vocabulary::CHECKOUT_PAYMENT_CHOSEN,
        vocabulary::COUPON_ENTERED,
        vocabulary::COUPON_APPLIED,
        vocabulary::COUPON_DENIED,
        vocabulary::COUPON_REMOVED,
        vocabulary::PROMOTION_VIEWED,
        vocabulary::PROMOTION_SELECTED,
        vocabulary::ORDER_UPDATED,
        vocabulary::SEARCH_PERFORMED,
        vocabulary::ORDER_COMPLETED,
        vocabulary::ORDER_CANCELLED,
        vocabulary::ORDER_REFUNDED,
        vocabulary::PAYMENT_DECLINED,
    ],
    metrics: &[
        store::OPERATION_DURATION.facts(),
        gateway::REQUEST_DURATION.facts(),
        gateway::LIMIT_DECISIONS.facts(),
        gateway::AUTHENTICATIONS.facts(),
        gateway::AUTHENTICATION_FAILURES.facts(),
        gateway::ACCESS_DECISIONS.facts(),
    ],
    alerts: ALERTS,
};
