//! Who may know whom: `examples, benches, tools → domain crates → the root of otel-core`.

use crate::manifest::Kind;
use crate::tokens::{self, Token};
use crate::{Source, Tree, Violation};

const RULE: &str = "direction";
const CORE: &str = "crates/otel-core";

/// The modules of `otel-core` that applications use and libraries never see.
pub const ENGINE: [&str; 11] = [
    "alerting",
    "console",
    "ledger",
    "otlp",
    "pipeline",
    "privacy",
    "propagation",
    "sampling",
    "settings",
    "spool",
    "testing",
];

/// No edge between domain crates, upstream's crates in `otel-core` alone, and a waist that does not know the
/// engine.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    for folder in tree.published().filter(|folder| *folder != CORE) {
        upstream(tree, folder, &mut found);
    }
    for folder in tree.domains() {
        edges(tree, folder, &mut found);
        for source in tree.ending(".rs").filter(|source| lies_under(source, &format!("{folder}/src/"))) {
            imports(source, &mut found);
        }
    }
    for source in tree.ending(".rs").filter(|source| is_waist(source)) {
        waist(source, &mut found);
    }
    found
}

fn upstream(tree: &Tree, folder: &str, found: &mut Vec<Violation>) {
    let Some(manifest) = tree.manifest(folder) else { return };
    for dependency in manifest.dependencies() {
        if dependency.package().contains("opentelemetry") {
            found.push(Violation::at(
                manifest.source,
                dependency.line,
                RULE,
                format!("`{folder}` names `{}`", dependency.package()),
                "only otel-core does: use its types, or add what is missing there",
            ));
        }
    }
}

fn edges(tree: &Tree, folder: &str, found: &mut Vec<Violation>) {
    let Some(manifest) = tree.manifest(folder) else { return };
    let dependencies = manifest.dependencies();
    if !dependencies.iter().any(|it| it.package() == "otel-core" && it.kind == Kind::Normal) {
        found.push(Violation::at(
            manifest.source,
            1,
            RULE,
            format!("`{folder}` does not depend on otel-core"),
            "add `otel-core.workspace = true` to its [dependencies]",
        ));
    }
    for dependency in &dependencies {
        let sibling = format!("crates/{}", dependency.package());
        if sibling != CORE && sibling != folder && tree.published().any(|other| other == sibling) {
            found.push(Violation::at(
                manifest.source,
                dependency.line,
                RULE,
                format!("`{folder}` depends on `{}`", dependency.package()),
                "domain crates stay apart: move what both need into otel-core, or join them in an example",
            ));
        }
    }
}

/// In a domain crate, `otel_core::` is followed by an item of the root, never by a module.
fn imports(source: &Source, found: &mut Vec<Violation>) {
    let tokens = tokens::of(source);
    for start in tokens::find(&tokens, &["otel_core", "::"]) {
        for index in tokens::continuations(&tokens, start + 2) {
            let token = &tokens[index];
            let lower = token.text.starts_with(char::is_lowercase);
            let is_module = lower && tokens.get(index + 1).is_some_and(|next| next.text == "::");
            if token.is_code() && !token.place.test && (is_module || is_engine(token)) {
                found.push(Violation::at(
                    source,
                    token.line,
                    RULE,
                    format!("`otel_core::{}` is not at the root", token.text),
                    "domain crates see the root of otel-core only: the engine belongs to applications",
                ));
            }
        }
    }
}

/// A waist module may not reach into the engine through `crate::` or through `super::` up to the root.
fn waist(source: &Source, found: &mut Vec<Violation>) {
    let tokens = tokens::of(source);
    let depth = source.path().trim_start_matches(CORE).matches('/').count() - 1;
    let to_root = ["super", "::"].repeat(depth);
    let paths = [vec!["crate", "::"], to_root];
    for words in &paths {
        for start in tokens::find(&tokens, words) {
            for index in tokens::continuations(&tokens, start + words.len()) {
                let token = &tokens[index];
                if token.is_code() && !token.place.test && is_engine(token) {
                    found.push(Violation::at(
                        source,
                        token.line,
                        RULE,
                        format!("a waist module names the engine module `{}`", token.text),
                        "turn it round: the engine may use the waist, as an `impl` block in the engine's module",
                    ));
                }
            }
        }
    }
}

fn is_engine(token: &Token) -> bool {
    ENGINE.contains(&token.text.as_str())
}

fn is_waist(source: &Source) -> bool {
    let Some(path) = source.path().strip_prefix("crates/otel-core/src/") else { return false };
    let module = path.split('/').next().unwrap_or(path);
    let module = module.strip_suffix(".rs").unwrap_or(module);
    module != "lib" && !ENGINE.contains(&module)
}

fn lies_under(source: &Source, folder: &str) -> bool {
    source.path().starts_with(folder)
}
