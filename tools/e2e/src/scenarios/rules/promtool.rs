//! What Prometheus makes of the same rules and series.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use otel_core::alerting::{Query, QueryError, names};
use otel_core::{AlertRule, Part};

use super::chance::Point;
use super::conditions::{Input, Trial};
use super::suite::{Active, Suite};
use crate::failure::Failure;
use crate::process::{Process, Said};
use crate::scenarios::Ground;

/// How long promtool may take for one suite: many times what it takes.
const PATIENCE: Duration = Duration::from_secs(240);

/// The job that all series belong to.
const JOB: &str = "e2e";

/// What promtool is told to compare.
const ALERTS: &str = "ALERTS{";

/// Fails where Prometheus finds other instances pending or firing than the process did.
pub(super) fn compare(suite: &Suite, promtool: &Path, ground: &Ground) -> Result<(), Failure> {
    let name = format!("{}-{}", suite.kind, suite.seed).replace(' ', "-");
    let folder = ground.folder.join("rules").join(&name);
    fs::create_dir_all(&folder).map_err(|error| unwritable(&folder, &error))?;
    let written = |error: QueryError| Failure::wrong(error.to_string());
    for (file, text) in [
        ("rules.yml", rules(suite).map_err(written)?),
        ("test.yml", test(suite).map_err(|error| Failure::wrong(error.to_string()))?),
    ] {
        let path = folder.join(file);
        fs::write(&path, text).map_err(|error| unwritable(&path, &error))?;
    }
    let run = |arguments: [&str; 3]| run(Command::new(promtool).args(arguments).current_dir(&folder));
    let (accepted, said) = run(["check", "rules", "rules.yml"])?;
    if !accepted {
        return Err(Failure::wrong(format!("Prometheus does not take {}:\n{said}", folder.display())));
    }
    let (equal, said) = run(["test", "rules", "test.yml"])?;
    if !equal {
        return Err(Failure::wrong(explanation(suite, &said, &folder)));
    }
    if ground.logs.is_none() {
        // What was as it should be is of no interest, and the next run writes it anew.
        let _ = fs::remove_dir_all(&folder);
    }
    Ok(())
}

/// The rules as a file for Prometheus.
fn rules(suite: &Suite) -> Result<String, QueryError> {
    let mut text = String::from("groups:\n  - name: e2e\n    rules:\n");
    for Trial { rule, .. } in &suite.trials {
        let expression = Query::of(rule)?.promql();
        let _ = writeln!(text, "      - alert: {}\n        expr: |2", rule.name);
        for line in expression.lines() {
            let _ = writeln!(text, "          {line}");
        }
        for (key, time) in [("for", rule.pending), ("keep_firing_for", rule.keep_firing_for)] {
            if !time.is_zero() {
                let _ = writeln!(text, "        {key}: {}ms", time.as_millis());
            }
        }
    }
    Ok(text)
}

/// The series and what is expected of them, as a file for promtool.
fn test(suite: &Suite) -> Result<String, names::NameError> {
    let timing = &suite.timing;
    let mut text = format!(
        "rule_files: [rules.yml]\nevaluation_interval: {}ms\ntests:\n  - interval: {}ms\n    input_series:\n",
        timing.evaluation.as_millis(),
        timing.interval.as_millis()
    );
    for input in suite.trials.iter().flat_map(|trial| &trial.inputs) {
        let _ = writeln!(text, "      - series: '{}'\n        values: '{}'", series(input)?, values(input));
    }
    text.push_str("    promql_expr_test:\n");
    for (number, active) in (0..).zip(&suite.steps) {
        let at = (timing.evaluation * number).as_millis();
        let _ = writeln!(text, "      - expr: ALERTS\n        eval_time: {at}ms\n        exp_samples:");
        for active in active {
            let labels = alert(suite, active)?;
            let _ = writeln!(text, "          - labels: '{labels}'\n            value: 1");
        }
    }
    Ok(text)
}

fn series(input: &Input) -> Result<String, names::NameError> {
    let mut name = names::metric_name(&input.metric)?;
    let mut labels = vec![format!("job={}", quote(JOB))];
    for (key, value) in &input.labels {
        labels.push(format!("{}={}", names::label_name(key)?, quote(value)));
    }
    match input.part {
        Part::Count => name.push_str("_count"),
        Part::Sum => name.push_str("_sum"),
        Part::AtMost(bound) => {
            name.push_str("_bucket");
            labels.push(format!("le=\"{bound}\""));
        }
        _ => {}
    }
    Ok(format!("{name}{{{}}}", labels.join(",")))
}

fn values(input: &Input) -> String {
    let of = |point: &Point| match point {
        Point::Value(value) => value.to_string(),
        Point::Missing => "_".to_owned(),
        Point::Gone => "stale".to_owned(),
    };
    input.points.iter().map(of).collect::<Vec<_>>().join(" ")
}

/// What Prometheus calls an instance in its state; rules that are about nothing in particular have no job.
fn alert(suite: &Suite, active: &Active) -> Result<String, names::NameError> {
    let mut labels = vec![
        format!("alertname={}", quote(active.rule)),
        format!("alertstate={}", quote(active.state.as_str())),
    ];
    let rule = suite.trials.iter().map(|trial| trial.rule).find(|rule| rule.name == active.rule);
    if rule.is_some_and(|rule| !is_about_nothing(rule)) {
        labels.push(format!("job={}", quote(JOB)));
    }
    for (key, value) in active.labels.iter() {
        labels.push(format!("{}={}", names::label_name(key)?, quote(value)));
    }
    Ok(format!("{ALERTS}{}}}", labels.join(",")))
}

fn is_about_nothing(rule: &AlertRule) -> bool {
    matches!(rule.condition, otel_core::Condition::Absence { .. })
        || matches!(rule.no_data, otel_core::NoData::Alert)
}

fn quote(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Runs promtool to its end: whether it was content, and what it said.
fn run(command: &mut Command) -> Result<(bool, String), Failure> {
    let unusable = |error: std::io::Error| Failure::missing(format!("promtool cannot be run: {error}"));
    let mut process = Process::start(command, None).map_err(unusable)?;
    let until = Instant::now() + PATIENCE;
    let mut said = String::new();
    loop {
        match process.listen(until) {
            Said::Line(line) => {
                said.push_str(&line);
                said.push('\n');
            }
            Said::Nothing => return Err(Failure::wrong("promtool takes too long".to_owned())),
            Said::Ended => break,
        }
    }
    Ok((process.status().map_err(unusable)?.success(), said))
}

/// The first step that differs, with all it takes to look into it.
fn explanation(suite: &Suite, said: &str, folder: &Path) -> String {
    let Some(Difference { step, expected, found }) = Difference::first(said) else {
        return format!("promtool failed in {}:\n{said}", folder.display());
    };
    let mut text = format!("seed {}, after {step} (the files are in {})", suite.seed, folder.display());
    let sides = [("the process", expected.difference(&found)), ("Prometheus", found.difference(&expected))];
    for (side, only) in sides {
        for labels in only {
            let _ = write!(text, "\n    only in {side}: {labels}");
        }
    }
    let first = expected.symmetric_difference(&found).next().cloned().unwrap_or_default();
    let is_it = |trial: &&Trial| first.contains(&format!("alertname={},", quote(trial.rule.name)));
    let Some(trial) = suite.trials.iter().find(is_it) else { return text };
    let expression = Query::of(trial.rule).map(|query| query.promql()).unwrap_or_default();
    let AlertRule { pending, keep_firing_for, .. } = trial.rule;
    let _ = write!(text, "\n{expression}\nfor {pending:?}, keep_firing_for {keep_firing_for:?}");
    for input in &trial.inputs {
        let _ = write!(text, "\n{} {}", series(input).unwrap_or_default(), values(input));
    }
    text
}

/// What is not the same after a step: the labels of what the process and of what Prometheus found active.
#[derive(Debug, PartialEq, Eq)]
struct Difference {
    step: String,
    expected: BTreeSet<String>,
    found: BTreeSet<String>,
}

impl Difference {
    /// The first that promtool speaks of.
    fn first(said: &str) -> Option<Self> {
        let mut lines = said.lines().map(str::trim);
        let step = lines.find_map(|line| line.strip_prefix("expr: \"ALERTS\", time: "))?;
        let mut samples = |key: &str| {
            let line = lines.find_map(|line| line.strip_prefix(key))?;
            Some(line.split("{__name__=\"ALERTS\", ").skip(1).map(labels_of).collect())
        };
        let (expected, found) = (samples("exp:")?, samples("got:")?);
        Some(Self { step: step.trim_end_matches(',').to_owned(), expected, found })
    }
}

/// The labels of a sample that was split off at its name.
fn labels_of(sample: &str) -> String {
    let end = sample.rfind('}').unwrap_or(sample.len());
    sample.get(..end).unwrap_or_default().to_owned()
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::missing(format!("{} cannot be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::Difference;

    #[test]
    fn the_first_difference_is_found_in_what_promtool_says() {
        let said = r#"Unit Testing:  test.yml
  FAILED:
    expr: "ALERTS", time: 42m30s,
        exp: {__name__="ALERTS", alertname="r1", alertstate="firing", e2e_place="else \"where\\"} 1E+00, {__name__="ALERTS", alertname="r2", alertstate="pending"} 1E+00
        got: {__name__="ALERTS", alertname="r2", alertstate="pending"} 1E+00

    expr: "ALERTS", time: 43m,
        exp: nil
        got: {__name__="ALERTS", alertname="r3", alertstate="pending"} 1E+00
"#;
        let first = r#"alertname="r1", alertstate="firing", e2e_place="else \"where\\""#.to_owned();
        let second = r#"alertname="r2", alertstate="pending""#.to_owned();
        let expected = Difference {
            step: "42m30s".to_owned(),
            expected: [first, second.clone()].into(),
            found: [second].into(),
        };
        assert_eq!(Difference::first(said), Some(expected));
        assert_eq!(Difference::first("  FAILED:\ntest.yml: no such file"), None);
    }
}
