//! Telling an alert that changes from one that only wavers: the weighted share of changes in the last 21 samples, as
//! Nagios defines it.

/// Samples remembered; between them there are twenty places for a change.
const SAMPLES: u32 = 21;
const PLACES: u32 = SAMPLES - 1;

/// From this share of changes on, in per mille, an instance flaps; below the other one it no longer does.
const STARTS: u32 = 200;
const STOPS: u32 = 50;

/// What an instance was in its last samples.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flaps {
    /// One bit for each sample, the latest in the lowest: whether it fired.
    samples: u32,
    flapping: bool,
}

impl Flaps {
    pub(crate) const fn restored(samples: u32, flapping: bool) -> Self {
        Self { samples, flapping }
    }

    pub(crate) const fn samples(self) -> u32 {
        self.samples
    }

    pub(crate) fn record(&mut self, fires: bool) {
        self.samples = (self.samples << 1 | u32::from(fires)) & ((1 << SAMPLES) - 1);
        let changed = self.changed();
        self.flapping = if self.flapping { changed >= STOPS } else { changed >= STARTS };
    }

    pub(crate) const fn is_flapping(self) -> bool {
        self.flapping
    }

    /// Whether nothing changed in all samples.
    pub(crate) fn are_calm(self) -> bool {
        !self.flapping && self.changed() == 0
    }

    /// The weighted share of changes in per mille: the latest change counts 1.2, the oldest one 0.8.
    fn changed(self) -> u32 {
        let changes = (self.samples ^ self.samples >> 1) & ((1 << PLACES) - 1);
        let weight = |place: u32| 1200 - 400 * place / (PLACES - 1);
        (0..PLACES).filter(|place| changes >> place & 1 == 1).map(weight).sum::<u32>() / PLACES
    }
}
