//! Attributes of sensitive data: what leaves is what its nature allows, or nothing.

use std::time::Duration;

use otel_core::privacy::{Action, KeyRing, Kind, Policy, Privacy, Redaction};
use otel_core::testing::TestTelemetry;
use otel_core::{
    AttributeType, CardNumber, Email, Iban, IpAddress, Key, Outcome, Personal, Phone, Place, PseudonymKey,
    Secret, Sensitive, SpanDef, SpanKind,
};

const WORK: SpanDef = SpanDef::new("work", SpanKind::Internal, "Work.");
const PERSON: Key<Personal> = Key::new("person", "A person.");
const EMAIL: Key<Email> = Key::new("email", "An address.");
const PHONE: Key<Phone> = Key::new("phone", "A number.");
const IP: Key<IpAddress> = Key::new("ip", "An address.");
const PLACE: Key<Place> = Key::new("place", "A place.");
const CARD: Key<CardNumber> = Key::new("card", "A card.");
const IBAN: Key<Iban> = Key::new("iban", "An account.");
const SECRET: Key<Secret> = Key::new("secret", "A secret.");

/// What arrives of a value under each key; empty where nothing does.
fn arrives<T>(test: &TestTelemetry, key: &Key<T>, value: &str) -> String
where
    T: for<'a> AttributeType<Value<'a> = Sensitive<&'a str>>,
{
    let before = test.recorded().spans().len();
    let mut span = test.span(&WORK);
    span.set(key, Sensitive::new(value));
    span.finish(Outcome::Ok);
    let recorded = test.recorded();
    match recorded.spans()[before].attributes.as_slice() {
        [] => String::new(),
        [(_, otel_core::testing::TestValue::Text(text))] => text.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn without_keys_each_nature_shows_as_little_as_it_may() {
    let test = TestTelemetry::new();
    assert_eq!(arrives(&test, &PERSON, "Bob Miller"), "");
    assert_eq!(arrives(&test, &EMAIL, "bob@example.com"), "***@example.com");
    assert_eq!(arrives(&test, &PHONE, "+41 62 585 51 90"), "***90");
    assert_eq!(arrives(&test, &IP, "203.0.113.77"), "203.0.113.0");
    assert_eq!(arrives(&test, &PLACE, "51.5074,-0.1278"), "");
    assert_eq!(arrives(&test, &CARD, "4111 1111 1111 1111"), "411111******1111");
    assert_eq!(arrives(&test, &IBAN, "GB82 WEST 1234 5698 7654 32"), "GB***5432");
    assert_eq!(arrives(&test, &SECRET, "hunter2"), "");
    let done = test.pipeline().redactions();
    let expected = [
        (Kind::Place, Action::Drop),
        (Kind::Person, Action::Drop),
        (Kind::IpAddress, Action::Truncate),
        (Kind::Phone, Action::Mask),
        (Kind::Email, Action::Mask),
        (Kind::Iban, Action::Mask),
        (Kind::Card, Action::Truncate),
        (Kind::Secret, Action::Drop),
    ];
    assert_eq!(done, expected.map(|(kind, action)| Redaction { kind, action, count: 1 }));
}

#[test]
fn what_is_not_what_it_was_said_to_be_does_not_leave() {
    let test = TestTelemetry::new();
    for value in ["", "nobody", "write to bob@example.com", "a b@c"] {
        assert_eq!(arrives(&test, &EMAIL, value), "", "{value:?}");
    }
    for value in ["", "hello world", "GB82 WEST 1234 5698 7654 33", "to GB82WEST12345698765432"] {
        assert_eq!(arrives(&test, &IBAN, value), "", "{value:?}");
    }
    for value in ["", "4111", "4111111111111112", "4111111111111111 12/27 123"] {
        assert_eq!(arrives(&test, &CARD, value), "", "{value:?}");
    }
    for value in ["", "nowhere", "1.2.3", "203.0.113.77 and more", "::g"] {
        assert_eq!(arrives(&test, &IP, value), "", "{value:?}");
    }
    for value in ["", "unlisted", "7"] {
        assert_eq!(arrives(&test, &PHONE, value), "", "{value:?}");
    }
}

#[test]
fn with_keys_people_and_places_are_pseudonyms_for_an_epoch() {
    let ring = KeyRing::new(PseudonymKey::new([7; 32]));
    let test = TestTelemetry::private(Privacy::standard().keys(ring.clone()));
    let person = arrives(&test, &PERSON, "Bob Miller");
    let epoch = ring.epoch(test.now());
    assert!(person.starts_with(&format!("p{}:", epoch.number())) && !person.contains("Bob"), "{person}");
    assert_eq!(arrives(&test, &PERSON, "Bob Miller"), person);
    assert_ne!(arrives(&test, &PERSON, "Eve Miller"), person);
    assert_ne!(arrives(&test, &PLACE, "Bob Miller"), person, "another class");
    assert_eq!(arrives(&test, &EMAIL, "BOB@example.com"), arrives(&test, &EMAIL, "bob@Example.com"));
    test.advance(KeyRing::EPOCH);
    let later = arrives(&test, &PERSON, "Bob Miller");
    assert_ne!(later, person, "linkage ends with the epoch");
    ring.forget(ring.epoch(test.now()));
    assert_eq!(arrives(&test, &PERSON, "Bob Miller"), "");
    test.advance(Duration::from_secs(1));
}

#[test]
fn a_policy_decides_about_declared_data_too_but_not_about_secrets() {
    let policy = Policy::STANDARD
        .with(Kind::Email, Action::Keep)
        .and_then(|policy| policy.with(Kind::IpAddress, Action::Drop))
        .and_then(|policy| policy.with(Kind::Card, Action::Mask))
        .unwrap();
    let test = TestTelemetry::private(Privacy::standard().policy(policy));
    assert_eq!(arrives(&test, &EMAIL, "bob@example.com"), "bob@example.com");
    // What is kept may have something else in it.
    assert_eq!(
        arrives(&test, &EMAIL, "bob 4111111111111111"),
        "bob 411111******1111".replace("411111******", "***")
    );
    assert_eq!(arrives(&test, &IP, "203.0.113.77"), "");
    assert_eq!(arrives(&test, &CARD, "4111111111111111"), "***1111");
    assert_eq!(arrives(&test, &SECRET, "hunter2"), "");
}
