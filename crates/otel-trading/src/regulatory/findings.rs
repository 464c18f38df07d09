//! How a report is checked: all that is wrong is gathered.

use super::field::{Field, Regulation};
use super::rule::{Problem, Rule};

/// What was found so far.
pub(super) struct Findings {
    regulation: Regulation,
    problems: Vec<Problem>,
}

/// What a rule says about the presence of a field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Presence {
    Needed,
    Allowed,
    Excluded,
}

impl Findings {
    /// Nothing yet, of a report under this regulation.
    pub(super) const fn new(regulation: Regulation) -> Self {
        Self { regulation, problems: Vec::new() }
    }

    /// The field is wrong under this rule.
    pub(super) fn add(&mut self, field: Field, rule: Rule) {
        self.problems.push(Problem { field, rule });
    }

    /// The field is wrong under this rule if `is_wrong`.
    pub(super) fn when(&mut self, is_wrong: bool, field: u8, rule: Rule) {
        if is_wrong {
            self.add(self.field(field), rule);
        }
    }

    /// The field must be there or must not, because of field `by`.
    pub(super) fn presence(&mut self, is_there: bool, field: u8, expected: Presence, by: u8) {
        let by = self.field(by);
        self.when(!is_there && expected == Presence::Needed, field, Rule::Needed { by });
        self.when(is_there && expected == Presence::Excluded, field, Rule::Excluded { by });
    }

    /// No value stands twice in a field.
    pub(super) fn distinct<T: PartialEq>(&mut self, values: &[T], field: u8) {
        let repeated =
            values.iter().enumerate().any(|(at, value)| values.iter().take(at).any(|it| it == value));
        self.when(repeated, field, Rule::Repeated);
    }

    /// All of them, in the order of the fields.
    pub(super) fn in_order(mut self) -> Vec<Problem> {
        self.problems.sort_unstable();
        self.problems.dedup();
        self.problems
    }

    const fn field(&self, number: u8) -> Field {
        Field::of(self.regulation, number)
    }
}
