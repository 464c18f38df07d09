//! Panels of metrics: each kind of metric in the way it can be read.

use otel_core::alerting::names;
use otel_core::{Dimension, Instrument, MetricFacts, Part, Unit};

use super::panel::{Kind, Panel, Target};
use super::units;
use crate::problem::Problem;
use crate::promql::{Selector, by};

/// More lines than this in one panel cannot be told apart.
const MAX_LINES: usize = 40;

/// The time that rates are taken over: Grafana makes it at least four times as long as between two scrapes.
const RATE_INTERVAL: &str = "$__rate_interval";

/// The panels of a metric: one, or where that would be too many lines, one for each of its labels.
pub(super) fn panels(metric: &MetricFacts) -> Result<Vec<Panel>, Problem> {
    let value = match metric.instrument {
        Instrument::Counter => Selector::of(metric, Part::Value)?.of_shown_jobs().over("rate", RATE_INTERVAL),
        Instrument::UpDownCounter => Selector::of(metric, Part::Value)?.of_shown_jobs().text(),
        Instrument::Gauge | Instrument::FloatGauge => return Ok(vec![as_it_is(metric)?]),
        Instrument::Histogram => return quantiles(metric),
        _ => return Err(Problem::Unknown("a kind of metric")),
    };
    let unit = match metric.instrument {
        Instrument::Counter => units::a_second(metric.unit),
        _ => units::of(metric.unit),
    };
    groupings(metric)
        .into_iter()
        .map(|group| {
            let target = Target { query: by("sum", &group.labels()?, &value), legend: group.legend()? };
            panel(metric, &group, unit, vec![target])
        })
        .collect()
}

/// The last value of each series: what was measured in two places cannot be added up.
fn as_it_is(metric: &MetricFacts) -> Result<Panel, Problem> {
    let group = Group(metric.dimensions.iter().collect());
    let query = Selector::of(metric, Part::Value)?.of_shown_jobs().text();
    let legend = format!("{{{{job}}}} {}", group.legend()?);
    let everywhere = Group(Vec::new());
    panel(metric, &everywhere, units::of(metric.unit), vec![Target { query, legend }])
}

/// How long, or how large, most are; and what differs with each label.
fn quantiles(metric: &MetricFacts) -> Result<Vec<Panel>, Problem> {
    let rate = Selector::buckets(metric)?.of_shown_jobs().over("rate", RATE_INTERVAL);
    let quantile = |quantile: f64, group: &Group<'_>| {
        let labels: Vec<String> = ["le".to_owned()].into_iter().chain(group.labels()?).collect();
        Ok::<_, Problem>(format!("histogram_quantile({quantile}, {})", by("sum", &labels, &rate)))
    };
    let all = Group(Vec::new());
    let targets = [(0.5, "median"), (0.95, "p95"), (0.99, "p99")]
        .map(|(share, name)| Ok(Target { query: quantile(share, &all)?, legend: name.to_owned() }));
    let targets = targets.into_iter().collect::<Result<_, Problem>>()?;
    let mut panels = vec![panel(metric, &all, units::of(metric.unit), targets)?];
    for dimension in metric.dimensions {
        let group = Group(vec![dimension]);
        let target = Target { query: quantile(0.95, &group)?, legend: group.legend()? };
        let mut panel = panel(metric, &group, units::of(metric.unit), vec![target])?;
        panel.title += " (p95)";
        panels.push(panel);
    }
    Ok(panels)
}

fn panel(
    metric: &MetricFacts,
    group: &Group<'_>,
    unit: &'static str,
    targets: Vec<Target>,
) -> Result<Panel, Problem> {
    let brief = metric.brief.trim_end_matches('.');
    let amounts = if metric.unit == Unit::MINOR_UNITS { " In minor units of the currency." } else { "" };
    let name = names::metric_name(metric)?;
    Ok(Panel {
        title: format!("{brief}{}", group.words(metric)),
        description: format!("{}{amounts} `{}`, `{name}` in Prometheus.", metric.brief, metric.name),
        kind: Kind::Lines,
        unit,
        targets,
        thresholds: Vec::new(),
        width: 8,
    })
}

/// The labels that lines are told apart by.
struct Group<'a>(Vec<&'a Dimension>);

impl Group<'_> {
    fn labels(&self) -> Result<Vec<String>, Problem> {
        self.0.iter().map(|dimension| Ok(names::label_name(dimension.key)?)).collect()
    }

    fn legend(&self) -> Result<String, Problem> {
        let labels = self.labels()?.into_iter().map(|label| format!("{{{{{label}}}}}"));
        let legend = labels.collect::<Vec<_>>().join(" ");
        Ok(if legend.is_empty() { "all".to_owned() } else { legend })
    }

    /// What a title adds: the labels, without the domain where it is the metric's own.
    fn words(&self, metric: &MetricFacts) -> String {
        let domain = metric.name.split_inclusive('.').next().unwrap_or_default();
        let words = self.0.iter().map(|dimension| {
            dimension.key.strip_prefix(domain).unwrap_or(dimension.key).replace(['.', '_'], " ")
        });
        match words.collect::<Vec<_>>().join(" and ") {
            words if words.is_empty() => words,
            words => format!(", by {words}"),
        }
    }
}

/// All labels at once where that is few lines, and each by itself otherwise. Amounts of money in two currencies cannot
/// be added up, so these always stay apart.
fn groupings(metric: &MetricFacts) -> Vec<Group<'_>> {
    let inseparable = |dimension: &&Dimension| {
        metric.unit == Unit::MINOR_UNITS && dimension.key.split('.').any(|part| part == "currency")
    };
    let kept: Vec<&Dimension> = metric.dimensions.iter().filter(inseparable).collect();
    if metric.series <= MAX_LINES || metric.dimensions.len() == 1 {
        return vec![Group(metric.dimensions.iter().collect())];
    }
    let all_kept = (!kept.is_empty()).then(|| Group(kept.clone()));
    let others = metric.dimensions.iter().filter(|dimension| !inseparable(dimension));
    let each = others.map(|dimension| Group([dimension].into_iter().chain(kept.iter().copied()).collect()));
    all_kept.into_iter().chain(each).collect()
}
