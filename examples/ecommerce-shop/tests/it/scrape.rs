//! Prometheus' text format, and what is made of it.

use ecommerce_shop::scrape::{Scrape, ScrapeError};
use otel_core::Label as _;
use otel_ecommerce::conventions::kpi;
use otel_ecommerce::labels::{CartEnd, CurrencyCode, FunnelStep};
use proptest::prelude::*;

#[test]
fn series_are_added_up_by_the_names_of_the_definitions() {
    let page = "\
# HELP ecommerce_cart_ends_total Carts that ended without being abandoned.
# TYPE ecommerce_cart_ends_total counter
ecommerce_cart_ends_total{ecommerce_cart_end=\"purchased\",otel_scope_name=\"a{b},c\"} 3
ecommerce_cart_ends_total{otel_scope_name=\"\\\"\\\\\\n\",ecommerce_cart_end=\"purchased\"} 4 1700000000000
ecommerce_cart_ends_total{ecommerce_cart_end=\"emptied\",} 1e1
ecommerce_cart_ends_total{ecommerce_cart_end=\"evicted\"} 0

ecommerce_cart_ends_total_of_another 99
";
    let metrics = Scrape::read(page).expect("a page");
    let ends = kpi::CART_ENDS.facts();
    assert_eq!(metrics.sum(&ends, &[]), 17);
    assert_eq!(metrics.sum(&ends, &[(CartEnd::KEY, "purchased")]), 7);
    assert_eq!(metrics.sum(&ends, &[(CartEnd::KEY, "stolen")]), 0);
    assert_eq!(metrics.sum(&kpi::REVENUE.facts(), &[]), 0);
    let by_end = metrics.by(&ends, CartEnd::KEY, &[]);
    assert_eq!(by_end, [("emptied".to_owned(), 10), ("purchased".to_owned(), 7)].into());
}

#[test]
fn what_is_escaped_is_what_it_stands_for() {
    let page = r#"ecommerce_cart_ends_total{ecommerce_cart_end="a\nb\\\"c}, "} 2"#;
    let metrics = Scrape::read(page).expect("a page");
    let by_end = metrics.by(&kpi::CART_ENDS.facts(), CartEnd::KEY, &[]);
    assert_eq!(by_end, [("a\nb\\\"c}, ".to_owned(), 2)].into());
}

#[test]
fn the_sum_of_revenue_is_not_that_of_what_is_called_alike() {
    let page = "\
ecommerce_order_revenue_total{ecommerce_currency_code=\"GBP\",ecommerce_channel=\"web\"} 59862608
ecommerce_order_revenue_total{ecommerce_currency_code=\"GBP\",ecommerce_channel=\"store\"} 1
ecommerce_order_revenue_normalized_total{ecommerce_currency_code=\"EUR\",ecommerce_channel=\"web\"} 5
";
    let name = otel_core::alerting::names::metric_name(&kpi::REVENUE.facts()).expect("a name");
    let page = page.replace("ecommerce_order_revenue_total", &name);
    let metrics = Scrape::read(&page).expect("a page");
    let by_currency = metrics.by(&kpi::REVENUE.facts(), CurrencyCode::KEY, &[]);
    assert_eq!(by_currency, [("GBP".to_owned(), 59_862_609)].into());
}

#[test]
fn the_median_lies_within_the_bucket_of_the_middle() {
    let bucket = |step: &str, le: &str, count: u32| {
        format!(
            "ecommerce_funnel_step_duration_seconds_bucket{{ecommerce_funnel_step=\"{step}\",le=\"{le}\"}} {count}\n"
        )
    };
    let page = [
        bucket("purchase", "+Inf", 8),
        bucket("purchase", "1", 2),
        bucket("purchase", "3", 6),
        bucket("view_item", "1", 0),
        bucket("view_item", "+Inf", 0),
        bucket("add_to_cart", "1", 1),
        bucket("add_to_cart", "+Inf", 5),
    ]
    .concat();
    let metrics = Scrape::read(&page).expect("a page");
    let median =
        |step: FunnelStep| metrics.median(&kpi::FUNNEL_DURATION.facts(), &[(FunnelStep::KEY, step.as_str())]);
    // Two of the four between one and three are below the middle of eight.
    assert_eq!(median(FunnelStep::Purchase), Some(2.0));
    assert_eq!(median(FunnelStep::ViewItem), None);
    assert_eq!(median(FunnelStep::AddToCart), Some(1.0));
    assert_eq!(median(FunnelStep::BeginCheckout), None);
}

#[test]
fn a_line_that_is_none_is_named() {
    for line in ["a", "a{", "a{b} 1", "a{b=\"c} 1", "a{b=\"c\"", "a x", "a{b=\"c\\"] {
        let page = format!("# fine\nfine 1\n{line}\n");
        let read = Scrape::read(&page);
        assert!(matches!(read, Err(ScrapeError::Line(3))), "{line} {read:?}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(page in "[a-z{}=\",\\\\ 0-9#\n+.é-]{0,200}") {
        drop(Scrape::read(&page));
    }

    #[test]
    fn what_is_written_is_read(values in proptest::collection::vec(("\\PC{0,20}", 0..1_000_000_u64), 0..20)) {
        let escaped = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
        let line = |(text, value): &(String, u64)| {
            format!("ecommerce_cart_ends_total{{ecommerce_cart_end=\"{}\"}} {value}\n", escaped(text))
        };
        let page: String = values.iter().map(line).collect();
        let metrics = Scrape::read(&page).expect("a page");
        let mut expected = std::collections::BTreeMap::<String, u64>::new();
        for (text, value) in values.into_iter().filter(|(_, value)| *value > 0) {
            *expected.entry(text).or_default() += value;
        }
        prop_assert_eq!(metrics.by(&kpi::CART_ENDS.facts(), CartEnd::KEY, &[]), expected);
    }
}
