//! Payments that are not like others.

mod ahead;
mod alerts;
mod amounts;
mod bounds;
mod bystanders;
mod facade;
mod feedback;
mod pages;
mod refused;
mod steps;
mod tails;
mod told;

use std::time::Duration;

use otel_core::{Currency, Money, Pseudonym, PseudonymKey, Sensitive, Timestamp};
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{Findings, PaymentError};
use otel_ecommerce::ids::PaymentId;
use otel_ecommerce::payment::{Payment, PaymentOutcome};

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

pub(crate) fn dollars(minor: i64) -> Money {
    Money::from_minor(minor, currency("USD"))
}

pub(crate) fn whose(name: &str) -> Pseudonym {
    Sensitive::new(name).pseudonym(&PseudonymKey::new([3; 32]))
}

/// A second of a day in 2023, when the clock of tests begins.
pub(crate) fn at(second: u64) -> Timestamp {
    Timestamp::from_unix_nanos(1_680_000_000_000_000_000).after(Duration::from_secs(second))
}

/// What is found before the issuer is asked, and once it has answered.
pub(crate) fn ask(
    detector: &AnomalyDetector,
    payment: &Payment<'_>,
    outcome: PaymentOutcome,
) -> Result<[Findings; 2], PaymentError> {
    let before = detector.detect_payment_anomalies(payment)?;
    let after = detector.detect_card_testing(payment, outcome, Some(&before))?;
    Ok([before, after])
}

pub(crate) fn payment(user: &str, minor: i64, second: u64) -> Payment<'static> {
    Payment {
        id: PaymentId("pay-1"),
        order: None,
        user: whose(user),
        card: None,
        device: None,
        terminal: None,
        amount: dollars(minor),
        at: at(second),
        place: None,
    }
}
