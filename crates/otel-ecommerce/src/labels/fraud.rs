//! What judges payments, for whom, and what is done about it.

otel_core::labels! {
    /// What something is remembered of.
    pub enum EntityType: "ecommerce.fraud.entity.type" {
        /// Who pays.
        User = "user",
        /// What is charged.
        Card = "card",
        /// What it was made with.
        Device = "device",
        /// Where it was made.
        Terminal = "terminal",
    }

    /// A rule that payments are judged by.
    pub enum RuleName: "security_rule.name" {
        /// None was met: what payments are counted under that nobody has to look at.
        NoRule = "none",
        /// More than the shop allows in that currency.
        AmountOverLimit = "amount_over_limit",
        /// Far more than the user, or without a history anybody, usually pays.
        AmountUnusual = "amount_unusual",
        /// As much as nearly only frauds were.
        AmountOfFrauds = "amount_of_frauds",
        /// Much of what was paid with this card or device, or at this terminal, turned out to be fraud.
        LabelledFraud = "labelled_fraud",
        /// Too many payments in too short a time.
        PaymentVelocity = "payment_velocity",
        /// Two places that nobody gets between in that time.
        ImpossibleTravel = "impossible_travel",
        /// Many cards, tried out one after the other.
        CardTesting = "card_testing",
        /// Cards that are guessed: most of them do not exist.
        CardEnumeration = "card_enumeration",
        /// So many declines of one card that its network charges for them.
        ExcessiveDeclines = "excessive_declines",
    }

    /// What is to be done with a payment.
    pub enum FraudDecision: "ecommerce.fraud.decision" {
        /// Let it pass.
        Allow = "allow",
        /// Let the payer prove who they are.
        Challenge = "challenge",
        /// Let a person look at it.
        Review = "review",
        /// Stop it.
        Block = "block",
    }

    /// What a payment turned out to be.
    pub enum FraudLabel: "ecommerce.fraud.label" {
        /// The payer did not want it: a chargeback, a confirmed report.
        Fraud = "fraud",
        /// The payer wanted it, or nobody objected for as long as is usual.
        Genuine = "genuine",
    }
}

impl RuleName {
    /// Whether the rule is about how much is paid.
    pub const fn is_of_amount(self) -> bool {
        matches!(self, Self::AmountOverLimit | Self::AmountUnusual | Self::AmountOfFrauds)
    }
}
