//! Calls to stores of data.

use std::io::Write as _;
use std::time::Duration;

use otel_core::testing::{Recorded, TestSpan, TestStatus, TestTelemetry, TestValue};
use otel_core::{ERROR_TYPE, Key, Label, Query, Telemetry, Timestamp};
use otel_ecommerce::DataStore;
use otel_ecommerce::conventions::store as said;
use otel_ecommerce::labels::{QueryClass, StoreFailure, StoreSystem, System};
use otel_ecommerce::store::{Operation, StatusCode, StoreSettings};
use proptest::prelude::*;
use serde_json::Value;

/// The cases of the semantic conventions, which lie beside the workspace where there are any.
const CASES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/semconv/db-sql-test-cases.json");

#[test]
fn every_case_of_the_semantic_conventions_leaves_as_they_say() {
    let Ok(cases) = std::fs::read(CASES) else {
        // Past the capture of the test harness, so that it is seen that nothing was tested.
        let told = writeln!(std::io::stdout().lock(), "SKIPPED, for {CASES} cannot be read");
        return told.expect("standard output can be written");
    };
    let cases: Value = serde_json::from_slice(&cases).expect("cases are JSON");
    let cases = cases.as_array().expect("a list of cases");
    assert_eq!(cases.len(), 24);
    for case in cases {
        let word = |value: &Value| value.as_str().expect("a text").to_owned();
        let (name, expected) = (word(&case["name"]), &case["expected"]);
        let system = word(&case["input"]["db.system.name"]);
        let system = System::ALL.iter().find(|known| known.as_str() == system).expect("a system");
        let test = TestTelemetry::new();
        let query = Query::sql(&word(&case["input"]["query"]));
        store(&test, *system).operation(&Operation::query(&query)).succeeded();
        let recorded = test.finish();
        let span = the_span(&recorded);
        let texts = expected["db.query.text"].as_array().expect("texts");
        let texts: Vec<TestValue> = texts.iter().map(|text| word(text).as_str().into()).collect();
        let summary = word(&expected["db.query.summary"]);
        assert!(span.get(&said::QUERY_TEXT).is_some_and(|text| texts.contains(&text)), "{name}: {span:?}");
        assert_eq!(span.get(&said::QUERY_SUMMARY), Some(summary.as_str().into()), "{name}");
        assert_eq!(span.name, summary, "{name}");
    }
}

#[test]
fn a_query_is_a_client_span_that_says_everything_the_conventions_ask_for() {
    let test = TestTelemetry::new();
    let settings = StoreSettings { namespace: Some("shop"), server: Some("db-1"), port: Some(6432) };
    let store = DataStore::new(&test, System::PostgreSql, &settings);
    let query = Query::sql("SELECT id FROM orders WHERE email = 'bob@example.com' AND total > 19.90");
    let mut call = store.operation(&Operation::query(&query).on("orders"));
    call.rows_returned(3);
    test.advance(Duration::from_millis(7));
    call.succeeded();
    let labels = labels(&test, System::PostgreSql, Some("SELECT orders"), None);
    let recorded = test.finish();
    let span = the_span(&recorded);
    assert_eq!((span.name.as_str(), span.kind), ("SELECT orders", 3));
    assert_eq!(span.status, TestStatus::Unset);
    let expected: Vec<(&str, TestValue)> = vec![
        ("db.system.name", "postgresql".into()),
        ("db.query.text", "SELECT id FROM orders WHERE email = ? AND total > ?".into()),
        ("db.query.summary", "SELECT orders".into()),
        ("db.collection.name", "orders".into()),
        ("db.namespace", "shop".into()),
        ("server.address", "db-1".into()),
        ("server.port", 6432.into()),
        ("db.response.returned_rows", 3.into()),
    ];
    let expected: Vec<_> = expected.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    assert_eq!(span.attributes, expected);
    let durations = recorded.histogram(&said::OPERATION_DURATION, labels).expect("a duration");
    assert_eq!((durations.count, durations.sum), (1, 0.007));
}

#[test]
fn a_failure_is_the_same_class_on_the_span_and_in_the_metric() {
    for failure in StoreFailure::ALL {
        let test = TestTelemetry::new();
        let call = store(&test, System::Sqlite).operation(&Operation::command("INSERT").on("users"));
        call.failed(*failure, StatusCode::of("2067"));
        let labels = labels(&test, System::Sqlite, Some("INSERT users"), Some(*failure));
        let recorded = test.finish();
        let span = the_span(&recorded);
        assert_eq!(span.get(&ERROR_TYPE), Some(failure.as_str().into()));
        assert_eq!(span.get(&said::STATUS_CODE), Some("2067".into()));
        assert_eq!(span.status, TestStatus::Error(String::new()));
        assert_eq!(recorded.histogram(&said::OPERATION_DURATION, labels).map(|it| it.count), Some(1));
    }
}

#[test]
fn a_call_that_nobody_waits_for_any_more_was_cancelled() {
    let test = TestTelemetry::new();
    drop(store(&test, System::Redis).operation(&Operation::command("GET")));
    let labels = labels(&test, System::Redis, Some("GET"), Some(StoreFailure::Cancelled));
    let recorded = test.finish();
    assert_eq!(the_span(&recorded).get(&ERROR_TYPE), Some("cancelled".into()));
    assert_eq!(recorded.histogram(&said::OPERATION_DURATION, labels).map(|it| it.count), Some(1));
}

#[test]
fn a_span_has_the_best_name_there_is() {
    let unreadable = Query::sql("VACUUM");
    assert_eq!(unreadable.summary(), "");
    let nowhere = StoreSettings::default();
    let shop = StoreSettings { namespace: Some("shop"), ..nowhere };
    for (settings, operation, name) in [
        (shop, Operation::command("find").on("orders"), "find orders"),
        (shop, Operation::command("FLUSH   ALL"), "FLUSH ALL"),
        (shop, Operation::command(" ").on("orders"), "orders"),
        (shop, Operation::query(&unreadable).on("orders"), "orders"),
        (shop, Operation::query(&unreadable), "shop"),
        (nowhere, Operation::query(&unreadable), "sqlite"),
        (nowhere, Operation::command(""), "sqlite"),
        (StoreSettings { namespace: Some(""), ..nowhere }, Operation::command(""), "sqlite"),
        (StoreSettings { namespace: Some(" \t"), ..nowhere }, Operation::query(&unreadable), "sqlite"),
        (shop, Operation::command("").on("  "), "shop"),
        (nowhere, Operation::command("HMSET").on(""), "HMSET"),
    ] {
        let test = TestTelemetry::new();
        DataStore::new(&test, System::Sqlite, &settings).operation(&operation).succeeded();
        assert_eq!(the_span(&test.finish()).name, name);
    }
}

#[test]
fn blank_settings_are_not_said() {
    let test = TestTelemetry::new();
    let settings = StoreSettings { namespace: Some(""), server: Some("  "), port: Some(5433) };
    DataStore::new(&test, System::PostgreSql, &settings).operation(&Operation::command("X")).succeeded();
    let span = the_span(&test.finish()).clone();
    assert_eq!((span.get(&said::NAMESPACE), span.get(&said::SERVER_ADDRESS)), (None, None));
    assert_eq!(span.get(&said::SERVER_PORT), None);
}

#[test]
fn a_message_is_no_status_code() {
    for code in ["23505", "08P01", "WRONGTYPE", "ORA-17002", "SQLITE_BUSY", "11000", "-2147", "0"] {
        assert_eq!(StatusCode::of(code).map(StatusCode::as_str), Some(code));
    }
    for text in [
        "",
        "Key (name)=(Mia Muster) already exists",
        "Mia",
        "mia_muster",
        "ZÜRICH",
        "23505 ",
        "4111111111111111",
        "041446681800",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "CAPITALS_AND_NO_END",
    ] {
        assert_eq!(StatusCode::of(text), None, "{text}");
    }
}

#[test]
fn a_clock_that_is_set_changes_no_duration() {
    let test = TestTelemetry::new();
    let store = store(&test, System::Redis);
    for to in [1, u64::MAX / 4] {
        let call = store.operation(&Operation::command("GET"));
        test.advance(Duration::from_millis(7));
        test.set_clock(Timestamp::from_unix_nanos(to));
        call.succeeded();
    }
    let labels = labels(&test, System::Redis, Some("GET"), None);
    let durations = test.finish().histogram(&said::OPERATION_DURATION, labels);
    assert_eq!(durations.map(|it| (it.count, it.sum)), Some((2, 0.014)));
}

#[test]
fn a_query_of_which_nothing_can_be_told_has_no_summary_anywhere() {
    let test = TestTelemetry::new();
    let query = Query::sql("VACUUM");
    store(&test, System::Sqlite).operation(&Operation::query(&query)).succeeded();
    let labels = labels(&test, System::Sqlite, None, None);
    let recorded = test.finish();
    assert_eq!(the_span(&recorded).get(&said::QUERY_SUMMARY), None);
    assert_eq!(recorded.histogram(&said::OPERATION_DURATION, labels).map(|it| it.count), Some(1));
}

#[test]
fn a_batch_says_so_from_two_on() {
    let insert = Query::sql("INSERT INTO lines VALUES (1, 'x')");
    let (queries, commands) = (Operation::query(&insert), Operation::command("SET"));
    for (operation, size, name, said_name) in [
        (queries, 0, "INSERT lines", None),
        (queries, 1, "INSERT lines", None),
        (queries, 2, "BATCH INSERT lines", Some("BATCH")),
        (commands, 1, "SET", Some("SET")),
        (commands, 500, "BATCH SET", Some("BATCH SET")),
    ] {
        let test = TestTelemetry::new();
        store(&test, System::MySql).operation(&operation.in_batch_of(size)).succeeded();
        let recorded = test.finish();
        let span = the_span(&recorded);
        let size = i64::try_from(size).ok().filter(|size| *size > 1).map(TestValue::from);
        assert_eq!((span.name.as_str(), span.get(&said::BATCH_SIZE)), (name, size));
        assert_eq!(span.get(&said::OPERATION), said_name.map(TestValue::from));
        assert_eq!(span.get(&said::QUERY_SUMMARY), Some(name.into()));
    }
}

#[test]
fn the_usual_port_is_not_said_and_no_port_without_a_server() {
    let port = |system, server, port| {
        let test = TestTelemetry::new();
        let settings = StoreSettings { namespace: None, server, port: Some(port) };
        DataStore::new(&test, system, &settings).operation(&Operation::command("GET")).succeeded();
        the_span(&test.finish()).get(&said::SERVER_PORT)
    };
    assert_eq!(port(System::PostgreSql, Some("db"), 5432), None);
    assert_eq!(port(System::PostgreSql, Some("db"), 5433), Some(5433.into()));
    assert_eq!(port(System::PostgreSql, None, 5433), None);
    assert_eq!(port(System::ClickHouse, Some("db"), 9000), Some(9000.into()));
}

#[test]
fn there_are_never_more_series_than_declared() {
    let test = TestTelemetry::new();
    for system in System::ALL {
        let store = store(&test, *system);
        for table in 0..100 {
            let query = Query::sql(&format!("SELECT a FROM t{table}"));
            store.operation(&Operation::query(&query)).succeeded();
        }
    }
    let store = store(&test, System::Redis);
    assert_eq!(store.overflowed(), 17 * 65);
    let recorded = test.finish();
    assert_eq!(said::OPERATION_DURATION.facts().series, 1_480);
    assert_eq!(recorded.series(&said::OPERATION_DURATION.facts()), 5 * 36);
}

#[test]
fn long_names_are_cut_at_a_character() {
    let test = TestTelemetry::new();
    // A byte, and then characters of two: one of them stands across the limit.
    const NAME: &str = concat!(
        "x",
        "éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé"
    );
    store(&test, System::MongoDb).operation(&Operation::command(NAME)).succeeded();
    let recorded = test.finish();
    let cut = format!("x{}", "é".repeat(127));
    assert_eq!(the_span(&recorded).name, cut);
    assert_eq!(the_span(&recorded).get(&said::OPERATION), Some(cut.as_str().into()));
}

#[test]
fn what_happens_inside_has_the_call_as_its_parent() {
    let test = TestTelemetry::new();
    let store = store(&test, System::PostgreSql);
    let outer = store.operation(&Operation::command("BEGIN"));
    store.operation_in(&Operation::command("SAVEPOINT"), &outer.context()).succeeded();
    let entered = outer.enter();
    store.operation(&Operation::command("INSERT")).succeeded();
    drop(entered);
    outer.succeeded();
    let recorded = test.finish();
    let spans = recorded.spans();
    let outer = spans.iter().find(|span| span.name == "BEGIN").expect("the outer call");
    let inner = spans.iter().filter(|span| span.parent_span_id == outer.span_id);
    assert_eq!(inner.map(|span| span.name.as_str()).collect::<Vec<_>>(), ["SAVEPOINT", "INSERT"]);
}

#[test]
fn without_telemetry_nothing_happens() {
    let store = store(&Telemetry::noop(), System::PostgreSql);
    store.operation(&Operation::command("GET")).succeeded();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_literal_of_a_query_leaves(secret in "[a-z]{8,12}", number in 1_000_000_u64..) {
        let test = TestTelemetry::new();
        let query = format!("UPDATE users SET password = '{secret}', pin = {number} WHERE name = N'{secret}' -- {secret}");
        store(&test, System::OtherSql).operation(&Operation::query(&Query::sql(&query))).succeeded();
        let recorded = format!("{:?}", test.finish().spans());
        prop_assert!(!recorded.contains(&secret) && !recorded.contains(&number.to_string()), "{recorded}");
        prop_assert!(recorded.contains("UPDATE users SET password = ?, pin = ? WHERE name = ?"), "{recorded}");
    }
}

#[test]
fn the_words_of_the_conventions_are_used_as_they_are() {
    assert_eq!(said::QUERY_SUMMARY.name(), QueryClass::KEY);
    assert_eq!(StoreFailure::KEY, ERROR_TYPE.name());
    const TEXT: Key<Query> = said::QUERY_TEXT;
    assert_eq!(TEXT.name(), "db.query.text");
}

/// Everything that there is to say of stores.
pub(crate) fn say_everything(telemetry: &Telemetry) {
    let settings = StoreSettings { namespace: Some("shop"), server: Some("db-1"), port: Some(1) };
    let store = DataStore::new(telemetry, System::PostgreSql, &settings);
    let query = Query::sql("SELECT id FROM orders");
    let mut call = store.operation(&Operation::query(&query).on("orders"));
    call.rows_returned(1);
    call.succeeded();
    let batch = Operation::command("SET").in_batch_of(2);
    for failure in StoreFailure::ALL {
        store.operation(&batch).failed(*failure, StatusCode::of("40001"));
    }
}

fn store(telemetry: &Telemetry, system: System) -> DataStore {
    DataStore::new(telemetry, system, &StoreSettings::default())
}

fn the_span(recorded: &Recorded) -> &TestSpan {
    match recorded.spans() {
        [span] => span,
        spans => panic!("one span was expected: {spans:#?}"),
    }
}

fn labels(
    telemetry: &Telemetry,
    system: System,
    summary: Option<&str>,
    failure: Option<StoreFailure>,
) -> (StoreSystem, Option<QueryClass>, Option<StoreFailure>) {
    let system = telemetry.capped().get(system.as_str());
    (system, summary.map(|summary| telemetry.capped().get(summary)), failure)
}
