//! What a logger is set up with.

use crate::compliance::flags::{Party, Settings};
use crate::compliance::sessions::Calendars;

/// What a [`ComplianceLogger`](super::ComplianceLogger) judges by, and how much it remembers.
#[derive(Debug)]
pub struct ComplianceSettings {
    /// The limits of surveillance.
    pub surveillance: Settings,
    /// When venues are in session.
    pub calendars: Calendars,
    /// Whose an order is that does not say.
    pub house: Party,
    /// The orders whose latest version is remembered; default 65,536, at about 400 bytes. Of one that was forgotten it
    /// takes reading the trail to go on.
    pub orders: usize,
}

impl ComplianceSettings {
    /// Settings with what everybody has to say.
    pub const fn new(surveillance: Settings, calendars: Calendars, house: Party) -> Self {
        Self { surveillance, calendars, house, orders: 65_536 }
    }
}
