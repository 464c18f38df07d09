//! What is tested of a rule: that it fires, resolves, and stays quiet, and all else that it promises.

use std::time::Duration;

use otel_core::{AlertRule, Condition, Limit, NoData};

use super::level::Level;
use super::script::{Case, Script};
use super::stimulus::Stimulus;
use crate::problem::Problem;

/// Every case that applies to a rule.
pub(super) fn cases(job: &str, rule: &'static AlertRule, step: Duration) -> Result<Vec<Case>, Problem> {
    let stimulus = Stimulus::of(job, rule, step)?;
    let it = Rehearsed { stimulus: &stimulus };
    let mut cases = vec![it.fires()?, it.resolves()?, it.stays_quiet()?];
    cases.extend(it.knows_its_limit()?);
    cases.extend(it.fires_from_the_fewest_events_on()?);
    cases.extend(it.waits()?);
    cases.extend(it.keeps_firing()?);
    cases.extend(it.clears_at_its_clear_threshold()?);
    cases.extend(it.without_data()?);
    Ok(cases)
}

/// A rule and its series.
struct Rehearsed<'a> {
    stimulus: &'a Stimulus,
}

impl<'a> Rehearsed<'a> {
    const fn rule(&self) -> &'static AlertRule {
        self.stimulus.rule
    }

    /// Things have been well for long enough.
    fn well(&self) -> Result<Script<'a>, Problem> {
        let mut script = Script::new(self.stimulus);
        if let Condition::Deviation { baseline, .. } = &self.rule().condition {
            let half = self.stimulus.steps(*baseline) / 2;
            script.stay(Level::Low, half)?.stay(Level::High, half)?;
        }
        script.stay(Level::Good, self.stimulus.memory() + 2)?.expect(false)?;
        Ok(script)
    }

    /// Things went wrong, and it fires.
    fn bad(&self) -> Result<Script<'a>, Problem> {
        let mut script = self.well()?;
        script.until(Level::Bad, true)?.expect(true)?;
        Ok(script)
    }

    fn fires(&self) -> Result<Case, Problem> {
        Ok(self.bad()?.case("fires"))
    }

    fn resolves(&self) -> Result<Case, Problem> {
        let mut script = self.bad()?;
        script.until(Level::Good, false)?.expect(false)?;
        Ok(script.case("resolves"))
    }

    fn stays_quiet(&self) -> Result<Case, Problem> {
        let (level, title) = match &self.rule().condition {
            Condition::Ratio { min_events, .. }
            | Condition::Mean { min_events, .. }
            | Condition::BurnRate { min_events, .. } => match min_events {
                0 | 1 => (Level::Nothing, "is quiet without traffic"),
                _ => (Level::Few, "is quiet at low traffic, were all of it bad"),
            },
            _ => (Level::Good, "is quiet while all is well"),
        };
        let mut script = Script::new(self.stimulus);
        if level == Level::Few {
            script.stay(Level::Nothing, 2)?;
        }
        script.watch(level, self.long_enough())?.expect(false)?;
        Ok(script.case(title))
    }

    fn fires_from_the_fewest_events_on(&self) -> Result<Option<Case>, Problem> {
        match &self.rule().condition {
            Condition::Ratio { min_events: 1.., .. } | Condition::Mean { min_events: 1.., .. } => {
                let mut script = Script::new(self.stimulus);
                script.stay(Level::Nothing, 2)?.until(Level::Enough, true)?.expect(true)?;
                Ok(Some(script.case("fires from the fewest events on that count")))
            }
            _ => Ok(None),
        }
    }

    /// What is over before it was pending for long enough is not told; where the window alone is longer than that,
    /// nothing can be.
    fn waits(&self) -> Result<Option<Case>, Problem> {
        for steps in (1..=self.pending()).rev() {
            let mut script = self.well()?;
            script.watch(Level::Bad, steps)?;
            let in_time = !script.fires();
            script.watch(Level::Good, self.long_enough())?;
            if in_time && !script.has_fired() && script.was_pending() {
                return Ok(Some(script.case("is quiet about what is over soon")));
            }
        }
        Ok(None)
    }

    /// Every window is just within the limit, or just beyond it.
    fn knows_its_limit(&self) -> Result<Vec<Case>, Problem> {
        if self.stimulus.amounts.at(Level::Beyond, 0).is_none() || self.rule().is_observed() {
            return Ok(Vec::new());
        }
        let start = || match &self.rule().condition {
            // In windows of days, what was long before would be seen for too long.
            Condition::BurnRate { .. } => Ok(Script::new(self.stimulus)),
            _ => self.well(),
        };
        let mut within = start()?;
        within.watch(Level::Within, self.long_enough())?.expect(false)?;
        let mut beyond = start()?;
        beyond.until(Level::Beyond, true)?.expect(true)?;
        Ok(vec![within.case("is quiet just within its limit"), beyond.case("fires just beyond its limit")])
    }

    fn keeps_firing(&self) -> Result<Option<Case>, Problem> {
        let kept = self.stimulus.steps(self.rule().keep_firing_for);
        if kept == 0 || self.rule().is_observed() {
            return Ok(None);
        }
        let mut script = self.bad()?;
        script.stay(Level::Good, kept)?.expect(true)?;
        script.until(Level::Good, false)?.expect(false)?;
        Ok(Some(script.case("keeps firing for a while")))
    }

    fn clears_at_its_clear_threshold(&self) -> Result<Option<Case>, Problem> {
        if !limit(&self.rule().condition).is_some_and(|limit| limit.has_hysteresis()) {
            return Ok(None);
        }
        let long_enough = self.long_enough() + self.stimulus.steps(self.rule().keep_firing_for);
        let mut script = self.well()?;
        script.watch(Level::Between, long_enough)?.expect(false)?;
        script.until(Level::Bad, true)?.watch(Level::Between, long_enough)?.expect(true)?;
        script.until(Level::Cleared, false)?.expect(false)?;
        Ok(Some(script.case("clears at its clear threshold only")))
    }

    fn without_data(&self) -> Result<Option<Case>, Problem> {
        let rule = self.rule();
        let is_absence = matches!(rule.condition, Condition::Absence { .. });
        let fires = is_absence || rule.no_data == NoData::Alert;
        Ok(Some(match rule.no_data {
            _ if fires => {
                let mut script = Script::new(self.stimulus);
                script.until(Level::Gone, true)?.expect(true)?.until(Level::Good, false)?.expect(false)?;
                script.case("fires while there is no data")
            }
            NoData::Hold => {
                let mut script = self.bad()?;
                script.stay(Level::Gone, 2 * self.stimulus.memory() + 10)?.expect(true)?;
                script.until(Level::Good, false)?.expect(false)?;
                script.case("goes on while there is no data")
            }
            _ => {
                let mut script = self.bad()?;
                script.until(Level::Gone, false)?.expect(false)?;
                script.case("resolves when there is no more data")
            }
        }))
    }

    /// In so many steps it would have fired.
    fn long_enough(&self) -> u32 {
        self.stimulus.memory() + self.pending() + 3
    }

    /// For how many steps it must be breached, where that is not known from elsewhere.
    fn pending(&self) -> u32 {
        if self.rule().is_observed() { 0 } else { self.stimulus.steps(self.rule().pending) }
    }
}

/// The limit of a condition that has one of its own.
fn limit(condition: &Condition) -> Option<&Limit> {
    match condition {
        Condition::Value { limit, .. }
        | Condition::Rate { limit, .. }
        | Condition::Ratio { limit, .. }
        | Condition::Mean { limit, .. } => Some(limit),
        // What detectors observe is compared with its limit in the process.
        _ => None,
    }
}
