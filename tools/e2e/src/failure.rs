//! Why the program ends without success.

use std::fmt;

/// What went wrong, and whose fault it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// This machine lacks something: nothing was tested.
    Missing(String),
    /// Something was tested, and it is not as it should be.
    Wrong(String),
}

impl Failure {
    pub(crate) fn missing(what: impl Into<String>) -> Self {
        Self::Missing(what.into())
    }

    pub(crate) fn wrong(what: impl Into<String>) -> Self {
        Self::Wrong(what.into())
    }

    /// How the program ends.
    pub(crate) const fn status(&self) -> u8 {
        match self {
            Self::Missing(_) => 2,
            Self::Wrong(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(what) => write!(f, "nothing was tested: {what}"),
            Self::Wrong(what) => f.write_str(what),
        }
    }
}

/// Fails with a reason unless what is claimed is true.
pub(crate) fn ensure(claim: bool, otherwise: impl FnOnce() -> String) -> Result<(), Failure> {
    if claim { Ok(()) } else { Err(Failure::wrong(otherwise())) }
}
