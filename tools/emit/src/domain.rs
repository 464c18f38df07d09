//! What artefacts are made of: one line for each catalogue.

use otel_core::alerting::conventions as alerting;
use otel_core::{AlertRule, Catalogue};

/// A catalogue and what its artefacts are called.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Domain {
    /// The name of its files.
    pub name: &'static str,
    /// What its pages are headed.
    pub title: &'static str,
    /// Everything it emits.
    pub catalogue: &'static Catalogue,
}

/// Every domain, in the order of the index.
pub const DOMAINS: &[Domain] = &[
    Domain::new("trading", "Trading", &otel_trading::CATALOGUE),
    Domain::new("ecommerce", "E-commerce", &otel_ecommerce::CATALOGUE),
    Domain::new("alerting", "The alert machine", &alerting::CATALOGUE),
];

impl Domain {
    /// A domain: the name of its files, what its pages are headed, and everything it emits.
    pub const fn new(name: &'static str, title: &'static str, catalogue: &'static Catalogue) -> Self {
        Self { name, title, catalogue }
    }

    /// The file of its alert rules, where it has some.
    pub(crate) fn rules(&self) -> Option<String> {
        (!self.catalogue.alerts.is_empty()).then(|| format!("docs/rules/{}.yml", self.name))
    }

    /// The file of the tests of its alert rules, where it has some.
    pub(crate) fn rule_tests(&self) -> Option<String> {
        (!self.catalogue.alerts.is_empty()).then(|| format!("docs/rules/{}_test.yml", self.name))
    }

    /// The file of its dashboard, where there is something to show.
    pub(crate) fn dashboard(&self) -> Option<String> {
        let empty = self.catalogue.metrics.is_empty() && self.catalogue.alerts.is_empty();
        (!empty).then(|| format!("docs/dashboards/{}.json", self.name))
    }

    /// The file of its reference page.
    pub(crate) fn page(&self) -> String {
        format!("docs/telemetry/{}.md", self.name)
    }

    /// A file of its registry.
    pub(crate) fn registry(&self, file: &str) -> String {
        format!("docs/registry/{}/{file}.yaml", self.name)
    }

    /// The address of a rule's part of the reference page, or of the page that the rule itself names.
    pub(crate) fn runbook(&self, rule: &AlertRule) -> String {
        let own = || format!("{}/blob/main/{}#{}", env!("CARGO_PKG_REPOSITORY"), self.page(), rule.name);
        rule.runbook.map_or_else(own, str::to_owned)
    }
}
