//! Keys for pseudonyms that change with time, so that linkage ends.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use crate::sensitive::{DataClass, Pseudonym, PseudonymKey, Sensitive};
use crate::time::Timestamp;

/// What a key of the ring is derived for; changing it changes every pseudonym.
const CONTEXT: &str = "otel-core 2026-11 privacy pseudonym: epoch and class";

/// A stretch of time within which equal values have equal pseudonyms, by its number since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Epoch(u64);

impl Epoch {
    /// The epoch of this number.
    pub const fn new(number: u64) -> Self {
        Self(number)
    }

    /// Its number.
    pub const fn number(self) -> u64 {
        self.0
    }
}

/// A pseudonym, and the epoch it is good for: `p690:9f86d081884c7d659a2feaa0c55ad015`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EpochPseudonym {
    epoch: Epoch,
    pseudonym: Pseudonym,
}

impl EpochPseudonym {
    /// The epoch.
    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// The pseudonym.
    pub const fn pseudonym(&self) -> Pseudonym {
        self.pseudonym
    }
}

impl fmt::Display for EpochPseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "p{}:{}", self.epoch.0, self.pseudonym)
    }
}

/// A key for each epoch and class of data: pseudonyms can be compared within an epoch, and not beyond it.
///
/// A ring has its keys from one master, or is given each. With a master it forgets for as long as this process
/// lives; who wants an epoch to be forgotten for good gives each epoch a key of its own, and destroys it where it is
/// kept.
#[derive(Clone, Debug)]
pub struct KeyRing {
    length: Duration,
    keys: Keys,
    /// The first epoch that is not forgotten.
    remembered: Arc<AtomicU64>,
}

#[derive(Clone, Debug)]
enum Keys {
    Master(PseudonymKey),
    Each(Arc<RwLock<BTreeMap<Epoch, PseudonymKey>>>),
}

impl KeyRing {
    /// How long an epoch is, unless an application says otherwise.
    pub const EPOCH: Duration = Duration::from_secs(30 * 24 * 60 * 60);

    /// A ring that derives the key of every epoch from one master key.
    pub fn new(master: PseudonymKey) -> Self {
        Self::of(Keys::Master(master))
    }

    /// A ring of these keys and no others.
    pub fn of_keys(keys: impl IntoIterator<Item = (Epoch, PseudonymKey)>) -> Self {
        Self::of(Keys::Each(Arc::new(RwLock::new(keys.into_iter().collect()))))
    }

    fn of(keys: Keys) -> Self {
        Self { length: Self::EPOCH, keys, remembered: Arc::new(AtomicU64::new(0)) }
    }

    /// The same ring with epochs of another length; at least a second.
    #[must_use]
    pub fn epochs_of(mut self, length: Duration) -> Self {
        self.length = length.max(Duration::from_secs(1));
        self
    }

    /// The epoch of a point in time.
    pub fn epoch(&self, at: Timestamp) -> Epoch {
        let length = u64::try_from(self.length.as_nanos()).unwrap_or(u64::MAX);
        Epoch(at.unix_nanos() / length)
    }

    /// The pseudonym of a value of this class at this time; `None` when there is no key for that time, or no longer.
    ///
    /// Equal values of different classes have different pseudonyms.
    pub fn pseudonym<T: AsRef<[u8]>>(
        &self,
        class: DataClass,
        value: &Sensitive<T>,
        at: Timestamp,
    ) -> Option<EpochPseudonym> {
        let epoch = self.epoch(at);
        if epoch.0 < self.remembered.load(Ordering::Acquire) {
            return None;
        }
        let key = match &self.keys {
            Keys::Master(master) => {
                master.derive(CONTEXT, &[&epoch.0.to_le_bytes(), class.as_str().as_bytes()])
            }
            Keys::Each(keys) => {
                let keys = keys.read().unwrap_or_else(PoisonError::into_inner);
                keys.get(&epoch)?.derive(CONTEXT, &[class.as_str().as_bytes()])
            }
        };
        Some(EpochPseudonym { epoch, pseudonym: value.pseudonym(&key) })
    }

    /// Adds the key of an epoch, or changes it; a ring with a master has them all, and an epoch that was forgotten
    /// stays so.
    ///
    /// Says whether the key was taken.
    pub fn add(&self, epoch: Epoch, key: PseudonymKey) -> bool {
        match &self.keys {
            Keys::Each(keys) if epoch.0 >= self.remembered.load(Ordering::Acquire) => {
                keys.write().unwrap_or_else(PoisonError::into_inner).insert(epoch, key);
                true
            }
            Keys::Each(_) | Keys::Master(_) => false,
        }
    }

    /// Forgets this epoch and all before it, in every clone of this ring: nothing can be linked to their pseudonyms
    /// any more.
    pub fn forget(&self, epoch: Epoch) {
        self.remembered.fetch_max(epoch.0.saturating_add(1), Ordering::AcqRel);
        if let Keys::Each(keys) = &self.keys {
            keys.write().unwrap_or_else(PoisonError::into_inner).retain(|each, _| *each > epoch);
        }
    }
}
