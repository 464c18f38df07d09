//! What payments turned out to be.

use std::time::Duration;

use otel_ecommerce::anomaly::{Evidence, Feedback, FeedbackSettings, SettingsError};
use otel_ecommerce::labels::{EntityType, FraudLabel};
use otel_ecommerce::payment::Payment;
use proptest::prelude::*;

use super::{payment, whose};

const DAY: u64 = 86_400;

#[test]
fn two_frauds_are_enough_and_one_is_not() {
    let mut feedback = Feedback::new(FeedbackSettings::default());
    feedback.label(&sale(0), FraudLabel::Fraud);
    assert_eq!(feedback.judge(&sale(2 * DAY)), None);
    feedback.label(&sale(DAY), FraudLabel::Fraud);
    let found = feedback.judge(&sale(2 * DAY)).expect("a finding");
    let Evidence::LabelledFraud { entity, frauds_milli, genuine_milli } = found.evidence else {
        panic!("{:?}", found.evidence)
    };
    // The older one has lost a quarter: a day of a half-life of 58 hours.
    assert_eq!((entity, genuine_milli), (EntityType::Terminal, 0));
    assert!((1_740..1_760).contains(&frauds_milli), "{frauds_milli}");
    // Another terminal is another one, and a payment without one has nothing in common with any.
    assert_eq!(feedback.judge(&Payment { terminal: Some(whose("t-2")), ..sale(2 * DAY) }), None);
    assert_eq!(feedback.judge(&payment("jane", 1, 2 * DAY)), None);
}

#[test]
fn half_of_what_is_known_must_be_fraud() {
    let mut feedback = Feedback::new(FeedbackSettings::default());
    for _ in 0..3 {
        feedback.label(&sale(0), FraudLabel::Fraud);
        feedback.label(&sale(0), FraudLabel::Genuine);
    }
    assert!(feedback.judge(&sale(1)).is_some());
    feedback.label(&sale(0), FraudLabel::Genuine);
    assert_eq!(feedback.judge(&sale(1)), None);
}

#[test]
fn cards_and_devices_have_labels_and_people_have_none() {
    let base = payment("jane", 100, 0);
    for (entity, shared) in [
        (EntityType::Card, Payment { card: Some(whose("c")), ..base }),
        (EntityType::Device, Payment { device: Some(whose("d")), ..base }),
        (EntityType::Terminal, Payment { terminal: Some(whose("t")), ..base }),
    ] {
        let mut feedback = Feedback::new(FeedbackSettings::default());
        feedback.label(&shared, FraudLabel::Fraud);
        feedback.label(&shared, FraudLabel::Fraud);
        assert!(feedback.judge(&Payment { user: whose("john"), ..shared }).is_some(), "{entity:?}");
        assert_eq!(feedback.judge(&base), None);
        assert_eq!((feedback.len(entity), feedback.len(EntityType::User)), (1, 0));
    }
}

#[test]
fn labels_come_to_nothing_when_there_are_no_newer_ones() {
    let settings =
        FeedbackSettings::default().forgetting(Duration::from_secs(DAY), Duration::from_secs(7 * DAY));
    let mut feedback = Feedback::new(settings.expect("times"));
    feedback.label(&sale(0), FraudLabel::Fraud);
    feedback.label(&sale(0), FraudLabel::Fraud);
    assert!(feedback.judge(&sale(7 * DAY)).is_some());
    assert_eq!(feedback.judge(&sale(7 * DAY + 1)), None);
}

#[test]
fn a_setting_that_says_nothing_is_refused() {
    let settings = FeedbackSettings::default();
    let (second, day) = (Duration::from_secs(1), Duration::from_secs(DAY));
    assert_eq!(settings.when(0.5, 0.5), Err(SettingsError::Frauds));
    assert_eq!(settings.when(f64::NAN, 0.5), Err(SettingsError::Frauds));
    for share in [0.0, 1.01, f64::NAN, -0.5] {
        assert_eq!(settings.when(2.0, share), Err(SettingsError::Share), "{share}");
    }
    assert_eq!(settings.forgetting(second, day), Err(SettingsError::TooShort));
    assert_eq!(settings.forgetting(day, second), Err(SettingsError::TooShort));
    assert_eq!(settings.entities(0), Err(SettingsError::Cap));
}

#[test]
fn frauds_are_held_for_as_long_as_the_settings_say_and_no_longer() {
    let is_held = |memory: u64, later: u64| {
        let settings = FeedbackSettings::default()
            .forgetting(Duration::from_secs(DAY), Duration::from_secs(memory))
            .and_then(|it| it.entities(4));
        let mut feedback = Feedback::new(settings.expect("settings"));
        feedback.label(&sale(0), FraudLabel::Fraud);
        feedback.label(&sale(0), FraudLabel::Fraud);
        for stranger in 0..40 {
            let terminal = Some(whose(&format!("stranger-{stranger}")));
            feedback.label(&Payment { terminal, ..sale(later) }, FraudLabel::Genuine);
        }
        feedback.judge(&sale(0)).is_some()
    };
    assert!(is_held(7 * DAY, 7 * DAY - 1));
    assert!(!is_held(7 * DAY, 7 * DAY));
    assert!(is_held(100 * DAY, 99 * DAY));
    assert!(!is_held(100 * DAY, 100 * DAY));
}

proptest! {
    /// The model knows every label, and adds up their weights anew each time.
    #[test]
    fn labels_in_any_order_weigh_what_they_weigh_by_their_age(
        labels in prop::collection::vec((0_u64..30 * DAY, any::<bool>()), 1..60),
    ) {
        let mut feedback = Feedback::new(FeedbackSettings::default());
        for (number, (second, is_fraud)) in labels.iter().enumerate() {
            let label = if *is_fraud { FraudLabel::Fraud } else { FraudLabel::Genuine };
            feedback.label(&sale(*second), label);
            let known = &labels[..=number];
            let newest = known.iter().map(|(second, _)| *second).max().unwrap_or(0);
            let weight = |of: bool| -> f64 {
                let ages = known.iter().filter(|(_, it)| *it == of).map(|(second, _)| newest - second);
                ages.map(|age| 0.5_f64.powf(age as f64 / (3.5 * 86_400.0 * std::f64::consts::LN_2))).sum()
            };
            let (frauds, genuine) = (weight(true), weight(false));
            let found = feedback.judge(&sale(newest));
            let margin = (frauds - 1.5).abs().min((frauds - genuine).abs());
            if margin > 0.001 {
                prop_assert_eq!(found.is_some(), frauds >= 1.5 && frauds >= genuine, "{} {}", frauds, genuine);
            }
            if let Some(Evidence::LabelledFraud { frauds_milli, genuine_milli, .. }) =
                found.map(|found| found.evidence)
            {
                prop_assert!((frauds_milli as f64 / 1e3 - frauds).abs() < 0.002);
                prop_assert!((genuine_milli as f64 / 1e3 - genuine).abs() < 0.002);
            }
        }
    }
}

/// A payment at the terminal `t-1`.
fn sale(second: u64) -> Payment<'static> {
    Payment { terminal: Some(whose("t-1")), ..payment("jane", 4_000, second) }
}
