//! Rules that are left to chance, and the series that they are about.

use std::time::Duration;

use fastrand::Rng;
use otel_core::{
    AlertLevel, AlertRule, Burn, Condition, CounterDef, GaugeDef, HistogramDef, Limit, MetricFacts, NoData,
    Part, Series, Unit, UpDownCounterDef,
};

use super::chance::{self, Point, pick};
use super::kind::{Kind, Timing};
use super::layout::{Direction, Layout, ONLY_IN, Place};

const BOUNDS: &[f64] = &[0.5, 1.0, 10.0];

/// What a sum over several series is a multiple of. Prometheus adds in an order of its own, so such a sum is not known
/// to its last digit, and must not be compared with a number it could be equal to.
const PRIME: u32 = 1_009;

/// A rule and its series.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) rule: &'static AlertRule,
    pub(super) inputs: Vec<Input>,
}

/// One series.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) metric: MetricFacts,
    pub(super) part: Part,
    pub(super) labels: Vec<(&'static str, &'static str)>,
    pub(super) points: Vec<Point>,
}

impl Trial {
    /// A rule of a kind, the `number`th.
    pub(super) fn new(kind: Kind, number: usize, timing: &Timing, rng: &mut Rng) -> Self {
        let layout = Layout::new(kind, rng);
        let mut maker = Maker {
            rng,
            timing,
            number,
            step: if layout.is_single() { 1 } else { PRIME },
            layout,
            inputs: Vec::new(),
        };
        let condition = maker.condition(kind);
        let Maker { rng, layout, inputs, .. } = maker;
        let mut rule = AlertRule::new(
            leak(format!("r{number}")),
            AlertLevel::High,
            condition,
            timing.evaluation * pick(rng, &[0, 0, 1, 3, 8]),
            "By chance.",
        );
        rule = rule.by(layout.by).keep_firing_for(timing.evaluation * pick(rng, &[0, 0, 0, 2, 5]));
        let policies: &[NoData] = match layout.by {
            [] => &[NoData::Resolve, NoData::Hold, NoData::Alert],
            _ => &[NoData::Resolve, NoData::Hold],
        };
        rule = rule.no_data(pick(rng, policies));
        Self { rule: Box::leak(Box::new(rule)), inputs }
    }
}

/// Makes a condition, and its series along with it.
struct Maker<'a> {
    rng: &'a mut Rng,
    timing: &'a Timing,
    number: usize,
    layout: Layout,
    step: u32,
    inputs: Vec<Input>,
}

impl Maker<'_> {
    fn condition(&mut self, kind: Kind) -> Condition {
        match kind {
            Kind::Value => self.value(),
            Kind::Rate => self.rate(),
            Kind::Ratio => self.ratio(),
            Kind::Mean => self.mean(),
            Kind::FastBurn => self.burn_rate(Burn::Fast),
            Kind::SlowBurn => self.burn_rate(Burn::Slow),
            Kind::Absence => self.absence(),
            Kind::Deviation => self.deviation(),
        }
    }

    fn value(&mut self) -> Condition {
        let series = self.gauges();
        let at = pick(self.rng, &[-10.0, 0.0, 5.0, 8.0, 10.0, 11.5, 24.0]);
        Condition::Value { series, limit: self.limit(at, &[0.25, 2.0, 3.0]) }
    }

    fn rate(&mut self) -> Condition {
        let window = self.window();
        if self.rng.u32(0..3) == 0 {
            let series = self.gauges();
            let at = pick(self.rng, &[0.05, 0.1, -0.05, 0.2]);
            let at = self.off(at);
            return Condition::Rate { series, window, limit: self.limit(at, &[0.015, 0.03]) };
        }
        let series = self.counters("counted");
        let counted = f64::from(self.step * pick(self.rng, &[1, 3, 5, 10]));
        let at = self.off(counted / self.timing.interval.as_secs_f64());
        let ways_back = [at / 2.0, at / 10.0];
        Condition::Rate { series, window, limit: self.limit(at, &ways_back) }
    }

    fn ratio(&mut self) -> Condition {
        let (part, whole) = match self.rng.u32(0..3) {
            0 => self.fast_ones(),
            1 => self.one_direction(),
            _ => self.two_counters(),
        };
        let at = pick(self.rng, &[0.0, 0.02, 0.1, 0.5, 0.9]);
        let at = if at > 0.0 { self.off(at) } else { at };
        let ways_back = [at / 2.0, at / 10.0];
        let limit = self.limit(at, &ways_back);
        Condition::Ratio { part, whole, window: self.window(), limit, min_events: self.min_events() }
    }

    fn mean(&mut self) -> Condition {
        let metric = self.histogram();
        let layout = self.layout;
        for labels in layout.combinations() {
            let counts = chance::increments(self.rng, self.timing.points(), self.step);
            let level = pick(self.rng, &[1, 2, 5]);
            let sums: Vec<u32> = counts.iter().map(|count| count * self.rng.u32(level..=level + 3)).collect();
            self.add(metric, Part::Count, labels.clone(), &counts);
            self.add(metric, Part::Sum, labels, &sums);
        }
        let series = Series::all(metric).only(layout.matching);
        let at = pick(self.rng, &[1.5, 2.0, 4.0, 6.0]);
        let at = self.off(at);
        let limit = self.limit(at, &[0.5, 1.25]);
        Condition::Mean { series, window: self.window(), limit, min_events: self.min_events() }
    }

    fn burn_rate(&mut self, burn: Burn) -> Condition {
        let (bad, total) = self.two_counters();
        let objectives =
            if self.step == 1 { [0.9, 0.95, 0.99, 0.999] } else { [0.9013, 0.9477, 0.9871, 0.9991] };
        let objective = pick(self.rng, &objectives);
        Condition::BurnRate { bad, total, objective, burn, min_events: self.min_events() }
    }

    fn absence(&mut self) -> Condition {
        let series = self.counters("beats");
        Condition::Absence { series, window: self.window() }
    }

    fn deviation(&mut self) -> Condition {
        let window = self.timing.interval * pick(self.rng, &[2, 3, 4]);
        let baseline =
            window * pick(self.rng, &[10, 12, 20]) + self.timing.interval * pick(self.rng, &[0, 0, 1]);
        let sigmas = pick(self.rng, &[1.0, 2.0, 3.0]);
        let (series, min_change) = if self.rng.bool() {
            (self.gauges(), pick(self.rng, &[0.0, 0.5, 2.0]))
        } else {
            let series = self.counters("counted");
            let least = if self.step == 1 { 0.0 } else { 0.0137 };
            (series, pick(self.rng, &[least, 0.1137, 1.1377]) * f64::from(self.step))
        };
        Condition::Deviation { series, window, baseline, sigmas: self.off(sigmas), min_change }
    }

    /// Counters of something, and of what part of it went wrong; of some series nothing ever did.
    fn two_counters(&mut self) -> (Series, Series) {
        let [part, whole] = ["part", "whole"].map(|name| self.counter(name));
        let layout = self.layout;
        for labels in layout.combinations() {
            let counted = chance::increments(self.rng, self.timing.points(), self.step);
            if self.rng.u32(0..5) > 0 {
                let wrong = chance::shares(self.rng, &counted, self.step);
                self.add(part, Part::Value, labels.clone(), &wrong);
            }
            self.add(whole, Part::Value, labels, &counted);
        }
        (Series::all(part).only(layout.matching), Series::all(whole).only(layout.matching))
    }

    /// What goes in, of all that goes.
    fn one_direction(&mut self) -> (Series, Series) {
        // Without the matcher, several directions are added up.
        (self.layout.matching, self.step) = (&[], PRIME);
        let whole = self.counters("whole");
        (whole.only(ONLY_IN), whole)
    }

    /// How many values of a histogram were at most a bound, of all.
    fn fast_ones(&mut self) -> (Series, Series) {
        let metric = self.histogram();
        let bound = pick(self.rng, BOUNDS);
        let layout = self.layout;
        for labels in layout.combinations() {
            let counted = chance::increments(self.rng, self.timing.points(), self.step);
            let fast = chance::shares(self.rng, &counted, self.step);
            self.add(metric, Part::AtMost(bound), labels.clone(), &fast);
            self.add(metric, Part::Count, labels, &counted);
        }
        let whole = Series::all(metric).only(layout.matching);
        (whole.at_most(bound), whole)
    }

    fn counters(&mut self, name: &str) -> Series {
        let metric = self.counter(name);
        let layout = self.layout;
        for labels in layout.combinations() {
            let increments = chance::increments(self.rng, self.timing.points(), self.step);
            self.add(metric, Part::Value, labels, &increments);
        }
        Series::all(metric).only(layout.matching)
    }

    fn gauges(&mut self) -> Series {
        let name = self.name("level");
        let unit = Unit::new(pick(self.rng, &["By", "1", "{thing}"]));
        let metric = match self.rng.bool() {
            true => GaugeDef::<(Place, Direction)>::new(name, unit, "By chance.").facts(),
            false => UpDownCounterDef::<(Place, Direction)>::new(name, unit, "By chance.").facts(),
        };
        let layout = self.layout;
        for labels in layout.combinations() {
            let points = chance::gauge(self.rng, self.timing.points());
            let points = chance::with_holes(self.rng, points);
            self.inputs.push(Input { metric, part: Part::Value, labels, points });
        }
        Series::all(metric).only(layout.matching)
    }

    fn add(
        &mut self,
        metric: MetricFacts,
        part: Part,
        labels: Vec<(&'static str, &'static str)>,
        increments: &[u32],
    ) {
        let points = chance::counter(self.rng, increments);
        let points = chance::with_holes(self.rng, points);
        self.inputs.push(Input { metric, part, labels, points });
    }

    fn counter(&self, name: &str) -> MetricFacts {
        CounterDef::<(Place, Direction)>::new(self.name(name), Unit::new("{thing}"), "By chance.").facts()
    }

    fn histogram(&self) -> MetricFacts {
        let metric: HistogramDef<(Place, Direction)> =
            HistogramDef::new(self.name("time"), Unit::SECONDS, "By chance.");
        metric.with_bounds(BOUNDS).facts()
    }

    fn name(&self, name: &str) -> &'static str {
        leak(format!("e2e.r{}.{name}", self.number))
    }

    fn window(&mut self) -> Duration {
        let windows = [2, 3, 5, 8, 12, 20].map(|times| self.timing.interval * times);
        let odd = [Duration::ZERO, Duration::ZERO, self.timing.interval / 2, Duration::from_millis(7_001)];
        pick(self.rng, &windows) + pick(self.rng, &odd)
    }

    fn min_events(&mut self) -> u64 {
        let least = pick(self.rng, &[0, 0, 1, 20, 100]);
        // Not a multiple of the prime, so that no sum of several series is equal to it.
        if self.step == 1 || least == 0 { least } else { least * u64::from(self.step) + 7 }
    }

    /// A limit on either side, half of them with another one for the way back.
    fn limit(&mut self, at: f64, ways_back: &[f64]) -> Limit {
        let way_back = pick(self.rng, ways_back);
        match self.rng.u32(0..4) {
            0 => Limit::above(at),
            1 => Limit::below(at),
            2 => Limit::above(at).until(at - way_back),
            _ => Limit::below(at).until(at + way_back),
        }
    }

    /// The number itself where a value may be equal to it, and one near it otherwise.
    fn off(&self, number: f64) -> f64 {
        if self.step == 1 { number } else { number * 1.013_713_7 }
    }
}

fn leak(text: String) -> &'static str {
    Box::leak(text.into_boxed_str())
}
