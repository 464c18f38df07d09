//! How rarely ordinary texts are suspected: each suspicion costs a closer look.

use otel_core::privacy;

use crate::random::Random;

const TEXTS: usize = 10_000;

/// A text of this pattern: `~` is a hexadecimal digit, `#` a decimal one, `^` one of base 32.
fn drawn(pattern: &str, random: &mut Random) -> String {
    let mut one_of = |choices: &[u8]| char::from(random.one_of(choices));
    let draw = |character| match character {
        '~' => one_of(b"0123456789abcdef"),
        '#' => one_of(b"0123456789"),
        '^' => one_of(b"0123456789ABCDEFGHJKMNPQRSTVWXYZ"),
        other => other,
    };
    pattern.chars().map(draw).collect()
}

#[track_caller]
fn check(pattern: &str, at_most_in_thousand: usize) {
    let mut random = Random::new(17);
    let texts = (0..TEXTS).map(|_| drawn(pattern, &mut random));
    let suspected: Vec<String> = texts.filter(|text| privacy::suspects(text)).collect();
    let share = suspected.len() * 1_000;
    assert!(
        share <= at_most_in_thousand * TEXTS,
        "{} of {TEXTS}, such as {:?}",
        suspected.len(),
        suspected.first()
    );
}

#[test]
fn identifiers_are_rarely_suspected() {
    check("~~~~~~~~-~~~~-4~~~-8~~~-~~~~~~~~~~~~", 20);
    check("~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~", 5);
    check("~~~~~~~~~~~~~~~~", 10);
    check("01^^^^^^^^^^^^^^^^^^^^^^^^", 1);
    check("ORD-########", 0);
    check("order-2026-######", 0);
    check("########", 0);
    check("17############", 0);
}

#[test]
fn times_numbers_and_code_are_never_suspected() {
    for pattern in [
        "2026-11-1#T1#:##:##Z",
        "2026-11-1#T1#:##:##.######+01:00",
        "1#:##:##.###",
        "2026-11-1#",
        "######.####",
        "-#.#######e-##",
        "0x~~~~~~~~~~~~",
        "#.#.#",
        "v1#.#.#-rc.#",
        "std::collections::HashMap<u64, alloc::string::String>",
        "src/alert/desk.rs:1##:##",
        "java.lang.IllegalStateException: at com.example.Foo.bar(Foo.java:1##)",
        "/usr/lib/x86_64/libssl.so.3",
        "level=info msg=started took=#.##ms port=8080",
        "partially_filled",
    ] {
        check(pattern, 0);
    }
}
