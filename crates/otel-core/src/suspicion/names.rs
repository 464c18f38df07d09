//! Names that say that a secret follows: `password=`, `"api_key":`, `Authorization:`, `cvv:`, `&X-Amz-Signature=`.

/// What a name announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Announced {
    /// Whatever follows is a secret.
    Secret,
    /// What follows is a secret, unless it is the prose that parsers write about tokens and keys.
    Token,
    /// What follows is a secret if it looks like one: `key=` also stands before names.
    Perhaps,
    /// A header that is a secret up to the end of its line.
    Header,
    /// The security code of a card.
    CardCode,
    /// A parameter of a signed URL.
    Signed,
}

/// The query parameters that sign a URL, as the semantic conventions list them; their case matters.
pub(crate) const SIGNED: [&str; 7] = [
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "AWSAccessKeyId",
    "Signature",
    "sig",
    "X-Goog-Signature",
];

/// What may stand between a name and its `:` or `=`: the quotes of JSON, escaped or not, and a space.
const BETWEEN: [u8; 4] = [b'"', b'\'', b'\\', b' '];
const BETWEEN_MOST: usize = 3;

/// What is announced by the name that ends before the `=` or `:` at `at`.
pub(crate) fn before(text: &[u8], at: usize) -> Option<Announced> {
    let (before, after) = (text.get(..at)?, text.get(at + 1..)?);
    if text.get(at) == Some(&b':') && (after.starts_with(b":") || after.starts_with(b"//")) {
        return None;
    }
    let quotes = before.iter().rev().take(BETWEEN_MOST).take_while(|byte| BETWEEN.contains(byte)).count();
    let name = &before[..before.len() - quotes];
    if quotes == 0 && text.get(at) == Some(&b'=') && is_signed(name) {
        return Some(Announced::Signed);
    }
    announced(name)
}

/// What a name announces by its end, whatever stands before it.
pub(crate) fn announced(name: &[u8]) -> Option<Announced> {
    let ends = |end: &str| ends(name, end);
    let stands_alone = |end: &str| ends(end) && !is_letter_before(name, end);
    // Most names are known to be harmless by their last letter.
    match name.last()?.to_ascii_lowercase() {
        b'd' if ends("password") || ends("passwd") || ends("pwd") => Some(Announced::Secret),
        b'e' if ends("passphrase") || ends("passcode") => Some(Announced::Secret),
        b's' if ends("credentials") || stands_alone("pass") => Some(Announced::Secret),
        b't' if ends("secret") => Some(Announced::Secret),
        b'l' if ends("credential") => Some(Announced::Secret),
        b'n' if ends("authorization") => Some(Announced::Header),
        b'e' if ends("cookie") => Some(Announced::Header),
        b'n' if ends("token") => Some(Announced::Token),
        b't' if stands_alone("jwt") => Some(Announced::Token),
        b'y' if ends("key") => Some(key(&name[..name.len() - 3])),
        b'h' if stands_alone("auth") => Some(Announced::Perhaps),
        b'v' if stands_alone("cvv") => Some(Announced::CardCode),
        b'c' if stands_alone("cvc") => Some(Announced::CardCode),
        b'2' if stands_alone("cvv2") || stands_alone("cvc2") => Some(Announced::CardCode),
        _ => None,
    }
}

/// Which keys are secrets by their name: an API's is, a cache's is not.
fn key(before: &[u8]) -> Announced {
    let before = match before {
        [rest @ .., b'_' | b'-' | b' '] => rest,
        all => all,
    };
    let secret = ["api", "access", "secret", "private", "auth", "account", "encryption", "signing", "shared"];
    if secret.iter().any(|kind| ends(before, kind)) { Announced::Token } else { Announced::Perhaps }
}

/// Whether `name` ends in one of the signed parameters, and begins a parameter there.
fn is_signed(name: &[u8]) -> bool {
    SIGNED.iter().any(|known| {
        name.strip_suffix(known.as_bytes()).is_some_and(|before| matches!(before.last(), Some(b'?' | b'&')))
    })
}

fn ends(name: &[u8], end: &str) -> bool {
    let Some(start) = name.len().checked_sub(end.len()) else { return false };
    name[start..].eq_ignore_ascii_case(end.as_bytes())
}

fn is_letter_before(name: &[u8], end: &str) -> bool {
    name[..name.len() - end.len()].last().is_some_and(u8::is_ascii_alphanumeric)
}
