//! The schemas between the parts.

use std::collections::BTreeMap;

use super::{
    Input,
    edit::{edit, with_constraint},
    enum_types, free_name, retyped,
    selected::{Named, Retyped, Selected},
};
use crate::model::{Column, Constraint, ConstraintKind, Index, IndexKey, Pair, Schema, TableName, quote_ident};

/// The schemas between the parts, in their order.
pub(super) struct States {
    /// After the main part.
    pub main: Schema,
    /// The indexes of [`Selected::indexes`] that are built, with the tables to which they belong.
    pub built: Vec<(TableName, Index)>,
    /// The indexes that are renamed when they replace others: table, name until then, name after.
    pub renamed: Vec<(TableName, String, String)>,
    /// The indexes of [`Selected::keys`] that are built, with the tables to which they belong.
    pub built_for_keys: Vec<(TableName, Index)>,
    /// The keys that others replace, under the names that they have until then.
    pub replaced: Vec<(TableName, Constraint)>,
    /// The indexes over replaced columns, under the names that they have until they are dropped.
    pub vanishing: Vec<(TableName, Index)>,
    /// The indexes that are dropped last, under the names that they have until then.
    pub dropped: Vec<(TableName, Index)>,
    /// The indexes of [`built`](Self::built) that indexes of partitioned tables adopt.
    pub parts: Vec<Named>,
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
        enum_types::expand(&mut main, &selected.types, input);
        let replaced: Vec<(TableName, Constraint)> = selected.replaced.iter().map(|own| names.replaced(own)).collect();
        for own in &selected.retyped {
            expand(&mut main, own, input);
        }
        keep_old_definitions(&mut main, input, selected);
        for (table, outgoing) in &selected.outgoing {
            edit(&mut main, table, |own| {
                own.constraints.insert(outgoing.name.clone(), outgoing.clone())
            });
        }
        for (table, key) in &replaced {
            keep_key(&mut main, table, key);
        }
        for (table, name) in selected.indexes.iter().chain(&selected.adopted) {
            edit(&mut main, table, |own| drop(own.indexes.remove(name)));
            detach(&mut main, table, name);
        }
        for (table, column, check) in &selected.not_null {
            edit(&mut main, table, |own| {
                if let Some(column) = own.column_mut(column) {
                    column.nullable = true;
                }
                own.constraints.insert(check.clone(), is_set(check, column));
            });
        }
        let dropped: Vec<(TableName, Index)> = selected.dropped.iter().map(|own| names.dropped(own)).collect();
        for (table, index) in &dropped {
            edit(&mut main, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        let vanishing: Vec<(TableName, Index)> = selected.vanishing.iter().map(|own| names.dropped(own)).collect();
        for (table, index) in &vanishing {
            edit(&mut main, table, |own| {
                own.indexes.insert(index.name.clone(), index.clone())
            });
        }
        let to_new = selected.renamed();
        let built = selected.indexes.iter().filter_map(|(table, name)| {
            let index = after.tables.get(table)?.indexes.get(name)?;
            Some(names.built(table, detached(&to_new.map_index(table, index))))
        });
        let built_for_keys = selected.keys.iter().filter_map(|(table, name)| {
            let own = after.tables.get(table)?.constraints.get(name)?;
            Some(names.built(table, index_of(&to_new.map_constraint(table, own))?))
        });
        let indexes = names.new.iter().filter(|(key, _)| selected.indexes.contains(key));
        let renamed = indexes.map(|((table, name), new)| (table.clone(), new.clone(), name.clone()));
        Self {
            main,
            renamed: renamed.collect(),
            built: built.collect(),
            built_for_keys: built_for_keys.collect(),
            replaced,
            vanishing,
            dropped,
            parts: selected.parts.clone(),
        }
    }

    /// Returns a schema without the indexes that those of partitioned tables have adopted: they are dropped with these.
    pub fn without_parts(&self, schema: &Schema) -> Schema {
        let mut found = schema.clone();
        for (table, name) in &self.parts {
            edit(&mut found, table, |own| drop(own.indexes.remove(name)));
        }
        found
    }

    /// Returns the last schema before the indexes are dropped; foreign keys that are validated last are not valid.
    pub fn finished(&self, input: &Input<'_>, selected: &Selected) -> Schema {
        let mut finished = input.schemas().after.clone();
        for (table, name) in selected.late.iter().chain(&selected.revalidated) {
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

/// The names that keys and indexes have in between, where a new one of their name replaces them.
///
/// The old one is renamed, not the new one: two programs that start at once may run the same parts, and a build that comes late must find its
/// name taken. Over a column that is replaced, the new one has another name: programs use the old one meanwhile, and a build that comes late
/// does not find the column.
#[derive(Default)]
struct Names {
    /// Those of the old ones, by the names before.
    old: BTreeMap<Named, String>,
    /// Those of the new ones, by the names after.
    new: BTreeMap<Named, String>,
}

impl Names {
    fn of(schemas: Pair<&Schema>, selected: &Selected) -> Self {
        let mut found = Self::default();
        for (table, own) in &selected.replaced {
            let key = (table.clone(), own.name.clone());
            if !selected.keys.contains(&key) {
                continue;
            }
            match selected.is_over_retyped(table, own) {
                true => found.add_new(schemas, key),
                false => found.add_old(schemas, key),
            }
        }
        for (table, own) in &selected.vanishing {
            if schemas.after.has_relation(&table.schema, &own.name) {
                found.add_new(schemas, (table.clone(), own.name.clone()));
            }
        }
        for (table, own) in &selected.dropped {
            if schemas.after.has_relation(&table.schema, &own.name) {
                found.add_old(schemas, (table.clone(), own.name.clone()));
            }
        }
        found
    }

    fn add_old(&mut self, schemas: Pair<&Schema>, key: Named) {
        let name = self.free(schemas, &key, "_old");
        self.old.insert(key, name);
    }

    fn add_new(&mut self, schemas: Pair<&Schema>, key: Named) {
        let name = self.free(schemas, &key, "_new");
        self.new.insert(key, name);
    }

    /// Returns a name that no relation has, and that was not given yet.
    fn free(&self, schemas: Pair<&Schema>, (table, name): &Named, ending: &str) -> String {
        free_name(name, ending, |other| {
            let mut given = self.old.iter().chain(&self.new);
            let is_given = given.any(|((of, _), own)| of.schema == table.schema && own == other);
            let has = |schema: &Schema| schema.has_relation(&table.schema, other);
            is_given || has(schemas.before) || has(schemas.after)
        })
    }

    /// Returns a key that others replace, under its name until then.
    fn replaced(&self, (table, key): &(TableName, Constraint)) -> (TableName, Constraint) {
        let name = in_between(&self.old, table, &key.name);
        (table.clone(), Constraint { name, ..key.clone() })
    }

    /// Returns an index that is dropped last, under its name until then.
    fn dropped(&self, (table, index): &(TableName, Index)) -> (TableName, Index) {
        let name = in_between(&self.old, table, &index.name);
        (table.clone(), Index { name, ..index.clone() })
    }

    /// Returns an index that is built, under its name until it replaces another one.
    fn built(&self, table: &TableName, index: Index) -> (TableName, Index) {
        let name = in_between(&self.new, table, &index.name);
        (table.clone(), Index { name, ..index })
    }
}

fn in_between(names: &BTreeMap<Named, String>, table: &TableName, name: &str) -> String {
    let found = names.get(&(table.clone(), name.to_owned()));
    found.map_or_else(|| name.to_owned(), String::clone)
}

/// Adds the new column beside the old one, which stays as it was.
fn expand(schema: &mut Schema, of: &Retyped, input: &Input<'_>) {
    let before = input.matches().table_before(&of.table);
    let name = input.matches().column_before(&before, &of.column);
    let was = input.schemas().before.tables.get(&before);
    let Some(was) = was.and_then(|table| table.column(&name)) else {
        return;
    };
    // The migration may drop the type.
    input
        .matches()
        .keep_type(&was.data_type.name, input.schemas().before, schema);
    let was = input.matches().map_column(&before, was);
    edit(schema, &of.table, |own| {
        let Some(column) = own.column_mut(&of.column) else {
            return;
        };
        let new = Column {
            collation: column.collation.clone(),
            settings: column.settings.clone(),
            ..Column::new(of.new.clone(), column.data_type.clone(), true)
        };
        *column = Column {
            default: of.default.clone(),
            ..was
        };
        own.columns.push(new);
        if let Some(check) = &of.check {
            own.constraints.insert(check.clone(), is_set(check, &of.new));
        }
    });
}

/// Keeps foreign keys and checks over replaced columns as they were, and leaves out new indexes and constraints over them.
fn keep_old_definitions(schema: &mut Schema, input: &Input<'_>, selected: &Selected) {
    if selected.retyped.is_empty() {
        return;
    }
    let all: Vec<TableName> = schema.tables.keys().cloned().collect();
    for name in all {
        let Some(table) = schema.tables.get(&name) else {
            continue;
        };
        let own = table.constraints.values();
        let own = own
            .filter(|own| selected.is_over_retyped(&name, own))
            .map(|own| own.name.clone());
        let indexes = table.indexes.values();
        let indexes = indexes
            .filter(|own| selected.is_index_over_retyped(&name, own))
            .map(|own| own.name.clone());
        let (own, indexes): (Vec<String>, Vec<String>) = (own.collect(), indexes.collect());
        if own.is_empty() && indexes.is_empty() {
            continue;
        }
        edit(schema, &name, |table| {
            for constraint in own {
                table.constraints.remove(&constraint);
                if let Some(old) = retyped::kept_constraint(input, &name, &constraint) {
                    table.constraints.insert(constraint, old);
                }
            }
            for index in indexes {
                table.indexes.remove(&index);
            }
        });
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

/// Detaches the indexes of partitions from an index that does not exist yet.
fn detach(schema: &mut Schema, whole: &TableName, index: &str) {
    let parts = schema.tables.values().filter(|own| own.is_partition_of(whole));
    let parts: Vec<TableName> = parts.map(|own| own.name.clone()).collect();
    for part in parts {
        edit(schema, &part, |own| {
            let attached = own.indexes.values_mut();
            let attached = attached.filter(|own| own.attached_to.as_deref() == Some(index));
            attached.for_each(|own| *own = detached(own));
        });
    }
}

/// Returns an index that belongs to no other one.
fn detached(index: &Index) -> Index {
    Index {
        inherited: false,
        attached_to: None,
        ..index.clone()
    }
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
