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
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Header {
    pub(crate) kind: Kind,
    /// The instrumentation scope, as numbered by the recorder.
    pub(crate) scope: u16,
    pub(crate) marks: Marks,
    /// Whether what follows is a fact as it was stored, of which no message has been written yet.
    pub(crate) is_fact: bool,
}

/// The bit of the byte of the kind that marks a fact.
const FACT: u8 = 0x80;

/// What samplers have to know of a span beside its ids and times, which stand at fixed places in its bytes.
#[derive(Clone, Copy, Debug, Default)]
#[cfg_attr(test, derive(PartialEq))]
pub(crate) struct Marks {
    /// Whether it failed.
    pub(crate) error: bool,
    /// Whether its parent, if it has one, is of another process.
    pub(crate) local_root: bool,
    /// Whether the head sampled it, and says so to other services.
    pub(crate) sampled: bool,
    /// Whether it is known that the head samples all spans like it.
    pub(crate) certain: bool,
    /// Whether it has a trace state.
    pub(crate) has_state: bool,
    /// Below which randomness a trace was not looked at, in the upper 16 of 56 bits, where some were that are not sampled.
    pub(crate) looked: Option<u16>,
    /// What the domain says it is worth.
    pub(crate) worth: f32,
    /// Spans of one name are one kind of work: the name's digest.
    pub(crate) stratum: u16,
}

/// The digest of a span's name: FNV-1a, folded to 16 bits.
pub(crate) const fn stratum(name: &str) -> u16 {
    let (bytes, mut hash, mut at) = (name.as_bytes(), 0x811c_9dc5_u32, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    (hash ^ (hash >> 16)) as u16
}

impl Marks {
    const LEN: usize = 9;

    #[inline]
    fn write(self, to: &mut [u8; Self::LEN]) {
        let bit = |at: u8, set: bool| u8::from(set) << at;
        to[0] = bit(0, self.error)
            | bit(1, self.local_root)
            | bit(2, self.sampled)
            | bit(3, self.has_state)
            | bit(4, self.certain)
            | bit(5, self.looked.is_some());
        to[1..5].copy_from_slice(&self.worth.to_le_bytes());
        to[5..7].copy_from_slice(&self.stratum.to_le_bytes());
        to[7..].copy_from_slice(&self.looked.unwrap_or_default().to_le_bytes());
    }

    #[cfg(feature = "pipeline")]
    #[inline]
    fn read(&[bits, a, b, c, d, e, f, g, h]: &[u8; Self::LEN]) -> Self {
        let bit = |at: u8| bits & (1 << at) != 0;
        Self {
            error: bit(0),
            local_root: bit(1),
            sampled: bit(2),
            has_state: bit(3),
            certain: bit(4),
            looked: bit(5).then_some(u16::from_le_bytes([g, h])),
            worth: f32::from_le_bytes([a, b, c, d]),
            stratum: u16::from_le_bytes([e, f]),
        }
    }
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
    pub(crate) const LEN: usize = 16;

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
        prefix[..Self::LEN].copy_from_slice(&self.in_front_of(at - Self::LEN + payload));
        then(&prefix[..at])
    }

    /// The header of a fact that takes `len` bytes.
    pub(crate) fn of_fact(kind: Kind, scope: u16, len: usize) -> [u8; Self::LEN] {
        Self { kind, scope, marks: Marks::default(), is_fact: true }.in_front_of(len)
    }

    #[inline(always)]
    fn in_front_of(self, len: usize) -> [u8; Self::LEN] {
        let mut header = [0; Self::LEN];
        // A record never comes near 4 GiB: it comes out of the byte budget.
        header[..4].copy_from_slice(&(len as u32).to_le_bytes());
        header[4..6].copy_from_slice(&self.scope.to_le_bytes());
        header[6] = self.kind.index() as u8 | if self.is_fact { FACT } else { 0 };
        let mut marks = [0; Marks::LEN];
        self.marks.write(&mut marks);
        header[7..].copy_from_slice(&marks);
        header
    }

    /// The first record of `bytes`: its header, its framed bytes or its fact, and what follows it.
    #[cfg(feature = "pipeline")]
    pub(crate) fn split(bytes: &[u8]) -> Option<(Self, &[u8], &[u8])> {
        let (&[a, b, c, d, e, f, kind], rest) = bytes.split_first_chunk()?;
        let (marks, rest) = rest.split_first_chunk()?;
        let (record, rest) = rest.split_at_checked(u32::from_le_bytes([a, b, c, d]) as usize)?;
        let header = Self {
            kind: Kind::at(usize::from(kind & !FACT) % Kind::COUNT),
            scope: u16::from_le_bytes([e, f]),
            marks: Marks::read(marks),
            is_fact: kind & FACT != 0,
        };
        Some((header, record, rest))
    }
}
