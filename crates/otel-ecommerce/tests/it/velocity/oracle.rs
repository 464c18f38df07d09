//! The same answers from everything that was ever paid, without a thought for memory or time.

use std::collections::HashMap;
use std::time::Duration;

use otel_core::Pseudonym;
use otel_ecommerce::anomaly::{Evidence, VelocityLimits, VelocitySettings};
use otel_ecommerce::labels::EntityType;
use otel_ecommerce::payment::Payment;

/// Every payment of each user, card and device in more than a week.
pub(super) struct Oracle {
    kinds: [Kind; 3],
    late: u64,
}

/// Everything of one kind.
struct Kind {
    entity: EntityType,
    /// Each window in milliseconds, and how many there may be.
    limits: Vec<(u64, u64)>,
    all: HashMap<Pseudonym, Vec<u64>>,
}

impl Oracle {
    pub(super) fn new(settings: VelocitySettings) -> Self {
        let of = |entity, limits| Kind { entity, limits: windows(limits), all: HashMap::new() };
        let kinds = [
            of(EntityType::User, settings.limits(EntityType::User)),
            of(EntityType::Card, settings.limits(EntityType::Card)),
            of(EntityType::Device, settings.limits(EntityType::Device)),
        ];
        Self { kinds, late: 0 }
    }

    pub(super) fn late(&self) -> u64 {
        self.late
    }

    pub(super) fn judge(&mut self, payment: &Payment<'_>) -> Option<Evidence> {
        let at = payment.at.unix_nanos() / 1_000_000;
        let who = [Some(payment.user), payment.card, payment.device];
        let mut worst: Option<(f64, Evidence)> = None;
        for (Kind { entity, limits, all }, who) in self.kinds.iter_mut().zip(who) {
            let Some(who) = who.filter(|_| !limits.is_empty()) else { continue };
            let times = all.entry(who).or_default();
            let newest = times.iter().copied().max().unwrap_or_default();
            if newest > at + 300_000 || times.iter().filter(|other| **other > at).count() > 64 {
                self.late += 1;
                continue;
            }
            // Twice the longest window: it saves time, and changes nothing.
            times.retain(|other| other + 2 * 604_800_000 > newest);
            times.push(at);
            let most_counted = limits.iter().map(|limit| limit.1).max().unwrap_or_default() + 1;
            for (window, limit) in limits.iter() {
                let payments = most_in_any(times, at, *window).min(most_counted);
                let factor = payments as f64 / (*limit + 1) as f64;
                if payments > *limit && worst.is_none_or(|worst| factor > worst.0) {
                    let evidence = Evidence::Velocity {
                        entity: *entity,
                        window: Duration::from_millis(*window),
                        payments: payments as u32,
                        limit: *limit as u32,
                    };
                    worst = Some((factor, evidence));
                }
            }
        }
        worst.map(|worst| worst.1)
    }
}

/// The most moments in any window with this one inside: one that begins with a moment is as good as any.
fn most_in_any(times: &[u64], at: u64, window: u64) -> u64 {
    let near: Vec<u64> = times.iter().copied().filter(|other| other.abs_diff(at) < window).collect();
    let beginnings = near.iter().filter(|begin| **begin <= at);
    let in_one =
        |begin: &u64| near.iter().filter(|it| **it >= *begin && **it - begin < window).count() as u64;
    beginnings.map(in_one).max().unwrap_or_default()
}

fn windows(limits: VelocityLimits) -> Vec<(u64, u64)> {
    let all = [
        (60_000, limits.minute),
        (300_000, limits.minutes_5),
        (3_600_000, limits.hour),
        (86_400_000, limits.day),
        (604_800_000, limits.week),
    ];
    all.into_iter().filter_map(|(window, limit)| Some((window, limit?.into()))).collect()
}
