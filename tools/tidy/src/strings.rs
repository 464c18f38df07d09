//! Names that leave the process are written in two files, so that a breaking rename is one visible diff.

use crate::tokens::{self, Token};
use crate::{Source, Tree, Violation};

const RULE: &str = "strings";

/// The files of a domain crate that hold the words others see; what is in folders of their names belongs to them.
const HOMES: [&str; 2] = ["src/conventions", "src/labels"];

/// A comment that vouches, on the line above, for a text that never leaves the process.
pub const VOUCHER: &str = "// tidy: stays inside";

/// Macros whose text is for the developer (a panic, a build) or for a `Display` and `Debug` that is written out.
const MACROS: [&str; 19] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "cfg",
    "compile_error",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "env",
    "format_args",
    "include",
    "include_str",
    "option_env",
    "panic",
    "todo",
    "unimplemented",
    "unreachable",
    "write",
    "writeln",
];

/// Methods of `Formatter`, its builders, and of a deliberate panic.
const METHODS: [&str; 6] = ["debug_struct", "debug_tuple", "expect", "field", "pad", "write_str"];

/// No text in a domain crate's sources outside its conventions and labels.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for folder in tree.domains() {
        let homes = HOMES.map(|home| format!("{folder}/{home}"));
        let sources = format!("{folder}/src/");
        for source in tree.ending(".rs") {
            let is_home = |home: &String| {
                let rest = source.path().strip_prefix(home.as_str());
                rest.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
            };
            if source.path().starts_with(&sources) && !homes.iter().any(is_home) {
                texts(source, &mut found);
            }
        }
    }
    found
}

fn texts(source: &Source, found: &mut Vec<Violation>) {
    let tokens = tokens::of(source);
    // How many of the brackets now open belong to a call that may say what it likes.
    let mut brackets: Vec<bool> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        match token.text.as_str() {
            "(" | "[" | "{" => brackets.push(is_free_call(&tokens, index)),
            ")" | "]" | "}" => {
                brackets.pop();
            }
            _ => {}
        }
        let free = brackets.contains(&true) || !token.is_code() || token.place.test;
        if token.is_text() && !free && !source.line(token.line - 1).starts_with(VOUCHER) {
            found.push(Violation::at(
                source,
                token.line,
                RULE,
                format!("{} is a text outside conventions.rs and labels.rs", shortened(&token.text)),
                "give it a name there; or, if no one outside can see it, say so above: `// tidy: stays inside: …`",
            ));
        }
    }
}

/// Whether the bracket at `index` opens the arguments of one of the calls above.
fn is_free_call(tokens: &[Token], index: usize) -> bool {
    let before =
        |back: usize| index.checked_sub(back).and_then(|at| tokens.get(at)).map(|it| it.text.as_str());
    match (before(2), before(1)) {
        (Some(name), Some("!")) => MACROS.contains(&name),
        (Some("."), Some(name)) => METHODS.contains(&name),
        _ => false,
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
