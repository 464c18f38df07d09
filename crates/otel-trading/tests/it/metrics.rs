//! What is counted and timed.

use otel_core::Telemetry;
use otel_trading::{Metrics, Observability};

#[test]
fn handles_can_be_kept_anywhere() {
    fn check<T: Clone + Send + Sync + std::fmt::Debug + 'static>() {}
    check::<Observability>();
    check::<Metrics>();
    assert!(format!("{:?}", Observability::new(&Telemetry::noop())).contains("Observability"));
}
