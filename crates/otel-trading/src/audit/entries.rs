//! Entries as C2SP puts them together: each after its length, a big-endian `u16`.

/// The most bytes of an entry.
pub(super) const MAX_ENTRY: usize = u16::MAX as usize;

/// Puts an entry behind others.
pub(super) fn push(entries: &mut Vec<u8>, len: u16, entry: &[u8]) {
    entries.extend_from_slice(&len.to_be_bytes());
    entries.extend_from_slice(entry);
}

/// Takes entries apart, for as long as they are whole.
#[derive(Clone, Debug)]
pub(super) struct Entries<'a> {
    rest: &'a [u8],
}

impl<'a> Entries<'a> {
    pub(super) const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// What comes after the entries that were taken.
    pub(super) const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether nothing is left.
    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (len, rest) = self.rest.split_first_chunk()?;
        let (entry, rest) = rest.split_at_checked(u16::from_be_bytes(*len).into())?;
        self.rest = rest;
        Some(entry)
    }
}
