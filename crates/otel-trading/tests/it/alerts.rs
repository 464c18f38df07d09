//! The alert rules, as data.

use std::time::Duration;

use otel_core::Condition;
use otel_trading::{ALERTS, CATALOGUE};

#[test]
fn every_alert_watches_metrics_of_this_crate() {
    let known = |name| CATALOGUE.metrics.iter().any(|metric| metric.name == name);
    for alert in ALERTS {
        let Condition::RatioAbove { part, whole, .. } = alert.condition else { continue };
        assert!(known(part.name) && known(whole.name), "{} watches what is not in the catalogue", alert.name);
    }
}

#[test]
fn every_filter_names_a_label_and_one_of_its_values() {
    for alert in ALERTS {
        let Condition::RatioAbove { part, part_where, .. } = alert.condition else { continue };
        for (label, value) in part_where {
            let dimension = part.dimensions.iter().find(|dimension| dimension.key == *label);
            assert!(
                dimension.is_some_and(|dimension| dimension.values.contains(value)),
                "{} looks for {label}={value}, which {} never has",
                alert.name,
                part.name
            );
        }
    }
}

#[test]
fn no_ratio_fires_on_a_handful_of_events_unless_one_is_too_many() {
    for alert in ALERTS {
        let Condition::RatioAbove { threshold, min_events, window, .. } = alert.condition else { continue };
        assert!(threshold == 0.0 || min_events >= 50, "{} is noisy", alert.name);
        assert!(window >= Duration::from_secs(60), "{} looks back less than a minute", alert.name);
    }
}
