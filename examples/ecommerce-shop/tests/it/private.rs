//! Personal data: none of what customers say leaves the process.

use std::time::Duration;

use ecommerce_shop::Faults;
use otel_core::testing::TestTelemetry;
use serde_json::json;

use crate::customer::{Customer, sign_up};
use crate::place::Place;

/// What is planted, and what must not be found of it.
const TRACES: [&str; 9] = [
    "ophelia",
    "montague",
    "verona",
    "montecchi",
    "4012 8888",
    "8888 8888",
    "88888888",
    "arsenic",
    "cappello",
];

#[tokio::test]
async fn no_address_no_name_no_card_and_no_words_leave() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let email = "Ophelia.Montague@Verona.example";
    for _ in 0..2 {
        assert_eq!(sign_up(&shop, email, "Ophelia Montague").await.status, 202);
    }
    sign_up(&shop, "ophelia@montague@verona", "Ophelia").await;
    let mails = shop.mailbox().take(email);
    assert!(!format!("{mails:?} {shop:?}").to_lowercase().contains("ophelia"));
    let tokens: Vec<_> = mails.into_iter().filter_map(|mail| mail.token).collect();
    let customer =
        Customer::enter_with(&shop, Some(&tokens[0])).await.unwrap_or_else(|reply| panic!("{reply:?}"));
    customer.search("arsenic%20for%20cappello").await;
    customer.ask("GET", "/products/ophelia@montague.example", None).await;
    let address = json!({ "address": "Ophelia Montague\n1 Via Montecchi\nVerona" });
    for (key, faults) in
        [("k-1", Faults::new(1.0, 0.0)), ("k-2", Faults::new(0.0, 1.0)), ("k-3", Faults::new(0.0, 0.0))]
    {
        customer.put("walnut-teapot", 1).await;
        assert_eq!(customer.ask("POST", "/checkout/shipping", Some(address.clone())).await.status, 204);
        shop.set_faults(faults.expect("faults"));
        customer.buy(key, "4012 8888 8888 1881").await;
    }
    // Somebody names a purchase after a card, and an order after a person.
    customer.buy("4012888888881881", "4012 8888 8888 1881").await;
    customer.refund("ophelia@montague.example").await;
    shop.sweep(test.now().after(Duration::from_secs(3_600)));
    shop.close().await;
    let session = customer.session().to_owned();
    let recorded = test.finish();
    let everything = format!("{recorded:?}").to_lowercase();
    for trace in TRACES.iter().copied().chain([&*session, &tokens[0], &tokens[1]]) {
        let around = everything.find(trace).map(|at| everything.get(at.saturating_sub(300)..at + 50));
        assert_eq!(around, None, "{trace} left");
    }
    assert!(
        everything.contains("walnut-teapot") || everything.contains("process_order"),
        "something was said"
    );
}
