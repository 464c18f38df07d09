//! Which headers are captured, and which baggage travels.

use std::collections::BTreeSet;

/// Names under which credentials stand, wherever they occur. No allow-list permits them.
const DENIED: [&str; 27] = [
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "password",
    "proxy-authenticate",
    "proxy-authorization",
    "secret",
    "set-cookie",
    "set-cookie2",
    "token",
    "www-authenticate",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-api-token",
    "x-auth-key",
    "x-auth-token",
    "x-csrf-token",
    "x-csrftoken",
    "x-forwarded-authorization",
    "x-goog-iam-authorization-token",
    "x-original-authorization",
    "x-session-token",
    "x-vault-token",
    "x-xsrf-token",
];

/// Which names of headers or of baggage are permitted. Case does not matter, and what is denied wins.
///
/// Names of credentials are always denied: `authorization`, `cookie`, `x-api-key` and the like. What is permitted is
/// still looked at by the guard.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a list does nothing by itself; give it to the builder or a propagator"]
pub struct AllowList {
    /// `None` while everything is permitted that is not denied.
    allowed: Option<BTreeSet<String>>,
    denied: BTreeSet<String>,
}

impl AllowList {
    /// Nothing.
    pub const fn nothing() -> Self {
        Self { allowed: Some(BTreeSet::new()), denied: BTreeSet::new() }
    }

    /// Everything that is not denied.
    pub const fn everything() -> Self {
        Self { allowed: None, denied: BTreeSet::new() }
    }

    /// Nothing but these names.
    pub fn only<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        Self { allowed: Some(lowered(names)), denied: BTreeSet::new() }
    }

    /// None of these names, even where they are permitted.
    pub fn but_never<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.denied.extend(lowered(names));
        self
    }

    /// Whether something of this name is permitted.
    pub fn permits(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        !DENIED.contains(&name.as_str())
            && !self.denied.contains(&name)
            && self.allowed.as_ref().is_none_or(|allowed| allowed.contains(&name))
    }

    /// The names that are permitted by name; `None` while everything is.
    pub(crate) fn named(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.allowed.as_ref()?.iter().map(String::as_str))
    }
}

fn lowered<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> BTreeSet<String> {
    names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect()
}
