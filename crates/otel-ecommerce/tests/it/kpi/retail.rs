//! Twelve days of a real shop: revenue, refunds, orders and customers to the penny.

#![expect(clippy::print_stderr, reason = "a loud skip")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::time::Duration;

use otel_core::testing::{Recorded, TestTelemetry};
use otel_core::{Money, Timestamp};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::{OrderId, RefundId, SessionId};
use otel_ecommerce::kpi::{OrderTotal, Refund};
use otel_ecommerce::labels::{
    Booking, Channel, CurrencyCode, FunnelName, FunnelStep, RefundReason, RevenueEntry,
};
use otel_ecommerce::{KpiMonitor, KpiSettings};

use super::{currency, label};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/online_retail");

// What Python's fractions make of the files, in pence, once for invoices and once for cancellations:
//
//   import csv, glob, fractions as f
//   rows = [r for p in glob.glob("*.csv") for r in csv.DictReader(open(p))]
//   total = lambda c: sum(int(r["Quantity"]) * f.Fraction(r["UnitPrice"]) * 100
//                         for r in rows if (r["InvoiceNo"][0] == "C") == c)
//   ids = lambda c, k: len({r[k] for r in rows if (r["InvoiceNo"][0] == "C") == c} - {""})
//   print([(total(c), ids(c, "InvoiceNo"), ids(c, "CustomerID")) for c in (False, True)])
const REVENUE: u64 = 59_862_608;
const ORDERS: u64 = 1_243;
const CUSTOMERS: i64 = 714;
const REFUNDS: u64 = 6_826_917;
const CANCELLATIONS: u64 = 215;

/// An invoice or a cancellation, line by line.
struct Invoice {
    total: OrderTotal,
    customer: String,
    at: Timestamp,
}

#[test]
fn the_figures_of_a_real_shop_are_those_of_its_files() {
    let Some(invoices) = read() else { return };
    let test = TestTelemetry::new();
    // The twelve days are one window.
    let settings = KpiSettings::default()
        .window(Duration::from_secs(30 * 86_400))
        .expect("a setting")
        .bookings_horizon(Duration::from_secs(30 * 86_400))
        .expect("a setting");
    let kpi = KpiMonitor::new(&test, settings);
    for (number, invoice) in &invoices {
        tell(&kpi, number, invoice);
    }
    // All of it again, as after a crash of whatever feeds it.
    for (number, invoice) in &invoices {
        tell(&kpi, number, invoice);
    }
    let last = invoices.values().map(|invoice| invoice.at).max().expect("an invoice");
    kpi.advance(last);
    let pounds = label::<CurrencyCode>(&test, "GBP");
    let checkout = label::<FunnelName>(&test, "checkout");
    check(&test.finish(), pounds, checkout);
}

fn check(recorded: &Recorded, pounds: CurrencyCode, checkout: FunnelName) {
    assert_eq!(recorded.counter(&said::REVENUE, (pounds, Channel::Web)), Some(REVENUE));
    assert_eq!(recorded.counter(&said::REFUNDS, (pounds, RefundReason::Cancelled)), Some(REFUNDS));
    for (entry, count) in [(RevenueEntry::Sale, ORDERS), (RevenueEntry::Refund, CANCELLATIONS)] {
        assert_eq!(recorded.counter(&said::BOOKINGS, (entry, Booking::New)), Some(count));
        assert_eq!(recorded.counter(&said::BOOKINGS, (entry, Booking::Repeated)), Some(count));
    }
    let values = recorded.histogram(&said::ORDER_VALUE, pounds).expect("values of orders");
    assert_eq!((values.count, values.sum), (ORDERS, REVENUE as f64));
    assert_eq!(recorded.gauge(&said::FUNNEL_SESSIONS, (checkout, FunnelStep::Purchase)), Some(CUSTOMERS));
    assert_eq!(recorded.counter_total(&said::REFUSALS), 0);
}

fn tell(kpi: &KpiMonitor, number: &str, invoice: &Invoice) {
    let (total, at) = (invoice.total.money().expect("a total"), invoice.at);
    if number.starts_with('C') {
        let refund = Refund {
            // The files do not say which invoice was cancelled.
            order: OrderId(number),
            id: RefundId(number),
            amount: Money::from_minor(-total.minor(), total.currency()),
            reason: RefundReason::Cancelled,
            at,
        };
        kpi.track_refund(&refund).expect("a refund");
        return;
    }
    kpi.track_revenue(OrderId(number), total, Channel::Web, at).expect("an order");
    if !invoice.customer.is_empty() {
        let customer = SessionId(&invoice.customer);
        kpi.track_conversion_funnel(customer, FunnelStep::Purchase, at).expect("a customer");
    }
}

/// All invoices by number; `None`, and a line that says so, without the files.
fn read() -> Option<BTreeMap<String, Invoice>> {
    let Ok(folder) = fs::read_dir(FOLDER) else {
        eprintln!("SKIPPED: there is no {FOLDER}, so the figures of a real shop are not compared");
        return None;
    };
    let mut invoices = BTreeMap::new();
    let mut files: Vec<_> = folder.map(|entry| entry.expect("a file").path()).collect();
    files.sort();
    assert_eq!(files.len(), 12, "twelve days");
    files.iter().for_each(|path| read_day(path, &mut invoices));
    Some(invoices)
}

fn read_day(path: &Path, invoices: &mut BTreeMap<String, Invoice>) {
    let mut lines = csv::Reader::from_reader(File::open(path).expect("a day"));
    for line in lines.records() {
        let line = line.expect("a line");
        let [number, quantity, time, price, customer] =
            [0, 3, 4, 5, 6].map(|column| line.get(column).expect("a column"));
        let made = || Invoice {
            total: OrderTotal::new(currency("GBP")),
            customer: customer.to_owned(),
            at: timestamp(time),
        };
        let invoice = invoices.entry(number.to_owned()).or_insert_with(made);
        let (quantity, price) = (quantity.parse().expect("a quantity"), price.parse().expect("a price"));
        invoice.total.add(quantity, price).expect("a total");
    }
}

/// A moment of December 2010, as the files write it.
fn timestamp(text: &str) -> Timestamp {
    const DECEMBER_2010: u64 = 1_291_161_600;
    let rest = text.strip_prefix("2010-12-").expect("December 2010");
    let numbers: Vec<u64> = rest.split([' ', ':']).map(|part| part.parse().expect("a number")).collect();
    let [day, hour, minute, second] = numbers[..] else { panic!("{text} is no time") };
    let seconds = DECEMBER_2010 + ((day - 1) * 24 + hour) * 3_600 + minute * 60 + second;
    Timestamp::from_unix_nanos(seconds * 1_000_000_000)
}
