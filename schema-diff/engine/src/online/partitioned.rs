//! New indexes of partitioned tables: built for each partition, then adopted by the partitioned table.
//!
//! Postgres builds no index of a partitioned table concurrently, but `CREATE INDEX` attaches an index that a partition has instead of building one.

use super::{
    Input, free_name,
    selected::{Named, is_alone},
};
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
    let new = input.changes().iter().filter_map(|change| match change {
        Change::CreateIndex { table, name } => Some((table, name, whole(input, table, name)?)),
        _ => None,
    });
    let new: Vec<_> = new.collect();
    let mut found = Adopted::default();
    if new.is_empty() {
        return found;
    }
    found.after = input.schemas().after.clone();
    for (table, name, (whole, index)) in new {
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

/// Returns a new index of a large partitioned table, if nothing has its name before.
fn whole<'a>(input: &Input<'a>, names: &Pair<TableName>, name: &str) -> Option<(&'a Table, &'a Index)> {
    let own = large(input, names)?.after;
    let index = own.indexes.get(name).filter(|index| is_alone(index))?;
    let is_taken = input.schemas().before.has_relation(&names.before.schema, name);
    (!is_taken).then_some((own, index))
}

/// Returns a table that is partitioned on both sides, if it is large.
pub(super) fn large<'a>(input: &Input<'a>, names: &Pair<TableName>) -> Option<Pair<&'a Table>> {
    let Pair { before, after } = input.schemas();
    let tables = Pair::new(before.tables.get(&names.before)?, after.tables.get(&names.after)?);
    let is_partitioned = |own: &Table| matches!(own.kind, TableKind::Partitioned { .. });
    let is_whole = is_partitioned(tables.before) && is_partitioned(tables.after);
    (is_whole && is_large(input, before, &names.before)).then_some(tables)
}

/// Returns whether a partitioned table or one of its partitions is large.
pub(super) fn is_large(input: &Input<'_>, before: &Schema, name: &TableName) -> bool {
    (input.is_large)(name) || partitions(before, name).any(|own| is_large(input, before, &own.name))
}

fn partitions<'a>(schema: &'a Schema, name: &'a TableName) -> impl Iterator<Item = &'a Table> {
    schema.tables.values().filter(move |own| own.is_partition_of(name))
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
