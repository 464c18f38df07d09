//! Texts and names in quotes.

use super::{Token, is_word, while_is};

/// A text in quotes: a doubled quote is one within. Where a backslash may have escaped the quote that seems to end the
/// text, or three quotes may have begun it, nobody knows where it ends, and all of the rest belongs to it.
pub(super) fn text(rest: &str, quote: char, escapes: bool) -> usize {
    let end = ending(rest, quote, escapes);
    if tripled(rest, quote).is_some_and(|other| other != end) { rest.len() } else { end }
}

fn ending(rest: &str, quote: char, escapes: bool) -> usize {
    let mut at = quote.len_utf8();
    let mut slashes = 0;
    while let Some(character) = rest[at..].chars().next() {
        at += character.len_utf8();
        let escaped = slashes % 2 == 1;
        match character {
            '\\' => slashes += 1,
            character if character == quote && escaped && !escapes => return rest.len(),
            character if character == quote && !escaped => {
                if !rest[at..].starts_with(quote) {
                    return at;
                }
                at += quote.len_utf8();
                slashes = 0;
            }
            _ => slashes = 0,
        }
    }
    rest.len()
}

/// Where a text ends that stands between three quotes, as BigQuery has it.
fn tripled(rest: &str, quote: char) -> Option<usize> {
    let marks = [quote; 3].into_iter().collect::<String>();
    let end = rest.strip_prefix(marks.as_str())?.find(marks.as_str())?;
    Some(end + 2 * marks.len())
}

/// Oracle's text between signs of its own choice: `'[bob's]'`. One that does not end is all there is.
pub(super) fn chosen(rest: &str) -> usize {
    let Some(open) = rest[1..].chars().next() else { return rest.len() };
    let close = match open {
        '[' => ']',
        '(' => ')',
        '{' => '}',
        '<' => '>',
        other => other,
    };
    let begin = 1 + open.len_utf8();
    let marks = [close, '\''].into_iter().collect::<String>();
    rest[begin..].find(marks.as_str()).map_or(rest.len(), |end| begin + end + marks.len())
}

/// Whether what stands between these quotes is a name for everyone: nothing in it may end it earlier or later.
pub(super) fn is_plain(rest: &str, quote: char) -> bool {
    let odd = |character: char| matches!(character, '\'' | '"' | '`' | '\\') || character.is_control();
    rest[1..].find(quote).is_some_and(|end| !rest[1..=end].contains(odd))
}

/// A name in quotes; where that is in doubt, the rest is hidden.
pub(super) fn name(rest: &str, quote: char) -> (Token, usize) {
    match rest[1..].find(quote) {
        Some(end) if is_plain(rest, quote) => (Token::Quoted, end + 2),
        _ => (Token::Literal, rest.len()),
    }
}

/// `[Order Details]` is a name; `[1]` and `['a']` are not. `[it's]` is one for those who have such names, and where it
/// ends depends on that: the rest is hidden.
pub(super) fn bracket(rest: &str) -> (Token, usize) {
    let Some(inside) = bracketed(rest) else { return (Token::Sign, 1) };
    let is_odd = |quote: char| inside.matches(quote).count() % 2 == 1;
    if ['\'', '"', '`'].into_iter().any(is_odd)
        || ["--", "/*", "//", "#"].iter().any(|it| inside.contains(it))
    {
        return (Token::Literal, rest.len());
    }
    let length = while_is(inside, |character| is_word(character) || matches!(character, ' ' | '.' | '$'));
    let is_name =
        length == inside.len() && inside.starts_with(|first: char| first.is_alphabetic() || first == '_');
    if is_name { (Token::Quoted, length + 2) } else { (Token::Sign, 1) }
}

/// What stands up to a bracket that closes and is not doubled.
fn bracketed(rest: &str) -> Option<&str> {
    let mut end = 1;
    loop {
        end += rest[end..].find(']')?;
        if !rest[end + 1..].starts_with(']') {
            return Some(&rest[1..end]);
        }
        end += 2;
    }
}
