//! What kind of identification stands in a field.

use super::cells::LineProblem;
use super::code::codes;
use crate::ids::person::{PersonId, PersonScheme};

codes! {
    /// What kind of identification stands in a field.
    pub(super) enum IdKind {
        Entity = LEI,
        Venue = MIC,
        Internal = INTC,
        NationalId = NIDN,
        Passport = CCPT,
        Concat = CONCAT,
        Algorithm = ALGO,
        Client = NORE,
    }
}

impl IdKind {
    pub(super) const fn of(scheme: PersonScheme) -> Self {
        match scheme {
            PersonScheme::NationalId => Self::NationalId,
            PersonScheme::Passport => Self::Passport,
            PersonScheme::Concat => Self::Concat,
        }
    }

    pub(super) fn person(self, code: &str, field: u8) -> Result<PersonId, LineProblem> {
        let scheme = match self {
            Self::NationalId => PersonScheme::NationalId,
            Self::Passport => PersonScheme::Passport,
            Self::Concat => PersonScheme::Concat,
            _ => return Err(LineProblem::Value(field)),
        };
        PersonId::new(scheme, code).map_err(|_| LineProblem::Value(field))
    }
}
