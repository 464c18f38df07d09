//! What must not be shown.

use std::fmt;

/// What stands for a secret.
const HIDDEN: &str = "[redacted]";

/// Anything shorter keeps no secret, and hiding it would make words unreadable.
#[cfg(feature = "alert-http")]
const SHORTEST: usize = 4;

/// A text that is sent and never shown.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whoever sends it.
    pub(super) fn reveal(&self) -> &str {
        &self.0
    }

    /// The text without this secret, whole or in parts: a server may say it back to us.
    #[cfg(feature = "alert-http")]
    pub(super) fn hide_in(&self, text: String) -> String {
        let parts = self.0.split(['/', '?', '&', '=', ' ']).filter(|part| part.len() >= SHORTEST);
        // The whole goes before its parts.
        std::iter::once(self.0.as_str())
            .filter(|whole| whole.len() >= SHORTEST)
            .chain(parts)
            .fold(text, |text, secret| text.replace(secret, HIDDEN))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

#[cfg(all(test, feature = "alert-http"))]
mod tests {
    use super::Secret;

    #[test]
    fn a_secret_is_shown_nowhere() {
        let secret = Secret::new("/services/T00/B00/s3cr3t");
        assert_eq!(format!("{secret:?}"), "[redacted]");
        for (said, shown) in [
            ("no /services/T00/B00/s3cr3t here", "no [redacted] here"),
            ("the token s3cr3t is wrong", "the token [redacted] is wrong"),
            ("T00 is no team", "T00 is no team"),
        ] {
            assert_eq!(secret.hide_in(said.to_owned()), shown);
        }
    }
}
