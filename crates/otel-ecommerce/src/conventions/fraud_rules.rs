//! The rules that payments are judged by: what they are called, their versions, levels, and where they come from.

use otel_core::AlertLevel;

use crate::anomaly::FraudRule;
use crate::labels::RuleName;

/// More than the shop allows.
pub const AMOUNT_OVER_LIMIT: FraudRule = FraudRule::new(
    RuleName::AmountOverLimit,
    AlertLevel::High,
    "House rule: the limit that the shop sets for the currency",
    "A payment is larger than the shop allows in its currency.",
);
/// Far more than usual.
pub const AMOUNT_UNUSUAL: FraudRule = FraudRule::new(
    RuleName::AmountUnusual,
    AlertLevel::High,
    "Modified z-score of Iglewicz and Hoaglin (1993), one-sided: distance from the median in 1.4826 MAD",
    "A payment is far larger than what the user, or without a history anybody, usually pays.",
);
/// As much as nearly only frauds were.
pub const AMOUNT_OF_FRAUDS: FraudRule = FraudRule::new(
    RuleName::AmountOfFrauds,
    AlertLevel::High,
    "House rule: 9 of 10 of all payments from that amount on, and of those next to it, were labelled as fraud",
    "A payment is so large that nearly all such payments in its currency turned out to be fraud.",
);
/// Where there was fraud, there is more.
pub const LABELLED_FRAUD: FraudRule = FraudRule::new(
    RuleName::LabelledFraud,
    AlertLevel::High,
    "House rule: two frauds, and half of what is known of the last week",
    "Much of what was paid with this card or device, or at this terminal, turned out to be fraud.",
);

/// Too many payments by one user, card or device.
pub const PAYMENT_VELOCITY: FraudRule = FraudRule::new(
    RuleName::PaymentVelocity,
    AlertLevel::Medium,
    "House rule: more than 10 payments by a user in any hour, and limits for five windows over user, card and device",
    "One user, card or device pays more often than people do.",
);
/// Two places too far apart.
pub const IMPOSSIBLE_TRAVEL: FraudRule = FraudRule::new(
    RuleName::ImpossibleTravel,
    AlertLevel::High,
    "House rule: faster than an airliner, 900 km/h, and 100 km further apart than the places are uncertain",
    "A user paid in two places that nobody gets between in that time.",
);
/// Many cards tried out.
pub const CARD_TESTING: FraudRule = FraudRule::new(
    RuleName::CardTesting,
    AlertLevel::High,
    "House rule, with the limits of the merchant rules that Stripe Radar documents: cards for a customer, more than 3 \
     in an hour, 5 in a day, 8 in a week",
    "One user or device tries out many cards, with small amounts or without success.",
);
/// Cards guessed.
pub const CARD_ENUMERATION: FraudRule = FraudRule::new(
    RuleName::CardEnumeration,
    AlertLevel::Critical,
    "Visa Acquirer Monitoring Program: an enumeration ratio of 20 %; seen early by a cumulative sum (Page, 1954)",
    "Most cards at a device or terminal do not exist: somebody guesses their numbers, dates or codes.",
);
/// Too many declines of a card.
pub const EXCESSIVE_DECLINES: FraudRule = FraudRule::new(
    RuleName::ExcessiveDeclines,
    AlertLevel::Medium,
    "Mastercard: fees after 10 declines of a card in 24 hours; Visa: after 15 in 30 days",
    "One more decline of this card, and its network charges for them: do not try it again.",
);

/// Every rule, in the order of [`RuleName::ALL`].
pub const FRAUD_RULES: &[FraudRule] = &[
    AMOUNT_OVER_LIMIT,
    AMOUNT_UNUSUAL,
    AMOUNT_OF_FRAUDS,
    LABELLED_FRAUD,
    PAYMENT_VELOCITY,
    IMPOSSIBLE_TRAVEL,
    CARD_TESTING,
    CARD_ENUMERATION,
    EXCESSIVE_DECLINES,
];

/// The name of the alert on payments over the limit.
pub(crate) const OVER_LIMIT_ALERT: &str = "ecommerce_fraud_amount_over_limit";
/// The name of the alert on unusual amounts.
pub(crate) const UNUSUAL_ALERT: &str = "ecommerce_fraud_amount_unusual";
/// The name of the alert on amounts of frauds.
pub(crate) const OF_FRAUDS_ALERT: &str = "ecommerce_fraud_amount_of_frauds";
/// The name of the alert on what was labelled.
pub(crate) const LABELLED_ALERT: &str = "ecommerce_fraud_labelled";
/// The name of the alert on payments that come too fast.
pub(crate) const VELOCITY_ALERT: &str = "ecommerce_fraud_payment_velocity";
/// The name of the alert on impossible travel.
pub(crate) const TRAVEL_ALERT: &str = "ecommerce_fraud_impossible_travel";
/// The name of the alert on cards that are tried out.
pub(crate) const CARD_TESTING_ALERT: &str = "ecommerce_fraud_card_testing";
/// The name of the alert on cards that are guessed.
pub(crate) const CARD_ENUMERATION_ALERT: &str = "ecommerce_fraud_card_enumeration";
/// The name of the alert on cards that are declined too often.
pub(crate) const EXCESSIVE_DECLINES_ALERT: &str = "ecommerce_fraud_excessive_declines";
