//! SQL without its literals.

use otel_core::testing::TestTelemetry;
use otel_core::{Key, Outcome, Query, SpanDef, SpanKind};
use proptest::prelude::*;
use serde_json::Value;

/// The cases of the semantic conventions, which lie beside the workspace where there are any.
const CASES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/semconv/db-sql-test-cases.json");

#[test]
fn every_case_of_the_semantic_conventions_comes_out_as_they_say() {
    let Some(cases) = super::corpus::read(CASES) else { return };
    let cases = cases.as_array().unwrap();
    assert_eq!(cases.len(), 24);
    for case in cases {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let expected = &case["expected"];
        let allowed: Vec<String> = expected["db.query.text"].as_array().unwrap().iter().map(text).collect();
        let sanitized = Query::sql(case["input"]["query"].as_str().unwrap());
        assert!(allowed.iter().any(|it| it == sanitized.text()), "{}: {sanitized:?}", case["name"]);
        assert_eq!(expected["db.query.summary"], sanitized.summary(), "{}", case["name"]);
    }
}

#[track_caller]
fn check(query: &str, text: &str, summary: &str) {
    let sanitized = Query::sql(query);
    assert_eq!((sanitized.text(), sanitized.summary()), (text, summary), "{query}");
}

#[test]
fn a_query_leaves_without_its_literals() {
    const CALL: SpanDef = SpanDef::new("call", SpanKind::Client, "A call.");
    const TEXT: Key<Query> = Key::new("db.query.text", "The query.");
    let test = TestTelemetry::new();
    let mut span = test.span(&CALL);
    span.set(&TEXT, &Query::sql("SELECT a FROM t WHERE b = 'jane' AND c IN (1, 2) -- jane"));
    span.finish(Outcome::Ok);
    let text = test.finish().span(&CALL).get(&TEXT);
    assert_eq!(text, Some("SELECT a FROM t WHERE b = ? AND c IN (?, ?) ".into()));
}

#[test]
fn literals_of_every_dialect_are_hidden() {
    for literal in [
        "'it''s'",
        "N'Müller'",
        "E'it\\'s'",
        "x'c0ffee'",
        "B'1010'",
        "_utf8'bob'",
        "U&'d\\0061t'",
        "$$bob's$$",
        "$tag$ $$ bob $tag$",
        "1_000",
        "0xC0FFEE",
        "1.5e-3",
        "-7",
        "'unfinished",
    ] {
        check(&format!("SELECT a FROM t WHERE b = {literal}"), "SELECT a FROM t WHERE b = ?", "SELECT t");
    }
    check("SELECT * FROM t WHERE d > DATE '2026-11-22'", "SELECT * FROM t WHERE d > DATE ?", "SELECT t");
    check("SELECT a FROM t WHERE n = \"bob\"", "SELECT a FROM t WHERE n = ?", "SELECT t");
}

#[test]
fn where_dialects_disagree_the_rest_is_hidden() {
    // MySQL reads one text here and a comparison behind it, the standard two texts with words between them.
    check("SELECT 1 FROM t WHERE a = 'x\\' OR b = 'secret'", "SELECT ? FROM t WHERE a = ?", "SELECT t");
}

#[test]
fn placeholders_stay() {
    for query in [
        "SELECT a FROM t WHERE b = $1 AND c = ?",
        "SELECT a FROM t WHERE b = :name AND c = :1",
        "SELECT a FROM t WHERE b = @p AND c = ?2",
        "SELECT a::text FROM t",
    ] {
        check(query, query, "SELECT t");
    }
}

#[test]
fn names_in_quotes_stay_where_only_names_can_stand() {
    let query = "SELECT `a` FROM \"public\".\"Orders\" JOIN [dbo].[Order Details] d, `x`.`y` WHERE z = ?";
    check(query, query, "SELECT \"public\".\"Orders\" [dbo].[Order Details] `x`.`y`");
}

#[test]
fn operations_and_tables_are_told() {
    check("UPDATE t SET a = 1 WHERE b = 2", "UPDATE t SET a = ? WHERE b = ?", "UPDATE t");
    check("delete from only t where a in (1,2)", "delete from only t where a in (?,?)", "delete t");
    check(
        "CREATE TABLE IF NOT EXISTS a.b (c INT)",
        "CREATE TABLE IF NOT EXISTS a.b (c INT)",
        "CREATE TABLE a.b",
    );
    check(
        "INSERT INTO t VALUES (1); TRUNCATE TABLE u",
        "INSERT INTO t VALUES (?); TRUNCATE TABLE u",
        "INSERT t TRUNCATE u",
    );
    let many = (0..100).map(|n| format!("table{n}")).collect::<Vec<_>>().join(", ");
    let query = Query::sql(&format!("SELECT * FROM {many}"));
    let summary = query.summary();
    assert!(summary.len() <= 255 && summary.ends_with(|last: char| last.is_ascii_digit()), "{summary}");
}

/// Texts of the pieces that lexers stumble over.
fn anything() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        prop::sample::select(vec![
            "'", "''", "\"", "`", "[", "]", "--", "/*", "*/", "\\", "$$", "$a$", "$1", "?", ":", "@", "#",
            "# ", "\n", " ", ".", ",", "-", "+", "1", "0x", "e", "E'", "N'", "a", "é", "FROM ", "SELECT ",
            "INTO", "(", ")", ";", "1e5", "UPDATE ", "U&'", "::", "table",
        ])
        .prop_map(str::to_owned),
        "\\PC{0,3}",
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sanitising_again_changes_nothing(query in anything()) {
        let once = Query::sql(&query);
        prop_assert_eq!(&Query::sql(once.text()), &once);
    }

    #[test]
    fn no_text_in_quotes_is_left(secret in "[a-z]{6,12}", before in "[ -&(-~]{0,12}", after in "[ -&(-~]{0,12}") {
        let inside = Query::sql(&format!("SELECT a FROM t WHERE b = '{before}{secret}{after}' AND c = 1"));
        prop_assert!(!inside.text().contains(&secret), "{}", inside.text());
    }
}
