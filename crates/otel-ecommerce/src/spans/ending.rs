//! How a span ends, which is the same for all.

use otel_core::{ERROR_TYPE, Outcome, Span};

/// How the work that a span stands for ended.
#[derive(Clone, Copy, Debug)]
pub(super) enum Ending {
    /// Well.
    Well,
    /// Nobody can say yet.
    Open,
    /// Somebody else did not want it.
    Refused(&'static str),
    /// The shop failed at it.
    Failed(&'static str),
}

impl Ending {
    /// The end of work that failed with this class, by whose fault.
    #[inline]
    pub(super) const fn of(class: &'static str, is_fault: bool) -> Self {
        if is_fault { Self::Failed(class) } else { Self::Refused(class) }
    }

    /// Ends the span.
    #[inline]
    pub(super) fn end(self, mut span: Span) {
        match self {
            Self::Well => span.finish(Outcome::Ok),
            Self::Open => span.finish(Outcome::Unset),
            Self::Refused(class) => {
                span.set(&ERROR_TYPE, class);
                span.finish(Outcome::Unset);
            }
            Self::Failed(class) => span.finish(Outcome::Error(class)),
        }
    }
}
