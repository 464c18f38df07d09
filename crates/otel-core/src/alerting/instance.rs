//! One instance of a rule over time: the rules of Prometheus for pending, firing and resolving, and flapping on top.

use std::time::Duration;

use super::flaps::Flaps;
use super::state::{AlertState, Evidence};
use crate::alert::AlertRule;
use crate::time::Timestamp;

/// How long an instance counts as resolved before it is simply not active.
pub(crate) const RESOLVED_FOR: Duration = Duration::from_secs(5 * 60);

/// How long an instance is remembered after it resolved.
const REMEMBERED_FOR: Duration = Duration::from_secs(15 * 60);

/// The most spans kept as evidence.
const MAX_EVIDENCE: usize = 3;

/// Where an instance stands, without regard to flapping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Breached, but not for long enough; when it resolved before, where it fired before.
    Pending { resolved: Option<Timestamp> },
    /// Fires; since when it is only kept firing, where it is.
    Firing { kept_since: Option<Timestamp> },
    /// Fired until then; the epoch when it never did.
    Resolved { at: Timestamp },
}

/// One instance of a rule.
#[derive(Clone, Debug)]
pub(crate) struct Instance {
    pub(crate) phase: Phase,
    /// When it was first breached.
    pub(crate) started_at: Timestamp,
    pub(crate) value: f64,
    /// The latest first.
    pub(crate) evidence: Vec<Evidence>,
    pub(crate) message: String,
    pub(crate) flaps: Flaps,
    /// The state that was last told as a transition.
    pub(crate) shown: AlertState,
    pub(crate) told: Told,
}

/// What people were last told about an instance, and when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Told {
    /// `None` before they were told anything.
    pub(crate) state: Option<AlertState>,
    /// The last two times, the latest first.
    pub(crate) times: [Timestamp; 2],
}

/// What an evaluation found of a breached instance.
#[derive(Clone, Debug)]
pub(crate) struct Finding {
    /// Not a number where it is breached for want of data.
    pub(crate) value: f64,
    pub(crate) evidence: Option<Evidence>,
    pub(crate) message: Option<String>,
}

impl Finding {
    /// A value, and nothing more.
    pub(crate) const fn value(value: f64) -> Self {
        Self { value, evidence: None, message: None }
    }
}

impl Instance {
    /// An instance that is breached for the first time.
    pub(crate) fn breached(at: Timestamp) -> Self {
        Self {
            phase: Phase::Pending { resolved: None },
            started_at: at,
            value: f64::NAN,
            evidence: Vec::new(),
            message: String::new(),
            flaps: Flaps::default(),
            shown: AlertState::Inactive,
            told: Told::default(),
        }
    }

    /// Takes note of one evaluation: of what was found, or that nothing was.
    pub(crate) fn evaluate(&mut self, rule: &AlertRule, at: Timestamp, found: Option<Finding>) {
        match found {
            Some(finding) => self.is_breached(at, finding),
            None => self.is_kept(rule, at),
        }
        if matches!(self.phase, Phase::Pending { .. }) && at.since(self.started_at) >= rule.pending {
            self.phase = Phase::Firing { kept_since: None };
        }
        self.flaps.record(self.is_firing());
    }

    fn is_breached(&mut self, at: Timestamp, finding: Finding) {
        match &mut self.phase {
            Phase::Pending { .. } => {}
            Phase::Firing { kept_since } => *kept_since = None,
            Phase::Resolved { at: resolved } => {
                self.phase = Phase::Pending { resolved: Some(*resolved) };
                self.started_at = at;
                self.evidence.clear();
            }
        }
        self.value = finding.value;
        if let Some(evidence) = finding.evidence
            && !self.evidence.contains(&evidence)
        {
            self.evidence.insert(0, evidence);
            self.evidence.truncate(MAX_EVIDENCE);
        }
        if let Some(message) = finding.message {
            self.message = message;
        }
    }

    fn is_kept(&mut self, rule: &AlertRule, at: Timestamp) {
        match &mut self.phase {
            // It is what it was before: that it was pending in between is not worth remembering.
            Phase::Pending { resolved } => {
                self.phase = Phase::Resolved { at: resolved.unwrap_or_default() };
            }
            Phase::Firing { kept_since } => {
                let since = *kept_since.get_or_insert(at);
                if at.since(since) >= rule.keep_firing_for {
                    self.phase = Phase::Resolved { at };
                }
            }
            Phase::Resolved { .. } => {}
        }
    }

    pub(crate) const fn is_firing(&self) -> bool {
        matches!(self.phase, Phase::Firing { .. })
    }

    /// The state without regard to flapping, as Prometheus has it.
    pub(crate) fn condition(&self, now: Timestamp) -> AlertState {
        match self.phase {
            Phase::Pending { .. } => AlertState::Pending,
            Phase::Firing { .. } => AlertState::Firing,
            Phase::Resolved { at } if now.since(at) < RESOLVED_FOR => AlertState::Resolved,
            Phase::Resolved { .. } => AlertState::Inactive,
        }
    }

    pub(crate) fn state(&self, now: Timestamp) -> AlertState {
        if self.flaps.is_flapping() { AlertState::Flapping } else { self.condition(now) }
    }

    pub(crate) const fn resolved_at(&self) -> Option<Timestamp> {
        match self.phase {
            Phase::Resolved { at } => Some(at),
            Phase::Pending { .. } | Phase::Firing { .. } => None,
        }
    }

    /// Whether nothing about it matters any more.
    pub(crate) fn is_over(&self, now: Timestamp, cool_down: Duration) -> bool {
        let Phase::Resolved { at } = self.phase else { return false };
        let remembered = REMEMBERED_FOR.max(cool_down);
        let told_all = self.told.state.is_none_or(|state| !state.is_active());
        now.since(at) > remembered
            && told_all
            && self.flaps.are_calm()
            && now.since(self.told.times[0]) > remembered
    }
}
