//! What is stored is what comes back.

use otel_core::{Currency, Decimal, Fixed, Money, SpanIds, Timestamp};
use proptest::prelude::*;

use super::{Fact, Part, Way, fact, numbered};

fn stored<F: Fixed>(value: &F) -> Vec<u8> {
    // What was there before must not matter.
    let mut bytes = vec![0xa5; F::SIZE];
    value.store(&mut bytes);
    bytes
}

#[track_caller]
fn check<F: Fixed + PartialEq + std::fmt::Debug>(value: F, bytes: &[u8]) {
    assert_eq!(stored(&value), bytes);
    assert_eq!(F::load(bytes), value);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_comes_back_as_it_was_stored(fact in fact()) {
        prop_assert_eq!(Fact::load(&stored(&fact)), fact);
    }

    #[test]
    fn a_number_keeps_its_bits_even_when_it_is_none(bits: u64, fewer: u32, count: u128) {
        prop_assert_eq!(f64::load(&stored(&f64::from_bits(bits))).to_bits(), bits);
        prop_assert_eq!(f32::load(&stored(&f32::from_bits(fewer))).to_bits(), fewer);
        prop_assert_eq!(u128::load(&stored(&count)), count);
    }

    #[test]
    fn whatever_is_read_is_a_fact(bytes in prop::collection::vec(any::<u8>(), Fact::SIZE)) {
        let fact = Fact::load(&bytes);
        let again = stored(&fact);
        prop_assert_eq!(stored(&Fact::load(&again)), again);
    }
}

#[test]
fn every_kind_of_field_has_the_size_and_the_bytes_that_are_documented() {
    check(0x0102_0304_u32, &[4, 3, 2, 1]);
    check(-2_i16, &[0xfe, 0xff]);
    check(1.5_f64, &[0, 0, 0, 0, 0, 0, 0xf8, 0x3f]);
    check(true, &[1]);
    check(*b"abc", b"abc");
    check([1_u16, 2], &[1, 0, 2, 0]);
    check(Timestamp::from_unix_nanos(256), &[0, 1, 0, 0, 0, 0, 0, 0]);
    check(Decimal::new(-1, 4).unwrap(), &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 4]);
    let yen = Currency::from_code("JPY").unwrap();
    // ISO 4217 has it as number 392.
    check(yen, &[0x88, 1]);
    check(Money::from_minor(7, yen), &[7, 0, 0, 0, 0, 0, 0, 0, 0x88, 1]);
    check(Way::Nowhere, &[2, 0]);
    check(Some(7_u8), &[1, 7]);
    check(None::<u16>, &[0, 0, 0]);
    check((1_u8, 2_u16), &[1, 2, 0]);
    let mut ids = [0; 25];
    (ids[0], ids[16], ids[24]) = (3, 4, 1);
    check(SpanIds::new(3, 4).sampled(), &ids);
    assert_eq!(Part::SIZE, 8 + 5 + 6);
    assert_eq!(Fact::SIZE, 8 + 8 + 12 + 2 + 3 + 1 + 9 + 10 + 3 + 8 + 26 + Part::SIZE + 17);
    assert_eq!(
        stored(&numbered(9))[..20],
        [9, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 79, 45, 50, 48]
    );
}

#[test]
fn every_currency_and_every_value_of_a_label_comes_back() {
    let letters = || (b'A'..=b'Z').map(char::from);
    let codes =
        letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| format!("{a}{b}{c}"))));
    let currencies: Vec<_> = codes.filter_map(|code| Currency::from_code(&code)).collect();
    assert!(currencies.len() > 150, "{}", currencies.len());
    for currency in currencies {
        assert_eq!(Currency::load(&stored(&currency)), currency);
    }
    for way in Way::ALL {
        assert_eq!(Way::load(&stored(way)), *way);
    }
}
