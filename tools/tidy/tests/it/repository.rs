use std::path::Path;
use std::sync::LazyLock;

use tidy::{RULES, Rule, Tree};

static REPOSITORY: LazyLock<Tree> = LazyLock::new(|| {
    // Tests run in their package's folder. A path fixed at compile time would be wrong after a move, or where
    // two checkouts share what they build.
    Tree::read(Path::new("../..")).expect("the repository can be read")
});

#[track_caller]
fn check(rule: Rule) {
    let violations: Vec<String> = rule(&REPOSITORY).iter().map(ToString::to_string).collect();
    assert!(violations.is_empty(), "{} to put right:\n{}", violations.len(), violations.join("\n"));
}

#[test]
fn the_whole_repository_was_read() {
    assert!(REPOSITORY.has("Cargo.toml"));
    assert!(REPOSITORY.has("tools/tidy/src/lib.rs"));
    assert!(REPOSITORY.published().any(|folder| folder == "crates/otel-core"));
    assert!(!REPOSITORY.has("target"));
}

#[test]
fn dependencies_point_to_the_core() {
    check(tidy::direction::check);
}

#[test]
fn manifests_inherit_what_is_shared() {
    check(tidy::members::check);
}

#[test]
fn domain_crates_share_a_skeleton() {
    check(tidy::skeleton::check);
}

#[test]
fn texts_live_in_conventions_and_labels() {
    check(tidy::strings::check);
}

#[test]
fn tests_touch_no_global_and_never_sleep() {
    check(tidy::globals::check);
}

#[test]
fn modules_are_named_after_ideas() {
    check(tidy::names::check);
}

#[test]
fn nothing_is_left_unfinished() {
    check(tidy::unfinished::check);
}

#[test]
fn source_files_are_short() {
    check(tidy::length::check);
}

#[test]
fn no_file_names_a_machine() {
    check(tidy::places::check);
}

#[test]
fn links_lead_somewhere() {
    check(tidy::links::check);
}

#[test]
fn the_style_guide_is_true() {
    check(tidy::style::check);
}

#[test]
fn every_rule_is_applied_above() {
    let this = include_str!("repository.rs");
    for (name, _) in RULES {
        assert!(this.contains(&format!("check(tidy::{name}::check);")), "the rule `{name}` is not applied");
    }
}
