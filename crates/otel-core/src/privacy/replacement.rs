//! What stands in the place of a finding.

use std::fmt::Write as _;
use std::net::{Ipv4Addr, Ipv6Addr};

use crate::sensitive::Sensitive;
use crate::time::Timestamp;

use super::credentials::MARKER;
use super::key_ring::KeyRing;
use super::kind::Kind;
use super::policy::Action;
use super::{cards, url};

/// What stands in the place of `text`, and what was really done: what cannot be treated as it should is dropped.
pub(super) fn of(
    kind: Kind,
    action: Action,
    text: &str,
    keys: Option<&KeyRing>,
    at: Timestamp,
) -> (Action, String) {
    let treated = match action {
        Action::Keep => return (action, text.to_owned()),
        Action::Drop => None,
        Action::Mask => masked(kind, text).map(|masked| (action, masked)),
        Action::Truncate => truncated(kind, text).map(|truncated| (action, truncated)),
        Action::Pseudonymise => match keys.and_then(|keys| pseudonym(kind, text, keys, at)) {
            Some(pseudonym) => Some((action, pseudonym)),
            None => masked(kind, text).map(|masked| (Action::Mask, masked)),
        },
    };
    treated.unwrap_or_else(|| (Action::Drop, dropped(kind, text)))
}

/// The kind, or what the semantic conventions put into URLs.
fn dropped(kind: Kind, text: &str) -> String {
    match kind {
        Kind::UrlCredentials => url::redacted(text).to_owned(),
        Kind::SignedParameter => url::REDACTED.to_owned(),
        _ => marker(kind.as_str()),
    }
}

/// What stands where something was dropped.
pub(super) fn marker(what: &str) -> String {
    format!("{MARKER}{what}]")
}

fn masked(kind: Kind, text: &str) -> Option<String> {
    let last = |digits: &str, count: usize| digits.get(digits.len().checked_sub(count)?..).map(str::to_owned);
    match kind {
        Kind::Email => {
            let (_, domain) = text.rsplit_once('@').or_else(|| text.rsplit_once("%40"))?;
            Some(format!("***@{domain}"))
        }
        Kind::Phone => last(&digits(text), 2).map(|last| format!("***{last}")),
        Kind::Card => cards::is_card(digits(text).as_bytes())
            .then(|| last(&digits(text), 4))
            .flatten()
            .map(|last| format!("***{last}")),
        Kind::UsSsn => last(&digits(text), 4).map(|last| format!("***{last}")),
        Kind::Iban => {
            let account = letters_and_digits(text);
            let country = account.get(..2)?;
            last(&account, 4).map(|last| format!("{country}***{last}"))
        }
        _ => None,
    }
}

fn truncated(kind: Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Card => truncated_card(text),
        Kind::IpAddress => truncated_ip(text),
        Kind::MacAddress => {
            // The first half names the maker.
            let hex = letters_and_digits(text);
            Some(format!("{}:{}:{}:**:**:**", hex.get(..2)?, hex.get(2..4)?, hex.get(4..6)?))
        }
        _ => None,
    }
}

/// The first six and the last four digits, in this one format: two of the same number would undo each other. Of a
/// number so short that less than four digits would be hidden, only the last four.
///
/// In groups, more than sixteen digits may be a number and a security code, which must not be shown.
fn truncated_card(text: &str) -> Option<String> {
    const FIRST: usize = 6;
    const LAST: usize = 4;
    let digits = digits(text);
    if !cards::is_card(digits.as_bytes()) || digits.len() != text.len() && digits.len() > 16 {
        return None;
    }
    let shown = if digits.len() >= FIRST + LAST + 4 { FIRST } else { 0 };
    let hidden = digits.len() - shown - LAST;
    Some(format!("{}{}{}", &digits[..shown], "*".repeat(hidden), &digits[shown + hidden..]))
}

/// The network: /24 of IPv4, /48 of IPv6.
fn truncated_ip(text: &str) -> Option<String> {
    if text.contains(':') {
        let address: Ipv6Addr = text.parse().ok()?;
        let [first, second, third, ..] = address.segments();
        return Some(Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0).to_string());
    }
    let mut octets = [0; 4];
    let mut parts = text.split('.');
    for octet in &mut octets {
        *octet = parts.next()?.parse().ok()?;
    }
    octets[3] = 0;
    parts.next().is_none().then(|| Ipv4Addr::from(octets).to_string())
}

/// Equal values have equal pseudonyms, however they are written.
fn pseudonym(kind: Kind, text: &str, keys: &KeyRing, at: Timestamp) -> Option<String> {
    let value = match kind {
        Kind::Email => text.replace("%40", "@").to_lowercase(),
        Kind::Phone | Kind::Card | Kind::UsSsn => digits(text),
        Kind::Iban | Kind::MacAddress => letters_and_digits(text).to_uppercase(),
        Kind::Person | Kind::Place => text.to_owned(),
        Kind::IpAddress => {
            text.parse::<Ipv6Addr>().map_or_else(|_| text.to_owned(), |address| address.to_string())
        }
        _ => return None,
    };
    let mut written = String::new();
    write!(written, "{}", keys.pseudonym(kind.class(), &Sensitive::new(value), at)?).ok()?;
    Some(written)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

fn letters_and_digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}
