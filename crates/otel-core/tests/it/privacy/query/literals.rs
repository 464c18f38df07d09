//! Literals of all dialects in all places of a query: none of them leaves.

use otel_core::Query;
use proptest::prelude::*;

/// How dialects write a literal. `%` is the secret, and what stands around it is what lexers stumble over.
const LITERALS: [&str; 44] = [
    "'%'",
    "'it''s %'",
    "'% -- /* '",
    r#"'"` %'"#,
    "'[$$ %'",
    "'\n%\n'",
    r"'%\\'",
    r"'it\'s %'",
    "N'%'",
    "n'it''s %'",
    r"E'it\'s %'",
    r"e'\\%'",
    "B'%'",
    "X'%'",
    "r'%'",
    "br'%'",
    "_utf8'%'",
    "_utf8mb4 '%'",
    "U&'%'",
    r"U&'\0041 %' UESCAPE '!'",
    "q'[it's %]'",
    r#"Q'{"%}'"#,
    "nq'(it's (%))'",
    "NQ'<%'>'",
    "q'!it's %!'",
    "q'|'%|'",
    "$$it's %$$",
    "$tag$ $$ it's % $tag$",
    r#""%""#,
    r#""it's %""#,
    r#""a""%""#,
    r#""a\"%""#,
    r#"_latin1"%""#,
    r#"r"%""#,
    "'\u{200b}%é'",
    "'''it's %'''",
    r#""""say "%" now""""#,
    "DATE '%'",
    r#"DATE "%""#,
    "{d '%'}",
    "INTERVAL '%' DAY",
    "0x%",
    "1_%",
    "'a' 'b%'",
];

/// Where one can stand.
const PLACES: [&str; 46] = [
    "SELECT % FROM t",
    "SELECT a, % AS b FROM t",
    "SELECT a AS % FROM t",
    "SELECT a FROM t WHERE b = %",
    "SELECT a FROM t WHERE b=% AND c IN (1, %)",
    "SELECT a FROM t WHERE b LIKE % ESCAPE '!'",
    "SELECT a FROM t WHERE b BETWEEN % AND %",
    "SELECT a FROM t WHERE b IS DISTINCT FROM %",
    "SELECT a FROM t WHERE b IS NOT DISTINCT/**/FROM\n%",
    "SELECT a IS NOT DISTINCT FROM %, c FROM t",
    "SELECT a FROM t JOIN u ON t.a IS DISTINCT FROM %",
    "UPDATE t SET a = b IS DISTINCT FROM % WHERE c",
    "SELECT TRIM(BOTH '_' FROM %)",
    "SELECT TRIM(LEADING FROM %) FROM t",
    "SELECT EXTRACT(YEAR FROM %) FROM t",
    "SELECT SUBSTRING(% FROM 2 FOR 3), a FROM t",
    "SELECT OVERLAY(a PLACING % FROM %) FROM t",
    "SELECT a FROM t WHERE f(%, g(b, %)) > 1",
    "SELECT a FROM t GROUP BY b HAVING c = %",
    "SELECT a FROM t ORDER BY FIELD(b, %)",
    "SELECT a FROM t ORDER BY a, %",
    "SELECT a FROM t SORT BY a, %",
    "SELECT a FROM t x, u y WHERE z = %",
    "SELECT a FROM t LIMIT %",
    "SELECT a FROM t FOR SYSTEM_TIME FROM % TO %",
    "DELETE FROM t FOR PORTION OF p FROM % TO %",
    "UPDATE t FOR PORTION OF p FROM % TO % SET a = %",
    "SELECT a FROM t INTO OUTFILE %",
    "INSERT INTO t (a, b) VALUES (%, %), (%,%)",
    "INSERT INTO t SET a = % ON DUPLICATE KEY UPDATE a = %, b = %",
    "UPDATE t SET a = %, b = 2 WHERE c <> %",
    "MERGE INTO t USING u ON t.a = % WHEN MATCHED THEN UPDATE SET b = %",
    "EXEC p %, a, %",
    "EXEC p a, %",
    "CALL p(%, %)",
    "EXECUTE s USING %",
    "EXECUTE IMMEDIATE % USING %",
    "PREPARE s FROM %",
    "REVOKE ALL ON t FROM %",
    "LOAD CSV FROM % AS line",
    "SHOW TABLES FROM d LIKE %",
    "WITH x AS (SELECT % FROM t) SELECT a FROM x WHERE b = %",
    "SELECT a FROM (SELECT b FROM t WHERE c = %) d, u WHERE e = %",
    "SELECT m[%], ARRAY[%, %] FROM t",
    "CREATE USER mia IDENTIFIED BY %",
    "ALTER TABLE t ADD COLUMN c TEXT DEFAULT % COMMENT %",
];

/// Comments of those dialects that have them. In these, `@` is the secret.
const COMMENTS: [&str; 9] = [
    "-- @\n",
    "--@ \n",
    "--it's @\n",
    "# @\n",
    "#@ it is\n",
    "#it's @\n",
    "//@\n",
    "/*@*/",
    "/* /* @ */ @ */",
];

/// What may stand before, in the same text.
const BEFORE: [&str; 8] = [
    "",
    "SELECT 'a', `b`, [c d] FROM \"e\".\"f\", #g; ",
    "SELECT 'it''s', '''', $1 FROM t; ",
    "WITH w AS (SELECT 1) ",
    "EXPLAIN ",
    "SELECT 5 -- five\n; ",
    "/* it's */ ",
    "SELECT a #>> '{b}', c->>'d' FROM t; ",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_literal_of_a_query_leaves(
        secret in "zq[a-z]{6}",
        literal in prop::sample::select(&LITERALS[..]),
        place in prop::sample::select(&PLACES[..]),
        comment in prop::option::of((prop::sample::select(&COMMENTS[..]), 0..6_usize)),
        before in prop::sample::select(&BEFORE[..]),
        is_lower in any::<bool>(),
    ) {
        let place = if is_lower { place.to_lowercase() } else { place.to_owned() };
        let place = match comment {
            Some((comment, word)) => with_comment(&place, comment, word),
            None => place,
        };
        let literal = literal.replace('%', &secret);
        let query = format!("{before}{}", place.replace('%', &literal).replace('@', &secret));
        let told = Query::sql(&query);
        prop_assert!(!told.text().contains(&secret), "{query}\n{}", told.text());
        prop_assert!(!told.summary().contains(&secret), "{query}\n{}", told.summary());
    }

    #[test]
    fn no_text_in_quotes_is_left(
        secret in "[a-z]{6,12}",
        before in "[ -&(-~]{0,12}",
        after in "[ -&(-~]{0,12}",
    ) {
        let inside = Query::sql(&format!("SELECT a FROM t WHERE b = '{before}{secret}{after}' AND c = 1"));
        prop_assert!(!inside.text().contains(&secret), "{}", inside.text());
    }
}

/// The query with a comment behind one of its words, where a table is not expected: `FROM #x` names one.
fn with_comment(place: &str, comment: &str, word: usize) -> String {
    let mut words: Vec<String> = place.split_inclusive(' ').map(str::to_owned).collect();
    let opens = ["FROM ", "INTO ", "JOIN ", "UPDATE ", "USING ", "TABLE "];
    let at = word.min(words.len() - 1);
    if !opens.contains(&words[at].to_uppercase().as_str()) {
        words[at] = format!("{} {comment}", words[at]);
    }
    words.concat()
}

/// Otherwise the property above could hold because nothing is left at all.
#[test]
fn what_is_no_literal_is_told() {
    for place in PLACES {
        let told = Query::sql(&place.replace('%', "'x'"));
        let numbers = |text: &str| text.replace([' ', '1', '2', '3', '?', '!', '_', '\''], "");
        let expected = numbers(&place.replace('%', "").replace("/**/", ""));
        assert_eq!(numbers(told.text()), expected, "{place}");
    }
}
