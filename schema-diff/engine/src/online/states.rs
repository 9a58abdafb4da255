//! The schemas between the parts.

use std::collections::BTreeMap;

use super::{
    Input, free_name,
    select::has_relation,
    selected::{Named, Selected},
};
use crate::model::{Constraint, ConstraintKind, Index, IndexKey, Pair, Schema, Table, TableName, quote_ident};

/// The schemas between the parts, in their order.
pub(super) struct States {
    /// After the main part.
    pub main: Schema,
    /// The indexes of [`Selected::indexes`] that are built, with the tables to which they belong, under the names that they have until the
    /// last parts.
    pub built: Vec<(TableName, Index)>,
    /// The indexes of [`Selected::keys`] that are built, with the tables to which they belong.
    pub built_for_keys: Vec<(TableName, Index)>,
    /// The indexes that are dropped last, under the names that they have then.
    pub dropped: Vec<(TableName, Index)>,
}

impl States {
    pub fn of(input: &Input<'_>, selected: &Selected) -> Self {
        let names = Names::of(input.schemas(), selected);
        let after = input.schemas().after;
        let mut main = after.clone();
        for (table, name) in &selected.validated {
            with_constraint(&mut main, table, name, |own| own.validated = false);
        }
        for (table, name) in selected.keys.iter().chain(&selected.late) {
            edit(&mut main, table, |own| drop(own.constraints.remove(name)));
        }
        for (table, key) in &selected.replaced {
            keep_key(&mut main, table, key);
        }
        for (table, name) in &selected.indexes {
            edit(&mut main, table, |own| drop(own.indexes.remove(name)));
        }
        for (table, column, check) in &selected.not_null {
            edit(&mut main, table, |own| {
                if let Some(column) = own.column_mut(column) {
                    column.nullable = true;
                }
                own.constraints.insert(check.clone(), is_set(check, column));
            });
        }
        for (table, index) in &selected.dropped {
            edit(&mut main, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        let built = selected.indexes.iter().filter_map(|(table, name)| {
            let index = after.tables.get(table)?.indexes.get(name)?;
            let name = names.built.get(&(table.clone(), name.clone())).unwrap_or(name);
            Some((
                table.clone(),
                Index {
                    name: name.clone(),
                    ..index.clone()
                },
            ))
        });
        let built_for_keys = selected.keys.iter().filter_map(|(table, name)| {
            let own = after.tables.get(table)?.constraints.get(name)?;
            let name = names.built.get(&(table.clone(), name.clone())).unwrap_or(name);
            Some((
                table.clone(),
                Index {
                    name: name.clone(),
                    ..index_of(own)?
                },
            ))
        });
        let dropped = selected.dropped.iter().map(|(table, index)| {
            let key = (table.clone(), index.name.clone());
            let name = names.dropped.get(&key).unwrap_or(&index.name);
            (
                table.clone(),
                Index {
                    name: name.clone(),
                    ..index.clone()
                },
            )
        });
        Self {
            main,
            built: built.collect(),
            built_for_keys: built_for_keys.collect(),
            dropped: dropped.collect(),
        }
    }

    /// Returns the last schema before the indexes are dropped; foreign keys that are validated last are not valid.
    pub fn finished(&self, input: &Input<'_>, selected: &Selected) -> Schema {
        let mut finished = input.schemas().after.clone();
        for (table, name) in &selected.late {
            with_constraint(&mut finished, table, name, |own| own.validated = false);
        }
        for (table, index) in &self.dropped {
            edit(&mut finished, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        finished
    }
}

/// The names that indexes have in between, where a new one replaces one of its name.
struct Names {
    /// Those of new indexes, by their final names.
    built: BTreeMap<Named, String>,
    /// Those of dropped indexes, by their names before.
    dropped: BTreeMap<Named, String>,
}

impl Names {
    fn of(schemas: Pair<&Schema>, selected: &Selected) -> Self {
        let mut found = Self {
            built: BTreeMap::new(),
            dropped: BTreeMap::new(),
        };
        let is_taken = |namespace: &str, name: &str| {
            has_relation(schemas.before, namespace, name) || has_relation(schemas.after, namespace, name)
        };
        for (table, old) in &selected.replaced {
            let key = (table.clone(), old.name.clone());
            if selected.keys.contains(&key) {
                let new = found.free(&is_taken, key.clone(), "_new");
                found.built.insert(key, new);
            }
        }
        for (table, old) in &selected.dropped {
            if !has_relation(schemas.after, &table.schema, &old.name) {
                continue;
            }
            let key = (table.clone(), old.name.clone());
            let new = found.free(&is_taken, key.clone(), "_new");
            found.built.insert(key.clone(), new);
            let old = found.free(&is_taken, key.clone(), "_old");
            found.dropped.insert(key, old);
        }
        found
    }
}

impl Names {
    /// Returns a name that no relation has, and that was not given yet.
    fn free(&self, is_taken: &dyn Fn(&str, &str) -> bool, (table, name): Named, ending: &str) -> String {
        let given = || self.built.iter().chain(&self.dropped);
        free_name(&name, ending, |new| {
            let is_given = given().any(|((of, _), own)| of.schema == table.schema && own == new);
            is_given || is_taken(&table.schema, new)
        })
    }
}

/// Keeps a key that is dropped later; the columns of a primary key are NOT NULL as long as it exists.
fn keep_key(schema: &mut Schema, table: &TableName, key: &Constraint) {
    edit(schema, table, |own| {
        if let ConstraintKind::PrimaryKey { columns, .. } = &key.kind {
            let of_key = own.columns.iter_mut().filter(|own| columns.contains(&own.name));
            of_key.for_each(|own| own.nullable = false);
        }
        own.constraints.insert(key.name.clone(), key.clone());
    });
}

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

/// Returns the check that a column is not NULL, not yet validated.
fn is_set(name: &str, column: &str) -> Constraint {
    Constraint {
        validated: false,
        ..Constraint::new(
            name,
            ConstraintKind::Check {
                expression: format!("{} IS NOT NULL", quote_ident(column)),
                columns: vec![column.to_owned()],
                no_inherit: false,
            },
        )
    }
}

/// Returns the unique index of a key.
fn index_of(key: &Constraint) -> Option<Index> {
    let (columns, include, nulls_not_distinct) = match &key.kind {
        ConstraintKind::PrimaryKey { columns, include } => (columns, include, false),
        ConstraintKind::Unique {
            columns,
            include,
            nulls_not_distinct,
        } => (columns, include, *nulls_not_distinct),
        _ => return None,
    };
    let mut read: Vec<String> = columns.iter().chain(include).cloned().collect();
    read.sort();
    Some(Index {
        name: key.name.clone(),
        unique: true,
        method: "btree".to_owned(),
        keys: columns.iter().map(IndexKey::column).collect(),
        include: include.clone(),
        predicate: None,
        nulls_not_distinct,
        options: Vec::new(),
        columns: read,
        comment: None,
        valid: true,
        inherited: false,
        attached_to: None,
        clustered: false,
    })
}
