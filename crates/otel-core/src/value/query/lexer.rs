//! The words of a query.

mod comment;
mod quote;

/// What a piece of a query is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Space,
    Comment,
    /// What is a comment for some, and for others what nobody has read.
    Disputed,
    /// A keyword, or a name without quotes.
    Word,
    /// A name in quotes.
    Quoted,
    /// A literal, or what may be one: where dialects disagree about where one ends, all of the rest.
    Literal,
    /// Anything else: one sign.
    Sign,
}

/// Cuts a query into pieces.
#[derive(Debug)]
pub(super) struct Lexer<'query> {
    query: &'query str,
    at: usize,
    before: Before,
}

/// What stands before a piece, without spaces and comments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Anything,
    Name,
    /// The point behind a name, behind which nothing but a name can stand.
    Point,
    Comma,
}

impl<'query> Lexer<'query> {
    pub(super) fn new(query: &'query str) -> Self {
        Self { query, at: 0, before: Before::Anything }
    }

    /// The next piece; `name` says whether nothing but the name of a table can stand here.
    pub(super) fn next(&mut self, name: bool) -> Option<(Token, &'query str)> {
        let rest = &self.query[self.at..];
        let first = rest.chars().next()?;
        let (token, length) = piece(rest, first, name, self.before);
        let length = length.clamp(first.len_utf8(), rest.len());
        self.at += length;
        let written = &rest[..length];
        self.before = match token {
            Token::Space | Token::Comment => self.before,
            Token::Word | Token::Quoted => Before::Name,
            Token::Sign if written == "." && matches!(self.before, Before::Name | Before::Point) => {
                Before::Point
            }
            Token::Sign if written == "," => Before::Comma,
            Token::Sign | Token::Literal | Token::Disputed => Before::Anything,
        };
        Some((token, written))
    }
}

fn piece(rest: &str, first: char, name: bool, before: Before) -> (Token, usize) {
    let name = name || before == Before::Point;
    match first {
        first if first.is_whitespace() => (Token::Space, while_is(rest, char::is_whitespace)),
        '-' if rest.starts_with("--") => comment::line(rest),
        '/' if rest.starts_with("/*") => comment::block(rest),
        '/' if rest.starts_with("//") => comment::line(rest),
        // Behind a comma a comment is likelier than another of these tables.
        '#' => hash(rest, name && before != Before::Comma),
        '\'' => (Token::Literal, quote::text(rest, '\'', false)),
        '"' if name && quote::is_plain(rest, '"') => quote::name(rest, '"'),
        '"' => (Token::Literal, quote::text(rest, '"', false)),
        '`' => quote::name(rest, '`'),
        '[' => quote::bracket(rest),
        '$' => dollar(rest),
        '?' | ':' | '@' => placeholder(rest),
        _ if starts_uuid(rest) => (Token::Literal, UUID.iter().sum::<usize>() + UUID.len() - 1),
        '0'..='9' => (Token::Literal, number(rest)),
        '.' | '+' | '-' if starts_number(rest) => (Token::Literal, 1 + number(&rest[1..])),
        first if is_word(first) => word(rest),
        first => (Token::Sign, first.len_utf8()),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || character == '_'
}

fn goes_on(character: char) -> bool {
    is_word(character) || matches!(character, '$' | '@')
}

fn while_is(rest: &str, is: impl Fn(char) -> bool) -> usize {
    rest.find(|character| !is(character)).unwrap_or(rest.len())
}

/// `#orders` is a name where a table is expected; `data #>> '{a}'` is an operator; and everything else may be a comment.
fn hash(rest: &str, name: bool) -> (Token, usize) {
    let marks = while_is(rest, |character| character == '#');
    let length = while_is(&rest[marks..], goes_on);
    if name && marks <= 2 && length > 0 {
        return (Token::Word, marks + length);
    }
    let operator = ["#>>", "#>", "#-"].into_iter().find(|operator| rest.starts_with(operator));
    if let Some(operator) = operator {
        // What these take is a path: a text, a placeholder, or an array.
        let operand = rest[operator.len()..].trim_start_matches(' ');
        if operand.starts_with(['\'', '$', '?', ':', '@']) || operand.starts_with("ARRAY") {
            return (Token::Sign, operator.len());
        }
    }
    comment::line(rest)
}

/// `$1` is a placeholder, `$tag$…$tag$` a text, and anything else begins with a sign.
fn dollar(rest: &str) -> (Token, usize) {
    let digits = while_is(&rest[1..], |character| character.is_ascii_digit());
    if is_position(&rest[1..], digits) {
        return (Token::Sign, 1 + digits);
    }
    let tag = while_is(&rest[1..], is_word);
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
    let digits = while_is(&rest[length..], |character| character.is_ascii_digit());
    match (rest.as_bytes()[0], is_position(&rest[length..], digits)) {
        (b'?' | b':', true) => (Token::Sign, length + digits),
        _ => (Token::Sign, length),
    }
}

/// Whether these digits are the number of a parameter rather than an amount, a time of day or a telephone number.
fn is_position(rest: &str, digits: usize) -> bool {
    let after = &rest[digits..];
    let grouped = |next: &str| next.starts_with(|next: char| next.is_ascii_digit());
    let goes_on = after.starts_with(|next| is_word(next) || next == '.')
        || after.strip_prefix(',').is_some_and(grouped);
    (1..=3).contains(&digits) && !goes_on
}

/// How many hexadecimal digits stand between the hyphens of a UUID, which Cassandra writes without quotes.
const UUID: [usize; 5] = [8, 4, 4, 4, 12];

fn starts_uuid(rest: &str) -> bool {
    let mut groups = rest.splitn(UUID.len(), '-');
    let is_hex = |group: &str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    UUID.iter().enumerate().all(|(at, &length)| {
        let Some(group) = groups.next() else { return false };
        let is_last = at + 1 == UUID.len();
        let fits = if is_last { while_is(group, goes_on) == length } else { group.len() == length };
        fits && group.get(..length).is_some_and(is_hex)
    })
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
        if !(is_word(character) || character == '.' || exponent) {
            break;
        }
        at += character.len_utf8();
    }
    at
}

/// A word; with a text right behind it, the prefix of that text: `N'…'`, `E'…'`, `x'…'`, `_utf8'…'`, `q'[…]'`.
fn word(rest: &str) -> (Token, usize) {
    let length = while_is(rest, goes_on);
    let (word, after) = rest.split_at(length);
    let lower = word.to_ascii_lowercase();
    if after.starts_with('\'') {
        match lower.as_str() {
            "q" | "nq" => return (Token::Literal, length + quote::chosen(after)),
            "n" | "e" | "b" | "x" | "r" | "br" | "rb" => {
                return (Token::Literal, length + quote::text(after, '\'', lower == "e"));
            }
            _ if word.starts_with('_') => {
                return (Token::Literal, length + quote::text(after, '\'', false));
            }
            _ => {}
        }
    }
    if lower == "u" && after.starts_with("&'") {
        return (Token::Literal, length + 1 + quote::text(&after[1..], '\'', false));
    }
    (Token::Word, length)
}
