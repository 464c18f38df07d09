//! Reads variables, and collects what is in force and what is wrong.

use std::collections::BTreeSet;

use super::effective::{EffectiveSettings, Origin};
use super::environment::{Environment, NotText};
use super::parse::Parsed;
use super::shown::Shown;
use super::variables::{Treatment, every, known};
use super::{Problem, typo};

/// Reads the environment for one installation.
pub(crate) struct Reader<'a> {
    environment: &'a Environment,
    /// The variables somebody asked for; a variable that is set and not among them has no effect.
    asked: BTreeSet<String>,
    problems: Vec<Problem>,
    effective: EffectiveSettings,
}

impl<'a> Reader<'a> {
    /// A reader that has already found what is refused, mistyped, or no text.
    pub(crate) fn new(environment: &'a Environment) -> Self {
        let effective = EffectiveSettings::default();
        let mut reader = Self { environment, asked: BTreeSet::new(), problems: Vec::new(), effective };
        for variable in every() {
            match (environment.get(variable.name), variable.treatment) {
                (Err(NotText), _) => reader.complain(variable.name, "is not UTF-8"),
                (Ok(Some(_)), Treatment::Refused(why)) => reader.complain(variable.name, why),
                (Ok(_), _) => {}
            }
        }
        for name in environment.names().iter().filter(|name| known(name).is_none()) {
            if let Some(meant) = typo::meant(name) {
                reader.notice(format!("{name} is not a variable; {meant} is"));
            }
        }
        reader
    }

    /// What is in force, and everything that is wrong.
    pub(crate) fn finish(mut self) -> (EffectiveSettings, Vec<Problem>) {
        for variable in every().filter(|variable| variable.treatment == Treatment::Honoured) {
            let set = matches!(self.environment.get(variable.name), Ok(Some(_)));
            if set && !self.asked.contains(variable.name) {
                let notice = format!("{} has no effect beside the other settings", variable.name);
                self.effective.notice(notice);
            }
        }
        self.effective.group();
        (self.effective, self.problems)
    }

    pub(crate) fn complain(&mut self, setting: impl Into<String>, why: impl Into<String>) {
        self.problems.push(Problem::new(setting, why));
    }

    pub(crate) fn notice(&mut self, notice: String) {
        self.effective.notice(notice);
    }

    /// Enters a setting whose value and origin were found in another way than by [`Reader::setting`].
    pub(crate) fn enter(&mut self, name: impl Into<String>, value: impl Into<String>, origin: Origin) {
        self.effective.enter(name, value, origin);
    }

    /// The value of a variable; `None` when it is not set.
    pub(crate) fn text(&mut self, variable: &str) -> Option<String> {
        self.asked.insert(variable.to_owned());
        self.environment.get(variable).ok().flatten()
    }

    /// The value of a variable, or a problem with it.
    pub(crate) fn read<T>(&mut self, variable: &str, parse: impl FnOnce(&str) -> Parsed<T>) -> Option<T> {
        let text = self.text(variable)?;
        parse(&text).map_err(|why| self.complain(variable, why)).ok()
    }

    /// Finds out what is in force for the setting called `name`: the first source that says something decides.
    pub(crate) fn setting<T>(&mut self, name: impl Into<String>) -> Sought<'_, 'a, T> {
        Sought { reader: self, name: name.into(), found: None }
    }
}

/// A setting that is being looked for. What is asked first, decides.
pub(crate) struct Sought<'r, 'a, T> {
    reader: &'r mut Reader<'a>,
    name: String,
    found: Option<Found<T>>,
}

struct Found<T> {
    /// `None` when there is a value that cannot be used.
    value: Option<T>,
    origin: Origin,
    /// The builder's method or the variable.
    setting: String,
}

impl<T> Sought<'_, '_, T> {
    /// What the builder's `method` was given.
    pub(crate) fn code(mut self, method: impl Into<String>, value: Option<T>) -> Self {
        if let (None, Some(value)) = (&self.found, value) {
            self.found = Some(Found { value: Some(value), origin: Origin::Code, setting: method.into() });
        }
        self
    }

    /// What a variable says.
    pub(crate) fn variable(self, variable: &str, parse: impl FnOnce(&str) -> Parsed<T>) -> Self {
        self.first_of(&[variable], parse)
    }

    /// What the first of these variables says that is set.
    pub(crate) fn first_of(
        mut self,
        variables: &[impl AsRef<str>],
        parse: impl FnOnce(&str) -> Parsed<T>,
    ) -> Self {
        if self.found.is_some() {
            return self;
        }
        let set = variables.iter().map(AsRef::as_ref).find(|variable| self.reader.text(variable).is_some());
        if let Some(variable) = set {
            let (origin, setting) = (Origin::Environment(variable.to_owned()), variable.to_owned());
            self.found = Some(Found { value: self.reader.read(variable, parse), origin, setting });
        }
        self
    }

    /// What the value has to be beside well-formed.
    pub(crate) fn checked(mut self, check: impl FnOnce(&T) -> Result<(), String>) -> Self {
        if let Some(Found { value, setting, .. }) = &mut self.found
            && let Some(Err(why)) = value.as_ref().map(check)
        {
            *value = None;
            self.reader.complain(setting.clone(), why);
        }
        self
    }
}

impl<T: Shown> Sought<'_, '_, T> {
    /// The value in force.
    pub(crate) fn or(self, default: T) -> T {
        self.or_by(default).0
    }

    /// The value in force, and the setting that gave it.
    pub(crate) fn or_by(self, default: T) -> (T, String) {
        let (value, origin, setting) = match self.found {
            Some(Found { value, origin, setting }) => (value.unwrap_or(default), origin, setting),
            None => (default, Origin::Default, self.name.clone()),
        };
        self.reader.enter(self.name, value.shown(), origin);
        (value, setting)
    }

    /// The value, where somebody gave one, and the setting that gave it.
    pub(crate) fn if_given(self) -> Option<(T, String)> {
        let Found { value, origin, setting } = self.found?;
        let value = value?;
        self.reader.enter(self.name, value.shown(), origin);
        Some((value, setting))
    }
}
