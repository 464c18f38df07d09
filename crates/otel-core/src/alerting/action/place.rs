//! What an action acts upon.

use std::fmt;

use crate::alerting::labels::Labels;

/// What an action acts upon: never more than one action at a time in one scope, whichever action it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    name: &'static str,
    by: &'static [&'static str],
}

impl Scope {
    /// The one thing of this name.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty.
    pub const fn of(name: &'static str) -> Self {
        assert!(!name.is_empty(), "a scope has a name");
        Self { name, by: &[] }
    }

    /// One thing for each combination of these labels' values, as the alert has them: one device, one venue.
    #[must_use]
    pub const fn by(mut self, labels: &'static [&'static str]) -> Self {
        self.by = labels;
        self
    }

    pub(super) const fn labels(&self) -> &'static [&'static str] {
        self.by
    }

    /// The place that an alert is about; `None` when the alert does not say which one.
    pub(super) fn place(&self, labels: &Labels) -> Option<Place> {
        let labels = labels.only(self.by);
        let said = |key: &&str| labels.get(key).is_some();
        self.by.iter().all(said).then_some(Place { name: self.name, labels })
    }
}

/// One thing that an action acts upon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    name: &'static str,
    labels: Labels,
}

impl Place {
    /// Whether acting upon one is acting upon the other: nothing tells them apart.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let same = |(key, value)| other.labels.get(key).is_none_or(|theirs| theirs == value);
        self.name == other.name && self.labels.iter().all(same)
    }
}

/// The name, and the labels in braces where there are any.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)?;
        if self.labels.is_empty() { Ok(()) } else { write!(f, "{{{}}}", self.labels) }
    }
}
