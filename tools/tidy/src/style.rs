//! The style guide claims no check that does not exist, and forgets none that does.

use crate::{RULES, Source, Tree, Violation};

const RULE: &str = "style";
const GUIDE: &str = "docs/style.md";
const SCRIPT: &str = ".ci/run";

/// Every `[tidy: …]`, `[lint: …]` and `[ci: …]` tag of the guide is a rule, a lint that is on, or a step of the
/// script.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let Some(guide) = tree.get(GUIDE) else {
        return vec![Violation::of(
            GUIDE,
            1,
            RULE,
            "the file is missing",
            "the house rules are written there",
        )];
    };
    let mut found = Vec::new();
    for (line, kind, name) in tags(guide) {
        let (exists, remedy) = match kind {
            "tidy" => (RULES.iter().any(|(rule, _)| *rule == name), "name a module of tools/tidy"),
            "lint" => {
                (is_linted(tree, name), "turn the lint on in the root's [workspace.lints] or clippy.toml")
            }
            "ci" => (is_step(tree, name), "name a step of .ci/run by its heading"),
            _ => continue,
        };
        if !exists {
            found.push(Violation::at(
                guide,
                line,
                RULE,
                format!("nothing checks `[{kind}: {name}]`"),
                remedy,
            ));
        }
    }
    for (rule, _) in RULES {
        if !tags(guide).iter().any(|(_, kind, name)| *kind == "tidy" && *name == rule) {
            let problem = format!("the guide does not mention the rule `{rule}`");
            found.push(Violation::at(guide, 1, RULE, problem, "say what it asks for, and why"));
        }
    }
    found
}

/// The tags of the guide: line, kind, and each of the names after the colon.
fn tags(guide: &Source) -> Vec<(usize, &str, &str)> {
    let mut found = Vec::new();
    for (index, line) in guide.text().lines().enumerate() {
        let bracketed = line.split('[').skip(1).filter_map(|rest| rest.split(']').next());
        for (kind, names) in bracketed.filter_map(|tag| tag.split_once(": ")) {
            found.extend(names.split(", ").map(|name| (index + 1, kind, name)));
        }
    }
    found
}

fn is_linted(tree: &Tree, lint: &str) -> bool {
    let Some(root) = tree.manifest("") else { return false };
    let tables = ["rust", "clippy", "rustdoc"];
    let in_table = tables.iter().any(|tool| root.get(&["workspace", "lints", tool, lint]).is_some());
    let setting = lint.replace('_', "-");
    in_table
        || tree.get("clippy.toml").is_some_and(|it| it.text().lines().any(|line| line.starts_with(&setting)))
}

fn is_step(tree: &Tree, heading: &str) -> bool {
    tree.get(SCRIPT).is_some_and(|script| script.text().contains(&format!("step \"{heading}\"")))
}
