//! The rules that payments are judged by: what they are called, their versions, levels, and where they come from.

use otel_core::AlertLevel;

use crate::anomaly::FraudRule;
use crate::labels::RuleName;

/// The version of a rule that was never changed.
pub(crate) const FIRST_VERSION: &str = "1";

/// The page on a rule.
macro_rules! page {
    ($rule:literal) => {
        concat!("https://github.com/otel-domains/otel-domains/blob/main/docs/fraud.md#", $rule)
    };
}

/// More than the shop allows.
pub const AMOUNT_OVER_LIMIT: FraudRule = FraudRule::new(
    RuleName::AmountOverLimit,
    AlertLevel::High,
    page!("amount_over_limit"),
    "A payment is larger than the shop allows in its currency. House rule: the shop sets the limit.",
);
/// Far more than usual.
pub const AMOUNT_UNUSUAL: FraudRule = FraudRule::new(
    RuleName::AmountUnusual,
    AlertLevel::High,
    page!("amount_unusual"),
    "A payment is far larger than what the user, or without a history anybody, usually pays. Modified z-score of \
     Iglewicz and Hoaglin (1993), one-sided: distance from the median in 1.4826 MAD.",
);
/// As much as nearly only frauds were.
pub const AMOUNT_OF_FRAUDS: FraudRule = FraudRule::new(
    RuleName::AmountOfFrauds,
    AlertLevel::High,
    page!("amount_of_frauds"),
    "A payment is so large that nearly all such payments in its currency turned out to be fraud. House rule: 9 of 10 \
     of all payments from that amount on, and of those next to it, were labelled as fraud.",
);
/// Where there was fraud, there is more.
pub const LABELLED_FRAUD: FraudRule = FraudRule::new(
    RuleName::LabelledFraud,
    AlertLevel::High,
    page!("labelled_fraud"),
    "Much of what was paid with this card or device, or at this terminal, turned out to be fraud. House rule: two \
     frauds, and half of what is known of the last week.",
);

/// Too many payments by one user, card or device.
pub const PAYMENT_VELOCITY: FraudRule = FraudRule::new(
    RuleName::PaymentVelocity,
    AlertLevel::Medium,
    page!("payment_velocity"),
    "One user, card or device pays more often than people do. House rule: more than 10 payments by a user in any hour, \
     and limits for five windows over user, card and device.",
);
/// Two places too far apart.
pub const IMPOSSIBLE_TRAVEL: FraudRule = FraudRule::new(
    RuleName::ImpossibleTravel,
    AlertLevel::High,
    page!("impossible_travel"),
    "A user paid in two places that nobody gets between in that time. House rule: faster than an airliner, 900 km/h, \
     and 100 km further apart than the places are uncertain.",
);
/// Many cards tried out.
pub const CARD_TESTING: FraudRule = FraudRule::new(
    RuleName::CardTesting,
    AlertLevel::High,
    page!("card_testing"),
    "One user or device tries out many cards, with small amounts or without success. House rule, with the limits of \
     the merchant rules that Stripe Radar documents: cards for a customer, more than 3 in an hour, 5 in a day, 8 in a \
     week.",
);
/// Cards guessed.
pub const CARD_ENUMERATION: FraudRule = FraudRule::new(
    RuleName::CardEnumeration,
    AlertLevel::Critical,
    page!("card_enumeration"),
    "Most cards at a device or terminal do not exist: somebody guesses their numbers, dates or codes. Visa Acquirer \
     Monitoring Program: an enumeration ratio of 20 %; seen early by a cumulative sum (Page, 1954).",
);
/// Too many declines of a card.
pub const EXCESSIVE_DECLINES: FraudRule = FraudRule::new(
    RuleName::ExcessiveDeclines,
    AlertLevel::Medium,
    page!("excessive_declines"),
    "One more decline of this card, and its network charges for them: do not try it again. Mastercard: fees after 10 \
     declines of a card in 24 hours; Visa: after 15 in 30 days.",
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
/// What that alert means.
pub(crate) const OVER_LIMIT_MEANS: &str =
    "More than one payment in fifty is larger than the shop allows in its currency.";
/// The name of the alert on unusual amounts.
pub(crate) const UNUSUAL_ALERT: &str = "ecommerce_fraud_amount_unusual";
/// What that alert means.
pub(crate) const UNUSUAL_MEANS: &str = "More than one payment in fifty is far larger than usual.";
/// The name of the alert on amounts of frauds.
pub(crate) const OF_FRAUDS_ALERT: &str = "ecommerce_fraud_amount_of_frauds";
/// What that alert means.
pub(crate) const OF_FRAUDS_MEANS: &str =
    "More than one payment in fifty is as large as nearly only frauds were.";
/// The name of the alert on what was labelled.
pub(crate) const LABELLED_ALERT: &str = "ecommerce_fraud_labelled";
/// What that alert means.
pub(crate) const LABELLED_MEANS: &str =
    "More than one payment in fifty is with a card or device, or at a terminal, of which much was fraud.";
/// The name of the alert on payments that come too fast.
pub(crate) const VELOCITY_ALERT: &str = "ecommerce_fraud_payment_velocity";
/// What that alert means.
pub(crate) const VELOCITY_MEANS: &str =
    "More than one payment in fifty is by a user, card or device that pays more often than people do.";
/// The name of the alert on impossible travel.
pub(crate) const TRAVEL_ALERT: &str = "ecommerce_fraud_impossible_travel";
/// What that alert means.
pub(crate) const TRAVEL_MEANS: &str =
    "More than one payment in fifty is where its user cannot have got to in that time.";
/// The name of the alert on cards that are tried out.
pub(crate) const CARD_TESTING_ALERT: &str = "ecommerce_fraud_card_testing";
/// What that alert means.
pub(crate) const CARD_TESTING_MEANS: &str =
    "One user or device tries out many cards, with small amounts or without success.";
/// The name of the alert on cards that are guessed.
pub(crate) const CARD_ENUMERATION_ALERT: &str = "ecommerce_fraud_card_enumeration";
/// What that alert means.
pub(crate) const CARD_ENUMERATION_MEANS: &str =
    "Most cards at a device or terminal do not exist: somebody guesses their numbers, dates or codes.";
/// The name of the alert on cards that are declined too often.
pub(crate) const EXCESSIVE_DECLINES_ALERT: &str = "ecommerce_fraud_excessive_declines";
/// What that alert means.
pub(crate) const EXCESSIVE_DECLINES_MEANS: &str =
    "More than one payment in fifty is with a card whose network will soon charge for its declines.";
/// The name of the alert on payments that come too late.
pub(crate) const LATE_ALERT: &str = "ecommerce_fraud_payments_late";
/// What that alert means.
pub(crate) const LATE_MEANS: &str =
    "Many payments come too late to be counted: how often and with how many cards somebody pays is not seen.";
