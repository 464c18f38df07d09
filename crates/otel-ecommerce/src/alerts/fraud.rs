//! What those who watch payments want to be woken up for.
//!
//! A single finding has its event, its span and its decision, and wakes nobody: in any shop there is always one. Many of
//! them do, and one finding of those rules that are only met by an attack.

use std::time::Duration;

use otel_core::{AlertLevel, AlertRule, Condition, Label, Limit, Matching, Series};

use crate::anomaly::FraudRule;
use crate::conventions::{fraud as said, fraud_rules as rules};
use crate::labels::RuleName;

/// Payments exceed the limit of their currency.
pub(crate) const OVER_LIMIT: AlertRule = surge(
    &rules::AMOUNT_OVER_LIMIT,
    rules::OVER_LIMIT_ALERT,
    &[of(RuleName::AmountOverLimit)],
    rules::OVER_LIMIT_MEANS,
);
/// Payments are far larger than usual.
pub(crate) const UNUSUAL: AlertRule =
    surge(&rules::AMOUNT_UNUSUAL, rules::UNUSUAL_ALERT, &[of(RuleName::AmountUnusual)], rules::UNUSUAL_MEANS);
/// Payments are as large as frauds are.
pub(crate) const OF_FRAUDS: AlertRule = surge(
    &rules::AMOUNT_OF_FRAUDS,
    rules::OF_FRAUDS_ALERT,
    &[of(RuleName::AmountOfFrauds)],
    rules::OF_FRAUDS_MEANS,
);
/// Payments come from where there was fraud.
pub(crate) const LABELLED: AlertRule = surge(
    &rules::LABELLED_FRAUD,
    rules::LABELLED_ALERT,
    &[of(RuleName::LabelledFraud)],
    rules::LABELLED_MEANS,
);
/// Payments come too fast.
pub(crate) const VELOCITY: AlertRule = surge(
    &rules::PAYMENT_VELOCITY,
    rules::VELOCITY_ALERT,
    &[of(RuleName::PaymentVelocity)],
    rules::VELOCITY_MEANS,
);
/// Users are in two places.
pub(crate) const TRAVEL: AlertRule = surge(
    &rules::IMPOSSIBLE_TRAVEL,
    rules::TRAVEL_ALERT,
    &[of(RuleName::ImpossibleTravel)],
    rules::TRAVEL_MEANS,
);
/// Cards are declined too often.
pub(crate) const EXCESSIVE_DECLINES: AlertRule = surge(
    &rules::EXCESSIVE_DECLINES,
    rules::EXCESSIVE_DECLINES_ALERT,
    &[of(RuleName::ExcessiveDeclines)],
    rules::EXCESSIVE_DECLINES_MEANS,
);
/// Cards are tried out.
pub(crate) const CARD_TESTING: AlertRule =
    at_once(&rules::CARD_TESTING, rules::CARD_TESTING_ALERT, rules::CARD_TESTING_MEANS);
/// Cards are guessed.
pub(crate) const CARD_ENUMERATION: AlertRule =
    at_once(&rules::CARD_ENUMERATION, rules::CARD_ENUMERATION_ALERT, rules::CARD_ENUMERATION_MEANS);

/// Payments come too late to be counted.
pub(crate) const LATE: AlertRule = AlertRule::new(
    rules::LATE_ALERT,
    AlertLevel::Medium,
    Condition::Ratio {
        part: Series::all(said::ENTITY_LATE.facts()),
        whole: Series::all(said::EVALUATIONS.facts()),
        window: HOUR,
        // A payment can be late for its user, card and device, for how often they pay and for their cards.
        limit: Limit::above(0.1).until(0.05),
        min_events: ENOUGH,
    },
    MINUTES_2,
    rules::LATE_MEANS,
);

/// The alert that a finding of a rule is told to at once.
pub(crate) const fn alert_of(rule: RuleName) -> Option<&'static AlertRule> {
    match rule {
        RuleName::CardTesting => Some(&CARD_TESTING),
        RuleName::CardEnumeration => Some(&CARD_ENUMERATION),
        RuleName::NoRule
        | RuleName::AmountOverLimit
        | RuleName::AmountUnusual
        | RuleName::AmountOfFrauds
        | RuleName::LabelledFraud
        | RuleName::PaymentVelocity
        | RuleName::ImpossibleTravel
        | RuleName::ExcessiveDeclines => None,
    }
}

const MINUTES_2: Duration = Duration::from_secs(2 * 60);
const MINUTES_5: Duration = Duration::from_secs(5 * 60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// The fewest evaluations in an hour of which a share says something. In a world where nearly one payment in a hundred is
/// fraud, the rule that finds most finds 53 in 10,000 (`docs/fraud.md`): more than ten of 500 have a chance of one in
/// 10,000 then.
const ENOUGH: u64 = 500;

/// More payments than one in fifty meet a rule, and it is the worst that they meet.
const fn surge(
    rule: &FraudRule,
    name: &'static str,
    only: &'static [Matching],
    means: &'static str,
) -> AlertRule {
    let condition = Condition::Ratio {
        part: Series::all(said::EVALUATIONS.facts()).only(only),
        whole: Series::all(said::EVALUATIONS.facts()),
        window: HOUR,
        limit: Limit::above(0.02).until(0.01),
        min_events: ENOUGH,
    };
    AlertRule::new(name, rule.level, condition, MINUTES_2, means)
}

/// One payment meets a rule. That is news for a while: what goes on is found again.
const fn at_once(rule: &FraudRule, name: &'static str, means: &'static str) -> AlertRule {
    let condition = Condition::Observed { limit: Limit::above(0.0), holds_for: MINUTES_5 };
    AlertRule::new(name, rule.level, condition, Duration::ZERO, means)
}

const fn of(rule: RuleName) -> Matching {
    Matching::new(RuleName::KEY, rule.as_str())
}
