//! The SQL of every statement, of names, types and expressions. Statements have no semicolon at the end.
//!
//! Keywords and built-in types are in upper case, names as the model prints them, expressions as Postgres deparses
//! them.

mod column;
mod condition;
mod constraint;
mod conversion;
mod custom_type;
mod data_type;
mod fill;
mod index;
mod object;
mod privileges;
mod relation;
mod rows;
mod sequence;
mod statement;
mod table;
mod text;

pub use condition::{expression as condition, orphans};
pub use conversion::conversion;
pub use data_type::data_type;
pub use index::index_keys;
pub use statement::sql;
pub use text::{column_list, dollar_quoted, parenthesized};

/// Returns a name as SQL.
pub fn ident(name: &str) -> String {
    crate::model::quote_ident(name)
}

/// Returns statements as SQL.
pub fn all<'a>(statements: impl IntoIterator<Item = &'a crate::statement::Ddl>) -> Vec<String> {
    statements.into_iter().map(sql).collect()
}

/// Renders a collation's name; the name of a built-in collation has no schema.
fn collation(name: &crate::model::QualifiedName) -> String {
    if name.schema == "pg_catalog" {
        ident(&name.name)
    } else {
        name.to_string()
    }
}

/// Renders ` WITH (fillfactor = 70)`, or an empty text without options.
fn with_options(options: &[String]) -> String {
    if options.is_empty() {
        String::new()
    } else {
        format!(" WITH {}", option_list(options))
    }
}

/// Renders `(fillfactor = 70)`.
fn option_list(options: &[String]) -> String {
    let parts: Vec<String> = options
        .iter()
        .map(|option| match option.split_once('=') {
            Some((name, value)) => {
                let is_word = !value.is_empty() && value.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
                let is_plain = is_word || value.parse::<f64>().is_ok();
                let value = if is_plain {
                    value.to_owned()
                } else {
                    crate::model::quote_literal(value)
                };
                format!("{} = {value}", ident(name))
            }
            None => ident(option),
        })
        .collect();
    format!("({})", parts.join(", "))
}
