//! Where variables come from, and how their values are read.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::Problem;

/// The environment settings are read from: the process's own, or one that a test made up.
#[derive(Clone, Default)]
pub struct Environment {
    made_up: Option<HashMap<String, String>>,
}

impl Environment {
    /// The environment of this process.
    pub const fn of_process() -> Self {
        Self { made_up: None }
    }

    /// An environment of just these variables.
    pub fn of<K: Into<String>, V: Into<String>>(variables: impl IntoIterator<Item = (K, V)>) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        Self { made_up: Some(variables.collect()) }
    }

    /// An empty value counts as unset, as the specification asks.
    fn get(&self, name: &str) -> Option<String> {
        let value = match &self.made_up {
            Some(variables) => variables.get(name).cloned(),
            #[expect(
                clippy::disallowed_methods,
                reason = "settings are the one place that reads the environment"
            )]
            None => std::env::var(name).ok(),
        };
        value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
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

/// Reads variables and collects what is wrong with them.
pub(crate) struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(environment: &'a Environment) -> Self {
        Self { environment, problems: Vec::new() }
    }

    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    pub(crate) fn complain(&mut self, setting: &str, why: impl Into<String>) {
        self.problems.push(Problem::new(setting, why));
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.environment.get(name)
    }

    /// `true` or `false`, in any case.
    pub(crate) fn flag(&mut self, name: &str) -> Option<bool> {
        let text = self.text(name)?;
        match text.to_ascii_lowercase().as_str() {
            "true" => Some(true),
            "false" => Some(false),
            _ => {
                self.complain(name, format!("`{text}` is neither true nor false"));
                None
            }
        }
    }

    pub(crate) fn number<N: FromStr>(&mut self, name: &str) -> Option<N> {
        let text = self.text(name)?;
        let number = text.parse().ok();
        if number.is_none() {
            self.complain(name, format!("`{text}` is not a whole number in range"));
        }
        number
    }

    pub(crate) fn positive(&mut self, name: &str) -> Option<usize> {
        let number = self.number(name)?;
        if number == 0 {
            self.complain(name, "must be at least 1");
            return None;
        }
        Some(number)
    }

    pub(crate) fn millis(&mut self, name: &str) -> Option<Duration> {
        self.number(name).map(Duration::from_millis)
    }

    /// A share from 0 to 1.
    pub(crate) fn ratio(&mut self, name: &str) -> Option<f64> {
        let text = self.text(name)?;
        let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
        if ratio.is_none() {
            self.complain(name, format!("`{text}` is not a number from 0 to 1"));
        }
        ratio
    }

    /// `key=value,key=value` with percent-encoded values.
    pub(crate) fn pairs(&mut self, name: &str) -> Vec<(String, String)> {
        let Some(text) = self.text(name) else { return Vec::new() };
        let mut pairs = Vec::new();
        for pair in text.split(',').filter(|pair| !pair.trim().is_empty()) {
            let decoded = pair.split_once('=').and_then(|(key, value)| {
                let key = Some(key.trim()).filter(|key| !key.is_empty())?;
                Some((key.to_owned(), percent_decoded(value.trim())?))
            });
            match decoded {
                Some(pair) => pairs.push(pair),
                // The value may be a secret, so only its place is told.
                None => {
                    let at = pairs.len() + 1;
                    self.complain(
                        name,
                        format!("entry {at} is not key=value with a percent-encoded UTF-8 value"),
                    );
                }
            }
        }
        pairs
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}
