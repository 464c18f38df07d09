//! Tests run side by side in one process, and never wait for the clock.

use crate::tokens::{self, Token};
use crate::{Source, Tree, Violation};

const RULE: &str = "globals";

/// A comment that vouches, on the line above, that the test is alone in its process.
pub const VOUCHER: &str = "// tidy: own process";

/// Functions that change what every other test in the process sees.
const SETTERS: [&str; 7] = [
    "set_global_default",
    "set_logger_provider",
    "set_meter_provider",
    "set_text_map_propagator",
    "set_tracer_provider",
    "set_var",
    "remove_var",
];

const SLEEPS: [&str; 3] = ["sleep", "sleep_ms", "sleep_until"];

/// No test touches a global, and no test sleeps.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for source in tree.ending(".rs") {
        let tokens = tokens::of(source);
        for (index, token) in tokens.iter().enumerate() {
            if token.place.test && token.is_code() {
                found.extend(global(source, &tokens, index));
                found.extend(sleep(source, &tokens, index));
            }
        }
    }
    found
}

fn global(source: &Source, tokens: &[Token], index: usize) -> Option<Violation> {
    let token = &tokens[index];
    let mutable = token.text == "static" && tokens.get(index + 1).is_some_and(|next| next.text == "mut");
    let named = if mutable { "static mut" } else { token.text.as_str() };
    if !mutable && !SETTERS.contains(&named) || source.line(token.line - 1).starts_with(VOUCHER) {
        return None;
    }
    Some(Violation::at(
        source,
        token.line,
        RULE,
        format!("`{named}` in a test"),
        "inject what is tested; or run it alone and say so above: `// tidy: own process: …`",
    ))
}

fn sleep(source: &Source, tokens: &[Token], index: usize) -> Option<Violation> {
    let token = &tokens[index];
    // `clock.sleep()` is someone's injected time, and `fn sleep` defines such a thing.
    let own = index.checked_sub(1).is_some_and(|before| matches!(tokens[before].text.as_str(), "." | "fn"));
    if own || !SLEEPS.contains(&token.text.as_str()) {
        return None;
    }
    Some(Violation::at(
        source,
        token.line,
        RULE,
        format!("`{}` in a test", token.text),
        "inject the time, or wait for the event itself with a deadline",
    ))
}
