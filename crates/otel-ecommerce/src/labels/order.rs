//! What orders are at, what happens to them, and what is wrong with it.

otel_core::labels! {
    /// What an order is at: the `OrderStatus` of schema.org.
    pub enum OrderStatus: "ecommerce.order.status" {
        /// It has to be paid for: `OrderPaymentDue`.
        PaymentDue = "payment_due",
        /// It is being prepared: `OrderProcessing`.
        Processing = "processing",
        /// It can be fetched: `OrderPickupAvailable`.
        PickupAvailable = "pickup_available",
        /// It is on its way: `OrderInTransit`.
        InTransit = "in_transit",
        /// Its buyer has it: `OrderDelivered`.
        Delivered = "delivered",
        /// There will be nothing of it: `OrderCancelled`.
        Cancelled = "cancelled",
        /// All of it came back: `OrderReturned`.
        Returned = "returned",
        /// Somebody has to look at it: `OrderProblem`.
        Problem = "problem",
    }

    /// What is said to have happened to an order.
    pub enum OrderFact: "ecommerce.order.fact" {
        /// It has to be paid for.
        PaymentDue = "payment_due",
        /// It is being prepared.
        Processing = "processing",
        /// It can be fetched.
        PickupAvailable = "pickup_available",
        /// It is on its way.
        InTransit = "in_transit",
        /// Its buyer has it.
        Delivered = "delivered",
        /// There will be nothing of it.
        Cancelled = "cancelled",
        /// All of it came back.
        Returned = "returned",
        /// Somebody has to look at it.
        Problem = "problem",
        /// Some of it came back.
        ItemsReturned = "items_returned",
        /// A payment for it was authorised.
        Authorized = "authorized",
        /// A payment for it came without having been authorised before.
        Received = "received",
        /// An authorisation was released.
        Voided = "voided",
        /// Money for it was taken.
        Captured = "captured",
        /// Money for it was given back.
        Refunded = "refunded",
    }

    /// What is wrong with a fact about an order.
    pub enum OrderViolation: "ecommerce.order.violation.class" {
        /// Steps before it are missing; it is believed all the same.
        Skipped = "skipped",
        /// It was said before.
        Repeated = "repeated",
        /// Something else was said before under its identifier.
        Conflict = "conflict",
        /// It has no identifier, so that nobody would know it again.
        Identifier = "identifier",
        /// The order is past it: the message was overtaken by others. That it was completed is believed all the same.
        Overtaken = "overtaken",
        /// It cannot follow from what the order is at.
        Illegal = "illegal",
        /// The amount is in another currency than the order.
        Currency = "currency",
        /// The amount is not more than nothing, or more than can be added up.
        Amount = "amount",
        /// Nothing is known to be authorised of what is taken, or taken of what is given back; it is believed all the
        /// same, and put right by the message that it has overtaken.
        Unmatched = "unmatched",
        /// Money came in for what was cancelled or came back; it is believed all the same.
        AfterEnd = "after_end",
        /// More than was authorised is taken, or more given back than was taken; it is believed all the same.
        Excess = "excess",
        /// More items would come back than were ordered, or none.
        Items = "items",
    }
}

otel_core::labels! {
    /// Why an order came to nothing, or needs somebody to look at it.
    pub enum OrderFailure: "error.type" {
        /// Nobody paid in time.
        Expired = "expired",
        /// The payment was declined.
        PaymentDeclined = "payment_declined",
        /// It looked like fraud.
        Fraud = "fraud",
        /// There is no such address.
        Address = "address",
        /// The payment could not be made, and not because of its issuer.
        PaymentFailed = "payment_failed",
        /// It is sold out.
        OutOfStock = "out_of_stock",
        /// It was not packed, or packed wrongly.
        Fulfilment = "fulfilment",
        /// It was lost or damaged on its way.
        Delivery = "delivery",
        /// It was priced wrongly.
        Price = "price",
        /// Anything else that is wrong with the shop.
        Internal = "internal",
    }
}

impl OrderFailure {
    /// Whether the shop or who works for it is to blame, and not the buyer, or their bank: what makes an error of the
    /// span.
    pub const fn is_fault(self) -> bool {
        !matches!(self, Self::Expired | Self::PaymentDeclined | Self::Fraud | Self::Address)
    }
}

impl From<OrderStatus> for OrderFact {
    fn from(status: OrderStatus) -> Self {
        match status {
            OrderStatus::PaymentDue => Self::PaymentDue,
            OrderStatus::Processing => Self::Processing,
            OrderStatus::PickupAvailable => Self::PickupAvailable,
            OrderStatus::InTransit => Self::InTransit,
            OrderStatus::Delivered => Self::Delivered,
            OrderStatus::Cancelled => Self::Cancelled,
            OrderStatus::Returned => Self::Returned,
            OrderStatus::Problem => Self::Problem,
        }
    }
}
