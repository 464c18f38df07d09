//! A fact on its way to be written: as it lies in an outbox, behind its header.

use std::any::Any;
use std::fmt;

use crate::draft::Draft;
use crate::event::Event;
use crate::record::{Header, Kind};
use crate::time::Timestamp;

/// The number of a writer, by its recorder.
type Number = u16;

/// What stands in front of every fact of one definition: the header, and who writes it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head([u8; Head::LEN]);

impl Head {
    const LEN: usize = Header::LEN + size_of::<Number>();

    pub(super) fn new(kind: Kind, scope: u16, writer: Number, fact: usize) -> Self {
        let mut head = [0; Self::LEN];
        let (header, number) = head.split_at_mut(Header::LEN);
        header.copy_from_slice(&Header::of_fact(kind, scope, Stored::PREFIX + fact));
        number.copy_from_slice(&writer.to_le_bytes());
        Self(head)
    }
}

/// When something happened, and when that was observed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
    pub(crate) time: Timestamp,
    pub(crate) observed: Timestamp,
}

impl Times {
    const LEN: usize = 16;

    #[inline]
    fn to_bytes(self) -> [u8; Self::LEN] {
        let [time, observed] = [self.time, self.observed].map(Timestamp::unix_nanos);
        (u128::from(observed) << 64 | u128::from(time)).to_le_bytes()
    }

    fn from_bytes(bytes: [u8; Self::LEN]) -> Self {
        let both = u128::from_le_bytes(bytes);
        let [time, observed] = [both as u64, (both >> 64) as u64].map(Timestamp::from_unix_nanos);
        Self { time, observed }
    }
}

/// A fact as the pipeline's thread finds it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stored<'a> {
    pub(crate) writer: Number,
    pub(crate) times: Times,
    pub(crate) fact: &'a [u8],
}

impl<'a> Stored<'a> {
    /// What stands between the header and the fact.
    const PREFIX: usize = size_of::<Number>() + Times::LEN;

    /// Everything that stands in front of a fact.
    const BEFORE: usize = Head::LEN + Times::LEN;

    /// Puts a whole record together on the stack, and hands it on.
    #[inline(always)]
    pub(super) fn record(
        head: &Head,
        times: Times,
        size: usize,
        store: impl FnOnce(&mut [u8]),
        then: impl FnOnce(&[u8]),
    ) {
        with_room(Self::BEFORE + size, |room| {
            let (before, fact) = room.split_at_mut(Self::BEFORE);
            let (front, stamps) = before.split_at_mut(Head::LEN);
            front.copy_from_slice(&head.0);
            stamps.copy_from_slice(&times.to_bytes());
            store(fact);
            then(room);
        });
    }

    /// The fact in what stands behind a header.
    pub(crate) fn read(record: &'a [u8]) -> Option<Self> {
        let (number, rest) = record.split_first_chunk()?;
        let (times, fact) = rest.split_first_chunk()?;
        Some(Self { writer: Number::from_le_bytes(*number), times: Times::from_bytes(*times), fact })
    }
}

/// Runs `f` with so many bytes of the stack. Of these arms one is left when the size is known to the compiler.
#[inline(always)]
fn with_room(size: usize, f: impl FnOnce(&mut [u8])) {
    match size {
        0..=64 => f(&mut [0; 64][..size]),
        65..=96 => f(&mut [0; 96][..size]),
        97..=128 => f(&mut [0; 128][..size]),
        129..=192 => f(&mut [0; 192][..size]),
        _ => f(&mut [0; Stored::BEFORE + super::MAX_FACT][..size]),
    }
}

/// Who makes an event of a stored fact.
pub(crate) trait Writer: Any + fmt::Debug + Send + Sync {
    /// The event's name.
    fn name(&self) -> &'static str;

    /// Writes the event into `draft`. It panics when the definition's function does.
    fn write(&self, stored: &Stored<'_>, scope: u16, draft: Box<Draft>) -> Event;
}
