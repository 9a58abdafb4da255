//! Rust names for Postgres objects, by the rules of Diesel's `print_schema`.

use heck::ToUpperCamelCase;
use syn::Ident;

/// Returns a table's name in Rust.
pub fn table_name(sql: &str, is_taken: impl Fn(&str) -> bool) -> String {
    free(unreserved(mapped(sql)), is_taken)
}

/// Returns a column's name in Rust. `table` is its table's name, under which Diesel generates a module.
pub fn column_name(sql: &str, table: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = unreserved(mapped(sql));
    free(if name == table { format!("{name}_") } else { name }, is_taken)
}

/// Returns the module of a schema; `None` if `table!` cannot name the schema.
pub fn module_name(schema: &str) -> Option<&str> {
    is_identifier(schema).then_some(schema)
}

/// Returns the name of the struct for a type.
pub fn type_name(sql: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let mut name = mapped(sql).to_upper_camel_case();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "Type");
    }
    free(unreserved(name), is_taken)
}

/// Checks whether a text is a Rust identifier and not a keyword.
pub fn is_identifier(text: &str) -> bool {
    text.is_ascii() && text != "_" && syn::parse_str::<Ident>(text).is_ok()
}

/// Replaces every character that a name cannot contain by `_`.
pub(super) fn mapped(sql: &str) -> String {
    let mut name: String = sql
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        name.insert(0, '_');
    }
    name
}

/// Names that have a meaning in the modules that Diesel generates for a table.
const DIESELS: &[&str] = &["bool", "columns", "gen", "star", "table"];

pub(super) fn unreserved(name: String) -> String {
    if !is_identifier(&name) || name.starts_with("__") || DIESELS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// Appends `_` to the name until it is not taken.
pub(super) fn free(mut name: String, is_taken: impl Fn(&str) -> bool) -> String {
    while is_taken(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{column_name, table_name, type_name};

    #[test]
    fn names_are_those_of_print_schema() {
        let cases = [
            ("title", "title"),
            ("type", "type_"),
            ("table", "table_"),
            ("1st", "_1st"),
            ("created at", "created_at"),
            ("größe", "gr__e"),
            ("__x", "__x_"),
            ("posts", "posts_"),
            ("", "__"),
        ];
        for (sql, rust) in cases {
            assert_eq!(column_name(sql, "posts", |_| false), rust, "{sql}");
        }
        assert_eq!(table_name("a b", |name| name == "a_b"), "a_b_");
        assert_eq!(type_name("Order Status", |_| false), "OrderStatus");
        assert_eq!(type_name("2d", |_| false), "Type2d");
    }
}
