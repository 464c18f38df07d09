//! A million orders in twelve currencies, with refunds, retries and restarts: what is exported is the ledger.

use std::collections::BTreeMap;

use fastrand::Rng;
use otel_core::testing::TestTelemetry;
use otel_core::{Currency, Money};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::{OrderId, RefundId};
use otel_ecommerce::kpi::Refund;
use otel_ecommerce::labels::{Booking, Channel, CurrencyCode, RefundReason};
use otel_ecommerce::{KpiMonitor, KpiSettings};

use super::ledger::{rates, worth};
use super::{at_millis, currency};

const ORDERS: u32 = 1_000_000;
const RESTARTS: u32 = 3;
/// Without minor units, with hundredths, with thousandths, and with ten-thousandths.
const CODES: [&str; 12] =
    ["JPY", "KRW", "VND", "USD", "EUR", "GBP", "CHF", "KWD", "BHD", "TND", "CLF", "UYW"];

/// What the books of the shop say of each order: written by this test alone.
struct Ledger {
    currencies: [Currency; CODES.len()],
    orders: Vec<Order>,
}

#[derive(Clone, Copy)]
struct Order {
    code: u8,
    channel: u8,
    minor: i64,
    refunded: i64,
    refunded_at: usize,
}

/// The sums of all processes as they were exported, by currency: sales, refunds, and both in dollars.
type Exported = BTreeMap<&'static str, [u64; 4]>;

#[test]
fn exported_sums_equal_the_ledger_when_they_are_cumulative() {
    check(TestTelemetry::new, 1);
}

#[test]
fn exported_sums_equal_the_ledger_when_they_are_differences() {
    check(TestTelemetry::delta, 2);
}

fn check(telemetry: fn() -> TestTelemetry, seed: u64) {
    let mut rng = Rng::with_seed(seed);
    let mut ledger = Ledger { currencies: CODES.map(currency), orders: Vec::new() };
    let (mut exported, mut state, mut repeated) = (Exported::new(), None::<Vec<u8>>, 0);
    for _ in 0..=RESTARTS {
        let test = telemetry();
        let settings = KpiSettings::default();
        let kpi = match &state {
            Some(state) => KpiMonitor::resumed(&test, settings, state).expect("a state"),
            None => KpiMonitor::new(&test, settings),
        };
        kpi.use_rates(rates(&CODES));
        for number in 0..ORDERS / (RESTARTS + 1) {
            repeated += ledger.trade(&kpi, &mut rng);
            if number % 100_000 == 99_999 {
                test.recorded();
            }
        }
        state = Some(kpi.state());
        collect(test, &mut exported);
    }
    assert!(repeated > u64::from(ORDERS / 50), "{repeated} retries are few");
    assert_eq!(exported, ledger.sums(), "exported, and according to the ledger");
}

impl Ledger {
    /// A new order, and perhaps a refund or a retry of any order so far: how many retries.
    fn trade(&mut self, kpi: &KpiMonitor, rng: &mut Rng) -> u64 {
        let number = self.orders.len();
        // Most orders are small, and a few are as large as they can be without ten thousand of them overflowing.
        let digits = if rng.u8(..) == 0 { 14 } else { rng.u32(1..8) };
        let order = Order {
            code: rng.u8(..CODES.len() as u8),
            channel: rng.u8(..Channel::ALL.len() as u8),
            minor: rng.i64(0..10_i64.pow(digits)),
            refunded: 0,
            refunded_at: 0,
        };
        self.orders.push(order);
        assert_eq!(self.say(kpi, number), Booking::New, "{number}");
        // What is said again, or paid back, is one of the last hundred thousand, so often from before a restart.
        let (mut repeated, again) = (0, number - rng.usize(0..100_000).min(number));
        if rng.u8(..100) < 5 {
            assert_eq!(self.say(kpi, again), Booking::Repeated, "{again}");
            repeated += 1;
        }
        if rng.u8(..100) < 10 {
            let known = &mut self.orders[again];
            if known.refunded == 0 && known.minor > 0 {
                known.refunded = rng.i64(1..=known.minor);
                known.refunded_at = number;
                assert_eq!(self.refund(kpi, again), Booking::New);
            }
            if rng.bool() && self.orders[again].refunded > 0 {
                assert_eq!(self.refund(kpi, again), Booking::Repeated);
                repeated += 1;
            }
        }
        repeated
    }

    fn say(&self, kpi: &KpiMonitor, number: usize) -> Booking {
        let order = self.orders[number];
        let (id, money) = (format!("order-{number}"), self.money(order.code, order.minor));
        let channel = Channel::ALL[usize::from(order.channel)];
        kpi.track_revenue(OrderId(&id), money, channel, at_millis(100 * number as u64)).expect("an order")
    }

    fn refund(&self, kpi: &KpiMonitor, of: usize) -> Booking {
        let order = self.orders[of];
        let id = format!("order-{of}");
        let refund = Refund {
            order: OrderId(&id),
            id: RefundId("first"),
            amount: self.money(order.code, order.refunded),
            reason: RefundReason::ALL[of % RefundReason::ALL.len()],
            at: at_millis(100 * order.refunded_at as u64),
        };
        kpi.track_refund(&refund).expect("a refund")
    }

    fn money(&self, code: u8, minor: i64) -> Money {
        Money::from_minor(minor, self.currencies[usize::from(code)])
    }

    fn sums(&self) -> Exported {
        let mut sums = Exported::new();
        for order in &self.orders {
            let code = CODES[usize::from(order.code)];
            let (earned, returned) = (worth(code, order.minor), worth(code, order.refunded));
            let sum = sums.entry(code).or_default();
            for (sum, more) in sum.iter_mut().zip([order.minor as u64, order.refunded as u64]) {
                *sum += more;
            }
            let [.., sold, refunded] = sums.entry("USD").or_default();
            *sold += earned;
            *refunded += returned;
        }
        sums
    }
}

/// Adds what a process has exported.
fn collect(test: TestTelemetry, exported: &mut Exported) {
    let labels = CODES.map(|code| test.capped::<CurrencyCode>().get(code));
    let recorded = test.finish();
    for (code, label) in CODES.iter().zip(labels) {
        let sold =
            |def| Channel::ALL.iter().filter_map(|it| recorded.counter(def, (label, *it))).sum::<u64>();
        let refunded = |def| -> u64 {
            RefundReason::ALL.iter().filter_map(|it| recorded.counter(def, (label, *it))).sum()
        };
        let sums = [
            sold(&said::REVENUE),
            refunded(&said::REFUNDS),
            sold(&said::REVENUE_NORMALIZED),
            refunded(&said::REFUNDS_NORMALIZED),
        ];
        for (sum, more) in exported.entry(code).or_default().iter_mut().zip(sums) {
            *sum += more;
        }
    }
    assert_eq!(recorded.counter_total(&said::UNCONVERTED), 0);
    assert_eq!(recorded.counter_total(&said::REFUSALS), 0);
}
