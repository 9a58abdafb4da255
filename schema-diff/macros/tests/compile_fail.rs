//! Mistakes in attributes are compile errors at the token that is wrong. `TRYBUILD=overwrite` writes what is said now.

#[test]
fn mistakes_are_compile_errors() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
