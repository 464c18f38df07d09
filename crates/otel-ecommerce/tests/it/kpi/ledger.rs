//! Exchange rates of a test, and what amounts are worth by them, computed in another way than the library does.

use otel_core::Decimal;
use otel_ecommerce::kpi::RateTable;

use super::{at, currency};

/// What one unit is worth in dollars, as digits and decimal places; and the digits of the minor unit.
fn rate(code: &str) -> (u128, u32, u32) {
    match code {
        "JPY" => (669, 5, 0),
        "KRW" => (7_305, 7, 0),
        "VND" => (410_677, 10, 0),
        "EUR" => (10_856, 4, 2),
        "GBP" => (12_655, 4, 2),
        "CHF" => (111_112, 5, 2),
        "KWD" => (32_531, 4, 3),
        "BHD" => (26_525, 4, 3),
        "TND" => (3_225, 4, 3),
        "CLF" => (4_081, 2, 4),
        "UYW" => (1_489, 5, 4),
        _ => (1, 0, 2),
    }
}

pub(super) fn rates(codes: &[&str]) -> RateTable {
    let table = RateTable::new(currency("USD"), "the test", at(0));
    codes.iter().filter(|code| **code != "USD").fold(table, |table, code| {
        let (digits, places, _) = rate(code);
        let worth = Decimal::new(digits as i64, places as u8).expect("a decimal");
        table.rate(currency(code), worth).expect("a rate")
    })
}

/// Cents, rounded half to even: by comparing the doubled rest of a division of whole numbers.
pub(super) fn worth(code: &str, minor: i64) -> u64 {
    let (digits, places, exponent) = rate(code);
    let (dividend, divisor) = (minor as u128 * digits * 100, 10_u128.pow(places + exponent));
    let (cents, rest) = (dividend / divisor, dividend % divisor);
    let up = 2 * rest > divisor || (2 * rest == divisor && cents % 2 == 1);
    cents as u64 + u64::from(up)
}
