//! YAML in blocks, as somebody would write it: what can stand without quotation marks does.

use super::Node;
use super::json::{decimal, quoted};

/// The document as a file, under a comment.
pub(crate) fn yaml(comment: &str, node: &Node) -> String {
    let mut out: String = comment.lines().map(|line| format!("# {line}\n")).collect();
    match node {
        Node::Map(map) if map.iter().next().is_some() => entries(&mut out, node, 0),
        Node::List(items) if !items.is_empty() => entries(&mut out, node, 0),
        _ => {
            out.push_str(&scalar(node));
            out.push('\n');
        }
    }
    out
}

/// The entries of a map or a list that has some, each on lines of its own.
fn entries(out: &mut String, node: &Node, depth: usize) {
    match node {
        Node::Map(map) => {
            for (key, value) in map.iter() {
                indent(out, depth);
                entry(out, key, value, depth);
            }
        }
        Node::List(items) => {
            for item in items {
                indent(out, depth);
                out.push('-');
                listed(out, item, depth);
            }
        }
        _ => {}
    }
}

/// A key and its value; the line is indented already.
fn entry(out: &mut String, key: &str, value: &Node, depth: usize) {
    out.push_str(&text(key));
    out.push(':');
    match value {
        Node::Map(map) if map.iter().next().is_some() => {
            out.push('\n');
            entries(out, value, depth + 1);
        }
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            entries(out, value, depth + 1);
        }
        _ => inline(out, value, depth),
    }
}

/// What stands behind the dash of a list: a map begins on the same line.
fn listed(out: &mut String, item: &Node, depth: usize) {
    match item {
        Node::Map(map) if map.iter().next().is_some() => {
            for (at, (key, value)) in map.iter().enumerate() {
                if at == 0 {
                    out.push(' ');
                } else {
                    indent(out, depth + 1);
                }
                entry(out, key, value, depth + 1);
            }
        }
        Node::List(items) if !items.is_empty() => {
            out.push('\n');
            entries(out, item, depth + 1);
        }
        _ => inline(out, item, depth),
    }
}

/// A value that begins on the line it is announced on.
fn inline(out: &mut String, value: &Node, depth: usize) {
    out.push(' ');
    match value {
        Node::Text(value) if is_block(value) => {
            // What begins with a space needs to be told how much of it is indentation.
            out.push_str(if value.starts_with(' ') { "|2-\n" } else { "|-\n" });
            for line in value.lines() {
                if !line.is_empty() {
                    indent(out, depth + 1);
                    out.push_str(line);
                }
                out.push('\n');
            }
        }
        value => {
            out.push_str(&scalar(value));
            out.push('\n');
        }
    }
}

fn scalar(node: &Node) -> String {
    match node {
        Node::Null => "null".to_owned(),
        Node::Flag(flag) => flag.to_string(),
        Node::Integer(integer) => integer.to_string(),
        Node::Number(number) => decimal(*number),
        Node::Text(value) => text(value),
        Node::List(_) => "[]".to_owned(),
        Node::Map(_) => "{}".to_owned(),
    }
}

fn text(value: &str) -> String {
    if is_plain(value) || is_time(value) {
        value.to_owned()
    } else if value.contains('"') && !value.contains(['\'', '\\']) && value.chars().all(is_printable) {
        format!("'{value}'")
    } else {
        quoted(value)
    }
}

/// Whether a text is the same without quotation marks, for every reader of YAML there is.
fn is_plain(value: &str) -> bool {
    const OTHERS: [&str; 11] = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf"];
    let begins = value.starts_with(|first: char| first.is_ascii_alphabetic());
    let simple = |c: char| c.is_ascii_alphanumeric() || " ._-/()'+;,%".contains(c);
    begins
        && value.chars().all(simple)
        && !value.ends_with(' ')
        && !OTHERS.contains(&value.to_ascii_lowercase().as_str())
}

/// Whether a text is a time such as `1h30m`, which is no number for anybody.
fn is_time(value: &str) -> bool {
    let units = value.trim_end_matches(['d', 'h', 'm', 's']);
    units.len() < value.len()
        && units.starts_with(|first: char| first.is_ascii_digit())
        && value.chars().all(|c| c.is_ascii_digit() || "dhms".contains(c))
}

/// Whether a character may stand as it is.
fn is_printable(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

/// Whether a text has several lines that a block keeps as they are.
fn is_block(value: &str) -> bool {
    let kept = |line: &str| !line.ends_with([' ', '\t']) && line.chars().all(is_printable);
    value.contains('\n')
        && !value.ends_with('\n')
        && !value.starts_with(['\t', '\n'])
        && value.split('\n').all(kept)
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}
