//! Messages of late, and messages as usual.

use std::time::Duration;

use otel_core::Timestamp;

/// What was counted in one step of the window.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Slot {
    pub(super) messages: u32,
    pub(super) entered: u32,
    pub(super) withdrawn: u32,
    pub(super) fleeting: u32,
}

/// A window that slides in ten steps, and the mean of what has left it. What is in the window is not part of what is
/// usual, so a burst does not excuse itself.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Window {
    slots: [Slot; STEPS],
    sum: Slot,
    /// The step that the latest message fell into, counted since 1970, and how long a step is.
    step: u64,
    step_nanos: u64,
    /// The mean messages of a step, in 2⁻³² of a message.
    usual: u64,
    /// Whether this burst was flagged already.
    pub(super) flagged: bool,
}

const STEPS: usize = 10;

/// The mean forgets a 64th with each step: it is that of the last six windows or so.
const FORGETS: u64 = 64;

/// One, with 32 bits after the point.
const ONE: u64 = 1 << 32;

impl Window {
    /// Counts one message. One whose time runs backwards falls into the latest step.
    pub(super) fn add(&mut self, at: Timestamp, window: Duration, message: Slot) {
        self.step_nanos = u64::try_from(window.as_nanos()).unwrap_or(u64::MAX).div_ceil(STEPS as u64).max(1);
        let step = at.unix_nanos() / self.step_nanos;
        if step > self.step {
            self.advance(step);
        }
        self.sum.add(message);
        if let Some(slot) = self.slots.get_mut(place(self.step)) {
            slot.add(message);
        }
    }

    pub(super) const fn sum(&self) -> Slot {
        self.sum
    }

    /// When the window began.
    pub(super) const fn began(&self) -> Timestamp {
        let first = (self.step + 1).saturating_sub(STEPS as u64);
        Timestamp::from_unix_nanos(first.saturating_mul(self.step_nanos))
    }

    /// The messages of a usual window, in thousandths.
    pub(super) fn usual_milli(&self) -> u64 {
        multiply(self.usual, STEPS as u64 * 1_000)
    }

    /// Moves on to a step: what leaves the window becomes part of what is usual.
    fn advance(&mut self, to: u64) {
        let gone = to - self.step;
        for step in self.step + 1..=self.step + gone.min(STEPS as u64) {
            if let Some(slot) = self.slots.get_mut(place(step)) {
                let left = std::mem::take(slot);
                self.sum.subtract(left);
                self.usual = self.usual - self.usual / FORGETS + u64::from(left.messages) * (ONE / FORGETS);
            }
        }
        // After a pause, the rest of the steps were empty.
        self.usual = multiply(self.usual, power(ONE - ONE / FORGETS, gone.saturating_sub(STEPS as u64)));
        self.step = to;
    }
}

impl Slot {
    fn add(&mut self, other: Self) {
        self.messages = self.messages.saturating_add(other.messages);
        self.entered = self.entered.saturating_add(other.entered);
        self.withdrawn = self.withdrawn.saturating_add(other.withdrawn);
        self.fleeting = self.fleeting.saturating_add(other.fleeting);
    }

    fn subtract(&mut self, other: Self) {
        self.messages = self.messages.saturating_sub(other.messages);
        self.entered = self.entered.saturating_sub(other.entered);
        self.withdrawn = self.withdrawn.saturating_sub(other.withdrawn);
        self.fleeting = self.fleeting.saturating_sub(other.fleeting);
    }
}

const fn place(step: u64) -> usize {
    (step % STEPS as u64) as usize
}

/// A number with 32 bits after the point times another one, of which either may be whole.
fn multiply(left: u64, right: u64) -> u64 {
    u64::try_from((u128::from(left) * u128::from(right)) >> 32).unwrap_or(u64::MAX)
}

/// A fraction with 32 bits after the point to a power, by squaring.
fn power(mut base: u64, mut exponent: u64) -> u64 {
    let mut result = ONE;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = multiply(result, base);
        }
        base = multiply(base, base);
        exponent >>= 1;
    }
    result
}
