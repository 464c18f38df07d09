//! Which rules were met.

use std::fmt;

use crate::labels::FlagKind;

/// A set of flags: what a record carries of them. It is one word, and in the order of [`FlagKind::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Flags(u16);

// Every kind has its bit.
const _: () = assert!(FlagKind::ALL.len() <= u16::BITS as usize);

impl Flags {
    /// No flag.
    pub const NONE: Self = Self(0);

    /// Adds a flag.
    pub const fn insert(&mut self, kind: FlagKind) {
        self.0 |= 1 << kind as u16;
    }

    /// Whether this flag was raised.
    pub const fn contains(self, kind: FlagKind) -> bool {
        self.0 & (1 << kind as u16) != 0
    }

    /// Both sets together.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is no flag.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many flags there are.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// The flags.
    pub fn iter(self) -> impl Iterator<Item = FlagKind> {
        FlagKind::ALL.iter().copied().filter(move |kind| self.contains(*kind))
    }
}

impl FromIterator<FlagKind> for Flags {
    fn from_iter<I: IntoIterator<Item = FlagKind>>(kinds: I) -> Self {
        let mut flags = Self::NONE;
        for kind in kinds {
            flags.insert(kind);
        }
        flags
    }
}

impl fmt::Debug for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// The names, with a comma between them.
impl fmt::Display for Flags {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, kind) in self.iter().enumerate() {
            if at > 0 {
                f.write_str(",")?;
            }
            f.write_str(kind.as_str())?;
        }
        Ok(())
    }
}
