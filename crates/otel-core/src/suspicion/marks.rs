//! Tokens that say what they are by how they begin: `ghp_…`, `AKIA…`, `eyJ…`, `Bearer …`.

/// What the token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marked {
    /// A key of a service.
    Key,
    /// A JSON web token, signed or encrypted.
    Jwt,
}

/// How a kind of token begins, and how it goes on.
#[derive(Debug)]
struct Mark {
    prefix: &'static str,
    /// At least so many characters follow, so that no word is taken for a key.
    least: usize,
    goes_on: fn(u8) -> bool,
    is: Marked,
}

const fn key(prefix: &'static str, least: usize, goes_on: fn(u8) -> bool) -> Mark {
    Mark { prefix, least, goes_on, is: Marked::Key }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_upper(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// A JSON object that begins with a name, in base64. Even the shortest header has so many characters after that.
const JWT: [Mark; 1] = [Mark { prefix: "eyJ", least: 14, goes_on: is_word, is: Marked::Jwt }];

// By their first letter. Each is at least 17 characters long, letters, digits, dashes and underscores.
const AMAZON_AND_GOOGLE: [Mark; 5] = [
    key("AKIA", 16, is_upper),
    key("ASIA", 16, is_upper),
    key("ABIA", 16, is_upper),
    key("ACCA", 16, is_upper),
    key("AIza", 30, is_word),
];
const DIGITAL_OCEAN: [Mark; 1] = [key("dop_v1_", 32, is_alphanumeric)];
const GIT: [Mark; 8] = [
    key("ghp_", 20, is_alphanumeric),
    key("gho_", 20, is_alphanumeric),
    key("ghu_", 20, is_alphanumeric),
    key("ghs_", 20, is_alphanumeric),
    key("ghr_", 20, is_alphanumeric),
    key("github_pat_", 20, is_word),
    key("glpat-", 20, is_word),
    key("gldt-", 20, is_word),
];
const HUGGING_FACE: [Mark; 1] = [key("hf_", 30, is_alphanumeric)];
const NPM: [Mark; 1] = [key("npm_", 30, is_alphanumeric)];
const PYPI: [Mark; 1] = [key("pypi-", 40, is_word)];
const RESTRICTED: [Mark; 2] = [key("rk_live_", 16, is_alphanumeric), key("rk_test_", 16, is_alphanumeric)];
const SECRET: [Mark; 5] = [
    key("sk_live_", 16, is_alphanumeric),
    key("sk_test_", 16, is_alphanumeric),
    key("sk-", 20, is_word),
    key("shpat_", 24, is_alphanumeric),
    key("shpss_", 24, is_alphanumeric),
];
const SLACK: [Mark; 6] = [
    key("xoxb-", 12, is_word),
    key("xoxa-", 12, is_word),
    key("xoxp-", 12, is_word),
    key("xoxr-", 12, is_word),
    key("xoxs-", 12, is_word),
    key("xoxe-", 12, is_word),
];

/// How private keys in text begin.
pub(crate) const ARMOUR: &[u8] = b"-----BEGIN";

/// Whether a mark begins with this letter.
pub(crate) fn begin_with(first: u8) -> bool {
    !known(first).is_empty()
}

fn known(first: u8) -> &'static [Mark] {
    match first {
        b'e' => &JWT,
        b'A' => &AMAZON_AND_GOOGLE,
        b'd' => &DIGITAL_OCEAN,
        b'g' => &GIT,
        b'h' => &HUGGING_FACE,
        b'n' => &NPM,
        b'p' => &PYPI,
        b'r' => &RESTRICTED,
        b's' => &SECRET,
        b'x' => &SLACK,
        _ => &[],
    }
}

/// The token that begins at `at`, and where it ends.
pub(crate) fn at(text: &[u8], at: usize) -> Option<(Marked, usize)> {
    let rest = text.get(at..)?;
    let marks = known(*rest.first()?);
    marks.iter().find_map(|mark| {
        let token = rest.strip_prefix(mark.prefix.as_bytes())?;
        let length = token.iter().take_while(|byte| (mark.goes_on)(**byte)).count();
        (length >= mark.least).then_some((mark.is, at + mark.prefix.len() + length))
    })
}

/// The schemes of HTTP authentication that are followed by one credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    /// A token.
    Bearer,
    /// A user and a password in base64.
    Basic,
}

/// The scheme that stands at `at`, and where its credential begins.
pub(crate) fn credentials_at(text: &[u8], at: usize) -> Option<(Scheme, usize)> {
    let rest = text.get(at..)?;
    let (scheme, name) = match rest.get(1)? {
        b'e' | b'E' => (Scheme::Bearer, "bearer"),
        b'a' | b'A' => (Scheme::Basic, "basic"),
        _ => return None,
    };
    let after =
        rest.get(name.len()..).filter(|_| rest[..name.len()].eq_ignore_ascii_case(name.as_bytes()))?;
    let spaces = after.iter().take_while(|byte| **byte == b' ').count();
    (spaces > 0 && after.len() > spaces).then_some((scheme, at + name.len() + spaces))
}

#[cfg(test)]
mod tests {
    use super::known;

    /// The first look passes over what begins otherwise, or is shorter.
    #[test]
    fn every_mark_begins_with_two_letters_and_no_digit_next_and_is_long() {
        for mark in (0..=u8::MAX).flat_map(known) {
            let &[first, second, third, ..] = mark.prefix.as_bytes() else { panic!("{mark:?} is too short") };
            assert!(first.is_ascii_alphabetic() && second.is_ascii_alphabetic(), "{mark:?}");
            assert!(!third.is_ascii_digit(), "{mark:?}");
            assert!(mark.prefix.len() + mark.least >= super::super::LONG_TOKEN as usize, "{mark:?}");
        }
    }
}
