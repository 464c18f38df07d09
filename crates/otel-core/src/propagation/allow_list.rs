//! Which names may pass.

use std::collections::BTreeSet;

/// Names that never pass, whoever allows them: what stands under them lets others in.
const NEVER: [&str; 11] = [
    "api-key",
    "api_key",
    "apikey",
    "authorization",
    "cookie",
    "password",
    "proxy-authorization",
    "secret",
    "set-cookie",
    "token",
    "x-api-key",
];

/// Which names of baggage may come in and go out. Case does not matter, and what is denied wins.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a list does nothing by itself; give it to the builder or a propagator"]
pub struct AllowList {
    /// `None` while everything is allowed that is not denied.
    allowed: Option<BTreeSet<String>>,
    denied: BTreeSet<String>,
}

impl AllowList {
    /// Everything that is not denied.
    pub fn everything() -> Self {
        Self::default()
    }

    /// Nothing but these names.
    pub fn only<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> Self {
        Self { allowed: Some(lowered(names)), denied: BTreeSet::new() }
    }

    /// None of these names, even where they are allowed.
    pub fn but_never<N: AsRef<str>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.denied.extend(lowered(names));
        self
    }

    /// Whether something of this name may pass.
    pub fn allows(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        !NEVER.contains(&name.as_str())
            && !self.denied.contains(&name)
            && self.allowed.as_ref().is_none_or(|allowed| allowed.contains(&name))
    }

    /// The names that are allowed by name; `None` while everything is.
    pub(crate) fn named(&self) -> Option<impl Iterator<Item = &str>> {
        Some(self.allowed.as_ref()?.iter().map(String::as_str))
    }
}

fn lowered<N: AsRef<str>>(names: impl IntoIterator<Item = N>) -> BTreeSet<String> {
    names.into_iter().map(|name| name.as_ref().to_ascii_lowercase()).collect()
}
