//! Changes tables and constraints of a schema in place.

use crate::model::{Constraint, Schema, Table, TableName};

/// Changes a table of a schema, if it exists.
pub(super) fn edit(schema: &mut Schema, table: &TableName, change: impl FnOnce(&mut Table)) {
    if let Some(own) = schema.tables.get_mut(table) {
        change(own);
    }
}

/// Changes a constraint of a schema, if it exists.
pub(super) fn with_constraint(
    schema: &mut Schema,
    table: &TableName,
    name: &str,
    change: impl FnOnce(&mut Constraint),
) {
    edit(schema, table, |own| {
        if let Some(own) = own.constraints.get_mut(name) {
            change(own);
        }
    });
}
