//! Partitions' own indexes and constraints that Postgres attaches to a new one of the partitioned table.
//!
//! From then on they are part of the partitioned table's index or constraint: they are dropped with it, and `down.sql`
//! recreates them.

use super::Resolver;
use crate::model::{Constraint, Index, Schema, Table, TableKind, TableName};

/// A new index or constraint of a partitioned table, which Postgres creates on its partitions, too.
#[derive(Clone)]
enum Propagated {
    Index(Index),
    Constraint(Constraint),
}

impl Resolver<'_> {
    /// Marks the partitions' own indexes and constraints that Postgres attaches to a new one of the partitioned table.
    /// Drops those attached to an index of the partitioned table that is dropped or recreated with a different
    /// definition.
    pub(super) fn attached_to_new(&mut self) {
        while self.drop_attached() {}
        let flipped = self.out.matches.flip();
        let mut new: Vec<(TableName, Propagated)> = Vec::new();
        for table in self.out.after.tables.values() {
            if !matches!(table.kind, TableKind::Partitioned { .. }) {
                continue;
            }
            let Some(old) = self.input.before.tables.get(&flipped.table(&table.name)) else {
                continue;
            };
            let indexes = table.indexes.values();
            let indexes = indexes.filter(|index| !index.inherited && !old.indexes.contains_key(&index.name));
            new.extend(indexes.map(|index| (table.name.clone(), Propagated::Index(index.clone()))));
            let constraints = table.constraints.values();
            let constraints = constraints.filter(|own| !own.inherited && !old.constraints.contains_key(&own.name));
            new.extend(constraints.map(|own| (table.name.clone(), Propagated::Constraint(own.clone()))));
        }
        for (partitioned, propagated) in new {
            attach(&mut self.out.after, &partitioned, &propagated);
        }
    }
}

impl Resolver<'_> {
    /// Drops the partitions' indexes attached to an index that is dropped or recreated with a different definition.
    /// Returns whether there were any.
    fn drop_attached(&mut self) -> bool {
        let flipped = self.out.matches.flip();
        let is_kept = |partitioned: &TableName, name: &str| {
            let after = self
                .out
                .after
                .tables
                .get(partitioned)
                .and_then(|table| table.indexes.get(name));
            let old = flipped.table(partitioned);
            let before = self
                .input
                .before
                .tables
                .get(&old)
                .and_then(|table| table.indexes.get(name));
            let before = before.map(|index| self.out.matches.map_index(&old, index));
            after.zip(before).is_some_and(|(after, before)| {
                after.inherited || after.keys == before.keys && after.is_part_of(&before)
            })
        };
        let mut dropped = Vec::new();
        for table in self.out.after.tables.values() {
            let Some(partitioned) = table.partition_of.as_ref().map(|of| &of.parent) else {
                continue;
            };
            let attached = table.indexes.values();
            let attached =
                attached.filter(|own| own.attached_to.as_ref().is_some_and(|name| !is_kept(partitioned, name)));
            dropped.extend(attached.map(|own| (table.name.clone(), own.name.clone())));
        }
        for (table, index) in &dropped {
            if let Some(table) = self.out.after.tables.get_mut(table) {
                table.indexes.remove(index);
            }
        }
        !dropped.is_empty()
    }
}

/// Attaches matching indexes or constraints of the partitions. The partitions of a partition that has one are skipped:
/// theirs are already attached to its own.
fn attach(schema: &mut Schema, partitioned: &TableName, propagated: &Propagated) {
    let partitions: Vec<TableName> = schema
        .tables
        .values()
        .filter(|table| table.is_partition_of(partitioned))
        .map(|table| table.name.clone())
        .collect();
    for name in partitions {
        let Some(partition) = schema.tables.get_mut(&name) else {
            continue;
        };
        if !attach_to(partition, propagated) {
            attach(schema, &name, propagated);
        }
    }
}

/// Attaches the partition's own index or constraint, and returns whether it has one.
fn attach_to(partition: &mut Table, propagated: &Propagated) -> bool {
    match propagated {
        Propagated::Index(parent) => {
            let mut own = partition.indexes.values_mut();
            let found = own.find(|own| !own.inherited && own.is_part_of(parent));
            let attached = found.map(|own| {
                own.inherited = true;
                own.attached_to = Some(parent.name.clone());
            });
            attached.is_some()
        }
        Propagated::Constraint(parent) => {
            let mut own = partition.constraints.values_mut();
            let found = own.find(|own| !own.inherited && own.is_part_of(parent));
            found.map(|own| own.inherited = true).is_some()
        }
    }
}
