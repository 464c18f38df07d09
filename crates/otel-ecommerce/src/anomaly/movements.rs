//! When and where users pay, in one place: whoever pays is looked up once for both.

use super::entities::{Entities, EntityKey, Memory};
use super::finding::Finding;
use super::moments::Moments;
use super::settings::UserCap;
use super::travel::{Trail, TravelSettings};
use super::velocity::Paces;
use crate::payment::Payment;

/// What velocity and travel remember of users.
#[derive(Debug)]
pub(super) struct Movements {
    users: Entities<Movement>,
    travel: TravelSettings,
}

/// When and where one user paid.
#[derive(Debug, Default)]
struct Movement {
    moments: Moments,
    trail: Trail,
}

// It is what a user costs.
const _: () = assert!(size_of::<Movement>() <= 56);

impl Memory for Movement {
    fn heap(&self) -> usize {
        self.moments.heap()
    }
}

impl Movements {
    /// Nobody has moved.
    pub(super) fn new(travel: TravelSettings, users: UserCap) -> Self {
        Self { users: Entities::new(users.get()), travel }
    }

    /// Takes in when and where a payment was made, and says what is wrong with each.
    pub(super) fn judge(&mut self, payment: &Payment<'_>, paces: &mut Paces) -> [Option<Finding>; 2] {
        let (place, counts) = (TravelSettings::place_of(payment), paces.count_users());
        if place.is_none() && !counts {
            return [paces.judge(payment, None), None];
        }
        let Self { users, travel } = self;
        let judged = users.visit(EntityKey::of(payment.user), payment.at, |user| {
            let too_often = paces.judge(payment, counts.then_some(&mut user.moments));
            [too_often, place.and_then(|place| travel.judge(&mut user.trail, place, payment.at))]
        });
        judged.unwrap_or_default()
    }

    /// How many users something is remembered of.
    pub(super) fn users(&self) -> usize {
        self.users.len()
    }

    /// How many of them had to be forgotten so far.
    pub(super) const fn evicted(&self) -> u64 {
        self.users.evicted()
    }

    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        self.users.bytes()
    }
}
