//! A finished record on its way: a small fixed header in front of the encoded bytes.

/// The signals that travel in lanes. Metrics are aggregated by the SDK and exported on their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Signal {
    Span,
    Log,
}

/// What the pipeline has to know of a record without decoding it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Header {
    pub(crate) signal: Signal,
    /// The instrumentation scope, as numbered by the recorder.
    pub(crate) scope: u16,
}

impl Header {
    pub(crate) const LEN: usize = 8;

    /// The header's bytes, for a record of `len` framed bytes.
    #[inline]
    pub(crate) fn encode(self, len: usize) -> [u8; Self::LEN] {
        // A record never comes near 4 GiB: attribute values are in memory, and chunks come out of the budget.
        let [a, b, c, d] = (len as u32).to_le_bytes();
        let [e, f] = self.scope.to_le_bytes();
        [a, b, c, d, e, f, self.signal as u8, 0]
    }

    /// The first record of `bytes`: its header, its framed bytes, and what follows it.
    #[cfg(feature = "pipeline")]
    pub(crate) fn split(bytes: &[u8]) -> Option<(Self, &[u8], &[u8])> {
        let (&[a, b, c, d, e, f, signal, _], rest) = bytes.split_first_chunk::<{ Self::LEN }>()?;
        let (record, rest) = rest.split_at_checked(u32::from_le_bytes([a, b, c, d]) as usize)?;
        let signal = if signal == Signal::Span as u8 { Signal::Span } else { Signal::Log };
        Some((Self { signal, scope: u16::from_le_bytes([e, f]) }, record, rest))
    }
}
