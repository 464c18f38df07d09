//! What stands in the place of what was found.

use std::borrow::Cow;

use otel_core::privacy::{Action, AllowList, Guard, KeyRing, Kind, Policy, Redaction};
use otel_core::{PseudonymKey, Timestamp};

const NOW: Timestamp = Timestamp::from_unix_nanos(1_763_836_137_000_000_000);

#[track_caller]
fn check(guard: &Guard, text: &str, expected: &str) {
    let clean = guard.clean(text, NOW);
    assert_eq!(clean, expected);
    assert_eq!(guard.clean(&clean, NOW), expected, "cleaned once more");
}

fn guard() -> Guard {
    Guard::new(Policy::STANDARD)
}

fn policy(kind: Kind, action: Action) -> Guard {
    Guard::new(Policy::STANDARD.with(kind, action).unwrap())
}

#[test]
fn each_kind_is_treated_as_the_standard_policy_says() {
    for (text, clean) in [
        ("card 4111 1111 1111 1111, ok", "card 411111******1111, ok"),
        ("card 378282246310005", "card 378282*****0005"),
        ("mail bob@example.com", "mail ***@example.com"),
        ("from 203.0.113.77", "from 203.0.113.0"),
        ("from 2001:db8:aa:bb::1", "from 2001:db8:aa::"),
        ("eth 00:1b:44:11:3a:b7", "eth 00:1b:44:**:**:**"),
        ("call +41 62 585 51 90", "call ***90"),
        ("to GB82 WEST 1234 5698 7654 32", "to GB***5432"),
        ("password=hunter2", "password=[redacted:secret]"),
        ("Authorization: Bearer abc12345", "Authorization: Bearer [redacted:authorization]"),
        ("cvv: 123", "cvv: [redacted:card_code]"),
        ("SSN 460-89-9847", "SSN 460-89-9847"),
        ("https://bob:pw@a/b?sig=93ab&c=d", "https://REDACTED:REDACTED@a/b?sig=REDACTED&c=d"),
        ("nothing here", "nothing here"),
    ] {
        check(&guard(), text, clean);
    }
}

#[test]
fn a_text_without_findings_is_not_copied() {
    for text in ["order filled", "2026-11-22T18:28:57Z", "10.0.0.0", "***@example.com", "411111******1111"] {
        assert!(matches!(guard().clean(text, NOW), Cow::Borrowed(same) if same == text), "{text}");
    }
    assert_eq!(guard().redactions(), []);
}

#[test]
fn every_card_has_one_format_that_hides_at_least_four_digits() {
    for (card, shown) in [
        ("4111111111111111", "411111******1111"),
        ("4111-1111-1111-1111", "411111******1111"),
        ("4111 1111 1111 1111", "411111******1111"),
        ("30569309025904", "305693****5904"),
        ("630427373398", "********3398"),
        ("4222222222222", "*********2222"),
        // In groups, the last three may be a security code.
        ("4444 4444 4444 4444 442", "[redacted:card]"),
    ] {
        check(&guard(), card, shown);
    }
}

#[test]
fn other_policies_do_what_they_say() {
    check(&policy(Kind::UsSsn, Action::Drop), "SSN 460-89-9847", "SSN [redacted:us_ssn]");
    check(&policy(Kind::UsSsn, Action::Mask), "SSN 460-89-9847", "SSN ***9847");
    check(&policy(Kind::Card, Action::Mask), "4111111111111111", "***1111");
    check(&policy(Kind::Card, Action::Drop), "4111111111111111", "[redacted:card]");
    check(&policy(Kind::IpAddress, Action::Keep), "203.0.113.77", "203.0.113.77");
    check(&policy(Kind::Email, Action::Drop), "bob@example.com", "[redacted:email]");
    // What was kept does not hide what it overlaps.
    check(&policy(Kind::Email, Action::Keep), "4111111111111111@example.com", "411111******1111@example.com");
}

#[test]
fn payment_and_secrets_cannot_be_let_through() {
    for kind in Kind::ALL {
        let kept = Policy::STANDARD.with(kind, Action::Keep);
        let declared = matches!(kind, Kind::Person | Kind::Place);
        assert_eq!(kept.is_err(), kind.class().fails_closed() || declared, "{kind:?}");
        for action in Action::ALL {
            let policy = Policy::STANDARD.with(kind, action);
            assert_eq!(policy.is_ok(), kind.actions().contains(&action));
            assert!(policy.is_err() || policy.is_ok_and(|policy| policy.action(kind) == action));
        }
    }
    let error = Policy::STANDARD.with(Kind::Jwt, Action::Mask).unwrap_err();
    assert_eq!(error.to_string(), "`mask` is no way to treat a finding of the kind `jwt`");
}

#[test]
fn pseudonyms_stand_for_values_however_they_are_written() {
    let ring = KeyRing::new(PseudonymKey::new([7; 32]));
    let policy = Policy::STANDARD
        .with(Kind::Card, Action::Pseudonymise)
        .and_then(|policy| policy.with(Kind::Phone, Action::Pseudonymise))
        .and_then(|policy| policy.with(Kind::Iban, Action::Pseudonymise))
        .and_then(|policy| policy.with(Kind::IpAddress, Action::Pseudonymise))
        .and_then(|policy| policy.with(Kind::MacAddress, Action::Pseudonymise))
        .unwrap();
    let guard = Guard::new(policy).with_keys(ring.clone());
    for (one, other) in [
        ("bob@example.com", "Bob@Example.COM"),
        ("4111111111111111", "4111 1111 1111 1111"),
        ("+41625855190", "+41 62 585 51 90"),
        ("GB82WEST12345698765432", "gb82 west 1234 5698 7654 32"),
        ("2001:db8::1", "2001:0db8:0:0::0001"),
        ("00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7"),
    ] {
        let clean = guard.clean(one, NOW).into_owned();
        assert_eq!(clean, guard.clean(other, NOW), "{one}");
        assert!(clean.starts_with("p680:") && clean.len() == 5 + 32, "{clean}");
        check(&guard, &format!("a {one} b"), &format!("a {clean} b"));
    }
    // Without a key for the time: a mask, or nothing.
    ring.forget(ring.epoch(NOW));
    check(&guard, "bob@example.com", "***@example.com");
    check(&guard, "203.0.113.77", "[redacted:ip_address]");
}

#[test]
fn what_was_done_is_counted_and_nothing_else() {
    let guard = guard();
    guard.clean("bob@example.com and eve@example.com paid with 4111111111111111, 10.1.2.0", NOW);
    guard.clean("password=x", NOW);
    let expected =
        [(Kind::Email, Action::Mask, 2), (Kind::Card, Action::Truncate, 1), (Kind::Secret, Action::Drop, 1)];
    assert_eq!(guard.redactions(), expected.map(|(kind, action, count)| Redaction { kind, action, count }));
    assert!(!format!("{guard:?}").contains("example"));
}

#[test]
fn only_allowed_names_are_permitted_and_denied_ones_never() {
    let list = AllowList::only(["X-Request-Id", "authorization", "tenant"]).but_never(["Tenant"]);
    assert!(list.permits("x-request-id") && list.permits("X-REQUEST-ID"));
    for name in ["Authorization", "tenant", "cookie", "x-request", ""] {
        assert!(!list.permits(name), "{name}");
    }
    let credentials =
        ["Authorization", "Cookie", "Set-Cookie", "Proxy-Authorization", "X-Api-Key", "X-Amz-Security-Token"];
    for list in [AllowList::only(credentials), AllowList::everything()] {
        assert!(credentials.into_iter().all(|name| !list.permits(name)), "{list:?}");
    }
    assert!(AllowList::everything().permits("tenant") && !AllowList::nothing().permits("tenant"));
}
