//! A link in the documentation leads somewhere.

use crate::{Source, Tree, Violation};

const RULE: &str = "links";

/// Every local link of a Markdown file points at a file or folder of the repository.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in tree.ending(".md") {
        for (line, target) in links(source) {
            let path = target.split(['#', '?']).next().unwrap_or_default();
            if is_elsewhere(&target) || path.is_empty() {
                continue;
            }
            if !resolved(source.path(), path).is_some_and(|path| path.is_empty() || tree.has(&path)) {
                found.push(Violation::at(
                    source,
                    line,
                    RULE,
                    format!("the link to `{target}` leads nowhere"),
                    "point it, relative to this file, at something in the repository",
                ));
            }
        }
    }
    found
}

/// The targets of `[text](target)` and `[label]: target`, outside code.
fn links(source: &Source) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (index, line) in source.text().lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            let line = without_code(line);
            let inline = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let definition = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, to)| to);
            let targets = inline.chain(definition).filter_map(|target| target.split_whitespace().next());
            found.extend(targets.map(|target| (index + 1, target.trim_matches(['<', '>']).to_owned())));
        }
    }
    found
}

/// The line with its code spans emptied: what looks like a link in there is none.
fn without_code(line: &str) -> String {
    let parts = line.split('`').enumerate();
    parts.map(|(index, part)| if index % 2 == 0 { part } else { "" }).collect()
}

/// Other hosts are not ours to check, and paths of Rust items are checked by rustdoc.
fn is_elsewhere(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:") || target.contains("::")
}

/// The path from the root, or nothing if it leaves the repository.
fn resolved(from: &str, target: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}
