//! What goes wrong with payments, for who wants to see it.

use std::fmt;
use std::time::Duration;

/// What the simulated payment service does wrong. Which card meets which fault follows from the seed of the shop and the
/// number of the card.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Faults {
    /// The share of cards that are declined, from 0 to 1.
    pub declined: f64,
    /// The share of cards for which the service fails, from 0 to 1.
    pub failing: f64,
    /// The share of cards for which the service is slow, from 0 to 1.
    pub slow: f64,
    /// By how much it is slow; beyond the shop's patience that is a timeout.
    pub slow_by: Duration,
}

/// A share that is none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FaultsError;

impl Faults {
    /// Nothing is slow, and these shares of the cards are declined and fail.
    ///
    /// # Errors
    ///
    /// When one is no number from 0 to 1, or both together are more than 1.
    pub fn new(declined: f64, failing: f64) -> Result<Self, FaultsError> {
        let share = 0.0..=1.0;
        if !share.contains(&declined) || !share.contains(&failing) || declined + failing > 1.0 {
            return Err(FaultsError);
        }
        Ok(Self { declined, failing, ..Self::default() })
    }

    /// The same, and this share of the cards is answered later by so much.
    ///
    /// # Errors
    ///
    /// When it is no number from 0 to 1.
    pub fn with_slow(self, slow: f64, slow_by: Duration) -> Result<Self, FaultsError> {
        if (0.0..=1.0).contains(&slow) { Ok(Self { slow, slow_by, ..self }) } else { Err(FaultsError) }
    }
}

impl fmt::Display for FaultsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "a share is a number from 0 to 1, and what is declined and what fails is no more together",
        )
    }
}

impl std::error::Error for FaultsError {}
