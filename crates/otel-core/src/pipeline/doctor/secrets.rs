//! What must not be repeated: a server may say it back to us.

use crate::settings::{DestinationSettings, Route};

/// What stands for a secret.
const HIDDEN: &str = "[redacted]";

/// Anything shorter keeps no secret, and hiding it would make words unreadable.
const SHORTEST: usize = 4;

/// The values of headers and the queries of addresses, whole and in parts.
#[derive(Debug, Default)]
pub(super) struct Secrets(Vec<String>);

impl Secrets {
    pub(super) fn of(destinations: &[DestinationSettings]) -> Self {
        let routes = destinations.iter().flat_map(|destination| &destination.routes).flatten();
        let mut all = Vec::new();
        for route in routes {
            if let Route::Otlp(exporter) = route {
                exporter.secrets().for_each(|secret| add(secret, &mut all));
            }
        }
        // A whole goes before its parts.
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        all.dedup();
        Self(all)
    }

    /// The text without any of them.
    pub(super) fn hide(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), HIDDEN))
    }
}

/// `Bearer …` is a scheme and a token, and a query has keys and values: who repeats a part has said enough.
fn add(secret: &str, all: &mut Vec<String>) {
    let parts = secret.split([' ', '&', '=', ',', ';']).filter(|part| is_telling(part));
    for secret in parts.chain([secret]).filter(|secret| secret.len() >= SHORTEST) {
        all.push(secret.to_owned());
    }
}

/// Names of schemes are no secrets, and stand in honest messages.
fn is_telling(part: &str) -> bool {
    !["basic", "bearer", "api-key", "token"].iter().any(|scheme| part.eq_ignore_ascii_case(scheme))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn secrets(of: &[&str]) -> Secrets {
        let mut all = Vec::new();
        of.iter().for_each(|secret| add(secret, &mut all));
        all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
        Secrets(all)
    }

    #[test]
    fn a_secret_is_hidden_whole_and_in_parts() {
        let secrets = secrets(&["Bearer s3cr3t-token", "key=plant3d&x=1"]);
        for (said, shown) in [
            ("no such token: s3cr3t-token", "no such token: [redacted]"),
            ("`Bearer s3cr3t-token` is not known", "`[redacted]` is not known"),
            ("/v1/traces?key=plant3d&x=1 is not there", "/v1/traces?[redacted] is not there"),
            ("plant3d has expired", "[redacted] has expired"),
            ("a Bearer token is missing", "a Bearer token is missing"),
        ] {
            assert_eq!(secrets.hide(said), shown);
        }
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_a_secret(secret in "[a-z0-9]{6,20}", before in "[ -~]{0,20}", after in "[ -~]{0,20}") {
            let hidden = secrets(&[&secret]).hide(&format!("{before}{secret}{after}"));
            prop_assert!(!hidden.contains(&secret), "{}", hidden);
        }
    }
}
