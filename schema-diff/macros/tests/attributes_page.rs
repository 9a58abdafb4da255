//! Every example of `docs/attributes.md` compiles.
#![allow(missing_docs, clippy::unwrap_used)]

use std::{fmt::Write as _, fs, path::Path};

#[test]
fn every_example_compiles() {
    let page = include_str!("../../../docs/attributes.md");
    let mut source = String::from("#![allow(dead_code)]\n");
    for (number, block) in page.split("```rust\n").skip(1).enumerate() {
        let (code, _) = block.split_once("```").unwrap();
        write!(source, "mod example_{number} {{\n{code}}}\n").unwrap();
    }
    source.push_str("fn main() {}\n");
    assert!(
        source.contains("mod example_20 "),
        "the examples are not where they are expected"
    );
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("attributes_page.rs");
    fs::write(&path, source).unwrap();
    trybuild::TestCases::new().pass(&path);
}
