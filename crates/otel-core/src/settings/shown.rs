//! How a value in force is shown.

use std::path::PathBuf;
use std::time::Duration;

/// What can be shown to an operator.
pub(crate) trait Shown {
    fn shown(&self) -> String;
}

macro_rules! shown_as_displayed {
    ($($type:ty)+) => {$(
        impl Shown for $type {
            fn shown(&self) -> String {
                self.to_string()
            }
        }
    )+};
}

shown_as_displayed! { bool f64 u16 u64 usize String }

impl Shown for u32 {
    /// Limits are 32 bits wide, and the largest of them limits nothing.
    fn shown(&self) -> String {
        if *self == Self::MAX { "no limit".to_owned() } else { self.to_string() }
    }
}

impl Shown for Duration {
    fn shown(&self) -> String {
        format!("{self:?}")
    }
}

impl Shown for PathBuf {
    fn shown(&self) -> String {
        self.display().to_string()
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> String {
        let all: Vec<_> = self.iter().map(Shown::shown).collect();
        if all.is_empty() { "none".to_owned() } else { all.join(",") }
    }
}
