//! What is said of payments that are asked for.

use otel_core::{
    Choice, CounterDef, EventDef, HistogramDef, Key, Label, Minor, Pseudonym, Severity, SpanDef, SpanKind,
    Text, Unit,
};

use crate::labels::{
    PaymentFailure, PaymentMethod, PaymentNetwork, PaymentOperation, PaymentResult, PaymentService,
};

/// What is paid with.
pub const METHOD: Key<Choice<PaymentMethod>> = Key::new(PaymentMethod::KEY, "What is paid with.");
/// The network.
pub const NETWORK: Key<Choice<PaymentNetwork>> =
    Key::new(PaymentNetwork::KEY, "The network that the payment goes through.");
/// What became of it.
pub const RESULT: Key<Choice<PaymentResult>> = Key::new(PaymentResult::KEY, "What became of the payment.");
/// Whether the shop did its part.
pub const SERVICE: Key<Choice<PaymentService>> = Key::new(
    PaymentService::KEY,
    "What became of a payment that its issuer did not decline: whether the shop could do its part.",
);
/// What is done with it.
pub const OPERATION: Key<Choice<PaymentOperation>> =
    Key::new(PaymentOperation::KEY, "What is done with a payment that is authorised.");
/// How much.
pub const AMOUNT: Key<Minor> =
    Key::new("ecommerce.payment.amount.minor", "How much is paid, in minor units of the currency.");
/// The payment, as its service calls it.
pub const TRANSACTION_ID: Key<Text> =
    Key::new("ecommerce.payment.transaction.id", "The payment service's identifier of the payment.");
/// What was done with it, as its service calls that.
pub const MOVEMENT_ID: Key<Text> = Key::new(
    "ecommerce.payment.movement.id",
    "The payment service's identifier of what it took, gave back or released of the payment.",
);
/// What makes it be carried out once.
pub const IDEMPOTENCY_KEY: Key<Text> = Key::new(
    "ecommerce.payment.idempotency_key",
    "What makes a request that is sent twice be carried out once.",
);
/// What is charged.
pub const CARD_TOKEN: Key<Pseudonym> = Key::new(
    "ecommerce.payment.card.token",
    "A keyed hash of the payment service's token of the card or account that is charged.",
);

/// A payment is authorised.
pub const AUTHORIZE_PAYMENT: SpanDef = SpanDef::new(
    "authorize_payment",
    SpanKind::Client,
    "The payment service is asked to authorise a payment.",
);
/// A payment is taken.
pub const CAPTURE_PAYMENT: SpanDef = SpanDef::new(
    "capture_payment",
    SpanKind::Client,
    "The payment service is asked to take what is authorised.",
);
/// A payment is given back.
pub const REFUND_PAYMENT: SpanDef =
    SpanDef::new("refund_payment", SpanKind::Client, "The payment service is asked to give money back.");

/// A payment was authorised.
pub const AUTHORIZED: EventDef =
    EventDef::new("ecommerce.payment.authorized", Severity::Info, "A payment was authorised.");
/// A payment was declined.
pub const DECLINED: EventDef =
    EventDef::new("ecommerce.payment.declined", Severity::Info, "The issuer did not agree to a payment.");
/// A payment was taken.
pub const CAPTURED: EventDef =
    EventDef::new("ecommerce.payment.captured", Severity::Info, "A payment was taken.");
/// A payment was given back.
pub const REFUNDED: EventDef =
    EventDef::new("ecommerce.payment.refunded", Severity::Info, "A payment was given back.");
/// A payment could not be made.
pub const FAILED: EventDef = EventDef::new(
    "ecommerce.payment.failed",
    Severity::Error,
    "A payment could not be made, and not because of its issuer.",
);

/// How long authorisations take.
pub const AUTHORIZATION_DURATION: HistogramDef<(PaymentMethod, PaymentNetwork, Option<PaymentFailure>)> =
    HistogramDef::new(
        "ecommerce.payment.authorization.duration",
        Unit::SECONDS,
        "How long the authorisation of a payment takes, by why it was not given.",
    );
/// Authorisations that no issuer declined.
pub const AUTHORIZATIONS: CounterDef<(PaymentMethod, PaymentService)> = CounterDef::new(
    "ecommerce.payment.authorizations",
    Unit::new("{payment}"),
    "Payments that were to be authorised and that no issuer declined: what the authorisation ratio is of.",
);
/// How long it takes to take money and to give it back.
pub const OPERATION_DURATION: HistogramDef<(PaymentOperation, PaymentMethod, Option<PaymentFailure>)> =
    HistogramDef::new(
        "ecommerce.payment.operation.duration",
        Unit::SECONDS,
        "How long it takes to take money that is authorised, or to give it back.",
    );

/// The name of the alert on authorisations that fail.
pub(crate) const AUTHORIZATIONS_LOW: &str = "ecommerce_payment_authorizations_low";
/// What the alert on authorisations that fail means.
pub(crate) const AUTHORIZATIONS_LOW_MEANS: &str = "Fewer than nineteen in twenty payments are authorised, declines by issuers left out: the payment service or the way to it fails.";
