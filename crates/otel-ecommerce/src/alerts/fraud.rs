//! What those who watch payments want to be woken up for.

use std::time::Duration;

use otel_core::{AlertRule, Condition, Limit};

use crate::anomaly::FraudRule;
use crate::conventions::fraud_rules as rules;
use crate::labels::RuleName;

/// Payments exceed the limit of their currency.
pub(crate) const OVER_LIMIT: AlertRule = flagged(&rules::AMOUNT_OVER_LIMIT, rules::OVER_LIMIT_ALERT);
/// Payments are far larger than usual.
pub(crate) const UNUSUAL: AlertRule = flagged(&rules::AMOUNT_UNUSUAL, rules::UNUSUAL_ALERT);
/// Payments are as large as frauds are.
pub(crate) const OF_FRAUDS: AlertRule = flagged(&rules::AMOUNT_OF_FRAUDS, rules::OF_FRAUDS_ALERT);
/// Payments come from where there was fraud.
pub(crate) const LABELLED: AlertRule = flagged(&rules::LABELLED_FRAUD, rules::LABELLED_ALERT);
/// Payments come too fast.
pub(crate) const VELOCITY: AlertRule = flagged(&rules::PAYMENT_VELOCITY, rules::VELOCITY_ALERT);
/// Users are in two places.
pub(crate) const TRAVEL: AlertRule = flagged(&rules::IMPOSSIBLE_TRAVEL, rules::TRAVEL_ALERT);
/// Cards are tried out.
pub(crate) const CARD_TESTING: AlertRule = flagged(&rules::CARD_TESTING, rules::CARD_TESTING_ALERT);
/// Cards are guessed.
pub(crate) const CARD_ENUMERATION: AlertRule =
    flagged(&rules::CARD_ENUMERATION, rules::CARD_ENUMERATION_ALERT);
/// Cards are declined too often.
pub(crate) const EXCESSIVE_DECLINES: AlertRule =
    flagged(&rules::EXCESSIVE_DECLINES, rules::EXCESSIVE_DECLINES_ALERT);

/// The alert of a rule.
pub(crate) const fn alert_of(rule: RuleName) -> Option<&'static AlertRule> {
    match rule {
        RuleName::NoRule => None,
        RuleName::AmountOverLimit => Some(&OVER_LIMIT),
        RuleName::AmountUnusual => Some(&UNUSUAL),
        RuleName::AmountOfFrauds => Some(&OF_FRAUDS),
        RuleName::LabelledFraud => Some(&LABELLED),
        RuleName::PaymentVelocity => Some(&VELOCITY),
        RuleName::ImpossibleTravel => Some(&TRAVEL),
        RuleName::CardTesting => Some(&CARD_TESTING),
        RuleName::CardEnumeration => Some(&CARD_ENUMERATION),
        RuleName::ExcessiveDeclines => Some(&EXCESSIVE_DECLINES),
    }
}

const fn flagged(rule: &FraudRule, name: &'static str) -> AlertRule {
    AlertRule::new(name, rule.level, OBSERVED, Duration::ZERO, rule.description)
}

/// A flag is news for a while: what goes on is flagged again.
const OBSERVED: Condition =
    Condition::Observed { limit: Limit::above(0.0), holds_for: Duration::from_secs(5 * 60) };
