//! Spans on their way out.

use super::blocks::PREFIX;

/// The spans of a kept trace, as they were offered, in the order in which they were.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spans<'a> {
    /// The spans that were held, each behind its length.
    pub(super) held: &'a [u8],
    /// The one that was not, because it came too late or is too large.
    pub(super) last: Option<&'a [u8]>,
}

impl<'a> Iterator for Spans<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let Some((len, rest)) = self.held.split_first_chunk::<PREFIX>() else { return self.last.take() };
        let (span, rest) = rest.split_at_checked(u32::from_le_bytes(*len) as usize)?;
        self.held = rest;
        Some(span)
    }
}
