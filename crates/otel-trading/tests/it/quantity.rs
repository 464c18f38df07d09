//! Exact arithmetic of quantities.

use otel_core::Decimal;
use otel_trading::Quantity;
use proptest::prelude::*;

#[test]
fn amounts_are_equal_however_they_are_written() {
    assert_eq!(quantity("1.0"), quantity("1"));
    assert!(quantity("0.999999999999999999") < quantity("1"));
    assert!(quantity("-0.5") < Quantity::ZERO);
}

#[test]
fn what_does_not_fit_is_said() {
    assert_eq!(Quantity::whole(i64::MAX).checked_add(Quantity::whole(1)), None);
    assert_eq!(Quantity::whole(i64::MIN).checked_sub(quantity("0.1")), None);
    assert_eq!(quantity("9.000000000000000000").checked_add(quantity("91")), Some(quantity("100")));
}

proptest! {
    #[test]
    fn sums_are_exact(a in any_quantity(), b in any_quantity()) {
        if let Some(sum) = a.checked_add(b) {
            prop_assert_eq!(units(sum), units(a) + units(b));
            prop_assert_eq!(sum.checked_sub(b), Some(a));
        }
        prop_assert_eq!(a.cmp(&b), units(a).cmp(&units(b)));
    }
}

/// The amount in units of 10⁻¹⁸.
fn units(quantity: Quantity) -> i128 {
    let shift = u32::from(Decimal::MAX_SCALE - quantity.0.scale());
    i128::from(quantity.0.mantissa()) * 10_i128.pow(shift)
}

fn any_quantity() -> impl Strategy<Value = Quantity> {
    let mantissa = prop_oneof![any::<i64>(), -1_000_i64..1_000];
    (mantissa, 0..=Decimal::MAX_SCALE)
        .prop_map(|(mantissa, scale)| Quantity(Decimal::new(mantissa, scale).expect("a scale within bounds")))
}

fn quantity(text: &str) -> Quantity {
    Quantity(text.parse().expect("a quantity"))
}
