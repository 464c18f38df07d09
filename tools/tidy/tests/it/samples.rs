use tidy::{Rule, Tree};

use crate::joined;

mod manifests;
mod sources;
mod texts;

/// A tree with nothing wrong, which each sample changes in one place.
const GOOD: [(&str, &str); 23] = [
    (
        "Cargo.toml",
        r#"[workspace]
members = ["crates/*", "benches"]

[workspace.dependencies]
bytes = { version = "1", default-features = false }
opentelemetry = { version = "0.33", default-features = false }
otel-core = { path = "crates/otel-core", version = "0.1.0" }

[workspace.lints.rust]
missing_docs = "warn"
"#,
    ),
    (
        "crates/otel-core/Cargo.toml",
        r#"[package]
name = "otel-core"
version = "0.1.0"
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true

[features]
pipeline = []

[dependencies]
bytes = { workspace = true, optional = true }
opentelemetry.workspace = true

[dev-dependencies]
otel-core = { path = ".", features = ["pipeline"] }

[lints]
workspace = true
"#,
    ),
    ("crates/otel-core/src/lib.rs", "mod key;\npub mod pipeline;\n"),
    ("crates/otel-core/src/key.rs", "//! Not [`crate::pipeline`].\nuse crate::label::Label;\n"),
    ("crates/otel-core/src/pipeline.rs", "use crate::spool::Log;\n"),
    ("crates/otel-toy/Cargo.toml", TOY),
    ("crates/otel-toy/README.md", "# otel-toy\n\n[code](src/lib.rs)\n"),
    ("crates/otel-toy/CHANGELOG.md", "# Changelog\n"),
    ("crates/otel-toy/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n\nmod spans;\n"),
    ("crates/otel-toy/src/conventions.rs", "pub const ID: Key<Text> = Key::new(\"toy.id\");\n"),
    ("crates/otel-toy/src/labels.rs", "pub const ALL: [&str; 1] = [\"red\"];\n"),
    ("crates/otel-toy/src/metrics.rs", "use otel_core::{Counter, Telemetry};\n"),
    ("crates/otel-toy/src/spans/toy.rs", "use otel_core::Span;\n"),
    ("crates/otel-toy/src/alerts.rs", "pub const ALERTS: [AlertRule; 0] = [];\n"),
    ("crates/otel-toy/tests/it/main.rs", "mod contract;\n"),
    ("crates/otel-toy/tests/it/contract.rs", "use otel_core::testing::Recorder;\n"),
    ("crates/otel-toy/tests/it/metrics.rs", ""),
    ("crates/otel-toy/tests/it/spans.rs", ""),
    ("crates/otel-toy/tests/it/alerts.rs", ""),
    (
        "benches/Cargo.toml",
        "[package]\nedition.workspace = true\npublish = false\n\n[lints]\nworkspace = true\n\n\
         [dependencies]\nopentelemetry.workspace = true\n",
    ),
    (
        "docs/style.md",
        "- [tidy: direction, globals, length, links, members, names]\n\
         - [tidy: places, skeleton, strings, style, unfinished]\n\
         - [lint: missing_docs] [ci: Format] [review]\n",
    ),
    ("clippy.toml", "too-many-lines-threshold = 70\n"),
    (".ci/run", "step \"Format\" cargo fmt\n"),
];

const TOY: &str = r#"[package]
name = "otel-toy"
version = "0.1.0"
edition.workspace = true
rust-version.workspace = true
license.workspace = true
repository.workspace = true

[dependencies]
otel-core.workspace = true

[lints]
workspace = true
"#;

/// The good tree with one file written anew.
fn with(path: &str, text: &str) -> Tree {
    Tree::of(GOOD.into_iter().chain([(path, text)]))
}

/// The good tree with a word of one file replaced.
fn replaced(path: &str, from: &str, to: &str) -> Tree {
    let (_, text) = GOOD.into_iter().find(|(name, _)| *name == path).expect("a file of the good tree");
    assert!(text.contains(from), "`{from}` stands in {path}");
    with(path, &text.replace(from, to))
}

/// A rule finds exactly these places, `path:line`, and says a word about each.
#[track_caller]
fn finds(rule: Rule, tree: &Tree, places: &[&str]) {
    let violations = rule(tree);
    let found: Vec<String> = violations.iter().map(|it| format!("{}:{}", it.path, it.line)).collect();
    assert_eq!(found, places, "{violations:#?}");
    for violation in violations {
        assert!(!violation.problem.is_empty() && !violation.remedy.is_empty(), "{violation}");
    }
}

#[test]
fn the_good_tree_keeps_every_rule() {
    for (_, rule) in tidy::RULES {
        finds(rule, &Tree::of(GOOD), &[]);
    }
}

#[test]
fn a_violation_says_where_what_and_how() {
    let violations = tidy::places::check(&with("a.txt", &joined(&["\ncd /ro", "ot/x"])));
    let said: Vec<String> = violations.iter().map(ToString::to_string).collect();
    let place = joined(&["`/ro", "ot/`"]);
    let expected = format!(
        "a.txt:2: [places] {place} belongs to one machine; \
         use a path from the root of the repository, and a package by its name"
    );
    assert_eq!(said, [expected]);
}
