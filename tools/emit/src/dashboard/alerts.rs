//! The first row: which alerts fire, and how far from its limit each is.

use std::time::Duration;

use otel_core::{AlertRule, Breach, Burn, Condition, Limit, Part, Series};

use super::panel::{GREEN, Kind, ORANGE, Panel, RED, Row, Target, Threshold};
use super::units;
use crate::domain::Domain;
use crate::problem::Problem;
use crate::promql::{Selector, by, duration, part_of};
use crate::{alert, words};

pub(super) fn row(domain: &Domain) -> Result<Row, Problem> {
    let alerts = domain.catalogue.alerts;
    let names: Vec<&str> = alerts.iter().map(|rule| rule.name).collect();
    let mut panels = vec![firing(&names), states(&names)];
    for rule in alerts {
        panels.push(rule_panel(rule)?);
    }
    Ok(Row { title: "Alerts".to_owned(), panels })
}

/// The alerts of a domain, of the services that are shown and of none: what is not there has no service.
fn alerts(names: &[&str], state: &str) -> String {
    format!("ALERTS{{alertname=~\"{}\", alertstate=\"{state}\", job=~\"$job|\"}}", names.join("|"))
}

fn firing(names: &[&str]) -> Panel {
    Panel {
        title: "Firing".to_owned(),
        description: "How many alerts of this domain fire now.".to_owned(),
        kind: Kind::Number,
        unit: "short",
        targets: vec![Target {
            query: format!("sum({}) or vector(0)", alerts(names, "firing")),
            legend: "firing".to_owned(),
        }],
        thresholds: vec![Threshold { from: None, colour: GREEN }, Threshold { from: Some(1.0), colour: RED }],
        width: 4,
    }
}

fn states(names: &[&str]) -> Panel {
    let [pending, firing] = ["pending", "firing"].map(|state| alerts(names, state));
    Panel {
        title: "States".to_owned(),
        description: "Which alerts were pending or fired, and when.".to_owned(),
        kind: Kind::States(vec![(1, "pending", ORANGE), (2, "firing", RED)]),
        unit: "short",
        targets: vec![Target {
            query: format!("max by (alertname, job) ({pending} or 2 * {firing})"),
            legend: "{{alertname}} {{job}}".to_owned(),
        }],
        thresholds: Vec::new(),
        width: 20,
    }
}

/// What a rule measures, and its limit.
fn rule_panel(rule: &AlertRule) -> Result<Panel, Problem> {
    let Shown { targets, unit, thresholds } = shown(rule)?;
    Ok(Panel {
        title: rule.name.to_owned(),
        description: format!("{} It fires while {}.", rule.summary, words::condition(rule)?),
        kind: Kind::Lines,
        unit,
        targets,
        thresholds,
        width: 8,
    })
}

/// What is drawn of a rule.
struct Shown {
    targets: Vec<Target>,
    unit: &'static str,
    thresholds: Vec<Threshold>,
}

fn shown(rule: &AlertRule) -> Result<Shown, Problem> {
    let grouped = Grouped::of(rule)?;
    let one = |query: String, unit, thresholds| {
        Ok(Shown { targets: vec![grouped.target(query, "")], unit, thresholds })
    };
    match &rule.condition {
        Condition::Value { series, limit } => {
            let value = grouped.sum(&selector(series)?.text());
            one(value, units::of(series.metric.unit), thresholds(limit)?)
        }
        Condition::Rate { series, window, limit } => {
            let (selector, window_text) = (selector(series)?, duration(*window));
            let speed = match series.is_cumulative() {
                true => grouped.sum(&selector.over("rate", &window_text)),
                false => {
                    format!(
                        "{} / {}",
                        grouped.sum(&selector.over("delta", &window_text)),
                        window.as_secs_f64()
                    )
                }
            };
            one(speed, units::a_second(series.metric.unit), thresholds(limit)?)
        }
        Condition::Ratio { part, whole, window, limit, .. } => {
            one(grouped.share([part, whole], &duration(*window))?, "percentunit", thresholds(limit)?)
        }
        Condition::Mean { series, window, limit, .. } => {
            let window = duration(*window);
            let rate = |part| Ok::<_, Problem>(selector(&part_of(series, part))?.over("rate", &window));
            let mean = format!("{} / {}", grouped.sum(&rate(Part::Sum)?), grouped.sum(&rate(Part::Count)?));
            one(mean, units::of(series.metric.unit), thresholds(limit)?)
        }
        Condition::BurnRate { bad, total, objective, burn, .. } => {
            grouped.burn_rate([bad, total], *objective, *burn)
        }
        Condition::Absence { series, window } => {
            let growth = grouped.sum(&selector(series)?.over("increase", &duration(*window)));
            // It never is less than nothing.
            let alive = Threshold { from: Some(f64::MIN_POSITIVE), colour: GREEN };
            one(growth, "short", vec![Threshold { from: None, colour: RED }, alive])
        }
        Condition::Deviation { series, window, baseline, sigmas, .. } => {
            grouped.deviation(series, [*window, *baseline], *sigmas)
        }
        Condition::Observed { .. } => {
            let selector = Selector::named("alert_active").matching("alert_rule_name", "=", rule.name);
            let firing = selector.matching("alert_state", "=", "firing").of_shown_jobs().text();
            let red = Threshold { from: Some(1.0), colour: RED };
            let thresholds = vec![Threshold { from: None, colour: GREEN }, red];
            let target =
                Target { query: by("sum", &["job".to_owned()], &firing), legend: "{{job}}".to_owned() };
            Ok(Shown { targets: vec![target], unit: "short", thresholds })
        }
        _ => Err(Problem::Unknown("a condition")),
    }
}

/// The labels that the instances of a rule are told apart by.
struct Grouped(Vec<String>);

impl Grouped {
    fn of(rule: &AlertRule) -> Result<Self, Problem> {
        Ok(Self(alert::labels(rule)?))
    }

    fn sum(&self, of: &str) -> String {
        by("sum", &self.0, of)
    }

    fn share(&self, [part, whole]: [&Series; 2], window: &str) -> Result<String, Problem> {
        let increase = |series| Ok::<_, Problem>(selector(series)?.over("increase", window));
        Ok(format!("{} / {}", self.sum(&increase(part)?), self.sum(&increase(whole)?)))
    }

    /// The share in each of the windows, and the least that all of them must be beyond.
    fn burn_rate(&self, series: [&Series; 2], objective: f64, burn: Burn) -> Result<Shown, Problem> {
        let (windows, factor) = match burn {
            Burn::Fast => (["1h", "5m", "6h", "30m"], 6.0),
            Burn::Slow => (["1d", "2h", "3d", "6h"], 1.0),
            _ => return Err(Problem::Unknown("a burn rate")),
        };
        let target = |window| Ok(self.target(self.share(series, window)?, window));
        let targets = windows.into_iter().map(target).collect::<Result<_, Problem>>()?;
        let limit = Limit::above(factor * (1.0 - objective));
        Ok(Shown { targets, unit: "percentunit", thresholds: thresholds(&limit)? })
    }

    /// The value, and between what it usually is.
    fn deviation(
        &self,
        series: &Series,
        [window, baseline]: [Duration; 2],
        sigmas: f64,
    ) -> Result<Shown, Problem> {
        let (window, baseline) = (duration(window), duration(baseline));
        let (value, unit) = match series.is_cumulative() {
            true => (selector(series)?.over("rate", &window), units::a_second(series.metric.unit)),
            false => (selector(series)?.text(), units::of(series.metric.unit)),
        };
        let value = self.sum(&value);
        let past = |function: &str| format!("{function}(({value})[{baseline}:{window}] offset {window})");
        let [mean, spread] = ["avg_over_time", "stddev_over_time"].map(past);
        let targets = vec![
            self.target(format!("{mean} + {sigmas} * {spread}"), "usual at most"),
            self.target(format!("{mean} - {sigmas} * {spread}"), "usual at least"),
            self.target(value, ""),
        ];
        Ok(Shown { targets, unit, thresholds: Vec::new() })
    }

    fn target(&self, query: String, which: &str) -> Target {
        let labels = self.0.iter().map(|label| format!("{{{{{label}}}}}"));
        let words = labels.chain((!which.is_empty()).then(|| which.to_owned()));
        let legend = words.collect::<Vec<_>>().join(" ");
        Target { query, legend: if legend.is_empty() { "all".to_owned() } else { legend } }
    }
}

fn selector(series: &Series) -> Result<Selector, Problem> {
    Ok(Selector::of_rule(series)?.of_shown_jobs())
}

/// A limit as colours: what fires is red, and what goes on firing until the way back is orange.
fn thresholds(limit: &Limit) -> Result<Vec<Threshold>, Problem> {
    let colours = match limit.breach {
        Breach::Above => [(None, GREEN), (Some(limit.clear_at), ORANGE), (Some(limit.at), RED)],
        Breach::Below => [(None, RED), (Some(limit.at), ORANGE), (Some(limit.clear_at), GREEN)],
        _ => return Err(Problem::Unknown("a side of a limit")),
    };
    let steps = colours.into_iter().map(|(from, colour)| Threshold { from, colour });
    Ok(steps.filter(|step| limit.has_hysteresis() || step.colour != ORANGE).collect())
}
