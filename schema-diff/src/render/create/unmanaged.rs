//! Stand-ins for relations that are left alone but that something else reads.

use crate::{
    model::{DataType, TableName, Unmanaged, UnmanagedReason, quote_ident},
    render::data_type,
};

/// The wrapper and server behind foreign tables' stand-ins: they hold nothing and reach nowhere.
const NOWHERE: &str = "schema_diff_nowhere";

/// Creates the server that foreign tables' stand-ins need; only a superuser may.
pub(super) fn nowhere() -> Vec<String> {
    vec![
        format!("CREATE FOREIGN DATA WRAPPER {NOWHERE}"),
        format!("CREATE SERVER {NOWHERE} FOREIGN DATA WRAPPER {NOWHERE}"),
    ]
}

/// Creates a relation with the same name and columns; an extension brings its own.
pub(super) fn stand_in(name: &TableName, unmanaged: &Unmanaged) -> Option<String> {
    let columns = columns(&unmanaged.columns);
    match unmanaged.reason {
        UnmanagedReason::Extension(_) => None,
        UnmanagedReason::MigrationTool => Some(format!("CREATE TABLE {name} {columns}")),
        UnmanagedReason::Foreign => Some(format!("CREATE FOREIGN TABLE {name} {columns} SERVER {NOWHERE}")),
    }
}

fn columns(columns: &[(String, DataType)]) -> String {
    let lines: Vec<String> = columns
        .iter()
        .map(|(name, of)| format!("\n    {} {}", quote_ident(name), data_type(of)))
        .collect();
    format!("({}\n)", lines.join(","))
}
