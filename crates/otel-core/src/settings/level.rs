//! What standard error is told.

use crate::event::Severity;

use super::shown::Shown;
use super::{Reader, parse};

/// The least severe diagnostic that standard error is told; `None` when it is told nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LogLevel(pub(crate) Option<Severity>);

const LEVELS: [(&str, LogLevel); 7] = [
    ("none", LogLevel(None)),
    ("fatal", LogLevel(Some(Severity::Fatal))),
    ("error", LogLevel(Some(Severity::Error))),
    ("warn", LogLevel(Some(Severity::Warn))),
    ("info", LogLevel(Some(Severity::Info))),
    ("debug", LogLevel(Some(Severity::Debug))),
    ("trace", LogLevel(Some(Severity::Trace))),
];

impl LogLevel {
    pub(super) fn resolve(env: &mut Reader<'_>) -> Self {
        env.setting("sdk.log_level")
            .variable("OTEL_LOG_LEVEL", |text| parse::one_of(&LEVELS, text))
            .or(Self(Some(Severity::Info)))
    }

    /// Whether something this severe is told.
    pub(crate) fn tells(self, severity: Severity) -> bool {
        self.0.is_some_and(|least| severity >= least)
    }
}

impl Shown for LogLevel {
    fn shown(&self) -> String {
        let word = LEVELS.iter().find(|(_, level)| level == self).map(|(word, _)| *word);
        word.unwrap_or_default().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{LEVELS, LogLevel, Severity};

    #[test]
    fn a_level_tells_what_is_at_least_as_severe() {
        let severities = [
            Severity::Fatal,
            Severity::Error,
            Severity::Warn,
            Severity::Info,
            Severity::Debug,
            Severity::Trace,
        ];
        // Each level tells one kind more than the one before it, and the first tells none.
        for (told, (word, level)) in LEVELS.into_iter().enumerate() {
            let tells: Vec<bool> =
                severities.into_iter().map(|severity| LogLevel::tells(level, severity)).collect();
            let expected: Vec<bool> = (0..severities.len()).map(|at| at < told).collect();
            assert_eq!(tells, expected, "{word}");
        }
    }
}
