//! What is made can be read by those it is made for.

use std::sync::LazyLock;

use emit::{Artefact, DOMAINS};
use yaml_rust2::{Yaml, YamlLoader};

use crate::specimens::SPECIMEN;

/// Everything that is made, and of the specimens too. It is made once: rehearsing every rule takes its time.
pub(crate) fn artefacts() -> &'static [Artefact] {
    static ARTEFACTS: LazyLock<Vec<Artefact>> = LazyLock::new(|| {
        let domains: Vec<_> = DOMAINS.iter().copied().chain([SPECIMEN]).collect();
        emit::artefacts(&domains).unwrap()
    });
    &ARTEFACTS
}

/// Everything in a folder whose name ends so.
pub(crate) fn ending(folder: &str, end: &str) -> Vec<&'static Artefact> {
    let found = artefacts().iter().filter(|it| it.path.starts_with(folder) && it.path.ends_with(end));
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty(), "{folder} has nothing that ends in {end}");
    found
}

/// The only document of a file.
pub(crate) fn yaml(artefact: &Artefact) -> Yaml {
    let documents = YamlLoader::load_from_str(&artefact.text);
    let mut documents = documents.unwrap_or_else(|error| panic!("{}: {error}", artefact.path));
    assert_eq!(documents.len(), 1, "{}", artefact.path);
    documents.remove(0)
}

#[test]
fn every_file_is_of_a_known_kind_and_ends_with_one_line_break() {
    for Artefact { path, text, .. } in artefacts() {
        let kind = path.rsplit_once('.').map(|(_, kind)| kind);
        assert!(matches!(kind, Some("md" | "yaml" | "yml" | "json")), "{path}");
        assert!(text.ends_with('\n') && !text.ends_with("\n\n"), "{path}");
        assert!(text.lines().all(|line| line.trim_end() == line), "{path} has spaces at the end of a line");
    }
}

#[test]
fn texts_come_through_as_they_are() {
    let attributes = ending("docs/registry/specimen", "attributes.yaml");
    let document = yaml(attributes[0]);
    let of = |key: &str| {
        let attributes = document["attributes"].as_vec().unwrap();
        attributes.iter().find(|attribute| attribute["key"].as_str() == Some(key)).unwrap().clone()
    };
    assert_eq!(of("specimen.owner")["brief"].as_str(), Some("Whose it is: \"theirs\" | ours."));
    let values = of("specimen.ending")["type"]["members"].as_vec().unwrap().clone();
    let values: Vec<_> = values.iter().map(|member| member["value"].as_str().unwrap().to_owned()).collect();
    assert_eq!(values, ["good", "bad", "off: \"odd\" | 'it' # \\"]);
}
