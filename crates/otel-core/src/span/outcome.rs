//! How a unit of work ended.

/// How the work a [`Span`](crate::Span) stands for ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// Nobody said: the span's status stays unset, which backends read as success.
    #[default]
    Unset,
    /// It succeeded, and somebody made sure of it.
    Ok,
    /// It failed. The text is the low-cardinality `error.type` of the semantic conventions: the name of an error
    /// class, such as `"timeout"`, never a message.
    Error(&'static str),
}

impl Outcome {
    /// Whether it failed.
    pub const fn is_error(self) -> bool {
        matches!(self, Self::Error(_))
    }
}
