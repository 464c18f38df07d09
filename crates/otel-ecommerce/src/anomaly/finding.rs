//! A reason to look at a payment, and the rule that gives it.

use std::fmt;
use std::time::Duration;

use otel_core::{AlertLevel, Money};

use crate::conventions::fraud_rules::FIRST_VERSION;
use crate::labels::{EntityType, RuleName};

/// A rule that payments are judged by, as data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FraudRule {
    /// What it is called: `security_rule.name`.
    pub name: RuleName,
    /// It changes when the same payments could get another answer: `security_rule.version`.
    pub version: &'static str,
    /// How bad what it finds is.
    pub level: AlertLevel,
    /// Where it is described: `security_rule.reference`.
    pub reference: &'static str,
    /// What it looks for, and who sets the limit: `security_rule.description`.
    pub description: &'static str,
}

impl FraudRule {
    /// A rule, in its first version.
    pub const fn new(
        name: RuleName,
        level: AlertLevel,
        reference: &'static str,
        description: &'static str,
    ) -> Self {
        Self { name, version: FIRST_VERSION, level, reference, description }
    }
}

/// A reason to look at a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The rule that was met.
    pub rule: &'static FraudRule,
    /// What was seen.
    pub evidence: Evidence,
}

impl Finding {
    /// Whether all that speaks against the payment is where others pay as well.
    pub(super) const fn is_of_others(&self) -> bool {
        matches!(self.evidence, Evidence::CardEnumeration { entity: EntityType::Terminal, .. })
    }
}

/// The figures that a rule compared, so that whoever looks needs not believe it. Its text is for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Evidence {
    /// An amount over the limit of its currency.
    AmountOverLimit {
        /// How much it was.
        amount: Money,
        /// How much it may be.
        limit: Money,
    },
    /// An amount far over what is usual.
    AmountUnusual {
        /// How much it was.
        amount: Money,
        /// What is usual: the median.
        usual: Money,
        /// By how much it usually differs: 1.4826 times the median of the distances from it, as for normally
        /// distributed amounts one standard deviation.
        spread: Money,
        /// How many spreads it is over what is usual, in thousandths.
        score_milli: u64,
        /// How many it may be, in thousandths.
        limit_milli: u64,
        /// Whose payments say what is usual.
        basis: Basis,
        /// How many there are of them.
        payments: u64,
    },
    /// An amount from which on nearly everything was fraud.
    AmountOfFrauds {
        /// How much it was.
        amount: Money,
        /// From how much on.
        from: Money,
        /// How many frauds there were from there on.
        frauds: u32,
        /// How many payments that proved genuine.
        genuine: u32,
    },
    /// Frauds where this payment comes from.
    LabelledFraud {
        /// What they have in common with this payment.
        entity: EntityType,
        /// How many there are, in thousandths: the newest counts as one, those before it for less the older they are.
        frauds_milli: u64,
        /// How many payments that proved genuine there are, counted alike.
        genuine_milli: u64,
    },
    /// Too many payments.
    Velocity {
        /// Whose.
        entity: EntityType,
        /// In a window of this length.
        window: Duration,
        /// The most payments in any such window with this one in it: exact up to one more than the largest limit of
        /// the entity, and no more than that.
        payments: u32,
        /// How many there may be.
        limit: u32,
    },
    /// Two places too far apart.
    Travel {
        /// How far apart they are, in kilometres along the great circle.
        distance_km: u32,
        /// How much of it is left when both places are as near to each other as they may be.
        beyond_km: u32,
        /// The time between the payments.
        elapsed: Duration,
        /// How fast that is, in kilometres an hour.
        speed_kmh: u32,
    },
    /// Many cards tried out. Before it is known what becomes of it, a payment that is not small is not one of them.
    CardTesting {
        /// By whom.
        entity: EntityType,
        /// In a window of this length, which ends with the latest one.
        window: Duration,
        /// How many cards.
        cards: u32,
        /// How many there may be.
        limit: u32,
    },
    /// Cards guessed. A payment is one of the attempts once it is known what became of it.
    CardEnumeration {
        /// Where.
        entity: EntityType,
        /// The attempts since all was as usual.
        attempts: u32,
        /// Those of them that were declined as guesses are.
        guesses: u32,
    },
    /// One card declined too often: what it has come to, or before that is known, what it must not come to once more.
    ExcessiveDeclines {
        /// In a window of this length.
        window: Duration,
        /// How often, as far as that is known.
        declines: u32,
        /// At how many the network charges.
        limit: u32,
    },
}

/// Whose payments say what is usual.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Basis {
    /// Those of the user.
    User,
    /// Those of everybody: the user has not made enough.
    Population,
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::AmountOverLimit { amount, limit } => write!(f, "{amount} exceeds {limit}"),
            Self::AmountUnusual { amount, usual, spread, score_milli, limit_milli, basis, payments } => {
                let (score, limit) = (Thousandths(score_milli), Thousandths(limit_milli));
                write!(
                    f,
                    "{amount} is {score} spreads over what is usual, {limit} allowed: {payments} payments of {basis} \
                     of {usual}, give or take {spread}"
                )
            }
            Self::AmountOfFrauds { amount, from, frauds, genuine } => {
                write!(
                    f,
                    "{amount} exceeds {from}, above which were {frauds} frauds and {genuine} genuine payments"
                )
            }
            Self::LabelledFraud { entity, frauds_milli, genuine_milli } => {
                let (frauds, genuine) = (Thousandths(frauds_milli), Thousandths(genuine_milli));
                write!(f, "{frauds} frauds to {genuine} genuine payments of the same {}", entity.as_str())
            }
            Self::Velocity { entity, window, payments, limit } => {
                write!(f, "{payments} payments of one {} in {window:?}, {limit} allowed", entity.as_str())
            }
            Self::Travel { distance_km, beyond_km, elapsed, speed_kmh } => {
                write!(
                    f,
                    "{distance_km} km in {elapsed:?}, at least {beyond_km} km of it for sure: {speed_kmh} km/h"
                )
            }
            Self::CardTesting { entity, window, cards, limit } => {
                write!(f, "{cards} cards tried out by one {} in {window:?}, {limit} allowed", entity.as_str())
            }
            Self::CardEnumeration { entity, attempts, guesses } => {
                write!(f, "{guesses} of {attempts} attempts at one {} look guessed", entity.as_str())
            }
            Self::ExcessiveDeclines { window, declines, limit } => {
                write!(f, "{declines} declines of one card in {window:?}, charged for from {limit} on")
            }
        }
    }
}

impl fmt::Display for Basis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::User => "the user",
            Self::Population => "everybody",
        })
    }
}

/// A number in thousandths.
struct Thousandths(u64);

impl fmt::Display for Thousandths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

/// A figure in thousandths; what no number says is nothing.
pub(super) fn thousandths(figure: f64) -> u64 {
    (figure * 1_000.0).round() as u64
}
