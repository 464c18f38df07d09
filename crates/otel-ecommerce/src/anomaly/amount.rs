//! Amounts that are too large: for the shop, and for who pays.

mod habit;
mod histogram;
mod labelled;
mod population;
mod quantile;

use otel_core::{Currency, Money, Timestamp};

use self::habit::Habit;
use self::labelled::LabelledAmounts;
use self::population::Population;
use self::quantile::Usual;
use super::entities::{Entities, EntityKey, Memory};
use super::finding::{Basis, Evidence, Finding, thousandths};
use super::settings::{AmountSettings, UserCap};
use crate::conventions::fraud_rules as rules;
use crate::labels::FraudLabel;
use crate::payment::Payment;

/// Finds payments over the limit of their currency, and payments far larger than what the user usually makes.
///
/// What is usual is the median of the user's last 64 payments in the currency, and the spread the median distance from it,
/// so that neither one large payment nor a third of them being fraud moves the line. A user without 10 payments is
/// held against what everybody pays in that currency. What is found is not taken for a habit, unless three
/// payments in a row were found before it or a label says that it was genuine.
///
/// Of each user it keeps 100 bytes in each currency, and the map up to 18 beside them.
///
/// A score is measured against the tail of all scores: where amounts are scattered further than normally
/// distributed ones, as they mostly are, the limit is as much higher.
#[derive(Debug)]
pub struct Amounts {
    settings: AmountSettings,
    users: Entities<Account>,
    currencies: Vec<(Currency, Payments)>,
    unlearned: u64,
}

/// What is known of all payments in one currency.
#[derive(Debug, Default)]
struct Payments {
    population: Population,
    labelled: LabelledAmounts,
}

impl Payments {
    const HEAP: usize = Population::HEAP + LabelledAmounts::HEAP;
}

/// What is remembered of a user in one currency, in 100 bytes.
#[derive(Debug, Default)]
struct Account {
    habit: Habit,
    /// How many payments in a row were found.
    found: u8,
    /// The day of the last one that was found.
    found_on: u16,
}

// It is what a user costs.
const _: () = assert!(size_of::<Account>() == 100);

impl Memory for Account {
    /// Whoever forgets a user that was just found lets them begin anew.
    fn is_held(&self, at: Timestamp) -> bool {
        self.found_on > 0 && day(at) < self.found_on.saturating_add(Amounts::HELD_DAYS)
    }
}

/// How unusual a payment is, and by what.
#[derive(Clone, Copy)]
struct Score {
    score: f64,
    limit: f64,
    usual: Usual,
    basis: Basis,
}

impl Amounts {
    /// The payments in the currency it takes to know what is usual for a user.
    pub const MIN_PAYMENTS: usize = 10;

    /// The most currencies in which it is known what everybody pays; in others, only users' own payments count.
    pub const MAX_CURRENCIES: usize = 32;

    /// What a user's spread is mixed with: that of everybody's payments, as if they were so many of the user's.
    const PRIOR: f64 = 10.0;
    /// A spread counts as this share of what is usual at least, for a subscription has none.
    const MIN_SPREAD: f64 = 0.1;
    /// The payments in a row that are found before they are taken for a habit.
    const PATIENCE: u8 = 3;
    /// How long a user that was found is remembered whoever else comes.
    const HELD_DAYS: u16 = 7;

    /// A detector with these settings that knows nobody.
    pub fn new(settings: AmountSettings) -> Self {
        Self::remembering(settings, UserCap::default())
    }

    /// The same, but it remembers another number of users.
    pub fn remembering(settings: AmountSettings, users: UserCap) -> Self {
        Self { users: Entities::new(users.get()), settings, currencies: Vec::new(), unlearned: 0 }
    }

    /// Whether this payment is over the limit of its currency. Nothing is remembered.
    pub fn judge_limit(&self, payment: &Payment<'_>) -> Option<Finding> {
        let amount = payment.amount;
        let limit = self.settings.limit_in(amount.currency())?;
        let evidence = Evidence::AmountOverLimit { amount, limit };
        (amount.minor() > limit.minor()).then_some(Finding { rule: &rules::AMOUNT_OVER_LIMIT, evidence })
    }

    /// Whether this payment is as large as nearly only frauds were. Nothing is remembered.
    pub fn judge_labelled(&self, payment: &Payment<'_>) -> Option<Finding> {
        let amount = payment.amount;
        let known = self.currencies.iter().find(|(currency, _)| *currency == amount.currency());
        let line = known.and_then(|(_, payments)| payments.labelled.line())?;
        let from = money(line.from, amount.currency());
        let evidence = Evidence::AmountOfFrauds { amount, from, frauds: line.frauds, genuine: line.genuine };
        (amount.minor() >= from.minor()).then_some(Finding { rule: &rules::AMOUNT_OF_FRAUDS, evidence })
    }

    /// Whether this payment is far larger than what is usual; it is remembered.
    pub fn judge(&mut self, payment: &Payment<'_>) -> Option<Finding> {
        let (amount, currency) = (payment.amount.minor().unsigned_abs(), payment.amount.currency());
        let is_over = self.judge_limit(payment).or_else(|| self.judge_labelled(payment)).is_some();
        let Self { settings, users, currencies, unlearned } = self;
        let mut population = of_currency(currencies, currency).map(|payments| &mut payments.population);
        *unlearned += u64::from(population.is_none());
        let found = users.visit(EntityKey::paying_in(currency, payment.user), payment.at, |account| {
            let of_user = settings.of_user(account, population.as_deref(), amount);
            let of_all = settings.of_all(population.as_deref(), amount);
            if let Some(population) = &mut population {
                let user = of_user.map(|it| (it.usual, it.score));
                population.learn(amount, user, of_all.map(|it| it.score));
            }
            let found = of_user.or(of_all).filter(|it| it.score > it.limit);
            account.learn(amount, found.is_some() || is_over, payment.at);
            found
        })?;
        let evidence = found?.evidence(payment.amount);
        Some(Finding { rule: &rules::AMOUNT_UNUSUAL, evidence })
    }

    /// Takes in what a payment that was judged turned out to be, and whether it was found because of its amount, and
    /// so not taken for a habit.
    pub fn label(&mut self, payment: &Payment<'_>, label: FraudLabel, was_found: bool) {
        let amount = payment.amount.minor().unsigned_abs();
        if let Some(payments) = of_currency(&mut self.currencies, payment.amount.currency()) {
            payments.labelled.take(amount, label);
        } else {
            self.unlearned += 1;
        }
        let key = EntityKey::paying_in(payment.amount.currency(), payment.user);
        self.users.revisit(key, |account| match (label, was_found) {
            // Even what was found is a habit by then, when it was found often enough.
            (FraudLabel::Fraud, _) => account.habit.forget(amount),
            (FraudLabel::Genuine, true) => account.habit.learn(amount),
            _ => {}
        });
    }

    /// How many users are remembered; who pays in two currencies counts twice.
    pub fn users(&self) -> usize {
        self.users.len()
    }

    /// The payments and labels so far in a currency beyond the [most](Self::MAX_CURRENCIES).
    pub const fn unlearned(&self) -> u64 {
        self.unlearned
    }

    /// How many of them had to be forgotten so far.
    pub const fn evicted(&self) -> u64 {
        self.users.evicted()
    }

    /// The bytes it takes to remember users, and 28 KiB for each currency.
    pub fn bytes(&self) -> usize {
        let currencies = self.currencies.capacity() * size_of::<(Currency, Payments)>();
        self.users.bytes() + currencies + self.currencies.len() * Payments::HEAP
    }
}

impl AmountSettings {
    /// How unusual an amount is for a user; nothing when they have not paid often enough.
    fn of_user(&self, account: &Account, population: Option<&Population>, amount: u64) -> Option<Score> {
        if account.habit.len() < Amounts::MIN_PAYMENTS {
            return None;
        }
        let usual = account.habit.usual()?;
        let payments = usual.payments as f64;
        let departure = population.map_or(Population::UNKNOWN_DEPARTURE, Population::departure);
        let others = departure * usual.median as f64;
        let spread = (payments * usual.spread + Amounts::PRIOR * others) / (payments + Amounts::PRIOR);
        let tail = population.map_or(1.0, Population::user_tail);
        Some(Score::new(amount, Usual { spread, ..usual }, self.score * tail, Basis::User))
    }

    /// How unusual an amount is for anybody; nothing when too few have paid.
    fn of_all(&self, population: Option<&Population>, amount: u64) -> Option<Score> {
        let population = population?;
        let limit = self.score * population.tail();
        Some(Score::new(amount, population.usual()?, limit, Basis::Population))
    }
}

impl Score {
    fn new(amount: u64, usual: Usual, limit: f64, basis: Basis) -> Self {
        let median = usual.median as f64;
        let spread = usual.spread.max(Amounts::MIN_SPREAD * median).max(1.0);
        Self { score: (amount as f64 - median) / spread, limit, usual: Usual { spread, ..usual }, basis }
    }

    fn evidence(self, amount: Money) -> Evidence {
        let money = |minor| money(minor, amount.currency());
        Evidence::AmountUnusual {
            amount,
            usual: money(self.usual.median),
            spread: money(self.usual.spread.round() as u64),
            score_milli: thousandths(self.score),
            limit_milli: thousandths(self.limit),
            basis: self.basis,
            payments: self.usual.payments,
        }
    }
}

impl Account {
    fn learn(&mut self, amount: u64, was_found: bool, at: Timestamp) {
        if was_found {
            self.found = self.found.saturating_add(1);
            self.found_on = day(at);
        } else {
            self.found = 0;
        }
        if !was_found || self.found > Amounts::PATIENCE {
            self.habit.learn(amount);
        }
    }
}

/// What is known of all payments in a currency; nothing when there are too many currencies.
fn of_currency(known: &mut Vec<(Currency, Payments)>, currency: Currency) -> Option<&mut Payments> {
    let at = match known.iter().position(|(other, _)| *other == currency) {
        Some(at) => at,
        None if known.len() < Amounts::MAX_CURRENCIES => {
            known.push((currency, Payments::default()));
            known.len() - 1
        }
        None => return None,
    };
    known.get_mut(at).map(|(_, payments)| payments)
}

fn money(minor: u64, currency: Currency) -> Money {
    Money::from_minor(i64::try_from(minor).unwrap_or(i64::MAX), currency)
}

/// The day since 1970, until 2149.
fn day(at: Timestamp) -> u16 {
    u16::try_from(at.unix_nanos() / 86_400_000_000_000).unwrap_or(u16::MAX)
}
