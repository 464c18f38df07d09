//! How much of the sampling budgets may be used while the process has it hard.

use std::time::Duration;

use super::Pressure;

/// When a [`Governor`] acts, and how strongly.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct GovernorSettings {
    /// From this pressure on, less is kept.
    pub high: f64,
    /// Below this pressure, more may be kept again. In between, nothing changes.
    pub low: f64,
    /// How long the pressure has to be low before more is kept.
    pub hold: Duration,
    /// The least time between two steps in the same direction.
    pub interval: Duration,
    /// What a step down leaves of the factor.
    pub down: f64,
    /// What a step up makes of the factor, at most.
    pub up: f64,
    /// The least factor.
    pub least: f64,
    /// The share of one processor that telemetry's own threads may take before that counts as too much.
    pub own_cpu: f64,
    /// How long it is remembered which factor was too much; longer each time that this was true again.
    pub memory: Duration,
}

impl Default for GovernorSettings {
    fn default() -> Self {
        Self {
            high: 90.0,
            low: 75.0,
            hold: Duration::from_secs(10),
            interval: Duration::from_secs(5),
            down: 0.5,
            up: 1.5,
            least: 0.01,
            own_cpu: 0.25,
            memory: Duration::from_secs(300),
        }
    }
}

/// Decides which share of the sampling budgets may be used, by how hard the process has it: less at once where that is
/// too much, more in small steps where it has not been for a while.
///
/// It is a state machine without a clock: it is told the time, which begins anywhere and does not go back. It remembers
/// the factor that was too much, and goes no more than half of the way back there until it has forgotten it. So it
/// comes to rest below what the process can bear, rather than to go beyond it again and again.
#[derive(Clone, Debug)]
pub struct Governor {
    settings: GovernorSettings,
    factor: f64,
    changed_at: Option<Duration>,
    /// Whether the pressure was high and has not been low since.
    stressed: bool,
    /// Since when the pressure has been low.
    calm_since: Option<Duration>,
    too_much: Option<TooMuch>,
    forgotten_at: Option<Duration>,
    /// How many times as long as the first time something is remembered.
    patience: u32,
}

/// A factor under which the pressure was too high.
#[derive(Clone, Copy, Debug)]
struct TooMuch {
    factor: f64,
    noticed_at: Duration,
}

/// A change of the share of the sampling budgets that may be used.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SamplingChange {
    /// The factor before.
    pub from: f64,
    /// The factor now.
    pub to: f64,
    /// What it was changed for.
    pub pressure: Pressure,
}

impl Governor {
    /// A governor that lets all of the budgets be used.
    pub const fn new(settings: GovernorSettings) -> Self {
        Self {
            settings,
            factor: 1.0,
            changed_at: None,
            stressed: false,
            calm_since: None,
            too_much: None,
            forgotten_at: None,
            patience: 1,
        }
    }

    /// The factor for the budgets, from the least one to 1.
    pub const fn factor(&self) -> f64 {
        self.factor
    }

    /// Takes note of the pressure, and says so where that changes the factor.
    pub fn observe(&mut self, now: Duration, pressure: Pressure) -> Option<SamplingChange> {
        self.forget(now);
        let level = pressure.level();
        let to = if level >= self.settings.high {
            self.calm_since = None;
            self.lower(now)?
        } else if level >= self.settings.low {
            self.calm_since = None;
            return None;
        } else {
            self.stressed = false;
            let calm_since = *self.calm_since.get_or_insert(now);
            self.higher(calm_since, now)?
        };
        let from = std::mem::replace(&mut self.factor, to);
        self.changed_at = Some(now);
        Some(SamplingChange { from, to, pressure })
    }

    /// The next factor down. The first step is taken at once, each further one when the last can have had an effect.
    fn lower(&mut self, now: Duration) -> Option<f64> {
        let begins = !std::mem::replace(&mut self.stressed, true);
        if !begins && !is_over(self.changed_at, self.settings.interval, now) {
            return None;
        }
        if begins {
            if self.too_much.is_none() {
                // What was forgotten too early is remembered for longer.
                let early = !is_over(self.forgotten_at, self.memory(), now);
                self.patience = if early { (self.patience * 2).min(MOST_PATIENT) } else { 1 };
            }
            self.too_much = Some(TooMuch { factor: self.factor, noticed_at: now });
        }
        let to = (self.factor * self.settings.down).max(self.settings.least);
        (to < self.factor).then_some(to)
    }

    /// The next factor up.
    fn higher(&self, calm_since: Duration, now: Duration) -> Option<f64> {
        let GovernorSettings { hold, interval, up, .. } = self.settings;
        if !is_over(Some(calm_since), hold, now) || !is_over(self.changed_at, interval, now) {
            return None;
        }
        let wanted = (self.factor * up).min(1.0);
        let half_way = self.too_much.map_or(wanted, |too_much| f64::midpoint(self.factor, too_much.factor));
        let to = wanted.min(half_way);
        (to == 1.0 || to > self.factor * NOTICEABLE).then_some(to).filter(|to| *to > self.factor)
    }

    fn forget(&mut self, now: Duration) {
        let memory = self.memory();
        if self.too_much.take_if(|too_much| is_over(Some(too_much.noticed_at), memory, now)).is_some() {
            self.forgotten_at = Some(now);
        }
    }

    fn memory(&self) -> Duration {
        self.settings.memory * self.patience
    }
}

/// The most that the memory of a governor is stretched.
const MOST_PATIENT: u32 = 16;

/// The least that a step up makes of a factor, for a step that nobody would notice is none.
const NOTICEABLE: f64 = 1.02;

/// Whether so much time is over since then. What never began, is over.
fn is_over(since: Option<Duration>, time: Duration, now: Duration) -> bool {
    since.is_none_or(|since| now.saturating_sub(since) >= time)
}
