#![doc = include_str!("../README.md")]

// What is read, and what is written.
mod artefact;
mod document;
mod domain;
mod problem;

// How it is said.
mod alert;
mod promql;
mod subsystem;
mod words;

// What is made.
mod dashboard;
mod reference;
mod registry;
mod rules;

pub use artefact::{Artefact, Difference, differences, write};
pub use domain::{DOMAINS, Domain};
pub use problem::Problem;

/// The command that makes everything anew.
pub const COMMAND: &str = "cargo run -p emit";

/// Everything that is made of these domains, in the order of the paths.
///
/// # Errors
///
/// When a catalogue holds something that nothing can be made of.
pub fn artefacts(domains: &[Domain]) -> Result<Vec<Artefact>, Problem> {
    let mut artefacts = reference::pages(domains)?;
    artefacts.extend(registry::files(domains)?);
    artefacts.extend(rules::files(domains)?);
    artefacts.extend(dashboard::files(domains)?);
    artefacts.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(artefacts)
}

/// What stands above everything that is made and can hold a comment.
fn notice(domain: &Domain) -> String {
    format!("Made from the catalogue of {} by `{COMMAND}`; do not edit.", domain.catalogue.name)
}
