use std::fmt;

use crate::Source;

/// One place where a rule is broken, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the root of the repository.
    pub path: String,
    /// The line, from 1; the first line where the file as a whole is at fault.
    pub line: usize,
    /// The rule's name, as in `docs/style.md`.
    pub rule: &'static str,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl Violation {
    /// A violation at a line of a file that exists.
    pub(crate) fn at(
        source: &Source,
        line: usize,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        Self::of(source.path(), line, rule, problem, remedy)
    }

    /// A violation of a path, which may be that of a missing file.
    pub(crate) fn of(
        path: impl Into<String>,
        line: usize,
        rule: &'static str,
        problem: impl Into<String>,
        remedy: &'static str,
    ) -> Self {
        Self { path: path.into(), line, rule, problem: problem.into(), remedy }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: [{}] {}; {}", self.path, self.line, self.rule, self.problem, self.remedy)
    }
}
