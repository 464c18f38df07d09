//! What is said of payments that are not like others.

use otel_core::{
    Choice, CounterDef, EventDef, HistogramDef, Key, Label, Severity, SpanDef, SpanKind, Text, TextList,
    Unit, UpDownCounterDef,
};

use crate::labels::{EntityType, FraudDecision, FraudLabel, RuleName};

/// The rule.
pub const RULE: Key<Choice<RuleName>> = Key::new(RuleName::KEY, "The rule that the payment met.");
/// The version of the rule.
pub const RULE_VERSION: Key<Text> = Key::new(
    "security_rule.version",
    "The version of the rule: another one may judge the same payment otherwise.",
);
/// Where the rule is described.
pub const RULE_REFERENCE: Key<Text> =
    Key::new("security_rule.reference", "The address of the page on the rule.");
/// What the rule looks for.
pub const RULE_DESCRIPTION: Key<Text> =
    Key::new("security_rule.description", "What the rule looks for, and who sets the limit.");
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

/// A payment or the answer to it is judged.
pub const EVALUATE: SpanDef = SpanDef::new(
    "evaluate_fraud",
    SpanKind::Internal,
    "A payment, or the answer to it, is held against the rules for fraud.",
);
/// A payment met a rule.
pub const FLAGGED: EventDef =
    EventDef::new("ecommerce.fraud.flagged", Severity::Warn, "A payment met a rule for fraud.");

/// Payments judged.
pub const EVALUATIONS: CounterDef<(FraudDecision, RuleName)> = CounterDef::new(
    "ecommerce.fraud.evaluations",
    Unit::new("{evaluation}"),
    "Payments judged before they are asked for, and answers that met a rule, by what is to be done and the worst rule.",
);
/// How long judging takes.
pub const EVALUATION_DURATION: HistogramDef<FraudDecision> = HistogramDef::new(
    "ecommerce.fraud.evaluation.duration",
    Unit::SECONDS,
    "How long it takes to judge a payment, or the answer to it.",
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
    "Users, cards, devices and terminals that something is remembered of, once for each thing and currency.",
);
/// What came too late.
pub const ENTITY_LATE: CounterDef<()> = CounterDef::new(
    "ecommerce.fraud.entity.late",
    Unit::new("{payment}"),
    "Payments that came too late to be counted, once for each user, card and device they were too late for.",
);
/// What is not learned from.
pub const UNLEARNED: CounterDef<()> = CounterDef::new(
    "ecommerce.fraud.currency.unlearned",
    Unit::new("{payment}"),
    "Payments and labels in a currency beyond the 32 of which it is learned what everybody pays and what was fraud.",
);
/// What had to be forgotten.
pub const ENTITY_EVICTIONS: CounterDef<EntityType> = CounterDef::new(
    "ecommerce.fraud.entity.evictions",
    Unit::new("{entity}"),
    "Users, cards, devices and terminals that were forgotten to make room for others.",
);
