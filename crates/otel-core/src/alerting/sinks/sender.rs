//! Who sends: what is known of the service whose alerts these are.

use std::collections::BTreeMap;

/// What tells one service from another, and stays the same when it is started again.
///
/// The instance is not among it: what fires before a restart and after it is one alert, and one incident.
const LASTING: [&str; 3] = ["service.namespace", "service.name", "deployment.environment.name"];

/// The service whose alerts these are.
#[derive(Clone, Debug)]
pub(super) struct Sender(BTreeMap<String, String>);

impl Sender {
    /// From attributes of the resource; of two with one key the last one stays.
    pub(super) fn new(facts: &[(String, String)]) -> Self {
        Self(facts.iter().cloned().collect())
    }

    pub(super) fn name(&self) -> &str {
        self.get("service.name").unwrap_or("unknown_service")
    }

    pub(super) fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// What tells it from other services, over all of its life.
    pub(super) fn lasting(&self) -> impl Iterator<Item = (&str, &str)> {
        LASTING.into_iter().filter_map(|key| Some((key, self.get(key)?)))
    }

    /// Everything that is known of it.
    pub(super) fn facts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// A hash of the service and of what it speaks of, as 32 hexadecimal digits: the same after a restart.
    pub(super) fn identify(&self, subject: &[&str]) -> String {
        let mut hasher = blake3::Hasher::new();
        let facts = self.lasting().flat_map(|(key, value)| [key, value]);
        for text in facts.chain(subject.iter().copied()) {
            // With its length, so that no two lists of texts run together into one.
            hasher.update(&(text.len() as u64).to_le_bytes());
            hasher.update(text.as_bytes());
        }
        hasher.finalize().to_hex().chars().take(32).collect()
    }
}
