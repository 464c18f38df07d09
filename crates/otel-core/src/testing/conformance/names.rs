//! How names and units are written.

/// What is wrong with a dotted name: lower-case words with `.` and `_` between them.
pub(super) fn misspelling(name: &str) -> Option<&'static str> {
    let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !name.chars().all(|c| is_word(c) || c == '.' || c == '_') {
        Some("has other characters than lower-case letters, digits, `.` and `_`")
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) {
        Some("does not begin with a letter")
    } else if !name.ends_with(is_word) {
        Some("does not end with a letter or a digit")
    } else if ["..", "__", "._", "_."].iter().any(|pair| name.contains(pair)) {
        Some("has two delimiters in a row")
    } else if name.starts_with("otel.") {
        Some("begins with `otel.`, which is OpenTelemetry's own")
    } else {
        None
    }
}

/// Words at the end of a metric's name that say what its instrument and its unit say already.
const REDUNDANT: [&str; 7] = ["total", "seconds", "milliseconds", "bytes", "ratio", "percent", "count"];

/// A last word of a metric's name that its definition says already.
pub(super) fn redundant_word(name: &str) -> Option<&str> {
    let (_, last) = name.rsplit_once(['.', '_'])?;
    REDUNDANT.contains(&last).then_some(last)
}

/// The first name that is inside another one, as if that one were a namespace.
pub(super) fn inside<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let within = |other: &&str| other.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    names.into_iter().find(within)
}

/// Units that may have a prefix, and units that may not: those of UCUM that measurements of software have.
const METRIC: [&str; 15] = ["s", "By", "bit", "m", "g", "K", "A", "V", "W", "J", "Hz", "Pa", "N", "L", "lx"];
const OTHERS: [&str; 13] = ["1", "%", "min", "h", "d", "wk", "mo", "a", "Cel", "deg", "rad", "[degF]", "dB"];
const PREFIXES: [&str; 13] = ["n", "u", "m", "c", "d", "k", "M", "G", "T", "Ki", "Mi", "Gi", "Ti"];

/// Whether a unit is written in UCUM, as far as measurements of software need it: units with `/` and `.` between
/// them, and annotations in braces.
pub(super) fn is_ucum(unit: &str) -> bool {
    unit.split(['/', '.']).all(|term| match term.split_once('{') {
        None => is_unit(term),
        Some((unit, annotation)) => {
            (unit.is_empty() || is_unit(unit)) && annotation.strip_suffix('}').is_some_and(is_annotation)
        }
    })
}

fn is_unit(term: &str) -> bool {
    let prefixed = |unit: &&str| {
        term.strip_suffix(unit).is_some_and(|prefix| prefix.is_empty() || PREFIXES.contains(&prefix))
    };
    OTHERS.contains(&term) || METRIC.iter().any(prefixed)
}

fn is_annotation(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_' || c == ' ')
}
