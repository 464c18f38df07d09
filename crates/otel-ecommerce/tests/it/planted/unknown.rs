//! Names, tokens and places: no detector can know them, so there must be no way for them.

use otel_core::testing::TestTelemetry;
use otel_core::{Query, Sensitive, Telemetry};
use otel_ecommerce::gateway::Request;
use otel_ecommerce::labels::{Method, SearchType, StoreFailure, System};
use otel_ecommerce::place::Place;
use otel_ecommerce::store::{Operation, StatusCode, StoreSettings};
use otel_ecommerce::vocabulary::{Dialect, EventKind};
use otel_ecommerce::{DataStore, EventLog, Gateway, Observability, ShopEvent};

/// What must not be found of anything. None of it looks like anything.
const UNKNOWN: [&str; 8] = [
    "Mia Muster",
    "mia.muster",
    "mia_muster_1987",
    "kJ8dLpQ2xZ9vB1nMt7RwYc",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJtaWEifQ.c2ln",
    "01ARZ3NDEKTSV4RRFFQ69G5FAV",
    "47.3769,8.5417",
    "bWlhQGV4YW1wbGUub3Jn",
];

#[test]
fn what_no_detector_knows_has_no_way_out() {
    let test = TestTelemetry::new();
    for text in UNKNOWN {
        assert_eq!(shown(text).find(text), None, "{text} is shown");
        requests(&test, text);
        stores(&test, text);
        vocabularies(&test, text);
        Observability::new(&test).search_catalog(SearchType::Text, Sensitive::new(text)).found(3);
    }
    let recorded = test.finish();
    assert_eq!(recorded.spans().len(), UNKNOWN.len() * (4 + QUERIES.len() + 1 + 1), "everything was said");
    let everything = format!("{recorded:?}");
    for text in UNKNOWN {
        let around = everything.find(text).map(|at| everything.get(at.saturating_sub(200)..at + 50));
        assert_eq!(around, None, "{text} left");
    }
}

/// Paths in place of templates, as a router without any has them.
fn requests(telemetry: &Telemetry, text: &str) {
    let gateway = Gateway::new(telemetry, &["/users/{user}", "/reset-password/{token}"]);
    for path in
        [text.to_owned(), format!("/users/{text}"), format!("/reset-password/{text}"), format!("/{text}/at")]
    {
        gateway.request(&Request::new(Method::of(text), gateway.route(&path))).answered(200);
    }
}

/// Where a text can stand in a query, in both kinds of quotes.
const QUERIES: [&str; 7] = [
    "SELECT id FROM users WHERE name = '%'",
    "SELECT id FROM users WHERE name IS NOT DISTINCT FROM \"%\"",
    "SELECT TRIM(BOTH ' ' FROM \"%\")",
    "SELECT id FROM users WHERE name = q'[%]' #%\n",
    "PREPARE s FROM \"SELECT '%'\"",
    "INSERT INTO users (name) VALUES ($x$%$x$), (N'%')",
    "EXEC find a, \"%\"",
];

/// Literals, and what a server says about them.
fn stores(telemetry: &Telemetry, text: &str) {
    let store = DataStore::new(telemetry, System::MySql, &StoreSettings::default());
    for query in QUERIES {
        let query = Query::sql(&query.replace('%', text));
        store.operation(&Operation::query(&query)).succeeded();
    }
    let get = store.operation(&Operation::command("GET").on("sessions"));
    let said = format!("{text} already exists");
    get.failed(StoreFailure::Constraint, StatusCode::of(text).or(StatusCode::of(&said)));
}

/// What was searched for, and what others say beside what is read.
fn vocabularies(telemetry: &Telemetry, text: &str) {
    let log = EventLog::new(telemetry);
    let mut event = ShopEvent::new(EventKind::SearchPerformed);
    event.set_search_term(Sensitive::new(text)).expect("a text");
    log.record(&event);
    let params = format!(r#"{{"query":"{text}","recipient":"{text}","share_message":"{text}","{text}":1}}"#);
    for name in ["Products Searched", "Product Shared", text] {
        let read = log.record_from(Dialect::Segment, name, &params, None, telemetry.now());
        assert_eq!(read.is_ok(), name != text);
    }
    assert!(!Dialect::Segment.export(&event).expect("a name").params.contains(text));
}

/// What a line of a log would show of them.
fn shown(text: &str) -> String {
    let mut event = ShopEvent::new(EventKind::SearchPerformed);
    event.set_search_term(Sensitive::new(text)).expect("a text");
    let exported = Dialect::Ga4.export_with_search_term(&event).expect("a name");
    format!("{event:?} {exported:?}")
}

#[test]
fn a_place_does_not_show_where_it_is() {
    let place = Place::new(47.3769, 8.5417, 0.1).expect("a place");
    assert_eq!(format!("{place:?}"), "Place { accuracy_km: 0.1, anonymous: false, .. }");
}
