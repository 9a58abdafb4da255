//! New indexes of partitioned tables: built for each partition, then adopted by the partitioned table.
//!
//! Postgres builds no index of a partitioned table concurrently, but `CREATE INDEX` attaches an index that a partition has instead of building one.

use super::{Input, free_name, selected::Named};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Index, ObjectId, Pair, Schema, Table, TableKind, TableName, default_name},
};

/// The new indexes of partitioned tables.
#[derive(Debug, Default)]
pub(super) struct Adopted {
    /// Those of the partitioned tables, and of their partitions that are partitioned.
    pub wholes: Vec<Named>,
    /// Those of their partitions, which are built.
    pub parts: Vec<Named>,
    /// The schema after, with all of them.
    pub after: Schema,
    /// What is built in the simple form, and why.
    pub notes: Vec<Diagnostic>,
}

/// Selects the new indexes of large partitioned tables.
pub(super) fn adopted(input: &Input<'_>) -> Adopted {
    let mut found = Adopted {
        after: input.schemas().after.clone(),
        ..Adopted::default()
    };
    for change in input.changes() {
        let Change::CreateIndex { table, name } = change else {
            continue;
        };
        let Some((whole, index)) = whole(input, table, name) else {
            continue;
        };
        match partition_of_its_own(input, &table.before) {
            Some(partition) => found.notes.push(note(&whole.name, name, &partition)),
            None => {
                found.wholes.push((whole.name.clone(), index.name.clone()));
                found.add_parts(input.schemas().before, &whole.name, index, index);
            }
        }
    }
    found
}

/// Returns a partition of a table of the migrations that they do not create: a migration that names it would fail on a new database.
fn partition_of_its_own(input: &Input<'_>, table: &TableName) -> Option<TableName> {
    let own = partitions(input.schemas().before, table);
    let mut found = own.filter_map(|own| match (input.is_in_history)(&own.name) {
        true => partition_of_its_own(input, &own.name),
        false => Some(own.name.clone()),
    });
    found.next().filter(|_| (input.is_in_history)(table))
}

fn note(table: &TableName, index: &str, partition: &TableName) -> Diagnostic {
    let text = format!(
        "index {index} of {} is built while other sessions wait, because no migration creates its partition {}, which the parts would have to name",
        table.plain(),
        partition.plain()
    );
    Diagnostic::new(DiagnosticCode::OnlineFormMissing, text).about(ObjectId::Table(table.clone()))
}

/// Returns a new index of a large partitioned table that existed before, if nothing has its name then.
fn whole<'a>(input: &Input<'a>, table: &Pair<TableName>, name: &str) -> Option<(&'a Table, &'a Index)> {
    let Pair { before, after } = input.schemas();
    let own = after.tables.get(&table.after)?;
    let is_partitioned = |own: &Table| matches!(own.kind, TableKind::Partitioned { .. });
    let is_whole = before.tables.get(&table.before).is_some_and(is_partitioned) && is_partitioned(own);
    let index = own.indexes.get(name)?;
    let is_plain = index.valid && !index.clustered && !index.inherited && index.comment.is_none();
    let is_free = !before.has_relation(&table.before.schema, name);
    (is_whole && is_plain && is_free && is_large(input, before, &table.before)).then_some((own, index))
}

/// Returns whether a partitioned table or one of its partitions is large.
pub(super) fn is_large(input: &Input<'_>, before: &Schema, name: &TableName) -> bool {
    (input.is_large)(name) || partitions(before, name).any(|own| is_large(input, before, &own.name))
}

fn partitions<'a>(schema: &'a Schema, name: &TableName) -> impl Iterator<Item = &'a Table> {
    let is_own = move |own: &&Table| own.partition_of.as_ref().is_some_and(|of| of.parent == *name);
    schema.tables.values().filter(is_own)
}

impl Adopted {
    /// Adds the indexes of a table's partitions to the schema after; those that have one that Postgres attaches need none. `first` is the index
    /// that the migration creates.
    fn add_parts(&mut self, before: &Schema, whole: &TableName, index: &Index, first: &Index) {
        let all: Vec<Table> = partitions(&self.after, whole).cloned().collect();
        for partition in all {
            let is_foreign = matches!(partition.kind, TableKind::Foreign { .. });
            if self.has_own(&partition, index, first) || is_foreign || !before.tables.contains_key(&partition.name) {
                continue;
            }
            let part = self.part(before, &partition.name, index);
            let named = (partition.name.clone(), part.name.clone());
            if let Some(own) = self.after.tables.get_mut(&partition.name) {
                own.indexes.insert(part.name.clone(), part.clone());
            }
            if partition.kind == TableKind::Ordinary {
                self.parts.push(named);
            } else {
                self.wholes.push(named);
                self.add_parts(before, &partition.name, &part, first);
            }
        }
    }

    /// Returns whether a partition has an index that Postgres attaches to that of the table above it.
    fn has_own(&mut self, partition: &Table, index: &Index, first: &Index) -> bool {
        let own = self.after.tables.get_mut(&partition.name);
        let mut indexes = own.into_iter().flat_map(|own| own.indexes.values_mut());
        let found = indexes.find(|own| own.attached_to.as_ref() == Some(&first.name));
        found.map(|own| own.attached_to = Some(index.name.clone())).is_some()
    }

    /// Returns the index of a partition, with the name that Postgres would give it.
    fn part(&self, before: &Schema, partition: &TableName, index: &Index) -> Index {
        let is_taken = |name: &str| {
            before.has_relation(&partition.schema, name) || self.after.has_relation(&partition.schema, name)
        };
        let name = default_name::index(&partition.name, index);
        let name = if is_taken(&name) {
            free_name(&name, "_part", is_taken)
        } else {
            name
        };
        Index {
            name,
            inherited: true,
            attached_to: Some(index.name.clone()),
            ..index.clone()
        }
    }
}
