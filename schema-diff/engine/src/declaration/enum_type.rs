//! Rust enums for enum types of Postgres, derived by diesel-derive-enum.

use heck::{ToSnakeCase, ToUpperCamelCase};

use super::{literal::string, rust_name};

/// The spelling of diesel-derive-enum's attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `#[ExistingTypePath = "..."]`, until 2.1.
    Bare,
    /// `#[db_enum(existing_type_path = "...")]`, since 3.0.
    Namespaced,
}

/// Renders a Rust enum with one variant for each label, in their order.
pub fn rust_enum(name: &str, type_path: &str, labels: &[String], dialect: Dialect) -> String {
    let path = string(type_path);
    let existing = match dialect {
        Dialect::Bare => format!("#[ExistingTypePath = {path}]"),
        Dialect::Namespaced => format!("#[db_enum(existing_type_path = {path})]"),
    };
    let mut text = format!(
        "#[derive(Debug, Clone, Copy, PartialEq, Eq, diesel_derive_enum::DbEnum)]\n{existing}\npub enum {name} {{\n"
    );
    let mut taken: Vec<String> = Vec::new();
    for label in labels {
        let (ident, lines) = variant(label, dialect, |name| taken.iter().any(|other| other == name), false);
        for line in lines {
            text.push_str(&format!("    {line}\n"));
        }
        text.push_str(&format!("    {ident},\n"));
        taken.push(ident);
    }
    text.push_str("}\n");
    text
}

/// Returns a variant's name, and the attribute with its label if the name does not imply the label. `renames` always
/// requests the attribute, because the enum's style may not be `snake_case`.
pub fn variant(label: &str, dialect: Dialect, is_taken: impl Fn(&str) -> bool, renames: bool) -> (String, Vec<String>) {
    let mut name = rust_name::mapped(label).to_upper_camel_case();
    if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
        name.insert_str(0, "Label");
    }
    let ident = rust_name::free(rust_name::unreserved(name), is_taken);
    let is_implied = !renames && ident.to_snake_case() == label;
    let attribute = match dialect {
        Dialect::Bare => format!("#[db_rename = {}]", string(label)),
        Dialect::Namespaced => format!("#[db_enum(rename = {})]", string(label)),
    };
    let lines = if is_implied { Vec::new() } else { vec![attribute] };
    (ident, lines)
}

#[cfg(test)]
mod tests {
    use super::{Dialect, rust_enum};

    #[test]
    fn labels_that_no_name_can_say_are_said() {
        let labels = ["in_review", "In Review", "done!", "", "2nd", "Self"].map(str::to_owned);
        let text = rust_enum(
            "Status",
            "crate::schema::sql_types::Status",
            &labels,
            Dialect::Namespaced,
        );
        let read: syn::ItemEnum = syn::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let names: Vec<String> = read.variants.iter().map(|variant| variant.ident.to_string()).collect();
        assert_eq!(names, ["InReview", "InReview_", "Done", "Label", "Label2nd", "Self_"]);
        assert_eq!(
            read.variants.iter().filter(|variant| variant.attrs.is_empty()).count(),
            1
        );
    }
}
