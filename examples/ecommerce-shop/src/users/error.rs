//! Why an account was not opened. That the address is taken is no reason: it is no error, and nobody is told.

use std::fmt;

use otel_ecommerce::registration::RegistrationFailure;

use super::{EmailAddressError, PersonalNameError};
use crate::database::DatabaseError;
use crate::names::NoRandomness;

/// Why an account was not opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CreateUserError {
    /// The address is none.
    Email(EmailAddressError),
    /// The name is none.
    Name(PersonalNameError),
    /// The database did not do it.
    Database(DatabaseError),
    /// The operating system gave no randomness to name the account by.
    Randomness,
}

impl CreateUserError {
    pub(crate) const fn failure(self) -> RegistrationFailure {
        match self {
            Self::Email(_) | Self::Name(_) => RegistrationFailure::Validation,
            Self::Database(_) | Self::Randomness => RegistrationFailure::Repository,
        }
    }
}

impl From<EmailAddressError> for CreateUserError {
    fn from(error: EmailAddressError) -> Self {
        Self::Email(error)
    }
}

impl From<PersonalNameError> for CreateUserError {
    fn from(error: PersonalNameError) -> Self {
        Self::Name(error)
    }
}

impl From<DatabaseError> for CreateUserError {
    fn from(error: DatabaseError) -> Self {
        Self::Database(error)
    }
}

impl From<NoRandomness> for CreateUserError {
    fn from(_: NoRandomness) -> Self {
        Self::Randomness
    }
}

impl fmt::Display for CreateUserError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Email(error) => error.fmt(f),
            Self::Name(error) => error.fmt(f),
            Self::Database(error) => error.fmt(f),
            Self::Randomness => f.write_str("the operating system has no randomness"),
        }
    }
}

impl std::error::Error for CreateUserError {}
