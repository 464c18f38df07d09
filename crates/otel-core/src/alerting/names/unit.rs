//! The words that a unit adds to a metric's name.

/// Appends the words of a UCUM unit, but for a word that is there already.
pub(super) fn append(words: &mut Vec<String>, unit: &str) {
    let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
    let per = plain(per).map(|per| spell(per_word(per))).unwrap_or_default();
    let per = per.strip_suffix('_').unwrap_or(&per);
    let main = plain(main).map(|main| spell(main_word(main))).unwrap_or_default();
    if !main.is_empty() && !words.contains(&main) {
        let before_per = main.strip_suffix('_').filter(|_| !per.is_empty());
        words.push(before_per.unwrap_or(&main).to_owned());
    }
    if !per.is_empty() {
        words.push(format!("per_{per}"));
    }
}

/// A part of a unit, unless there is none or it is an annotation such as `{order}`.
fn plain(part: &str) -> Option<&str> {
    let part = part.trim();
    (!part.is_empty() && !part.contains(['{', '}'])).then_some(part)
}

/// The same text with one underscore for each run of characters that names may not have, and none at the front.
fn spell(text: &str) -> String {
    let mut spelled = String::with_capacity(text.len());
    for c in text.chars() {
        if super::is_legal(c) {
            spelled.push(c);
        } else if !spelled.is_empty() && !spelled.ends_with('_') {
            spelled.push('_');
        }
    }
    spelled
}

/// The word for a unit before the slash; itself when there is none.
fn main_word(unit: &str) -> &str {
    match unit {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "TBy" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "1" => "",
        "%" => "percent",
        other => other,
    }
}

/// The word for a unit after the slash; itself when there is none.
fn per_word(unit: &str) -> &str {
    match unit {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        other => other,
    }
}
