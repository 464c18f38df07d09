//! What those who watch payments want to be woken up for.

use std::time::Duration;

use otel_core::{AlertRule, Condition, Limit};

use crate::anomaly::FraudRule;
use crate::conventions::fraud as said;
use crate::labels::RuleName;

/// Payments exceed the limit of their currency.
pub(crate) const OVER_LIMIT: AlertRule = flagged(&said::AMOUNT_OVER_LIMIT, said::OVER_LIMIT_ALERT);
/// Payments are far larger than usual.
pub(crate) const UNUSUAL: AlertRule = flagged(&said::AMOUNT_UNUSUAL, said::UNUSUAL_ALERT);
/// Payments are as large as frauds are.
pub(crate) const OF_FRAUDS: AlertRule = flagged(&said::AMOUNT_OF_FRAUDS, said::OF_FRAUDS_ALERT);
/// Payments come from where there was fraud.
pub(crate) const LABELLED: AlertRule = flagged(&said::LABELLED_FRAUD, said::LABELLED_ALERT);

/// The alert of a rule.
pub(crate) const fn alert_of(rule: RuleName) -> Option<&'static AlertRule> {
    match rule {
        RuleName::NoRule => None,
        RuleName::AmountOverLimit => Some(&OVER_LIMIT),
        RuleName::AmountUnusual => Some(&UNUSUAL),
        RuleName::AmountOfFrauds => Some(&OF_FRAUDS),
        RuleName::LabelledFraud => Some(&LABELLED),
    }
}

const fn flagged(rule: &FraudRule, name: &'static str) -> AlertRule {
    AlertRule::new(name, rule.level, OBSERVED, Duration::ZERO, rule.description)
}

/// A flag is news for a while: what goes on is flagged again.
const OBSERVED: Condition =
    Condition::Observed { limit: Limit::above(0.0), holds_for: Duration::from_secs(5 * 60) };
