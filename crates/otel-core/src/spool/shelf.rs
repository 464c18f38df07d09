//! The segments of one lane, and the bytes they take.

use std::collections::BTreeMap;
use std::ops::Bound;

use super::file_system::File;
use super::segment::{Key, Segment};

/// The segments of one lane, the oldest first.
#[derive(Debug)]
pub(super) struct Shelf<D> {
    segments: BTreeMap<Key, Segment<D>>,
    /// The one that takes entries.
    pub(super) active: Option<Key>,
    bytes: u64,
}

impl<D> Default for Shelf<D> {
    fn default() -> Self {
        Self { segments: BTreeMap::new(), active: None, bytes: 0 }
    }
}

impl<D: File> Shelf<D> {
    /// The bytes its files take, with those that are kept for their footers.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn get(&self, key: Key) -> Option<&Segment<D>> {
        self.segments.get(&key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Key, &Segment<D>)> {
        self.segments.iter().map(|(key, segment)| (*key, segment))
    }

    /// The first segment behind `after` that is as asked for.
    pub(super) fn next(&self, after: Option<Key>, asked: impl Fn(&Segment<D>) -> bool) -> Option<Key> {
        let from = after.map_or(Bound::Unbounded, Bound::Excluded);
        let mut rest = self.segments.range((from, Bound::Unbounded));
        rest.find(|(_, segment)| asked(segment)).map(|(key, _)| *key)
    }

    /// Does something to a segment, and keeps the books.
    pub(super) fn with<R>(&mut self, key: Key, change: impl FnOnce(&mut Segment<D>) -> R) -> Option<R> {
        let segment = self.segments.get_mut(&key)?;
        let before = segment.charge();
        let result = change(segment);
        self.bytes = self.bytes - before + segment.charge();
        Some(result)
    }

    pub(super) fn insert(&mut self, key: Key, segment: Segment<D>) {
        self.bytes += segment.charge();
        self.segments.insert(key, segment);
    }

    pub(super) fn remove(&mut self, key: Key) -> Option<Segment<D>> {
        let segment = self.segments.remove(&key)?;
        self.bytes -= segment.charge();
        self.active = self.active.filter(|active| *active != key);
        Some(segment)
    }
}
