//! Payments as a shop might see them: most people pay now and then, some in bursts, some out of order.

use std::ops::Range;

use fastrand::Rng;
use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Timestamp};
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::payment::Payment;
use otel_ecommerce::place::Place;

/// A source of payments, in milliseconds of their own time.
pub(crate) struct Payments {
    random: Rng,
    people: Vec<Pseudonym>,
    amount: Money,
    clock: u64,
}

const HOUR: u64 = 3_600_000;

impl Payments {
    /// Payments among so many users, as many cards, and as many devices.
    #[expect(clippy::expect_used, reason = "a bench that cannot be set up has nothing to measure")]
    pub(crate) fn new(seed: u64, people: u64) -> Self {
        let key = PseudonymKey::new([7; 32]);
        let people = (0..people).map(|it| Sensitive::new(it.to_le_bytes()).pseudonym(&key)).collect();
        let amount = Money::from_minor(2_500, Currency::from_code("EUR").expect("a currency"));
        Self { random: Rng::with_seed(seed), people, amount, clock: 1_762_041_601_237 }
    }

    /// The next so many.
    pub(crate) fn next(&mut self, count: usize) -> Vec<Payment<'static>> {
        (0..count).map(|_| self.one()).collect()
    }

    /// Each user twice, a day apart.
    pub(crate) fn users_twice(&mut self) -> Vec<Payment<'static>> {
        let people = 0..self.people.len() as u64;
        [0, 1].into_iter().flat_map(|day| self.users_on(day, people.clone())).collect()
    }

    /// Some users, each once on some day, without a card or a device.
    pub(crate) fn users_on(&mut self, day: u64, users: Range<u64>) -> Vec<Payment<'static>> {
        let at = self.clock + day * 24 * HOUR;
        let users = users.map(|user| self.people[user as usize]).collect::<Vec<_>>();
        let made = users.into_iter().map(|user| self.made(user, at));
        made.map(|made| Payment { card: None, device: None, terminal: None, ..made }).collect()
    }

    fn one(&mut self) -> Payment<'static> {
        self.clock +=
            if self.random.u32(..1_000_000) == 0 { 50 * 24 * HOUR } else { self.random.u64(..16_000) };
        let late = match self.random.u32(..10) {
            0..7 => 0,
            7..9 => self.random.u64(..=300_000),
            _ => self.random.u64(..310_000),
        };
        let user = self.somebody();
        self.made(user, self.clock - late)
    }

    fn made(&mut self, user: Pseudonym, at: u64) -> Payment<'static> {
        let (card, device) = (self.somebody(), self.somebody());
        let east = 10.0 * self.random.f32();
        Payment {
            id: PaymentId("p"),
            order: None,
            user,
            card: Some(card),
            device: Some(device),
            terminal: Some(device),
            amount: self.amount,
            at: Timestamp::from_unix_nanos(at * 1_000_000),
            place: Place::new(50.0, east, 20.0).ok(),
        }
    }

    fn somebody(&mut self) -> Pseudonym {
        let burst = (self.clock / HOUR * 7) as usize % self.people.len();
        let is_burst = self.random.u32(..20) == 0;
        self.people[if is_burst { burst } else { self.random.usize(..self.people.len()) }]
    }
}
