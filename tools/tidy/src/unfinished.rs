//! What is committed is finished: a skipped test and a hole in the code both claim more than they do.

use crate::{Tree, Violation, tokens};

const RULE: &str = "unfinished";

/// No `#[ignore]`, `todo!` or `unimplemented!`.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let holes: [(&[&str], &str, &str); 3] = [
        (&["#", "[", "ignore"], "an ignored test", "make it pass, or delete it and open an issue"),
        (&["todo", "!"], "`todo!`", "finish it, or leave it out"),
        (&["unimplemented", "!"], "`unimplemented!`", "finish it, or make the case impossible by type"),
    ];
    let mut found = Vec::new();
    for source in tree.ending(".rs") {
        let tokens = tokens::of(source);
        for (words, problem, remedy) in holes {
            for start in tokens::find(&tokens, words) {
                found.push(Violation::at(source, tokens[start].line, RULE, problem, remedy));
            }
        }
    }
    found
}
