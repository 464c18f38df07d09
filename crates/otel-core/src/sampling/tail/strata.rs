//! Strata: what makes sure that something is kept of everything.

/// Keys that are told apart; all further ones are one stratum.
const KEYS: usize = 512;

/// The share of what was seen before that an epoch leaves.
const RETENTION: f32 = 0.5;

/// How many traces there are of each key.
///
/// The first traces of a key in an epoch have a place, so they stand for themselves alone: their probability is 1.
/// That is true because which traces are the first depends on when they began. A trace's randomness has no part in it,
/// neither its own nor another's, as all traces that begin are counted, kept or not.
#[derive(Debug)]
pub(super) struct Strata {
    strata: Box<[Stratum]>,
    /// Traces of all strata in an epoch, smoothed.
    all: f32,
    reservoir: u32,
    rare_share: f32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Stratum {
    /// Traces in this epoch.
    begun: u32,
    /// Traces in an epoch, smoothed.
    usual: f32,
}

/// What a trace has from its stratum.
#[derive(Clone, Copy, Debug)]
pub(super) struct Standing {
    /// Whether it is one of the first in its epoch.
    pub(super) guaranteed: bool,
    /// Whether there are few of its kind.
    pub(super) rare: bool,
}

impl Strata {
    pub(super) const BYTES: usize = (KEYS + 1) * size_of::<Stratum>();

    pub(super) fn new(reservoir: u32, rare_share: f64) -> Self {
        let strata = vec![Stratum::default(); KEYS + 1].into();
        Self { strata, all: 0.0, reservoir, rare_share: rare_share as f32 }
    }

    /// A trace begins.
    pub(super) fn begin(&mut self, key: u16) -> Standing {
        let stratum = &mut self.strata[usize::from(key).min(KEYS)];
        let guaranteed = stratum.begun < self.reservoir;
        stratum.begun = stratum.begun.saturating_add(1);
        Standing { guaranteed, rare: stratum.usual < self.rare_share * self.all }
    }

    /// Another epoch begins.
    pub(super) fn turn(&mut self) {
        self.all = 0.0;
        for stratum in &mut self.strata {
            let begun = std::mem::take(&mut stratum.begun) as f32;
            stratum.usual = stratum.usual * RETENTION + begun * (1.0 - RETENTION);
            self.all += stratum.usual;
        }
    }
}
