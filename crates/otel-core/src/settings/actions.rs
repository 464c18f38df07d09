//! Whether alerts are acted upon.

use super::shown::Shown;
use super::{Reader, parse};

/// What may be done about alerts without a person. Only the environment decides it, for it is whoever operates a
/// service that answers for what it does by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ActionMode {
    /// Nothing.
    Off,
    /// Everything is only rehearsed.
    DryRun,
    /// What the code calls live is done.
    On,
}

const MODES: [(&str, ActionMode); 3] =
    [("off", ActionMode::Off), ("dry_run", ActionMode::DryRun), ("on", ActionMode::On)];

impl ActionMode {
    pub(super) fn resolve(env: &mut Reader<'_>) -> Self {
        env.setting("alert.actions")
            .variable("OTEL_RUST_ALERT_ACTIONS", |text| parse::one_of(&MODES, text))
            .or(Self::DryRun)
    }
}

impl Shown for ActionMode {
    fn shown(&self) -> String {
        let word = MODES.iter().find(|(_, mode)| mode == self).map(|(word, _)| *word);
        word.unwrap_or_default().to_owned()
    }
}
