//! The grammar of the `schema_diff` attributes: the macros check it at compile time, the engine reads it.

pub mod attribute;
