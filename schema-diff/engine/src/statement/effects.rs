//! What a statement creates, needs, uses and drops. The order of the statements follows from it.

use std::collections::BTreeSet;

use super::{
    ColumnAction, Condition, Ddl, IndexAction, Key, NewConstraint, NewTable, RowChange, SequenceAction, TableAction,
    TypeAction,
};
use crate::model::{
    Column, Index, ObjectId, QualifiedName, TableName, TypeName,
    dependencies::{self, Dependency},
};

/// The objects that relate a statement to other statements. Names are those that are valid when it runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// Objects that exist after the statement and did not exist before it.
    pub creates: BTreeSet<ObjectId>,
    /// Objects that the statement needs as they are after the plan has created or recreated them.
    pub needs: BTreeSet<ObjectId>,
    /// Objects that the statement uses as they are before the plan drops them.
    pub uses: BTreeSet<ObjectId>,
    /// Objects that do not exist after the statement.
    pub drops: BTreeSet<ObjectId>,
}

impl Ddl {
    /// Returns the effects that follow from the statement alone. The objects that a view, a trigger or a policy reads
    /// are not included.
    pub fn effects(&self) -> Effects {
        let mut effects = Effects::default();
        match self {
            Self::CreateSchema(name) => effects.creates(ObjectId::Schema(name.clone())),
            Self::CreateExtension { name, .. } => effects.creates(ObjectId::Extension(name.clone())),
            Self::CreateType { name, of } => {
                let is_domain = matches!(**of, crate::model::CustomType::Domain(_));
                effects.creates_in(&name.schema, ObjectId::custom_type(name, is_domain));
                effects.needs_all(dependencies::of_type(of));
            }
            Self::AlterType { of, action } => effects.alter_type(of, action),
            Self::CreateTable(new) => effects.create_table(new),
            Self::AlterTable { table, actions, .. } => {
                actions.iter().for_each(|action| effects.alter_table(table, action));
            }
            Self::AdoptIndex { table, index, key, .. } => {
                effects.needs(ObjectId::Index(table.sibling(index)));
                let (table, name) = (table.clone(), key.name.clone());
                effects.creates(ObjectId::Constraint { table, name });
            }
            Self::AlterViewColumn { view, .. } => effects.needs(view.clone()),
            Self::Drop(id) => effects.drops(id.clone()),
            Self::DropIndexIfExists(index) | Self::DropIndexConcurrently { index } => {
                effects.drops(ObjectId::Index(index.clone()))
            }
            Self::CreateIndex { table, index, .. } => effects.create_index(table, index),
            Self::AlterIndex { index, action } => effects.alter_index(index, action),
            Self::CreateSequence { name, .. } => {
                effects.creates_in(&name.schema, ObjectId::Sequence(name.clone()));
            }
            Self::AlterSequence { name, action } => effects.alter_sequence(name, action),
            Self::CreateView { view, .. } => effects.creates(view.clone()),
            Self::CreateCode { id, .. } => effects.creates(id.clone()),
            Self::CreatePolicy { table, policy } => {
                effects.needs(ObjectId::Table(table.clone()));
                let (table, name) = (table.clone(), policy.name.clone());
                effects.creates(ObjectId::Policy { table, name });
            }
            Self::CreateStatistics { name, of } => {
                effects.creates_in(&name.schema, ObjectId::Statistics(name.clone()));
                effects.needs_all(dependencies::of_statistics(of));
            }
            Self::SetStatisticsTarget { name, .. } => effects.needs(ObjectId::Statistics(name.clone())),
            Self::AlterPublication { table, .. } => effects.uses(ObjectId::Table(table.clone())),
            Self::Comment { on, .. } | Self::Owner { of: on, .. } => effects.needs(on.clone()),
            Self::Grant(grants) => effects.needs(grants.on.clone()),
            Self::Revoke(revokes) => effects.needs(revokes.on.clone()),
            Self::LockTables(tables) | Self::LockTablesExclusively(tables) => tables
                .iter()
                .for_each(|table| effects.uses(ObjectId::Table(table.clone()))),
            Self::Analyze(table) => effects.uses(ObjectId::Table(table.clone())),
            Self::Rows(change) => effects.change_rows(change),
            Self::Guard {
                condition: Some(condition),
                ..
            } => effects.read_rows(condition),
            Self::Guard { condition: None, .. }
            | Self::CreateCollation { .. }
            | Self::CreateForeignTable { .. }
            | Self::CreateForeignServer(_)
            | Self::CreatePublication { .. }
            | Self::CreateRole(_)
            | Self::Set(_) => {}
        }
        effects
    }
}

impl Effects {
    fn creates(&mut self, id: ObjectId) {
        self.creates.insert(id);
    }

    fn creates_in(&mut self, schema: &str, id: ObjectId) {
        self.needs(ObjectId::Schema(schema.to_owned()));
        self.creates(id);
    }

    fn needs(&mut self, id: ObjectId) {
        self.needs.insert(id);
    }

    fn uses(&mut self, id: ObjectId) {
        self.uses.insert(id);
    }

    fn drops(&mut self, id: ObjectId) {
        self.drops.insert(id);
    }

    /// Adds the dependencies of a created object, except those that its texts name.
    fn needs_all<'a>(&mut self, dependencies: impl IntoIterator<Item = Dependency<'a>>) {
        for on in dependencies {
            match on {
                Dependency::Relation(name) => self.needs(ObjectId::Table(name.clone())),
                Dependency::Column(relation, name) => self.needs(ObjectId::column(relation, name)),
                Dependency::Type(name) => {
                    self.needs(ObjectId::Type(name.clone()));
                    self.needs(ObjectId::Domain(name.clone()));
                }
                Dependency::Function(_) | Dependency::Text(_) | Dependency::Body(_) => {}
            }
        }
    }

    fn needs_columns<'a>(&mut self, table: &TableName, columns: impl IntoIterator<Item = &'a str>) {
        let columns = columns.into_iter();
        self.needs.extend(columns.map(|column| ObjectId::column(table, column)));
    }

    fn alter_type(&mut self, of: &ObjectId, action: &TypeAction) {
        let renamed = |change: &dyn Fn(&TypeName) -> TypeName| match of {
            ObjectId::Domain(name) => ObjectId::Domain(change(name)),
            ObjectId::Type(name) => ObjectId::Type(change(name)),
            other => other.clone(),
        };
        let new = match action {
            TypeAction::RenameTo(to) => renamed(&|name| name.sibling(to)),
            TypeAction::SetSchema(to) => renamed(&|name| TypeName::new(to, &name.name)),
            TypeAction::RenameLabel { .. } | TypeAction::AddLabel { .. } => return self.uses(of.clone()),
        };
        self.drops(of.clone());
        self.creates(new);
    }

    fn create_table(&mut self, new: &NewTable) {
        self.creates_in(&new.name.schema, ObjectId::Table(new.name.clone()));
        self.needs.extend(new.inherits.iter().cloned().map(ObjectId::Table));
        for column in &new.columns {
            self.create_column(&new.name, column);
        }
        for own in &new.constraints {
            self.create_constraint(&new.name, own);
        }
        if let Some(key) = &new.key_column {
            // The key has the name that Postgres chooses.
            self.needs_columns(&new.name, [key.as_str()]);
        }
        // The table's columns are created with the table.
        let own = |id: &ObjectId| matches!(id, ObjectId::Column { relation, .. } if *relation == new.name);
        self.needs.retain(|id| !own(id));
    }

    fn create_column(&mut self, table: &TableName, column: &Column) {
        self.needs_all(dependencies::of_column(table, column));
        self.creates(ObjectId::column(table, &column.name));
        if let Some(sequence) = &column.sequence {
            let id = ObjectId::Sequence(sequence.name.clone());
            if column.serial(table).is_some() {
                self.creates(id);
            } else {
                self.needs(id);
            }
        }
    }

    fn create_constraint(&mut self, table: &TableName, new: &NewConstraint) {
        let constraint = &new.constraint;
        self.needs_all(dependencies::of_constraint(table, constraint));
        if constraint.is_indexed() {
            self.creates(ObjectId::Index(table.sibling(&constraint.name)));
        }
        let (table, name) = (table.clone(), constraint.name.clone());
        self.creates(ObjectId::Constraint { table, name });
    }

    fn alter_table(&mut self, table: &TableName, action: &TableAction) {
        let column = |name: &str| ObjectId::column(table, name);
        let id = ObjectId::Table(table.clone());
        match action {
            TableAction::AddColumn(new) => {
                self.needs(id);
                self.create_column(table, new);
            }
            TableAction::DropColumn(name) => {
                self.uses(id);
                self.drops(column(name));
            }
            TableAction::AlterColumn { column: name, action } => self.alter_column(column(name), action),
            TableAction::AddConstraint(new) => {
                self.needs(id);
                self.create_constraint(table, new);
            }
            TableAction::DropConstraint(name) => {
                self.uses(id);
                let (table, name) = (table.clone(), name.clone());
                self.drops(ObjectId::Index(table.sibling(&name)));
                self.drops(ObjectId::Constraint { table, name });
            }
            TableAction::ValidateConstraint(name) => {
                let (table, name) = (table.clone(), name.clone());
                self.needs(ObjectId::Constraint { table, name });
            }
            TableAction::Inherit(parent) => {
                self.needs(id);
                self.needs(ObjectId::Table(parent.clone()));
            }
            TableAction::AttachPartition { partition, .. } => {
                self.needs(id);
                self.needs(ObjectId::Table(partition.clone()));
            }
            TableAction::ClusterOn(name) | TableAction::ReplicaIdentity(crate::model::ReplicaIdentity::Index(name)) => {
                self.needs(ObjectId::Index(table.sibling(name)));
            }
            // Renames have a separate phase.
            TableAction::RenameTo(_)
            | TableAction::RenameColumn { .. }
            | TableAction::RenameConstraint { .. }
            | TableAction::SetSchema(_) => {}
            TableAction::OfType(_)
            | TableAction::SetOptions(_)
            | TableAction::ResetOptions(_)
            | TableAction::EnableRowSecurity
            | TableAction::ForceRowSecurity(_)
            | TableAction::ReplicaIdentity(_)
            | TableAction::Trigger { .. }
            | TableAction::Rule { .. } => self.needs(id),
        }
    }

    fn alter_column(&mut self, column: ObjectId, action: &ColumnAction) {
        if let ColumnAction::SetType { data_type, .. } = action {
            self.needs_all(dependencies::of_data_type(data_type));
        }
        self.needs(column);
    }

    fn create_index(&mut self, table: &TableName, index: &Index) {
        self.needs(ObjectId::Table(table.clone()));
        self.needs_all(dependencies::of_index(table, index));
        self.creates(ObjectId::Index(table.sibling(&index.name)));
    }

    fn alter_index(&mut self, index: &QualifiedName, action: &IndexAction) {
        match action {
            IndexAction::RenameTo(_) => {}
            IndexAction::AttachPartition(partition) => {
                self.needs(ObjectId::Index(index.clone()));
                self.needs(ObjectId::Index(partition.clone()));
            }
            IndexAction::SetStatistics { .. } | IndexAction::SetOptions(_) => {
                self.needs(ObjectId::Index(index.clone()));
            }
        }
    }

    fn alter_sequence(&mut self, name: &QualifiedName, action: &SequenceAction) {
        let id = ObjectId::Sequence(name.clone());
        match action {
            SequenceAction::OwnedBy(Some((table, column))) => {
                self.needs(id);
                self.needs(ObjectId::column(table, column));
            }
            // This keeps the sequence when its column is dropped.
            SequenceAction::OwnedBy(None) | SequenceAction::Options(_) => self.uses(id),
            SequenceAction::RenameTo(_) => {}
        }
    }

    fn change_rows(&mut self, change: &RowChange) {
        match change {
            RowChange::Fill { table, column, .. }
            | RowChange::Number { table, column, .. }
            | RowChange::ContinueSequence { table, column, .. } => self.needs(ObjectId::column(table, column)),
            RowChange::CopyPosition { from, to } => {
                self.uses(ObjectId::Sequence(from.clone()));
                self.needs(ObjectId::Sequence(to.clone()));
            }
            RowChange::FillInBatches(batches) => {
                self.needs_columns(
                    &batches.table,
                    batches.columns.iter().map(|(column, _)| column.as_str()),
                );
            }
            RowChange::InsertReferenced {
                table,
                from,
                from_columns,
                ..
            } => {
                self.needs(ObjectId::Table(table.clone()));
                self.needs_columns(from, from_columns.iter().map(String::as_str));
            }
        }
    }

    fn read_rows(&mut self, condition: &Condition) {
        let (table, columns): (&TableName, Vec<&str>) = match condition {
            Condition::Rows { table, test } => (table, test.columns()),
            Condition::SeveralRows(table) | Condition::RowSecurityActive(table) => (table, Vec::new()),
            Condition::Duplicates { table, keys, .. } => {
                let keys = keys.iter().filter_map(|key| match key {
                    Key::Column(column) | Key::Converted { column, .. } => Some(column.as_str()),
                    Key::Expression(_) => None,
                });
                (table, keys.collect())
            }
            Condition::Orphans {
                table,
                columns,
                references,
                ..
            } => {
                self.uses(ObjectId::Table(references.clone()));
                (table, columns.iter().map(String::as_str).collect())
            }
        };
        self.uses(ObjectId::Table(table.clone()));
        let columns = columns.into_iter();
        self.uses.extend(columns.map(|column| ObjectId::column(table, column)));
    }
}
