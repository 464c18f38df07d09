//! A world, judged: each payment in the order of time, and each label when it is known.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Telemetry, Timestamp};
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{AmountSettings, AnomalySettings, Findings, PaymentError, SettingsError};
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::labels::FraudLabel;
use otel_ecommerce::payment::Payment;

use crate::score::Scores;
use crate::world::{SECONDS_A_DAY, Shape, Transaction};

/// How a world is judged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Replay {
    /// After how many days it is known what a payment was.
    pub delay_days: u32,
    /// The limit that the shop has set, in cents.
    pub limit: Option<u32>,
    /// The days at the beginning in which the detector learns, and nothing is scored.
    pub learning_days: u32,
}

/// Why a world was not judged to its end.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReplayError {
    /// The limit is none.
    Settings(SettingsError),
    /// A payment cannot be judged.
    Payment(PaymentError),
    /// There are no dollars.
    Currency,
}

/// Who takes part, as the detector knows them.
#[derive(Debug)]
struct People {
    customers: Vec<Pseudonym>,
    terminals: Vec<Pseudonym>,
    currency: Currency,
}

/// Judges every payment of a world.
///
/// # Errors
///
/// The limit is zero.
pub fn replay(shape: &Shape, transactions: &[Transaction], how: &Replay) -> Result<Scores, ReplayError> {
    let people = People::of(shape)?;
    let mut amount = AmountSettings::default();
    if let Some(limit) = how.limit {
        let limit = Money::from_minor(i64::from(limit), people.currency);
        amount = amount.limit(limit).map_err(ReplayError::Settings)?;
    }
    let settings = AnomalySettings { amount, ..AnomalySettings::default() };
    let detector = AnomalyDetector::new(&Telemetry::noop(), settings);
    let mut scores = Scores::default();
    let mut unlabelled: VecDeque<(&Transaction, Findings)> = VecDeque::new();
    for transaction in transactions {
        while let Some((judged, findings)) = unlabelled.front() {
            if !how.knows(judged, transaction.second) {
                break;
            }
            let label = if judged.fraud.is_some() { FraudLabel::Fraud } else { FraudLabel::Genuine };
            detector.label(&people.payment(judged), label, Some(findings)).map_err(ReplayError::Payment)?;
            unlabelled.pop_front();
        }
        let payment = people.payment(transaction);
        let findings = detector.detect_payment_anomalies(&payment).map_err(ReplayError::Payment)?;
        unlabelled.push_back((transaction, findings));
        if transaction.day() >= how.learning_days {
            scores.take(transaction, &findings);
        }
    }
    Ok(scores)
}

impl Replay {
    /// As the published measurements were made: labels a week later, 30 days to learn, no limit.
    pub const PUBLISHED: Self = Self { delay_days: 7, limit: None, learning_days: 30 };

    /// Whether it is known at a moment what a payment was.
    const fn knows(&self, judged: &Transaction, second: u32) -> bool {
        judged.second + self.delay_days * SECONDS_A_DAY <= second
    }
}

impl People {
    fn of(shape: &Shape) -> Result<Self, ReplayError> {
        let key = PseudonymKey::new([7; 32]);
        let named = |kind: &str, count| {
            (0..count).map(|it| Sensitive::new(format!("{kind}-{it}")).pseudonym(&key)).collect()
        };
        let currency = Currency::from_code("USD").ok_or(ReplayError::Currency)?;
        let (customers, terminals) = (named("customer", shape.customers), named("terminal", shape.terminals));
        Ok(Self { customers, terminals, currency })
    }

    fn payment(&self, of: &Transaction) -> Payment<'static> {
        Payment {
            id: PaymentId("simulated"),
            order: None,
            user: self.customers[of.customer as usize],
            card: None,
            device: None,
            terminal: Some(self.terminals[of.terminal as usize]),
            amount: Money::from_minor(i64::from(of.cents), self.currency),
            at: BEGINNING.after(Duration::from_secs(u64::from(of.second))),
            place: None,
        }
    }
}

impl fmt::Display for ReplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Settings(error) => error.fmt(f),
            Self::Payment(error) => error.fmt(f),
            Self::Currency => f.write_str("there is no such currency"),
        }
    }
}

impl std::error::Error for ReplayError {}

/// The published world begins on the 1st of April 2018.
const BEGINNING: Timestamp = Timestamp::from_unix_nanos(1_522_540_800_000_000_000);
