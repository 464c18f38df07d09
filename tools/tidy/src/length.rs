//! A file is about one thing, and one thing is not long.

use std::collections::BTreeSet;

use crate::{Source, Tree, Violation, tokens};

const RULE: &str = "length";

/// The most lines of code in one file: neither blank nor comment, nor only for tests.
pub const CODE_LINES: usize = 500;

/// No source file is longer than [`CODE_LINES`].
pub fn check(tree: &Tree) -> Vec<Violation> {
    let sources = tree.ending(".rs").filter(|source| source.lies_in("src"));
    let long = sources.filter_map(|source| {
        let lines = code_lines(source);
        (lines > CODE_LINES).then(|| {
            Violation::at(
                source,
                1,
                RULE,
                format!("{lines} lines of code, {CODE_LINES} at most"),
                "split it where a second idea begins",
            )
        })
    });
    long.collect()
}

/// The lines that some token of code lies on.
fn code_lines(source: &Source) -> usize {
    let tokens = tokens::of(source);
    let code = tokens.iter().filter(|token| !token.place.comment && !token.place.test);
    let lines: BTreeSet<usize> = code.flat_map(|token| token.line..=token.last_line).collect();
    lines.len()
}
