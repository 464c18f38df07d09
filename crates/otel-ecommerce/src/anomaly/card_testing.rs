//! Cards that are tried out or guessed, and cards that are tried too often.

mod cards;
mod guessing;
mod settings;

use std::time::Duration;

use otel_core::Money;

use self::cards::Cards;
use self::guessing::Guessing;
use self::settings::{DAY, DAYS_30};
use super::entities::{Entities, EntityKey, Memory};
use super::finding::{Evidence, Finding};
use super::moments::{Depth, Moments};
use crate::conventions::fraud_rules::{CARD_ENUMERATION, CARD_TESTING, EXCESSIVE_DECLINES};
use crate::labels::{EntityType, PaymentFailure};
use crate::payment::{Payment, PaymentOutcome};
pub use settings::CardTestingSettings;

/// Finds cards that are tried out, guessed, or tried too often.
///
/// - *Tried out*: a user or a device makes small payments, or declined ones, with more cards in an hour, a day or a
///   week than people have.
/// - *Guessed*: the payments at a device or a terminal are declined because the card does not exist, its date or its
///   code is wrong, more often than the usual: a cumulative sum that is made for a share of 20 % instead of 2 %, and is
///   wrong once in 100,000 payments at most. It stays so until some seventy payments were as usual.
/// - *Tried too often*: one more decline of this card, and its network charges for it.
///
/// A payment of the usual kind is never found, whoever tries out cards beside it: only one that is small or was
/// declined.
///
/// It is told of each attempt once, with what became of it. Of each user it keeps 56 bytes, of each device and
/// terminal 72, of each card that was declined 32, and from the fifth decline in a month on 4 for each, up to 79; the map
/// 30 to 47 beside each.
#[derive(Debug)]
pub struct CardTesting {
    settings: CardTestingSettings,
    users: Entities<Cards>,
    devices: Entities<Device>,
    terminals: Entities<Guessing>,
    declined: Entities<Moments>,
    depth: Depth,
    late: u64,
}

/// What is known of a device.
#[derive(Debug, Default)]
struct Device {
    cards: Cards,
    guessing: Guessing,
}

impl Memory for Device {
    fn heap(&self) -> usize {
        self.cards.heap()
    }
}

impl CardTesting {
    /// A detector that has seen nothing.
    pub fn new(settings: CardTestingSettings) -> Self {
        let cap = settings.entities;
        Self {
            settings,
            users: Entities::new(cap),
            devices: Entities::new(cap),
            terminals: Entities::new(cap),
            declined: Entities::new(cap),
            depth: Depth::for_counts(settings.declines_in_30_days.max(settings.declines_in_a_day), DAYS_30),
            late: 0,
        }
    }

    /// Takes in an attempt and what became of it, and says what is the worst about it.
    pub fn judge(&mut self, payment: &Payment<'_>, outcome: PaymentOutcome) -> Option<Finding> {
        let failure = outcome.failure();
        let is_probe = failure.is_some_and(PaymentFailure::is_decline) || self.is_small(payment.amount);
        let guessed = self.guessed(payment, failure).filter(|_| is_probe);
        let tried = if is_probe { self.tried_out(payment) } else { None };
        let counts = failure.is_some_and(PaymentFailure::is_the_issuers);
        let declined = if counts { self.declined_too_often(payment) } else { None };
        let found = |rule, evidence| Some(Finding { rule, evidence });
        match (guessed, tried, declined) {
            (Some(evidence), ..) => found(&CARD_ENUMERATION, evidence),
            (_, Some(evidence), _) => found(&CARD_TESTING, evidence),
            (.., Some(evidence)) => found(&EXCESSIVE_DECLINES, evidence),
            (None, None, None) => None,
        }
    }

    /// The attempts so far that came too late to be counted.
    pub const fn late(&self) -> u64 {
        self.late
    }

    /// The entities of a kind that had to make room so far: what was known of them is gone.
    pub const fn evicted(&self, of: EntityType) -> u64 {
        match of {
            EntityType::User => self.users.evicted(),
            EntityType::Card => self.declined.evicted(),
            EntityType::Device => self.devices.evicted(),
            EntityType::Terminal => self.terminals.evicted(),
        }
    }

    /// How many entities of a kind something is known of.
    pub fn known(&self, of: EntityType) -> usize {
        match of {
            EntityType::User => self.users.len(),
            EntityType::Card => self.declined.len(),
            EntityType::Device => self.devices.len(),
            EntityType::Terminal => self.terminals.len(),
        }
    }

    /// The bytes it takes to remember them.
    pub fn bytes(&self) -> usize {
        self.users.bytes() + self.devices.bytes() + self.terminals.bytes() + self.declined.bytes()
    }

    /// Whether somebody who only wants to know if a card works would pay so little.
    fn is_small(&self, amount: Money) -> bool {
        // Of a currency without a minor unit, a hundred are worth what one of most others is.
        let exponent = amount.currency().exponent().max(2);
        let unit = 10_i64.checked_pow(exponent).unwrap_or(i64::MAX);
        amount.minor() <= unit.saturating_mul(self.settings.small_amount.into())
    }

    fn guessed(&mut self, payment: &Payment<'_>, failure: Option<PaymentFailure>) -> Option<Evidence> {
        if failure.is_some_and(|failure| !failure.is_decline()) {
            // Nobody looked at the card.
            return None;
        }
        let is_guess = failure.is_some_and(PaymentFailure::is_of_a_guess);
        let evidence = |entity, guessing: &mut Guessing| {
            let (attempts, guesses) = guessing.take_in(payment.at, is_guess)?;
            Some(Evidence::CardEnumeration { entity, attempts, guesses })
        };
        let terminal =
            payment.terminal.and_then(|terminal| self.terminals.of(EntityKey::of(terminal), payment.at));
        let at_terminal = terminal.and_then(|guessing| evidence(EntityType::Terminal, guessing));
        let device = payment.device.and_then(|device| self.devices.of(EntityKey::of(device), payment.at));
        let at_device = device.and_then(|device| evidence(EntityType::Device, &mut device.guessing));
        at_device.or(at_terminal)
    }

    fn tried_out(&mut self, payment: &Payment<'_>) -> Option<Evidence> {
        let (card, limits, most) = (payment.card?, self.settings.cards(), self.settings.most_cards());
        let mut evidence = |entity, cards: &mut Cards| {
            if !cards.take_in(card, payment.at, most) {
                self.late += 1;
                return None;
            }
            let (window, cards, limit) = cards.exceeded(&limits)?;
            Some(Evidence::CardTesting { entity, window, cards, limit })
        };
        let user = self.users.of(EntityKey::of(payment.user), payment.at);
        let by_user = user.and_then(|cards| evidence(EntityType::User, cards));
        let device = payment.device.and_then(|device| self.devices.of(EntityKey::of(device), payment.at));
        let by_device = device.and_then(|device| evidence(EntityType::Device, &mut device.cards));
        by_device.or(by_user)
    }

    fn declined_too_often(&mut self, payment: &Payment<'_>) -> Option<Evidence> {
        let moments = self.declined.of(EntityKey::of(payment.card?), payment.at)?;
        let Some(place) = moments.take_in(payment.at, &self.depth) else {
            self.late += 1;
            return None;
        };
        let windows: [(Duration, u16); 2] =
            [(DAY, self.settings.declines_in_a_day), (DAYS_30, self.settings.declines_in_30_days)];
        windows.into_iter().find_map(|(window, limit)| {
            let declines = moments.most_around(place, window);
            // The one that is charged for must not happen any more.
            (declines + 1 >= usize::from(limit)).then(|| Evidence::ExcessiveDeclines {
                window,
                declines: u32::try_from(declines).unwrap_or(u32::MAX),
                limit: limit.into(),
            })
        })
    }
}
