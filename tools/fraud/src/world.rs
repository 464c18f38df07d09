//! The simulated world: customers who pay at the terminals near them, and three kinds of fraud.
//!
//! It follows the published description of the transaction simulator in "Reproducible Machine Learning for Credit
//! Card Fraud Detection" (Le Borgne, Siblini, Lebichot, Bontempi; chapter 3). The code, the random numbers, and so the
//! single transactions, are our own.

mod chance;

use std::collections::HashMap;

use chance::Chance;

/// How large a world is, and which one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shape {
    /// Those who pay.
    pub customers: u32,
    /// Where they pay.
    pub terminals: u32,
    /// For how many days.
    pub days: u32,
    /// How far customers go, in a square with sides of 100.
    pub radius: f64,
    /// Which of all worlds of this size it is.
    pub seed: u64,
}

impl Shape {
    /// The published size: 5,000 customers, 10,000 terminals, 183 days, a radius of 5.
    pub const PUBLISHED: Self = Self { customers: 5_000, terminals: 10_000, days: 183, radius: 5.0, seed: 1 };

    /// The same, but another one.
    #[must_use]
    pub const fn seeded(self, seed: u64) -> Self {
        Self { seed, ..self }
    }
}

/// A kind of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Scenario {
    /// 1: an amount of more than 220.00.
    Amount,
    /// 2: everything at a compromised terminal, for 28 days.
    Terminal,
    /// 3: a third of what a compromised customer pays in 14 days, five times as much as it would have been.
    Customer,
}

/// One payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// When, in seconds from the first midnight.
    pub second: u32,
    /// Who.
    pub customer: u32,
    /// Where.
    pub terminal: u32,
    /// How much: one cent at least.
    pub cents: u32,
    /// Whether it is a fraud, and which.
    pub fraud: Option<Scenario>,
}

impl Transaction {
    /// The day, from zero.
    pub const fn day(&self) -> u32 {
        self.second / SECONDS_A_DAY
    }
}

/// The seconds of a day.
pub const SECONDS_A_DAY: u32 = 86_400;

/// Every transaction of a world, in the order of time.
pub fn simulate(shape: &Shape) -> Vec<Transaction> {
    let mut chance = Chance::new(shape.seed);
    let terminals: Vec<Point> = (0..shape.terminals).map(|_| Point::anywhere(&mut chance)).collect();
    let mut transactions = Vec::new();
    for customer in 0..shape.customers {
        Customer::anyone(&mut chance, &terminals, shape.radius).live(
            customer,
            shape.days,
            &mut chance,
            &mut transactions,
        );
    }
    transactions.sort_by_key(|it| (it.second, it.customer));
    large_amounts(&mut transactions);
    compromised_terminals(&mut transactions, shape, &mut chance);
    compromised_customers(&mut transactions, shape, &mut chance);
    transactions
}

#[derive(Clone, Copy, Debug)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    fn anywhere(chance: &mut Chance) -> Self {
        Self { x: chance.between(0.0, 100.0), y: chance.between(0.0, 100.0) }
    }

    fn is_within(self, radius: f64, of: Self) -> bool {
        (self.x - of.x).powi(2) + (self.y - of.y).powi(2) < radius * radius
    }
}

/// Who pays, how much, how often, and where.
#[derive(Debug)]
struct Customer {
    mean_amount: f64,
    mean_payments: f64,
    near: Vec<u32>,
}

impl Customer {
    fn anyone(chance: &mut Chance, terminals: &[Point], radius: f64) -> Self {
        let home = Point::anywhere(chance);
        let is_near = |terminal: &Point| terminal.is_within(radius, home);
        let near = (0..).zip(terminals).filter(|(_, terminal)| is_near(terminal)).map(|(at, _)| at).collect();
        Self { mean_amount: chance.between(5.0, 100.0), mean_payments: chance.between(0.0, 4.0), near }
    }

    fn live(&self, customer: u32, days: u32, chance: &mut Chance, into: &mut Vec<Transaction>) {
        for day in 0..days {
            for _ in 0..chance.poisson(self.mean_payments) {
                // Around noon; what would be another day does not happen.
                let second = chance.normal(f64::from(SECONDS_A_DAY) / 2.0, 20_000.0);
                let amount = self.amount(chance);
                if second <= 0.0 || second >= f64::from(SECONDS_A_DAY) || self.near.is_empty() {
                    continue;
                }
                let terminal = self.near[chance.below(self.near.len())];
                let second = day * SECONDS_A_DAY + second as u32;
                into.push(Transaction { second, customer, terminal, cents: cents(amount), fraud: None });
            }
        }
    }

    fn amount(&self, chance: &mut Chance) -> f64 {
        let amount = chance.normal(self.mean_amount, self.mean_amount / 2.0);
        if amount < 0.0 { chance.between(0.0, 2.0 * self.mean_amount) } else { amount }
    }
}

fn cents(amount: f64) -> u32 {
    ((amount * 100.0).round() as u32).max(1)
}

fn large_amounts(transactions: &mut [Transaction]) {
    for it in transactions.iter_mut().filter(|it| it.cents > 22_000) {
        it.fraud = Some(Scenario::Amount);
    }
}

/// Two more each day, for 28 days.
fn compromised_terminals(transactions: &mut [Transaction], shape: &Shape, chance: &mut Chance) {
    let mut since: HashMap<u32, Vec<u32>> = HashMap::new();
    for day in 0..shape.days {
        for terminal in chance.distinct(2, shape.terminals) {
            since.entry(terminal).or_default().push(day);
        }
    }
    for it in transactions {
        let day = it.day();
        let days = since.get(&it.terminal).map(Vec::as_slice).unwrap_or_default();
        if days.iter().any(|first| (*first..first + 28).contains(&day)) {
            it.fraud = Some(Scenario::Terminal);
        }
    }
}

/// Three more each day, for 14 days.
fn compromised_customers(transactions: &mut [Transaction], shape: &Shape, chance: &mut Chance) {
    let mut of: Vec<Vec<usize>> = vec![Vec::new(); shape.customers as usize];
    for (at, it) in transactions.iter().enumerate() {
        of[it.customer as usize].push(at);
    }
    for day in 0..shape.days {
        for customer in chance.distinct(3, shape.customers) {
            let is_meant = |at: &&usize| (day..day + 14).contains(&transactions[**at].day());
            let mut theirs: Vec<usize> = of[customer as usize].iter().filter(is_meant).copied().collect();
            chance.shuffle(&mut theirs);
            for at in theirs.iter().take(theirs.len() / 3) {
                let it = &mut transactions[*at];
                it.cents = it.cents.saturating_mul(5);
                it.fraud = Some(Scenario::Customer);
            }
        }
    }
}
