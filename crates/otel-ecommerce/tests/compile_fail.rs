//! What must not compile: people, cards and queries in clear.

#[test]
fn what_would_leak_does_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
