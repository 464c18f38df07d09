//! Numbers and texts within the bounds of a field's format.

use otel_core::Decimal;
use otel_trading::regulatory::{Code, Figure, FigureError, TextError, Words};
use proptest::prelude::*;

use super::reports::decimal;

#[test]
fn a_number_that_does_not_fit_is_refused_and_not_cut() {
    let exact = |text: &str| text.parse::<Figure<18, 5>>().map(|figure| figure.to_string());
    assert_eq!(exact("1.23456").as_deref(), Ok("1.23456"));
    assert_eq!(exact("1.2345600").as_deref(), Ok("1.23456"));
    assert_eq!(exact("-0.5").as_deref(), Ok("-0.5"));
    assert_eq!(exact("1.234567"), Err(FigureError::Fraction { most: 5 }));
    assert_eq!(exact("1234567890123456789"), Err(FigureError::Digits { most: 18 }));
    assert_eq!(exact("1e5"), Err(FigureError::Malformed));
    assert_eq!("12.0123456789".parse::<Figure<11, 10>>().err(), Some(FigureError::Digits { most: 11 }));
}

#[test]
fn a_number_is_rounded_and_not_truncated() {
    let rounded =
        |mantissa, scale| Figure::<18, 5>::rounded(decimal(mantissa, scale)).map(|figure| figure.to_string());
    assert_eq!(rounded(1_234_567, 6).as_deref(), Ok("1.23457"));
    assert_eq!(rounded(1_234_565, 6).as_deref(), Ok("1.23457"));
    assert_eq!(rounded(-1_234_565, 6).as_deref(), Ok("-1.23457"));
    assert_eq!(rounded(1_234_564, 6).as_deref(), Ok("1.23456"));
    assert_eq!(rounded(9_999_999, 6).as_deref(), Ok("10"));
    assert_eq!(rounded(i64::MAX, 0), Err(FigureError::Digits { most: 18 }));
    // Eighteen digits in all leave one of them for the fraction.
    let tight = Figure::<18, 5>::rounded(decimal(1_234_567_890_123_456_789, 2)).map(|it| it.to_string());
    assert_eq!(tight.as_deref(), Ok("12345678901234567.9"));
}

proptest! {
    #[test]
    fn a_number_fits_exactly_when_its_digits_do(mantissa in any::<i64>(), scale in 0..=Decimal::MAX_SCALE) {
        // As text, without the zeros that mean nothing.
        let text = decimal(mantissa, scale).to_string();
        let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('-').trim_start_matches('0');
        let digits = if whole.is_empty() { fraction.trim_start_matches('0').len() } else { whole.len() + fraction.len() };
        let fits = digits <= 11 && fraction.len() <= 10;
        let figure = Figure::<11, 10>::exact(decimal(mantissa, scale));
        prop_assert_eq!(figure.is_ok(), fits, "{}", text);
        if let Ok(figure) = figure {
            prop_assert_eq!(figure.to_string().parse::<Figure<11, 10>>(), Ok(figure));
        }
    }

    #[test]
    fn rounding_moves_a_number_by_half_a_unit_at_most(mantissa in any::<i64>(), scale in 0..=Decimal::MAX_SCALE) {
        let Ok(figure) = Figure::<18, 5>::rounded(decimal(mantissa, scale)) else { return Ok(()) };
        let units = |number: Decimal| i128::from(number.mantissa()) * 10_i128.pow(u32::from(18 - number.scale()));
        let moved = (units(figure.decimal()) - units(decimal(mantissa, scale))).abs();
        let whole = decimal(mantissa, scale).to_string();
        let whole = whole.trim_start_matches('-').split('.').next().map_or(0, |it| it.trim_start_matches('0').len());
        let places = (18 - whole.min(18)).min(5);
        let unit = 10_i128.pow(u32::try_from(18 - places).expect("a few places"));
        prop_assert!(moved * 2 <= unit, "{} by {}", figure, moved);
    }
}

#[test]
fn a_code_is_capital_letters_and_digits() {
    let code = |text: &str| text.parse::<Code<4>>().map(|code| code.to_string());
    assert_eq!(code("AB12").as_deref(), Ok("AB12"));
    assert_eq!(code(""), Err(TextError::Empty));
    assert_eq!(code("AB123"), Err(TextError::TooLong { most: 4 }));
    assert_eq!(code("aB"), Err(TextError::Character { at: 0 }));
    assert_eq!("A B%?#+/".parse::<Words<8>>().map(|it| it.to_string()).as_deref(), Ok("A B%?#+/"));
    assert_eq!("A-B".parse::<Words<8>>(), Err(TextError::Character { at: 1 }));
}
