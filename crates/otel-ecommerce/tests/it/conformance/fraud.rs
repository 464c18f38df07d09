//! Fraud.

use std::time::Duration;

use otel_core::Telemetry;
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{AmountSettings, AnomalySettings, FeedbackSettings};
use otel_ecommerce::ids::OrderId;
use otel_ecommerce::labels::FraudLabel;
use otel_ecommerce::payment::{Payment, PaymentOutcome};

use crate::fraud::{dollars, payment, whose};

pub(super) fn say_everything(telemetry: &Telemetry) {
    let amount = AmountSettings::default().limit(dollars(100_000)).and_then(|it| it.users(2));
    let feedback = FeedbackSettings::default().entities(1);
    let settings = AnomalySettings {
        amount: amount.expect("settings"),
        feedback: feedback.expect("settings"),
        ..AnomalySettings::default()
    };
    let detector = AnomalyDetector::new(telemetry, settings);
    let from = |name: &str| Payment {
        order: Some(OrderId("order-1")),
        card: Some(whose(name)),
        device: Some(whose(name)),
        terminal: Some(whose(name)),
        ..payment(name, 4_000, 0)
    };
    for name in ["jane", "john", "june"] {
        assert!(detector.detect_payment_anomalies(&from(name), PaymentOutcome::Authorised).is_ok());
        assert_eq!(detector.label(&from(name), FraudLabel::Genuine, None), Ok(()));
    }
    for second in 0..1_000 {
        let shift = Duration::from_secs(second);
        let paid = Payment { at: from("jane").at.after(shift), ..from("jane") };
        assert!(detector.detect_payment_anomalies(&paid, PaymentOutcome::Authorised).is_ok());
        // Labels of another terminal draw the line for amounts.
        let fraud = Payment { amount: dollars(200_000), ..from("joan") };
        assert_eq!(detector.label(&fraud, FraudLabel::Fraud, None), Ok(()));
    }
    let everything = Payment { amount: dollars(300_000), user: whose("jane"), ..from("joan") };
    let findings =
        detector.detect_payment_anomalies(&everything, PaymentOutcome::Authorised).expect("findings");
    assert_eq!(findings.len(), 4);
}
