//! OpenTelemetry's names become those that Prometheus' own translator makes of them.

use otel_core::Instrument::{Counter, FloatGauge, Gauge, Histogram, UpDownCounter};
use otel_core::alerting::names::{NameError, label_name, metric_name, translate};
use otel_core::{CounterDef, Instrument, Unit};
use proptest::prelude::*;

/// Name, unit, kind; and what becomes of them.
type Case = (&'static str, &'static str, Instrument, &'static str);

fn check(cases: &[Case]) {
    for (name, unit, instrument, expected) in cases {
        let found = translate(name, unit, *instrument);
        assert_eq!(found.as_deref(), Ok(*expected), "{name:?} in {unit:?}, a {instrument:?}");
    }
}

#[test]
fn words_are_separated_by_one_underscore() {
    check(&[
        ("orders", "", Histogram, "orders"),
        ("shop.orders", "", Histogram, "shop_orders"),
        ("shop_orders", "", Histogram, "shop_orders"),
        ("shop__orders", "", Histogram, "shop_orders"),
        ("shop..orders", "", Histogram, "shop_orders"),
        ("shop-.-orders", "", Histogram, "shop_orders"),
        ("shop.orders.", "", Histogram, "shop_orders"),
        (".shop.orders", "", Histogram, "shop_orders"),
        ("_shop_", "", Histogram, "shop"),
        ("shop/orders", "", Histogram, "shop_orders"),
        ("shop orders", "", Histogram, "shop_orders"),
        ("shop:orders", "", Histogram, "shop:orders"),
        (":orders", "", Histogram, ":orders"),
        ("Shop.Orders", "", Histogram, "Shop_Orders"),
        ("größe.der.bücher", "", Histogram, "gr_e_der_b_cher"),
        ("注文", "s", Histogram, "seconds"),
        ("a@#$b", "", Histogram, "a_b"),
    ]);
}

#[test]
fn a_name_does_not_begin_with_a_digit() {
    check(&[
        ("5xx.answers", "", Counter, "_5xx_answers_total"),
        (".5xx", "", Gauge, "_5xx"),
        ("x5", "", Gauge, "x5"),
        ("٣x", "", Gauge, "x"),
        ("@", "2s", Gauge, "_2s"),
    ]);
}

#[test]
fn counters_end_with_total_and_nothing_else_does() {
    check(&[
        ("orders", "", Counter, "orders_total"),
        ("orders.total", "", Counter, "orders_total"),
        ("total.orders", "", Counter, "orders_total"),
        ("total.orders.total", "", Counter, "orders_total"),
        ("total", "", Counter, "total"),
        ("totals", "", Counter, "totals_total"),
        ("cpu.total", "s", Counter, "cpu_seconds_total"),
        ("orders", "1", Counter, "orders_total"),
        ("orders.total", "", UpDownCounter, "orders_total"),
        ("orders", "", UpDownCounter, "orders"),
        ("orders", "", Gauge, "orders"),
        ("orders", "", FloatGauge, "orders"),
        ("orders", "", Histogram, "orders"),
    ]);
}

#[test]
fn gauges_of_unit_one_end_with_ratio_and_nothing_else_does() {
    check(&[
        ("load", "1", Gauge, "load_ratio"),
        ("load", "1", FloatGauge, "load_ratio"),
        ("load.ratio", "1", FloatGauge, "load_ratio"),
        ("ratio.of.load", "1", FloatGauge, "of_load_ratio"),
        ("load", "1", UpDownCounter, "load"),
        ("load", "1", Histogram, "load"),
        ("load", "1", Counter, "load_total"),
        ("load", " 1", FloatGauge, "load"),
        ("load", "1/s", FloatGauge, "load_per_second"),
        ("load", "", FloatGauge, "load"),
    ]);
}

#[test]
fn units_are_spelled_out() {
    check(&[
        ("x", "d", Gauge, "x_days"),
        ("x", "h", Gauge, "x_hours"),
        ("x", "min", Gauge, "x_minutes"),
        ("x", "s", Gauge, "x_seconds"),
        ("x", "ms", Gauge, "x_milliseconds"),
        ("x", "us", Gauge, "x_microseconds"),
        ("x", "ns", Gauge, "x_nanoseconds"),
        ("x", "By", Gauge, "x_bytes"),
        ("x", "KiBy", Gauge, "x_kibibytes"),
        ("x", "MiBy", Gauge, "x_mebibytes"),
        ("x", "GiBy", Gauge, "x_gibibytes"),
        ("x", "TiBy", Gauge, "x_tibibytes"),
        ("x", "KBy", Gauge, "x_kilobytes"),
        ("x", "MBy", Gauge, "x_megabytes"),
        ("x", "GBy", Gauge, "x_gigabytes"),
        ("x", "TBy", Gauge, "x_terabytes"),
        ("x", "m", Gauge, "x_meters"),
        ("x", "V", Gauge, "x_volts"),
        ("x", "A", Gauge, "x_amperes"),
        ("x", "J", Gauge, "x_joules"),
        ("x", "W", Gauge, "x_watts"),
        ("x", "g", Gauge, "x_grams"),
        ("x", "Cel", Gauge, "x_celsius"),
        ("x", "Hz", Gauge, "x_hertz"),
        ("x", "%", Gauge, "x_percent"),
        ("x", "S", Gauge, "x_S"),
        ("x", "By", Counter, "x_bytes_total"),
        ("x", "s", Histogram, "x_seconds"),
    ]);
}

#[test]
fn what_comes_after_a_slash_is_per_something() {
    check(&[
        ("x", "1/s", Gauge, "x_per_second"),
        ("x", "1/m", Gauge, "x_per_minute"),
        ("x", "1/h", Gauge, "x_per_hour"),
        ("x", "1/d", Gauge, "x_per_day"),
        ("x", "1/w", Gauge, "x_per_week"),
        ("x", "1/mo", Gauge, "x_per_month"),
        ("x", "1/y", Gauge, "x_per_year"),
        ("x", "1/ms", Gauge, "x_per_ms"),
        ("x", "By/s", Gauge, "x_bytes_per_second"),
        ("x", "m/s", Gauge, "x_meters_per_second"),
        ("x", "m/s/s", Gauge, "x_meters_per_s_s"),
        ("x", "By/s", Counter, "x_bytes_per_second_total"),
        ("x", "/s", Gauge, "x_per_second"),
        ("x", "By/", Gauge, "x_bytes"),
        ("x", "/", Gauge, "x"),
        ("x", " By / s ", Gauge, "x_bytes_per_second"),
        ("x", "By/  ", Gauge, "x_bytes"),
    ]);
}

#[test]
fn annotations_in_braces_are_left_out() {
    check(&[
        ("x", "{order}", Gauge, "x"),
        ("x", "{order}", Counter, "x_total"),
        ("x", "{order}/s", Gauge, "x_per_second"),
        ("x", "By/{order}", Gauge, "x_bytes"),
        ("x", "{order}/{day}", Gauge, "x"),
        ("x", "By{compressed}", Gauge, "x"),
        ("x", "1{order}", FloatGauge, "x"),
        ("x", "}", Gauge, "x"),
    ]);
}

#[test]
fn a_unit_that_is_in_the_name_is_not_repeated() {
    check(&[
        ("wait.seconds", "s", Histogram, "wait_seconds"),
        ("seconds.waited", "s", Histogram, "seconds_waited"),
        ("wait.second", "s", Histogram, "wait_second_seconds"),
        ("wait.s", "s", Histogram, "wait_s_seconds"),
        ("read.bytes", "By/s", Gauge, "read_bytes_per_second"),
        ("load.percent", "%", Gauge, "load_percent"),
        // What is "per" something is one word of two, which no name has.
        ("read.per.second", "1/s", Gauge, "read_per_second_per_second"),
        ("rate.custom_unit", "custom_unit", Gauge, "rate_custom_unit_custom_unit"),
    ]);
}

#[test]
fn units_that_nobody_knows_are_written_as_far_as_they_can_be() {
    check(&[
        ("x", "lots", Gauge, "x_lots"),
        ("x", "lots.of", Gauge, "x_lots_of"),
        ("x", "lots__of", Gauge, "x_lots_of"),
        ("x", "[lots]", Gauge, "x_lots_"),
        ("x", "[lots]", Counter, "x_lots__total"),
        ("x", "[lots]/s", Gauge, "x_lots_per_second"),
        ("lots.x", "[lots]/s", Gauge, "lots_x_lots_per_second"),
        ("x", "By/[lots]", Gauge, "x_bytes_per_lots"),
        ("x", "By/$", Gauge, "x_bytes"),
        ("x", "$", Gauge, "x"),
        ("x", "£", Gauge, "x"),
        ("x", "unit@with#special/chars", Gauge, "x_unit_with_special_per_chars"),
    ]);
}

#[test]
fn a_name_of_which_nothing_is_left_is_refused() {
    for (name, unit) in [("", ""), ("@#$%", ""), ("___", ""), ("注文", "{order}"), ("..", "1"), ("-", "$")]
    {
        let error: NameError = translate(name, unit, Histogram).unwrap_err();
        assert_eq!(error.name(), name);
        assert!(error.to_string().contains(&format!("{name:?}")), "{error}");
    }
    // What the kind adds is a name of its own, as it is for the reference.
    check(&[("@", "", Counter, "total"), ("@", "1", Gauge, "ratio"), ("", "s", Gauge, "seconds")]);
}

#[test]
fn definitions_are_named_by_their_facts() {
    let orders: CounterDef<()> = CounterDef::new("shop.orders", Unit::new("{order}"), "Orders.");
    assert_eq!(metric_name(&orders.facts()).unwrap(), "shop_orders_total");
}

#[test]
fn labels_have_underscores_for_what_they_may_not_have() {
    for (key, expected) in [
        ("side", "side"),
        ("shop.order.side", "shop_order_side"),
        ("shop:side", "shop_side"),
        ("shop..side", "shop_side"),
        ("shop__side", "shop_side"),
        ("shop.&.side", "shop_side"),
        ("side...", "side_"),
        (".side", "_side"),
        ("_side", "_side"),
        ("__side", "_side"),
        ("side__", "side_"),
        ("__side__", "__side__"),
        ("__a__b__", "__a_b__"),
        ("__5__", "__5__"),
        ("Side", "Side"),
        ("größe", "gr_e"),
        ("5xx", "key_5xx"),
        ("5", "key_5"),
        ("日本.5", "_5"),
    ] {
        assert_eq!(label_name(key).as_deref(), Ok(expected), "{key:?}");
    }
    for key in ["", "_", "__", "___", "____", "_____", "ようこそ", "..."] {
        assert_eq!(label_name(key).unwrap_err().name(), key);
    }
}

fn instrument() -> impl Strategy<Value = Instrument> {
    prop::sample::select(vec![Counter, UpDownCounter, Gauge, FloatGauge, Histogram])
}

fn is_legal(name: &str, others: &str) -> bool {
    let first = |c: char| c.is_ascii_alphabetic() || others.contains(c);
    name.starts_with(first) && name.chars().all(|c| first(c) || c.is_ascii_digit())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_metric_has_a_legal_name_or_none(
        name in "([a-z0-9._:é -]{0,12}|.{0,6})",
        unit in "([a-zA-Z1%]{0,3}(/[a-z]{0,3})?|.{0,6})",
        instrument in instrument(),
    ) {
        match translate(&name, &unit, instrument) {
            Ok(found) => prop_assert!(is_legal(&found, "_:"), "{found:?}"),
            Err(error) => prop_assert_eq!(error.name(), &name),
        }
    }

    /// What Prometheus calls a metric can be the name of that metric, if nothing is left to spell out.
    #[test]
    fn a_translated_name_stays_as_it_is(name in "[a-z0-9._]{1,12}", instrument in instrument()) {
        if let Ok(once) = translate(&name, "", instrument) {
            // A digit in front is protected once, and the underscore is a separator the next time.
            let again = translate(&once, "", instrument).unwrap();
            prop_assert_eq!(again, once);
        }
    }

    #[test]
    fn a_unit_is_added_once(
        name in "[a-z]{1,5}([._][a-z]{1,5}){0,2}",
        unit in prop::sample::select(vec!["s", "By", "%", "1", "ms", "{x}"]),
        instrument in instrument(),
    ) {
        let once = translate(&name, unit, instrument).unwrap();
        prop_assert_eq!(translate(&once, unit, instrument).unwrap(), once);
    }

    #[test]
    fn every_label_has_a_legal_name_or_none_and_keeps_it(key in "([a-z0-9._:é-]{0,8}|_{0,3}.{0,6}_{0,3})") {
        match label_name(&key) {
            Ok(found) => {
                prop_assert!(is_legal(&found, "_"), "{found:?}");
                prop_assert_eq!(label_name(&found).unwrap(), found);
            }
            Err(error) => prop_assert_eq!(error.name(), &key),
        }
    }
}
