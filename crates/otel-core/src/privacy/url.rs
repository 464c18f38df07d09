//! URLs as the semantic conventions want them: without credentials, and without what signs them.

use std::borrow::Cow;
use std::ops::Range;

use crate::suspicion::names::SIGNED;

use super::credentials::up_to;

/// What stands in the place of a secret in a URL.
pub(super) const REDACTED: &str = "REDACTED";

/// How far a password may reach that holds characters a URL would have to escape.
const LOOKED_AT: usize = 512;

/// The URL without its user and password, and without the values of the query parameters that sign it.
///
/// The parameters are those of the semantic conventions, whose names are compared with regard to case:
/// `X-Amz-Signature`, `X-Amz-Credential`, `X-Amz-Security-Token`, `AWSAccessKeyId`, `Signature`, `sig`,
/// `X-Goog-Signature`.
///
/// ```
/// use otel_core::privacy::url;
///
/// let url = url::sanitize("https://bob:secret@example.com/a?sig=93ab&page=2");
/// assert_eq!(url, "https://REDACTED:REDACTED@example.com/a?sig=REDACTED&page=2");
/// ```
pub fn sanitize(url: &str) -> Cow<'_, str> {
    // A password may have the signs in it that elsewhere begin the other parts.
    let (mut hidden, mut from) = (Vec::new(), 0);
    if let Some(colon) = url.find("://")
        && let Some(user) = credentials(url, colon)
    {
        from = user.end;
        hidden.push((user.clone(), redacted(&url[user])));
    }
    let end = url[from..].find('#').map_or(url.len(), |mark| from + mark);
    let mut at = url[from..end].find('?').map_or(end, |mark| from + mark + 1);
    while at < end {
        let parameter = url[at..end].split('&').next().unwrap_or_default();
        if let Some((name, value)) = parameter.split_once('=')
            && SIGNED.contains(&name)
            && !matches!(value, "" | REDACTED)
        {
            hidden.push((at + name.len() + 1..at + parameter.len(), REDACTED));
        }
        at += parameter.len() + 1;
    }
    if hidden.is_empty() {
        return Cow::Borrowed(url);
    }
    let (mut clean, mut done) = (String::with_capacity(url.len()), 0);
    for (range, instead) in hidden {
        clean.push_str(&url[done..range.start]);
        clean.push_str(instead);
        done = range.end;
    }
    clean.push_str(&url[done..]);
    Cow::Owned(clean)
}

/// What stands in the place of a user, or of a user and a password.
pub(super) fn redacted(user: &str) -> &'static str {
    if user.contains(':') { "REDACTED:REDACTED" } else { REDACTED }
}

/// The user, or the user and the password, of the URL whose scheme ends at `colon`.
pub(super) fn credentials(text: &str, colon: usize) -> Option<Range<usize>> {
    let scheme = text.as_bytes()[..colon].last().is_some_and(u8::is_ascii_alphanumeric);
    let start = colon + 3;
    if !scheme || !text[colon..].starts_with("://") {
        return None;
    }
    let rest = &text[start..];
    let ends = |next: char| next.is_whitespace() || matches!(next, '"' | '\'' | '<' | '>' | '`' | '\\');
    let is_end = |next: char| ends(next) || matches!(next, '/' | '?' | '#');
    let authority = &rest[..rest.find(is_end).unwrap_or(rest.len())];
    let end = authority.rfind('@').or_else(|| {
        // A password with a slash in it: what stands behind the colon is no port.
        let (_, port) = authority.rsplit_once(':').filter(|_| !authority.starts_with('['))?;
        let near = up_to(rest, LOOKED_AT);
        let whole = &near[..near.find(ends).unwrap_or(near.len())];
        whole.rfind('@').filter(|_| !port.bytes().all(|byte| byte.is_ascii_digit()))
    })?;
    let user = &rest[..end];
    (!user.is_empty() && user != redacted(user)).then_some(start..start + end)
}
