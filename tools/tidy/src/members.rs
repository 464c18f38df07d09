//! How manifests are written: shared facts once, at the root.

use crate::manifest::{Kind, Manifest};
use crate::{Tree, Violation};

const RULE: &str = "members";

/// The facts every published crate takes from the root.
const INHERITED: [&str; 4] = ["edition", "rust-version", "license", "repository"];

/// The one feature a domain crate may have: it builds the crate's program, and changes nothing of the library.
const PROGRAM: &str = "cli";

/// Every package is a member in its place, inherits what is shared, and names no version of its own.
pub fn check(tree: &Tree) -> Vec<Violation> {
    let mut found = Vec::new();
    let Some(root) = tree.manifest("") else { return found };
    offers(&root, &mut found);
    let members = root.strings(&["workspace", "members"]);
    for source in tree.ending("/Cargo.toml") {
        let folder = source.path().trim_end_matches("/Cargo.toml");
        let Some(manifest) = tree.manifest(folder) else { continue };
        if !(is_place(folder) && members.iter().any(|pattern| covers(pattern, folder))) {
            found.push(Violation::at(
                source,
                1,
                RULE,
                "this package is no member of the workspace, or lies in an unexpected place",
                "keep it in crates/, examples/, benches/ or tools/ and cover it in the root's `members`",
            ));
        }
        facts(&manifest, folder, &mut found);
        dependencies(&manifest, &mut found);
    }
    for folder in tree.domains() {
        features(tree, folder, &mut found);
    }
    found
}

/// `[workspace.dependencies]`: each with a version; third parties bare, our own crates with their path.
fn offers(root: &Manifest<'_>, found: &mut Vec<Violation>) {
    for offer in root.workspace_dependencies() {
        let (problem, remedy) = if !offer.has("version") {
            ("has no version", "write `version = \"…\"`, so that packages can be published")
        } else if !offer.has("path") && !offer.is_bare() {
            (
                "brings its default features",
                "write `default-features = false` and name features where they are used",
            )
        } else {
            continue;
        };
        found.push(Violation::at(
            root.source,
            offer.line,
            RULE,
            format!("`{}` {problem}", offer.name),
            remedy,
        ));
    }
}

fn facts(manifest: &Manifest<'_>, folder: &str, found: &mut Vec<Violation>) {
    let mut report = |key: &str, problem: String, remedy| {
        found.push(Violation::at(manifest.source, manifest.line_of(key), RULE, problem, remedy));
    };
    let private =
        manifest.get(&["package", "publish"]).is_some_and(|publish| publish.as_bool() == Some(false));
    if !private && !folder.starts_with("crates/") {
        let remedy = "write `publish = false`, or move the package to crates/";
        report("publish", "a package outside crates/ could be published".to_owned(), remedy);
    }
    let inherited = if private { &INHERITED[..1] } else { &INHERITED[..] };
    for &key in inherited {
        if !manifest.inherits(&["package", key]) {
            report(key, format!("`{key}` is not inherited"), "write `KEY.workspace = true` with this key");
        }
    }
    if !manifest.inherits(&["lints"]) {
        let remedy = "write `[lints]` and `workspace = true`: there is one table of lints";
        report("lints", "the lints are not inherited".to_owned(), remedy);
    }
}

fn dependencies(manifest: &Manifest<'_>, found: &mut Vec<Violation>) {
    for dependency in manifest.dependencies() {
        // A path without a version is dropped on publishing: a package's own tests may use it to reach itself.
        let local = dependency.kind == Kind::Dev && dependency.has("path") && !dependency.has("version");
        if !dependency.is_inherited() && !local {
            found.push(Violation::at(
                manifest.source,
                dependency.line,
                RULE,
                format!("`{}` is not taken from the workspace", dependency.name),
                "write `workspace = true` and keep the version in the root's [workspace.dependencies]",
            ));
        }
    }
}

fn features(tree: &Tree, folder: &str, found: &mut Vec<Violation>) {
    let Some(manifest) = tree.manifest(folder) else { return };
    for feature in manifest.keys(&["features"]).into_iter().filter(|feature| *feature != PROGRAM) {
        found.push(Violation::at(
            manifest.source,
            manifest.line_of(feature),
            RULE,
            format!("a domain crate has the feature `{feature}`"),
            "they have none but `cli`: make it an argument, or put the integration into otel-core",
        ));
    }
}

fn is_place(folder: &str) -> bool {
    match folder.split_once('/') {
        Some((group, name)) => ["crates", "examples", "tools"].contains(&group) && !name.contains('/'),
        None => folder == "benches",
    }
}

fn covers(pattern: &str, folder: &str) -> bool {
    match pattern.strip_suffix("/*") {
        Some(group) => folder.rsplit_once('/').is_some_and(|(parent, _)| parent == group),
        None => pattern == folder,
    }
}
