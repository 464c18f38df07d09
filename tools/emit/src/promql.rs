//! Queries of dashboards and pages, in the names that Prometheus has.

use std::fmt::Write as _;
use std::time::Duration;

use otel_core::alerting::names;
use otel_core::{Instrument, MetricFacts, Part, Series};

use crate::problem::Problem;

/// Series of Prometheus: a name, and what their labels must be.
#[derive(Clone, Debug)]
pub(crate) struct Selector {
    pub(crate) name: String,
    matchers: Vec<String>,
}

impl Selector {
    /// All series of a metric: of a histogram, one of its parts.
    pub(crate) fn of(metric: &MetricFacts, part: Part) -> Result<Self, Problem> {
        let mut name = names::metric_name(metric)?;
        let mut matchers = Vec::new();
        if metric.instrument == Instrument::Histogram {
            name += match part {
                Part::Value | Part::Count => "_count",
                Part::Sum => "_sum",
                Part::AtMost(_) => "_bucket",
                _ => return Err(Problem::Unknown("a part of a series")),
            };
            if let Part::AtMost(bound) = part {
                matchers.push(format!("le=\"{bound}\""));
            }
        }
        Ok(Self { name, matchers })
    }

    /// The series that a rule looks at.
    pub(crate) fn of_rule(series: &Series) -> Result<Self, Problem> {
        series.matching.iter().try_fold(Self::of(&series.metric, series.part)?, |selector, label| {
            Ok(selector.matching(&names::label_name(label.key)?, "=", label.value))
        })
    }

    /// All series of this name.
    pub(crate) fn named(name: &str) -> Self {
        Self { name: name.to_owned(), matchers: Vec::new() }
    }

    /// The buckets of a histogram.
    pub(crate) fn buckets(metric: &MetricFacts) -> Result<Self, Problem> {
        Ok(Self { name: names::metric_name(metric)? + "_bucket", matchers: Vec::new() })
    }

    /// Only those whose label matches.
    #[must_use]
    pub(crate) fn matching(mut self, label: &str, operator: &str, value: &str) -> Self {
        self.matchers.push(format!("{label}{operator}{}", crate::document::quoted(value)));
        self
    }

    /// Only those of the services that a dashboard shows.
    #[must_use]
    pub(crate) fn of_shown_jobs(self) -> Self {
        self.matching("job", "=~", "$job")
    }

    pub(crate) fn text(&self) -> String {
        match self.matchers.join(", ") {
            matchers if matchers.is_empty() => self.name.clone(),
            matchers => format!("{}{{{matchers}}}", self.name),
        }
    }

    /// One of the functions that look over a time.
    pub(crate) fn over(&self, function: &str, window: &str) -> String {
        format!("{function}({}[{window}])", self.text())
    }
}

/// The same series of a metric, but another part of them.
pub(crate) const fn part_of(series: &Series, part: Part) -> Series {
    let mut other = *series;
    other.part = part;
    other
}

/// An aggregation that keeps some labels apart.
pub(crate) fn by(aggregation: &str, labels: &[String], of: &str) -> String {
    match labels.join(", ") {
        labels if labels.is_empty() => format!("{aggregation}({of})"),
        labels => format!("{aggregation} by ({labels}) ({of})"),
    }
}

/// A time as Prometheus writes it.
pub(crate) fn duration(time: Duration) -> String {
    const UNITS: [(u128, &str); 5] =
        [(86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"), (1, "ms")];
    let mut rest = time.as_millis();
    let mut out = String::new();
    for (unit, name) in UNITS {
        if rest >= unit {
            // Writing to a string does not fail.
            let _ = write!(out, "{}{name}", rest / unit);
            rest %= unit;
        }
    }
    if out.is_empty() { "0s".to_owned() } else { out }
}
