//! E-mail addresses.

use std::ops::Range;

/// A local part has at most 64 bytes by the standard; the rest is room for what escapes make of it.
const LOCAL_MOST: usize = 256;

/// The address around the `@` or `%40` at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Range<usize>> {
    let rest = &text[at..];
    let sign = if rest.starts_with('@') {
        1
    } else if rest.starts_with("%40") {
        3
    } else {
        return None;
    };
    let domain = domain(&rest[sign..])?;
    let start = local(&text[..at])?;
    // The user of a URL is not looked for here.
    let in_url = sign == 1 && is_in_authority(&text.as_bytes()[..start]);
    (!in_url).then_some(start..at + sign + domain)
}

/// Whether the text before ends in the user of a URL: `https://bob:`.
fn is_in_authority(before: &[u8]) -> bool {
    let user = before
        .iter()
        .rev()
        .take(LOCAL_MOST)
        .take_while(|byte| !matches!(byte, b'/' | b' ' | b'\t' | b'\n' | b'"' | b'\''));
    before[..before.len() - user.count()].ends_with(b"://")
}

/// Where the local part before the sign begins.
fn local(before: &str) -> Option<usize> {
    let mut start = before.len();
    for (at, character) in before.char_indices().rev() {
        if !is_local(character) || before.len() - at > LOCAL_MOST {
            break;
        }
        start = at;
    }
    // What is no letter or digit at the beginning is punctuation of the text around.
    start += before[start..].find(char::is_alphanumeric)?;
    (start < before.len()).then_some(start)
}

fn is_local(character: char) -> bool {
    character.is_alphanumeric()
        || matches!(character, '.' | '_' | '%' | '+' | '-' | '~' | '!' | '#' | '$' | '^' | '\'')
}

/// The length of the domain that `after` begins with: labels of which the last one is a word.
fn domain(after: &str) -> Option<usize> {
    let end = after.find(|character: char| !is_domain(character)).unwrap_or(after.len());
    let (mut length, mut at) = (None, 0);
    for (place, whole) in after[..end].split('.').enumerate() {
        let label = whole.trim_end_matches('-');
        if label.is_empty() || label.starts_with('-') {
            break;
        }
        if place > 0 && is_top_level(label) {
            length = Some(at + label.len());
        }
        at += whole.len() + 1;
    }
    length
}

fn is_domain(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '.' | '-')
}

fn is_top_level(label: &str) -> bool {
    let letters = label.chars().take_while(|character| character.is_alphabetic()).count();
    letters >= 2 && label.chars().count() == letters || label.starts_with("xn--")
}
