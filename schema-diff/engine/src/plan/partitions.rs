//! What partitions have of the indexes and constraints of the whole: names, options and comments of their own.
//!
//! Postgres creates theirs with the whole's, under default names and without settings, and takes what a partition has already instead of
//! creating it. So theirs are created first, where they are not what Postgres would create.

use super::{Direction, Phase, Planner, children::children, dependents::Object, in_force::Names};
use crate::{
    create::{self, add_constraint},
    model::{
        ColumnRef, Constraint, ConstraintKind, Index, IndexSettings, ObjectId, Table, TableKind, TableName,
        default_name,
    },
    statement::{Build, Ddl, IndexAction, TableAction},
};

impl Planner<'_> {
    /// Creates an index of a table, and what its partitions have of it.
    pub(super) fn create_index(&self, names: Names, table: &Table, index: &Index) -> Vec<Ddl> {
        let schema = self.named(names);
        let mut statements = Vec::new();
        let mut set = Vec::new();
        let whole = create::index_and_attached(&schema.tables, table, index);
        let is_new = whole.as_ref().is_none_or(|whole| {
            let partition = |name: &TableName| schema.tables.get(name).filter(|own| own.name != table.name);
            let mut created = whole
                .created
                .iter()
                .filter_map(|(of, name)| Some((partition(of)?, *name)));
            created.all(|(of, name)| {
                let own = of.indexes.get(name);
                own.is_none_or(|own| !self.is_still_attached(names, of, Attached::Index(own)))
            })
        });
        let whole = whole.filter(|_| is_new);
        for partition in self.partitions(names, table) {
            let attached = partition.indexes.values();
            for own in attached.filter(|own| {
                own.inherited && own.is_part_of(index) && self.belongs(names, partition, own, table, index)
            }) {
                let settings = self.index_settings(names, &partition.name, &own.name);
                if whole.is_some() {
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
        match whole {
            Some(whole) => statements.extend(whole.statements.into_iter().chain(set)),
            None => statements.extend(create::index(&table.name, index, Build::Locking)),
        }
        statements
    }

    /// Adds a constraint to a table, and what its partitions have of it.
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

    /// Restores names and settings of what partitions have: with a column's type Postgres creates that again as it is by default.
    pub(super) fn partitions_after_retyping(&mut self, whole: &Table) {
        let mut statements = Vec::new();
        for partition in self.partitions(Names::Before, whole) {
            for index in partition.indexes.values().filter(|index| index.inherited) {
                let is_retyped = index.columns.iter().any(|column| self.is_retyped_in(whole, column));
                let mut of = whole.indexes.values();
                let of = of.find(|of| self.belongs(Names::Before, partition, index, whole, of));
                if is_retyped && !of.is_some_and(|of| self.dependents.contains(Object::Index(whole, of))) {
                    statements.extend(self.index_as_it_was(partition, index));
                }
            }
            for own in partition.constraints.values().filter(|own| own.inherited) {
                let is_retyped = own
                    .columns()
                    .into_iter()
                    .any(|column| self.is_retyped_in(whole, column));
                let of = whole.constraints.values().find(|of| own.is_part_of(of));
                if let Some(of) = of.filter(|of| is_retyped && !self.dependents.contains(Object::Constraint(whole, of)))
                {
                    statements.extend(self.constraint_as_it_was(partition, own, of));
                }
            }
        }
        self.push_all(Phase::Alter, statements);
    }

    fn index_as_it_was(&self, partition: &Table, index: &Index) -> Vec<Ddl> {
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

    fn constraint_as_it_was(&self, partition: &Table, own: &Constraint, of: &Constraint) -> Vec<Ddl> {
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

    /// Whether the default name of what a partition has of an index is that of another one's too: which one is called how depends on the
    /// order in which Postgres creates them again.
    pub(super) fn is_ambiguous_in_partitions(&self, whole: &Table, index: &Index) -> bool {
        let is_retyped = |index: &Index| index.columns.iter().any(|column| self.is_retyped_in(whole, column));
        let partitions = self.partitions(Names::Before, whole).into_iter();
        is_retyped(index)
            && partitions.into_iter().any(|partition| {
                let default = |own: &Index| default_name::index(&partition.name.name, own);
                let attached = || {
                    let attached = partition.indexes.values().filter(|own| own.inherited);
                    attached.filter(|own| is_retyped(own))
                };
                let mut own = attached().filter(|own| self.belongs(Names::Before, partition, own, whole, index));
                own.any(|own| {
                    own.keys != index.keys
                        || attached().any(|other| other.name != own.name && default(other) == default(own))
                })
            })
    }

    /// Whether what a partition has belongs to an index of the whole, over however many partitions between them.
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

    fn is_retyped_in(&self, whole: &Table, column: &str) -> bool {
        self.is_retyped(&ColumnRef::column(&whole.name, column))
    }

    /// The partitions of a table and theirs, each before the one that it is a part of.
    fn partitions(&self, names: Names, whole: &Table) -> Vec<&Table> {
        if !matches!(whole.kind, TableKind::Partitioned { .. }) {
            return Vec::new();
        }
        let schema = self.named(names);
        let mut found = children(schema.tables.values().collect(), &whole.name);
        found.reverse();
        found
    }

    /// What is set on an index of a table.
    fn index_settings(&self, names: Names, table: &TableName, index: &str) -> Option<&IndexSettings> {
        let known = match (self.request.direction, names) {
            (Direction::Up, Names::Before) | (Direction::Down, Names::After) => table.clone(),
            (Direction::Up, Names::After) => self.flipped.table(table),
            (Direction::Down, Names::Before) => self.request.matches.table(table),
        };
        self.restored().indexes.get(&known.sibling(index))
    }

    /// Whether what a partition has is there, and nothing drops it with what it belongs to.
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
                while let Some(whole) = self.whole_before(table) {
                    let Some(of) = own.attached_to.as_ref().and_then(|name| whole.indexes.get(name)) else {
                        return false;
                    };
                    if !of.inherited {
                        return !self.changed.drops_index(&whole.name, &of.name)
                            && !self.dependents.contains(Object::Index(whole, of));
                    }
                    own = of;
                    table = whole;
                }
            }
            Attached::Constraint(own) => {
                let Some(own) = table.constraints.get(&own.name) else {
                    return false;
                };
                if !own.inherited {
                    return true;
                }
                while let Some(whole) = self.whole_before(table) {
                    let mut above = whole
                        .constraints
                        .values()
                        .filter(|of| !of.inherited && own.is_part_of(of));
                    let stays = |of: &Constraint| {
                        !self.changed.drops_constraint(&whole.name, &of.name)
                            && !self.dependents.contains(Object::Constraint(whole, of))
                    };
                    if above.any(stays) {
                        return true;
                    }
                    table = whole;
                }
            }
        }
        false
    }

    fn whole_before(&self, partition: &Table) -> Option<&Table> {
        let whole = &partition.partition_of.as_ref()?.parent;
        self.before().tables.get(whole)
    }
}

/// What a partition has of the whole's.
#[derive(Clone, Copy)]
enum Attached<'a> {
    Index(&'a Index),
    Constraint(&'a Constraint),
}

/// The name that Postgres gives to a partition's constraint.
fn default_of(partition: &TableName, whole: &Constraint) -> String {
    match &whole.kind {
        ConstraintKind::PrimaryKey { .. } => default_name::primary_key(&partition.name),
        ConstraintKind::Unique { columns, include, .. } => {
            default_name::unique(&partition.name, columns.iter().chain(include).map(String::as_str))
        }
        _ => whole.name.clone(),
    }
}
