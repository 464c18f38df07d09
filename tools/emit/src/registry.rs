//! The registry: the catalogues in the language of OpenTelemetry Weaver (`definition/2`), for its checks and generators.
//!
//! What that language has no words for is in `annotations`, which its tools hand through.

mod alerts;
mod attributes;
mod signals;

use crate::artefact::Artefact;
use crate::document::{Map, Node, yaml};
use crate::domain::Domain;
use crate::problem::Problem;

/// The files of each domain: one for each kind of definition that it has.
pub(crate) fn files(domains: &[Domain]) -> Result<Vec<Artefact>, Problem> {
    let mut files = Vec::new();
    for domain in domains {
        let catalogue = domain.catalogue;
        let definitions = [
            ("attributes", attributes::definitions(catalogue)?),
            ("events", signals::events(catalogue)),
            ("metrics", signals::metrics(catalogue)?),
            ("spans", signals::spans(domain)),
        ];
        files.push(file(domain, "manifest", &manifest(domain)));
        for (kind, definitions) in definitions.into_iter().filter(|(_, found)| !found.is_empty()) {
            files.push(file(domain, kind, &definition(kind, definitions)));
        }
        if !catalogue.alerts.is_empty() {
            files.push(file(domain, "alerts", &definition("attribute_groups", vec![alerts::group(domain)?])));
        }
    }
    Ok(files)
}

fn file(domain: &Domain, name: &str, content: &Map) -> Artefact {
    Artefact::new(domain.registry(name), yaml(&crate::notice(domain), &Node::Map(content.clone())))
}

fn definition(kind: &str, definitions: Vec<Node>) -> Map {
    Map::new().with("file_format", "definition/2").with(kind, definitions)
}

/// What the registry is called. Its address is an identifier: nothing need be there.
fn manifest(domain: &Domain) -> Map {
    let catalogue = domain.catalogue;
    let repository = env!("CARGO_PKG_REPOSITORY");
    Map::new()
        .with("description", format!("{}: everything that {} emits.", domain.title, catalogue.name))
        .with("schema_url", format!("{repository}/registry/{}/{}", domain.name, catalogue.version))
        .with("stability", STABILITY)
}

/// Nothing is stable before version 1.
const STABILITY: &str = "development";
