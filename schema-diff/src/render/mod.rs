//! SQL out of the model. Statements carry no semicolon at their end.
//!
//! Keywords and built-in types in capitals, names as the model prints them, expressions in Postgres's own words.

mod alter;
pub mod create;
mod data_type;
pub mod default_name;
mod text;

pub use alter::{add_column, alter_table, collation, comment_on, drop_column, drop_constraint};
pub use create::add_constraint;
pub use data_type::data_type;
pub use text::{column_list, dollar_quoted, parenthesized};

/// A name as SQL.
pub fn ident(name: &str) -> String {
    crate::model::quote_ident(name)
}
