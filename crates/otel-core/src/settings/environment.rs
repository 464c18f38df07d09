//! Where variables come from.

use std::collections::HashMap;
use std::ffi::OsString;
use std::fmt;

/// The environment settings are read from: the process's own, or one that a test made up.
#[derive(Clone, Default)]
pub struct Environment {
    made_up: Option<HashMap<String, OsString>>,
}

/// A value that is not UTF-8.
pub(crate) struct NotText;

impl Environment {
    /// The environment of this process.
    pub const fn of_process() -> Self {
        Self { made_up: None }
    }

    /// An environment of just these variables.
    pub fn of<K: Into<String>, V: Into<OsString>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { made_up: Some(variables.collect()) }
    }

    /// The value of a variable. An empty one counts as unset, as the specification asks.
    pub(crate) fn get(&self, name: &str) -> Result<Option<String>, NotText> {
        let value = match &self.made_up {
            Some(variables) => variables.get(name).cloned(),
            #[expect(
                clippy::disallowed_methods,
                reason = "settings are the one place that reads the environment"
            )]
            None => std::env::var_os(name),
        };
        let Some(value) = value else { return Ok(None) };
        let value = value.into_string().map_err(|_| NotText)?;
        Ok(Some(value.trim().to_owned()).filter(|value| !value.is_empty()))
    }

    /// The names of all variables, sorted. A name that is not UTF-8 is none of ours.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names: Vec<_> = match &self.made_up {
            Some(variables) => variables.keys().cloned().collect(),
            None => std::env::vars_os().filter_map(|(name, _)| name.into_string().ok()).collect(),
        };
        names.sort_unstable();
        names
    }
}

impl fmt::Debug for Environment {
    /// Shows names only: values may be secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.made_up {
            Some(variables) => f.debug_set().entries(variables.keys()).finish(),
            None => f.write_str("Environment::of_process()"),
        }
    }
}
