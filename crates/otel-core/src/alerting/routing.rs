//! Who is told what: from how bad an alert is, and how much the service matters, to what is done about it.

use crate::alert::AlertLevel;

/// How much a service matters to the business: OpenTelemetry's `service.criticality`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Criticality {
    /// Nobody outside notices when it is gone for a day.
    Low,
    /// It can be done without for some hours.
    Medium,
    /// Others need it to do their work; what a service is unless it says otherwise.
    #[default]
    High,
    /// The business stands still without it.
    Critical,
}

impl Criticality {
    /// Every criticality, the least first.
    pub const ALL: [Self; 4] = [Self::Low, Self::Medium, Self::High, Self::Critical];

    /// The value of the resource attribute `service.criticality`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The criticality of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|criticality| criticality.as_str() == name)
    }
}

/// What is done about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Response {
    /// It is written down: an event and a metric, and nobody is told.
    Record,
    /// Somebody can read it where they look anyway.
    Notify,
    /// Somebody has to do something in working hours.
    Ticket,
    /// Somebody is woken up.
    Page,
}

impl Response {
    /// Every response, the least first.
    pub const ALL: [Self; 4] = [Self::Record, Self::Notify, Self::Ticket, Self::Page];

    /// The response's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Notify => "notify",
            Self::Ticket => "ticket",
            Self::Page => "page",
        }
    }
}

/// The routing table: a response for each level of alert at each criticality of service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Routing {
    /// By criticality, then by level, each from the least on.
    table: [[Response; 4]; 4],
}

impl Routing {
    /// The table unless an application says otherwise.
    ///
    /// | service.criticality | low | medium | high | critical |
    /// |---|---|---|---|---|
    /// | low | record | record | notify | ticket |
    /// | medium | record | notify | ticket | ticket |
    /// | high | record | notify | ticket | page |
    /// | critical | notify | ticket | page | page |
    pub const STANDARD: Self = {
        use Response::{Notify, Page, Record, Ticket};
        Self {
            table: [
                [Record, Record, Notify, Ticket],
                [Record, Notify, Ticket, Ticket],
                [Record, Notify, Ticket, Page],
                [Notify, Ticket, Page, Page],
            ],
        }
    };

    /// The same table with another response in one place.
    #[must_use]
    pub const fn with(mut self, criticality: Criticality, level: AlertLevel, response: Response) -> Self {
        self.table[criticality as usize][level as usize] = response;
        self
    }

    /// What is done about an alert of this level in a service of this criticality.
    pub const fn response(&self, criticality: Criticality, level: AlertLevel) -> Response {
        self.table[criticality as usize][level as usize]
    }
}

impl Default for Routing {
    fn default() -> Self {
        Self::STANDARD
    }
}
