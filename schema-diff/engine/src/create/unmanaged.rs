//! Stand-ins for unmanaged relations that something else reads.

use crate::{
    model::{Column, TableName, Unmanaged, UnmanagedReason},
    statement::{Ddl, NewTable},
};

/// The wrapper and server behind foreign tables' stand-ins: they hold nothing and reach nowhere.
const NOWHERE: &str = "schema_diff_nowhere";

/// Creates the server that foreign tables' stand-ins need; only a superuser may.
pub(super) fn nowhere() -> Ddl {
    Ddl::CreateForeignServer(NOWHERE.to_owned())
}

/// Creates a relation with the same name and columns; an extension brings its own.
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
            server: NOWHERE.to_owned(),
        }),
    }
}
