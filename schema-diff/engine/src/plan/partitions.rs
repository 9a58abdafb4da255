//! The indexes and constraints of partitions that belong to those of the partitioned table: names, options and
//! comments.
//!
//! Postgres creates them together with those of the partitioned table, with default names and without settings, and
//! attaches existing ones instead of creating new ones. Therefore those that differ from what Postgres would create are
//! created first.

use super::{Direction, Phase, Planner, children::children, current_names::Names, dependents::Object};
use crate::{
    create::{self, add_constraint},
    model::{
        ColumnRef, Constraint, ConstraintKind, Index, IndexSettings, ObjectId, Table, TableKind, TableName,
        default_name,
    },
    statement::{Build, Ddl, IndexAction, TableAction},
};

impl Planner<'_> {
    /// Creates an index of a table, with the attached indexes of its partitions.
    pub(super) fn create_index(&self, names: Names, table: &Table, index: &Index) -> Vec<Ddl> {
        let schema = self.named(names);
        let mut statements = Vec::new();
        let mut set = Vec::new();
        let index_parts = create::index_and_attached(&schema.tables, table, index);
        let is_new = index_parts.as_ref().is_none_or(|index_parts| {
            let partition = |name: &TableName| schema.tables.get(name).filter(|own| own.name != table.name);
            let mut created = index_parts
                .created
                .iter()
                .filter_map(|(of, name)| Some((partition(of)?, *name)));
            created.all(|(of, name)| {
                let own = of.indexes.get(name);
                own.is_none_or(|own| !self.is_still_attached(names, of, Attached::Index(own)))
            })
        });
        let index_parts = index_parts.filter(|_| is_new);
        for partition in self.partitions(names, table) {
            let attached = partition.indexes.values();
            for own in attached.filter(|own| {
                own.inherited && own.is_part_of(index) && self.belongs(names, partition, own, table, index)
            }) {
                let settings = self.index_settings(names, &partition.name, &own.name);
                if index_parts.is_some() {
                    let settings = settings.into_iter();
                    set.extend(settings.flat_map(|set| create::index_settings(&partition.name, &own.name, false, set)));
                    continue;
                }
                let is_default = own.name == default_name::index(&partition.name.name, own)
                    && own.keys == index.keys
                    && own.options == index.options
                    && own.comment.is_none()
                    && settings.is_none_or(|set| set.targets.is_empty() && !set.clustered);
                if !is_default && !self.is_still_attached(names, partition, Attached::Index(own)) {
                    statements.extend(create::index(&partition.name, own, Build::Locking));
                    let settings = settings.into_iter();
                    statements.extend(
                        settings.flat_map(|set| create::index_settings(&partition.name, &own.name, false, set)),
                    );
                }
            }
        }
        match index_parts {
            Some(index_parts) => statements.extend(index_parts.statements.into_iter().chain(set)),
            None => statements.extend(create::index(&table.name, index, Build::Locking)),
        }
        statements
    }

    /// Adds a constraint to a table, with the attached constraints of its partitions.
    pub(super) fn add_with_partitions(&self, names: Names, table: &Table, constraint: &Constraint) -> Vec<Ddl> {
        let context = self.context(names);
        let mut statements = Vec::new();
        for partition in self.partitions(names, table) {
            let attached = partition.constraints.values();
            for own in attached.filter(|own| own.inherited && own.is_part_of(constraint)) {
                let settings = self.index_settings(names, &partition.name, &own.name);
                let is_default = default_of(&partition.name, constraint) == own.name
                    && own.comment.is_none()
                    && (!own.is_indexed() || settings.is_none());
                if !is_default && !self.is_still_attached(names, partition, Attached::Constraint(own)) {
                    statements.extend(add_constraint(&partition.name, own, context));
                    let settings = settings.filter(|_| own.is_indexed()).into_iter();
                    statements
                        .extend(settings.flat_map(|set| create::index_settings(&partition.name, &own.name, true, set)));
                }
            }
        }
        statements.extend(add_constraint(&table.name, constraint, context));
        statements
    }

    /// Restores the names and settings of the indexes and constraints of partitions, which Postgres recreates with
    /// defaults when the type of a column changes.
    pub(super) fn partitions_after_retyping(&mut self, partitioned: &Table) {
        let mut statements = Vec::new();
        for partition in self.partitions(Names::Before, partitioned) {
            for index in partition.indexes.values().filter(|index| index.inherited) {
                let is_retyped = index
                    .columns
                    .iter()
                    .any(|column| self.is_retyped_in(partitioned, column));
                let mut of = partitioned.indexes.values();
                let of = of.find(|of| self.belongs(Names::Before, partition, index, partitioned, of));
                if is_retyped && !of.is_some_and(|of| self.dependents.contains(Object::Index(partitioned, of))) {
                    statements.extend(self.restore_partition_index(partition, index));
                }
            }
            for own in partition.constraints.values().filter(|own| own.inherited) {
                let is_retyped = own
                    .columns()
                    .into_iter()
                    .any(|column| self.is_retyped_in(partitioned, column));
                let of = partitioned.constraints.values().find(|of| own.is_part_of(of));
                if let Some(of) =
                    of.filter(|of| is_retyped && !self.dependents.contains(Object::Constraint(partitioned, of)))
                {
                    statements.extend(self.restore_partition_constraint(partition, own, of));
                }
            }
        }
        self.push_all(Phase::Alter, statements);
    }

    fn restore_partition_index(&self, partition: &Table, index: &Index) -> Vec<Ddl> {
        let default = default_name::index(&partition.name.name, index);
        let mut statements = Vec::new();
        if default != index.name {
            statements.push(Ddl::AlterIndex {
                index: partition.name.sibling(&default),
                action: IndexAction::RenameTo(index.name.clone()),
            });
        }
        let settings = self.index_settings(Names::Before, &partition.name, &index.name);
        let settings = settings.into_iter();
        statements.extend(settings.flat_map(|set| create::index_settings(&partition.name, &index.name, true, set)));
        statements
    }

    fn restore_partition_constraint(&self, partition: &Table, own: &Constraint, of: &Constraint) -> Vec<Ddl> {
        let default = default_of(&partition.name, of);
        let mut statements = Vec::new();
        if default != own.name {
            let rename = TableAction::RenameConstraint {
                from: default,
                to: own.name.clone(),
            };
            statements.push(Ddl::alter_table(&partition.name, rename));
        }
        if own.is_indexed() {
            let settings = self.index_settings(Names::Before, &partition.name, &own.name);
            let settings = settings.into_iter();
            statements.extend(settings.flat_map(|set| create::index_settings(&partition.name, &own.name, true, set)));
        }
        let id = ObjectId::Constraint {
            table: partition.name.clone(),
            name: own.name.clone(),
        };
        statements.extend(Ddl::comment(id, own.comment.as_deref()));
        statements
    }

    /// Returns whether Postgres cannot recreate a retyped index in the partitions as it was: an attached index has
    /// other keys, or its default name is also that of another one, so that the names depend on the order of
    /// recreation.
    pub(super) fn is_ambiguous_in_partitions(&self, partitioned: &Table, index: &Index) -> bool {
        let is_retyped = |index: &Index| {
            index
                .columns
                .iter()
                .any(|column| self.is_retyped_in(partitioned, column))
        };
        let partitions = self.partitions(Names::Before, partitioned).into_iter();
        is_retyped(index)
            && partitions.into_iter().any(|partition| {
                let default = |own: &Index| default_name::index(&partition.name.name, own);
                let attached = || {
                    let attached = partition.indexes.values().filter(|own| own.inherited);
                    attached.filter(|own| is_retyped(own))
                };
                let mut own = attached().filter(|own| self.belongs(Names::Before, partition, own, partitioned, index));
                own.any(|own| {
                    own.keys != index.keys
                        || attached().any(|other| other.name != own.name && default(other) == default(own))
                })
            })
    }

    /// Returns whether an index of a partition belongs to an index of the table, directly or through partitions between
    /// them.
    fn belongs(&self, names: Names, partition: &Table, own: &Index, table: &Table, index: &Index) -> bool {
        let schema = self.named(names);
        let Some(above) = partition
            .partition_of
            .as_ref()
            .and_then(|of| schema.tables.get(&of.parent))
        else {
            return false;
        };
        let Some(name) = &own.attached_to else {
            return false;
        };
        if above.name == table.name {
            return *name == index.name;
        }
        let above_own = above.indexes.get(name);
        above_own.is_some_and(|own| self.belongs(names, above, own, table, index))
    }

    fn is_retyped_in(&self, partitioned: &Table, column: &str) -> bool {
        self.is_retyped(&ColumnRef::column(&partitioned.name, column))
    }

    /// Returns the partitions of a table, recursively, each before its parent.
    fn partitions(&self, names: Names, partitioned: &Table) -> Vec<&Table> {
        if !matches!(partitioned.kind, TableKind::Partitioned { .. }) {
            return Vec::new();
        }
        let schema = self.named(names);
        let mut found = children(schema.tables.values().collect(), &partitioned.name);
        found.reverse();
        found
    }

    /// Returns the settings of an index of a table.
    fn index_settings(&self, names: Names, table: &TableName, index: &str) -> Option<&IndexSettings> {
        let known = match (self.request.direction, names) {
            (Direction::Up, Names::Before) | (Direction::Down, Names::After) => table.clone(),
            (Direction::Up, Names::After) => self.flipped.table(table),
            (Direction::Down, Names::Before) => self.request.matches.table(table),
        };
        self.restored().indexes.get(&known.sibling(index))
    }

    /// Returns whether an index or constraint of a partition exists, and is not dropped with that of the partitioned
    /// table.
    fn is_still_attached(&self, names: Names, partition: &Table, own: Attached<'_>) -> bool {
        let old = match names {
            Names::Before => partition.name.clone(),
            Names::After => self.flipped.table(&partition.name),
        };
        let Some(mut table) = self.before().tables.get(&old) else {
            return false;
        };
        match own {
            Attached::Index(own) => {
                let Some(mut own) = table.indexes.get(&own.name) else {
                    return false;
                };
                if !own.inherited {
                    return true;
                }
                while let Some(partitioned) = self.partitioned_before(table) {
                    let Some(of) = own.attached_to.as_ref().and_then(|name| partitioned.indexes.get(name)) else {
                        return false;
                    };
                    if !of.inherited {
                        return !self.changed.drops_index(&partitioned.name, &of.name)
                            && !self.dependents.contains(Object::Index(partitioned, of));
                    }
                    own = of;
                    table = partitioned;
                }
            }
            Attached::Constraint(own) => {
                let Some(own) = table.constraints.get(&own.name) else {
                    return false;
                };
                if !own.inherited {
                    return true;
                }
                while let Some(partitioned) = self.partitioned_before(table) {
                    let mut above = partitioned
                        .constraints
                        .values()
                        .filter(|of| !of.inherited && own.is_part_of(of));
                    let is_kept = |of: &Constraint| {
                        !self.changed.drops_constraint(&partitioned.name, &of.name)
                            && !self.dependents.contains(Object::Constraint(partitioned, of))
                    };
                    if above.any(is_kept) {
                        return true;
                    }
                    table = partitioned;
                }
            }
        }
        false
    }

    fn partitioned_before(&self, partition: &Table) -> Option<&Table> {
        let partitioned = &partition.partition_of.as_ref()?.parent;
        self.before().tables.get(partitioned)
    }
}

/// An index or constraint of a partition that belongs to one of the partitioned table.
#[derive(Clone, Copy)]
enum Attached<'a> {
    Index(&'a Index),
    Constraint(&'a Constraint),
}

/// Returns the name that Postgres chooses for a constraint of a partition.
fn default_of(partition: &TableName, parent: &Constraint) -> String {
    match &parent.kind {
        ConstraintKind::PrimaryKey { .. } => default_name::primary_key(&partition.name),
        ConstraintKind::Unique { columns, include, .. } => {
            default_name::unique(&partition.name, columns.iter().chain(include).map(String::as_str))
        }
        _ => parent.name.clone(),
    }
}
