//! Whatever stands in the files: reading them gives a schema or errors, and never a panic.

use proptest::prelude::*;
use schema_diff_engine::parse::{Role, SourceFile, parse};

const SCHEMA: &str = include_str!("parse/attributes/src/schema.rs");
const NAMES: &str = include_str!("parse/attribute_names/src/schema.rs");
const TYPES: &str = include_str!("parse/local_types/src/schema.rs");
const ENUMS: &str = include_str!("parse/enums/src/models.rs");

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

/// One edit of a text: a part taken out, doubled, or replaced.
fn edited(text: &str, start: usize, length: usize, with: &str, double: bool) -> String {
    let start = text.floor_char_boundary(start % (text.len() + 1));
    let end = text.floor_char_boundary((start + length).min(text.len()));
    let part = if double { &text[start..end] } else { "" };
    format!("{}{with}{part}{part}{}", &text[..start], &text[end..])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn not_on_any_text(text in any::<String>()) {
        read(&text);
    }

    #[test]
    fn not_on_any_tokens(words in prop::collection::vec(prop::sample::select(vec![
        "diesel::table!", "table!", "view!", "joinable!", "{", "}", "(", ")", "<", ">", "#", "[", "]", "id", "users", "->",
        "Int4", "Nullable", "Array", ",", "schema_diff::index", "\"x\"", "use", "*", ";", "::", "mod", "enum", "DbEnum",
        "derive", "cfg", "cfg_attr", "any", "not", "=", "'a", "1", "\u{1F642}", "r#type", "self", "super", "crate",
    ]), 0..60)) {
        read(&words.join(" "));
    }

    #[test]
    fn not_on_a_damaged_schema(
        which in 0..4_usize, start in any::<usize>(), length in 0..40_usize, again in any::<usize>(), double in any::<bool>(),
        with in prop::sample::select(vec!["", "{", ")", "\"", "#", "->", "\u{0}", "\u{e9}\u{1F642}", "<", "'", "r#", "::", "/*", "1e", "\\", "\r\n"]),
    ) {
        let text = [SCHEMA, NAMES, TYPES, ENUMS][which];
        let once = edited(text, start, length, with, double);
        read(&once);
        read(&edited(&once, again, length / 2, "", !double));
    }
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
