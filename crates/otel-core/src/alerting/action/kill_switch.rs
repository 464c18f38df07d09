//! Stopping all actions by hand.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::audit::ActionReason;

/// Stops all actions, at once and from anywhere. Clones are cheap, and stop the same actions.
///
/// While it is on, nothing is executed and nothing is rolled back: whoever pulls it wants the hands off, also off what
/// is under way. What is being executed at that moment cannot be interrupted; it is left as it is, and the audit says so.
///
/// ```
/// use otel_core::alerting::KillSwitch;
///
/// let switch = KillSwitch::with_file("/run/gateway/no-automation");
/// switch.stop();
/// assert!(switch.clone().is_on());
/// switch.release();
/// ```
#[derive(Clone, Debug, Default)]
pub struct KillSwitch {
    parts: Arc<Parts>,
}

#[derive(Debug, Default)]
struct Parts {
    on: AtomicBool,
    file: Option<PathBuf>,
}

impl KillSwitch {
    /// A switch that is off.
    pub fn new() -> Self {
        Self::default()
    }

    /// A switch that is also on while this file exists, so that whoever is on the machine needs no tool to pull it.
    ///
    /// It is looked for before each execution. When nobody can tell whether it exists, the switch is on.
    pub fn with_file(path: impl Into<PathBuf>) -> Self {
        Self { parts: Arc::new(Parts { on: AtomicBool::new(false), file: Some(path.into()) }) }
    }

    /// Stops all actions.
    pub fn stop(&self) {
        self.parts.on.store(true, Ordering::SeqCst);
    }

    /// Allows actions again, unless there is a file that stops them.
    pub fn release(&self) {
        self.parts.on.store(false, Ordering::SeqCst);
    }

    /// Whether actions are stopped.
    pub fn is_on(&self) -> bool {
        self.reason().is_some()
    }

    /// What stops actions now.
    pub(super) fn reason(&self) -> Option<ActionReason> {
        if self.parts.on.load(Ordering::SeqCst) {
            return Some(ActionReason::KillSwitch);
        }
        let file = self.parts.file.as_ref()?;
        // What cannot be looked up counts as there: the safe side is to do nothing.
        file.try_exists().unwrap_or(true).then_some(ActionReason::KillFile)
    }
}
