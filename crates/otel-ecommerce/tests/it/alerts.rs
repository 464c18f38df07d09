//! The alert rules, as data and rehearsed. That they only watch what this crate emits is part of the catalogue's
//! soundness.

mod journey;

use std::time::Duration;

use otel_core::Condition;
use otel_ecommerce::ALERTS;

#[test]
fn no_ratio_fires_on_a_handful_of_events_unless_one_is_too_many() {
    for alert in ALERTS {
        let Condition::Ratio { limit, min_events, window, .. } = alert.condition else { continue };
        assert!(limit.at == 0.0 || min_events >= 50, "{} is noisy", alert.name);
        assert!(window >= Duration::from_secs(60), "{} looks back less than a minute", alert.name);
    }
}

#[test]
fn every_rule_says_in_a_sentence_what_is_wrong() {
    for alert in ALERTS {
        assert!(alert.name.starts_with("ecommerce_"), "{} is outside the domain", alert.name);
        assert!(alert.summary.ends_with('.'), "{} says: {}", alert.name, alert.summary);
    }
}
