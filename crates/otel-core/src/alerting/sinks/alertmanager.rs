//! Alerts as version 2 of Alertmanager's API takes them.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::board::Standing;
use super::calendar::rfc3339;
use super::sender::Sender;
use super::told;
use crate::time::Timestamp;

/// Where alerts are posted to, below Alertmanager's own address.
pub(super) const PATH: &str = "/api/v2/alerts";

/// How many re-sends may get lost before Alertmanager takes an alert for ended.
const LOST: u32 = 3;

/// Instances of rules, with what identifies them as labels and everything else as annotations.
pub(super) fn alerts(page: &[Standing], resend: Duration, now: Timestamp, sender: &Sender) -> Value {
    page.iter().map(|standing| alert(standing, resend, now, sender)).collect()
}

fn alert(standing: &Standing, resend: Duration, now: Timestamp, sender: &Sender) -> Value {
    let Standing { alert, ended } = standing;
    let ends = ended.unwrap_or_else(|| now.after(resend.saturating_mul(LOST)));
    json!({
        "labels": labels(standing, sender),
        "annotations": annotations(standing, sender),
        "startsAt": rfc3339(alert.started_at),
        // Alertmanager refuses what ends before it starts.
        "endsAt": rfc3339(ends.max(alert.started_at)),
    })
}

/// What identifies the instance: nothing in it changes while it fires, or when this process is started again.
fn labels(Standing { alert, .. }: &Standing, sender: &Sender) -> BTreeMap<String, String> {
    let mut labels: BTreeMap<String, String> =
        sender.lasting().map(|(key, value)| (label_name(key), value.to_owned())).collect();
    labels.insert("alertname".to_owned(), alert.rule.name.to_owned());
    labels.insert("level".to_owned(), alert.rule.level.as_str().to_owned());
    let reserved = labels.clone();
    for (key, value) in alert.labels.iter() {
        let mut name = label_name(key);
        if reserved.contains_key(&name) {
            // As Prometheus does with labels that it needs itself.
            name = format!("exported_{name}");
        }
        // Two names that became one keep both values, as the conventions have it.
        let joined = labels.get(&name).map(|other| format!("{other};{value}"));
        labels.insert(name, joined.unwrap_or_else(|| value.to_owned()));
    }
    labels
}

fn annotations(Standing { alert, .. }: &Standing, sender: &Sender) -> BTreeMap<&'static str, String> {
    let traces: Vec<String> = alert.evidence.iter().map(|evidence| evidence.trace_id.to_string()).collect();
    let fact = |key| sender.get(key).map(str::to_owned);
    let all = [
        ("summary", Some(alert.rule.summary.to_owned())),
        ("value", told::value(alert).map(|value| value.to_string())),
        ("state", Some(alert.state.as_str().to_owned())),
        ("message", Some(told::message(alert))),
        ("runbook_url", alert.rule.runbook.map(str::to_owned)),
        ("trace_ids", Some(traces.join(","))),
        ("service_version", fact("service.version")),
        ("service_instance_id", fact("service.instance.id")),
    ];
    all.into_iter().filter_map(|(name, text)| Some((name, text.filter(|text| !text.is_empty())?))).collect()
}

/// A name that Prometheus and Alertmanager take for a label.
fn label_name(key: &str) -> String {
    let fitting = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    let name: String = key.chars().map(fitting).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) { format!("key_{name}") } else { name }
}
