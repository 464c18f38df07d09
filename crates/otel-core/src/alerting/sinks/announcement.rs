//! What is said aloud about alerts and about sinks.

use std::fmt;
use std::panic::AssertUnwindSafe;

use super::told::{self, Told};
use crate::alert::AlertLevel;
use crate::event::Severity;

/// Something that an operator should read, in one line.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Announcement {
    /// What [`Sink::log`](super::Sink::log) is there for.
    Alert {
        /// How bad it is.
        level: AlertLevel,
        /// What is wrong, or no longer is.
        line: String,
    },
    /// A sink cannot be told, said once when it begins.
    Failing {
        /// The sink's name.
        sink: String,
        /// The cause, without secrets.
        why: String,
    },
    /// A sink that could not be told is told again.
    Recovered {
        /// The sink's name.
        sink: String,
    },
}

impl Announcement {
    pub(super) fn of(told: &Told) -> Self {
        let Told { notification, response } = told;
        let rule = notification.rule;
        let mut line = format!(
            "{}{} {} ({}, {}): {}. {}",
            if notification.reminder { "still " } else { "" },
            told::state(notification).as_str(),
            rule.name,
            rule.level.as_str(),
            response.as_str(),
            told::counts(notification),
            rule.summary,
        );
        for alert in &notification.alerts {
            line.push_str(&format!(" [{}]", told::instance(alert)));
        }
        match told::unshown(notification) {
            0 => {}
            more => line.push_str(&format!(" … and {more} more")),
        }
        Self::Alert { level: rule.level, line }
    }

    /// How severe it is, for `OTEL_LOG_LEVEL`.
    pub const fn severity(&self) -> Severity {
        match self {
            Self::Alert { .. } => Severity::Warn,
            // Somebody who should know does not.
            Self::Failing { .. } => Severity::Error,
            Self::Recovered { .. } => Severity::Info,
        }
    }
}

impl fmt::Display for Announcement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Alert { line, .. } => f.write_str(line),
            Self::Failing { sink, why } => {
                write!(f, "the alert sink `{sink}` cannot be told: {why}. What it misses is counted")
            }
            Self::Recovered { sink } => write!(f, "the alert sink `{sink}` is told again"),
        }
    }
}

/// Who reads them.
pub type Listener = Box<dyn Fn(&Announcement) + Send>;

/// Says it, and whether it was heard: the listener is the application's code, and may panic.
pub(super) fn say(listener: &Listener, announcement: &Announcement) -> bool {
    std::panic::catch_unwind(AssertUnwindSafe(|| listener(announcement))).is_ok()
}
