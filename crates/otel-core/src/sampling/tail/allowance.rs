//! How much may be exported in an epoch, and the bar that traces have to pass because of it.

use std::time::Duration;

use super::cost::Cost;
use super::demand::Demand;
use super::setup::TailSampling;
use super::weight;

/// How far an epoch goes towards what it saw.
const APPROACH: f64 = 0.5;

/// A change of the load by this factor is no noise: it is followed at once upwards, and downwards the second time,
/// so that a load that comes in bursts does not find the door wide open each time.
const JUMP: f64 = 2.0;

/// Fewer traces than this in an epoch say nothing about a jump.
const FEW: f64 = 32.0;

/// The share of a budget that is there for what has to pass the bar, whatever is granted without one. Nothing is ever
/// cut off: of what comes in a time with next to no chance, a few would have to speak for all.
const LEAST: f64 = 0.1;

/// How often an epoch looks whether the rest of it fits, in shares of its budget; and by how much it may not.
const LOOK: f64 = 1.0 / 8.0;
const TOLERANCE: f64 = 0.1;

/// Less of an epoch than this says nothing of the rest, and less of a rest is not worth a thought.
const SHORTEST: f64 = 1.0 / 16.0;
const LEFT: f64 = 1.0 / 32.0;

/// The smallest share of the budget that a governor can leave.
const LOWEST_FACTOR: f64 = 0.001;

/// The budget of an epoch, and what became of it.
#[derive(Debug)]
pub(super) struct Allowance {
    epoch: Duration,
    full: Cost,
    factor: f64,
    notable_share: f64,
    began: Duration,
    bar: f64,
    /// The bar this epoch began with.
    first_bar: f64,
    /// What an epoch usually asks for, and what is granted of it without a bar.
    usual: Demand,
    usually_granted: Cost,
    shrunk: bool,
    /// The same of this epoch so far.
    latest: Demand,
    granted: Cost,
    notable: Cost,
    spent: Cost,
    kept: f64,
    /// When to look again: at this share of the budget, or of the epoch.
    next_look: Next,
}

#[derive(Clone, Copy, Debug)]
struct Next {
    spent: f64,
    gone: f64,
}

impl Next {
    const FIRST: Self = Self { spent: LOOK, gone: LOOK };
}

/// How a trace is judged.
#[derive(Clone, Copy, Debug)]
pub(super) struct Judged {
    /// How many of 2⁵⁶ traces like it are left out.
    pub(super) rejected: u64,
    /// Whether it is exported without having to pass a bar.
    pub(super) granted: bool,
}

/// What a trace asks for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Claim {
    pub(super) weight: f64,
    /// The share of traces like it that have come this far.
    pub(super) share: f64,
    pub(super) cost: Cost,
    /// Whether it has a place in the reservoir of its key.
    pub(super) guaranteed: bool,
    /// Whether it failed, was slow or is precious.
    pub(super) notable: bool,
}

impl Allowance {
    pub(super) const BYTES: usize = 2 * Demand::BYTES;

    pub(super) fn new(setup: &TailSampling) -> Self {
        let per_second = Cost { spans: setup.spans_per_second, bytes: setup.bytes_per_second };
        Self {
            epoch: setup.epoch,
            full: per_second * setup.epoch.as_secs_f64(),
            factor: 1.0,
            notable_share: setup.notable_share,
            began: Duration::ZERO,
            bar: 0.0,
            first_bar: 0.0,
            usual: Demand::new(),
            usually_granted: Cost::ZERO,
            shrunk: false,
            latest: Demand::new(),
            granted: Cost::ZERO,
            notable: Cost::ZERO,
            spent: Cost::ZERO,
            kept: 0.0,
            next_look: Next::FIRST,
        }
    }

    pub(super) fn is_over(&self, now: Duration) -> bool {
        now.saturating_sub(self.began) >= self.epoch
    }

    /// Leaves this share of the budget, from now on.
    pub(super) fn scale(&mut self, factor: f64, now: Duration) {
        self.factor = if factor.is_nan() { 1.0 } else { factor.clamp(LOWEST_FACTOR, 1.0) };
        self.look(now);
    }

    /// Says how likely a trace may be exported. It depends on what was seen and decided before, and not on the trace's
    /// own randomness.
    pub(super) fn judge(&mut self, claim: &Claim) -> Judged {
        let notable = self.notable + claim.cost;
        let granted = claim.guaranteed || claim.notable && notable.fits(self.budget() * self.notable_share);
        if claim.notable && !claim.guaranteed && granted {
            self.notable = notable;
        }
        if granted {
            return Judged { rejected: 0, granted };
        }
        // Of those that have come this far, more pass than of all.
        self.latest.add(claim.weight / claim.share, claim.cost);
        Judged { rejected: weight::rejected(claim.weight, self.bar), granted }
    }

    /// Something is exported.
    pub(super) fn spend(&mut self, cost: Cost, granted: bool, now: Duration) {
        self.spent = self.spent + cost;
        self.kept += 1.0;
        if granted {
            self.granted = self.granted + cost;
        }
        if !self.spent.fits(self.budget() * self.next_look.spent) {
            self.look(now);
        }
    }

    /// Time passes.
    pub(super) fn pass(&mut self, now: Duration) {
        if self.gone(now) >= self.next_look.gone {
            self.look(now);
        }
    }

    /// Looks whether the budget will last for the epoch. If not, the bar rises; it falls again when that was a mistake,
    /// but not below where it began.
    fn look(&mut self, now: Duration) {
        let (budget, gone) = (self.budget(), self.gone(now));
        let used = (self.spent.spans / budget.spans).max(self.spent.bytes / budget.bytes);
        self.next_look = Next { spent: used + LOOK, gone: gone + LOOK };
        let (left, ahead) = (1.0 - gone, (1.0 - gone) / gone.max(SHORTEST));
        if left < LEFT {
            return;
        }
        let certain = self.spent + self.granted * ahead;
        let expected = certain + self.latest.over(self.bar) * ahead;
        // The fewer traces, the less it means that they are too many.
        let tolerance = TOLERANCE + 2.0 / (self.kept + 1.0).sqrt();
        let too_much = !expected.fits(budget * (1.0 + tolerance));
        let too_little = self.bar > self.first_bar && expected.fits(budget * (1.0 - TOLERANCE));
        if too_much || too_little {
            // What was spent too much is not saved later in the same epoch, for the same reason.
            let pace = budget * left - self.granted * ahead;
            let room = (budget - certain).max(pace).max(budget * (LEAST * left));
            self.bar = self.latest.bar(room * (1.0 / ahead)).max(self.first_bar);
        }
    }

    fn gone(&self, now: Duration) -> f64 {
        (now.saturating_sub(self.began).as_secs_f64() / self.epoch.as_secs_f64()).min(1.0)
    }

    /// Another epoch begins, with a bar by what was seen in those before.
    pub(super) fn turn(&mut self, now: Duration) {
        let lasted = now.saturating_sub(self.began).max(self.epoch);
        let scale = self.epoch.as_secs_f64() / lasted.as_secs_f64();
        let (was, is) = (self.usual.all().spans, self.latest.all().spans * scale);
        let many = self.usual.traces().max(self.latest.traces() * scale) >= FEW;
        let shrank = many && is * JUMP < was;
        let follow = was == 0.0 || many && is > was * JUMP || shrank && self.shrunk;
        let share = if follow { 1.0 } else { APPROACH };
        self.shrunk = shrank;
        self.usual.approach(&self.latest, share, scale);
        self.usually_granted = self.usually_granted * (1.0 - share) + self.granted * (share * scale);
        let budget = self.budget();
        self.bar = self.usual.bar((budget - self.usually_granted).max(budget * LEAST));
        self.first_bar = self.bar;
        self.latest.clear();
        (self.granted, self.notable, self.spent) = (Cost::ZERO, Cost::ZERO, Cost::ZERO);
        (self.kept, self.next_look, self.began) = (0.0, Next::FIRST, now);
    }

    fn budget(&self) -> Cost {
        self.full * self.factor
    }
}
