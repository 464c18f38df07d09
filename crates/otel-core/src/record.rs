//! A finished record on its way: a small fixed header in front of the encoded bytes.

use crate::lane::Lane;

/// The signals that travel in outboxes. Metrics are aggregated by the SDK and exported on their own.
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

impl Signal {
    pub(crate) const ALL: [Self; 2] = [Self::Span, Self::Log];
}

/// The records that are kept together: those of one signal in one lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Kind {
    pub(crate) signal: Signal,
    pub(crate) lane: Lane,
}

impl Kind {
    pub(crate) const COUNT: usize = Signal::ALL.len() * Lane::ALL.len();

    /// Every kind, the most important first; events before the spans they belong to, so that who shows a trace has
    /// its events.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let signals = |lane| [Signal::Log, Signal::Span].map(|signal| Self { signal, lane });
        Lane::ALL.into_iter().flat_map(signals)
    }

    /// The kind with this index.
    #[cfg(feature = "pipeline")]
    pub(crate) const fn at(index: usize) -> Self {
        Self { signal: Signal::ALL[index / Lane::ALL.len()], lane: Lane::ALL[index % Lane::ALL.len()] }
    }

    #[inline]
    pub(crate) const fn index(self) -> usize {
        self.signal as usize * Lane::ALL.len() + self.lane as usize
    }
}

impl Header {
    pub(crate) const LEN: usize = 8;

    /// The most a header and the framing behind it take.
    pub(crate) const MAX_PREFIX: usize = Self::LEN + 1 + 10;

    /// Hands `payload` on with everything that stands before it: the header, then the tag and length of field 2,
    /// which is `ScopeSpans.spans` and `ScopeLogs.log_records` alike.
    #[inline(always)]
    pub(crate) fn prefix<T>(self, payload: usize, then: impl FnOnce(&[u8]) -> T) -> T {
        let mut prefix = [0; Self::MAX_PREFIX];
        prefix[Self::LEN] = 0x12;
        let mut at = Self::LEN + 1;
        let mut rest = payload;
        while rest >= 0x80 {
            prefix[at] = rest as u8 | 0x80;
            rest >>= 7;
            at += 1;
        }
        prefix[at] = rest as u8;
        at += 1;
        // A record never comes near 4 GiB: it comes out of the byte budget.
        prefix[..4].copy_from_slice(&((at - Self::LEN + payload) as u32).to_le_bytes());
        prefix[4..6].copy_from_slice(&self.scope.to_le_bytes());
        prefix[6] = self.signal as u8;
        then(&prefix[..at])
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
