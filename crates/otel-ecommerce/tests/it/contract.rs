//! What this crate emits is an API: a change here is a change for every dashboard and every alert.

use std::collections::BTreeSet;

use otel_ecommerce::CATALOGUE;

#[test]
fn the_contract_is_what_the_snapshot_says() {
    insta::assert_snapshot!(CATALOGUE.to_string());
}

#[test]
fn names_are_lower_case_dotted_and_in_the_domain() {
    // OpenTelemetry has names of its own for these.
    const UPSTREAM: [&str; 5] = ["client.", "db.", "http.", "security_rule.", "server."];
    let is_upstream = |name: &&str| {
        ["error.type", "session.id"].contains(name) || UPSTREAM.iter().any(|space| name.starts_with(space))
    };
    let attributes = CATALOGUE.attributes.iter().map(|key| key.name).filter(|name| !is_upstream(name));
    let events = CATALOGUE.events.iter().map(|event| event.name());
    let metrics = CATALOGUE.metrics.iter().map(|metric| metric.name).filter(|name| !is_upstream(name));
    for name in attributes.chain(events).chain(metrics) {
        assert!(name.starts_with("ecommerce."), "{name} is outside the domain");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || "._".contains(c)), "{name} is oddly written");
    }
}

#[test]
fn nothing_is_declared_twice() {
    check("attribute", CATALOGUE.attributes.iter().map(|key| key.name));
    check("span", CATALOGUE.spans.iter().map(|span| span.name()));
    check("event", CATALOGUE.events.iter().map(|event| event.name()));
    check("metric", CATALOGUE.metrics.iter().map(|metric| metric.name));
    check("alert", CATALOGUE.alerts.iter().map(|alert| alert.name));
}

#[test]
fn no_identifier_is_a_metric_label() {
    for metric in CATALOGUE.metrics {
        for dimension in metric.dimensions {
            assert!(!dimension.key.ends_with("id"), "{} is split by {}", metric.name, dimension.key);
        }
    }
}

fn check(kind: &str, names: impl Iterator<Item = &'static str>) {
    let mut seen = BTreeSet::new();
    for name in names {
        assert!(seen.insert(name), "{kind} {name} is declared twice");
    }
}
