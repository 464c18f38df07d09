//! Key figures: revenue to the minor unit, carts and funnels by event time, all of it bounded.

mod alerts;
mod bounds;
mod carts;
mod funnel;
mod ledger;
mod rates;
mod restarts;
mod retail;
mod revenue;
mod search;
mod settings;

use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Money, Telemetry, Timestamp};
use otel_ecommerce::{KpiMonitor, KpiSettings};

/// Half a year before the clock of a test begins: what happens here is never in the future.
pub(crate) fn at(second: u64) -> Timestamp {
    at_millis(second * 1_000)
}

fn at_millis(millis: u64) -> Timestamp {
    Timestamp::from_unix_nanos((1_688_169_600_000 + millis) * 1_000_000)
}

pub(crate) fn money(minor: i64, code: &str) -> Money {
    Money::from_minor(minor, currency(code))
}

pub(crate) fn currency(code: &str) -> Currency {
    Currency::from_code(code).expect("a currency")
}

fn monitor(telemetry: &Telemetry) -> KpiMonitor {
    KpiMonitor::new(telemetry, KpiSettings::default())
}

/// A label of a capped set.
fn label<L: otel_core::CappedLabel>(test: &TestTelemetry, text: &str) -> L {
    test.capped().get(text)
}
