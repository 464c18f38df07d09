//! Exchange rates, totals and rounding.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Decimal, Money, Timestamp};
use otel_ecommerce::conventions::kpi as said;
use otel_ecommerce::ids::OrderId;
use otel_ecommerce::kpi::{OrderTotal, RateError, RateTable, TotalError};
use otel_ecommerce::labels::{Booking, Channel, CurrencyCode, RateGap, RevenueEntry};
use proptest::prelude::*;

use super::{at, currency, label, money, monitor};

const DAY: Duration = Duration::from_secs(86_400);

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

fn table(worth: &str) -> RateTable {
    let table = RateTable::new(currency("EUR"), "ecb", at(0));
    table.rate(currency("JPY"), decimal(worth)).expect("a rate")
}

#[test]
fn a_converted_amount_is_rounded_half_to_even() {
    for (yen, worth, cents) in [
        (1, "0.005", 0),
        (3, "0.005", 2),
        (5, "0.005", 2),
        (1, "0.00500000000000001", 1),
        (-3, "0.005", -2),
        (7, "2", 1_400),
        (i64::MAX, "0.01", i64::MAX),
        (i64::MIN, "0.01", i64::MIN),
    ] {
        let converted = table(worth).convert(money(yen, "JPY"), at(0), DAY);
        assert_eq!(converted, Ok(money(cents, "EUR")), "{yen} at {worth}");
    }
}

#[test]
fn what_has_no_rate_or_only_an_old_one_is_not_converted() {
    let table = table("0.0063");
    let convert = |amount, at: Timestamp| table.convert(amount, at, DAY);
    assert_eq!(convert(money(5, "EUR"), at(999_999_999)), Ok(money(5, "EUR")));
    assert_eq!(convert(money(5, "USD"), at(0)), Err(RateGap::NoRate));
    assert_eq!(convert(money(1_000, "JPY"), at(86_400)), Ok(money(630, "EUR")));
    assert_eq!(convert(money(1_000, "JPY"), at(86_401)), Err(RateGap::StaleRates));
    let many = RateTable::new(currency("EUR"), "ecb", at(0)).rate(currency("JPY"), Decimal::whole(i64::MAX));
    let many = many.expect("a rate");
    assert_eq!(many.convert(money(i64::MAX, "JPY"), at(0), DAY), Err(RateGap::Overflow));
}

#[test]
fn what_is_no_rate_is_refused() {
    let none = || RateTable::new(currency("EUR"), "ecb", at(0));
    let yen = currency("JPY");
    assert_eq!(none().rate(yen, Decimal::whole(0)), Err(RateError::NotPositive(yen)));
    assert_eq!(none().rate(yen, decimal("-1")), Err(RateError::NotPositive(yen)));
    assert_eq!(none().rate(currency("EUR"), decimal("1")), Err(RateError::Reporting));
    assert_eq!(table("1").rate(yen, decimal("1")), Err(RateError::Twice(yen)));
    assert!(none().is_empty());
    assert_eq!((table("1").len(), table("1").source(), table("1").time()), (1, "ecb", at(0)));
}

#[test]
fn revenue_without_a_rate_is_counted_as_missing_in_the_reporting_currency() {
    let test = TestTelemetry::new();
    let kpi = monitor(&test);
    let sold = |order, minor, code, second| {
        kpi.track_revenue(OrderId(order), money(minor, code), Channel::Store, at(second)).expect("an order")
    };
    // Nobody has asked for a reporting currency yet.
    assert_eq!(sold("o-0", 100, "USD", 0), Booking::New);
    kpi.use_rates(table("0.0063"));
    sold("o-1", 10_000, "JPY", 1);
    sold("o-2", 250, "EUR", 1);
    sold("o-3", 100, "USD", 1);
    sold("o-4", 10_000, "JPY", 6 * 86_400);
    let [euro, dollar, yen] = ["EUR", "USD", "JPY"].map(|code| label::<CurrencyCode>(&test, code));
    let recorded = test.finish();
    assert_eq!(recorded.counter(&said::REVENUE_NORMALIZED, (euro, Channel::Store)), Some(6_300 + 250));
    assert_eq!(recorded.series(&said::REVENUE_NORMALIZED.facts()), 1);
    let missing = |code, gap| recorded.counter(&said::UNCONVERTED, (code, RevenueEntry::Sale, gap));
    assert_eq!(missing(dollar, RateGap::NoRate), Some(1));
    assert_eq!(missing(yen, RateGap::StaleRates), Some(1));
    assert_eq!(recorded.counter_total(&said::UNCONVERTED), 2);
    let told = recorded.event(&said::RATES_CHANGED);
    assert_eq!(told.get(&said::RATES_SOURCE), Some("ecb".into()));
    assert_eq!(told.get(&said::REPORTING_CURRENCY), Some("EUR".into()));
    assert_eq!(told.get(&said::RATES_COUNT), Some(1.into()));
}

#[test]
fn a_total_is_rounded_once() {
    for (lines, code, expected) in [
        (&[("3", "0.333"), ("1", "0.001")][..], "GBP", 100),
        (&[("1", "0.005")], "GBP", 0),
        (&[("1", "0.015")], "GBP", 2),
        (&[("-1", "0.015"), ("-1", "0.01")], "GBP", -2),
        (&[("2.5", "1")], "JPY", 2),
        (&[("7", "0.0005")], "KWD", 4),
        (&[], "EUR", 0),
    ] {
        let mut total = OrderTotal::new(currency(code));
        for (quantity, price) in lines {
            total.add(decimal(quantity), decimal(price)).expect("a line");
        }
        assert_eq!(total.money(), Ok(money(expected, code)), "{lines:?}");
    }
}

#[test]
fn a_total_that_does_not_fit_is_an_error_and_stays_as_it_was() {
    let mut total = OrderTotal::new(currency("JPY"));
    let (most, least) = (Decimal::whole(i64::MAX), Decimal::new(1, 18).expect("a decimal"));
    total.add(most, most).expect("a line");
    assert_eq!(total.money(), Err(TotalError));
    let before = total;
    assert_eq!(total.add(least, least), Err(TotalError));
    assert_eq!(total, before);
}

proptest! {
    /// A total is the nearest minor unit to the exact sum, and the even one of two that are equally near.
    #[test]
    fn a_total_is_the_nearest_minor_unit(
        lines in prop::collection::vec((-500_i64..500, 0_u8..3, -99_999_i64..99_999, 0_u8..6), 0..20),
        code in prop::sample::select(vec!["JPY", "GBP", "KWD", "CLF"]),
    ) {
        let mut total = OrderTotal::new(currency(code));
        // In units of a hundred millionth, of which there are enough for all scales.
        let mut exact: i128 = 0;
        for (quantity, places, price, more_places) in lines {
            let decimals = (Decimal::new(quantity, places), Decimal::new(price, more_places));
            let (Some(quantity_decimal), Some(price_decimal)) = decimals else { continue };
            total.add(quantity_decimal, price_decimal).expect("a line");
            exact += i128::from(quantity * price) * 10_i128.pow(8 - u32::from(places + more_places));
        }
        let rounded = total.money().map(Money::minor).expect("a total");
        let unit = 10_i128.pow(8 - currency(code).exponent());
        let distance = (i128::from(rounded) * unit - exact).abs() * 2;
        prop_assert!(distance < unit || (distance == unit && rounded % 2 == 0), "{} of {}", rounded, exact);
    }
}
