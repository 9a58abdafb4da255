//! The SQL of `USING`: how the values of a column are converted.

use super::{data_type, ident, text::closed};
use crate::{
    model::DataType,
    statement::{Conversion, Element},
};

/// Renders the expression that converts a column to a type.
pub fn conversion(column: &str, to: &DataType, by: &Conversion) -> String {
    let (column, new) = (ident(column), data_type(to));
    let array = |is_array: &bool| if *is_array { "[]" } else { "" };
    match by {
        Conversion::Expression(text) => closed(text),
        Conversion::Cast => format!("{column}::{new}"),
        Conversion::ThroughText { array: is_array } => format!("{column}::text{}::{new}", array(is_array)),
        Conversion::ThroughInteger { array: is_array } => format!("{column}::integer{}::{new}", array(is_array)),
        Conversion::AtUtc => format!("{column} AT TIME ZONE 'UTC'"),
        Conversion::MidnightUtc => format!("{column}::timestamp AT TIME ZONE 'UTC'"),
        Conversion::DateUtc => date_utc(&column),
        Conversion::NotZero => format!("{column} <> 0"),
        Conversion::ToUtf8 => format!("convert_to({column}, 'UTF8')"),
        Conversion::FromUtf8 => format!("convert_from({column}, 'UTF8')"),
        Conversion::IntoArray(element) => into_array(&column, *element, &new),
        Conversion::OutOfArray(element) => out_of_array(&column, *element, &new),
        Conversion::Null => format!("NULL::{new}"),
    }
}

/// Renders the date of a timestamp in UTC.
pub(super) fn date_utc(column: &str) -> String {
    format!("({column} AT TIME ZONE 'UTC')::date")
}

/// Renders a value as an array of one element; NULL stays NULL.
fn into_array(column: &str, element: Element, new: &str) -> String {
    let value = match element {
        Element::ThroughText => format!("{column}::text"),
        Element::ThroughInteger => format!("{column}::integer"),
        Element::Cast => column.to_owned(),
    };
    format!("CASE WHEN {column} IS NULL THEN NULL ELSE ARRAY[{value}]::{new} END")
}

/// Renders the first element of an array, converted to a type.
fn out_of_array(column: &str, element: Element, new: &str) -> String {
    match element {
        Element::ThroughText => format!("{column}[1]::text::{new}"),
        Element::ThroughInteger => format!("{column}[1]::integer::{new}"),
        Element::Cast => format!("{column}[1]::{new}"),
    }
}
