//! Payments in two places that nobody gets between in that time.

mod sphere;
mod trail;

use std::time::Duration;

use otel_core::Timestamp;

use super::entities::{Entities, EntityKey};
use super::finding::{Evidence, Finding};
use super::settings::{SettingsError, UserCap};
use crate::conventions::fraud_rules::IMPOSSIBLE_TRAVEL;
use crate::payment::Payment;
use crate::place::Place;
pub use sphere::great_circle_km;
use trail::Sighting;
pub(super) use trail::Trail;

/// What is too fast and too far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TravelSettings {
    speed_kmh: u32,
    beyond_km: u32,
    floor: Duration,
}

impl TravelSettings {
    /// The same with another speed that nobody travels faster than, in kilometres an hour. Default 900: an airliner in
    /// the cruise.
    ///
    /// # Errors
    ///
    /// It is nothing.
    pub fn speed_kmh(self, most: u32) -> Result<Self, SettingsError> {
        if most > 0 { Ok(Self { speed_kmh: most, ..self }) } else { Err(SettingsError::Speed) }
    }

    /// The same with another number of kilometres that the places have to be apart for sure: with both as near to each
    /// other as their accuracy radii allow. Default 100, within which databases of addresses are wrong now and then.
    #[must_use]
    pub const fn beyond_km(self, least: u32) -> Self {
        Self { beyond_km: least, ..self }
    }

    /// The same with another least time that passes between two payments, whatever their clocks say. Default 36 seconds,
    /// a hundredth of an hour.
    ///
    /// # Errors
    ///
    /// It is less than a second, which times are counted in.
    pub fn floor(self, least: Duration) -> Result<Self, SettingsError> {
        const SECOND: Duration = Duration::from_secs(1);
        if least < SECOND { Err(SettingsError::TooShort) } else { Ok(Self { floor: least, ..self }) }
    }
}

impl Default for TravelSettings {
    fn default() -> Self {
        Self { speed_kmh: 900, beyond_km: 100, floor: Duration::from_secs(36) }
    }
}

/// Finds a user who paid in two places that nobody gets between in that time.
///
/// The way between two places is the great circle less both accuracy radii, so what is known badly convicts nobody. A
/// payment is compared with its neighbours in time, whatever the order in which they arrive: with the last place before
/// it, and with the first one after it, of the two that are remembered. Payments through anonymous networks say nothing
/// about where a person is: they are neither judged nor remembered.
///
/// Both payments stay places of the user, for nothing here tells which of them was the user's: the next payment at home
/// is found as well.
///
/// An anonymous network that nobody has marked as one looks like a flight that is not possible, and is found.
///
/// Of each user it keeps 32 bytes, and the map up to 18 beside them. Times count to the second.
#[derive(Debug)]
pub struct Travel {
    settings: TravelSettings,
    users: Entities<Trail>,
}

impl Travel {
    /// A detector that has seen nobody.
    pub fn new(settings: TravelSettings) -> Self {
        Self::remembering(settings, UserCap::default())
    }

    /// The same, but it remembers another number of users.
    pub fn remembering(settings: TravelSettings, users: UserCap) -> Self {
        Self { settings, users: Entities::new(users.get()) }
    }

    /// Takes in where a payment was made, and says whether its user cannot have been there.
    pub fn judge(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        let Self { settings, users } = self;
        let place = TravelSettings::place_of(payment)?;
        users.visit(EntityKey::of(payment.user), payment.at, |trail| {
            settings.judge(trail, place, payment.at)
        })?
    }

    /// The users so far who had to make room: where they were is forgotten.
    pub const fn evicted(&self) -> u64 {
        self.users.evicted()
    }

    /// How many users were seen somewhere.
    pub fn known(&self) -> usize {
        self.users.len()
    }

    /// The bytes it takes to remember them.
    pub fn bytes(&self) -> usize {
        self.users.bytes()
    }
}

impl TravelSettings {
    /// Where somebody was when they paid, as far as that is known.
    pub(super) fn place_of(payment: &Payment<'_>) -> Option<Place> {
        payment.place.filter(|place| !place.is_anonymous())
    }

    /// Takes a place in, and says whether who was elsewhere cannot have been there.
    pub(super) fn judge(&self, trail: &mut Trail, place: Place, at: Timestamp) -> Option<Finding> {
        let here = Sighting::new(place, at);
        let neighbours = trail.take_in(here);
        let ways = neighbours.into_iter().flatten().filter_map(|there| self.impossible(here, there));
        let (_, evidence) = ways.reduce(|fastest, way| if way.0 > fastest.0 { way } else { fastest })?;
        Some(Finding { rule: &IMPOSSIBLE_TRAVEL, evidence })
    }

    /// The way between two sightings, where it is one that nobody makes, and its speed.
    fn impossible(&self, here: Sighting, there: Sighting) -> Option<(f64, Evidence)> {
        let distance = sphere::between(here.position(), there.position());
        let beyond = distance - f64::from(here.radius_km()) - f64::from(there.radius_km());
        if beyond <= f64::from(self.beyond_km) {
            return None;
        }
        let elapsed = here.time_between(there);
        let hours = elapsed.max(self.floor).as_secs_f64() / 3_600.0;
        let speed = beyond / hours;
        let evidence = Evidence::Travel {
            distance_km: distance as u32,
            beyond_km: beyond as u32,
            elapsed,
            speed_kmh: speed as u32,
        };
        (speed > f64::from(self.speed_kmh)).then_some((speed, evidence))
    }
}
