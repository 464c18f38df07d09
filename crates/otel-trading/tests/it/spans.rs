//! What the guards record.

use otel_core::Telemetry;
use otel_trading::{Observability, OrderSpan, ParkedOrder};

#[test]
fn an_order_can_be_kept_and_moved() {
    fn check<T: Send + Sync + std::fmt::Debug + 'static>() {}
    check::<OrderSpan>();
    check::<ParkedOrder>();
    let _ = Observability::new(&Telemetry::noop());
}
