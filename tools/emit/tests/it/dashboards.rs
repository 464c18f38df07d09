//! Dashboards: every panel in its place, every query about something that exists.

use std::collections::BTreeSet;

use emit::{DOMAINS, Domain};
use otel_core::alerting::names;
use serde_json::Value;

use crate::formats::artefacts;
use crate::queries::Declared;
use crate::specimens::SPECIMEN;

/// Each domain that has a dashboard, with it.
fn dashboards() -> Vec<(Domain, Value)> {
    let artefacts = artefacts();
    let domains = DOMAINS.iter().copied().chain([SPECIMEN]);
    let dashboards = domains.filter_map(|domain| {
        let path = format!("docs/dashboards/{}.json", domain.name);
        let artefact = artefacts.iter().find(|artefact| artefact.path == path)?;
        Some((domain, serde_json::from_str(&artefact.text).unwrap()))
    });
    let dashboards: Vec<_> = dashboards.collect();
    assert!(dashboards.len() >= 2);
    dashboards
}

fn panels(dashboard: &Value) -> &[Value] {
    dashboard["panels"].as_array().unwrap()
}

fn queries(dashboard: &Value) -> impl Iterator<Item = (&str, &str)> {
    panels(dashboard).iter().flat_map(|panel| {
        let targets = panel["targets"].as_array().map_or(&[][..], Vec::as_slice);
        let title = panel["title"].as_str().unwrap();
        targets.iter().map(move |target| (title, target["expr"].as_str().unwrap()))
    })
}

#[test]
fn every_query_asks_for_what_the_catalogue_declares() {
    for (domain, dashboard) in dashboards() {
        let declared = Declared::of(&domain);
        for (title, query) in queries(&dashboard) {
            declared.check(query, &format!("{} / {title}", domain.name));
        }
    }
}

#[test]
fn every_metric_has_a_panel_and_every_alert_too() {
    for (domain, dashboard) in dashboards() {
        let queries: Vec<&str> = queries(&dashboard).map(|(_, query)| query).collect();
        for metric in domain.catalogue.metrics {
            let name = names::metric_name(metric).unwrap();
            assert!(queries.iter().any(|query| query.contains(&name)), "{name} is on no panel");
        }
        for rule in domain.catalogue.alerts {
            let titles = panels(&dashboard).iter().filter(|panel| panel["title"] == rule.name);
            assert_eq!(titles.count(), 1, "{}", rule.name);
        }
    }
}

#[test]
fn panels_have_numbers_of_their_own_and_do_not_overlap() {
    for (_, dashboard) in dashboards() {
        let mut ids = BTreeSet::new();
        let mut taken = BTreeSet::new();
        for panel in panels(&dashboard) {
            assert!(ids.insert(panel["id"].as_i64().unwrap()), "{} shares its number", panel["title"]);
            let [x, y, w, h] = ["x", "y", "w", "h"].map(|side| panel["gridPos"][side].as_u64().unwrap());
            assert!(x + w <= 24, "{} stands over the edge", panel["title"]);
            for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
                assert!(taken.insert(cell), "{} stands on another panel", panel["title"]);
            }
        }
    }
}

#[test]
fn limits_are_drawn_where_the_rules_have_them() {
    let (_, dashboard) = dashboards().into_iter().find(|(domain, _)| domain.name == "specimen").unwrap();
    let steps = |title: &str| {
        let panel = panels(&dashboard).iter().find(|panel| panel["title"] == title).unwrap();
        let steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"].as_array().unwrap();
        steps
            .iter()
            .map(|step| (step["value"].as_f64(), step["color"].as_str().unwrap().to_owned()))
            .collect()
    };
    let expected = |colours: &[(Option<f64>, &str)]| -> Vec<(Option<f64>, String)> {
        colours.iter().map(|(from, colour)| (*from, (*colour).to_owned())).collect()
    };
    let found: Vec<_> = steps("specimen_value");
    assert_eq!(found, expected(&[(None, "green"), (Some(100.0), "red")]));
    let found: Vec<_> = steps("specimen_value_wavers");
    assert_eq!(found, expected(&[(None, "green"), (Some(80.0), "orange"), (Some(100.0), "red")]));
    let found: Vec<_> = steps("specimen_value_wavers_below");
    assert_eq!(found, expected(&[(None, "red"), (Some(-5.0), "orange"), (Some(5.0), "green")]));
}

#[test]
fn amounts_in_two_currencies_are_never_added_up() {
    for (_, dashboard) in dashboards() {
        for (title, query) in queries(&dashboard).filter(|(_, query)| query.contains("value_total")) {
            assert!(query.contains("currency_code)"), "{title}: {query}");
        }
    }
}

#[test]
fn dashboards_are_told_apart_and_ask_where_the_metrics_are() {
    let mut uids = BTreeSet::new();
    for (domain, dashboard) in dashboards() {
        let uid = dashboard["uid"].as_str().unwrap();
        assert!(uid.len() <= 40 && uids.insert(uid.to_owned()), "{uid}");
        let variables = dashboard["templating"]["list"].as_array().unwrap();
        let names: Vec<_> = variables.iter().map(|variable| variable["name"].as_str().unwrap()).collect();
        assert_eq!(names, ["datasource", "job"], "{}", domain.name);
        assert!(dashboard["id"].is_null(), "the number is Grafana's to give");
    }
}
