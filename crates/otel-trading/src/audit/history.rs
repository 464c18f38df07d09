//! Every version of one entity, made again from its records.

use std::collections::BTreeMap;
use std::fmt;

use super::archive::ArchiveError;
use super::record::{EntityId, StoredDetail, StoredRecord, Version};

/// All versions of an entity that a trail has, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    states: Vec<State>,
}

/// An entity as it was at one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct State {
    /// The entry that made it so.
    pub index: u64,
    /// The record in it.
    pub record: StoredRecord,
    /// Everything that was known of the entity then: the last value of each detail, by name.
    pub details: Vec<StoredDetail>,
    /// Whether this is everything. It is not when the first version was removed after its time.
    pub is_complete: bool,
}

impl History {
    /// The most versions of one entity that are made again.
    pub const MAX_VERSIONS: usize = 1 << 20;

    pub(super) fn of(
        entity: EntityId<'_>,
        records: impl Iterator<Item = (u64, Result<StoredRecord, ArchiveError>)>,
        may_begin_later: bool,
    ) -> Result<Self, HistoryError> {
        let mut by_version: BTreeMap<Version, (u64, StoredRecord)> = BTreeMap::new();
        for (index, record) in records {
            let record = record.map_err(HistoryError::Archive)?;
            if record.entity != entity.0 {
                continue;
            }
            if by_version.len() == Self::MAX_VERSIONS {
                return Err(HistoryError::TooLong);
            }
            let version = record.version;
            if let Some((first, _)) = by_version.insert(version, (index, record)) {
                return Err(HistoryError::Repeated { version, first, second: index });
            }
        }
        let mut states: Vec<State> = Vec::new();
        let mut expected = Version::FIRST;
        for (version, (index, record)) in by_version {
            let before = states.last();
            let begins_later = before.is_none() && may_begin_later;
            if version != expected && !begins_later {
                return Err(HistoryError::Missing { version: expected, next: index });
            }
            let is_complete = before.map_or(version == Version::FIRST, |before| before.is_complete);
            let known = before.map_or(&[][..], |before| &before.details);
            let details = with(known, &record.details);
            states.push(State { index, record, details, is_complete });
            expected = version.next();
        }
        Ok(Self { states })
    }

    /// All versions, from the first to the last.
    pub fn states(&self) -> &[State] {
        &self.states
    }

    /// One version.
    pub fn version(&self, version: Version) -> Option<&State> {
        self.states.iter().find(|state| state.record.version == version)
    }
}

/// What was known, with what a record says about it.
fn with(known: &[StoredDetail], changed: &[StoredDetail]) -> Vec<StoredDetail> {
    let mut details = known.to_vec();
    for change in changed {
        match details.iter_mut().find(|detail| detail.name == change.name) {
            Some(detail) => *detail = change.clone(),
            None => details.push(change.clone()),
        }
    }
    details
}

/// Why the versions of an entity cannot be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HistoryError {
    /// The trail cannot be read.
    Archive(ArchiveError),
    /// A version is missing before another.
    Missing {
        /// Which one.
        version: Version,
        /// The entry of the version after the gap.
        next: u64,
    },
    /// A version was recorded twice.
    Repeated {
        /// Which one.
        version: Version,
        /// The first entry with it.
        first: u64,
        /// The second.
        second: u64,
    },
    /// There are more than [`History::MAX_VERSIONS`].
    TooLong,
}

impl fmt::Display for HistoryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Archive(error) => error.fmt(f),
            Self::Missing { version, next } => {
                write!(f, "version {} is missing before entry {next}", version.0)
            }
            Self::Repeated { version, first, second } => {
                write!(f, "version {} is in entry {first} and in entry {second}", version.0)
            }
            Self::TooLong => write!(f, "more than {} versions", History::MAX_VERSIONS),
        }
    }
}

impl std::error::Error for HistoryError {}
