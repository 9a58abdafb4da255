//! The model as a person would declare it: `table!`, the attributes on it, structs for types of SQL and Rust enums.
//!
//! The inverse of `parse` and `resolve`, and nothing but text: where the text goes is `pull`'s matter. What has no words here
//! is `None`, so that whoever asks can say so.

mod attribute;
mod enum_type;
mod expression;
mod literal;
mod rust_name;
mod rust_type;
mod table;

pub use attribute::{
    Form, Names, Place, Written, collate, constraint, default, default_text, generated, identity, index, setting, with,
};
pub use enum_type::{Dialect, rust_enum, variant};
pub use expression::{Spelling, spelt};
pub use literal::string;
pub use rust_name::{column_name, is_identifier, module_name, table_name, type_name};
pub use rust_type::{Portability, RustType, in_full, max_length, rust_type, serial};
pub use table::{column_type, is_portable, joinable, joins, same_query, sql_type_struct, table};
