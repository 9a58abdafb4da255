//! Removes from the schema after what earlier migrations have kept.

use super::Kept;
use crate::{
    create,
    model::{ObjectId, QualifiedName, Schema, TableName},
};

/// Removes the triggers, functions and views that were kept. Columns and tables are dropped because schema.rs does not declare them.
///
/// A renamed column gets the default of the old one, which had it as long as both existed.
///
/// `keeps_defaults`: whether a default that nobody declares is kept.
pub fn release(after: &mut Schema, before: &Schema, released: &[Kept], keeps_defaults: bool) {
    for own in released {
        match own {
            Kept::Column {
                table,
                column,
                renamed: Some(new),
            } => {
                after.functions.retain(|_, function| function.name != new.function);
                let was = before.tables.get(table).and_then(|table| table.column(column));
                let default = was.and_then(|column| column.default.clone());
                if let Some(table) = after.tables.get_mut(table) {
                    table.triggers.remove(&new.trigger);
                    if let Some(own) = table.column_mut(&new.column)
                        && own.default.is_none()
                        && keeps_defaults
                    {
                        own.default = default;
                    }
                }
            }
            Kept::Filled {
                table,
                trigger,
                function,
                ..
            } => {
                after.functions.retain(|_, own| own.name != *function);
                if let Some(table) = after.tables.get_mut(table) {
                    table.triggers.remove(trigger);
                }
            }
            Kept::View(name) => {
                after.views.remove(name);
            }
            Kept::Column { renamed: None, .. } | Kept::Nullable { .. } | Kept::Table(_) => {}
        }
    }
}

/// Returns the functions of the existing schema that are released.
pub fn released_functions(before: &Schema, released: &[Kept]) -> Vec<ObjectId> {
    let is_released = |name: &QualifiedName| {
        released.iter().any(|own| match own {
            Kept::Column { renamed: Some(new), .. } => new.function == *name,
            Kept::Filled { function, .. } => function == name,
            _ => false,
        })
    };
    let functions = before.functions.iter().filter(|(_, own)| is_released(&own.name));
    functions
        .map(|(signature, own)| create::routine(signature, own))
        .collect()
}

/// Removes from a schema what is kept, as if it were released: schema.rs declares the rest.
pub fn without(schema: &mut Schema, kept: &[Kept]) {
    let before = schema.clone();
    release(schema, &before, kept, true);
    for own in kept {
        match own {
            Kept::Column { table, column, .. } => {
                if let Some(table) = schema.tables.get_mut(table) {
                    table.columns.retain(|own| own.name != *column);
                    table
                        .constraints
                        .retain(|_, own| !own.columns().contains(&column.as_str()));
                    table.indexes.retain(|_, own| !own.columns.contains(column));
                }
            }
            Kept::Nullable { table, column, .. } => {
                let own = schema.tables.get_mut(table).and_then(|table| table.column_mut(column));
                own.into_iter().for_each(|column| column.nullable = false);
            }
            Kept::Table(name) => drop(schema.tables.remove(name)),
            Kept::View(_) | Kept::Filled { .. } => {}
        }
    }
}

/// Returns a kept thing that a change would break: its table or its new column is renamed, dropped or gets another type.
pub fn broken<'k>(after: &Schema, before: &Schema, kept: &'k [Kept]) -> Option<&'k Kept> {
    let column = |schema: &Schema, table: &TableName, name: &str| {
        let own = schema.tables.get(table).and_then(|table| table.column(name));
        own.map(|own| own.data_type.clone())
    };
    kept.iter().find(|own| match own {
        Kept::Column {
            table,
            renamed: Some(new),
            ..
        } => column(before, table, &new.column) != column(after, table, &new.column),
        Kept::Filled {
            table, column: name, ..
        } => column(before, table, name) != column(after, table, name),
        Kept::Column { table, .. } | Kept::Nullable { table, .. } => !after.tables.contains_key(table),
        Kept::Table(_) | Kept::View(_) => false,
    })
}
