//! Stand-ins for unmanaged relations that other objects read.

use crate::{
    model::{Column, TableName, Unmanaged, UnmanagedReason},
    statement::{Ddl, NewTable},
};

/// The foreign data wrapper and the server of the stand-ins for foreign tables; they connect to nothing.
const STAND_IN_SERVER: &str = "schema_diff_nowhere";

/// Creates the server that the stand-ins for foreign tables need; only a superuser can run it.
pub(super) fn foreign_server() -> Ddl {
    Ddl::CreateForeignServer(STAND_IN_SERVER.to_owned())
}

/// Creates a relation with the same name and columns, except for a relation that an extension creates.
pub(super) fn stand_in(name: &TableName, unmanaged: &Unmanaged) -> Option<Ddl> {
    let columns = &unmanaged.columns;
    match unmanaged.reason {
        UnmanagedReason::Extension(_) => None,
        UnmanagedReason::MigrationTool => Some(Ddl::CreateTable(Box::new(NewTable {
            columns: columns
                .iter()
                .map(|(name, of)| Column::new(name, of.clone(), true))
                .collect(),
            ..NewTable::new(name)
        }))),
        UnmanagedReason::Foreign => Some(Ddl::CreateForeignTable {
            name: name.clone(),
            columns: columns.clone(),
            server: STAND_IN_SERVER.to_owned(),
        }),
    }
}
