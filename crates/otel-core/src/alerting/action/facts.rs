//! What is known of an action before it is ever run.

use std::time::Duration;

use super::pace::Rate;
use super::place::Scope;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What is known of an action before it is ever run, and what holds it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActionFacts {
    /// Its name, in snake case.
    pub name: &'static str,
    /// What it acts upon.
    pub scope: Scope,
    /// Whether it can be taken back.
    pub reversible: bool,
    /// How often it may be executed; 3 times an hour.
    pub rate: Rate,
    /// How long its scope is left alone after a run; 10 minutes.
    pub cool_down: Duration,
    /// How much it affects; not limited unless said.
    pub blast_radius: Option<BlastRadius>,
    /// How long looking first, executing and rolling back may take, each; 30 seconds.
    pub execute_within: Duration,
    /// How long it may take until it shows that it worked; 5 minutes.
    pub verify_within: Duration,
    /// How often it is asked whether it worked; every 5 seconds.
    pub verify_every: Duration,
}

/// A share of everything there is, in per mille.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Share(u32);

impl Share {
    /// So many per mille.
    ///
    /// # Panics
    ///
    /// At compile time, when it is nothing, or more than everything.
    pub const fn per_mille(share: u32) -> Self {
        assert!(share > 0 && share <= 1_000, "a share is more than nothing, and not more than everything");
        Self(share)
    }

    /// So many per cent.
    ///
    /// # Panics
    ///
    /// At compile time, when it is nothing, or more than everything.
    pub const fn percent(share: u32) -> Self {
        assert!(share <= 100, "a share is not more than everything");
        Self::per_mille(share * 10)
    }

    pub(super) const fn get(self) -> u32 {
        self.0
    }
}

/// How much of everything an action affects, and how much it may affect; written as a literal, because its names tell
/// equal types apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlastRadius {
    /// The share that one run affects.
    pub each: Share,
    /// The share that all runs together may affect within a window.
    pub at_most: Share,
    /// The window.
    pub within: Duration,
}

impl ActionFacts {
    /// An action that cannot be taken back, with limits that suit most.
    ///
    /// # Panics
    ///
    /// At compile time, when the name is empty.
    pub const fn new(name: &'static str, scope: Scope) -> Self {
        assert!(!name.is_empty(), "an action has a name");
        Self {
            name,
            scope,
            reversible: false,
            rate: Rate::new(3, HOUR),
            cool_down: Duration::from_secs(10 * 60),
            blast_radius: None,
            execute_within: Duration::from_secs(30),
            verify_within: Duration::from_secs(5 * 60),
            verify_every: Duration::from_secs(5),
        }
    }

    /// The same action, which can be taken back.
    #[must_use]
    pub const fn reversible(mut self) -> Self {
        self.reversible = true;
        self
    }

    /// The same action at another rate than 3 times an hour.
    #[must_use]
    pub const fn rate(mut self, rate: Rate) -> Self {
        self.rate = rate;
        self
    }

    /// The same action with another cool-down than 10 minutes.
    #[must_use]
    pub const fn cool_down(mut self, time: Duration) -> Self {
        self.cool_down = time;
        self
    }

    /// The same action, which affects a share of everything and has a budget for that.
    ///
    /// # Panics
    ///
    /// At compile time, when one run is more than the budget.
    #[must_use]
    pub const fn affecting(mut self, radius: BlastRadius) -> Self {
        assert!(radius.each.0 <= radius.at_most.0, "one run is more than the budget");
        self.blast_radius = Some(radius);
        self
    }

    /// The same action with another time for each call than 30 seconds.
    #[must_use]
    pub const fn execute_within(mut self, time: Duration) -> Self {
        self.execute_within = time;
        self
    }

    /// The same action with another time until it shows that it worked than 5 minutes.
    #[must_use]
    pub const fn verify_within(mut self, time: Duration) -> Self {
        self.verify_within = time;
        self
    }

    /// The same action, asked at other intervals than 5 seconds whether it worked.
    #[must_use]
    pub const fn verify_every(mut self, time: Duration) -> Self {
        self.verify_every = time;
        self
    }
}

/// What all actions together may do, unless said otherwise: 10 runs an hour.
pub(super) const EVERYTHING: Rate = Rate::new(10, HOUR);

/// So many failures within so long are no bad luck: nothing is done automatically for a while.
pub(super) const FAILURES: usize = 5;
pub(super) const FAILING_WITHIN: Duration = Duration::from_secs(5 * MINUTE.as_secs());
pub(super) const STOPPED_FOR: Duration = Duration::from_secs(15 * MINUTE.as_secs());
