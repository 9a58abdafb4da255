//! `schema.rs` and the files with Rust enums: reading them gives a schema or errors.

use std::{fs, path::Path};

use proptest::prelude::*;
use schema_diff_engine::parse::{Role, SourceFile, parse};

use super::{damage::damaged, fuzz};

const TYPES: &str = include_str!("../parse/local_types/src/schema.rs");

const PIECES: &[&str] = &[
    "",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "\"",
    "#",
    "#[",
    "->",
    "\0",
    "\u{e9}\u{1F642}",
    "<",
    ">",
    "'",
    "r#",
    "::",
    "/*",
    "//",
    "1e",
    "\\",
    "\r\n",
    "Nullable<",
    "Array<",
    "table!",
    "joinable!",
    "schema_diff::",
    "check",
    "sql_name",
    "none",
    "=",
    ",",
];

/// The Rust files of `tests/parse`, right ones and wrong ones.
fn corpus() -> Vec<String> {
    fn collect(folder: &Path, texts: &mut Vec<String>) {
        let mut paths: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                collect(&path, texts);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                texts.push(fs::read_to_string(&path).unwrap());
            }
        }
    }
    let mut texts = Vec::new();
    collect(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/parse"), &mut texts);
    assert!(texts.len() > 10, "the files are not where they are expected");
    texts
}

/// Reads a text in both roles, beside one that is right; errors are shown as well.
fn read(text: &str) -> bool {
    let files = [
        SourceFile::new("src/schema.rs", TYPES, Role::Schema),
        SourceFile::new("src/other.rs", text, Role::Schema),
        SourceFile::new("src/models.rs", text, Role::Rust),
    ];
    match parse(&files) {
        Ok(_) => true,
        Err(errors) => {
            assert!(!errors.errors().is_empty());
            assert!(!errors.render(false).is_empty() && !errors.render(true).is_empty());
            false
        }
    }
}

#[test]
fn arbitrary_texts() {
    fuzz(400, &any::<String>(), |text| {
        read(&text);
        Ok(())
    });
}

#[test]
fn arbitrary_tokens() {
    let words = prop::sample::select(vec![
        "diesel::table!",
        "table!",
        "view!",
        "joinable!",
        "{",
        "}",
        "(",
        ")",
        "<",
        ">",
        "#",
        "[",
        "]",
        "id",
        "users",
        "->",
        "Int4",
        "Nullable",
        "Array",
        ",",
        "schema_diff::index",
        "\"x\"",
        "use",
        "*",
        ";",
        "::",
        "mod",
        "enum",
        "DbEnum",
        "derive",
        "cfg",
        "cfg_attr",
        "any",
        "not",
        "=",
        "'a",
        "1",
        "\u{1F642}",
        "r#type",
        "self",
        "super",
        "crate",
    ]);
    fuzz(400, &prop::collection::vec(words, 0..60), |words| {
        read(&words.join(" "));
        Ok(())
    });
}

#[test]
fn damaged_files() {
    fuzz(600, &damaged(corpus(), PIECES), |text| {
        read(&text);
        Ok(())
    });
}

#[test]
fn nesting_without_end_is_refused() {
    let deep =
        |open: &str, close: &str, within: &str| format!("{}{within}{}", open.repeat(20_000), close.repeat(20_000));
    for text in [
        deep("(", ")", ""),
        format!("const A: i32 = {};", deep("(", ")", "1")),
        format!("const A: i32 = {}1;", "!".repeat(20_000)),
        format!("const A: i32 = {}1;", "a = ".repeat(20_000)),
        format!("fn a() {{ {} {{}} }}", "if a {} else ".repeat(20_000)),
        format!("fn a() {{ x {} }}", "= {} ".repeat(20_000)),
        deep("mod a { ", "}", ""),
        format!(
            "diesel::table! {{ users (id) {{ id -> {}, }} }}",
            deep("Nullable<", ">", "Int4")
        ),
        format!("type A = {};", deep("Vec<", ">", "u8")),
        format!("#[cfg({})] struct A;", deep("not(", ")", "test")),
        "(".repeat(20_000),
        ")".repeat(20_000),
    ] {
        assert!(!read(&text), "{} ...", &text[..40]);
    }
}

/// The parser of Rust recurses once for each of these.
#[test]
fn a_long_row_of_tokens_has_the_stack_that_it_needs() {
    let row = |part: &str| {
        part.repeat(
            3900 / part
                .parse::<proc_macro2::TokenStream>()
                .map_or(1, |tokens| tokens.into_iter().count().max(1)),
        )
    };
    for text in [
        format!("const A: i32 = {}1{};", "(".repeat(100), ")".repeat(100)),
        format!("const A: i32 = {}1;", row("!")),
        format!("const A: i32 = {}1;", row("-")),
        format!("const A: i32 = {}1;", row("&mut ")),
        format!("const A: i32 = {}1;", row("return ")),
        format!("const A: i32 = {}1;", row("break ")),
        format!("const A: i32 = {}1;", row("|a| ")),
        format!("const A: i32 = {}1;", row("a = ")),
        format!("const A: i32 = {}1;", row("a && ")),
        format!("const A: i32 = {}1;", row("a + b * ")),
        format!("const A: i32 = 1{};", row(" as i32")),
        format!("const A: i32 = 1{};", row(".a()")),
        format!("type A = {}u8;", row("&'a ")),
        format!("type A = {}u8;", row("*const ")),
        format!("type A = {}u8;", row("fn() -> ")),
        format!("type A = {}u8;", row("dyn Fn() -> ")),
        format!("fn a() {{ let {}b = c; }}", row("&")),
        format!("fn a() {{ let {}b = c; }}", row("a @ ")),
        format!("fn a() {{ {} {{}} }}", row("if a {} else ")),
        format!("type A = {}u8{};", "Vec<".repeat(1250), ">".repeat(1250)),
        format!("const A: i32 = {}1{};", "a::<".repeat(700), ">".repeat(700)),
        format!("const A: [i32; 20000] = [{}];", "1, ".repeat(20_000)),
    ] {
        read(&text);
    }
}
