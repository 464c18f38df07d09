//! What the key figures of a shop are split by.

otel_core::capped_labels! {
    /// A way through the shop that is followed on its own, of which 8 are kept apart.
    pub struct FunnelName: "ecommerce.funnel.name", cap 8;
}

otel_core::labels! {
    /// How far somebody has come on the way to a purchase. The order is that of the way.
    pub enum FunnelStep: "ecommerce.funnel.step" {
        /// Looked at something.
        ViewItem = "view_item",
        /// Put something into the cart.
        AddToCart = "add_to_cart",
        /// Began to check out.
        BeginCheckout = "begin_checkout",
        /// Said where it should go.
        AddShippingInfo = "add_shipping_info",
        /// Said how it will be paid.
        AddPaymentInfo = "add_payment_info",
        /// Bought it.
        Purchase = "purchase",
    }

    /// What is odd about the time of a step of a funnel. The step is counted all the same.
    pub enum FunnelOddity: "ecommerce.funnel.oddity" {
        /// Its window is over, so its session is in no estimate.
        Late = "late",
        /// It was before the step it follows, so nothing was timed.
        Reversed = "reversed",
    }

    /// Which way money goes.
    pub enum RevenueEntry: "ecommerce.revenue.entry" {
        /// To the shop.
        Sale = "sale",
        /// Back to the customer.
        Refund = "refund",
    }

    /// Whether money had been counted already.
    pub enum Booking: "ecommerce.revenue.booking" {
        /// It had not, and has been now.
        New = "new",
        /// It had, and was not counted again.
        Repeated = "repeated",
    }

    /// Whether sums lack money that was refused.
    pub enum RevenueLack: "ecommerce.revenue.lack" {
        /// They do.
        Certain = "certain",
        /// They may have it already: the order was counted with another amount, or is too old to tell.
        Doubtful = "doubtful",
    }

    /// Why money was given back.
    pub enum RefundReason: "ecommerce.refund.reason" {
        /// The customer sent it back.
        Returned = "returned",
        /// The order was cancelled before it was delivered.
        Cancelled = "cancelled",
        /// It never arrived.
        NotReceived = "not_received",
        /// It arrived broken, or was something else.
        Defective = "defective",
        /// It was charged twice.
        DuplicateCharge = "duplicate_charge",
        /// Somebody else had paid.
        Fraud = "fraud",
        /// The price was corrected afterwards.
        PriceAdjusted = "price_adjusted",
        /// Anything else.
        Other = "other",
    }

    /// Why an amount could not be said in the reporting currency.
    pub enum RateGap: "ecommerce.fx.gap" {
        /// There is no rate of its currency.
        NoRate = "no_rate",
        /// The rates are too old for it.
        StaleRates = "stale_rates",
        /// There is no room for the reporting currency: somebody has filled it with what is no currency.
        ReportingCurrency = "reporting_currency",
        /// The result is more than the wire can hold.
        Overflow = "overflow",
    }

    /// How a cart came to be active.
    pub enum CartStart: "ecommerce.cart.start" {
        /// It had not been heard of.
        New = "new",
        /// It had been abandoned.
        Revived = "revived",
    }

    /// How it is known that a cart was abandoned.
    pub enum Abandonment: "ecommerce.cart.abandonment" {
        /// Somebody said so.
        Declared = "declared",
        /// Nothing was heard of it for too long.
        Silent = "silent",
    }

    /// How a cart ended that was not abandoned.
    pub enum CartEnd: "ecommerce.cart.end" {
        /// It was bought.
        Purchased = "purchased",
        /// Nothing was left in it.
        Emptied = "emptied",
        /// It made room for others, so nothing more is known of it.
        Evicted = "evicted",
    }

    /// How a search ended.
    pub enum SearchOutcome: "ecommerce.search.outcome" {
        /// With results, or with the answer that there are none.
        Answered = "answered",
        /// It took too long.
        TimedOut = "timed_out",
        /// It was not let in: too many at once, or not allowed.
        Rejected = "rejected",
        /// It went wrong.
        Failed = "failed",
    }

    /// What was said of a shop.
    pub enum KpiFact: "ecommerce.kpi.fact" {
        /// A step of a funnel.
        FunnelStep = "funnel_step",
        /// A sale.
        Sale = "sale",
        /// A refund.
        Refund = "refund",
        /// Something about a cart.
        Cart = "cart",
    }

    /// Why something that was said of a shop was not taken in. Then it changed nothing.
    pub enum KpiRefusal: "ecommerce.kpi.refusal" {
        /// An identifier is empty.
        Identifier = "identifier",
        /// An amount is negative, or a refund of nothing.
        Amount = "amount",
        /// There is no room for its currency, and amounts of several have no sum: somebody has filled the room with what is
        /// no currency.
        Currency = "currency",
        /// It is to happen only later.
        Future = "future",
        /// It is too old to tell whether it has been counted, or older than what is known already.
        Late = "late",
        /// It was counted already, with another amount.
        Contradiction = "contradiction",
        /// It is about the end of a cart that nothing is known of, or that has ended already.
        Unknown = "unknown",
        /// The sum would be more than the wire can hold.
        Overflow = "overflow",
    }

    /// What is remembered of a shop, as far as there is room.
    pub enum KpiMemory: "ecommerce.kpi.memory" {
        /// Which sessions are on which step.
        Sessions = "sessions",
        /// Which sales and refunds have been counted.
        Bookings = "bookings",
        /// Carts, those among them that were abandoned or have ended.
        Carts = "carts",
    }
}
