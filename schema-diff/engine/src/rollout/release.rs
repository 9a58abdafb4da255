//! Removes from the schema after what earlier migrations have kept.

use super::Kept;
use crate::{
    create,
    model::{ObjectId, QualifiedName, Schema},
};

/// Removes the triggers, functions and views that were kept. Columns and tables are dropped because schema.rs does not declare them.
///
/// A renamed column gets the default of the old one, which had it as long as both existed.
pub fn release(after: &mut Schema, before: &Schema, released: &[Kept]) {
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
                    {
                        own.default = default;
                    }
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
            _ => false,
        })
    };
    let functions = before.functions.iter().filter(|(_, own)| is_released(&own.name));
    functions
        .map(|(signature, own)| create::routine(signature, own))
        .collect()
}
