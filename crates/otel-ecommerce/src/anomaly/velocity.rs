//! Payments that come faster than people make them.

mod limits;
mod pace;

use otel_core::{Pseudonym, Timestamp};

use self::pace::{Excess, Pace};
use super::entities::{Entities, EntityKey, Found};
use super::finding::Finding;
use super::moments::Moments;
use crate::labels::EntityType;
use crate::payment::Payment;
pub use limits::{VelocityLimits, VelocitySettings};

/// Finds a user, a card or a device that pays too often: exact sliding windows of five lengths, by the payments' own
/// time.
///
/// A window is wherever it holds the most: a payment is one too many when any window of that length with it inside
/// holds more than the limit. So the order in which payments arrive does not matter, and no window's edge can be paid
/// around. Two payments are in one window when they are less than its length apart, to the millisecond.
///
/// A payment may come up to five minutes after a newer one of the same user, card or device; what is later is refused
/// there and counted, and so is what more than 64 newer ones have overtaken.
///
/// Of each user, card and device it keeps 24 bytes, and the map up to 18 beside them. From the fifth payment in a week on there
/// are up to 8 bytes on the heap for each payment, up to the largest limit and 65 more.
#[derive(Debug)]
pub struct Velocity {
    users: Entities<Moments>,
    paces: Paces,
}

/// The same for users that somebody else remembers.
#[derive(Debug)]
pub(super) struct Paces {
    user: Pace,
    cards: Watch,
    devices: Watch,
}

/// All cards, or all devices.
#[derive(Debug)]
struct Watch {
    pace: Pace,
    entities: Entities<Moments>,
}

impl Velocity {
    /// A detector that has seen nothing.
    pub fn new(settings: VelocitySettings) -> Self {
        Self { users: Entities::new(settings.entities), paces: Paces::new(&settings) }
    }

    /// Takes a payment in, and says what is the worst about it: what exceeds its limit by most.
    pub fn judge(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        let Self { users, paces } = self;
        if !paces.count_users() {
            return paces.judge(payment, None);
        }
        users.visit(EntityKey::of(payment.user), payment.at, |user| paces.judge(payment, Some(user)))?
    }

    /// The payments so far that came too late to be counted, once for each entity they were too late for.
    pub fn late(&self) -> u64 {
        self.paces.late()
    }

    /// The entities of a kind that had to make room so far: what was known of them is gone.
    pub fn evicted(&self, of: EntityType) -> u64 {
        if of == EntityType::User { self.users.evicted() } else { self.paces.evicted(of) }
    }

    /// How many entities of a kind something is known of.
    pub fn known(&self, of: EntityType) -> usize {
        if of == EntityType::User { self.users.len() } else { self.paces.known(of) }
    }

    /// The bytes it takes to remember them.
    pub fn bytes(&self) -> usize {
        self.users.bytes() + self.paces.bytes()
    }
}

impl Paces {
    pub(super) fn new(settings: &VelocitySettings) -> Self {
        let watch =
            |of, limits| Watch { pace: Pace::new(of, limits), entities: Entities::new(settings.entities) };
        Self {
            user: Pace::new(EntityType::User, &settings.user),
            cards: watch(EntityType::Card, &settings.card),
            devices: watch(EntityType::Device, &settings.device),
        }
    }

    /// Whether there is any limit for users: where there is none, they need not be remembered.
    pub(super) fn count_users(&self) -> bool {
        self.user.counts()
    }

    /// Takes a payment in, with the moments of who made it, and says what is the worst about it.
    pub(super) fn judge(&mut self, payment: &Payment<'_>, user: Option<&mut Moments>) -> Option<Finding> {
        let Self { user: pace, cards, devices } = self;
        let (card, device) = (cards.look_up(payment.card), devices.look_up(payment.device));
        let excesses = [
            user.and_then(|moments| pace.judge(moments, payment.at)),
            card.and_then(|card| cards.judge(card, payment.at)),
            device.and_then(|device| devices.judge(device, payment.at)),
        ];
        excesses.into_iter().flatten().reduce(Excess::worse).map(Excess::finding)
    }

    pub(super) fn late(&self) -> u64 {
        self.user.late() + self.cards.pace.late() + self.devices.pace.late()
    }

    pub(super) fn evicted(&self, of: EntityType) -> u64 {
        self.known_of(of).map_or(0, Entities::evicted)
    }

    pub(super) fn known(&self, of: EntityType) -> usize {
        self.known_of(of).map_or(0, Entities::len)
    }

    pub(super) fn bytes(&self) -> usize {
        self.cards.entities.bytes() + self.devices.entities.bytes()
    }

    fn known_of(&self, of: EntityType) -> Option<&Entities<Moments>> {
        match of {
            EntityType::Card => Some(&self.cards.entities),
            EntityType::Device => Some(&self.devices.entities),
            EntityType::User | EntityType::Terminal => None,
        }
    }
}

impl Watch {
    /// Looks up whom there is a limit for.
    fn look_up(&self, who: Option<Pseudonym>) -> Option<Found> {
        let who = who.filter(|_| self.pace.counts())?;
        Some(self.entities.look_up(EntityKey::of(who)))
    }

    fn judge(&mut self, who: Found, at: Timestamp) -> Option<Excess> {
        let Self { pace, entities } = self;
        entities.visit_found(who, at, |moments| pace.judge(moments, at))?
    }
}
