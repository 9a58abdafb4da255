//! Values of any type for generated rows. Pure.

use crate::model::{DataType, Schema, quote_literal};

/// Returns a value of a type, as SQL, that differs for each row; `None` for types that have no such values.
pub fn sample_value(schema: &Schema, data_type: &DataType, row: usize) -> Option<String> {
    let element = element_value(schema, data_type, row)?;
    Some(if data_type.array {
        format!("ARRAY[{element}]::{data_type}")
    } else {
        element
    })
}

fn element_value(schema: &Schema, data_type: &DataType, row: usize) -> Option<String> {
    if let Some(found) = schema.enum_type(&data_type.name) {
        let label = found.labels.get((row - 1) % found.labels.len().max(1))?;
        return Some(format!("{}::{}", quote_literal(label), data_type.name));
    }
    if let Some(domain) = schema.domain(&data_type.name) {
        return element_value(schema, &domain.base, row);
    }
    if !data_type.is_builtin() {
        return (data_type.name.name == "citext").then(|| format!("'text {row}'"));
    }
    let length = data_type
        .modifier
        .as_deref()
        .and_then(|text| text.parse::<usize>().ok());
    let literal = match data_type.name.name.as_str() {
        "int2" | "int4" | "int8" | "numeric" | "float4" | "float8" | "oid" | "money" => row.to_string(),
        "text" | "name" => format!("text {row}"),
        "varchar" | "bpchar" => {
            let text = format!("{row} text");
            text[..length.unwrap_or(text.len()).min(text.len())].to_owned()
        }
        "bool" => if row.is_multiple_of(2) { "true" } else { "false" }.to_owned(),
        "date" => format!("2026-01-{row:02}"),
        "timestamp" => format!("2026-01-{row:02} 12:00:00"),
        "timestamptz" => format!("2026-01-{row:02} 12:00:00+00"),
        "time" => format!("12:00:{row:02}"),
        "timetz" => format!("12:00:{row:02}+00"),
        "interval" => format!("{row} hours"),
        "uuid" => format!("00000000-0000-0000-0000-{row:012}"),
        "json" | "jsonb" => format!("{{\"row\": {row}}}"),
        "bytea" => format!("\\x{row:02}"),
        "inet" => format!("10.0.0.{row}"),
        "cidr" => format!("10.0.{row}.0/24"),
        "macaddr" => format!("08:00:2b:01:02:{row:02}"),
        "macaddr8" => format!("08:00:2b:01:02:03:04:{row:02}"),
        "int4range" | "int8range" | "numrange" => format!("[{row},{})", row + 10),
        "daterange" => format!("[2026-01-{row:02},2026-02-01)"),
        "tsrange" | "tstzrange" => format!("[2026-01-{row:02} 00:00,2026-02-01 00:00)"),
        "char" => row.to_string(),
        "tsvector" => format!("word{row}"),
        _ => return None,
    };
    Some(quote_literal(&literal))
}
