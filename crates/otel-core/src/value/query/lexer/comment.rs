//! Comments, and what only some dialects take for one.

use super::Token;

/// A comment up to the end of its line, which stays.
///
/// `-- ` begins one everywhere. Others may go on where this one ends, where a text that begins here ends in a later line:
/// in MySQL in `5--1`, elsewhere behind `#` and `//`. There, the rest is hidden.
pub(super) fn line(rest: &str) -> (Token, usize) {
    let Some(end) = rest.find('\n') else { return (Token::Comment, rest.len()) };
    let comment = &rest[..end];
    let comment = comment.strip_suffix('\r').unwrap_or(comment);
    let is_agreed = comment == "--" || comment.starts_with("-- ") || comment.starts_with("--\t");
    let opens = |text: &str| text.contains(['\'', '"', '`', '[', '$', '\\']) || text.contains("/*");
    // A lone carriage return ends a line for some.
    if comment.contains('\r') || (!is_agreed && opens(comment)) {
        return (Token::Literal, rest.len());
    }
    (if is_agreed { Token::Comment } else { Token::Disputed }, comment.len())
}

/// A comment between marks. Some dialects nest them and others do not: where one seems to begin within another, the rest
/// is hidden.
pub(super) fn block(rest: &str) -> (Token, usize) {
    let inside = &rest[2..];
    let Some(end) = inside.find("*/") else { return (Token::Comment, rest.len()) };
    if inside[..=end].contains("/*") {
        return (Token::Literal, rest.len());
    }
    (Token::Comment, end + 4)
}
