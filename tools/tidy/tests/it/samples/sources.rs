use tidy::Tree;

use super::{GOOD, finds, with};

const KEY: &str = "crates/otel-core/src/key.rs";
const SPANS: &str = "crates/otel-toy/src/spans/toy.rs";
const TEST: &str = "crates/otel-toy/tests/it/spans.rs";

#[test]
fn a_waist_that_knows_the_engine() {
    for path in ["crate::pipeline::Lane", "super::spool::Log", "crate::{label::Label, otlp}"] {
        finds(
            tidy::direction::check,
            &with(KEY, &format!("\nuse {path};\n")),
            &["crates/otel-core/src/key.rs:2"],
        );
    }
    let inner = "crates/otel-core/src/key/text.rs";
    finds(
        tidy::direction::check,
        &with(inner, "fn f() { super::super::ledger::count() }"),
        &["crates/otel-core/src/key/text.rs:1"],
    );
    // A neighbour that happens to bear an engine's name is no engine.
    finds(tidy::direction::check, &with(inner, "use super::settings::Settings;"), &[]);
    finds(tidy::direction::check, &with(KEY, "#[cfg(test)]\nmod tests { use crate::testing::Sink; }"), &[]);
}

#[test]
fn a_domain_that_looks_behind_the_root() {
    for path in ["otel_core::pipeline::Lane", "otel_core::testing", "otel_core::{Span, key::Text}"] {
        let place = ["crates/otel-toy/src/spans/toy.rs:1"];
        finds(tidy::direction::check, &with(SPANS, &format!("use {path};\n")), &place);
    }
    finds(tidy::direction::check, &with(SPANS, "use otel_core::{Span, labels};\notel_core::labels! {}"), &[]);
}

#[test]
fn a_missing_file_of_the_skeleton() {
    let without = GOOD.into_iter().filter(|(path, _)| !path.ends_with("labels.rs") && *path != SPANS);
    finds(
        tidy::skeleton::check,
        &Tree::of(without),
        &["crates/otel-toy/src/labels.rs:1", "crates/otel-toy/src/spans.rs:1"],
    );
}

#[test]
fn a_crate_without_its_front_page() {
    let lib = "crates/otel-toy/src/lib.rs";
    finds(tidy::skeleton::check, &with(lib, "//! Toys.\n"), &["crates/otel-toy/src/lib.rs:1"]);
}

#[test]
fn a_long_table_of_contents() {
    let lib = "crates/otel-core/src/lib.rs";
    finds(tidy::skeleton::check, &with(lib, &"//! \n".repeat(80)), &[]);
    finds(tidy::skeleton::check, &with(lib, &"//! \n".repeat(81)), &["crates/otel-core/src/lib.rs:81"]);
}

#[test]
fn a_text_outside_the_conventions() {
    let place = ["crates/otel-toy/src/spans/toy.rs:2"];
    for text in [
        "fn f() {\n span.set(\"toy.name\", 1) }",
        "fn f() {\n span.set(format!(\"{x}\")) }",
        "fn f() {\n vec![b\"toy\"] }",
        "fn f() {\n r#\"toy\"# }",
        "// tidy: stays inside\n\"toy\"; // which is this line, and not this one\n",
    ] {
        let found = tidy::strings::check(&with(SPANS, text));
        let vouched = text.starts_with("// tidy");
        assert_eq!(found.len(), usize::from(!vouched), "{text}: {found:?}");
        if !vouched {
            finds(tidy::strings::check, &with(SPANS, text), &place);
        }
    }
}

#[test]
fn a_text_that_no_one_outside_sees() {
    for text in [
        "/// \"Quoted\"\n#[must_use = \"why\"]\n#[doc(alias = \"x\")]\nstruct A;",
        "impl Debug for A { fn fmt() { f.debug_struct(\"A\").field(\"b\", &self.b).finish() } }",
        "impl Display for A { fn fmt() { write!(f, \"{}\", self.0) } }",
        "fn f() { assert!(x > 0, \"x is {x}\"); panic!(\"{}\", g(\"y\")) }",
        "#[cfg(test)]\nmod tests {\n fn f<A, B>(a: A) where A: C, B: D { let x = \"toy\"; }\n}",
        "fn f() { x.unwrap_or(\"\") }",
        "fn f() -> char { '\"' }",
    ] {
        finds(tidy::strings::check, &with(SPANS, text), &[]);
    }
}

#[test]
fn a_text_in_a_part_of_the_conventions() {
    let text = "pub const NAME: &str = \"toy\";\n";
    for path in ["crates/otel-toy/src/conventions/toy.rs", "crates/otel-toy/src/labels/toy.rs"] {
        finds(tidy::strings::check, &with(path, text), &[]);
    }
    let path = "crates/otel-toy/src/labels_of_toys.rs";
    finds(tidy::strings::check, &with(path, text), &["crates/otel-toy/src/labels_of_toys.rs:1"]);
}

#[test]
fn code_after_a_test_module_is_code_again() {
    let text = "#[cfg(test)]\nuse a::{b};\n#[cfg(test)]\nfn g() {}\nfn f() { h(\"toy\") }";
    finds(tidy::strings::check, &with(SPANS, text), &["crates/otel-toy/src/spans/toy.rs:5"]);
    let text = "#[cfg(any(test, unix))]\nfn f() { h(\"toy\") }";
    finds(tidy::strings::check, &with(SPANS, text), &["crates/otel-toy/src/spans/toy.rs:2"]);
}

#[test]
fn a_global_in_a_test() {
    let place = ["crates/otel-toy/tests/it/spans.rs:2"];
    for text in
        ["\nglobal::set_tracer_provider(p);", "\nunsafe { env::set_var(k, v) }", "\nstatic mut N: u8 = 0;"]
    {
        finds(tidy::globals::check, &with(TEST, text), &place);
        finds(tidy::globals::check, &with(TEST, &format!("// tidy: own process: see x{text}")), &[]);
        finds(tidy::globals::check, &with(SPANS, text), &[]);
    }
    let unit = "#[cfg(test)]\nmod tests { fn f() { set_global_default(s) } }";
    finds(tidy::globals::check, &with(SPANS, unit), &["crates/otel-toy/src/spans/toy.rs:2"]);
}

#[test]
fn a_test_that_sleeps() {
    let place = ["crates/otel-toy/tests/it/spans.rs:1"];
    for text in
        ["std::thread::sleep(d);", "use tokio::time::{sleep, timeout};", "proptest! { f() { sleep(d) } }"]
    {
        finds(tidy::globals::check, &with(TEST, text), &place);
    }
    finds(tidy::globals::check, &with(TEST, "clock.sleep(d); // thread::sleep"), &[]);
}

#[test]
fn a_module_named_after_nothing() {
    finds(tidy::names::check, &with("crates/otel-toy/src/a/mod.rs", ""), &["crates/otel-toy/src/a/mod.rs:1"]);
    finds(tidy::names::check, &with("benches/src/utils.rs", ""), &["benches/src/utils.rs:1"]);
    finds(tidy::names::check, &with("benches/src/helpers/a.rs", ""), &["benches/src/helpers/a.rs:1"]);
    finds(tidy::names::check, &with(KEY, "\nmod prelude { }"), &["crates/otel-core/src/key.rs:2"]);
}

#[test]
fn a_hole_in_the_code() {
    for text in
        ["#[ignore = \"slow\"]\n#[test]\nfn f() {}", "fn f() { todo!() }", "fn f() { unimplemented!() }"]
    {
        finds(tidy::unfinished::check, &with(KEY, text), &["crates/otel-core/src/key.rs:1"]);
    }
}

#[test]
fn a_long_file() {
    let code = |lines| "/// Doc.\n// Comment.\nfn f() {}\n\n".repeat(lines);
    let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", code(9));
    finds(tidy::length::check, &with(KEY, &(code(499) + &tests)), &[]);
    finds(tidy::length::check, &with(KEY, &code(501)), &["crates/otel-core/src/key.rs:1"]);
}
