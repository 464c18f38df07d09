//! What is made of what people do: the funnel, carts, searches, fraud.

use std::time::Duration;

use ecommerce_shop::{Faults, Settings, Shop};
use otel_core::Telemetry;
use otel_core::testing::{Recorded, TestEvent, TestTelemetry};
use otel_ecommerce::conventions::{fraud, kpi};
use otel_ecommerce::labels::{Abandonment, CartEnd, FunnelStep, RuleName, SearchOutcome, SearchType};
use serde_json::json;

use crate::customer::{CARD, Customer, sign_up};
use crate::journeys::card;
use crate::place::Place;

#[tokio::test]
async fn each_step_of_the_way_is_counted_and_what_is_left_is_abandoned() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let address = json!({ "address": "1 High Street, Leeds" });
    for goes_on in [true, false] {
        let customer = Customer::enter(&shop).await;
        assert_eq!(customer.ask("GET", "/products/tall-mug", None).await.status, 200);
        assert_eq!(customer.put("tall-mug", 2).await.status, 200);
        assert_eq!(customer.ask("POST", "/checkout", None).await.status, 204);
        if goes_on {
            assert_eq!(customer.ask("POST", "/checkout/shipping", Some(address.clone())).await.status, 204);
            assert_eq!(customer.buy("k-1", CARD).await.status, 201);
        }
    }
    test.advance(Duration::from_secs(31 * 60));
    shop.sweep(test.now());
    let recorded = test.finish();
    let steps = recorded.values(&kpi::FUNNEL_ENTRIES.facts());
    let count = |step: FunnelStep| {
        let is_step = |labels: &[(String, String)]| labels.iter().any(|(_, value)| value == step.as_str());
        steps.iter().filter(|(labels, _)| is_step(labels)).map(|(_, count)| *count).sum::<f64>()
    };
    let counts = [
        (FunnelStep::ViewItem, 2.0),
        (FunnelStep::AddToCart, 2.0),
        (FunnelStep::BeginCheckout, 2.0),
        (FunnelStep::AddShippingInfo, 1.0),
        (FunnelStep::AddPaymentInfo, 1.0),
        (FunnelStep::Purchase, 1.0),
    ];
    for (step, expected) in counts {
        assert_eq!(count(step), expected, "{step:?} in {steps:?}");
    }
    let left = (FunnelStep::BeginCheckout, Abandonment::Silent);
    assert_eq!(recorded.counter(&kpi::CART_ABANDONMENTS, left), Some(1));
    assert_eq!(recorded.counter_total(&kpi::CART_ABANDONMENTS), 1);
    assert_eq!(recorded.counter(&kpi::CART_ENDS, CartEnd::Purchased), Some(1));
}

#[tokio::test]
async fn searches_that_find_nothing_and_searches_for_nothing_are_told_apart() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let customer = Customer::enter(&shop).await;
    customer.search("mug").await;
    customer.search("xyzzy").await;
    assert_eq!(customer.ask("GET", "/search?q=", None).await.status, 422);
    let recorded = test.finish();
    let searches = |outcome| {
        recorded.histogram(&kpi::SEARCH_DURATION, (SearchType::Text, outcome)).map_or(0, |it| it.count)
    };
    assert_eq!((searches(SearchOutcome::Answered), searches(SearchOutcome::Rejected)), (2, 1));
    assert_eq!(recorded.counter(&kpi::SEARCH_ZERO_RESULTS, SearchType::Text), Some(1));
}

/// The rules that payments were flagged by.
fn flagged(recorded: &Recorded, rule: RuleName) -> usize {
    let rule = Some(rule.as_str().into());
    recorded.events_of(&fraud::FLAGGED).into_iter().filter(|event| event.get(&fraud::RULE) == rule).count()
}

#[tokio::test]
async fn who_tries_out_cards_is_found() {
    let test = TestTelemetry::new();
    let shop = Place::memory().shop(&test).await;
    let bot = Customer::enter(&shop).await;
    assert_eq!(bot.put("tall-mug", 1).await.status, 200);
    shop.set_faults(Faults::new(1.0, 0.0).expect("faults"));
    for number in 0..5 {
        assert_eq!(bot.buy(&format!("k-{number}"), &card(number)).await.status, 402);
    }
    let recorded = test.finish();
    assert_eq!(flagged(&recorded, RuleName::CardTesting), 2, "the fourth card and the fifth");
}

#[tokio::test]
async fn who_guesses_cards_pays_with_none_of_them_and_others_go_on() {
    for new_session_each_time in [false, true] {
        let place = Place::file(&format!("figures_guesses_{new_session_each_time}"));
        let test = TestTelemetry::new();
        let shop = place.shop(&test).await;
        place.change("UPDATE products SET price = 150 WHERE sku = 'tall-candle'").await;
        let mut bot = Customer::enter(&shop).await;
        for number in 0..30 {
            if new_session_each_time {
                bot = Customer::enter(&shop).await;
            }
            assert_eq!(bot.put("tall-candle", 1).await.status, 200);
            let right = card(number);
            let wrong = format!("{}{}", &right[..15], (right.as_bytes()[15] - b'0' + 1) % 10);
            assert_eq!(bot.buy(&format!("k-{number}"), &wrong).await.status, 402);
        }
        // One of them is good, and the issuer would pay.
        let reply = bot.buy("k-good", &card(77)).await;
        assert_eq!((reply.status, reply.problem()), (402, "payment_declined".to_owned()));
        let customer = Customer::enter(&shop).await;
        customer.order("tall-clock", 1, "k-1").await;
        let recorded = test.finish();
        // By the browser it sits at, whose cards nobody asks the issuer for any more; or, where it has a new one each time, by
        // the till.
        let (rule, evidence) = match new_session_each_time {
            true => (RuleName::CardEnumeration, "at one terminal look guessed"),
            false => (RuleName::CardTesting, "cards tried out by one"),
        };
        assert!(flagged(&recorded, rule) > 0);
        let says = |event: &&TestEvent| format!("{:?}", event.get(&fraud::EVIDENCE)).contains(evidence);
        assert!(recorded.events_of(&fraud::FLAGGED).iter().any(says), "{evidence}");
        assert_eq!(recorded.counter_total(&kpi::BOOKINGS), 1, "the clock");
    }
}

#[tokio::test]
async fn who_pays_faster_than_people_do_has_to_be_known() {
    let shop = Shop::open(Settings::default(), &Telemetry::noop()).await.expect("a shop");
    assert_eq!(sign_up(&shop, "mia@example.org", "Mia").await.status, 202);
    let token = shop.mailbox().take("mia@example.org").into_iter().find_map(|mail| mail.token);
    let known = Customer::enter_with(&shop, token.as_deref()).await.expect("a session");
    let stranger = Customer::enter(&shop).await;
    for (customer, last) in [(stranger, 402), (known, 201)] {
        let mut statuses = Vec::new();
        for number in 0..5 {
            assert_eq!(customer.put("tall-clock", 1).await.status, 200);
            let card = card(if last == 402 { 1 } else { 2 });
            statuses.push(customer.buy(&format!("k-{number}"), &card).await.status);
        }
        // Three payments of a card in a minute are usual.
        assert_eq!(statuses, [201, 201, 201, last, last]);
    }
}
