//! What was decided on traces whose spans may still come.

use super::index::Hash;
use super::outcome::Reason;
use crate::sampling::Threshold;

/// Decisions that share a place; the oldest of them gives way.
const WAYS: usize = 8;

/// A memory of decisions that has a fixed size.
///
/// A trace that is forgotten and goes on is decided on again, with the same randomness and as if it were another. That
/// can count it twice, which is why there are more decisions remembered than traces held.
#[derive(Debug)]
pub(super) struct Verdicts {
    sets: Box<[[Entry; WAYS]]>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: Hash,
    packed: Packed,
}

/// What became of a trace.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Verdict {
    /// It is exported, with this threshold where it is known.
    Kept { threshold: Option<Threshold>, promoted: bool },
    /// It is not, and this is what its further spans are counted as.
    Dropped(Reason),
}

impl Verdicts {
    /// A memory that takes this many bytes.
    pub(super) fn new(bytes: usize) -> Self {
        let sets = (bytes / size_of::<[Entry; WAYS]>()).max(1);
        Self { sets: vec![[Entry { hash: Hash::NONE, packed: Packed(0) }; WAYS]; sets].into() }
    }

    pub(super) fn remember(&mut self, hash: Hash, verdict: Verdict) {
        let set = self.set(hash);
        let ways = &mut self.sets[set];
        // What is known of the same trace gives way, else the oldest.
        let known = ways.iter().position(|entry| entry.hash == hash).unwrap_or(WAYS - 1);
        ways.copy_within(..known, 1);
        ways[0] = Entry { hash, packed: Packed::new(verdict) };
    }

    pub(super) fn recall(&self, hash: Hash) -> Option<Verdict> {
        self.sets[self.set(hash)].iter().find(|entry| entry.hash == hash)?.packed.verdict()
    }

    fn set(&self, hash: Hash) -> usize {
        hash.second_of(self.sets.len())
    }
}

/// A verdict in eight bytes: what it is in the first, and the threshold in the others.
#[derive(Clone, Copy, Debug)]
struct Packed(u64);

const THRESHOLD: u64 = (1 << 56) - 1;
const LATE: u64 = 1 << 56;
const EVICTED: u64 = 2 << 56;
const SAMPLED_OUT: u64 = 3 << 56;
const KEPT: u64 = 8 << 56;
const KNOWN: u64 = 16 << 56;
const PROMOTED: u64 = 32 << 56;

impl Packed {
    fn new(verdict: Verdict) -> Self {
        Self(match verdict {
            Verdict::Dropped(Reason::Late) => LATE,
            Verdict::Dropped(Reason::Evicted) => EVICTED,
            Verdict::Dropped(Reason::SampledOut) => SAMPLED_OUT,
            Verdict::Kept { threshold, promoted } => {
                let known = threshold.map_or(0, |threshold| KNOWN | threshold.rejected());
                KEPT | known | if promoted { PROMOTED } else { 0 }
            }
        })
    }

    fn verdict(self) -> Option<Verdict> {
        let threshold = || Threshold::exactly(self.0 & THRESHOLD).filter(|_| self.0 & KNOWN != 0);
        match self.0 & !THRESHOLD {
            0 => None,
            LATE => Some(Verdict::Dropped(Reason::Late)),
            EVICTED => Some(Verdict::Dropped(Reason::Evicted)),
            SAMPLED_OUT => Some(Verdict::Dropped(Reason::SampledOut)),
            kept => Some(Verdict::Kept { threshold: threshold(), promoted: kept & PROMOTED != 0 }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_is_what_is_unpacked() {
        let mut all: Vec<Verdict> = Reason::ALL.map(Verdict::Dropped).to_vec();
        for promoted in [false, true] {
            for threshold in [None, Some(Threshold::ALWAYS), Some(Threshold::HIGHEST)] {
                all.push(Verdict::Kept { threshold, promoted });
            }
        }
        for verdict in all {
            assert_eq!(Packed::new(verdict).verdict(), Some(verdict));
        }
    }
}
