//! JSON, indented by two.

use std::fmt::Write as _;

use super::Node;

/// The document as a file.
pub(crate) fn json(node: &Node) -> String {
    let mut out = String::new();
    value(&mut out, node, 0);
    out.push('\n');
    out
}

fn value(out: &mut String, node: &Node, depth: usize) {
    match node {
        Node::Null => out.push_str("null"),
        Node::Flag(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Node::Integer(integer) => out.push_str(&integer.to_string()),
        Node::Number(number) => out.push_str(&decimal(*number)),
        Node::Text(value) => out.push_str(&quoted(value)),
        Node::List(items) => {
            let items = items.iter().map(|item| (None, item));
            block(out, ['[', ']'], items, depth);
        }
        Node::Map(map) => block(out, ['{', '}'], map.iter().map(|(key, item)| (Some(key), item)), depth),
    }
}

fn block<'a>(
    out: &mut String,
    [open, close]: [char; 2],
    items: impl Iterator<Item = (Option<&'a str>, &'a Node)>,
    depth: usize,
) {
    out.push(open);
    let mut any = false;
    for (key, item) in items {
        out.push_str(if any { ",\n" } else { "\n" });
        any = true;
        indent(out, depth + 1);
        if let Some(key) = key {
            out.push_str(&quoted(key));
            out.push_str(": ");
        }
        value(out, item, depth + 1);
    }
    if any {
        out.push('\n');
        indent(out, depth);
    }
    out.push(close);
}

/// Text between quotation marks, which YAML reads just as well.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            // Writing to a string does not fail. The last two end a line for readers of JavaScript and of YAML 1.1.
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}') => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// A number as both formats write it; what is no number has no place in either.
pub(super) fn decimal(number: f64) -> String {
    if number.is_finite() { number.to_string() } else { "null".to_owned() }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}
