//! SQL without its literals.

use otel_core::testing::TestTelemetry;
use otel_core::{Key, Outcome, Query, SpanDef, SpanKind};
use proptest::prelude::*;
use serde_json::Value;

mod literals;

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
        "q'[bob's]'",
        "nQ'!bob's!'",
        "rb'bob'",
        "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
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
fn where_a_name_may_be_a_text_it_is_hidden() {
    // SQLite and MySQL read a text in each of these.
    check(
        "SELECT id FROM users WHERE name IS NOT DISTINCT FROM \"Mia\"",
        "SELECT id FROM users WHERE name IS NOT DISTINCT FROM ?",
        "SELECT users",
    );
    check("SELECT TRIM(BOTH ' ' FROM \"Mia\")", "SELECT TRIM(BOTH ? FROM ?)", "SELECT");
    check("SELECT EXTRACT(YEAR FROM born) FROM t", "SELECT EXTRACT(YEAR FROM born) FROM t", "SELECT t");
    check("PREPARE p FROM \"SELECT 'Mia'\"", "PREPARE p FROM ?", "");
    check(
        "SELECT a FROM t FOR SYSTEM_TIME FROM \"1987-03-04\" TO \"1987-03-05\"",
        "SELECT a FROM t FOR SYSTEM_TIME FROM ? TO ?",
        "SELECT t",
    );
    check("EXEC find a, \"Mia\"", "EXEC find a, ?", "EXEC find");
    check("SELECT a FROM t SORT BY a, \"Mia\"", "SELECT a FROM t SORT BY a, ?", "SELECT t");
    // Money, and a parameter.
    check(
        "SELECT a FROM t WHERE b > $50.25 AND c = $2",
        "SELECT a FROM t WHERE b > $? AND c = $2",
        "SELECT t",
    );
}

#[test]
fn what_may_be_a_comment_is_hidden() {
    check("SELECT a FROM t #Mia Muster\n WHERE b = 1", "SELECT a FROM t \n WHERE b = ?", "SELECT t");
    check(
        "SELECT a FROM t WHERE b = 1#Mia\n AND c = d",
        "SELECT a FROM t WHERE b = ?\n AND c = d",
        "SELECT t",
    );
    check("SELECT a FROM t //Mia\nWHERE b = 1", "SELECT a FROM t \nWHERE b = ?", "SELECT t");
    // Where it is none, or another one, a text may end in the next line.
    check("SELECT a--1, 'a\nMia' FROM t", "SELECT a?", "SELECT");
    check("SELECT a FROM t /* /* */ 'x */ Mia'", "SELECT a FROM t ?", "SELECT t");
    check("SELECT a FROM t -- b\rMia\nWHERE c = 1", "SELECT a FROM t ?", "SELECT t");
    // These are none.
    check("SELECT a FROM #orders WHERE b = 1", "SELECT a FROM #orders WHERE b = ?", "SELECT #orders");
    check("SELECT a #>> '{b}' FROM t", "SELECT a #>> ? FROM t", "SELECT t");
}

#[test]
fn where_a_name_may_end_elsewhere_the_rest_is_hidden() {
    check("SELECT [it's] FROM t WHERE a = 'Mia'", "SELECT ?", "SELECT");
    check("SELECT [a]]'b] FROM t WHERE a = 'Mia'", "SELECT ?", "SELECT");
    check("SELECT `a\\`b` FROM t WHERE a = 'Mia' AND `c`", "SELECT ?", "SELECT");
    check("SELECT '''it's Mia''' FROM t", "SELECT ?", "SELECT");
    check("SELECT REPLACE(a, '''', '') FROM t", "SELECT REPLACE(a, ?, ?) FROM t", "SELECT t");
    check("SELECT m['a'], [b, 'c'] FROM t", "SELECT m[?], [b, ?] FROM t", "SELECT t");
}

#[test]
fn placeholders_stay() {
    for query in [
        "SELECT a FROM t WHERE b = $1 AND c = ?",
        "SELECT a FROM t WHERE b = :name AND c = :1",
        "SELECT a FROM t WHERE b = @p AND c = ?2",
        "SELECT a FROM t WHERE b IN ($1,$2, $3)",
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
    let query = "UPDATE t SET a = b FROM \"u\" WHERE c = d";
    check(query, query, "UPDATE t \"u\"");
    let query = "MERGE INTO t USING \"u\" x ON t.a = x.a";
    check(query, query, "MERGE t \"u\"");
    let query = "SELECT a FROM (SELECT b FROM t) AS x JOIN u";
    check(query, query, "SELECT SELECT t u");
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
            "'",
            "''",
            "\"",
            "`",
            "[",
            "]",
            "--",
            "/*",
            "*/",
            "\\",
            "$$",
            "$a$",
            "$1",
            "?",
            ":",
            "@",
            "#",
            "# ",
            "\n",
            " ",
            ".",
            ",",
            "-",
            "+",
            "1",
            "0x",
            "e",
            "E'",
            "N'",
            "a",
            "é",
            "FROM ",
            "SELECT ",
            "INTO",
            "(",
            ")",
            ";",
            "1e5",
            "UPDATE ",
            "U&'",
            "::",
            "table",
            "q'[",
            "]'",
            "//",
            "#>",
            "\r",
            "'''",
            "DISTINCT ",
            "USING ",
            "SET ",
            "JOIN ",
            "EXEC ",
            " ARRAY[",
            "$5",
            "#t",
            "DROP ",
            "TABLE ",
            " AS ",
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
}
