//! Which headers and baggage entries are captured at all.

use std::collections::BTreeSet;

/// Names that carry credentials wherever they occur. No allow-list permits them.
const DENIED: [&str; 22] = [
    "authorization",
    "cookie",
    "proxy-authenticate",
    "proxy-authorization",
    "set-cookie",
    "set-cookie2",
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
    "api-key",
];

/// The names of headers or baggage entries that may be captured: none but the allowed ones, and never a denied one.
///
/// Names are compared without regard to case, as HTTP does. What is permitted is still looked at by the guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowList {
    allowed: BTreeSet<String>,
    denied: BTreeSet<String>,
}

impl AllowList {
    /// A list that permits nothing.
    pub const fn new() -> Self {
        Self { allowed: BTreeSet::new(), denied: BTreeSet::new() }
    }

    /// Permits a name, unless it is denied.
    #[must_use]
    pub fn allow(mut self, name: &str) -> Self {
        self.allowed.insert(name.to_ascii_lowercase());
        self
    }

    /// Denies a name, whether or not it is allowed elsewhere.
    #[must_use]
    pub fn deny(mut self, name: &str) -> Self {
        self.denied.insert(name.to_ascii_lowercase());
        self
    }

    /// Whether an entry of this name may be captured.
    pub fn permits(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.allowed.contains(&name) && !self.denied.contains(&name) && !DENIED.contains(&name.as_str())
    }
}
