//! Fraud.

use std::time::Duration;

use otel_core::{Money, Telemetry};
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{AmountSettings, AnomalySettings, FeedbackSettings, UserCap};
use otel_ecommerce::ids::OrderId;
use otel_ecommerce::labels::FraudLabel;
use otel_ecommerce::payment::Payment;

use crate::fraud::{currency, dollars, payment, whose};

pub(super) fn say_everything(telemetry: &Telemetry) {
    let amount = AmountSettings::default().limit(dollars(100_000));
    let feedback = FeedbackSettings::default().entities(1);
    let settings = AnomalySettings {
        users: UserCap::new(2).expect("a cap"),
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
        assert!(detector.detect_payment_anomalies(&from(name)).is_ok());
        assert_eq!(detector.label(&from(name), FraudLabel::Genuine, None), Ok(()));
    }
    for second in 0..1_000 {
        let shift = Duration::from_secs(second);
        let paid = Payment { at: from("jane").at.after(shift), ..from("jane") };
        assert!(detector.detect_payment_anomalies(&paid).is_ok());
        // Labels of another terminal draw the line for amounts.
        let fraud = Payment { amount: dollars(200_000), ..from("joan") };
        assert_eq!(detector.label(&fraud, FraudLabel::Fraud, None), Ok(()));
    }
    let everything = Payment { amount: dollars(300_000), user: whose("jane"), ..from("joan") };
    let findings = detector.detect_payment_anomalies(&everything).expect("findings");
    assert_eq!(findings.len(), 4);
    pay_everywhere(&detector);
}

/// More currencies than there is room for.
fn pay_everywhere(detector: &AnomalyDetector) {
    let codes = "AED ALL AMD ARS AUD AZN BAM BDT BGN BHD BRL BWP CAD CHF CLP CNY COP CZK DKK EUR GBP GEL HKD HUF IDR ILS \
                 INR ISK JPY KRW MXN NOK";
    for code in codes.split(' ') {
        let paid = Payment { amount: Money::from_minor(100, currency(code)), ..payment(code, 1, 0) };
        assert!(detector.detect_payment_anomalies(&paid).is_ok());
    }
}
