//! The registry, held against what its format asks for.

use std::collections::BTreeSet;

use yaml_rust2::Yaml;

use crate::formats::{artefacts, ending, yaml};

/// What each definition of Weaver's `definition/2` must have, by the list it stands in.
const REQUIRED: [(&str, &[&str]); 5] = [
    ("attributes", &["key", "type", "brief", "stability"]),
    ("attribute_groups", &["id"]),
    ("spans", &["type", "kind", "name", "brief", "stability"]),
    ("events", &["name", "brief", "stability"]),
    ("metrics", &["name", "instrument", "unit", "brief", "stability"]),
];

#[test]
fn every_definition_has_what_its_format_asks_for() {
    let mut seen = 0;
    for file in ending("docs/registry", ".yaml") {
        if file.path.ends_with("manifest.yaml") {
            continue;
        }
        let definitions = yaml(file);
        assert_eq!(definitions["file_format"].as_str(), Some("definition/2"), "{}", file.path);
        for (list_name, required) in REQUIRED {
            for definition in list(&definitions[list_name]) {
                for key in required {
                    assert!(!definition[*key].is_badvalue(), "{}: {definition:?} has no {key}", file.path);
                }
                seen += 1;
            }
        }
        for metric in list(&definitions["metrics"]) {
            let instrument = metric["instrument"].as_str().unwrap();
            assert!(["counter", "updowncounter", "gauge", "histogram"].contains(&instrument), "{metric:?}");
        }
    }
    assert!(seen > 100, "{seen} definitions");
}

/// What Weaver reads of a manifest.
#[test]
fn every_registry_has_a_manifest_with_an_address_that_ends_in_its_version() {
    let manifests = ending("docs/registry", "manifest.yaml");
    let folders: BTreeSet<String> = artefacts()
        .iter()
        .filter(|file| file.path.starts_with("docs/registry"))
        .map(|file| file.path.rsplit_once('/').unwrap().0.to_owned())
        .collect();
    assert_eq!(manifests.len(), folders.len());
    for file in manifests {
        let manifest = yaml(file);
        let url = manifest["schema_url"].as_str().unwrap();
        assert!(url.starts_with("https://"), "{url}");
        assert!(url.rsplit('/').next().unwrap().split('.').count() == 3, "{url}");
    }
}

#[test]
fn every_label_is_declared_as_an_attribute() {
    for metrics in ending("docs/registry", "metrics.yaml") {
        let folder = metrics.path.rsplit_once('/').unwrap().0;
        let attributes = yaml(ending(folder, "attributes.yaml")[0]);
        let declared: BTreeSet<&str> = list(&attributes["attributes"])
            .iter()
            .map(|attribute| attribute["key"].as_str().unwrap())
            .collect();
        let metrics = yaml(metrics);
        for metric in list(&metrics["metrics"]) {
            for label in list(&metric["attributes"]) {
                assert!(declared.contains(label["ref"].as_str().unwrap()), "{metric:?}");
            }
        }
    }
}

#[test]
fn closed_labels_are_enums_and_open_ones_say_their_cap() {
    let attributes = yaml(ending("docs/registry/specimen", "attributes.yaml")[0]);
    let of = |key: &str| {
        let found = list(&attributes["attributes"]).iter().find(|it| it["key"].as_str() == Some(key));
        found.unwrap().clone()
    };
    assert_eq!(
        list(&of("specimen.single")["type"]["members"]).len(),
        1,
        "a label that is no attribute elsewhere"
    );
    assert_eq!(of("specimen.place")["type"].as_str(), Some("string"));
    assert_eq!(of("specimen.place")["annotations"]["cardinality_cap"].as_i64(), Some(9));
    assert_eq!(of("specimen.owner")["annotations"]["sensitivity"].as_str(), Some("pseudonym"));
    let kinds = ["id", "attempt", "weight", "urgent", "tags"].map(|name| of(&format!("specimen.job.{name}")));
    let kinds: Vec<_> = kinds.iter().map(|attribute| attribute["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["string", "int", "double", "boolean", "string[]"]);
}

#[test]
fn every_rule_is_an_annotation() {
    let file = yaml(ending("docs/registry/specimen", "alerts.yaml")[0]);
    let rules = list(&file["attribute_groups"][0]["annotations"]["alerts"]);
    let names: Vec<_> = rules.iter().map(|rule| rule["name"].as_str().unwrap()).collect();
    assert_eq!(names, crate::specimens::ALERTS.iter().map(|rule| rule.name).collect::<Vec<_>>());
}

fn list(node: &Yaml) -> &[Yaml] {
    node.as_vec().map_or(&[], Vec::as_slice)
}
