//! Passwords, keys and tokens: by the name before them, by how they begin, by where they stand.

use std::ops::Range;

use crate::suspicion::marks::{self, Marked, Scheme};
use crate::suspicion::names::{self, Announced};

use super::finding::Finding;
use super::kind::Kind;

/// How much of a text is looked at to tell a secret from prose.
const LOOKED_AT: usize = 512;

/// A header of a web token that is longer than this is taken for a token whose end is missing.
const LONGEST_HEADER: usize = 64;

/// What stands where something was dropped, whatever it was.
pub(super) const MARKER: &str = "[redacted:";

/// Words that stand where a secret would, and are none.
const NOTHING: [&str; 9] =
    ["null", "none", "nil", "true", "false", "undefined", "redacted", "<redacted>", "[redacted]"];

/// What stands there in prose, in code, and where others have hidden something.
const PUNCTUATION: &str = "*?.…{}[]()<>-_;,:|";

/// Schemes of HTTP authentication whose credential is one word.
const SCHEMES: [&str; 7] = ["bearer", "basic", "token", "negotiate", "ntlm", "apikey", "key"];

/// The secret behind the name that ends before the `=` or `:` at `at`.
pub(super) fn named(text: &str, at: usize) -> Option<Finding> {
    let announced = names::before(text.as_bytes(), at)?;
    // Most values are short; a text full of names is not read to its end for each of them.
    let near = up_to(text, at + LOOKED_AT);
    let found = behind(near, at, announced)?;
    if found.range.end < near.len() {
        return Some(found);
    }
    behind(text, at, announced).or(Some(found))
}

/// The text, or as much of it as ends between characters at `end` or soon after.
pub(super) fn up_to(text: &str, end: usize) -> &str {
    (end..text.len()).find(|end| text.is_char_boundary(*end)).map_or(text, |end| &text[..end])
}

/// The secret behind the sign at `at`, if the value there is one.
fn behind(text: &str, at: usize, announced: Announced) -> Option<Finding> {
    let (value, sign) = (Value::after(text, at + 1)?, text.as_bytes()[at]);
    let (kind, range) = match announced {
        Announced::Signed => (Kind::SignedParameter, parameter(text, at + 1)),
        Announced::Header => (Kind::Authorization, header(text, &value, sign)?),
        Announced::CardCode => (Kind::CardCode, card_code(text, &value.range)?),
        Announced::Token if sign == b':' && !value.quoted && !is_telling(value.of(text)) => return None,
        Announced::Perhaps if !is_random(value.of(text)) => return None,
        Announced::Secret | Announced::Token | Announced::Perhaps => (Kind::Secret, value.range.clone()),
    };
    (!is_nothing(&text[range.clone()])).then(|| Finding::new(kind, range))
}

/// What a text is that stands under this name, as an attribute does, if the name announces a secret and the text is one.
pub(super) fn announced(name: &str, text: &str) -> Option<Kind> {
    let kind = match names::announced(name.as_bytes())? {
        Announced::Signed => Kind::SignedParameter,
        Announced::Header => Kind::Authorization,
        Announced::CardCode => card_code(text, &(0..text.len())).map(|_| Kind::CardCode)?,
        Announced::Perhaps if !is_random(text) => return None,
        Announced::Secret | Announced::Token | Announced::Perhaps => Kind::Secret,
    };
    (!is_nothing(text)).then_some(kind)
}

/// What stands behind a name.
#[derive(Clone, Debug)]
struct Value {
    range: Range<usize>,
    quoted: bool,
}

impl Value {
    /// The value that begins at `at`, after spaces and in whatever quotes it has.
    fn after(text: &str, at: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let blank = |at: usize| {
            bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'=' | b'>')).count()
        };
        let at = at + blank(at);
        let escape = bytes[at..].iter().take_while(|byte| **byte == b'\\').count();
        match bytes.get(at + escape)? {
            quote @ (b'"' | b'\'' | b'`') => {
                let start = at + escape + 1;
                let end = start + quoted(&bytes[start..], *quote, escape);
                Some(Self { range: start..end, quoted: true })
            }
            _ => Some(Self { range: at..at + bare(&text[at..]), quoted: false }),
        }
    }

    fn of<'text>(&self, text: &'text str) -> &'text str {
        &text[self.range.clone()]
    }
}

/// The length of a text in quotes: up to one that is escaped exactly as the first, or all there is.
fn quoted(text: &[u8], quote: u8, escape: usize) -> usize {
    let mut slashes = 0;
    for (at, byte) in text.iter().enumerate() {
        match *byte {
            b'\\' => slashes += 1,
            byte if byte == quote && slashes <= escape && (slashes == escape || slashes % 2 == 0) => {
                return at - slashes;
            }
            _ => slashes = 0,
        }
    }
    text.len()
}

/// The length of a value without quotes: up to a space or a quote, or to where the next name begins.
fn bare(text: &str) -> usize {
    let end =
        text.find(|next: char| next.is_whitespace() || matches!(next, '&' | '"' | '\'' | '<' | '>' | '`'));
    let mut value = &text[..end.unwrap_or(text.len())];
    let next = value
        .char_indices()
        .find(|(at, character)| matches!(character, ',' | ';' | '|') && is_assignment(&value[at + 1..]));
    if let Some((at, _)) = next {
        value = &value[..at];
    }
    match already(value) {
        Some(marker) if value[marker..].trim_end_matches(is_closing).is_empty() => marker,
        _ => value.trim_end_matches(is_closing).len(),
    }
}

fn is_closing(character: char) -> bool {
    matches!(character, ',' | ';' | '|' | ')' | ']' | '}' | '.')
}

/// Whether a text begins with a name and a sign after it.
fn is_assignment(text: &str) -> bool {
    let name = text
        .bytes()
        .take(64)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    let name = name.count();
    name > 0 && matches!(text.as_bytes().get(name), Some(b'=' | b':'))
}

/// The length of the marker that a text begins with.
fn already(text: &str) -> Option<usize> {
    let rest = text.strip_prefix(MARKER)?;
    let name = rest.bytes().take_while(|byte| byte.is_ascii_lowercase() || *byte == b'_').count();
    rest[name..].starts_with(']').then_some(MARKER.len() + name + 1)
}

/// Whether a value is none, or has been dropped already.
fn is_nothing(value: &str) -> bool {
    value.chars().all(|character| PUNCTUATION.contains(character))
        || NOTHING.iter().any(|nothing| value.eq_ignore_ascii_case(nothing))
        || already(value) == Some(value.len())
}

/// Whether a word is more likely a secret than prose.
fn is_telling(value: &str) -> bool {
    let value = value.as_bytes();
    value.len() >= 20 || value.len() >= 8 && value.iter().any(u8::is_ascii_digit)
}

/// Whether a value looks as if it had been drawn by lot.
fn is_random(value: &str) -> bool {
    let value = value.as_bytes();
    value.len() >= 20
        && value
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=' | b'_' | b'-'))
        && value.iter().any(u8::is_ascii_digit)
        && value.iter().any(u8::is_ascii_lowercase)
        && value.iter().any(u8::is_ascii_uppercase)
}

/// The value of a parameter of a URL.
fn parameter(text: &str, start: usize) -> Range<usize> {
    let rest = &text[start..];
    let end = rest
        .find(|next: char| next.is_whitespace() || matches!(next, '&' | '#' | '"' | '\'' | '<' | '>' | '`'));
    start..start + end.unwrap_or(rest.len())
}

/// Three or four digits.
fn card_code(text: &str, value: &Range<usize>) -> Option<Range<usize>> {
    let bytes = &text.as_bytes()[value.start..];
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let ends = bytes.get(digits).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    ((3..=4).contains(&digits) && ends).then_some(value.start..value.start + digits)
}

/// The credential in a header: the word behind a known scheme, or what looks like one; all pairs of a cookie, and all
/// parts of a signature.
fn header(text: &str, value: &Value, sign: u8) -> Option<Range<usize>> {
    let start = value.range.start;
    // Behind a colon it reaches to the end of its line, behind `=` other names may follow.
    let line = match sign {
        b':' if !value.quoted => text[start..].split(['\n', '\r']).next().unwrap_or_default().trim_end(),
        _ => value.of(text),
    };
    let first = line.split(' ').next().unwrap_or_default();
    let next = text[start + first.len()..].trim_start_matches(' ');
    if is_scheme(first) && !next.is_empty() && !next.starts_with(['\n', '\r', '"', '\'']) {
        let start = text.len() - next.len();
        return Some(start..start + bare(next));
    }
    let is_cleaned =
        already(line).is_some_and(|marker| line[marker..].trim_end_matches(is_closing).is_empty());
    let length = match line {
        _ if is_cleaned => return None,
        line if value.quoted || sign == b'=' || line.contains('=') => line.len(),
        _ if is_telling(first) => bare(first),
        _ => return None,
    };
    Some(start..start + length)
}

fn is_scheme(word: &str) -> bool {
    SCHEMES.iter().any(|scheme| word.eq_ignore_ascii_case(scheme))
}

/// The credential behind `Bearer` or `Basic` at `at`.
pub(super) fn after_scheme(text: &str, at: usize) -> Option<Finding> {
    let (scheme, start) = marks::credentials_at(text.as_bytes(), at)?;
    let rest = &text.as_bytes()[start..];
    let length = rest.iter().take_while(|byte| is_token(**byte)).count();
    let token = &rest[..length];
    let is_it = match scheme {
        Scheme::Bearer => length >= 20 || length >= 8 && token.iter().any(u8::is_ascii_digit),
        Scheme::Basic => is_user_and_password(token),
    };
    is_it.then(|| Finding::new(Kind::Authorization, start..start + length))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'+' | b'/' | b'=')
}

/// Whether a token is base64 for printable text with a colon in it.
fn is_user_and_password(token: &[u8]) -> bool {
    let digits = token.iter().rposition(|byte| *byte != b'=').map_or(0, |last| last + 1);
    let (mut bits, mut have, mut colon) = (0_u32, 0, false);
    for byte in &token[..digits.min(LOOKED_AT)] {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return false,
        };
        bits = bits << 6 & 0xffff | u32::from(value);
        have += 6;
        if have >= 8 {
            have -= 8;
            let byte = (bits >> have & 0xff) as u8;
            colon |= byte == b':';
            if byte < b' ' || byte == 0x7f {
                return false;
            }
        }
    }
    colon
}

/// The token that begins at `at` as those of its kind do.
pub(super) fn marked(text: &str, at: usize) -> Option<Finding> {
    let bytes = text.as_bytes();
    let (is, end) = marks::at(bytes, at)?;
    match is {
        Marked::Key => Some(Finding::new(Kind::ApiKey, at..end)),
        Marked::Jwt => {
            let rest = &bytes[end..];
            let part = |from: usize| {
                rest[from..].iter().take_while(|byte| is_token(**byte) && **byte != b'.').count()
            };
            let mut length = 0;
            while rest.get(length) == Some(&b'.') {
                length += 1 + part(length + 1);
            }
            // A dot at the end of a sentence is no signature, but a long header without one has been cut.
            (length > 4 || end - at >= LONGEST_HEADER).then(|| Finding::new(Kind::Jwt, at..end + length))
        }
    }
}

/// The private key whose armour begins at `at`, up to the end of its armour or of the text.
pub(super) fn private_key(text: &str, at: usize) -> Option<Finding> {
    const LONGEST_NAME: usize = 40;
    let rest = &text[at..];
    let name = rest.as_bytes().strip_prefix(marks::ARMOUR)?;
    let is_private = name[..name.len().min(LONGEST_NAME)].windows(11).any(|words| words == b"PRIVATE KEY");
    if !is_private {
        return None;
    }
    let end = rest.find("-----END").map_or(rest.len(), |end| {
        let line = &rest[end + 8..];
        end + 8 + line.find("-----").map_or(line.len(), |dashes| dashes + 5)
    });
    Some(Finding::new(Kind::PrivateKey, at..at + end))
}
