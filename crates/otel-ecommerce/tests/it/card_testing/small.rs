//! How little is small, in every currency.

use otel_core::{Currency, Money};
use otel_ecommerce::anomaly::{CardTesting, CardTestingSettings, SettingsError};
use otel_ecommerce::payment::{Payment, PaymentOutcome};

use super::with_card;
use crate::payments::{MINUTE, dollars};

/// What a US dollar is worth, by and large, at the end of 2025, and the decimals of the currency.
const RATES: &[(&str, f64, u32)] = &[
    ("USD", 1.0, 2),
    ("EUR", 0.86, 2),
    ("GBP", 0.75, 2),
    ("CHF", 0.8, 2),
    ("CAD", 1.4, 2),
    ("AUD", 1.53, 2),
    ("NZD", 1.75, 2),
    ("SGD", 1.3, 2),
    ("KWD", 0.307, 3),
    ("BHD", 0.376, 3),
    ("TND", 2.95, 3),
    ("PLN", 3.65, 2),
    ("BRL", 5.35, 2),
    ("DKK", 6.45, 2),
    ("CNY", 7.1, 2),
    ("HKD", 7.78, 2),
    ("SEK", 9.5, 2),
    ("NOK", 10.1, 2),
    ("MXN", 18.4, 2),
    ("ZAR", 17.2, 2),
    ("CZK", 21.0, 2),
    ("THB", 32.4, 2),
    ("TRY", 42.0, 2),
    ("PHP", 58.5, 2),
    ("INR", 89.0, 2),
    ("JPY", 156.0, 0),
    ("ISK", 127.0, 0),
    ("HUF", 330.0, 2),
    ("CLP", 930.0, 0),
    ("KRW", 1_465.0, 0),
    ("COP", 3_800.0, 2),
    ("UGX", 3_600.0, 0),
    ("IDR", 16_700.0, 2),
    ("VND", 26_300.0, 0),
];

#[test]
fn about_two_dollars_are_small_in_every_currency() {
    for (code, rate, decimals) in RATES {
        let unit = 10_f64.powi(*decimals as i32) * rate;
        let is_small =
            |of_a_dollar: f64| is_small(Money::from_minor((of_a_dollar * unit) as i64, currency(code)));
        assert!(is_small(1.2), "{code}");
        assert!(!is_small(3.3), "{code}");
    }
}

#[test]
fn what_tries_out_cards_for_less_than_a_dollar_is_seen_whatever_it_is_called() {
    for (code, minor) in
        [("HUF", 30_000), ("COP", 300_000), ("IDR", 1_000_000), ("VND", 20_000), ("KRW", 1_000), ("JPY", 100)]
    {
        assert!(is_small(Money::from_minor(minor, currency(code))), "{code}");
    }
}

#[test]
fn the_shop_says_what_is_small_in_its_currency_and_in_no_other() {
    let settings = CardTestingSettings::default().small(dollars(500)).and_then(|it| it.small(dollars(400)));
    let settings = settings.expect("an amount");
    let is_small = |minor, code| found(&settings, Money::from_minor(minor, currency(code)));
    assert_eq!((is_small(400, "USD"), is_small(401, "USD")), (true, false));
    assert_eq!((is_small(200, "EUR"), is_small(201, "EUR")), (true, false));
}

#[test]
fn a_setting_that_finds_everything_or_nothing_is_refused() {
    let settings = CardTestingSettings::default;
    assert_eq!(settings().small(dollars(0)), Err(SettingsError::Limit));
    assert_eq!(settings().cards_in_an_hour(0), Err(SettingsError::Count));
    assert_eq!(settings().cards_in_a_day(0), Err(SettingsError::Count));
    assert_eq!(settings().cards_in_a_week(0), Err(SettingsError::Count));
    for declines in 0..3 {
        assert_eq!(settings().declines_in_a_day(declines), Err(SettingsError::Count));
        assert_eq!(settings().declines_in_30_days(declines), Err(SettingsError::Count));
    }
    assert_eq!(settings().entities(0), Err(SettingsError::Cap));
    // The tightest there is finds the second card, and the second decline.
    let tight = settings().cards_in_an_hour(1).and_then(|it| it.declines_in_a_day(3)).expect("limits");
    let mut testing = CardTesting::new(tight);
    let found = [0, 0, 1].map(|card| testing.judge(&with_card(1, card, 0), super::NO_MONEY));
    assert_eq!(found.map(|found| found.is_some()), [false, true, true]);
}

fn is_small(amount: Money) -> bool {
    found(&CardTestingSettings::default(), amount)
}

/// Whether four cards that pay so much within minutes are found.
fn found(settings: &CardTestingSettings, amount: Money) -> bool {
    let mut testing = CardTesting::new(settings.clone());
    let attempts = (0..4).map(|number| Payment { amount, ..with_card(1, number, number * MINUTE) });
    attempts.map(|attempt| testing.judge(&attempt, PaymentOutcome::Authorised)).any(|found| found.is_some())
}

fn currency(code: &str) -> Currency {
    Currency::from_code(code).unwrap_or_else(|| panic!("{code}"))
}
