//! Why an account was not opened, and how little of that leaves the process.

use crate::labels::{ActionFailure, RegistrationResult};

/// Why an account was not opened: what the application knows.
///
/// That an address has an account already is nobody's business but its owner's, and telemetry has more readers than the
/// database. So an address that is taken leaves as an entry that is not valid does: as a refusal. That the repository
/// failed is another class, for it says nothing of any address and has to be put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegistrationFailure {
    /// What was entered is not valid.
    Validation,
    /// There is an account with this address.
    Duplicate,
    /// The repository could not do it.
    Repository,
}

impl RegistrationFailure {
    /// What leaves of it.
    pub const fn result(self) -> RegistrationResult {
        match self {
            Self::Validation | Self::Duplicate => RegistrationResult::Refused,
            Self::Repository => RegistrationResult::Unavailable,
        }
    }
}

/// The failure of the [`Action::SignUp`](crate::labels::Action::SignUp) that the registration is a part of, which tells no
/// more than the registration itself.
impl From<RegistrationFailure> for ActionFailure {
    fn from(failure: RegistrationFailure) -> Self {
        match failure {
            RegistrationFailure::Validation | RegistrationFailure::Duplicate => Self::Validation,
            RegistrationFailure::Repository => Self::Unavailable,
        }
    }
}
