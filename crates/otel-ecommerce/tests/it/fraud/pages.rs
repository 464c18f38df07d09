//! Whoever sees a finding is led to what the rule says.

use std::fs;
use std::path::Path;

use otel_ecommerce::conventions::fraud_rules::FRAUD_RULES;

#[test]
fn the_reference_of_each_rule_is_a_heading_of_the_page_on_fraud() {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/fraud.md");
    let page = fs::read_to_string(page).expect("the page");
    for rule in FRAUD_RULES {
        let (address, heading) = rule.reference.split_once('#').expect("a heading");
        assert!(address.starts_with(env!("CARGO_PKG_REPOSITORY")) && address.ends_with("/docs/fraud.md"));
        assert_eq!(heading, rule.name.as_str());
        let told = page.lines().any(|line| line == format!("### {heading}"));
        assert!(told, "{heading} has no heading");
        assert_eq!(rule.version, "1");
    }
}
