//! The words of a query.

/// What a piece of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Space,
    Comment,
    /// A keyword, or a name without quotes; several with points between them are one.
    Word,
    /// A name in quotes.
    Quoted,
    Literal,
    /// Anything else: one sign.
    Sign,
}

/// Cuts a query into pieces.
#[derive(Debug)]
pub(super) struct Lexer<'query> {
    query: &'query str,
    at: usize,
    /// What the last piece that is no space was, and whether it was a point.
    after_point: bool,
}

impl<'query> Lexer<'query> {
    pub(super) fn new(query: &'query str) -> Self {
        Self { query, at: 0, after_point: false }
    }

    /// The next piece; `name` says whether nothing but a name can stand here.
    pub(super) fn next(&mut self, name: bool) -> Option<(Token, &'query str)> {
        let rest = &self.query[self.at..];
        let first = rest.chars().next()?;
        let (token, length) = piece(rest, first, name || self.after_point);
        let length = length.clamp(first.len_utf8(), rest.len());
        self.at += length;
        let written = &rest[..length];
        if token != Token::Space {
            self.after_point = written == ".";
        }
        Some((token, written))
    }
}

fn piece(rest: &str, first: char, name: bool) -> (Token, usize) {
    match first {
        first if first.is_whitespace() => (Token::Space, spaces(rest)),
        '-' if rest.starts_with("--") => (Token::Comment, line(rest)),
        '#' if matches!(rest.as_bytes().get(1), None | Some(b' ' | b'\t' | b'\n')) => {
            (Token::Comment, line(rest))
        }
        '/' if rest.starts_with("/*") => (Token::Comment, block(rest)),
        '\'' => (Token::Literal, text(rest, '\'', false)),
        '"' if name => (Token::Quoted, quoted(rest, '"')),
        '"' => (Token::Literal, text(rest, '"', false)),
        '`' => (Token::Quoted, quoted(rest, '`')),
        '[' => bracket(rest),
        '$' => dollar(rest),
        '?' | ':' | '@' => placeholder(rest),
        '0'..='9' => (Token::Literal, number(rest)),
        '.' | '+' | '-' if starts_number(rest) => (Token::Literal, 1 + number(&rest[1..])),
        first if is_word(first) => word(rest),
        first => (Token::Sign, first.len_utf8()),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '#')
}

fn goes_on(character: char) -> bool {
    is_word(character) || matches!(character, '$' | '@')
}

fn while_is(rest: &str, is: impl Fn(char) -> bool) -> usize {
    rest.find(|character| !is(character)).unwrap_or(rest.len())
}

fn spaces(rest: &str) -> usize {
    while_is(rest, char::is_whitespace)
}

/// A comment up to the end of its line, which stays.
fn line(rest: &str) -> usize {
    rest.find(['\n', '\r']).unwrap_or(rest.len())
}

/// A comment in which others may stand, as some dialects have it.
fn block(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest.as_bytes()[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return at + 2,
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    rest.len()
}

/// A text in quotes: a doubled quote is one within. Where a backslash may have escaped the quote that seems to end the
/// text, nobody knows where it ends, and all of the rest belongs to it.
fn text(rest: &str, quote: char, escapes: bool) -> usize {
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

/// A name in quotes; one that does not end is all there is.
fn quoted(rest: &str, quote: char) -> usize {
    rest[1..].find(quote).map_or(rest.len(), |end| end + 2)
}

/// `[Order Details]` is a name; `[1]` and `['a']` are not.
fn bracket(rest: &str) -> (Token, usize) {
    let inside = while_is(&rest[1..], |character| is_word(character) || matches!(character, ' ' | '.' | '$'));
    let name = &rest[1..1 + inside];
    let is_name = name.starts_with(|first: char| first.is_alphabetic() || first == '_')
        && rest[1 + inside..].starts_with(']');
    if is_name { (Token::Quoted, inside + 2) } else { (Token::Sign, 1) }
}

/// `$1` is a placeholder, `$tag$…$tag$` a text, and anything else begins with a sign.
fn dollar(rest: &str) -> (Token, usize) {
    let digits = while_is(&rest[1..], |character| character.is_ascii_digit());
    if digits > 0 && !rest[1 + digits..].starts_with(is_word) {
        return (Token::Sign, 1 + digits);
    }
    let tag = while_is(&rest[1..], |character| character.is_alphanumeric() || character == '_');
    if digits > 0 || !rest[1 + tag..].starts_with('$') {
        // Money is a literal: what follows the sign is one.
        return (Token::Sign, 1);
    }
    let tag = &rest[..tag + 2];
    let end = rest[tag.len()..].find(tag).map_or(rest.len(), |end| end + 2 * tag.len());
    (Token::Literal, end)
}

/// `?`, `?1`, `:1`, `:name`, `@name`, and the `::` of a cast.
fn placeholder(rest: &str) -> (Token, usize) {
    let signs = while_is(rest, |character| matches!(character, ':' | '@'));
    let length = match rest.as_bytes() {
        [b'?', ..] => 1,
        [b':', b':', ..] => return (Token::Sign, 2),
        _ => signs.max(1),
    };
    let name = while_is(&rest[length..], |character| character.is_ascii_digit());
    let is_number =
        name > 0 && name <= 3 && !rest[length + name..].starts_with(|next| is_word(next) || next == '.');
    match (rest.as_bytes()[0], is_number) {
        (b'?' | b':', true) => (Token::Sign, length + name),
        _ => (Token::Sign, length),
    }
}

fn starts_number(rest: &str) -> bool {
    matches!(rest.as_bytes(), [b'.' | b'+' | b'-', b'0'..=b'9', ..] | [b'+' | b'-', b'.', b'0'..=b'9', ..])
}

/// A number in any base, with its exponent, and with whatever letters are glued to it.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let character = rest[at..].chars().next().unwrap_or(' ');
        let exponent = matches!(character, '+' | '-')
            && at > 0
            && matches!(bytes[at - 1], b'e' | b'E')
            && bytes.get(at + 1).is_some_and(u8::is_ascii_digit)
            && !bytes.starts_with(b"0x")
            && !bytes.starts_with(b"0X");
        if !(character.is_alphanumeric() || matches!(character, '_' | '.') || exponent) {
            break;
        }
        at += character.len_utf8();
    }
    at
}

/// A word; with a text right behind it, the prefix of that text: `N'…'`, `E'…'`, `x'…'`, `_utf8'…'`.
fn word(rest: &str) -> (Token, usize) {
    let length = while_is(rest, goes_on);
    let (word, after) = rest.split_at(length);
    let prefix = matches!(word.to_ascii_lowercase().as_str(), "n" | "e" | "b" | "x" | "r" | "q" | "nq");
    if after.starts_with('\'') && (prefix || word.starts_with('_')) {
        return (Token::Literal, length + text(after, '\'', word.eq_ignore_ascii_case("e")));
    }
    if word.eq_ignore_ascii_case("u") && after.starts_with("&'") {
        return (Token::Literal, length + 1 + text(&after[1..], '\'', false));
    }
    (Token::Word, length)
}
