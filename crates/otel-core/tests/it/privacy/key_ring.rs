//! Pseudonyms, and when they end.

use std::time::Duration;

use otel_core::privacy::{Epoch, KeyRing};
use otel_core::{DataClass, PseudonymKey, Sensitive, Timestamp};
use proptest::prelude::*;

const DAY: u64 = 24 * 60 * 60 * 1_000_000_000;

fn at_day(day: u64) -> Timestamp {
    Timestamp::from_unix_nanos(day * DAY)
}

fn ring() -> KeyRing {
    KeyRing::new(PseudonymKey::new([1; 32]))
}

fn pseudonym(ring: &KeyRing, class: DataClass, value: &str, at: Timestamp) -> Option<String> {
    ring.pseudonym(class, &Sensitive::new(value), at).map(|pseudonym| pseudonym.to_string())
}

#[test]
fn equal_values_have_equal_pseudonyms_within_an_epoch_and_not_beyond() {
    let bob = |day| pseudonym(&ring(), DataClass::Personal, "bob", at_day(day)).unwrap();
    assert_eq!(bob(30), bob(59));
    assert_ne!(bob(29), bob(30));
    assert!(bob(30).starts_with("p1:") && bob(30).len() == 3 + 32);
    let other = KeyRing::new(PseudonymKey::new([2; 32]));
    assert_ne!(bob(30), pseudonym(&other, DataClass::Personal, "bob", at_day(30)).unwrap());
    assert_ne!(bob(30), pseudonym(&ring(), DataClass::Payment, "bob", at_day(30)).unwrap());
    assert_ne!(bob(30), pseudonym(&ring(), DataClass::Personal, "eve", at_day(30)).unwrap());
    let weekly = ring().epochs_of(Duration::from_secs(7 * 24 * 60 * 60));
    assert_eq!(weekly.epoch(at_day(30)), Epoch::new(4));
}

#[test]
fn a_forgotten_epoch_has_no_pseudonyms_in_any_clone() {
    let ring = ring();
    let clone = ring.clone();
    clone.forget(Epoch::new(2));
    for day in [0, 30, 60, 89] {
        assert_eq!(pseudonym(&ring, DataClass::Personal, "bob", at_day(day)), None);
    }
    assert!(pseudonym(&ring, DataClass::Personal, "bob", at_day(90)).is_some());
    ring.forget(Epoch::new(0));
    assert_eq!(
        pseudonym(&ring, DataClass::Personal, "bob", at_day(60)),
        None,
        "a later memory does not help"
    );
}

#[test]
fn keys_that_are_given_are_the_only_ones() {
    let ring = KeyRing::of_keys([(Epoch::new(1), PseudonymKey::new([1; 32]))]);
    let bob = |day| pseudonym(&ring, DataClass::Personal, "bob", at_day(day));
    assert!(bob(0).is_none() && bob(30).is_some() && bob(60).is_none());
    assert!(ring.add(Epoch::new(2), PseudonymKey::new([2; 32])));
    assert!(bob(60).is_some());
    ring.forget(Epoch::new(1));
    assert!(!ring.add(Epoch::new(1), PseudonymKey::new([1; 32])));
    assert!(bob(30).is_none() && bob(60).is_some());
    assert!(!super::key_ring::ring().add(Epoch::new(1), PseudonymKey::new([1; 32])));
}

#[test]
fn keys_are_not_shown() {
    let shown = format!("{:?} {:?}", ring(), KeyRing::of_keys([(Epoch::new(1), PseudonymKey::new([1; 32]))]));
    assert!(!shown.contains("1, 1"), "{shown}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// The model: a pseudonym is a function of value, class and epoch, and one without collisions.
    #[test]
    fn pseudonyms_agree_exactly_when_value_class_and_epoch_do(
        values in prop::array::uniform2("[ab]{1,2}"),
        classes in prop::array::uniform2(prop::sample::select(vec![DataClass::Personal, DataClass::Payment])),
        days in prop::array::uniform2(0_u64..90),
    ) {
        let [one, other] = [0, 1].map(|it| pseudonym(&ring(), classes[it], &values[it], at_day(days[it])));
        let same = values[0] == values[1] && classes[0] == classes[1] && days[0] / 30 == days[1] / 30;
        prop_assert_eq!(one == other, same);
    }
}
