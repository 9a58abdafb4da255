//! Which types of columns Diesel reads as which of its SQL types, and with which types it sends values. Pure.
//!
//! Diesel reads binary results without regard to the type that Postgres names: a wrong size is an error, but a text that holds a UUID is read
//! silently as another value. Only what keeps the value counts. Diesel's connections are in UTC, so that a `timestamp` is a `timestamptz`.

use crate::model::DataType;

/// The built-in types whose binary form is their text.
const TEXTS: &[&str] = &["text", "varchar", "bpchar", "name"];

/// How a program reads a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Each value is read as it is.
    Same,
    /// A value may be one that the program does not know: a text as an enum.
    SomeValues,
    /// Values are not read, or as other values.
    Other,
}

/// Which of two types are enum types: their binary form is the text of a label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Enums {
    /// The type as which a column is declared.
    pub declared: bool,
    /// The type that it has.
    pub actual: bool,
}

/// Returns how a program that declares a column with a type reads a column of another. Both are without lengths, and no domains.
pub fn reading(declared: &DataType, actual: &DataType, enums: Enums) -> Reading {
    if declared.array != actual.array {
        return Reading::Other;
    }
    if declared.name == actual.name {
        return Reading::Same;
    }
    if is_same_binary(declared, actual) {
        return Reading::Same;
    }
    match (enums.declared || is_text(declared), enums.actual || is_text(actual)) {
        (true, true) if enums.declared => Reading::SomeValues,
        (true, true) => Reading::Same,
        _ => Reading::Other,
    }
}

/// Returns whether all values of the actual type are read as the same values of the declared one, in another way than texts.
fn is_same_binary(declared: &DataType, actual: &DataType) -> bool {
    let is_time = |name: Option<&str>| matches!(name, Some("timestamp" | "timestamptz"));
    match (declared.builtin_name(), actual.builtin_name()) {
        (Some("bytea"), _) => is_text(actual),
        (_, Some("json")) => is_text(declared),
        (was, is) => is_time(was) && is_time(is),
    }
}

/// Returns whether the binary form of a type is its text.
fn is_text(data_type: &DataType) -> bool {
    match data_type.is_builtin() {
        true => TEXTS.contains(&data_type.name.name.as_str()),
        false => data_type.name.name == "citext",
    }
}

/// Returns the type with which Diesel sends the values of a column: all built-in types of texts are `Text`.
pub fn bound_type(data_type: &DataType) -> DataType {
    let mut bound = data_type.clone();
    if bound.is_builtin() && is_text(&bound) {
        bound.name = DataType::builtin("text").name;
    }
    bound.modifier = None;
    bound
}
