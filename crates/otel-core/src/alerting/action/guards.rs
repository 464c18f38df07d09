//! What was done lately, and whether more may be done.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use super::audit::ActionReason;
use super::facts::{ActionFacts, BlastRadius, FAILING_WITHIN, FAILURES, STOPPED_FOR, Share};
use super::pace::{Pace, Rate};
use super::place::Place;

/// What was done lately. What is rehearsed has guards of its own, so that it takes nothing from what is real.
#[derive(Debug)]
pub(super) struct Guards {
    rate: Rate,
    everything: Pace,
    /// By the action's name, as the next one.
    paces: BTreeMap<&'static str, Pace>,
    affected: BTreeMap<&'static str, VecDeque<(Duration, Share)>>,
    cooling: Vec<Cooling>,
    breaker: Breaker,
}

/// A place that is left alone by an action until then.
#[derive(Debug)]
struct Cooling {
    action: &'static str,
    place: Place,
    until: Duration,
}

impl Guards {
    pub(super) fn new(rate: Rate) -> Self {
        Self {
            rate,
            everything: Pace::default(),
            paces: BTreeMap::new(),
            affected: BTreeMap::new(),
            cooling: Vec::new(),
            breaker: Breaker::default(),
        }
    }

    /// Whether an action may be executed now, or the first reason why not.
    pub(super) fn allow(
        &self,
        facts: &ActionFacts,
        place: &Place,
        now: Duration,
    ) -> Result<(), ActionReason> {
        let check = |holds: bool, reason| if holds { Ok(()) } else { Err(reason) };
        let cools = |cooling: &Cooling| {
            cooling.action == facts.name && cooling.until > now && cooling.place == *place
        };
        let pace = self.paces.get(facts.name).copied().unwrap_or_default();
        check(!self.breaker.is_open(now), ActionReason::Breaker)?;
        check(!self.cooling.iter().any(cools), ActionReason::CoolDown)?;
        check(pace.allows(facts.rate, now), ActionReason::Rate)?;
        check(self.everything.allows(self.rate, now), ActionReason::GlobalRate)?;
        check(self.may_affect(facts, now), ActionReason::BlastRadius)
    }

    fn may_affect(&self, facts: &ActionFacts, now: Duration) -> bool {
        let Some(BlastRadius { each, at_most, within }) = facts.blast_radius else { return true };
        let affected = self.affected.get(facts.name).into_iter().flatten();
        let recent = affected.filter(|(at, _)| now.saturating_sub(*at) <= within);
        recent.map(|(_, share)| share.get()).sum::<u32>() + each.get() <= at_most.get()
    }

    /// An action is executed now.
    pub(super) fn enter(&mut self, facts: &ActionFacts, now: Duration) {
        self.everything.take(self.rate, now);
        self.paces.entry(facts.name).or_default().take(facts.rate, now);
        if let Some(BlastRadius { each, within, .. }) = facts.blast_radius {
            let affected = self.affected.entry(facts.name).or_default();
            affected.retain(|(at, _)| now.saturating_sub(*at) <= within);
            affected.push_back((now, each));
        }
    }

    /// What was executed is over.
    pub(super) fn leave(&mut self, facts: &ActionFacts, place: &Place, now: Duration) {
        self.cooling.retain(|cooling| cooling.until > now);
        let until = now.saturating_add(facts.cool_down);
        self.cooling.push(Cooling { action: facts.name, place: place.clone(), until });
    }

    /// Something went wrong.
    pub(super) fn fail(&mut self, now: Duration) {
        self.breaker.fail(now);
    }
}

/// Stops everything when too much has failed lately: an automation that fails is no help, and may be the cause.
#[derive(Debug, Default)]
struct Breaker {
    failures: VecDeque<Duration>,
    open_until: Duration,
}

impl Breaker {
    fn is_open(&self, now: Duration) -> bool {
        now < self.open_until
    }

    fn fail(&mut self, now: Duration) {
        self.failures.push_back(now);
        if self.failures.len() > FAILURES {
            self.failures.pop_front();
        }
        let first = self.failures.front().copied().unwrap_or_default();
        if self.failures.len() == FAILURES && now.saturating_sub(first) <= FAILING_WITHIN {
            self.open_until = now.saturating_add(STOPPED_FOR);
        }
    }
}
