//! How bad an alert is.

/// How bad an alert is for the business.
///
/// A level says what is at stake, not who is woken up: that is decided by the routing table of the application,
/// where the criticality of the service comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum AlertLevel {
    /// Nobody notices yet.
    Low,
    /// Some work is slower or done by hand; nothing is lost.
    Medium,
    /// Customers notice, or money is at risk if it goes on.
    High,
    /// Money, data or safety is being lost now.
    Critical,
}

impl AlertLevel {
    /// Every level, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The level's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}
