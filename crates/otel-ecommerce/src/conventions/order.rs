//! What is said of orders.

use otel_core::{
    Choice, Count, CounterDef, EventDef, HistogramDef, Key, Label, Minor, Severity, SpanDef, SpanKind, Text,
    Time, Unit,
};

use crate::labels::{Channel, OrderFact, OrderFailure, OrderStatus, OrderViolation};

/// What the order is at.
pub const STATUS: Key<Choice<OrderStatus>> = Key::new(OrderStatus::KEY, "What the order is at.");
/// What the order was at.
pub const PREVIOUS_STATUS: Key<Choice<OrderStatus>> =
    Key::new("ecommerce.order.previous_status", "What the order was at before.");
/// What was said to have happened.
pub const FACT: Key<Choice<OrderFact>> = Key::new(OrderFact::KEY, "What was said to have happened.");
/// What is wrong with it.
pub const VIOLATION: Key<Choice<OrderViolation>> =
    Key::new(OrderViolation::KEY, "What is wrong with the fact.");
/// What is to be paid.
pub const TOTAL: Key<Minor> = Key::new(
    "ecommerce.order.amount.minor",
    "What is to be paid for the order, or was given back, in minor units of the currency.",
);
/// How much is authorised.
pub const AUTHORIZED_AMOUNT: Key<Minor> = Key::new(
    "ecommerce.order.authorized.minor",
    "How much was authorised, what was taken and released of it included, in minor units of the currency.",
);
/// How much came without.
pub const RECEIVED_AMOUNT: Key<Minor> = Key::new(
    "ecommerce.order.received.minor",
    "How much came without having been authorised, what was given back included, in minor units of the currency.",
);
/// How much was released.
pub const VOIDED_AMOUNT: Key<Minor> = Key::new(
    "ecommerce.order.voided.minor",
    "How much of what was authorised was released without having been taken, in minor units of the currency.",
);
/// How much was taken.
pub const CAPTURED_AMOUNT: Key<Minor> = Key::new(
    "ecommerce.order.captured.minor",
    "How much of what was authorised was taken, what was given back included, in minor units of the currency.",
);
/// How much was given back.
pub const REFUNDED_AMOUNT: Key<Minor> =
    Key::new("ecommerce.order.refunded.minor", "How much was given back, in minor units of the currency.");
/// How many items.
pub const ITEMS: Key<Count> =
    Key::new("ecommerce.order.item.count", "How many items the order is of, or came back.");
/// What came back together.
pub const RETURN_ID: Key<Text> =
    Key::new("ecommerce.order.return.id", "The identifier of items that came back together.");
/// How many items came back.
pub const ITEMS_RETURNED: Key<Count> =
    Key::new("ecommerce.order.item.returned", "How many items of the order came back.");
/// When it was given.
pub const PLACED_AT: Key<Time> =
    Key::new("ecommerce.order.placed_at", "When the order was given, in nanoseconds since the Unix epoch.");
/// How many spans an order's life was told in.
pub const PARTS: Key<Count> =
    Key::new("ecommerce.order.parts", "How many spans the life of the order was told in.");
/// The checkout.
pub const CHECKOUT_ID: Key<Text> = Key::new(
    "ecommerce.checkout.id",
    "The identifier of the checkout: there is one before there is an order.",
);
/// The cart.
pub const CART_ID: Key<Text> = Key::new("ecommerce.cart.id", "The identifier of the cart.");

/// An order, until it is parked or over.
pub const PROCESS_ORDER: SpanDef =
    SpanDef::new("process_order", SpanKind::Internal, "An order, as long as it is followed without a break.");
/// One step of an order that was parked.
pub const ORDER_STEP: SpanDef = SpanDef::new(
    "process_order_step",
    SpanKind::Internal,
    "What happened at once to an order that waits most of its life.",
);
/// The whole life of an order that was parked.
pub const ORDER_SUMMARY: SpanDef = SpanDef::new(
    "order_summary",
    SpanKind::Internal,
    "The whole life of an order that was parked, with links to its parts.",
);

macro_rules! order_events {
    ($($name:ident: $event:literal, $severity:ident, $brief:literal;)+) => {
        $(#[doc = $brief] pub const $name: EventDef = EventDef::new($event, Severity::$severity, $brief);)+
    };
}

order_events! {
    COMPLETED: "ecommerce.order.completed", Info, "A purchase was completed: its order is being prepared.";
    RESUMED: "ecommerce.order.resumed", Info, "An order that waited is being prepared again.";
    PAYMENT_MISSED: "ecommerce.order.payment_missed", Warn, "An order has to be paid for again.";
    READIED: "ecommerce.order.readied", Info, "An order can be fetched.";
    SHIPPED: "ecommerce.order.shipped", Info, "An order is on its way.";
    DELIVERED: "ecommerce.order.delivered", Info, "A buyer has what was ordered.";
    CANCELLED: "ecommerce.order.cancelled", Info, "An order was cancelled.";
    RETURNED: "ecommerce.order.returned", Info, "All of an order came back.";
    STALLED: "ecommerce.order.stalled", Warn, "Somebody has to look at an order.";
    SOME_RETURNED: "ecommerce.order.items_returned", Info, "Items of an order came back.";
    AUTHORIZED: "ecommerce.order.payment_authorized", Info, "A payment for an order was authorised.";
    RECEIVED: "ecommerce.order.payment_received", Info, "Money for an order came without having been authorised before.";
    VOIDED: "ecommerce.order.payment_voided", Info, "An authorisation for an order was released.";
    CAPTURED: "ecommerce.order.payment_captured", Info, "Money for an order was taken.";
    REFUNDED: "ecommerce.order.refunded", Info, "Money for an order was given back.";
    VIOLATED: "ecommerce.order.violated", Warn, "A fact about an order contradicts what is known of it.";
}

/// Orders, by what they came to.
pub const ORDERS: CounterDef<(OrderStatus, Channel, Option<OrderFailure>)> = CounterDef::new(
    "ecommerce.orders",
    Unit::new("{order}"),
    "Orders that came to a status; those that are new have to be paid for.",
);
/// From meeting an order to handing it over, or giving up.
pub const PROCESSING_DURATION: HistogramDef<(Channel, Option<OrderFailure>)> = HistogramDef::new(
    "ecommerce.order.processing.duration",
    Unit::SECONDS,
    "From the beginning of an order until it is handed over, or is not going to be.",
);
/// What was said of orders.
pub const FACTS: CounterDef<OrderFact> = CounterDef::new(
    "ecommerce.order.facts",
    Unit::new("{fact}"),
    "What was said to have happened to orders, whatever was made of it.",
);
/// Facts that contradict what is known of an order.
pub const TRANSITION_VIOLATIONS: CounterDef<(OrderFact, OrderViolation)> = CounterDef::new(
    "ecommerce.order.transition.violations",
    Unit::new("{violation}"),
    "Facts that contradict what is known of an order.",
);
/// Facts that would not be known again.
pub const FORGOTTEN: CounterDef<()> = CounterDef::new(
    "ecommerce.order.forgotten",
    Unit::new("{fact}"),
    "Facts about orders that were forgotten because others came: told again, they would be added again.",
);

/// The name of the alert on impossible facts.
pub(crate) const TRANSITIONS_ILLEGAL: &str = "ecommerce_order_transitions_illegal";
/// What the alert on impossible facts means.
pub(crate) const TRANSITIONS_ILLEGAL_MEANS: &str = "Orders are said to come to what they cannot come to: messages are lost or misrouted, or goods leave for orders that are cancelled.";
/// The name of the alert on amounts that exceed one another.
pub(crate) const AMOUNTS_EXCEEDED: &str = "ecommerce_order_amounts_exceeded";
/// What the alert on amounts that exceed one another means.
pub(crate) const AMOUNTS_EXCEEDED_MEANS: &str = "More was taken than is authorised, or more given back than was taken: stop it and compare with the payment service.";
/// The name of the alert on amounts that nothing is known of.
pub(crate) const AMOUNTS_UNMATCHED: &str = "ecommerce_order_amounts_unmatched";
/// What the alert on amounts that nothing is known of means.
pub(crate) const AMOUNTS_UNMATCHED_MEANS: &str = "Money was taken that nobody said was authorised, or given back that nobody said was taken: messages of the payment service are lost or late, or sales in one step are told as captures.";
