//! What is said of payments that are not like others.

use otel_core::{
    AlertLevel, Choice, Count, CounterDef, EventDef, HistogramDef, Key, Label, Severity, SpanDef, SpanKind,
    Text, TextList, Unit, UpDownCounterDef,
};

use crate::anomaly::FraudRule;
use crate::labels::{EntityType, FraudDecision, FraudLabel, RuleName};

/// The rule.
pub const RULE: Key<Choice<RuleName>> = Key::new(RuleName::KEY, "The rule that the payment met.");
/// The version of the rule.
pub const RULE_VERSION: Key<Count> = Key::new(
    "security_rule.version",
    "The version of the rule: another one may judge the same payment otherwise.",
);
/// Where the rule comes from.
pub const RULE_REFERENCE: Key<Text> =
    Key::new("security_rule.reference", "Who describes the practice or sets the limit.");
/// How bad it is.
pub const LEVEL: Key<Text> =
    Key::new("ecommerce.fraud.level", "How bad it would be: low, medium, high, critical.");
/// What is to be done.
pub const DECISION: Key<Choice<FraudDecision>> =
    Key::new(FraudDecision::KEY, "What is to be done with the payment.");
/// All rules of a payment.
pub const REASONS: Key<TextList> = Key::new("ecommerce.fraud.reasons", "The rules that the payment met.");
/// What was seen.
pub const EVIDENCE: Key<Text> =
    Key::new("ecommerce.fraud.evidence", "The figures that the rule compared, for people.");
/// What is remembered.
pub const ENTITY_TYPE: Key<Choice<EntityType>> =
    Key::new(EntityType::KEY, "What something is remembered of.");
/// What a payment turned out to be.
pub const LABEL: Key<Choice<FraudLabel>> = Key::new(FraudLabel::KEY, "What the payment turned out to be.");

/// A payment is judged.
pub const EVALUATE: SpanDef =
    SpanDef::new("evaluate_fraud", SpanKind::Internal, "A payment is held against the rules for fraud.");
/// A payment met a rule.
pub const FLAGGED: EventDef =
    EventDef::new("ecommerce.fraud.flagged", Severity::Warn, "A payment met a rule for fraud.");

/// Payments judged.
pub const EVALUATIONS: CounterDef<(FraudDecision, RuleName)> = CounterDef::new(
    "ecommerce.fraud.evaluations",
    Unit::new("{evaluation}"),
    "Payments judged, by what is to be done with them and the worst rule they met.",
);
/// How long judging takes.
pub const EVALUATION_DURATION: HistogramDef<FraudDecision> = HistogramDef::new(
    "ecommerce.fraud.evaluation.duration",
    Unit::SECONDS,
    "How long it takes to judge a payment.",
);
/// Labels that came back.
pub const LABELS: CounterDef<FraudLabel> = CounterDef::new(
    "ecommerce.fraud.labels",
    Unit::new("{payment}"),
    "Payments of which it became known what they were.",
);
/// What is remembered.
pub const ENTITY_COUNT: UpDownCounterDef<EntityType> = UpDownCounterDef::new(
    "ecommerce.fraud.entity.remembered",
    Unit::new("{entity}"),
    "Users, cards, devices and terminals that something is remembered of; a user counts once for each currency.",
);
/// What had to be forgotten.
pub const ENTITY_EVICTIONS: CounterDef<EntityType> = CounterDef::new(
    "ecommerce.fraud.entity.evictions",
    Unit::new("{entity}"),
    "Users, cards, devices and terminals that were forgotten to make room for others.",
);

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

/// Every rule, in the order of [`RuleName::ALL`].
pub const FRAUD_RULES: &[FraudRule] = &[AMOUNT_OVER_LIMIT, AMOUNT_UNUSUAL, AMOUNT_OF_FRAUDS, LABELLED_FRAUD];

/// The name of the alert on payments over the limit.
pub(crate) const OVER_LIMIT_ALERT: &str = "ecommerce_fraud_amount_over_limit";
/// The name of the alert on unusual amounts.
pub(crate) const UNUSUAL_ALERT: &str = "ecommerce_fraud_amount_unusual";
/// The name of the alert on amounts of frauds.
pub(crate) const OF_FRAUDS_ALERT: &str = "ecommerce_fraud_amount_of_frauds";
/// The name of the alert on what was labelled.
pub(crate) const LABELLED_ALERT: &str = "ecommerce_fraud_labelled";
