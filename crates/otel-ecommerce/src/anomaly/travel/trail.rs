//! Where somebody was last.

use std::num::NonZeroU32;
use std::time::Duration;

use otel_core::Timestamp;

use crate::anomaly::entities::Memory;
use crate::place::Place;

/// Somewhere at some time, in 16 bytes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sighting {
    latitude: f32,
    longitude: f32,
    radius_km: f32,
    /// Seconds since the Unix epoch, until 2106; the first of them is the second one.
    at: NonZeroU32,
}

impl Sighting {
    pub(super) fn new(place: Place, at: Timestamp) -> Self {
        let seconds = u32::try_from(at.unix_nanos() / 1_000_000_000).unwrap_or(u32::MAX);
        Self {
            latitude: place.latitude(),
            longitude: place.longitude(),
            radius_km: place.accuracy_km(),
            at: NonZeroU32::new(seconds).unwrap_or(NonZeroU32::MIN),
        }
    }

    pub(super) const fn position(&self) -> (f32, f32) {
        (self.latitude, self.longitude)
    }

    pub(super) const fn radius_km(&self) -> f32 {
        self.radius_km
    }

    pub(super) fn time_between(self, other: Self) -> Duration {
        Duration::from_secs(self.at.get().abs_diff(other.at.get()).into())
    }
}

/// The two latest sightings of somebody by time, the older first. The second is only there with the first.
#[derive(Debug, Default)]
pub(in crate::anomaly) struct Trail([Option<Sighting>; 2]);

impl Memory for Trail {}

impl Trail {
    /// Takes a sighting in, and says what was seen before it and after it.
    ///
    /// One that is older than both is compared with the older of them, and not remembered.
    pub(super) fn take_in(&mut self, new: Sighting) -> [Option<Sighting>; 2] {
        match self.0 {
            [Some(older), Some(_)] if new.at < older.at => [None, Some(older)],
            [Some(older), Some(newer)] if new.at < newer.at => {
                self.0 = [Some(new), Some(newer)];
                [Some(older), Some(newer)]
            }
            [Some(only), None] if new.at < only.at => {
                self.0 = [Some(new), Some(only)];
                [None, Some(only)]
            }
            [Some(only), None] => {
                self.0 = [Some(only), Some(new)];
                [Some(only), None]
            }
            [_, last] => {
                self.0 = if last.is_some() { [last, Some(new)] } else { [Some(new), None] };
                [last, None]
            }
        }
    }
}
