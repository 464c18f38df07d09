//! Payments that cannot be judged leave nothing behind.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_ecommerce::AnomalyDetector;
use otel_ecommerce::anomaly::{AnomalySettings, FutureTolerance, PaymentError};
use otel_ecommerce::conventions::fraud as said;
use otel_ecommerce::ids::{OrderId, PaymentId};
use otel_ecommerce::labels::{EntityType, FraudLabel};
use otel_ecommerce::payment::Payment;

use super::{dollars, payment};

#[test]
fn what_is_no_payment_is_refused_and_nothing_is_recorded() {
    let good = payment("jane", 100, 0);
    for (bad, error) in [
        (Payment { amount: dollars(0), ..good }, PaymentError::NotPositive),
        (Payment { amount: dollars(-1), ..good }, PaymentError::NotPositive),
        (Payment { amount: dollars(i64::MIN), ..good }, PaymentError::NotPositive),
        (Payment { id: PaymentId(""), ..good }, PaymentError::NoId),
        (Payment { order: Some(OrderId("")), ..good }, PaymentError::NoOrderId),
    ] {
        let test = TestTelemetry::new();
        let detector = AnomalyDetector::new(&test, AnomalySettings::default());
        let memory = detector.bytes();
        assert_eq!(detector.detect_payment_anomalies(&bad), Err(error));
        assert_eq!(detector.label(&bad, FraudLabel::Fraud, None), Err(error));
        assert_eq!(detector.bytes(), memory);
        nothing_is_said(test);
    }
    let test = TestTelemetry::new();
    let detector = AnomalyDetector::new(&test, AnomalySettings::default());
    let late = Payment { at: test.now().after(FutureTolerance::MOST).after(Duration::from_nanos(7)), ..good };
    let error = PaymentError::Future { beyond: Duration::from_nanos(7) };
    assert_eq!(detector.detect_payment_anomalies(&late), Err(error));
    assert_eq!(detector.label(&late, FraudLabel::Fraud, None), Err(error));
    nothing_is_said(test);
}

fn nothing_is_said(test: TestTelemetry) {
    let recorded = test.finish();
    assert!(recorded.spans().is_empty() && recorded.events().is_empty());
    assert_eq!(recorded.counter_total(&said::EVALUATIONS), 0);
    assert_eq!(recorded.counter_total(&said::LABELS), 0);
    for entity in EntityType::ALL {
        assert_eq!(recorded.up_down_counter(&said::ENTITY_COUNT, *entity).unwrap_or(0), 0);
    }
}
