//! What bears an attribute of somebody else.

/// What bears an attribute of somebody else: what is left out is counted by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Bearer {
    /// A span, one of its events or one of its links.
    Span,
    /// A log record.
    Log,
    /// A series of a metric.
    Metric,
    /// An instrumentation scope.
    Scope,
    /// The resource.
    Resource,
    /// Baggage that goes to another process.
    Baggage,
}

#[cfg(feature = "pipeline")]
impl Bearer {
    /// Every bearer.
    pub(crate) const ALL: [Self; 6] =
        [Self::Span, Self::Log, Self::Metric, Self::Scope, Self::Resource, Self::Baggage];

    /// The bearer's name.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Span => "span",
            Self::Log => "log",
            Self::Metric => "metric",
            Self::Scope => "scope",
            Self::Resource => "resource",
            Self::Baggage => "baggage",
        }
    }
}
