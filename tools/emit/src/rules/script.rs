//! A test in the making: what happens step by step, and what the rule makes of it.

use std::time::Duration;

use otel_core::Timestamp;
use otel_core::alerting::AlertState;
use otel_core::testing::AlertRehearsal;

use super::level::Level;
use super::samples::Sample;
use super::stimulus::{INSTANCE, Input, Source, Stimulus, Takes};
use crate::problem::Problem;

/// What is written step by step.
///
/// What is to be expected comes from the evaluation in the process, over the very samples that the test has. So these
/// tests are also where that evaluation is held against the one in Prometheus.
#[derive(Debug)]
pub(super) struct Script<'a> {
    stimulus: &'a Stimulus,
    /// Nothing for a rule about observations, which Prometheus learns from the process.
    rehearsal: Option<AlertRehearsal>,
    tracks: Vec<Track>,
    level: Option<Level>,
    /// How many steps the level has had.
    nth: u32,
    firing: Vec<Firing>,
    was_pending: bool,
    checks: Vec<Check>,
}

/// The samples of a series so far.
#[derive(Clone, Debug, Default)]
struct Track {
    samples: Vec<Sample>,
    total: f64,
}

/// What is expected at a time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Check {
    pub(super) at: Duration,
    pub(super) firing: Vec<Firing>,
}

/// An alert that fires.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Firing {
    /// The labels that tell it from others, as OpenTelemetry knows them.
    pub(super) labels: Vec<(String, String)>,
    pub(super) value: f64,
}

/// A finished test.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) title: String,
    /// Series and their samples.
    pub(super) series: Vec<(String, Vec<Sample>)>,
    pub(super) checks: Vec<Check>,
}

/// For how many steps things stay as they are after what was waited for.
const AFTERWARDS: u32 = 2;

/// How often it is looked at something that is watched.
const GLANCES: u32 = 20;

/// No test is longer than this many steps.
const PATIENCE: u32 = 5_000;

impl<'a> Script<'a> {
    pub(super) fn new(stimulus: &'a Stimulus) -> Self {
        Self {
            stimulus,
            rehearsal: (!stimulus.rule.is_observed()).then(|| AlertRehearsal::of(stimulus.rule)),
            tracks: vec![Track::default(); stimulus.inputs.len()],
            level: None,
            nth: 0,
            firing: Vec::new(),
            was_pending: false,
            checks: Vec::new(),
        }
    }

    /// Things are like this for some steps.
    pub(super) fn stay(&mut self, level: Level, steps: u32) -> Result<&mut Self, Problem> {
        for _ in 0..steps {
            self.advance(level)?;
        }
        Ok(self)
    }

    /// The same, and it is looked at all the while.
    pub(super) fn watch(&mut self, level: Level, steps: u32) -> Result<&mut Self, Problem> {
        for step in 0..steps {
            self.advance(level)?;
            if step % steps.div_ceil(GLANCES) == 0 {
                self.check();
            }
        }
        Ok(self)
    }

    /// Things are like this until the rule fires, or no longer does, and for some steps after that.
    pub(super) fn until(&mut self, level: Level, fires: bool) -> Result<&mut Self, Problem> {
        for _ in 0..PATIENCE {
            self.advance(level)?;
            if self.fires() == fires {
                return self.stay(level, AFTERWARDS);
            }
        }
        self.wrong(&format!("its state does not change while things are {level:?}"))
    }

    /// What must be so for the test to show what it is for.
    pub(super) fn expect(&mut self, fires: bool) -> Result<&mut Self, Problem> {
        if self.fires() == fires {
            self.check();
            return Ok(self);
        }
        self.wrong(if fires { "it no longer fires where it should" } else { "it fires where it should not" })
    }

    pub(super) fn fires(&self) -> bool {
        !self.firing.is_empty()
    }

    /// Whether it ever fired.
    pub(super) fn has_fired(&self) -> bool {
        self.fires() || self.checks.iter().any(|check| !check.firing.is_empty())
    }

    /// Whether it ever was about to fire.
    pub(super) const fn was_pending(&self) -> bool {
        self.was_pending
    }

    /// The test.
    pub(super) fn case(mut self, title: &str) -> Case {
        self.check();
        let inputs = self.stimulus.inputs.iter().zip(self.tracks);
        let series = inputs.map(|(input, track)| (input.text.clone(), track.samples));
        // A series that never comes cannot be told from one that is not named.
        let series = series.filter(|(_, samples)| samples.iter().any(|sample| *sample != Sample::Missing));
        Case { title: title.to_owned(), series: series.collect(), checks: self.checks }
    }

    fn wrong<T>(&self, why: &str) -> Result<T, Problem> {
        Err(Problem::Untestable { rule: self.stimulus.rule.name, why: why.to_owned() })
    }

    /// One more step.
    fn advance(&mut self, level: Level) -> Result<(), Problem> {
        self.nth = if self.level == Some(level) { self.nth + 1 } else { 0 };
        self.level = Some(level);
        let at = self.time(self.steps());
        for (input, track) in self.stimulus.inputs.iter().zip(&mut self.tracks) {
            let level = if input.well && level != Level::Gone { Level::Good } else { level };
            let sample = match level {
                Level::Gone => track.go(),
                level => track.take(input, amount(self.stimulus, input, level, self.nth)?),
            };
            tell(self.rehearsal.as_mut(), input, at, sample);
        }
        let firing = match &mut self.rehearsal {
            Some(rehearsal) => {
                rehearsal.evaluate(at);
                self.was_pending |= rehearsal.active().any(|(_, state, _)| state == AlertState::Pending);
                firing(rehearsal)
            }
            None => self.observed(),
        };
        let labels = |firing: &[Firing]| firing.iter().map(|it| it.labels.clone()).collect::<Vec<_>>();
        let changes = labels(&firing) != labels(&self.firing);
        if changes && let Some(before) = self.steps().checked_sub(2) {
            // The last moment before a change says as much as the first one after it.
            self.check_at(before);
        }
        self.firing = firing;
        if changes {
            self.check();
        }
        Ok(())
    }

    /// Now is a moment to look at.
    fn check(&mut self) {
        self.check_at(self.steps().saturating_sub(1));
    }

    fn check_at(&mut self, step: usize) {
        let at = self.time(step).since(Timestamp::default());
        if self.checks.last().is_none_or(|last| last.at != at) {
            self.checks.push(Check { at, firing: self.firing.clone() });
        }
    }

    /// What Prometheus makes of what the process says of its own alerts.
    fn observed(&self) -> Vec<Firing> {
        let last = self.tracks.first().and_then(|track| track.samples.last()).and_then(|it| it.value());
        let labels = vec![("alert.instance.id".to_owned(), INSTANCE.to_owned())];
        let value = last.filter(|value| *value > 0.0);
        value.map(|value| Firing { labels, value }).into_iter().collect()
    }

    /// How many steps there have been.
    fn steps(&self) -> usize {
        self.tracks.first().map_or(0, |track| track.samples.len())
    }

    fn time(&self, step: usize) -> Timestamp {
        let steps = u32::try_from(step).unwrap_or(u32::MAX);
        Timestamp::default().after(self.stimulus.step.saturating_mul(steps))
    }
}

impl Track {
    fn go(&mut self) -> Sample {
        let was_there = self.samples.last().is_some_and(|sample| sample.value().is_some());
        // Who comes back begins anew.
        self.total = 0.0;
        self.push(if was_there { Sample::Stale } else { Sample::Missing })
    }

    fn take(&mut self, input: &Input, amount: f64) -> Sample {
        self.total += amount;
        self.push(Sample::Value(if input.grows { self.total } else { amount }))
    }

    fn push(&mut self, sample: Sample) -> Sample {
        self.samples.push(sample);
        sample
    }
}

/// What a series takes of a step.
fn amount(stimulus: &Stimulus, input: &Input, level: Level, nth: u32) -> Result<f64, Problem> {
    let why = || Problem::Untestable { rule: stimulus.rule.name, why: format!("nothing in it is {level:?}") };
    let [first, second] = stimulus.amounts.at(level, nth).ok_or_else(why)?;
    Ok(match input.takes {
        Takes::First => first,
        Takes::Second => second,
        Takes::Rest => second - first,
        Takes::Decoy => stimulus.amounts.decoy(),
    })
}

/// Tells the evaluation in the process what it needs to know: decoys are for it as well.
fn tell(rehearsal: Option<&mut AlertRehearsal>, input: &Input, at: Timestamp, sample: Sample) {
    if let (Some(rehearsal), Some(source)) = (rehearsal, &input.source) {
        let Source { metric, part, labels } = source;
        match sample {
            Sample::Value(value) => rehearsal.sample_part(at, *metric, *part, labels, value),
            Sample::Stale => rehearsal.gone(at, *metric, *part, labels),
            Sample::Missing => {}
        }
    }
}

fn firing(rehearsal: &AlertRehearsal) -> Vec<Firing> {
    let firing = rehearsal.active().filter(|(_, state, _)| *state == AlertState::Firing);
    let owned = |(key, value): (&str, &str)| (key.to_owned(), value.to_owned());
    firing.map(|(labels, _, value)| Firing { labels: labels.iter().map(owned).collect(), value }).collect()
}
