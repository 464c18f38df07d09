//! SQL as the semantic conventions want it: every literal a `?`, and a summary of what is done to which table.

mod lexer;
mod summary;

use lexer::{Lexer, Token};
use summary::Summary;

/// A query that can be told, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sanitized {
    /// The query with `?` for every literal, without comments: `db.query.text`.
    pub text: String,
    /// The operations and the tables, in their order: `db.query.summary`.
    pub summary: String,
}

/// The query without its literals.
///
/// It knows no dialect, and where dialects disagree it hides more: what stands in double quotes is a literal unless
/// only a name can stand there, and where a backslash before a quote may or may not escape it, the rest of the query
/// is hidden. Placeholders stay, and sanitising once more changes nothing.
///
/// ```
/// use otel_core::privacy::sql;
///
/// let query = sql::sanitize("SELECT name FROM customers WHERE email = 'bob@example.com' LIMIT 5");
/// assert_eq!(query.text, "SELECT name FROM customers WHERE email = ? LIMIT ?");
/// assert_eq!(query.summary, "SELECT customers");
/// ```
pub fn sanitize(query: &str) -> Sanitized {
    let (mut clean, mut commented) = pass(query);
    // What a comment kept apart can form another one, and every pass leaves fewer.
    while commented {
        (clean, commented) = pass(&clean.text);
    }
    clean
}

/// The query without its literals, and whether there were comments, which are left out too.
fn pass(query: &str) -> (Sanitized, bool) {
    let mut text = String::with_capacity(query.len());
    let mut summary = Summary::default();
    let (mut lexer, mut commented, mut apart) = (Lexer::new(query), false, false);
    while let Some((token, written)) = lexer.next(summary.expects_a_name()) {
        if token == Token::Comment {
            (commented, apart) = (true, true);
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
    (Sanitized { text, summary: summary.finish() }, commented)
}
