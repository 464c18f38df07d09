//! What must not compile: mistakes that would leak, explode or lie at run time.

#[test]
fn mistakes_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
