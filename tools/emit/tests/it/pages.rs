//! The reference pages: every link to a part of a page leads somewhere, and every query on them can be asked.

use std::collections::BTreeSet;

use emit::DOMAINS;

use crate::formats::ending;
use crate::queries::Declared;
use crate::specimens::SPECIMEN;

#[test]
fn every_link_within_a_page_leads_to_a_heading() {
    for page in ending("docs/telemetry", ".md") {
        let headings = page.text.lines().filter(|line| line.starts_with('#'));
        let anchors: BTreeSet<String> =
            headings.map(|line| anchor(line.trim_start_matches(['#', ' ']))).collect();
        for link in page.text.split("](#").skip(1).map(|rest| rest.split(')').next().unwrap()) {
            assert!(anchors.contains(link), "{} has no heading for #{link}", page.path);
        }
    }
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

#[test]
fn every_query_on_a_page_asks_for_what_the_catalogue_declares() {
    for domain in DOMAINS.iter().copied().chain([SPECIMEN]) {
        let page = ending(&format!("docs/telemetry/{}.md", domain.name), "")[0];
        let declared = Declared::of(&domain);
        let blocks = page.text.split("```promql\n").skip(1).map(|rest| rest.split("```").next().unwrap());
        let queries: Vec<&str> = blocks.collect();
        assert!(queries.len() >= domain.catalogue.alerts.len());
        for query in queries {
            declared.check(query, &page.path);
        }
    }
}

#[test]
fn every_alert_has_a_section_that_says_what_to_do() {
    for domain in DOMAINS.iter().copied().chain([SPECIMEN]) {
        let page = &ending(&format!("docs/telemetry/{}.md", domain.name), "")[0].text;
        for rule in domain.catalogue.alerts {
            let section = page.split(&format!("\n### {}\n", rule.name)).nth(1).unwrap();
            let section = section.split("\n### ").next().unwrap();
            for part in ["#### What it means", "#### What to look at first", "#### When it is quiet"] {
                assert!(section.contains(part), "{} has no part {part:?}", rule.name);
            }
            assert!(section.contains(rule.summary));
        }
    }
}

#[test]
fn everything_in_a_catalogue_is_on_its_page() {
    for domain in DOMAINS.iter().copied().chain([SPECIMEN]) {
        let page = &ending(&format!("docs/telemetry/{}.md", domain.name), "")[0].text;
        let catalogue = domain.catalogue;
        let names = catalogue.metrics.iter().map(|metric| metric.name);
        let names = names.chain(catalogue.events.iter().map(|event| event.name()));
        let names = names.chain(catalogue.spans.iter().map(|span| span.name()));
        let names = names.chain(catalogue.attributes.iter().map(|key| key.name));
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "{name} is not on the page of {}", domain.name);
        }
    }
}
