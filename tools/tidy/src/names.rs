//! A file is named after an idea.

use crate::{Source, Tree, Violation, tokens};

const RULE: &str = "names";

/// Names that say nothing about what is inside.
const EMPTY: [&str; 8] = ["common", "helper", "helpers", "misc", "prelude", "shared", "util", "utils"];

/// No `mod.rs`, and no module that could hold anything.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in tree.ending(".rs") {
        if source.stem() == "mod" {
            found.push(Violation::at(
                source,
                1,
                RULE,
                "a module in mod.rs",
                "call the file `FOLDER.rs` and put it beside the folder",
            ));
        }
        for part in source.path().trim_end_matches(".rs").split('/').filter(|part| EMPTY.contains(part)) {
            found.push(nothing(source, 1, part));
        }
        inline(source, &mut found);
    }
    found
}

fn inline(source: &Source, found: &mut Vec<Violation>) {
    let tokens = tokens::of(source);
    for name in EMPTY {
        for start in tokens::find(&tokens, &["mod", name, "{"]) {
            found.push(nothing(source, tokens[start].line, name));
        }
    }
}

fn nothing(source: &Source, line: usize, name: &str) -> Violation {
    Violation::at(
        source,
        line,
        RULE,
        format!("a module named `{name}`"),
        "name it after the idea it holds; if it holds several, make several",
    )
}
