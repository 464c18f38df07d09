//! Payments that come faster than people make them.

mod limits;

use otel_core::{Pseudonym, Timestamp};

use super::entities::{Entities, EntityKey};
use super::finding::{Evidence, Finding};
use super::moments::{Depth, Moments};
use crate::conventions::fraud_rules::PAYMENT_VELOCITY;
use crate::labels::EntityType;
use crate::payment::Payment;
use limits::{Limit, WEEK};
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
/// Of each user, card and device it keeps 32 bytes, and from the fifth payment in a week on 4 bytes for each on the
/// heap, up to the largest limit and 65 more; the map takes 30 to 47 bytes beside that.
#[derive(Debug)]
pub struct Velocity {
    watches: [Watch; 3],
}

impl Velocity {
    /// A detector that has seen nothing.
    pub fn new(settings: VelocitySettings) -> Self {
        let VelocitySettings { user, card, device, entities } = settings;
        let of = |entity, limits| Watch::new(entity, &limits, entities);
        let watches =
            [of(EntityType::User, user), of(EntityType::Card, card), of(EntityType::Device, device)];
        Self { watches }
    }

    /// Takes a payment in, and says what is the worst about it: what exceeds its limit by most.
    pub fn judge(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        let entities = [Some(payment.user), payment.card, payment.device];
        let excesses = self
            .watches
            .iter_mut()
            .zip(entities)
            .filter_map(|(watch, entity)| watch.judge(entity?, payment.at));
        let worst = excesses.reduce(|worst, other| if other.exceeds(&worst) { other } else { worst })?;
        let Excess { entity, limit: Limit { window, most }, payments } = worst;
        let evidence = Evidence::Velocity { entity, window, payments, limit: most.into() };
        Some(Finding { rule: &PAYMENT_VELOCITY, evidence })
    }

    /// The payments so far that came too late to be counted, once for each entity they were too late for.
    pub fn late(&self) -> u64 {
        self.watches.iter().map(|watch| watch.late).sum()
    }

    /// The entities of a kind that had to make room so far: what was known of them is gone.
    pub fn evicted(&self, of: EntityType) -> u64 {
        self.watch(of).map_or(0, |watch| watch.entities.evicted())
    }

    /// How many entities of a kind something is known of.
    pub fn known(&self, of: EntityType) -> usize {
        self.watch(of).map_or(0, |watch| watch.entities.len())
    }

    /// The bytes it takes to remember them.
    pub fn bytes(&self) -> usize {
        self.watches.iter().map(|watch| watch.entities.bytes()).sum()
    }

    fn watch(&self, of: EntityType) -> Option<&Watch> {
        self.watches.iter().find(|watch| watch.entity == of)
    }
}

/// All entities of one kind.
#[derive(Debug)]
struct Watch {
    entity: EntityType,
    limits: Vec<Limit>,
    depth: Depth,
    entities: Entities<Moments>,
    late: u64,
}

/// More payments than there may be.
#[derive(Debug)]
struct Excess {
    entity: EntityType,
    limit: Limit,
    payments: u32,
}

impl Watch {
    fn new(entity: EntityType, limits: &VelocityLimits, cap: usize) -> Self {
        let limits: Vec<Limit> = limits.all().collect();
        let largest = limits.iter().map(|limit| limit.most).max().unwrap_or_default();
        // The longest window has to be remembered whether or not it has a limit today.
        let depth = Depth::for_counts(largest.saturating_add(1), WEEK);
        Self { entity, limits, depth, entities: Entities::new(cap), late: 0 }
    }

    fn judge(&mut self, who: Pseudonym, at: Timestamp) -> Option<Excess> {
        if self.limits.is_empty() {
            return None;
        }
        let moments = self.entities.of(EntityKey::of(who), at)?;
        let Some(place) = moments.take_in(at, &self.depth) else {
            self.late += 1;
            return None;
        };
        let is_newest = moments.is_newest(place);
        let mut worst: Option<Excess> = None;
        for limit in &self.limits {
            if is_newest && !moments.are_more_than(limit.most, limit.window) {
                continue;
            }
            let payments = moments.most_around(place, limit.window).min(self.depth.count());
            if payments > usize::from(limit.most) {
                let payments = u32::try_from(payments).unwrap_or(u32::MAX);
                let excess = Excess { entity: self.entity, limit: *limit, payments };
                worst = Some(worst.filter(|worst| !excess.exceeds(worst)).unwrap_or(excess));
            }
        }
        worst
    }
}

impl Excess {
    /// Whether it exceeds its limit by a larger factor than another one.
    fn exceeds(&self, other: &Self) -> bool {
        // One more than the limit, so that a limit of zero has a factor too.
        let of = |it: &Self, by: &Self| u64::from(it.payments) * (u64::from(by.limit.most) + 1);
        of(self, other) > of(other, self)
    }
}
