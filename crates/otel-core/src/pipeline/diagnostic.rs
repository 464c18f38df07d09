//! What a pipeline has to tell its operator.

use std::fmt;
use std::sync::Arc;

use crate::alerting::Announcement;
use crate::event::Severity;
use crate::ledger::Stream;
use crate::settings::LogLevel;

/// Something an operator should know, said once when it begins and not for every request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnostic {
    /// Nothing answers at an endpoint.
    Unreachable {
        /// The endpoint.
        endpoint: String,
        /// The cause, such as "connection refused".
        why: String,
        /// Bytes that are kept in memory before newer records are dropped.
        queue_bytes: usize,
        /// Whether a spool keeps more of them on disk.
        spooled: bool,
    },
    /// An endpoint that was unreachable answers again.
    ReachableAgain {
        /// The endpoint.
        endpoint: String,
    },
    /// An endpoint takes requests and refuses or fails them.
    Failing {
        /// The endpoint.
        endpoint: String,
        /// What was refused.
        stream: Stream,
        /// What the endpoint said.
        why: String,
    },
    /// An endpoint took everything, and has something to say all the same.
    Warning {
        /// The endpoint.
        endpoint: String,
        /// What it took.
        stream: Stream,
        /// What it said.
        message: String,
    },
    /// What to sample cannot be asked, or can be asked again.
    Sampling {
        /// What, and why.
        what: String,
    },
    /// Deferred facts cannot be written as events.
    Deferred {
        /// Which ones, and why.
        what: String,
    },
    /// The alert machine cannot do something that was asked of it.
    Alerting {
        /// What, and why.
        what: String,
    },
    /// An alert that is told to the operator, or trouble with telling somebody else.
    Alert {
        /// What is told.
        announcement: Announcement,
    },
}

impl Diagnostic {
    /// How severe it is, for `OTEL_LOG_LEVEL`.
    pub const fn severity(&self) -> Severity {
        match self {
            // Nothing is lost yet: it is kept and tried again.
            Self::Unreachable { .. } | Self::Warning { .. } | Self::Sampling { .. } => Severity::Warn,
            Self::ReachableAgain { .. } => Severity::Info,
            Self::Failing { .. } | Self::Deferred { .. } | Self::Alerting { .. } => Severity::Error,
            Self::Alert { announcement } => announcement.severity(),
        }
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreachable { endpoint, why, queue_bytes, spooled } => write!(
                f,
                "telemetry cannot reach {endpoint}: {why}. Is a collector listening there? Set \
                 OTEL_EXPORTER_OTLP_ENDPOINT to its address, or OTEL_SDK_DISABLED=true to do without. Up to {} MiB \
                 are kept in memory{}, and what cannot be delivered is counted",
                queue_bytes / (1024 * 1024),
                if *spooled { ", and more in the spool" } else { "" }
            ),
            Self::ReachableAgain { endpoint } => write!(f, "telemetry reaches {endpoint} again"),
            Self::Failing { endpoint, stream, why } => {
                write!(f, "{endpoint} does not take {}: {why}", stream.as_str())
            }
            Self::Warning { endpoint, stream, message } => {
                write!(f, "{endpoint} took {} and warns: {message}", stream.as_str())
            }
            Self::Sampling { what } => write!(f, "sampling: {what}"),
            Self::Deferred { what } => write!(f, "deferred events: {what}"),
            Self::Alerting { what } => write!(f, "alerting: {what}"),
            Self::Alert { announcement } => announcement.fmt(f),
        }
    }
}

/// Who is told.
pub(crate) type Listener = Arc<dyn Fn(&Diagnostic) + Send + Sync>;

/// Tells standard error, one line each, what is severe enough.
pub(crate) fn standard_error(level: LogLevel) -> Listener {
    Arc::new(move |diagnostic| {
        if level.tells(diagnostic.severity()) {
            #[expect(
                clippy::print_stderr,
                reason = "the default listener: an operator has nowhere else to look"
            )]
            {
                eprintln!("otel: {diagnostic}");
            }
        }
    })
}
