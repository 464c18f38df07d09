//! Cards that are tried out or guessed, and cards that are tried too often.

mod cards;
mod guessing;
mod settings;
mod small;

use std::time::Duration;

use otel_core::Money;

use self::cards::Cards;
use self::guessing::Guessing;
use self::settings::DAYS_30;
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
/// An attempt is judged twice. Before its issuer is asked, by what became of those before it: whoever has tried out too
/// many cards, the device that guesses, and the card that must not be declined once more, are found with whatever they
/// pay; at a terminal where somebody guesses, and for cards that only pay little, small payments are. And once there
/// is an answer, by that: then a payment of the usual kind is never found, only one that is small or was declined.
///
/// Of each user it keeps 40 bytes, of each device 56, of each terminal 16, of each card that was declined 24, and from the
/// fifth decline in a month on up to 8 for each, up to 79; the map up to 18 beside each.
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
        let most = settings.declines_in_30_days.max(settings.declines_in_a_day);
        Self {
            settings,
            users: Entities::new(cap),
            devices: Entities::new(cap),
            terminals: Entities::new(cap),
            declined: Entities::new(cap),
            depth: Depth::for_counts(most, DAYS_30),
            late: 0,
        }
    }

    /// Judges an attempt before its issuer is asked, by what became of those before it. The card of a small payment is
    /// taken in.
    pub fn judge_attempt(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        let is_small = self.is_small(payment.amount);
        let tried = if is_small { self.tried_out(payment).1 } else { self.has_tried_out(payment) };
        let found = |rule, evidence| Finding { rule, evidence };
        let guessed = self.is_guessing(payment, is_small).map(|it| found(&CARD_ENUMERATION, it));
        guessed
            .or_else(|| tried.map(|it| found(&CARD_TESTING, it)))
            .or_else(|| self.must_not_be_declined(payment).map(|it| found(&EXCESSIVE_DECLINES, it)))
    }

    /// Takes in an attempt and what became of it, and says what is the worst about it.
    pub fn judge(&mut self, payment: &Payment<'_>, outcome: PaymentOutcome) -> Option<Finding> {
        let failure = outcome.failure();
        let is_probe = failure.is_some_and(PaymentFailure::is_decline) || self.is_small(payment.amount);
        let guessed = self.guessed(payment, failure).filter(|_| is_probe);
        let (late, tried) = if is_probe { self.tried_out(payment) } else { (0, None) };
        self.late += late;
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
        amount.minor() <= self.settings.small_in(amount.currency()).minor()
    }

    fn guessed(&mut self, payment: &Payment<'_>, failure: Option<PaymentFailure>) -> Option<Evidence> {
        if failure.is_some_and(|failure| !failure.is_decline()) {
            // Nobody looked at the card.
            return None;
        }
        let is_guess = failure.is_some_and(PaymentFailure::is_of_a_guess);
        let (at, Self { terminals, devices, .. }) = (payment.at, self);
        let at_terminal = payment
            .terminal
            .and_then(|terminal| {
                terminals.visit(EntityKey::of(terminal), at, |it| it.take_in(at, is_guess))?
            })
            .map(|certain| enumeration(EntityType::Terminal, certain));
        let at_device = payment
            .device
            .and_then(|device| {
                devices.visit(EntityKey::of(device), at, |it| it.guessing.take_in(at, is_guess))?
            })
            .map(|certain| enumeration(EntityType::Device, certain));
        at_device.or(at_terminal)
    }

    /// Whether somebody guesses where this payment is made.
    fn is_guessing(&self, payment: &Payment<'_>, is_small: bool) -> Option<Evidence> {
        let device = payment.device.and_then(|device| self.devices.peek(EntityKey::of(device)));
        let at_device = device.and_then(|device| device.guessing.before(payment.at));
        let at_device = at_device.map(|certain| enumeration(EntityType::Device, certain));
        // Others pay at a terminal as well, and mostly more than whoever only wants to know.
        let terminal = payment.terminal.filter(|_| is_small);
        let terminal = terminal.and_then(|terminal| self.terminals.peek(EntityKey::of(terminal)));
        let at_terminal = terminal.and_then(|guessing| guessing.before(payment.at));
        at_device.or_else(|| at_terminal.map(|certain| enumeration(EntityType::Terminal, certain)))
    }

    /// For how many it came too late, and whether there are too many cards.
    fn tried_out(&mut self, payment: &Payment<'_>) -> (u64, Option<Evidence>) {
        let Some(card) = payment.card else { return (0, None) };
        let (at, limits, most) = (payment.at, self.settings.cards(), self.settings.most_cards());
        let mut late = 0;
        let mut evidence = |entity, cards: &mut Cards| {
            if !cards.take_in(card, at, most) {
                late += 1;
                return None;
            }
            cards.exceeded(&limits, at).map(|exceeded| testing(entity, exceeded))
        };
        let Self { users, devices, .. } = self;
        let user = EntityKey::of(payment.user);
        let by_user = users.visit(user, at, |cards| evidence(EntityType::User, cards)).flatten();
        let by_device = payment.device.and_then(|device| {
            devices.visit(EntityKey::of(device), at, |it| evidence(EntityType::Device, &mut it.cards))?
        });
        (late, by_device.or(by_user))
    }

    /// Whether there were too many cards before this payment.
    fn has_tried_out(&self, payment: &Payment<'_>) -> Option<Evidence> {
        // Who does not pay with a card does not try one out.
        payment.card?;
        let (at, limits) = (payment.at, self.settings.cards());
        let device = payment.device.and_then(|device| self.devices.peek(EntityKey::of(device)));
        let by_device = device.and_then(|device| device.cards.exceeded(&limits, at));
        let by_user = || self.users.peek(EntityKey::of(payment.user))?.exceeded(&limits, at);
        let by_device = by_device.map(|exceeded| testing(EntityType::Device, exceeded));
        by_device.or_else(|| by_user().map(|exceeded| testing(EntityType::User, exceeded)))
    }

    fn declined_too_often(&mut self, payment: &Payment<'_>) -> Option<Evidence> {
        let (at, windows) = (payment.at, self.settings.declines());
        let Self { declined, depth, late, .. } = self;
        declined.visit(EntityKey::of(payment.card?), at, |moments| {
            let Some(place) = moments.take_in(at, depth) else {
                *late += 1;
                return None;
            };
            excessive(windows, |window| moments.most_around(place, window))
        })?
    }

    /// Whether the card's network charges for one more decline.
    fn must_not_be_declined(&self, payment: &Payment<'_>) -> Option<Evidence> {
        let moments = self.declined.peek(EntityKey::of(payment.card?))?;
        excessive(self.settings.declines(), |window| moments.before(payment.at, window))
    }
}

fn enumeration(entity: EntityType, (attempts, guesses): (u32, u32)) -> Evidence {
    Evidence::CardEnumeration { entity, attempts, guesses }
}

fn testing(entity: EntityType, (window, cards, limit): (Duration, u32, u32)) -> Evidence {
    Evidence::CardTesting { entity, window, cards, limit }
}

/// The first window in which one more decline is charged for.
fn excessive(windows: [(Duration, u16); 2], declines_in: impl Fn(Duration) -> usize) -> Option<Evidence> {
    windows.into_iter().find_map(|(window, limit)| {
        let declines = declines_in(window);
        // The one that is charged for must not happen any more.
        (declines + 1 >= usize::from(limit)).then(|| Evidence::ExcessiveDeclines {
            window,
            declines: u32::try_from(declines).unwrap_or(u32::MAX),
            limit: limit.into(),
        })
    })
}
