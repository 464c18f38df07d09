//! Values as Prometheus 2.42 shows them; what is expected was shown by it.

use super::render;

#[test]
fn values_are_shown_as_prometheus_shows_them() {
    let shown =
        |function: &str, value: f64| render(&format!("<{{{{ $value | {function} }}}}>"), value).unwrap();
    let cases = [
        ("humanizePercentage", 0.55, "<55%>"),
        ("humanizePercentage", 0.001_05, "<0.105%>"),
        ("humanizePercentage", 0.333_333, "<33.33%>"),
        ("humanizePercentage", 123.456, "<1.235e+04%>"),
        ("humanizePercentage", 0.000_000_5, "<5e-05%>"),
        ("humanize", 0.0, "<0>"),
        ("humanize", 1234.5, "<1.234k>"),
        ("humanize", -18.25, "<-18.25>"),
        ("humanize", 0.05, "<50m>"),
        ("humanize", 2.5e9, "<2.5G>"),
        ("humanize", f64::INFINITY, "<+Inf>"),
        ("humanize", f64::NAN, "<NaN>"),
        ("humanizeDuration", 0.25, "<250ms>"),
        ("humanizeDuration", 1.5, "<1.5s>"),
        ("humanizeDuration", 61.0, "<1m 1s>"),
        ("humanizeDuration", 3_661.0, "<1h 1m 1s>"),
        ("humanizeDuration", 90_061.0, "<1d 1h 1m 1s>"),
        ("humanizeDuration", -61.0, "<-1m 1s>"),
        ("humanizeDuration", 0.0, "<0s>"),
    ];
    for (function, value, expected) in cases {
        assert_eq!(shown(function, value), expected, "{function} of {value}");
    }
}

#[test]
fn text_without_a_value_stays_as_it_is() {
    assert_eq!(render("All is well.", 1.0).unwrap(), "All is well.");
    assert!(render("{{ $value | humanise }}", 1.0).is_err(), "a function that is not known");
}
