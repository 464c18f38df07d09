//! The shape that every domain crate repeats: who knows one crate knows them all.

use crate::{Tree, Violation, tokens};

const RULE: &str = "skeleton";

/// `lib.rs` is a table of contents, and a table of contents fits on a page.
pub const LIB_LINES: usize = 80;

/// What a domain crate always has.
const FILES: [&str; 13] = [
    "Cargo.toml",
    "README.md",
    "CHANGELOG.md",
    "src/lib.rs",
    "src/conventions.rs",
    "src/labels.rs",
    "src/metrics.rs",
    "src/alerts.rs",
    "tests/it/main.rs",
    "tests/it/contract.rs",
    "tests/it/metrics.rs",
    "tests/it/spans.rs",
    "tests/it/alerts.rs",
];

/// Each domain crate has its files, and each published crate a short `lib.rs` that shows the README.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for folder in tree.domains() {
        for file in FILES {
            require(tree, &format!("{folder}/{file}"), &mut found);
        }
        if !tree.has(&format!("{folder}/src/spans")) {
            require(tree, &format!("{folder}/src/spans.rs"), &mut found);
        }
        front_page(tree, folder, &mut found);
    }
    for folder in tree.published() {
        contents(tree, folder, &mut found);
    }
    found
}

fn require(tree: &Tree, path: &str, found: &mut Vec<Violation>) {
    if !tree.has(path) {
        let remedy = "every domain crate has this file: start from the one in otel-trading";
        found.push(Violation::of(path, 1, RULE, "the file is missing", remedy));
    }
}

fn front_page(tree: &Tree, folder: &str, found: &mut Vec<Violation>) {
    let Some(lib) = tree.get(&format!("{folder}/src/lib.rs")) else { return };
    let tokens = tokens::of(lib);
    let words = ["#", "!", "[", "doc", "=", "include_str", "!", "(", "\"../README.md\"", ")", "]"];
    if tokens::find(&tokens, &words).next().is_none() {
        found.push(Violation::at(
            lib,
            1,
            RULE,
            "the README is not the crate's documentation",
            "write `#![doc = include_str!(\"../README.md\")]`, so that its example is compiled",
        ));
    }
}

fn contents(tree: &Tree, folder: &str, found: &mut Vec<Violation>) {
    let Some(lib) = tree.get(&format!("{folder}/src/lib.rs")) else { return };
    let lines = lib.text().lines().count();
    if lines > LIB_LINES {
        found.push(Violation::at(
            lib,
            LIB_LINES + 1,
            RULE,
            format!("lib.rs has {lines} lines, {LIB_LINES} at most"),
            "keep docs, `mod` and `pub use` here and move the rest to a file named after its idea",
        ));
    }
}
