//! The same in what watches over a shop, and in what stands around it.

use std::time::Duration;

use otel_core::testing::TestTelemetry;
use otel_core::{Query, Sensitive, Telemetry};
use otel_ecommerce::anomaly::{AmountSettings, AnomalySettings};
use otel_ecommerce::gateway::Request;
use otel_ecommerce::ids::{CartId, OrderId, PaymentId, RefundId, SessionId};
use otel_ecommerce::kpi::{CartNews, RateTable, Refund};
use otel_ecommerce::labels::{
    AuthFailure, AuthScheme, Channel, FunnelStep, Method, RefundReason, StoreFailure, System,
};
use otel_ecommerce::payment::Payment;
use otel_ecommerce::place::Place;
use otel_ecommerce::store::{Operation, StatusCode, StoreSettings};
use otel_ecommerce::vocabulary::{EventKind, Item, ItemField, TextField};
use otel_ecommerce::{AnomalyDetector, DataStore, EventLog, Gateway, KpiMonitor, KpiSettings, ShopEvent};

use super::{assert_nothing_left, everywhere, key};
use crate::counter::{euros, mia};

#[test]
fn no_card_and_no_person_leaves_by_what_watches_or_stands_around() {
    let test = TestTelemetry::new();
    let texts: Vec<String> = everywhere().collect();
    for text in &texts {
        say_everything(&test, text);
    }
    let recorded = test.finish();
    // A flag, a refused sale, new rates, a failed authentication, and each event of the vocabularies.
    let events = 4 + EventKind::ALL.len();
    assert_eq!(recorded.events().len(), texts.len() * events, "everything was said");
    assert_nothing_left(&recorded);
    let everything = format!("{recorded:?}");
    assert!(!everything.contains("47.3769") && !everything.contains("8.5417"), "where somebody is left");
}

#[test]
fn a_clean_text_leaves_by_all_of_them() {
    let test = TestTelemetry::new();
    say_everything(&test, "o-2026-000017");
    let everything = format!("{:?}", test.finish());
    assert!(everything.matches("o-2026-000017").count() > 40, "{everything}");
}

fn say_everything(telemetry: &Telemetry, text: &str) {
    fraud(telemetry, text);
    figures(telemetry, text);
    gateway(telemetry, text);
    store(telemetry, text);
    vocabulary(telemetry, text);
}

fn fraud(telemetry: &Telemetry, text: &str) {
    let amount = AmountSettings::default().limit(euros(1)).expect("a limit");
    let detector = AnomalyDetector::new(telemetry, AnomalySettings { amount, ..AnomalySettings::default() });
    let whose = Some(Sensitive::new(text).pseudonym(&key()));
    let payment = Payment {
        id: PaymentId(text),
        order: Some(OrderId(text)),
        user: mia(),
        card: whose,
        device: whose,
        terminal: whose,
        amount: euros(5_990),
        at: telemetry.now(),
        place: Place::new(47.3769, 8.5417, 0.1).ok(),
    };
    let found = detector.detect_payment_anomalies(&payment).expect("findings");
    assert_eq!(found.len(), 1);
}

fn figures(telemetry: &Telemetry, text: &str) {
    let (kpi, at) = (KpiMonitor::new(telemetry, KpiSettings::default()), telemetry.now());
    kpi.use_rates(RateTable::new(euros(1).currency(), text, at));
    kpi.track_conversion_funnel(SessionId(text), FunnelStep::Purchase, at).expect("a step");
    kpi.track_revenue(OrderId(text), euros(5_990), Channel::Web, at).expect("a sale");
    kpi.track_revenue(OrderId(text), euros(1), Channel::Web, at).expect_err("it was another amount");
    let (order, id) = (OrderId(text), RefundId(text));
    kpi.track_refund(&Refund { order, id, amount: euros(1), reason: RefundReason::Other, at })
        .expect("a refund");
    let news = CartNews { cart: CartId(text), value: euros(1), step: FunnelStep::AddToCart, at };
    kpi.track_cart_abandonment(&news).expect("a cart");
    kpi.advance(at.after(Duration::from_secs(60)));
}

fn gateway(telemetry: &Telemetry, text: &str) {
    let gateway = Gateway::new(telemetry, &["/orders/{id}"]);
    // A router that says paths for templates, and one that says templates.
    gateway.request(&Request::new(Method::Get, gateway.route(text))).answered(404);
    let route = gateway.route("/orders/{id}");
    let request = Request { client: Some(Sensitive::new(text)), ..Request::new(Method::Get, route) };
    let mut span = gateway.request(&request);
    span.authentication_failed(AuthScheme::Password, AuthFailure::Expired);
    span.answered(401);
}

fn store(telemetry: &Telemetry, text: &str) {
    let settings = StoreSettings { namespace: Some(text), server: Some(text), port: None };
    let store = DataStore::new(telemetry, System::PostgreSql, &settings);
    let query = Query::sql(&format!("SELECT id FROM users WHERE note = '{text}'"));
    let operation = Operation::query(&query).on("users");
    store.operation(&operation).failed(StoreFailure::Timeout, StatusCode::of(text));
}

fn vocabulary(telemetry: &Telemetry, text: &str) {
    let log = EventLog::new(telemetry);
    for kind in EventKind::ALL {
        let mut event = ShopEvent::new(*kind);
        for field in TextField::ALL {
            event.set_text(*field, text).expect("a text");
        }
        let item = Item::new(text).and_then(|item| item.described(ItemField::Name, text)).expect("an item");
        event.add_item(item).expect("room");
        event.set_search_term(Sensitive::new(text)).expect("a text");
        log.record(&event);
    }
}
