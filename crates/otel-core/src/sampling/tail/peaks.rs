//! How high the floor was: what a trace has had to pass since some epoch.

/// Floors that are remembered. They fall by half from epoch to epoch, so that many cover 2⁻⁶⁴ of the highest.
const REMEMBERED: usize = 64;

/// The highest floor since each epoch that matters. Within an epoch the floor only rises, so its last value is its
/// highest; and an epoch that a later one reached above is of no interest any more.
#[derive(Debug)]
pub(super) struct Peaks {
    /// Epochs and their floors: later and later, lower and lower.
    falling: Vec<(u32, f64)>,
}

impl Peaks {
    pub(super) const BYTES: usize = (REMEMBERED + 1) * size_of::<(u32, f64)>();

    pub(super) fn new() -> Self {
        Self { falling: Vec::with_capacity(REMEMBERED + 1) }
    }

    /// An epoch ends with this floor.
    pub(super) fn end(&mut self, epoch: u32, floor: f64) {
        while self.falling.pop_if(|(_, lower)| *lower <= floor).is_some() {}
        self.falling.push((epoch, floor));
        if self.falling.len() > REMEMBERED
            && let [(_, highest), (_, next), ..] = &mut self.falling[..]
        {
            // Who asks for a time between the two is answered with a floor that is too high. That costs traces, and
            // not their weights' truth: a threshold may be higher than it needs to be.
            *next = *highest;
            self.falling.remove(0);
        }
    }

    /// The highest floor from an epoch up to now, when it is `now`.
    pub(super) fn since(&self, epoch: u32, now: f64) -> f64 {
        let at = self.falling.partition_point(|(ended, _)| *ended < epoch);
        self.falling.get(at).map_or(now, |(_, floor)| floor.max(now))
    }
}
