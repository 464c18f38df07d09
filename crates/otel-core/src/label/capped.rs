//! Labels from open sets, with a declared cap.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use crate::label::Label;
use crate::sensitive::{Guard, Origin};

/// The text of the value that stands for everything beyond a set's cap.
pub(crate) const OTHER: &str = "other";

/// A label whose values come from an open set (venue, service, currency) of at most [`CappedLabel::CAP`] values.
///
/// Declare one with [`capped_labels!`](crate::capped_labels), and turn text into values with a [`Capped`] set.
pub trait CappedLabel: Label {
    /// The number of values kept apart, before the rest becomes `other`.
    const CAP: usize;

    /// The value at `index`, as assigned by a [`Capped`] set.
    #[doc(hidden)]
    fn at(index: u16) -> Self;
}

/// Declares capped labels: an open set, and how many of its values are kept apart.
///
/// ```
/// otel_core::capped_labels! {
///     /// Where an order goes.
///     pub struct Venue: "trading.venue.mic", cap 32;
/// }
/// ```
#[macro_export]
macro_rules! capped_labels {
    ($($(#[$meta:meta])* pub struct $name:ident: $key:literal, cap $cap:literal;)+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub struct $name(u16);

        impl $crate::Label for $name {
            const KEY: &'static str = $key;
            const CARDINALITY: usize = $cap + 1;
            const VALUES: &'static [&'static str] = &[];

            #[inline]
            fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl $crate::CappedLabel for $name {
            const CAP: usize = $cap;

            #[inline]
            fn at(index: u16) -> Self {
                Self(index)
            }
        }
    )+};
}

/// The values of one capped label that a [`Telemetry`](crate::Telemetry) has seen.
///
/// The first [`CappedLabel::CAP`] distinct texts each get a value of their own; everything after that is `other`,
/// and counted. A value keeps its place for the life of the telemetry. Looking up a known text takes no lock.
pub struct Capped<L> {
    set: Arc<Set>,
    label: std::marker::PhantomData<fn() -> L>,
}

impl<L: CappedLabel> Capped<L> {
    pub(crate) fn new(names: &CappedNames) -> Self {
        Self { set: names.set(L::KEY, L::CAP), label: std::marker::PhantomData }
    }

    /// The value for `text`, or the overflow value once the cap is reached.
    #[inline]
    pub fn get(&self, text: &str) -> L {
        L::at(self.set.index_of(text))
    }

    /// How often a text became `other`.
    pub fn overflowed(&self) -> u64 {
        self.set.overflowed.load(Ordering::Relaxed)
    }
}

impl<L> Clone for Capped<L> {
    fn clone(&self) -> Self {
        Self { set: Arc::clone(&self.set), label: std::marker::PhantomData }
    }
}

impl<L> fmt::Debug for Capped<L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Capped").field("key", &self.set.key).finish_non_exhaustive()
    }
}

/// The capped sets of one telemetry, by label key: two telemetries share nothing.
#[derive(Debug, Default)]
pub(crate) struct CappedNames {
    guard: Guard,
    sets: RwLock<HashMap<&'static str, Arc<Set>>>,
}

impl CappedNames {
    pub(crate) fn new(guard: Guard) -> Self {
        Self { guard, sets: RwLock::default() }
    }

    fn set(&self, key: &'static str, cap: usize) -> Arc<Set> {
        let mut sets = self.sets.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(sets.entry(key).or_insert_with(|| Arc::new(Set::new(key, cap))))
    }

    /// The text of value `index` of the label `key`.
    pub(crate) fn name(&self, key: &str, index: usize) -> Option<String> {
        let sets = self.sets.read().unwrap_or_else(PoisonError::into_inner);
        let name = sets.get(key)?.name(index)?;
        // A name is asked for once for each series, so it is looked at here and not for each measurement.
        Some(self.guard.clean(&name, Origin::Declared).into_owned())
    }
}

/// An append-only open-addressing table: readers probe without a lock, a writer fills one free slot at a time.
struct Set {
    key: &'static str,
    cap: usize,
    slots: Box<[OnceLock<Entry>]>,
    taken: AtomicUsize,
    overflowed: AtomicU64,
}

struct Entry {
    text: Box<str>,
    /// `None` when the slot was won by a text that came after the cap was reached.
    index: Option<u16>,
}

impl Set {
    fn new(key: &'static str, cap: usize) -> Self {
        // At most half full, so that probes stay short.
        let slots = (cap * 2).next_power_of_two();
        Self {
            key,
            cap,
            slots: (0..slots).map(|_| OnceLock::new()).collect(),
            taken: AtomicUsize::new(0),
            overflowed: AtomicU64::new(0),
        }
    }

    fn index_of(&self, text: &str) -> u16 {
        let mask = self.slots.len() - 1;
        let start = hash(text) as usize;
        for probe in 0..self.slots.len() {
            let Some(slot) = self.slots.get((start + probe) & mask) else { break };
            // Once the cap is reached, unknown texts must not take slots, or the table would fill up.
            let entry = match slot.get() {
                Some(entry) => entry,
                None if self.taken.load(Ordering::Relaxed) >= self.cap => break,
                None => slot.get_or_init(|| Entry { text: text.into(), index: self.take() }),
            };
            if *entry.text == *text {
                match entry.index {
                    Some(index) => return index,
                    None => break,
                }
            }
        }
        self.overflowed.fetch_add(1, Ordering::Relaxed);
        self.cap as u16
    }

    /// Takes the next free index, if the cap allows one more.
    fn take(&self) -> Option<u16> {
        let next = |taken: usize| (taken < self.cap).then_some(taken + 1);
        let taken = self.taken.fetch_update(Ordering::Relaxed, Ordering::Relaxed, next).ok()?;
        u16::try_from(taken).ok()
    }

    fn name(&self, index: usize) -> Option<String> {
        if index >= self.cap {
            return Some(OTHER.to_owned());
        }
        let wanted = u16::try_from(index).ok();
        let mut entries = self.slots.iter().filter_map(OnceLock::get);
        entries.find(|entry| entry.index == wanted).map(|entry| entry.text.to_string())
    }
}

impl fmt::Debug for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Set").field("key", &self.key).field("taken", &self.taken).finish_non_exhaustive()
    }
}

/// FNV-1a: the texts are short codes, and the table is capped, so speed matters and flooding does not.
fn hash(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
