//! Whatever is planted is found, wherever it stands.

use std::net::{Ipv4Addr, Ipv6Addr};

use otel_core::PseudonymKey;
use otel_core::Timestamp;
use otel_core::privacy::{self, Guard, KeyRing, Policy};
use proptest::prelude::*;

const NOW: Timestamp = Timestamp::from_unix_nanos(1_763_836_137_000_000_000);

/// What stands before and behind something planted without becoming part of it.
const BEFORE: [&str; 18] =
    ["", " ", "=", ": ", "\"", "'", "(", "[", "<", ", ", ";", "|", "\n", "\t", "é ", "卡", "…", "> "];
const BEHIND: [&str; 15] = ["", " ", ",", ". ", ";", ")", "]", ">", "\"", "'", "\n", "|", "…", "。", "! "];

/// What telemetry is full of, as a neighbour.
const FILLERS: [&str; 16] = [
    "order filled",
    "550e8400-e29b-41d4-a716-446655440000",
    "2026-11-22T18:28:57Z",
    "std::collections::HashMap",
    "/usr/lib/x.so",
    "101.25",
    "ORD-12345678",
    "é",
    "取引",
    "{\"a\":1}",
    "8=FIX.4.2|35=8",
    "took 12ms",
    "[redacted:card]",
    "411111******1111",
    "a-b_c",
    "p680:9f86d081884c7d659a2feaa0c55ad015",
];

fn of(items: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(items).prop_map(str::to_owned)
}

fn digits(count: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(b'0'..=b'9', count).prop_map(|digits| digits.into_iter().map(char::from).collect())
}

/// A beginning of an issuer and a length it has; the last digit is the one that checks the others.
fn card() -> impl Strategy<Value = String> {
    let issuers = prop::sample::select(vec![
        ("4", 13),
        ("4", 16),
        ("4", 19),
        ("51", 16),
        ("55", 16),
        ("2221", 16),
        ("2720", 16),
        ("34", 15),
        ("37", 15),
        ("300", 14),
        ("36", 14),
        ("38", 16),
        ("6011", 16),
        ("644", 19),
        ("65", 16),
        ("3528", 16),
        ("1800", 15),
        ("2131", 15),
        ("62", 16),
        ("62", 19),
        ("50", 12),
        ("6304", 13),
        ("67", 19),
        ("2200", 16),
        ("9792", 16),
        ("8600", 16),
    ]);
    (issuers, digits(19), 0..3_usize).prop_map(|((beginning, length), digits, format)| {
        let mut card = format!("{beginning}{digits}");
        card.truncate(length - 1);
        let check = ('0'..='9').find(|check| luhn(&format!("{card}{check}"))).unwrap();
        card.push(check);
        match format {
            0 => card,
            _ => grouped(&card, if format == 1 { " " } else { "-" }),
        }
    })
}

fn luhn(digits: &str) -> bool {
    let doubled = |digit: u32| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let digits = digits.chars().rev().map(|digit| digit.to_digit(10).unwrap());
    digits.enumerate().map(|(place, digit)| if place % 2 == 1 { doubled(digit) } else { digit }).sum::<u32>()
        % 10
        == 0
}

fn grouped(text: &str, separator: &str) -> String {
    let groups: Vec<_> = text.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).unwrap()).collect();
    groups.join(separator)
}

fn iban() -> impl Strategy<Value = String> {
    let countries =
        prop::sample::select(vec![("GB", 18), ("DE", 18), ("NO", 11), ("FR", 23), ("MT", 27), ("LC", 28)]);
    (countries, "[A-Z0-9]{28}", 0..3_usize).prop_map(|((country, length), account, format)| {
        let account = &account[..length];
        let left = format!("{account}{country}00").chars().fold(0_u32, |left, character| {
            let value = character.to_digit(36).unwrap();
            (left * if value > 9 { 100 } else { 10 } + value) % 97
        });
        let iban = format!("{country}{:02}{account}", 98 - left);
        match format {
            0 => iban,
            1 => grouped(&iban, " "),
            _ => iban.to_lowercase(),
        }
    })
}

fn address() -> impl Strategy<Value = String> {
    let v4 = any::<[u8; 4]>().prop_map(|mut octets| {
        octets[0] = octets[0].clamp(1, 223);
        octets[0] += u8::from(octets[0] == 127);
        octets[3] |= 1;
        Ipv4Addr::from(octets).to_string()
    });
    let v6 = (any::<[u16; 5]>(), any::<bool>()).prop_map(|(rest, compressed)| {
        let [a, b, c, d, e] = rest;
        let middle = if compressed { [0, 0] } else { [c, d] };
        Ipv6Addr::new(0x2001 | a & 0x0f00, a, b, middle[0], middle[1], c, d, e).to_string()
    });
    let mac = any::<[u8; 6]>().prop_map(|bytes| bytes.map(|byte| format!("{byte:02x}")).join(":"));
    prop_oneof![v4, v6, mac]
}

fn phone() -> impl Strategy<Value = String> {
    prop_oneof![
        (1..=9_u8, digits(10)).prop_map(|(first, rest)| format!("+{first}{rest}")),
        digits(7).prop_map(|rest| format!("+41 (0)62 {} {}", &rest[..3], &rest[3..])),
        digits(7).prop_map(|rest| format!("905-{}-{}", &rest[..3], &rest[3..])),
        digits(8).prop_map(|rest| format!(
            "03.{}.{}.{}.{}",
            &rest[..2],
            &rest[2..4],
            &rest[4..6],
            &rest[6..]
        )),
        digits(7).prop_map(|rest| format!("(905) {}-{}", &rest[..3], &rest[3..])),
    ]
}

fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z0-9]{4}[A-Za-z0-9._+]{0,12}@[a-z]{2,8}(\\.[a-z]{2,8}){1,2}",
        "(AKIA|ASIA)[A-Z0-9]{16}",
        "(ghp|gho|ghs)_[A-Za-z0-9]{36}",
        "(sk_live|rk_live)_[A-Za-z0-9]{24}",
        "xox[bp]-[0-9]{10,12}-[A-Za-z0-9]{20}",
        "glpat-[A-Za-z0-9]{20}",
        "eyJ[A-Za-z0-9_-]{20,40}\\.[A-Za-z0-9_-]{20,40}\\.[A-Za-z0-9_]{20,43}",
    ]
}

/// Something of each kind, with what must be hidden of it.
fn planted() -> impl Strategy<Value = (String, String)> {
    let alone =
        prop_oneof![card(), iban(), address(), phone(), secret()].prop_map(|value| (value.clone(), value));
    let named = (
        of(&["password", "db_passwd", "\"client_secret\"", "api-key", "token", "\\\"pwd\\\""]),
        of(&["=", "=\"", ": \"", " = '"]),
        "[A-Za-z0-9!%/+#]{5,16}",
    )
        .prop_map(|(name, sign, value)| (format!("{name}{sign}{value}"), value));
    let scheme =
        (of(&["Bearer ", "bearer  ", "Authorization: Bearer "]), "[a-z0-9]{7}1[A-Za-z0-9._~+/-]{1,30}")
            .prop_map(|(scheme, value)| (format!("{scheme}{value}"), value.trim_end_matches('.').to_owned()));
    let url = ("[a-z]{2,6}", "[a-zA-Z0-9!]{4,12}").prop_map(|(user, password)| {
        (format!("amqp://{user}:{password}@host/x"), format!("{user}:{password}"))
    });
    let signed =
        (prop::sample::select(&["sig", "X-Amz-Signature", "AWSAccessKeyId"][..]), "[A-Za-z0-9%]{4,40}")
            .prop_map(|(name, value)| (format!("https://a/b?c=d&{name}={value}"), value));
    prop_oneof![5 => alone, 1 => named, 1 => scheme, 1 => url, 1 => signed]
}

/// A text around something planted, and where that which must be hidden stands.
pub(super) fn text() -> impl Strategy<Value = (String, std::ops::Range<usize>)> {
    let fillers = || prop::collection::vec(of(&FILLERS), 0..5).prop_map(|fillers| fillers.join(" "));
    (fillers(), of(&BEFORE), planted(), of(&BEHIND), fillers()).prop_map(
        |(head, before, (value, hidden), behind, tail)| {
            // A word right before it would be part of it.
            let gap = if before.is_empty() && !head.is_empty() { " " } else { "" };
            let space = if behind.is_empty() && !tail.is_empty() { " " } else { "" };
            let start = head.len() + gap.len() + before.len() + value.rfind(&hidden).unwrap();
            (format!("{head}{gap}{before}{value}{behind}{space}{tail}"), start..start + hidden.len())
        },
    )
}

/// Texts of the pieces that detectors look at, in any order.
fn anything() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => prop::sample::select(vec![
            "@", ".", ":", "::", "=", "-", "+", "(", ")", " ", "/", "//", "_", "*", "\"", "'", "\\", "&", "?", "%40", "[",
            "]", ",", "x", "1", "4111", "1111", "41", "555", "0", "fe80", "ab", "eyJ", "AKIA", "sk-", "-----BEGIN PRIVATE KEY",
            "-----END", "password", "token", "key", "authorization", "cookie", "Bearer ", "Basic ", "sig", "phone ", "call ",
            "GB82", "WEST", "2026-11-22", "[redacted:card]", "é", "\n", "com", "example.com", "https", "REDACTED", "\u{1f511}",
            "4111111111111111", "1.2.3.4", "cvv", "fax",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,3}",
        1 => planted().prop_map(|(value, _)| value),
    ];
    prop::collection::vec(piece, 0..20).prop_map(|pieces| pieces.concat())
}

fn guard() -> Guard {
    Guard::new(Policy::STANDARD).with_keys(KeyRing::new(PseudonymKey::new([7; 32])))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_planted_is_suspected_and_found((text, planted) in text()) {
        let found = privacy::find(&text);
        let covered = found.iter().any(|it| it.range.start <= planted.start && planted.end <= it.range.end);
        prop_assert!(covered, "{:?} in {:?}: {:?}", &text[planted], text, found);
        prop_assert!(privacy::suspects(&text), "{:?}", text);
    }

}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_found_is_suspected_and_stands_between_characters(text in anything()) {
        let found = privacy::find(&text);
        prop_assert!(found.is_empty() || privacy::suspects(&text), "{:?}: {:?}", text, found);
        let mut done = 0;
        for finding in &found {
            prop_assert!(finding.range.start >= done && finding.range.start < finding.range.end, "{:?}", found);
            prop_assert!(text.get(finding.range.clone()).is_some(), "{:?}: {:?}", text, found);
            done = finding.range.end;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 30_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn cleaning_again_changes_nothing(text in prop_oneof![anything(), text().prop_map(|(text, _)| text)]) {
        let guard = guard();
        let clean = guard.clean(&text, NOW).into_owned();
        let before = guard.redactions();
        prop_assert_eq!(guard.clean(&clean, NOW), clean.as_str(), "{:?}", text);
        prop_assert_eq!(guard.redactions(), before, "{:?}", text);
    }

    #[test]
    fn nothing_of_a_secret_is_left((value, hidden) in planted(), before in of(&BEFORE), behind in of(&BEHIND)) {
        let clean = guard().clean(&format!("{before}{value}{behind}"), NOW).into_owned();
        prop_assert!(!clean.contains(&hidden), "{:?}", clean);
    }
}
