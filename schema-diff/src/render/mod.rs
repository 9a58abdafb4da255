//! SQL out of the model. Statements carry no semicolon at their end.
//!
//! Keywords and built-in types in capitals, names as the model prints them, expressions in Postgres's own words.

pub mod create;
mod data_type;
pub mod default_name;
mod text;

pub use data_type::data_type;
pub use text::{column_list, dollar_quoted, parenthesized};
