//! What visitors saw.

use std::collections::BTreeMap;
use std::fmt;

use otel_ecommerce::labels::FunnelStep;

use super::answer::Refusal;
use crate::agreement::Agreement;
use crate::figures::Figures;
use crate::report::row;
use crate::words::Price;

/// What visitors counted for themselves, without a look at any telemetry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Who came.
    pub visitors: u64,
    /// Who tried out cards.
    pub testers: u64,
    /// Who was let in.
    pub sessions: u64,
    /// Accounts that were welcomed by post.
    pub accounts: u64,
    /// Accounts for which no post came.
    pub post_missing: u64,
    /// Searches that were answered.
    pub searches: u64,
    /// Searches that were answered with nothing.
    pub found_nothing: u64,
    /// Products that were looked at.
    pub viewed: u64,
    /// Products that were put into a cart, or of which another number was.
    pub put_into_cart: u64,
    /// Checkouts that were begun.
    pub checked_out: u64,
    /// Addresses that were given.
    pub said_where: u64,
    /// Attempts to pay.
    pub tried_to_pay: u64,
    /// Who left something in their cart.
    pub left_in_cart: u64,
    /// Buttons that were pressed twice.
    pub pressed_twice: u64,
    /// Those of them where the second answer was not the first.
    pub told_otherwise: u64,
    /// What was bought, by currency.
    pub bought: BTreeMap<String, Sum>,
    /// What was given back, by currency.
    pub given_back: BTreeMap<String, Sum>,
    /// What the shop did not do, by the reason it gave.
    pub refused: BTreeMap<Refusal, u64>,
    /// Answers that the API does not promise.
    pub odd: BTreeMap<String, u64>,
}

/// So many times, and so much of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How often.
    pub count: u64,
    /// How much in all, in minor units.
    pub minor: u64,
}

impl Sum {
    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.minor = self.minor.saturating_add(other.minor);
    }
}

impl Tally {
    pub(super) fn bought(&mut self, price: &Price) {
        self.bought.entry(price.currency.clone()).or_default().add(once(price));
    }

    pub(super) fn got_back(&mut self, price: &Price) {
        self.given_back.entry(price.currency.clone()).or_default().add(once(price));
    }

    /// Adds what another visitor saw.
    pub(super) fn add(&mut self, other: &Self) {
        let sums: [(&mut u64, u64); 15] = [
            (&mut self.visitors, other.visitors),
            (&mut self.testers, other.testers),
            (&mut self.sessions, other.sessions),
            (&mut self.accounts, other.accounts),
            (&mut self.post_missing, other.post_missing),
            (&mut self.searches, other.searches),
            (&mut self.found_nothing, other.found_nothing),
            (&mut self.viewed, other.viewed),
            (&mut self.put_into_cart, other.put_into_cart),
            (&mut self.checked_out, other.checked_out),
            (&mut self.said_where, other.said_where),
            (&mut self.tried_to_pay, other.tried_to_pay),
            (&mut self.left_in_cart, other.left_in_cart),
            (&mut self.pressed_twice, other.pressed_twice),
            (&mut self.told_otherwise, other.told_otherwise),
        ];
        for (sum, more) in sums {
            *sum += more;
        }
        for (mine, theirs) in [(&mut self.bought, &other.bought), (&mut self.given_back, &other.given_back)] {
            for (currency, sum) in theirs {
                mine.entry(currency.clone()).or_default().add(*sum);
            }
        }
        for (refusal, count) in &other.refused {
            *self.refused.entry(*refusal).or_default() += count;
        }
        for (what, count) in &other.odd {
            *self.odd.entry(what.clone()).or_default() += count;
        }
    }

    /// Whether the shop kept what its API promises.
    pub fn is_sound(&self) -> bool {
        self.odd.is_empty() && self.told_otherwise == 0 && self.post_missing == 0
    }

    /// What visitors saw, beside what the metrics have.
    ///
    /// How often somebody said how they pay is left out: who presses the button twice says it twice, and the shop takes it
    /// for once. What is left in carts is only abandoned once time has passed.
    pub fn compare(&self, figures: &Figures) -> Agreement {
        let orders: u64 = self.bought.values().map(|sum| sum.count).sum();
        let mut agreement = Agreement::of("what visitors saw")
            .on("accounts", self.accounts, figures.accounts)
            .on("searches", self.searches, figures.searches)
            .on("searches with nothing", self.found_nothing, figures.found_nothing)
            .on("carts bought", orders, figures.carts.bought)
            .on("carts left", self.left_in_cart, figures.carts.abandoned);
        let steps = [
            (FunnelStep::ViewItem, self.viewed),
            (FunnelStep::AddToCart, self.put_into_cart),
            (FunnelStep::BeginCheckout, self.checked_out),
            (FunnelStep::AddShippingInfo, self.said_where),
            (FunnelStep::Purchase, orders),
        ];
        for (step, seen) in steps {
            agreement = agreement.on(step.as_str(), seen, figures.entries(step));
        }
        let sold = figures.sales.keys();
        let mut currencies: Vec<&String> =
            sold.chain(self.bought.keys()).chain(self.given_back.keys()).collect();
        currencies.sort_unstable();
        currencies.dedup();
        for currency in currencies {
            let measured = figures.sales.get(currency).copied().unwrap_or_default();
            let [bought, given_back] =
                [&self.bought, &self.given_back].map(|sums| sums.get(currency).copied().unwrap_or_default());
            agreement = agreement
                .on(format!("orders in {currency}"), bought.count, measured.orders)
                .on(format!("revenue in {currency}"), bought.minor, measured.revenue)
                .on(format!("given back in {currency}"), given_back.minor, measured.refunds);
        }
        agreement
    }
}

fn once(price: &Price) -> Sum {
    // The shop charges no less than nothing; if it did, the figures would not agree.
    Sum { count: 1, minor: u64::try_from(price.minor).unwrap_or_default() }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} visitors, of whom {} tried out cards", self.visitors, self.testers)?;
        row(f, "sessions", self.sessions)?;
        row(f, "attempts to pay", self.tried_to_pay)?;
        row(f, "buttons pressed twice", self.pressed_twice)?;
        if self.told_otherwise > 0 {
            row(f, "and told otherwise the second time", self.told_otherwise)?;
        }
        if self.post_missing > 0 {
            row(f, "accounts without a welcome", self.post_missing)?;
        }
        if !self.refused.is_empty() {
            writeln!(f, "\nwhat they were refused")?;
        }
        self.refused.iter().try_for_each(|(refusal, count)| row(f, refusal.as_str(), *count))?;
        if !self.odd.is_empty() {
            writeln!(f, "\nanswers that the API does not promise")?;
        }
        self.odd.iter().try_for_each(|(what, count)| row(f, what, *count))
    }
}
