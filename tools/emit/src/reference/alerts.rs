//! What an alert means, where to look first, and when it says nothing.

use std::time::Duration;

use otel_core::alerting::{Criticality, Response, Routing};
use otel_core::{AlertRule, Catalogue, Condition, NoData, Severity};

use super::{anchor, codes, table};
use crate::domain::Domain;
use crate::problem::Problem;
use crate::subsystem::{second, subsystem_of};
use crate::{alert, rules, words};

pub(super) fn section(domain: &Domain) -> Result<String, Problem> {
    let alerts = domain.catalogue.alerts;
    if alerts.is_empty() {
        return Ok(String::new());
    }
    let rows = alerts.iter().map(|rule| {
        let name = format!("[`{}`](#{})", rule.name, anchor(rule.name));
        Ok([name, rule.level.as_str().to_owned(), words::condition(rule)?, pending(rule)])
    });
    let rows: Vec<_> = rows.collect::<Result<_, Problem>>()?;
    let mut section =
        format!("## Alerts\n\n{}", table(["alert", "level", "breached while", "fires after"], rows));
    for rule in alerts {
        section += &format!(
            "\n### {}\n\n{}\n{}\n{}\n{}",
            rule.name,
            facts(rule)?,
            meaning(rule)?,
            first_look(domain, rule)?,
            quiet(rule)?,
        );
    }
    Ok(section)
}

fn facts(rule: &AlertRule) -> Result<String, Problem> {
    let labels = alert::labels(rule)?;
    let instances = match labels.is_empty() {
        true => "one in all".to_owned(),
        false => format!("one for each {}", codes(labels.iter().map(String::as_str))),
    };
    let rows = [
        ["level", &format!("{}: {}", rule.level.as_str(), words::level(rule.level)?)],
        ["breached while", &words::condition(rule)?],
        ["fires after", &pending(rule)],
        ["goes on", &goes_on(rule.keep_firing_for)],
        ["without data", words::no_data(rule.no_data)?],
        ["instances in Prometheus", &instances],
        ["people are told", &format!("twice in {} at most", words::duration(rule.cool_down))],
    ];
    Ok(table(["", ""], rows.map(|row| row.map(str::to_owned))))
}

fn pending(rule: &AlertRule) -> String {
    if rule.pending.is_zero() { "at once".to_owned() } else { words::duration(rule.pending) }
}

fn goes_on(keep_firing_for: Duration) -> String {
    match keep_firing_for.is_zero() {
        true => "until it is not breached any more".to_owned(),
        false => format!("for {} after it was last breached", words::duration(keep_firing_for)),
    }
}

fn meaning(rule: &AlertRule) -> Result<String, Problem> {
    let responses = Response::ALL.into_iter().filter_map(|response| {
        let answered =
            |criticality: &Criticality| Routing::STANDARD.response(*criticality, rule.level) == response;
        let levels = Criticality::ALL.into_iter().filter(answered).map(|it| format!("`{}`", it.as_str()));
        let where_it_is = levels.collect::<Vec<_>>().join(" or ");
        (!where_it_is.is_empty()).then(|| format!("{} where it is {where_it_is}", response.as_str()))
    });
    let runbook = rule.runbook.map(|url| format!("\nWhat to do is written [here]({url}).\n"));
    Ok(format!(
        "#### What it means\n\n{}\n\nWhat is done about it depends on `service.criticality`; by the standard routing \
         table: {}.\n{}",
        rule.summary,
        responses.collect::<Vec<_>>().join(", "),
        runbook.unwrap_or_default(),
    ))
}

fn first_look(domain: &Domain, rule: &'static AlertRule) -> Result<String, Problem> {
    let mut steps = Vec::new();
    let queries = alert::breakdowns(rule)?;
    if queries.is_empty() {
        steps.push(
            "What was observed, and where: `alert.transition` events of this rule name the instance by its labels, \
             and the traces that show it."
                .to_owned(),
        );
    } else {
        let blocks = queries.iter().map(|query| format!("   ```promql\n   {query}\n   ```\n"));
        let blocks = blocks.collect::<String>();
        steps.push(format!("Where it comes from, label by label:\n\n{}", blocks.trim_end()));
    }
    if let Some(events) = related_events(domain.catalogue, rule) {
        steps.push(format!("Single cases, with identifiers and traces: the events {events}."));
    }
    if let Some(path) = domain.dashboard() {
        let path = path.trim_start_matches("docs/");
        steps.push(format!("Since when, and what changed with it: the [dashboard](../{path})."));
    }
    let steps = steps.iter().enumerate().map(|(at, step)| format!("{}. {step}\n", at + 1));
    let expression = rules::expression(rule)?;
    Ok(format!(
        "#### What to look at first\n\n{}\nThe rule itself, which fires {}:\n\n```promql\n{expression}\n```\n",
        steps.collect::<String>(),
        match rule.pending.is_zero() {
            true => "at once".to_owned(),
            false => format!("after {}", words::duration(rule.pending)),
        },
    ))
}

/// The warnings and errors that are recorded where the rule's metrics are.
fn related_events(catalogue: &Catalogue, rule: &'static AlertRule) -> Option<String> {
    let series = rule.condition.series();
    let subsystems: Vec<&str> =
        series.map(|series| subsystem_of(series.metric.name, catalogue.metrics)).collect();
    let serious = catalogue.events.iter().filter(|event| event.severity() >= Severity::Warn);
    let related = serious.map(|event| event.name()).filter(|name| subsystems.contains(&second(name)));
    Some(codes(related)).filter(|events| !events.is_empty())
}

fn quiet(rule: &AlertRule) -> Result<String, Problem> {
    let mut sentences = Vec::new();
    match &rule.condition {
        Condition::Ratio { whole, window, min_events, .. } => {
            let (whole, window) = (words::series(whole)?, words::duration(*window));
            sentences.push(match min_events {
                0 | 1 => format!("Without any {whole} in {window} there is no share, and no alert."),
                min => format!(
                    "With fewer than {} {whole} in {window} it says nothing, were all of them bad: so few do not \
                     tell a failure from chance. In quiet hours look at the numbers, not at the alert.",
                    words::thousands(*min)
                ),
            });
        }
        Condition::Mean { window, min_events, .. } if *min_events > 1 => sentences.push(format!(
            "With fewer than {min_events} values in {} it says nothing: a mean of so few is chance.",
            words::duration(*window)
        )),
        Condition::BurnRate { total, min_events, .. } if *min_events > 1 => sentences.push(format!(
            "With fewer than {min_events} {} in the longer window it says nothing: one failure would burn the budget \
             of a day.",
            words::series(total)?
        )),
        Condition::Absence { window, .. } => sentences.push(format!(
            "What grows at least once in {} is never missed, however slow it is.",
            words::duration(*window)
        )),
        _ => {}
    }
    if !rule.pending.is_zero() {
        sentences.push(format!("What is over within {} is not told.", words::duration(rule.pending)));
    }
    sentences.push(match rule.no_data {
        NoData::Resolve => {
            "When the process stops reporting, the alert ends as if all were well: that processes are there is for \
             other alerts to watch."
                .to_owned()
        }
        NoData::Alert => "It is not quiet when nothing is reported: that is when it fires.".to_owned(),
        NoData::Hold => {
            "When nothing is reported it neither starts nor ends: an old alert may be about what is long over."
                .to_owned()
        }
        _ => return Err(Problem::Unknown("an answer to missing data")),
    });
    Ok(format!("#### When it is quiet\n\n{}\n", sentences.join(" ")))
}
