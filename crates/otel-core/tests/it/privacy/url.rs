//! URLs without credentials, and without what signs them.

use otel_core::privacy::url;
use proptest::prelude::*;

#[track_caller]
fn check(url: &str, expected: &str) {
    assert_eq!(url::sanitize(url), expected, "{url}");
}

#[test]
fn credentials_are_hidden() {
    check("https://user:password@www.example.com/", "https://REDACTED:REDACTED@www.example.com/");
    check("https://user@www.example.com/", "https://REDACTED@www.example.com/");
    check("https://us:er@a:b@example.com/x@y", "https://REDACTED:REDACTED@example.com/x@y");
    check("https://www.example.com/@user", "https://www.example.com/@user");
    check("https://[2001:db8::1]:8080/@user", "https://[2001:db8::1]:8080/@user");
}

#[test]
fn values_of_signing_parameters_are_hidden_and_no_others() {
    for name in [
        "X-Amz-Signature",
        "X-Amz-Credential",
        "X-Amz-Security-Token",
        "AWSAccessKeyId",
        "Signature",
        "sig",
        "X-Goog-Signature",
    ] {
        check(&format!("https://a/b?c=d&{name}=93ab%2F#e"), &format!("https://a/b?c=d&{name}=REDACTED#e"));
        check(&format!("/b?{name}=1&c=d&{name}=2"), &format!("/b?{name}=REDACTED&c=d&{name}=REDACTED"));
        let other = name.to_uppercase();
        check(&format!("https://a/b?{other}=x"), &format!("https://a/b?{other}=x"));
    }
    check("https://a/b?sig=&x", "https://a/b?sig=&x");
    // What looks like a query within a password is none.
    check("https://bob:p?w#@a/b?sig=x", "https://REDACTED:REDACTED@a/b?sig=REDACTED");
    check("https://a/b#?sig=x", "https://a/b#?sig=x");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sanitising_again_changes_nothing(url in "(https?://)?[a-z:@/?#&=\\PC]{0,30}(\\?|&)?(sig=|Signature=)?\\PC{0,8}") {
        let once = url::sanitize(&url).into_owned();
        prop_assert_eq!(url::sanitize(&once), once.as_str());
    }
}
