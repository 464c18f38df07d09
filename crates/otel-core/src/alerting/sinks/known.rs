//! JSON of what is known: what is not, is left out.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::calendar::rfc3339;
use super::told;
use crate::alerting::state::{Alert, AlertState};

/// The value without members that are null, at any depth.
pub(super) fn known(value: Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.into_iter().filter(|(_, member)| !member.is_null());
            members.map(|(key, member)| (key, known(member))).collect()
        }
        Value::Array(items) => items.into_iter().map(known).collect(),
        other => other,
    }
}

/// One instance, for programs.
pub(super) fn instance(alert: &Alert) -> Value {
    let resolved = alert.resolved_at.filter(|_| alert.state == AlertState::Resolved);
    let traces: Vec<String> = alert.evidence.iter().map(|evidence| evidence.trace_id.to_string()).collect();
    json!({
        "id": alert.fingerprint(),
        "labels": alert.labels.iter().collect::<BTreeMap<_, _>>(),
        "state": alert.state.as_str(),
        "value": told::value(alert),
        "started_at": rfc3339(alert.started_at),
        "resolved_at": resolved.map(rfc3339),
        "message": Some(told::message(alert)).filter(|message| !message.is_empty()),
        "trace_ids": Some(traces).filter(|traces| !traces.is_empty()),
    })
}
