//! What becomes of a card at the simulated service.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use otel_ecommerce::labels::PaymentFailure;

use super::Card;
use crate::settings::Faults;

/// What becomes of a card: always the same with the same seed and faults.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fate {
    end: End,
    delay: Option<Duration>,
}

#[derive(Clone, Copy, Debug)]
enum End {
    Paid,
    Declined(PaymentFailure),
    /// The service fails when it is asked, or only when the money is to be taken.
    Failing {
        late: bool,
    },
}

/// Why issuers decline, and how often each is the reason, in hundredths.
const REASONS: [(PaymentFailure, u32); 6] = [
    (PaymentFailure::InsufficientFunds, 45),
    (PaymentFailure::DoNotHonor, 25),
    (PaymentFailure::LimitExceeded, 10),
    (PaymentFailure::ExpiredCard, 10),
    (PaymentFailure::SuspectedFraud, 5),
    (PaymentFailure::LostOrStolen, 5),
];

impl Fate {
    pub(super) fn of(seed: u64, whom: &str, faults: &Faults) -> Self {
        let mut hasher = DefaultHasher::new();
        (seed, whom).hash(&mut hasher);
        let mut random = fastrand::Rng::with_seed(hasher.finish());
        let drawn = random.f64();
        let end = if drawn < faults.declined {
            End::Declined(reason(random.u32(..100)))
        } else if drawn < faults.declined + faults.failing {
            End::Failing { late: random.u32(..4) == 0 }
        } else {
            End::Paid
        };
        let delay = (random.f64() < faults.slow).then_some(faults.slow_by);
        Self { end, delay }
    }

    pub(super) const fn delay(self) -> Option<Duration> {
        self.delay
    }

    pub(super) fn at_authorisation(self, card: &Card) -> Result<(), PaymentFailure> {
        match self.end {
            _ if !card.can_exist() => Err(PaymentFailure::InvalidCard),
            End::Declined(reason) => Err(reason),
            End::Failing { late: false } => Err(PaymentFailure::Unavailable),
            End::Paid | End::Failing { late: true } => Ok(()),
        }
    }

    pub(super) const fn at_capture(self) -> Result<(), PaymentFailure> {
        match self.end {
            End::Failing { late: true } => Err(PaymentFailure::Unavailable),
            _ => Ok(()),
        }
    }

    pub(super) const fn at_refund(self) -> Result<(), PaymentFailure> {
        match self.end {
            End::Failing { .. } => Err(PaymentFailure::Unavailable),
            _ => Ok(()),
        }
    }
}

fn reason(mut drawn: u32) -> PaymentFailure {
    for (reason, share) in REASONS {
        if drawn < share {
            return reason;
        }
        drawn -= share;
    }
    PaymentFailure::DoNotHonor
}
