//! How often one kind of entity pays, and what of it is too often.

use otel_core::Timestamp;

use super::limits::{Limit, VelocityLimits, WEEK};
use crate::anomaly::finding::{Evidence, Finding};
use crate::anomaly::moments::{Depth, Moments};
use crate::conventions::fraud_rules::PAYMENT_VELOCITY;
use crate::labels::EntityType;

/// What all users, all cards or all devices are held against.
#[derive(Debug)]
pub(super) struct Pace {
    entity: EntityType,
    limits: Vec<Limit>,
    depth: Depth,
    late: u64,
}

/// More payments than there may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excess {
    entity: EntityType,
    limit: Limit,
    payments: u32,
}

impl Pace {
    pub(super) fn new(entity: EntityType, limits: &VelocityLimits) -> Self {
        let limits: Vec<Limit> = limits.all().collect();
        let largest = limits.iter().map(|limit| limit.most).max().unwrap_or_default();
        // The longest window has to be remembered whether or not it has a limit today.
        let depth = Depth::for_counts(largest.saturating_add(1), WEEK);
        Self { entity, limits, depth, late: 0 }
    }

    /// Whether there is a limit.
    pub(super) const fn counts(&self) -> bool {
        !self.limits.is_empty()
    }

    /// What came too late to be counted.
    pub(super) const fn late(&self) -> u64 {
        self.late
    }

    /// Takes a payment in, and says what is the worst about it.
    pub(super) fn judge(&mut self, moments: &mut Moments, at: Timestamp) -> Option<Excess> {
        let Some(place) = moments.take_in(at, &self.depth) else {
            self.late += 1;
            return None;
        };
        let is_newest = moments.is_newest(place);
        let might = |limit: &&Limit| !is_newest || moments.are_more_than(limit.most, limit.window);
        let excesses = self.limits.iter().filter(might).filter_map(|limit| {
            let payments = moments.most_around(place, limit.window).min(self.depth.count());
            let payments = u32::try_from(payments).unwrap_or(u32::MAX);
            let excess = Excess { entity: self.entity, limit: *limit, payments };
            (payments > u32::from(limit.most)).then_some(excess)
        });
        excesses.reduce(Excess::worse)
    }
}

impl Excess {
    /// The other one, if it exceeds its limit by a larger factor.
    pub(super) fn worse(self, other: Self) -> Self {
        // One more than the limit, so that a limit of zero has a factor too.
        let of = |it: &Self, by: &Self| u64::from(it.payments) * (u64::from(by.limit.most) + 1);
        if of(&other, &self) > of(&self, &other) { other } else { self }
    }

    pub(super) fn finding(self) -> Finding {
        let Self { entity, limit: Limit { window, most }, payments } = self;
        let evidence = Evidence::Velocity { entity, window, payments, limit: most.into() };
        Finding { rule: &PAYMENT_VELOCITY, evidence }
    }
}
