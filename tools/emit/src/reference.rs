//! The reference pages, for whoever reads telemetry: at night, that is whoever was woken up.

mod alerts;
mod index;
mod metrics;
mod records;

use crate::artefact::Artefact;
use crate::domain::Domain;
use crate::problem::Problem;

/// A page for each domain, and one that lists them.
pub(crate) fn pages(domains: &[Domain]) -> Result<Vec<Artefact>, Problem> {
    let mut pages = vec![Artefact::new("docs/telemetry/README.md", index::page(domains))];
    for domain in domains {
        pages.push(Artefact::new(domain.page(), page(domain)?));
    }
    Ok(pages)
}

fn page(domain: &Domain) -> Result<String, Problem> {
    let catalogue = domain.catalogue;
    let mut page = format!(
        "# {}\n\nEverything that `{}` {} emits. This page is made from its catalogue: `{}`.\n\n",
        domain.title,
        catalogue.name,
        catalogue.version,
        crate::COMMAND,
    );
    page += &contents(domain);
    let sections = [
        alerts::section(domain)?,
        metrics::section(domain)?,
        records::events(catalogue.events),
        records::spans(catalogue.spans),
        records::attributes(catalogue)?,
    ];
    for section in sections.into_iter().filter(|section| !section.is_empty()) {
        page.push('\n');
        page += &section;
    }
    Ok(page)
}

/// Where on the page and elsewhere things are.
fn contents(domain: &Domain) -> String {
    let catalogue = domain.catalogue;
    let sections = [
        ("Alerts", catalogue.alerts.len()),
        ("Metrics", catalogue.metrics.len()),
        ("Events", catalogue.events.len()),
        ("Spans", catalogue.spans.len()),
        ("Attributes", catalogue.attributes.len()),
    ];
    let sections = sections.iter().filter(|(_, count)| *count > 0);
    let mut lines: Vec<String> = sections
        .map(|(title, count)| format!("- [{title}](#{}): {count}", title.to_ascii_lowercase()))
        .collect();
    let files = files(domain).into_iter().flatten();
    lines.push(format!("- Made of the same: {}", files.collect::<Vec<_>>().join(", ")));
    lines.join("\n") + "\n"
}

/// Links to what else is made of a domain.
fn files(domain: &Domain) -> [Option<String>; 4] {
    let link = |text: &str, path: &str| format!("[{text}](../{})", path.trim_start_matches("docs/"));
    [
        domain.rules().map(|path| link("rules for Prometheus", &path)),
        domain.rule_tests().map(|path| link("tests of the rules", &path)),
        domain.dashboard().map(|path| link("dashboard for Grafana", &path)),
        Some(link("registry for Weaver", &domain.registry("manifest"))),
    ]
}

/// A table with a header. Bars inside cells would end them.
fn table<const N: usize>(header: [&str; N], rows: impl IntoIterator<Item = [String; N]>) -> String {
    let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
    let mut out = line(&header.map(str::to_owned));
    out += &format!("|{}\n", "---|".repeat(N));
    for row in rows {
        out += &line(&row.map(|cell| cell.replace('|', "\\|")));
    }
    out
}

/// Texts as code, with commas between them.
fn codes<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    texts.into_iter().map(|text| format!("`{text}`")).collect::<Vec<_>>().join(", ")
}

/// What the page of GitHub calls a heading.
fn anchor(heading: &str) -> String {
    let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(kept).map(|c| if c == ' ' { '-' } else { c }).collect()
}
