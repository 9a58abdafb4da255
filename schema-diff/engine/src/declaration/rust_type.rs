//! Rust types of columns, and the parts of a Postgres type that they do not express.

use crate::{
    model::{DataType, Schema, TypeName, quote_ident},
    parse::diesel_name,
};

/// A column's type in `table!`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RustType {
    /// A type of Diesel, by its name.
    Diesels(&'static str),
    /// A type with a struct of the project.
    Struct(TypeName),
}

/// Returns the Rust type of an element (for a domain, of its base type), and whether the type is an array.
pub fn rust_type(schema: &Schema, data_type: &DataType) -> (RustType, bool) {
    let (mut name, mut array) = (&data_type.name, data_type.array);
    while let Some(domain) = schema.domain(name) {
        (name, array) = (&domain.base.name, array || domain.base.array);
    }
    let is_diesels = name.schema == "pg_catalog" || schema.extension_types.contains_key(name);
    let diesels =
        diesel_name(&name.name).filter(|_| is_diesels && (name.schema == "pg_catalog" || name.name == "citext"));
    (
        diesels.map_or_else(|| RustType::Struct(name.clone()), RustType::Diesels),
        array,
    )
}

/// The back ends for which a type is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Portability {
    /// Postgres only.
    Postgres,
    /// Other back ends too: a type that they have is preferred.
    Portable,
}

/// Diesel's types that other back ends have too, by their names in `print_schema`.
const PORTABLE: &[&str] = &[
    "BigInt",
    "Binary",
    "Bool",
    "Date",
    "Double",
    "Float",
    "Float4",
    "Float8",
    "Int2",
    "Int4",
    "Int8",
    "Integer",
    "Json",
    "Jsonb",
    "Numeric",
    "SmallInt",
    "Text",
    "Time",
    "Timestamp",
    "VarChar",
    "Varchar",
];

/// Returns the name that other back ends have for one of Diesel's types; `None` if they have none.
pub fn portable(name: &str) -> Option<&str> {
    match name {
        "Bpchar" | "Citext" => Some("Text"),
        "Bytea" => Some("Binary"),
        _ => PORTABLE.contains(&name).then_some(name),
    }
}

/// Returns Diesel's name for an integer type with an owned sequence.
pub fn serial(data_type: &DataType) -> Option<&'static str> {
    match data_type.builtin_name()? {
        "int2" => Some("SmallSerial"),
        "int4" => Some("Serial"),
        "int8" => Some("BigSerial"),
        _ => None,
    }
}

/// Returns the length that `#[max_length = n]` declares for a type.
pub fn max_length(data_type: &DataType) -> Option<&str> {
    let takes_length = data_type.is_builtin() && matches!(data_type.name.name.as_str(), "varchar" | "bpchar");
    data_type.modifier.as_deref().filter(|_| takes_length)
}

/// Returns a type as SQL, for `sql_type`.
pub fn in_full(data_type: &DataType) -> String {
    let name = &data_type.name;
    let modifier = data_type.modifier.as_deref();
    let is_simple = modifier.is_none_or(|text| text.starts_with(|c: char| c.is_ascii_digit()));
    if data_type.is_builtin() && (!is_simple || matches!(name.name.as_str(), "char" | "bit" | "bpchar")) {
        return data_type.to_string();
    }
    let shown = match name.schema.as_str() {
        "pg_catalog" => name.name.clone(),
        "public" => quote_ident(&name.name),
        schema => format!("{}.{}", quote_ident(schema), quote_ident(&name.name)),
    };
    let modifier = modifier.map_or_else(String::new, |text| format!("({text})"));
    format!("{shown}{modifier}{}", if data_type.array { "[]" } else { "" })
}
