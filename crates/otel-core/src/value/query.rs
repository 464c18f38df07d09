//! Database queries as attributes: without literals, and what they do to which tables.

mod lexer;
mod summary;

use super::{AttributeType, AttributeWriter, Kind, sealed};
use lexer::{Lexer, Token};
use summary::Summary;

/// A database query as it may be told: its text without literals, and what it does to which tables.
///
/// It is the type of `db.query.text`: the only way from a text to that attribute is through here. Making one reads the
/// whole text, so a query that is asked often is worth keeping.
///
/// ```
/// use otel_core::{Key, Query};
///
/// const QUERY_TEXT: Key<Query> = Key::new("db.query.text", "The query, without literals.");
///
/// let query = Query::sql("SELECT name FROM customers WHERE email = 'bob@example.com' LIMIT 5");
/// assert_eq!(query.text(), "SELECT name FROM customers WHERE email = ? LIMIT ?");
/// assert_eq!(query.summary(), "SELECT customers");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Query {
    text: String,
    summary: String,
}

impl Query {
    /// The query with `?` for every literal, and without comments.
    ///
    /// It knows no dialect, and where dialects disagree it hides more. What stands in double quotes is a name right behind
    /// the point of another name and where a table must stand: behind `FROM` (once in what reads, and not where it compares
    /// or takes apart), `JOIN`, `INTO`, `UPDATE`, `TABLE` and the like. Everywhere else it is a literal. Where it cannot be
    /// said where a text, a name or a comment ends, the rest of the query is hidden: behind a backslash before a quote, in
    /// `[it's]`, in nested comments. `#` begins a comment but in `FROM #orders` and `data #>> '{a}'`, and `//` does.
    /// Placeholders stay, and doing it once more changes nothing.
    pub fn sql(text: &str) -> Self {
        let (mut clean, mut commented) = pass(text);
        // What a comment kept apart can form another one, and every pass leaves fewer.
        while commented {
            (clean, commented) = pass(&clean.text);
        }
        clean
    }

    /// The text without its literals: `db.query.text`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The operations and the tables in their order, at most 255 bytes: `db.query.summary`. It is empty when the query
    /// has none that are known.
    pub fn summary(&self) -> &str {
        &self.summary
    }
}

impl sealed::Sealed for Query {}
/// The text of a query, without its literals.
impl AttributeType for Query {
    type Value<'a> = &'a Query;
    const KIND: Kind = Kind::Text;

    fn write(out: &mut AttributeWriter<'_>, value: &Query) {
        out.text(&value.text);
    }
}

/// The query without its literals, and whether there were comments, which are left out too.
fn pass(query: &str) -> (Query, bool) {
    let mut text = String::with_capacity(query.len());
    let mut summary = Summary::default();
    let (mut lexer, mut commented, mut apart) = (Lexer::new(query), false, false);
    while let Some((token, written)) = lexer.next(summary.expects_a_name()) {
        if matches!(token, Token::Comment | Token::Disputed) {
            (commented, apart) = (true, true);
            summary.read(token, written);
            continue;
        }
        let written = if token == Token::Literal { "?" } else { written };
        let is_apart = text.is_empty()
            || text.ends_with(char::is_whitespace)
            || written.starts_with(char::is_whitespace);
        if apart && !is_apart {
            text.push(' ');
        }
        apart = false;
        text.push_str(written);
        summary.read(token, written);
    }
    (Query { text, summary: summary.finish() }, commented)
}
