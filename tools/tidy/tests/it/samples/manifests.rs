use super::{TOY, finds, replaced, with};

const MANIFEST: &str = "crates/otel-toy/Cargo.toml";
const DEPENDENCY: &str = "otel-core.workspace = true";

#[test]
fn upstream_in_a_domain_crate() {
    let tree =
        replaced(MANIFEST, DEPENDENCY, "otel-core.workspace = true\nopentelemetry_sdk.workspace = true");
    finds(tidy::direction::check, &tree, &["crates/otel-toy/Cargo.toml:11"]);
}

#[test]
fn upstream_under_another_name() {
    let renamed =
        "otel-core.workspace = true\notel = { workspace = true, package = \"tracing-opentelemetry\" }";
    finds(
        tidy::direction::check,
        &replaced(MANIFEST, DEPENDENCY, renamed),
        &["crates/otel-toy/Cargo.toml:11"],
    );
}

#[test]
fn a_sibling_even_in_tests() {
    let sibling = TOY.replace("otel-toy", "otel-sibling").replace(
        "[lints]",
        "[target.'cfg(unix)'.dev-dependencies]\notel-toy = { path = \"../otel-toy\" }\n\n[lints]",
    );
    let tree = with("crates/otel-sibling/Cargo.toml", &sibling);
    finds(tidy::direction::check, &tree, &["crates/otel-sibling/Cargo.toml:13"]);
}

#[test]
fn a_domain_without_the_core() {
    finds(
        tidy::direction::check,
        &replaced(MANIFEST, DEPENDENCY, "bytes.workspace = true"),
        &["crates/otel-toy/Cargo.toml:1"],
    );
}

#[test]
fn a_package_outside_the_workspace() {
    let manifest = "[package]\nedition.workspace = true\npublish = false\n[lints]\nworkspace = true\n";
    finds(tidy::members::check, &with("scripts/gen/Cargo.toml", manifest), &["scripts/gen/Cargo.toml:1"]);
    finds(tidy::members::check, &with("tools/gen/Cargo.toml", manifest), &["tools/gen/Cargo.toml:1"]);
}

#[test]
fn facts_of_its_own() {
    let tree = replaced(MANIFEST, "edition.workspace = true", "edition = \"2021\"");
    finds(tidy::members::check, &tree, &["crates/otel-toy/Cargo.toml:4"]);
    let tree = replaced(MANIFEST, "[lints]\nworkspace = true", "[lints.rust]\nunsafe_code = \"allow\"");
    finds(tidy::members::check, &tree, &["crates/otel-toy/Cargo.toml:12"]);
    let tree = replaced("benches/Cargo.toml", "publish = false\n", "");
    finds(
        tidy::members::check,
        &tree,
        &["benches/Cargo.toml:1", "benches/Cargo.toml:1", "benches/Cargo.toml:1", "benches/Cargo.toml:1"],
    );
}

#[test]
fn versions_outside_the_root() {
    let tree = replaced(MANIFEST, DEPENDENCY, "otel-core.workspace = true\nbytes = \"1\"");
    finds(tidy::members::check, &tree, &["crates/otel-toy/Cargo.toml:11"]);
    let tree = replaced(MANIFEST, DEPENDENCY, "otel-core = { path = \"../otel-core\" }");
    finds(tidy::members::check, &tree, &["crates/otel-toy/Cargo.toml:10"]);
    let tree = replaced(MANIFEST, "[dependencies]", "[features]\ncli = []\n\n[dependencies]");
    finds(tidy::members::check, &tree, &[]);
}

#[test]
fn offers_of_the_root() {
    let tree =
        replaced("Cargo.toml", "bytes = { version = \"1\", default-features = false }", "bytes = \"1\"");
    finds(tidy::members::check, &tree, &["Cargo.toml:5"]);
    let tree = replaced("Cargo.toml", ", version = \"0.1.0\"", "");
    finds(tidy::members::check, &tree, &["Cargo.toml:7"]);
}

#[test]
fn a_feature_in_a_domain_crate() {
    let tree = replaced(MANIFEST, "[dependencies]", "[features]\nfast = []\n\n[dependencies]");
    finds(tidy::members::check, &tree, &["crates/otel-toy/Cargo.toml:10"]);
    let tree = replaced(MANIFEST, "[dependencies]", "[features]\ncli = []\n\n[dependencies]");
    finds(tidy::members::check, &tree, &[]);
}
