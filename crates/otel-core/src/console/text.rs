//! Text that comes from outside, made harmless and short.

use std::fmt::Write;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};

/// How many characters of one text are shown; how many more there are is said.
const LONGEST: usize = 256;

/// How deep arrays and maps are shown.
const DEEPEST: usize = 6;

/// A text on one line, without anything that a terminal would obey.
pub(super) fn plain(text: &str) -> String {
    escaped(text, |_| false)
}

/// Attributes as `key=value`, and how many were dropped before they came here.
pub(super) fn attributes(attributes: &[KeyValue], dropped: u32) -> Vec<String> {
    let mut shown: Vec<String> = attributes.iter().map(|attribute| pair(attribute, 0)).collect();
    if dropped > 0 {
        shown.push(format!("(+{dropped} dropped)"));
    }
    shown
}

/// A value, as the body of a log record has it: a text is not quoted.
pub(super) fn body(value: &AnyValue) -> String {
    match &value.value {
        Some(Value::StringValue(text)) => plain(text),
        _ => nested(value, 0),
    }
}

/// The first eight hexadecimal digits of an id: enough to tell it from its neighbours, and to search for it.
pub(super) fn short(id: &[u8]) -> String {
    hex(id.get(..4).unwrap_or(id))
}

fn pair(attribute: &KeyValue, depth: usize) -> String {
    let value = attribute.value.as_ref().map_or_else(|| "null".to_owned(), |value| nested(value, depth));
    format!("{}={value}", plain(&attribute.key))
}

fn nested(value: &AnyValue, depth: usize) -> String {
    match &value.value {
        None => "null".to_owned(),
        Some(Value::StringValue(text)) => quoted(text),
        Some(Value::BoolValue(value)) => value.to_string(),
        Some(Value::IntValue(value)) => value.to_string(),
        Some(Value::DoubleValue(value)) => format!("{value:?}"),
        Some(Value::BytesValue(bytes)) => bytes_text(bytes),
        Some(Value::StringValueStrindex(index)) => format!("#{index}"),
        Some(Value::ArrayValue(_) | Value::KvlistValue(_)) if depth >= DEEPEST => "…".to_owned(),
        Some(Value::ArrayValue(array)) => {
            let values: Vec<_> = array.values.iter().map(|value| nested(value, depth + 1)).collect();
            format!("[{}]", values.join(", "))
        }
        Some(Value::KvlistValue(map)) => {
            let pairs: Vec<_> = map.values.iter().map(|value| pair(value, depth + 1)).collect();
            format!("{{{}}}", pairs.join(", "))
        }
    }
}

/// A text bare where that is clear, and in quotes where it would run into what follows.
fn quoted(text: &str) -> String {
    let is_clear =
        |c: char| !c.is_whitespace() && !matches!(c, '"' | '=' | ',' | '[' | ']' | '{' | '}' | '\\');
    if !text.is_empty() && text.chars().all(is_clear) {
        return plain(text);
    }
    format!("\"{}\"", escaped(text, |c| matches!(c, '"' | '\\')))
}

fn bytes_text(bytes: &[u8]) -> String {
    let shown = bytes.len().min(LONGEST / 8);
    let mut text = format!("0x{}", hex(bytes.get(..shown).unwrap_or_default()));
    if shown < bytes.len() {
        _ = write!(text, "…(+{} bytes)", bytes.len() - shown);
    }
    text
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

fn escaped(text: &str, also: impl Fn(char) -> bool) -> String {
    let mut shown = String::with_capacity(text.len().min(LONGEST));
    let mut rest = text.chars();
    for c in rest.by_ref().take(LONGEST) {
        match c {
            '\n' | '\r' | '\t' => shown.extend(c.escape_default()),
            c if also(c) => shown.extend(['\\', c]),
            c if c.is_control() || is_invisible(c) => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    let left = rest.count();
    if left > 0 {
        _ = write!(shown, "…(+{left} chars)");
    }
    shown
}

/// Whether a terminal shows nothing for a character and yet changes the order or the lines of what it does
/// show.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}'
    )
}
