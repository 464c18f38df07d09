//! What sensitive data is, where that is known.

use super::DataClass;

/// What sensitive data is, where that is known: it decides what may leave in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Nature {
    /// Something about a person: a name, a date of birth, an address.
    Person,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// An address of the Internet.
    IpAddress,
    /// Where a person or a device is.
    Place,
    /// The number of a payment card.
    Card,
    /// An international bank account number.
    Iban,
    /// What opens something: a password, a key, a token.
    Secret,
}

impl Nature {
    /// The class of data it belongs to.
    pub const fn class(self) -> DataClass {
        match self {
            Self::Person | Self::Email | Self::Phone => DataClass::Personal,
            Self::IpAddress | Self::Place => DataClass::Location,
            Self::Card | Self::Iban => DataClass::Payment,
            Self::Secret => DataClass::Secret,
        }
    }
}
