//! What all traces of an epoch would cost, by their weight: enough to tell what a bar lets through.

use super::cost::Cost;

/// Steps for each power of two, and powers of two: from 2⁻¹⁰ to 2⁵⁴.
const STEPS_LOG2: u32 = 2;
const STEPS: usize = 64 << STEPS_LOG2;
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - STEPS_LOG2;
const LOWEST: u64 = (1.0_f64 / 1024.0).to_bits() >> SHIFT;

/// A histogram of costs over weights. As it has the sum of the weights in each step too, the width of a step has no
/// part in what is expected of a bar, but for the one step the bar lies in.
#[derive(Clone, Debug)]
pub(super) struct Demand {
    steps: Box<[Step]>,
    all: Cost,
    traces: f64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Step {
    cost: Cost,
    /// The cost times the weight.
    weighted: Cost,
}

impl Demand {
    pub(super) const BYTES: usize = STEPS * size_of::<Step>();

    pub(super) fn new() -> Self {
        Self { steps: vec![Step::default(); STEPS].into(), all: Cost::ZERO, traces: 0.0 }
    }

    pub(super) fn add(&mut self, weight: f64, cost: Cost) {
        let step = (weight.to_bits() >> SHIFT).saturating_sub(LOWEST) as usize;
        let step = &mut self.steps[step.min(STEPS - 1)];
        step.cost = step.cost + cost;
        step.weighted = step.weighted + cost * weight;
        self.all = self.all + cost;
        self.traces += 1.0;
    }

    /// What it all costs.
    pub(super) const fn all(&self) -> Cost {
        self.all
    }

    pub(super) const fn traces(&self) -> f64 {
        self.traces
    }

    /// What is expected to come over a bar.
    pub(super) fn over(&self, bar: f64) -> Cost {
        let over = |step: &Step| step.cost.min(step.weighted * (1.0 / bar));
        if bar == 0.0 { self.all } else { self.steps.iter().map(over).fold(Cost::ZERO, Cost::add_to) }
    }

    /// The bar over which as much is expected to come as there is room for.
    pub(super) fn bar(&self, room: Cost) -> f64 {
        self.bar_for(room.spans, |cost| cost.spans).max(self.bar_for(room.bytes, |cost| cost.bytes))
    }

    fn bar_for(&self, room: f64, of: impl Fn(Cost) -> f64) -> f64 {
        if of(self.all) <= room {
            return 0.0;
        }
        // From the heaviest to the lightest: what is above the bar comes over it for certain, so the rest has the room
        // that is left, and the bar is lower than it seemed.
        let mut weighted: f64 = self.steps.iter().map(|step| of(step.weighted)).sum();
        let mut left = room;
        for step in self.steps.iter().rev().filter(|step| of(step.cost) > 0.0) {
            if of(step.weighted) * left <= weighted * of(step.cost) {
                break;
            }
            weighted -= of(step.weighted);
            left -= of(step.cost);
        }
        (weighted / left).max(0.0)
    }

    /// Moves towards what the latest epoch was, by this share of the way.
    pub(super) fn approach(&mut self, latest: &Self, share: f64, scale: f64) {
        let near = |here: Cost, there: Cost| here * (1.0 - share) + there * (share * scale);
        for (step, other) in self.steps.iter_mut().zip(&latest.steps) {
            step.cost = near(step.cost, other.cost);
            step.weighted = near(step.weighted, other.weighted);
        }
        self.all = near(self.all, latest.all);
        self.traces = self.traces * (1.0 - share) + latest.traces * (share * scale);
    }

    pub(super) fn clear(&mut self) {
        self.steps.fill(Step::default());
        self.all = Cost::ZERO;
        self.traces = 0.0;
    }
}
