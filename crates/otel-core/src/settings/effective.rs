//! What is in force, and who said so.

use std::fmt;

/// Who said what is in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Origin {
    /// The application, through the builder.
    Code,
    /// This variable of the environment.
    Environment(String),
    /// Nobody.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Code => "code",
            Self::Environment(variable) => variable,
            Self::Default => "default",
        })
    }
}

/// One setting in force.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EffectiveValue {
    /// The setting, such as `main.traces.endpoint`.
    pub name: String,
    /// Its value, in words; a secret is `[redacted]`.
    pub value: String,
    /// Who said so.
    pub origin: Origin,
}

impl EffectiveValue {
    fn group(&self) -> &str {
        self.name.split('.').next().unwrap_or_default()
    }
}

/// What stands for a secret.
pub(crate) const REDACTED: &str = "[redacted]";

/// Everything in force, and who said so. It displays one line for each setting, and never a secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EffectiveSettings {
    values: Vec<EffectiveValue>,
    notices: Vec<String>,
}

impl EffectiveSettings {
    /// The settings in force.
    pub fn iter(&self) -> std::slice::Iter<'_, EffectiveValue> {
        self.values.iter()
    }

    /// The setting called `name`.
    pub fn get(&self, name: &str) -> Option<&EffectiveValue> {
        self.values.iter().find(|value| value.name == name)
    }

    /// What an operator may want to know: variables that have no effect, and names that look mistyped.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Enters a setting, in place of an earlier one of the same name.
    pub(crate) fn enter(&mut self, name: impl Into<String>, value: impl Into<String>, origin: Origin) {
        let (name, value) = (name.into(), value.into());
        let entry = EffectiveValue { name, value, origin };
        match self.values.iter_mut().find(|value| value.name == entry.name) {
            Some(earlier) => *earlier = entry,
            None => self.values.push(entry),
        }
    }

    /// Puts together what belongs together: what begins with the same word, in the order of the first of them.
    pub(crate) fn group(&mut self) {
        let mut groups: Vec<String> = Vec::new();
        for value in &self.values {
            if !groups.iter().any(|group| group == value.group()) {
                groups.push(value.group().to_owned());
            }
        }
        self.values.sort_by_key(|value| groups.iter().position(|group| group == value.group()));
    }

    /// Enters a notice, once.
    pub(crate) fn notice(&mut self, notice: String) {
        if !self.notices.contains(&notice) {
            self.notices.push(notice);
        }
    }
}

impl<'a> IntoIterator for &'a EffectiveSettings {
    type Item = &'a EffectiveValue;
    type IntoIter = std::slice::Iter<'a, EffectiveValue>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl fmt::Display for EffectiveSettings {
    /// A group is what begins with the same word; an empty line stands between two.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |of: fn(&EffectiveValue) -> usize| self.values.iter().map(of).max().unwrap_or(0);
        let names = width(|it| it.name.chars().count());
        // One long value must not push the origins of all others out of sight.
        let values = width(|it| it.value.chars().count()).min(WIDEST_VALUE);
        let mut group = None;
        for entry in &self.values {
            if group.is_some_and(|group| group != entry.group()) {
                writeln!(f)?;
            }
            group = Some(entry.group());
            let EffectiveValue { name, value, origin } = entry;
            writeln!(f, "{name:names$}  {:values$}  {origin}", one_line(value))?;
        }
        if !self.notices.is_empty() {
            writeln!(f)?;
        }
        self.notices.iter().try_for_each(|notice| writeln!(f, "notice: {}", one_line(notice)))
    }
}

const WIDEST_VALUE: usize = 48;

/// A value is the operator's, and may hold what would break the page.
fn one_line(text: &str) -> String {
    text.chars().flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] }).collect()
}
