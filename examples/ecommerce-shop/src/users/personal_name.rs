//! Names of people.

use std::fmt;

use otel_core::Sensitive;

/// How somebody wants to be called: anything that can be written on a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalName(Sensitive<String>);

/// Something is no name: it is empty, has more than 100 characters, or some that nobody can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalNameError;

impl PersonalName {
    /// Reads a name.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(text: &str) -> Result<Self, PersonalNameError> {
        let text = text.trim();
        let is_name = (1..=100).contains(&text.chars().count()) && !text.chars().any(char::is_control);
        if is_name { Ok(Self(Sensitive::new(text.to_owned()))) } else { Err(PersonalNameError) }
    }

    /// The name, for the database.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Display for PersonalNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name has 1 to 100 characters that can be seen")
    }
}

impl std::error::Error for PersonalNameError {}
