//! Reports columns whose `sql_type` is a type that Diesel cannot read as the declared one.
//!
//! `sql_type` is exact where Diesel's type is not. Postgres has to send both in the same format: Diesel interprets the
//! bytes of an `Int4`, and fails on those of a `numeric` only in the first query. Only built-in types under Diesel's
//! own names are checked: a domain, an extension's type or a struct of the project may have a separate implementation.

use super::Resolver;
use crate::{
    declared::{DeclaredColumn, DeclaredTable, Location},
    diagnostic::DiagnosticCode,
    model::DataType,
    parse::{diesel_name, is_diesels},
};
use schema_diff_grammar::attribute::ColumnAttribute;

impl Resolver<'_> {
    /// Reports a `sql_type` whose values are sent in another format than those of the declared type.
    pub(super) fn wire_formats(&mut self) {
        for (table, _) in self.input.matching.managed.clone() {
            for column in &table.columns {
                for (attribute, at) in &column.attributes {
                    if let ColumnAttribute::SqlType(text) = attribute {
                        self.wire_format(table, column, text, at);
                    }
                }
            }
        }
    }

    fn wire_format(&mut self, table: &DeclaredTable, column: &DeclaredColumn, text: &str, at: &Location) {
        let declared = &column.data_type;
        if declared.schema.as_deref() != Some("pg_catalog") || !is_diesels(&declared.rust_name) {
            return;
        }
        let Some(found) = crate::declared_type::spelled_builtin(text) else {
            return;
        };
        let plain = |name: &str, array: bool| DataType {
            array,
            ..DataType::builtin(name)
        };
        let (Some(own), Some(other)) = (format(&declared.name), format(&found.name.name)) else {
            return;
        };
        if own == other && declared.array == found.array {
            return;
        }
        let spelled = |name: &str, array: bool| {
            if array {
                format!("Array<{name}>")
            } else {
                name.to_owned()
            }
        };
        let rust = spelled(&declared.rust_name, declared.array);
        let instead = match diesel_name(&found.name.name) {
            Some(name) => format!("declare the column as {}", spelled(name, found.array)),
            None => format!(
                "declare the column as a struct with #[diesel(postgres_type(name = \"{}\"))]",
                found.name.name
            ),
        };
        self.problem(
            DiagnosticCode::UnreadableType,
            Some(at),
            format!(
                "{}.{} is declared as {rust}, but Diesel cannot read a value of type {} as {rust}",
                table.name.plain(),
                column.name,
                plain(&found.name.name, found.array),
            ),
            format!(
                "{instead}, or use a type in sql_type that {rust} can read, such as {}",
                plain(&declared.name, declared.array)
            ),
        );
    }
}

/// Returns the binary format in which Postgres sends a type to Diesel; equal texts are equal formats. `None` for types
/// that are not checked; Diesel's `Binary` accepts the bytes of any type.
fn format(name: &str) -> Option<&'static str> {
    Some(match name {
        "text" | "varchar" | "bpchar" | "name" | "char" | "json" | "xml" => "text",
        "int2" => "int2",
        "int4" | "oid" => "int4",
        "int8" => "int8",
        "float4" => "float4",
        "float8" => "float8",
        "numeric" => "numeric",
        "money" => "money",
        "bool" => "bool",
        "uuid" => "uuid",
        "jsonb" => "jsonb",
        "date" => "date",
        "time" => "time",
        "timetz" => "timetz",
        "timestamp" | "timestamptz" => "timestamp",
        "interval" => "interval",
        "inet" | "cidr" => "inet",
        "macaddr" => "macaddr",
        "macaddr8" => "macaddr8",
        "bit" | "varbit" => "bit",
        "int4range" => "int4range",
        "int8range" => "int8range",
        "numrange" => "numrange",
        "daterange" => "daterange",
        "tsrange" | "tstzrange" => "tsrange",
        _ => return None,
    })
}
