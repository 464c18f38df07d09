//! Money, decimals and pseudonyms, against computations of another kind.

use otel_core::{Currency, Decimal, Money, ParseDecimalError, Pseudonym, PseudonymKey, Sensitive};
use proptest::prelude::*;

/// A currency for each number of digits after the point.
const CURRENCIES: [(&str, u32); 5] = [("JPY", 0), ("XAU", 0), ("USD", 2), ("EUR", 2), ("KWD", 3)];

fn decimal() -> impl Strategy<Value = Decimal> {
    let mantissa = prop_oneof![any::<i64>(), -100_000..100_000_i64, Just(i64::MIN), Just(i64::MAX), Just(0)];
    (mantissa, 0..=Decimal::MAX_SCALE).prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).unwrap())
}

fn small_decimal() -> impl Strategy<Value = Decimal> {
    (-1_000_000_000..1_000_000_000_i64, 0..=9_u8)
        .prop_map(|(mantissa, scale)| Decimal::new(mantissa, scale).unwrap())
}

fn currency() -> impl Strategy<Value = (Currency, u32)> {
    prop::sample::select(&CURRENCIES[..])
        .prop_map(|(code, exponent)| (Currency::from_code(code).unwrap(), exponent))
}

/// `mantissa × 10^-scale` in plain notation, from its digits as text.
fn plain(mantissa: i128, scale: usize) -> String {
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if mantissa < 0 { "-" } else { "" };
    if scale == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

/// `product × 10^-scale` rounded half to even to `digits` digits, by long division on text.
///
/// `None` when that is more than anything here can hold.
fn rounded(product: i128, scale: usize, digits: usize) -> Option<i128> {
    let text = plain(product.abs(), scale);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = format!("{fraction:0<width$}", width = digits);
    let (kept, rest) = fraction.split_at(digits);
    let kept: i128 = format!("{whole}{kept}").parse().ok()?;
    let half = format!("{:0<width$}", "5", width = rest.len().max(1));
    let up = match format!("{rest:0<width$}", width = half.len()).cmp(&half) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => kept % 2 == 1,
        std::cmp::Ordering::Less => false,
    };
    Some((kept + i128::from(up)) * product.signum())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_decimal_reads_as_its_digits_and_back(decimal in decimal()) {
        let text = decimal.to_string();
        prop_assert_eq!(&text, &plain(decimal.mantissa().into(), decimal.scale().into()));
        prop_assert_eq!(text.parse(), Ok(decimal));
        if decimal.mantissa() >= 0 {
            prop_assert_eq!(format!("+{text}").parse(), Ok(decimal));
        }
    }

    #[test]
    fn any_text_is_a_decimal_or_is_not(text in "[-+]?[0-9]{0,22}[.]?[0-9]{0,20}[x ]?") {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
        let digits: String = unsigned.chars().filter(char::is_ascii_digit).collect();
        let scale = unsigned.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let well_formed = !digits.is_empty() && unsigned.chars().all(|it| it.is_ascii_digit() || it == '.');
        let mantissa = digits.parse::<i128>().ok().map(|it| if text.starts_with('-') { -it } else { it });
        let mantissa = mantissa.and_then(|it| i64::try_from(it).ok());
        match (text.parse::<Decimal>(), mantissa) {
            (Ok(decimal), Some(mantissa)) => {
                prop_assert!(well_formed && scale <= 18, "{}", text);
                prop_assert_eq!((decimal.mantissa(), usize::from(decimal.scale())), (mantissa, scale));
            }
            (Ok(decimal), None) => prop_assert!(false, "{text} became {decimal}"),
            (Err(ParseDecimalError::TooLong), mantissa) => prop_assert!(mantissa.is_none() || scale > 18, "{}", text),
            (Err(_), _) => prop_assert!(!well_formed, "{}", text),
        }
    }

    #[test]
    fn a_value_is_rounded_half_to_even_and_never_wraps(
        quantity in prop_oneof![decimal(), small_decimal()],
        price in prop_oneof![decimal(), small_decimal()],
        (currency, exponent) in currency(),
    ) {
        // Two 64-bit factors always fit into 128 bits.
        let product = i128::from(quantity.mantissa()) * i128::from(price.mantissa());
        let scale = usize::from(quantity.scale()) + usize::from(price.scale());
        let expected = rounded(product, scale, exponent as usize).and_then(|minor| i64::try_from(minor).ok());
        let money = Money::of(quantity, price, currency);
        prop_assert_eq!(money.map(Money::minor), expected);
        prop_assert_eq!(money, Money::of(price, quantity, currency));
    }

    #[test]
    fn money_reads_as_its_major_units(minor in any::<i64>(), (currency, exponent) in currency()) {
        let money = Money::from_minor(minor, currency);
        let expected = format!("{} {}", plain(minor.into(), exponent as usize), currency.code());
        prop_assert_eq!(money.to_string(), expected);
        prop_assert_eq!(currency.exponent(), exponent);
    }

    #[test]
    fn money_adds_up_within_one_currency(
        a in any::<i64>(),
        b in any::<i64>(),
        (one, _) in currency(),
        (two, _) in currency(),
    ) {
        let sum = Money::from_minor(a, one).checked_add(Money::from_minor(b, two));
        let exact = i64::try_from(i128::from(a) + i128::from(b)).ok().filter(|_| one == two);
        prop_assert_eq!(sum.map(Money::minor), exact);
    }

    #[test]
    fn a_pseudonym_depends_on_the_value_and_the_key_alone(
        (one, two) in (any::<Vec<u8>>(), any::<Vec<u8>>()),
        (key, other) in (any::<[u8; 32]>(), any::<[u8; 32]>()),
    ) {
        let under = |value: &Vec<u8>, key| Sensitive::new(value.clone()).pseudonym(&PseudonymKey::new(key));
        prop_assert_eq!(under(&one, key), under(&one, key));
        prop_assert_eq!(under(&one, key) == under(&two, key), one == two);
        prop_assert_eq!(under(&one, key) == under(&one, other), key == other);
        let text = under(&one, key).to_string();
        prop_assert_eq!(text.len(), 32);
        prop_assert!(text.bytes().all(|it| it.is_ascii_digit() || (b'a'..=b'f').contains(&it)));
    }
}

#[test]
fn halves_go_to_the_even_neighbour() {
    let usd = Currency::from_code("USD").unwrap();
    let rounded = |price: &str| Money::of(Decimal::whole(1), price.parse().unwrap(), usd).unwrap().minor();
    let cases = [
        ("0.005", 0),
        ("0.015", 2),
        ("0.025", 2),
        ("0.0250000001", 3),
        ("-0.005", 0),
        ("-0.015", -2),
        ("-0.025", -2),
        ("-0.0250000001", -3),
        ("1.999", 200),
        ("92233720368547758.07", i64::MAX),
        ("-92233720368547758.08", i64::MIN),
    ];
    for (price, minor) in cases {
        assert_eq!(rounded(price), minor, "{price}");
    }
}

#[test]
fn what_does_not_fit_is_none() {
    let [yen, kwd] = ["JPY", "KWD"].map(|code| Currency::from_code(code).unwrap());
    let most = Decimal::whole(i64::MAX);
    assert_eq!(Money::of(most, Decimal::whole(2), yen), None);
    assert_eq!(Money::of(most, Decimal::whole(1), kwd), None);
    assert_eq!(Money::of(most, most, kwd), None);
    assert_eq!(Money::of(most, Decimal::whole(1), yen).map(Money::minor), Some(i64::MAX));
    assert_eq!(Decimal::new(1, 19), None);
    assert_eq!("9223372036854775808".parse::<Decimal>(), Err(ParseDecimalError::TooLong));
    assert_eq!("0.0000000000000000001".parse::<Decimal>(), Err(ParseDecimalError::TooLong));
    for text in ["", "-", "+", ".", "1.2.3", "1e3", " 1", "1 ", "--1", "+-1", "١"] {
        assert_eq!(text.parse::<Decimal>(), Err(ParseDecimalError::Malformed), "{text:?}");
    }
}

#[test]
fn a_currency_has_an_iso_code() {
    for code in ["", "usd", "US", "USDD", "AAA", "€"] {
        assert_eq!(Currency::from_code(code), None, "{code}");
    }
    let usd = Currency::from_code("USD").unwrap();
    assert_eq!((usd.to_string().as_str(), format!("{usd:?}").as_str()), ("USD", "USD"));
}

#[test]
fn nothing_sensitive_is_shown() {
    let mail = Sensitive::new("mia@example.org");
    let key = PseudonymKey::new([0x41; 32]);
    assert_eq!(format!("{mail:?} {mail:#?}"), "Sensitive(…) Sensitive(…)");
    assert_eq!(format!("{key:?}"), "PseudonymKey(…)");
    assert_eq!(*mail.expose(), "mia@example.org");
    let pseudonym: Pseudonym = mail.pseudonym(&key);
    let shown = format!("{pseudonym} {pseudonym:?}");
    assert!(!shown.contains("mia") && !shown.contains("example"), "{shown}");
    let ephemeral = || mail.pseudonym(&PseudonymKey::ephemeral());
    assert_ne!(ephemeral(), ephemeral());
}
