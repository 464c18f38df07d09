//! Who bought, who sold, and who decided.

use std::str::FromStr;

use otel_core::Sensitive;

use super::field::field;
use crate::ids::iso::{Country, Lei, Mic};
use crate::ids::person::PersonId;
use crate::regulatory::date::Date;
use crate::regulatory::field::Field;
use crate::regulatory::text::{Code, TextError, bounded};

/// The buyer or the seller: fields 7 to 15, or 16 to 24.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    /// Who it is; several for a joint account.
    pub parties: Vec<Party>,
    /// Fields 12 to 15, or 21 to 24: who decided for the client, under a power of representation. Either one entity,
    /// or one or more persons.
    pub decider: Vec<Decider>,
}

/// One party of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Party {
    /// A legal entity, and the branch that received its order if it is a client.
    Entity(Lei, Option<Country>),
    /// A venue, where the other side is not disclosed and no central counterparty stands in.
    Venue(Mic),
    /// `INTC`: the firm's own account in which orders of several clients are aggregated.
    Internal,
    /// A natural person, and the branch that received the order.
    Person(Person, Option<Country>),
}

/// Who decides for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows two kinds")]
pub enum Decider {
    /// A legal entity: the firm itself under a discretionary mandate, or another one.
    Entity(Lei),
    /// A natural person.
    Person(Person),
}

/// A natural person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// What the person is identified by.
    pub id: PersonId,
    /// All first names, separated by commas.
    pub first_names: PersonName,
    /// All surnames, separated by commas.
    pub surnames: PersonName,
    /// The date of birth.
    pub birth: Sensitive<Date>,
}

/// Names of a person in capital letters: 1 to 140 letters, digits, spaces, commas, apostrophes, dots and hyphens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonName(Sensitive<String>);

impl PersonName {
    /// The names themselves.
    pub const fn sensitive(&self) -> &Sensitive<String> {
        &self.0
    }
}

impl FromStr for PersonName {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let allowed = |char: char| {
            let is_letter = char.is_alphanumeric() && !char.is_lowercase();
            is_letter || matches!(char, ' ' | ',' | '\'' | '.' | '-')
        };
        bounded(text, 140, allowed).map(|()| Self(Sensitive::new(text.to_owned())))
    }
}

/// Fields 57 and 58: who in the firm decided to invest.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows two kinds")]
pub enum Decision {
    /// An algorithm.
    Algorithm(Code<50>),
    /// A person.
    Person(StaffMember),
}

/// Fields 59 and 60: who in the firm decided how to execute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the regulation knows three kinds")]
pub enum Execution {
    /// An algorithm.
    Algorithm(Code<50>),
    /// A person.
    Person(StaffMember),
    /// `NORE`: the client, or somebody else outside the firm.
    Client,
}

/// Somebody who works for the firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffMember {
    /// What the person is identified by.
    pub id: PersonId,
    /// The branch that is responsible for the person, or the firm's home.
    pub branch: Country,
}

/// Which side of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third side")]
pub enum PartySide {
    /// Fields 7 to 15.
    Buyer,
    /// Fields 16 to 24.
    Seller,
}

impl PartySide {
    /// The field so many places after the first of this side.
    pub(super) const fn field(self, offset: u8) -> Field {
        match self {
            Self::Buyer => field(7 + offset),
            Self::Seller => field(16 + offset),
        }
    }
}

impl Side {
    /// One legal entity that decides for itself.
    pub fn entity(lei: Lei) -> Self {
        Self { parties: vec![Party::Entity(lei, None)], decider: Vec::new() }
    }

    pub(super) fn is(&self, entity: Lei) -> bool {
        self.parties.iter().any(|party| matches!(party, Party::Entity(lei, _) if *lei == entity))
    }

    pub(super) fn is_decided_by(&self, entity: Lei) -> bool {
        self.decider.iter().any(|decider| matches!(decider, Decider::Entity(lei) if *lei == entity))
    }

    /// The natural persons on this side: the parties' ones, then those who decide.
    pub(super) fn persons(&self) -> (impl Iterator<Item = &Person>, impl Iterator<Item = &Person>) {
        let parties = self.parties.iter().filter_map(|party| match party {
            Party::Person(person, _) => Some(person),
            _ => None,
        });
        let deciders = self.decider.iter().filter_map(|decider| match decider {
            Decider::Person(person) => Some(person),
            Decider::Entity(_) => None,
        });
        (parties, deciders)
    }
}
