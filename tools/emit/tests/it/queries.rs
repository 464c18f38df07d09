//! Every query that is made can be parsed, and asks for metrics and labels that the catalogue declares.

use std::collections::{BTreeMap, BTreeSet};

use emit::Domain;
use otel_core::Instrument;
use otel_core::alerting::names;
use promql_parser::label::Matchers;
use promql_parser::parser::{AggregateExpr, Expr, LabelModifier, VectorSelector};

/// Labels that every series has, or that Prometheus adds.
const EVERYWHERE: [&str; 2] = ["job", "instance"];

/// What a domain's series are called, and the labels that each has.
pub(crate) struct Declared(BTreeMap<String, BTreeSet<String>>);

impl Declared {
    pub(crate) fn of(domain: &Domain) -> Self {
        let mut series: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for metric in domain.catalogue.metrics {
            let name = names::metric_name(metric).unwrap();
            let keys = metric.dimensions.iter().map(|dimension| names::label_name(dimension.key).unwrap());
            let labels: BTreeSet<String> = keys.chain(EVERYWHERE.map(str::to_owned)).collect();
            if metric.instrument == Instrument::Histogram {
                series.insert(format!("{name}_sum"), labels.clone());
                series.insert(format!("{name}_count"), labels.clone());
                let with_bound = labels.into_iter().chain(["le".to_owned()]).collect();
                series.insert(format!("{name}_bucket"), with_bound);
            } else {
                series.insert(name, labels);
            }
        }
        let own = ["alertname", "alertstate", "level", "domain", "job"].map(str::to_owned);
        let by = domain.catalogue.alerts.iter().flat_map(|rule| rule.by);
        let by = by.map(|label| names::label_name(label).unwrap());
        series.insert("ALERTS".to_owned(), own.into_iter().chain(by).collect());
        let active = ["job", "alert_rule_name", "alert_instance_id", "alert_state"].map(str::to_owned);
        // Another catalogue declares it, unless it is this one.
        series.entry("alert_active".to_owned()).or_insert_with(|| active.into_iter().collect());
        Self(series)
    }

    /// Parses a query and checks what it asks for.
    pub(crate) fn check(&self, query: &str, whence: &str) {
        // Grafana puts these in before Prometheus sees the query.
        let query = query.replace("$__rate_interval", "5m").replace("$job", ".*");
        let parsed = promql_parser::parser::parse(&query);
        let parsed = parsed.unwrap_or_else(|error| panic!("{whence}: {error}\n{query}"));
        let mut labels = BTreeSet::new();
        self.walk(&parsed, &mut labels, &format!("{whence}:\n{query}"));
    }

    /// Collects the labels that the series of an expression can have.
    fn walk(&self, expression: &Expr, labels: &mut BTreeSet<String>, whence: &str) {
        let mut each =
            |expressions: &[&Expr]| expressions.iter().for_each(|it| self.walk(it, labels, whence));
        match expression {
            Expr::Aggregate(AggregateExpr { expr, param, modifier, .. }) => {
                let mut inner = BTreeSet::new();
                self.walk(expr, &mut inner, whence);
                if let Some(param) = param {
                    self.walk(param, &mut inner, whence);
                }
                if let Some(LabelModifier::Include(by)) = modifier {
                    for label in &by.labels {
                        assert!(inner.contains(label), "nothing has the label {label} in {whence}");
                    }
                }
                labels.extend(inner);
            }
            Expr::Unary(unary) => each(&[&unary.expr]),
            Expr::Binary(binary) => each(&[&binary.lhs, &binary.rhs]),
            Expr::Paren(paren) => each(&[&paren.expr]),
            Expr::Subquery(subquery) => each(&[&subquery.expr]),
            Expr::Call(call) => call.args.args.iter().for_each(|it| self.walk(it, labels, whence)),
            Expr::VectorSelector(selector) => labels.extend(self.selected(selector, whence)),
            Expr::MatrixSelector(selector) => labels.extend(self.selected(&selector.vs, whence)),
            Expr::NumberLiteral(_) | Expr::StringLiteral(_) => {}
            other => panic!("nothing is known of {other:?} in {whence}"),
        }
    }

    fn selected(&self, selector: &VectorSelector, whence: &str) -> BTreeSet<String> {
        let name =
            selector.name.as_deref().unwrap_or_else(|| panic!("a selector without a name in {whence}"));
        let labels = self.0.get(name).unwrap_or_else(|| panic!("no metric is called {name} in {whence}"));
        let Matchers { matchers, .. } = &selector.matchers;
        for matcher in matchers {
            assert!(labels.contains(&matcher.name), "{name} has no label {} in {whence}", matcher.name);
        }
        labels.clone()
    }
}

#[test]
#[should_panic(expected = "no metric is called specimen_jobs")]
fn a_metric_that_is_not_declared_is_found() {
    Declared::of(&crate::specimens::SPECIMEN).check("sum(rate(specimen_jobs[5m]))", "here");
}

#[test]
#[should_panic(expected = "specimen_jobs_total has no label place")]
fn a_label_that_is_not_declared_is_found() {
    Declared::of(&crate::specimens::SPECIMEN).check("rate(specimen_jobs_total{place=\"x\"}[5m])", "here");
}

#[test]
#[should_panic(expected = "nothing has the label specimen_single")]
fn a_grouping_by_what_is_not_there_is_found() {
    Declared::of(&crate::specimens::SPECIMEN)
        .check("sum by (specimen_single) (rate(specimen_jobs_total[5m]))", "here");
}
