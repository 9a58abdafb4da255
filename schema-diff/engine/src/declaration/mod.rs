//! Renders the model as declarations: `table!`, its attributes, structs for SQL types and Rust enums.
//!
//! This is the inverse of `parse` and `resolve`, and produces only text; `pull` decides where the text is written. An
//! object that declarations cannot express is `None`, so that the caller can report it.

mod attribute;
mod constraint;
mod enum_type;
mod expression;
mod index;
mod literal;
mod rust_name;
mod rust_type;
mod table;

pub use attribute::{Form, Names, Place, Written, collate, default, default_text, generated, identity, setting, with};
pub use constraint::constraint;
pub use enum_type::{Dialect, rust_enum, variant};
pub use expression::{Spelling, spelled};
pub use index::index;
pub use literal::string;
pub use rust_name::{column_name, is_identifier, module_name, table_name, type_name};
pub use rust_type::{Portability, RustType, in_full, max_length, rust_type, serial};
pub use table::{column_type, is_portable, joinable, joins, same_query, sql_type_struct, table};
