//! Labels of venues, found by the bytes of their codes.

use std::sync::OnceLock;

use otel_core::{Capped, CappedLabel, Label as _, Telemetry};

use super::fact::MOST_VENUE;
use super::text::Inline;
use crate::labels::Venue;

type Code = Inline<MOST_VENUE>;

/// How many codes are near. More than there are venues with a label of their own, so that few have to share a place.
const NEAR: usize = 64;

/// The venues of one tape. Most are found by comparing five bytes; to ask for each as a text is a good part of what it
/// costs to record a fact.
#[derive(Debug)]
pub(super) struct Venues {
    all: Capped<Venue>,
    /// Those that came first, each at the place its code says. A label keeps its value, so none is ever wrong.
    near: [OnceLock<(Code, Venue)>; NEAR],
}

impl Venues {
    pub(super) fn new(telemetry: &Telemetry) -> Self {
        Self { all: telemetry.capped(), near: [const { OnceLock::new() }; NEAR] }
    }

    #[inline]
    pub(super) fn get(&self, code: &Code) -> Venue {
        match self.near.get(place(code)).and_then(OnceLock::get) {
            Some((known, venue)) if known == code => *venue,
            _ => self.look_up(code),
        }
    }

    #[cold]
    #[inline(never)]
    fn look_up(&self, code: &Code) -> Venue {
        let venue = self.all.get(code.as_str());
        // What is beyond the cap has to be asked for every time, because that is counted.
        if venue.index() < Venue::CAP
            && let Some(place) = self.near.get(place(code))
        {
            place.get_or_init(|| (*code, venue));
        }
        venue
    }
}

/// Where a code belongs: the upper bits of its product with 2³² divided by the golden ratio, which spreads what differs
/// in any of its bytes.
#[inline]
fn place(code: &Code) -> usize {
    (u32::from_le_bytes(*code.bytes()).wrapping_mul(0x9e37_79b1) >> (32 - NEAR.ilog2())) as usize
}
