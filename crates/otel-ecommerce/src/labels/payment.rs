//! How is paid, and why it is not.

otel_core::labels! {
    /// What is paid with.
    pub enum PaymentMethod: "ecommerce.payment.method" {
        /// A card.
        Card = "card",
        /// A wallet.
        Wallet = "wallet",
        /// A transfer.
        BankTransfer = "bank_transfer",
        /// A direct debit.
        DirectDebit = "direct_debit",
        /// An invoice.
        Invoice = "invoice",
        /// Instalments, or later.
        PayLater = "pay_later",
        /// A voucher or the balance of an account with the shop.
        StoreCredit = "store_credit",
        /// Cash, at a till or on delivery.
        Cash = "cash",
        /// Anything else.
        Other = "other",
    }

    /// The network a payment goes through.
    pub enum PaymentNetwork: "ecommerce.payment.network" {
        /// Visa.
        Visa = "visa",
        /// Mastercard and Maestro.
        Mastercard = "mastercard",
        /// American Express.
        Amex = "amex",
        /// Discover and Diners Club.
        Discover = "discover",
        /// JCB.
        Jcb = "jcb",
        /// UnionPay.
        UnionPay = "unionpay",
        /// Any other network: of one country, or between banks.
        Other = "other",
        /// There is none, or nobody knows.
        Unknown = "unknown",
    }

    /// What became of a payment that was asked for.
    pub enum PaymentResult: "ecommerce.payment.result" {
        /// It was made.
        Approved = "approved",
        /// Who was to pay, or their bank, did not agree.
        Declined = "declined",
        /// It could not be made.
        Failed = "failed",
    }

    /// What became of a payment that its issuer did not decline: whether the shop could do its part.
    pub enum PaymentService: "ecommerce.payment.service" {
        /// It was authorised.
        Served = "served",
        /// It could not be asked for, or nobody answered.
        Failed = "failed",
    }

    /// What is done with a payment that is authorised.
    pub enum PaymentOperation: "ecommerce.payment.operation" {
        /// The money is taken.
        Capture = "capture",
        /// The money is given back.
        Refund = "refund",
    }
}

otel_core::labels! {
    /// Why a payment was not made: the issuer declined, or somebody else failed.
    pub enum PaymentFailure: "error.type" {
        /// Declined, and nobody said why.
        DoNotHonor = "do_not_honor",
        /// Declined: there is not enough money.
        InsufficientFunds = "insufficient_funds",
        /// Declined: it is more, or more often, than the card allows.
        LimitExceeded = "limit_exceeded",
        /// Declined: the card has expired.
        ExpiredCard = "expired_card",
        /// Declined: there is no such card or account, or it is closed.
        InvalidCard = "invalid_card",
        /// Declined: the security code is wrong.
        WrongSecurityCode = "wrong_security_code",
        /// Declined: the card was lost or stolen.
        LostOrStolen = "lost_or_stolen",
        /// Declined: it looks like fraud to the issuer.
        SuspectedFraud = "suspected_fraud",
        /// Declined: the payer has to prove who they are first.
        AuthenticationRequired = "authentication_required",
        /// Declined: the payer did not prove who they are.
        AuthenticationFailed = "authentication_failed",
        /// Declined: the card is not for this.
        NotPermitted = "not_permitted",
        /// Failed: nobody answered in time. The money may have moved.
        Timeout = "timeout",
        /// Failed: the payment service or the issuer could not be reached.
        Unavailable = "unavailable",
        /// Failed: the payment service did not understand the request.
        InvalidRequest = "invalid_request",
        /// Failed: the payment service does not know the shop.
        Configuration = "configuration",
        /// Failed: the same was asked for before, with something else in it.
        Conflict = "conflict",
        /// Failed: anything else that is wrong with the shop or its payment service.
        Internal = "internal",
        /// Failed: nobody said how it ended. The money may have moved.
        Abandoned = "abandoned",
        /// Failed: the code that asked for it panicked. The money may have moved.
        Panic = "panic",
    }
}

impl PaymentFailure {
    /// Whether who was to pay, or their bank, did not agree: no fault of the shop, and not its error.
    pub const fn is_decline(self) -> bool {
        match self {
            Self::DoNotHonor
            | Self::InsufficientFunds
            | Self::LimitExceeded
            | Self::ExpiredCard
            | Self::InvalidCard
            | Self::WrongSecurityCode
            | Self::LostOrStolen
            | Self::SuspectedFraud
            | Self::AuthenticationRequired
            | Self::AuthenticationFailed
            | Self::NotPermitted => true,
            Self::Timeout
            | Self::Unavailable
            | Self::InvalidRequest
            | Self::Configuration
            | Self::Conflict
            | Self::Internal
            | Self::Abandoned
            | Self::Panic => false,
        }
    }

    /// Whether this is what somebody meets who guesses cards: the number, its date or its code is wrong.
    pub const fn is_of_a_guess(self) -> bool {
        matches!(self, Self::InvalidCard | Self::ExpiredCard | Self::WrongSecurityCode)
    }

    /// Whether a card network counts it among the declines of a card: whoever issued the card was asked and said no.
    pub const fn is_the_issuers(self) -> bool {
        // Who does not prove who they are is turned away before the issuer is asked for money.
        self.is_decline() && !matches!(self, Self::AuthenticationFailed)
    }
}
