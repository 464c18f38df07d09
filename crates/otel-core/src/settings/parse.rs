//! How the text of a variable becomes a value, and which values will do.

use std::fmt::Display;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// A value, or what is wrong with it.
pub(crate) type Parsed<T> = Result<T, String>;

pub(crate) fn text(text: &str) -> Parsed<String> {
    Ok(text.to_owned())
}

pub(crate) fn path(text: &str) -> Parsed<PathBuf> {
    Ok(PathBuf::from(text))
}

/// `true` or `false`, in any case.
pub(crate) fn flag(text: &str) -> Parsed<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(format!("`{text}` is neither true nor false")),
    }
}

pub(crate) fn number<N: FromStr>(text: &str) -> Parsed<N> {
    text.parse().map_err(|_| format!("`{text}` is not a whole number in range"))
}

pub(crate) fn millis(text: &str) -> Parsed<Duration> {
    number(text).map(Duration::from_millis)
}

/// A share from 0 to 1.
pub(crate) fn share(text: &str) -> Parsed<f64> {
    let share = text.parse().ok().filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| format!("`{text}` is not a number from 0 to 1"))
}

/// One of a closed list of words, in any case.
pub(crate) fn one_of<T: Copy>(words: &[(&str, T)], text: &str) -> Parsed<T> {
    let found = words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    found.map(|(_, value)| *value).ok_or_else(|| {
        let words: Vec<_> = words.iter().map(|(word, _)| *word).collect();
        format!("`{text}` is not supported; use one of {}", words.join(", "))
    })
}

/// Several of a closed list of words with commas between them, each once; or `none` alone, which is none of them.
pub(crate) fn several_of<T: Copy + PartialEq>(words: &[(&str, T)], text: &str) -> Parsed<Vec<T>> {
    let parts: Vec<_> = text.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    if parts.iter().any(|part| part.eq_ignore_ascii_case("none")) {
        let alone = parts.len() == 1;
        return if alone { Ok(Vec::new()) } else { Err(format!("`{text}`: `none` can only stand alone")) };
    }
    let mut chosen = Vec::new();
    for part in parts {
        let one = one_of(words, part).map_err(|why| why + ", or none")?;
        if !chosen.contains(&one) {
            chosen.push(one);
        }
    }
    if chosen.is_empty() {
        Err(format!("`{text}` names nothing; say none if that is meant"))
    } else {
        Ok(chosen)
    }
}

/// `key=value,key=value` with percent-encoded values. A value may be a secret, so a problem tells its place only.
pub(crate) fn pairs(text: &str) -> Parsed<Vec<(String, String)>> {
    let entries = text.split(',').filter(|entry| !entry.trim().is_empty());
    let pairs = entries.enumerate().map(|(at, entry)| {
        let pair = entry.split_once('=').and_then(|(key, value)| {
            let key = Some(key.trim()).filter(|key| !key.is_empty())?;
            Some((key.to_owned(), percent_decoded(value.trim())?))
        });
        pair.ok_or_else(|| format!("entry {} is not key=value with a percent-encoded UTF-8 value", at + 1))
    });
    pairs.collect()
}

pub(crate) fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let (digits, after) = after.split_at_checked(2)?;
            if !digits.iter().all(u8::is_ascii_hexdigit) {
                return None;
            }
            bytes.push(u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A check for numbers that have a floor.
pub(crate) fn at_least<N: PartialOrd + Display>(least: N) -> impl FnOnce(&N) -> Result<(), String> {
    move |number| if *number < least { Err(format!("must be at least {least}")) } else { Ok(()) }
}

/// A check for numbers that have a floor and a ceiling.
pub(crate) fn between<N: PartialOrd + Display>(least: N, most: N) -> impl FnOnce(&N) -> Result<(), String> {
    move |number| {
        let fits = *number >= least && *number <= most;
        if fits { Ok(()) } else { Err(format!("must be between {least} and {most}")) }
    }
}

/// A check for times that cannot be nothing.
pub(crate) fn a_while(time: &Duration) -> Result<(), String> {
    if time.is_zero() { Err("must be more than nothing".to_owned()) } else { Ok(()) }
}
