//! Each detector by itself: what it finds, and what it leaves alone.

use otel_core::privacy::Kind;

use super::check;

#[test]
fn mail_addresses_are_found() {
    for address in [
        "bob@example.com",
        "o'brien@example.co.uk",
        "first.last+tag@sub.example.org",
        "jörg@müller.de",
        "a@b.io",
        "用户@例子.中国",
        "x_y-z@xn--bcher-kva.example.xn--p1ai",
        "bob%40example.com",
    ] {
        for text in [
            address.to_owned(),
            format!("<{address}>"),
            format!("mail {address}, please."),
            format!("('{address}')"),
        ] {
            check(&text, &[(Kind::Email, address)]);
        }
    }
    check("?user=bob@example.com&x=1", &[(Kind::Email, "bob@example.com")]);
    for text in [
        "java.lang.Object@1b6d3586",
        "@example.com",
        "bob@",
        "bob@localhost",
        "a @ b.com",
        "serde@1.0.2",
        "50% of 40",
    ] {
        check(text, &[]);
    }
}

#[test]
fn cards_are_found_by_issuer_length_and_check_digit() {
    for card in [
        "4111111111111111",
        "4222222222222",
        "4444444444444444442",
        "5555555555554444",
        "2223003122003222",
        "378282246310005",
        "30569309025904",
        "38520000023237",
        "6011111111111117",
        "3530111333300000",
        "6200000000000005",
        "6759649826438453",
        "630427373398",
        "2200770212727079",
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "3782 822463 10005",
        "3056 930902 5904",
    ] {
        for text in [
            card.to_owned(),
            format!("card {card}"),
            format!("card={card}, ok"),
            format!("\"{card}\""),
            format!("卡号{card}。"),
            format!("pan_{card}_x"),
            format!("/pay/{card}/now"),
            format!("{card}."),
            format!("é{card}é"),
        ] {
            check(&text, &[(Kind::Card, card)]);
        }
    }
}

#[test]
fn other_long_numbers_are_no_cards() {
    for text in [
        // A wrong check digit, no issuer's beginning, no issuer's length, more digits than any card has.
        "4111111111111112",
        "7111111111111114",
        "1111111111111117",
        "411111111111116",
        "41111111111111111111",
        // Blocks of HDFS, negative numbers, decimals, parts of tokens.
        "blk_4111111111111111",
        "blk_-4111111111111111",
        "id=-4111111111111111",
        "4111111111111111.25",
        "0.4111111111111111",
        "x4111111111111111",
        "4111111111111111x",
        "411111******1111",
        // Groups that different signs keep apart.
        "4111 1111-1111 1111",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_card_is_found_among_other_numbers() {
    check("4111 1111 1111 1111 12/29", &[(Kind::Card, "4111 1111 1111 1111")]);
    check("2 x 4111 1111 1111 1111", &[(Kind::Card, "4111 1111 1111 1111")]);
    check("17 4111111111111111 cvv: 123", &[(Kind::Card, "4111111111111111"), (Kind::CardCode, "123")]);
}

#[test]
fn bank_accounts_are_found_by_country_and_check_digits() {
    for account in [
        "GB82WEST12345698765432",
        "gb42nawi04454264788619",
        "DE89370400440532013000",
        "NO9386011117947",
        "MT84MALT011000012345MTLCAST001S",
        "GB82 WEST 1234 5698 7654 32",
        "DE89 3704 0044 0532 0130 00",
        "FR14-2004-1010-0505-0001-3M02-606",
        "BE68539007547034",
        "LC55HEMM000100010012001200023015",
    ] {
        for text in [
            account.to_owned(),
            format!("to {account}, now"),
            format!("iban={account}"),
            format!("«{account}»"),
        ] {
            check(&text, &[(Kind::Iban, account)]);
        }
    }
    for text in [
        "GB82WEST12345698765433",
        "XX82WEST12345698765432",
        "GB82WEST1234569876543",
        "aGB82WEST12345698765432",
    ] {
        check(text, &[]);
    }
}

#[test]
fn telephone_numbers_are_found_by_how_they_are_written() {
    for number in [
        "+14155552671",
        "+41 (0)62 585 51 90",
        "+447700 921 916",
        "(+44) 7700 900123",
        "0041 62 585 51 90",
        "905-674-3793",
        "905.674.3793",
        "(905) 674-3793",
        "(579)888-3058",
        "1-905-674-3793",
        "345-899-3560x4587",
        "905-674-3793 ext. 12",
        "07700 063 966",
        "03.93.92.16.85",
        "0961-7596216",
        "(08) 8747 6301",
    ] {
        for text in
            [number.to_owned(), format!("at {number}"), format!("to={number}."), format!("\"{number}\"")]
        {
            check(&text, &[(Kind::Phone, number)]);
        }
    }
}

#[test]
fn telephone_numbers_are_found_by_what_the_text_says() {
    for (text, number) in [
        ("phone: 467 3395", "467 3395"),
        ("phoneNumber=9498777106", "9498777106"),
        ("Mobile 41791234567", "41791234567"),
        ("call me on 78 651 450", "78 651 450"),
        ("28-64-66-98 office", "28-64-66-98"),
        ("\"tel\": \"5551234\"", "5551234"),
        ("00 4915112345678 fax 004915112345678", "004915112345678"),
    ] {
        assert!(super::found(text).contains(&(Kind::Phone, number)), "{text}: {:?}", super::found(text));
    }
}

#[test]
fn addresses_are_found() {
    for address in [
        "8.8.8.8",
        "192.168.10.254",
        "2001:db8::1",
        "fe80::1ff:fe23:4567:890a",
        "6e40:4041:c617:e898:c11:40d2:c669:2eb4",
    ] {
        for text in [
            address.to_owned(),
            format!("from {address} to"),
            format!("peer={address}."),
            format!("[{address}]:4317"),
            format!("host/{address}"),
        ] {
            check(&text, &[(Kind::IpAddress, address)]);
        }
    }
    check(
        "10.1.2.3:50010 -> 10.1.2.4:50011",
        &[(Kind::IpAddress, "10.1.2.3"), (Kind::IpAddress, "10.1.2.4")],
    );
    check("::ffff:8.8.8.8", &[(Kind::IpAddress, "8.8.8.8")]);
    for device in ["00:1b:44:11:3a:b7", "00-1B-44-11-3A-B7", "001b.4411.3ab7"] {
        check(&format!("eth0 {device} up"), &[(Kind::MacAddress, device)]);
    }
    for text in [
        "127.0.0.1",
        "0.0.0.0:4317",
        "::1",
        "[::]:4317",
        "1.2.3.4.5",
        "256.1.1.1",
        "v1.2.3.4",
        "version 1.2.3.4",
        "1.2.3.4-beta",
        "a.1.2.3.4",
        "12:34:56",
        "std::collections::HashMap",
        "dead::beef",
        "f32::e",
        "00:1b:44:11:3a",
    ] {
        check(text, &[]);
    }
}

/// Secrets of known shapes are put together here, so that no scanner takes this file for a leak.
fn key(prefix: &str, length: usize) -> String {
    let digits = "A1B2C3D4E5F6G7H8J9K0".chars().cycle();
    prefix.chars().chain(digits.take(length)).collect()
}

#[test]
fn keys_of_services_are_found_by_how_they_begin() {
    for (prefix, length) in [
        ("AKIA", 16),
        ("ASIA", 16),
        ("AIza", 35),
        ("ghp_", 36),
        ("gho_", 36),
        ("github_pat_", 50),
        ("glpat-", 20),
        ("sk_live_", 24),
        ("rk_test_", 24),
        ("sk-", 48),
        ("sk-ant-", 40),
        ("xoxb-", 30),
        ("xoxp-", 30),
        ("hf_", 34),
        ("npm_", 36),
        ("dop_v1_", 64),
        ("pypi-", 60),
        ("shpat_", 32),
    ] {
        let key = key(prefix, length);
        for text in [
            key.clone(),
            format!("with {key}."),
            format!("x={key};"),
            format!("\"{key}\""),
            format!("_{key}/"),
        ] {
            check(&text, &[(Kind::ApiKey, &key)]);
        }
        check(&format!("a{key}"), &[]);
    }
    for text in [
        "sk-short",
        "task-A1B2C3D4E5F6G7H8J9K0A1B2",
        "AKIAlowercaselowercase",
        "ghp_",
        "eyJ",
        "glpatternmatching",
    ] {
        check(text, &[]);
    }
}

#[test]
fn tokens_are_found() {
    let jwt = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", key("eyJzdWIi", 20), key("", 43));
    for text in [jwt.clone(), format!("got {jwt}."), format!("\"{jwt}\"")] {
        let found = super::found(&text);
        assert!(matches!(found[..], [(Kind::Jwt, token)] if token.starts_with(&jwt)), "{found:?}");
    }
    check("Bearer abcd1234-token", &[(Kind::Authorization, "abcd1234-token")]);
    check("sent BEARER  abcdefghijklmnopqrstu", &[(Kind::Authorization, "abcdefghijklmnopqrstu")]);
    check("Basic dXNlcjpwYXNz", &[(Kind::Authorization, "dXNlcjpwYXNz")]);
    for text in [
        "bearer of bad news",
        "Bearer authentication",
        "basic functionality",
        "Basic YWJjZGVm",
        "a basic idea",
    ] {
        check(text, &[]);
    }
}

#[test]
fn private_keys_are_found_to_their_end() {
    let key = format!("-----BEGIN {0}-----\n{1}\n-----END {0}-----", "RSA PRIVATE KEY", key("MII", 60));
    check(&format!("key: \n{key}\nafter"), &[(Kind::PrivateKey, &key)]);
    let unfinished = &key[..60];
    check(unfinished, &[(Kind::PrivateKey, unfinished)]);
    check("-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", &[]);
    check("-----------------------------", &[]);
}

#[test]
fn values_behind_names_of_secrets_are_found() {
    for (text, secret) in [
        ("password=hunter2", "hunter2"),
        ("PASSWORD: hunter2", "hunter2"),
        ("db_password = 'it is secret'", "it is secret"),
        (r#"{"password":"a\"b","x":1}"#, r#"a\"b"#),
        (r#"{\"client_secret\": \"abc\"}"#, "abc"),
        ("user=bob&token=abc&x=1", "abc"),
        ("{password=a,b, user=x}", "a,b"),
        ("{password=abc,user=x}", "abc"),
        ("pwd=x", "x"),
        ("apiKey: 'abc'", "abc"),
        ("x-api-key: 93ab93ab", "93ab93ab"),
        ("access_key=abc", "abc"),
        ("key=aB3aB3aB3aB3aB3aB3aB3", "aB3aB3aB3aB3aB3aB3aB3"),
        ("password=пароль", "пароль"),
        ("secret=[redacted:secret]more", "[redacted:secret]more"),
    ] {
        check(text, &[(Kind::Secret, secret)]);
    }
    check("cvv=123", &[(Kind::CardCode, "123")]);
    check("\"cvc2\": \"1234\"", &[(Kind::CardCode, "1234")]);
    for text in [
        "unexpected token: `;`",
        "token: expected",
        "key=user:42",
        "cache_key=order-17",
        "password=",
        "password=***",
        "password=null",
        "password: [redacted:secret],",
        "token::Token",
        "secret://vault",
        "passwords are hashed",
        "monkey=1",
    ] {
        check(text, &[]);
    }
}

#[test]
fn credentials_in_headers_are_found() {
    for (text, secret) in [
        ("Authorization: Bearer abc", "abc"),
        ("authorization: Basic dXNlcjpwYXNz\r\nhost: x", "dXNlcjpwYXNz"),
        ("Proxy-Authorization: abc12345", "abc12345"),
        ("\"authorization\": \"abc\"", "abc"),
        (
            "Authorization: Digest username=\"bob\", response=\"93ab\"\nhost: x",
            "Digest username=\"bob\", response=\"93ab\"",
        ),
        ("authorization=abc user=bob", "abc"),
        ("authorization=\"Bearer abc\" user=bob", "abc"),
        ("curl -H 'Authorization: Bearer abc' http://a", "abc"),
        ("Cookie: session=abc; theme=dark\nhost: x", "session=abc; theme=dark"),
        ("Set-Cookie: id=1", "id=1"),
    ] {
        assert!(
            super::found(text).contains(&(Kind::Authorization, secret)),
            "{text}: {:?}",
            super::found(text)
        );
    }
    for text in ["authorization: denied", "Cookie: missing", "Authorization: Bearer [redacted:authorization]"]
    {
        check(text, &[]);
    }
}

#[test]
fn what_opens_urls_is_found() {
    check("postgres://bob:s3cr3t@db.example.com/x", &[(Kind::UrlCredentials, "bob:s3cr3t")]);
    check("redis://:s3cr3t@cache", &[(Kind::UrlCredentials, ":s3cr3t")]);
    check("postgres://bob:s3/cr3t@db/x", &[(Kind::UrlCredentials, "bob:s3/cr3t")]);
    check("see https://tok3n@git.example.com/a.git", &[(Kind::UrlCredentials, "tok3n")]);
    check("https://s3/a?X-Amz-Signature=93ab&page=2", &[(Kind::SignedParameter, "93ab")]);
    check("https://s3/a?b=1&sig=93ab#c", &[(Kind::SignedParameter, "93ab")]);
    for text in [
        "https://example.com:8080/@scope/package",
        "https://REDACTED:REDACTED@example.com/",
        "https://a/?sig=REDACTED",
        "https://a/?Sig=x",
        "design=93ab",
        "sig=93ab",
    ] {
        check(text, &[]);
    }
}

#[test]
fn social_security_numbers_are_found() {
    check("my SSN is 460-89-9847.", &[(Kind::UsSsn, "460-89-9847")]);
    for text in ["000-12-3456", "666-12-3456", "123-00-4567", "123-45-0000", "123-45-67890", "1123-45-6789"] {
        check(text, &[]);
    }
}

/// What telemetry is full of.
#[test]
fn identifiers_times_and_code_are_left_alone() {
    for text in [
        "550e8400-e29b-41d4-a716-446655440000",
        "01234567-89ab-cdef-0123-456789abcdef",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "4bf92f3577b34da6a3ce929d0e0e4736",
        "00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "d41d8cd98f00b204e9800998ecf8427e",
        "2026-11-22",
        "2026-11-22T18:28:57Z",
        "2026-11-22 18:28:57.123456789",
        "2026-11-22T18:28:57.123+01:00",
        "22.11.2026 18:28",
        "11/22/2026",
        "18:28:57,123",
        "Sun Nov 22 18:28:57 UTC 2026",
        "1763836137000",
        "1763836137123456789",
        "v0.33.1",
        "1.2.3-rc.1+build.5",
        "rustc 1.95.0 (59807616e 2026-04-14)",
        "ORD-12345678",
        "order-2026-000123",
        "inv_20261122_0001",
        "#1234567",
        "12345678",
        "1234567.89",
        "-12345678.90",
        "1,234,567.89",
        "0x7ffee4c1d2a0",
        "alloc::collections::btree::map::BTreeMap<alloc::string::String, u64>",
        "core::ptr::drop_in_place::<std::io::Error>",
        "  12: tokio::runtime::task::core::Core<T,S>::poll at ./src/runtime/task/core.rs:331:17",
        "java.lang.IllegalStateException: at com.example.Foo.bar(Foo.java:1234)",
        "/usr/local/lib/libssl.so.1.1",
        "C:\\Program Files\\App\\app.exe",
        "8=FIX.4.2|9=178|35=8|49=PHLX|56=PERS|52=20071123-05:30:00.000|11=ATOMNOCCC9990900|10=128|",
        "GET /api/v1/orders/12345678/items?page=2&size=100 HTTP/1.1 200 5123 17",
        "level=info msg=started took=1.234ms port=8080",
        "{\"id\":12345678,\"price\":101.25,\"quantity\":100}",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "p690:9f86d081884c7d659a2feaa0c55ad015",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/120.0.0.0",
        "1234567 rows in 12345678 us",
        "12 34 56 78 90",
        "took 1234 5678 9012 ns",
        "+12.5 %",
        "EUR 1 234 567.89",
        "LOBSTER 34200.017459617 5 0 1 2238200 -1",
        "trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7",
    ] {
        check(text, &[]);
    }
}
