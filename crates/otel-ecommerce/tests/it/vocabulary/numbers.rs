//! Money, from and to the digits of numbers.

use otel_core::{Currency, Money};
use otel_ecommerce::vocabulary::{
    AmountField, Dialect, EventError, EventKind, ImportError, ImportProblem, NumberError, ShopEvent,
};
use proptest::prelude::*;

use super::currency;

#[test]
fn every_currency_has_its_own_digits() {
    for (code, json, minor) in [
        ("JPY", "1200", 1_200),
        ("USD", "12.00", 1_200),
        ("KWD", "1.200", 1_200),
        ("CLF", "0.1200", 1_200),
        ("USD", "0.05", 5),
        ("KWD", "0.001", 1),
        ("USD", "92233720368547758.07", i64::MAX),
        ("USD", "0.00", 0),
    ] {
        let amount = Money::from_minor(minor, currency(code));
        assert_eq!(written(amount), format!(r#"{{"currency":"{code}","value":{json}}}"#));
        assert_eq!(read(code, json), Ok(amount));
    }
}

#[test]
fn a_number_is_read_however_it_is_written() {
    for (code, json, minor) in [
        ("USD", "19.9", 1_990),
        ("USD", "19.90000", 1_990),
        ("USD", "199e-1", 1_990),
        ("USD", "1.99E+1", 1_990),
        ("USD", "0.0199e3", 1_990),
        ("USD", r#""19.90""#, 1_990),
        ("USD", "20", 2_000),
        ("JPY", "1200.00", 1_200),
        ("JPY", "12e2", 1_200),
        ("USD", "-0.0", 0),
        ("USD", "0e999999", 0),
        // A double would make 0.28999… of it.
        ("USD", "0.29", 29),
        ("USD", "90071992547409.93", 9_007_199_254_740_993),
        // What JavaScript has when it adds.
        ("USD", "0.30000000000000004", 30),
        ("USD", "19.900000000000002", 1_990),
        ("USD", "59.699999999999996", 5_970),
        ("USD", "-5.551115123125783e-17", 0),
        ("JPY", "1199.9999999999998", 1_200),
    ] {
        let amount = Money::from_minor(minor, currency(code));
        assert_eq!(read(code, json), Ok(amount), "{json}");
    }
}

#[test]
fn what_is_no_exact_amount_is_refused() {
    for (code, json, problem) in [
        ("USD", "19.901", ImportProblem::Number(NumberError::Inexact)),
        // Not off by what a double is off by: these are parts of a cent.
        ("USD", "6.633333333333333", ImportProblem::Number(NumberError::Inexact)),
        ("USD", "19.90010000000000000", ImportProblem::Number(NumberError::Inexact)),
        ("USD", "19.9000200000000001", ImportProblem::Number(NumberError::Inexact)),
        ("XXX", "1", ImportProblem::Event(EventError::NoCurrency)),
        ("JPY", "0.5", ImportProblem::Number(NumberError::Inexact)),
        ("KWD", "1.0001", ImportProblem::Number(NumberError::Inexact)),
        ("USD", "1e-3", ImportProblem::Number(NumberError::Inexact)),
        ("USD", "92233720368547758.08", ImportProblem::Number(NumberError::TooLarge)),
        ("USD", "1e400", ImportProblem::Number(NumberError::TooLarge)),
        ("USD", "1e99999999999", ImportProblem::Number(NumberError::TooLarge)),
        ("USD", r#""12,50""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""12.""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""1.2.3""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""1e""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""1e+-1""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""0x10""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""--1""#, ImportProblem::Number(NumberError::Malformed)),
        ("USD", r#""$5""#, ImportProblem::Type),
        ("USD", r#""NaN""#, ImportProblem::Type),
        ("USD", r#""""#, ImportProblem::Type),
        ("USD", "true", ImportProblem::Type),
        ("USD", "[1]", ImportProblem::Type),
    ] {
        let error = read(code, json).expect_err(json);
        assert_eq!(error.problem, problem, "{json}");
        assert_eq!(error.site.map(|site| site.member).as_deref(), Some("value"));
    }
    let long = "1".repeat(65);
    assert_eq!(
        read("USD", &long).map_err(|it| it.problem),
        Err(ImportProblem::Number(NumberError::TooLarge))
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_minor_unit_is_lost(minor in 0..=i64::MAX, code in code()) {
        let amount = Money::from_minor(minor, currency(code));
        let json = written(amount);
        let read = Dialect::Ga4.import("view_cart", &json, None).expect("an event");
        prop_assert_eq!(read.event.amount(AmountField::Value), Some(amount));
    }

    /// Against arithmetic of its own: whole and part as integers.
    #[test]
    fn digits_mean_what_they_say(whole in 0..1_000_000_i64, part in "[0-9]{1,6}", code in code()) {
        let exponent = currency(code).exponent() as usize;
        let (kept, rest) = part.split_at(exponent.min(part.len()));
        let minor: i64 = format!("{whole}{kept:0<exponent$}").parse().expect("digits");
        let expected = rest.chars().all(|digit| digit == '0').then_some(minor);
        let amount = read(code, &format!("{whole}.{part}")).ok().map(Money::minor);
        prop_assert_eq!(amount, expected);
    }

    #[test]
    fn a_shifted_point_changes_nothing(minor in 0..1_000_000_000_i64, shift in 0..12_u32) {
        let text = format!("{minor}{}e-{}", "0".repeat(shift as usize), shift + 2);
        prop_assert_eq!(read("USD", &text).ok().map(Money::minor), Some(minor));
    }
}

fn code() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["JPY", "USD", "EUR", "KWD", "BHD", "CLF", "XAU"])
}

fn read(code: &str, json: &str) -> Result<Money, ImportError> {
    let imported =
        Dialect::Ga4.import("view_cart", &format!(r#"{{"value":{json}}}"#), Currency::from_code(code))?;
    Ok(imported.event.amount(AmountField::Value).expect("a value"))
}

fn written(amount: Money) -> String {
    let mut event = ShopEvent::new(EventKind::CartViewed);
    event.set_amount(AmountField::Value, amount).expect("an amount");
    Dialect::Ga4.export(&event).expect("a name").params
}
