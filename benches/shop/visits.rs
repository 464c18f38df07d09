//! Seeded visits, as a shop has them in hand when it calls.

use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive};
use otel_ecommerce::ids::{OrderId, PaymentId};
use otel_ecommerce::labels::{Action, Channel};
use otel_ecommerce::order::NewOrder;

/// How many visits there are, before they repeat.
const VISITS: usize = 1_024;

/// Where the generator starts.
const SEED: u64 = 0x5009_5eed;

/// Somebody does something, and buys.
#[derive(Clone, Debug)]
pub(crate) struct Visit {
    /// Who it is, as the document and other hand-written code have it.
    pub(crate) user_id: String,
    /// The same, as this project has it.
    pub(crate) user: Pseudonym,
    /// The pseudonym's text, for the arm that has no type for it.
    pub(crate) pseudonym: String,
    /// Index into [`Action::ALL`].
    pub(crate) action: usize,
    pub(crate) order_id: String,
    pub(crate) payment_id: String,
    pub(crate) total: Money,
    pub(crate) items: u32,
}

/// A repeating sequence of visits.
#[derive(Clone, Debug)]
pub(crate) struct Visits {
    visits: Vec<Visit>,
    next: usize,
}

impl Visits {
    pub(crate) fn seeded() -> Self {
        let mut random = fastrand::Rng::with_seed(SEED);
        let key = PseudonymKey::new([7; 32]);
        Self { visits: (0..VISITS).map(|number| Visit::random(number, &key, &mut random)).collect(), next: 0 }
    }

    #[inline]
    pub(crate) fn visit(&mut self) -> &Visit {
        self.next = (self.next + 1) % VISITS;
        &self.visits[self.next]
    }
}

impl Visit {
    #[expect(clippy::expect_used, reason = "ISO 4217 has euros")]
    fn random(number: usize, key: &PseudonymKey, random: &mut fastrand::Rng) -> Self {
        let user_id = format!("user-{:06}", random.u32(..1_000_000));
        let user = Sensitive::new(&user_id).pseudonym(key);
        let euros = Currency::from_code("EUR").expect("a currency");
        Self {
            user,
            pseudonym: user.to_string(),
            user_id,
            action: random.usize(..Action::ALL.len()),
            order_id: format!("o-{:08x}-{number:04}", random.u32(..)),
            payment_id: format!("pay_{:012x}", random.u64(..) >> 16),
            total: Money::from_minor(random.i64(100..100_000), euros),
            items: random.u32(1..9),
        }
    }

    pub(crate) fn action(&self) -> Action {
        Action::ALL[self.action]
    }

    pub(crate) fn payment(&self) -> PaymentId<'_> {
        PaymentId(&self.payment_id)
    }

    #[expect(clippy::expect_used, reason = "what is generated is valid")]
    pub(crate) fn new_order(&self) -> NewOrder<'_> {
        let order = NewOrder::new(OrderId(&self.order_id), Channel::Web, self.total, self.items);
        order.expect("an order").with_user(self.user)
    }
}
