//! Columns that change in place: type, nullability, default, identity, sequence.

use super::{Phase, Planner, Statement, changed::becomes_generated, converted_keys::Retyped};
use crate::{
    compare::{Change, ColumnDelta},
    model::{Column, ColumnRef, DataType, Pair, Schema, Table},
    statement::{ColumnAction, Conversion, Ddl, RowChange, RowTest, TableAction},
};

impl Planner<'_> {
    /// Plans `ALTER COLUMN`. Changes of types use the old names, changes that rows must satisfy the new names.
    pub(super) fn alter_columns(&mut self) {
        for tables in self.kept_tables() {
            self.fit_identities(tables);
            self.drop_expressions(tables);
            self.retype(tables);
        }
        let changes = self.changes;
        for change in changes {
            if let Change::AlterColumn { table, column, delta } = change
                && let Some(tables) = self.kept(table)
                && let (Some(before), Some(after)) =
                    (tables.before.column(&column.before), tables.after.column(&column.after))
            {
                // A plain column that becomes a generated one is recreated.
                if becomes_generated(Pair::new(before, after)) {
                    continue;
                }
                self.alter_column(tables, Pair::new(before, after), *delta);
            }
        }
    }

    /// Turns generated columns into plain ones before their types change, because Postgres does not convert a generated
    /// column by an expression.
    fn drop_expressions(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        for before in tables.before.columns.iter().filter(|column| !column.inherited) {
            let after = tables.after.column(&self.request.matches.column(old, &before.name));
            if before.generated.is_some() && after.is_some_and(|after| after.generated.is_none()) {
                let drop = Ddl::alter_column(old, &before.name, ColumnAction::DropExpression);
                self.push(Phase::Alter, drop);
            }
        }
    }

    /// Plans one `ALTER TABLE` for all changed types of a table, so that the table is rewritten only once.
    fn retype(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        let mut actions = Vec::new();
        let mut comments = Vec::new();
        let mut retyped = Vec::new();
        for before in &tables.before.columns {
            let new_name = self.request.matches.column(old, &before.name);
            let Some(after) = tables.after.column(&new_name) else {
                continue;
            };
            let is_retyped = self.is_retyped(&ColumnRef::column(old, &before.name));
            if !is_retyped
                || before.inherited
                || self.belongs_to_parent(old, &before.name)
                || (before.generated.is_some() && after.generated.is_some())
                || becomes_generated(Pair::new(before, after))
            {
                continue;
            }
            let using = self.using(tables, before, after, &mut comments);
            let columns = Pair::new(before, after);
            let own = self.retype_column(columns, using.clone());
            actions.extend(own.into_iter().map(|action| TableAction::AlterColumn {
                column: before.name.clone(),
                action,
            }));
            retyped.push(Retyped { columns, using });
        }
        self.guard_converted_keys(tables, &retyped);
        if !actions.is_empty() {
            let table = old.clone();
            let alter = Ddl::AlterTable {
                table,
                only: false,
                actions,
            };
            self.statements.push(Statement {
                comments,
                hint: self.hint_of_statistics(old),
                ..Statement::new(Phase::Alter, alter)
            });
            self.partitions_after_retyping(tables.before);
        }
    }

    /// Returns the actions that change the type of a column, and its default if Postgres cannot keep it.
    fn retype_column(&self, columns: Pair<&Column>, using: Option<Conversion>) -> Vec<ColumnAction> {
        let Pair { before, after } = columns;
        let mut actions = Vec::new();
        let keeps_default = using.is_none() && before.default == after.default && !self.is_rebuilt(before);
        let loses_sequence = before.sequence.is_some() && after.sequence.is_none();
        let cycles_default = match before.sequence {
            None => before.default.is_some() && !keeps_default,
            Some(_) => loses_sequence,
        };
        if cycles_default {
            actions.push(ColumnAction::DropDefault);
        }
        actions.push(ColumnAction::SetType {
            data_type: self.retyped_to(after),
            collation: after.collation.as_deref().cloned(),
            using,
        });
        // Sequences, and the defaults that use them, are set later.
        let numbered = loses_sequence || after.sequence.is_some();
        if cycles_default
            && !numbered
            && let Some(default) = &after.default
        {
            actions.push(ColumnAction::SetDefault(self.rewrite_after(default)));
        }
        // `NOT NULL` of a domain is lost with the domain.
        let by_domain = forbids_null(self.before(), &before.data_type) && !forbids_null(self.after(), &after.data_type);
        if by_domain && !after.nullable {
            actions.push(ColumnAction::SetNotNull);
        }
        if after.settings().null_refused_by_domain_alone && !forbids_null(self.before(), &before.data_type) {
            actions.push(ColumnAction::DropNotNull);
        }
        // Postgres resets these to the defaults of the new type.
        let (storage, compression) = (after.settings().storage.clone(), after.settings().compression.clone());
        actions.extend(storage.map(ColumnAction::SetStorage));
        actions.extend(compression.map(ColumnAction::SetCompression));
        actions
    }

    /// Returns the type by the names that are valid while columns change.
    pub(super) fn retyped_to(&self, after: &Column) -> DataType {
        let mut data_type = after.data_type.clone();
        data_type.name = self.flipped.type_name(&data_type.name);
        data_type
    }

    fn is_rebuilt(&self, before: &Column) -> bool {
        self.rebuilt_types.contains(&before.data_type.name)
    }

    fn alter_column(&mut self, tables: Pair<&Table>, columns: Pair<&Column>, delta: ColumnDelta) {
        let Pair { before, after } = columns;
        let old = &tables.before.name;
        let alter = |action| Ddl::alter_column(old, &before.name, action);
        if before.generated.is_some() && after.generated.is_some() {
            // A column whose type or expression changes is recreated with its new definition.
            if delta.nullable && !delta.generated && !delta.data_type {
                self.generated_nullability(tables, columns);
            }
            return;
        }
        // An identity column is NOT NULL.
        let becomes_identity = before.identity.is_none() && after.identity.is_some();
        if delta.nullable && becomes_identity && !after.nullable {
            self.set_not_null(tables, columns);
        }
        if delta.identity {
            self.identity(tables, columns);
        }
        if delta.sequence {
            self.sequence(tables, columns);
        }
        let with_type = before.default.is_some() && self.is_retyped(&ColumnRef::column(old, &before.name));
        if delta.default && !with_type {
            // The default that uses an owned sequence is set with the sequence.
            let with_sequence = delta.sequence || (delta.identity && after.identity.is_some());
            match (&before.default, &after.default) {
                (Some(_), None) if !with_sequence => self.push(Phase::Alter, alter(ColumnAction::DropDefault)),
                (_, Some(default)) if !with_sequence => {
                    let set = ColumnAction::SetDefault(default.clone());
                    let new = &tables.after.name;
                    self.push(Phase::Filled, Ddl::alter_column(new, &after.name, set));
                }
                _ => {}
            }
            self.restore_child_defaults(&tables.after.name, after);
        }
        if delta.nullable {
            if after.nullable {
                self.push(Phase::Alter, alter(ColumnAction::DropNotNull));
            } else if !becomes_identity {
                self.set_not_null(tables, columns);
            }
        }
    }

    /// Changes the nullability of a generated column after it may have been recreated from its stored definition.
    fn generated_nullability(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        if columns.after.nullable {
            let name = &columns.after.name;
            let drop = Ddl::alter_column(&tables.after.name, name, ColumnAction::DropNotNull);
            self.push(Phase::Filled, drop);
        } else {
            self.set_not_null(tables, columns);
        }
    }

    fn set_not_null(&mut self, tables: Pair<&Table>, columns: Pair<&Column>) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let name = &columns.after.name;
        let key = (new.clone(), name.clone());
        if let Some(value) = self.request.backfills.get(&key).cloned() {
            let change = RowChange::Fill {
                table: new.clone(),
                column: name.clone(),
                value,
                only_null: true,
            };
            self.fill(new, change, Vec::new());
        } else {
            let shown = format!("{}.{}", old.plain(), columns.before.name);
            self.guard_rows(
                old,
                RowTest::Null(columns.before.name.clone()),
                format!("column {shown} cannot become NOT NULL, because it is NULL in some rows"),
                format!(
                    "First replace these NULLs, or pass --backfill \"{shown}=EXPRESSION\" to schema-diff autogenerate"
                ),
            );
        }
        self.push(Phase::Filled, Ddl::alter_column(new, name, ColumnAction::SetNotNull));
    }
}

/// Returns whether a type is a domain that is NOT NULL, or whose base is such a domain.
fn forbids_null(schema: &Schema, data_type: &DataType) -> bool {
    !data_type.array
        && schema
            .domain(&data_type.name)
            .is_some_and(|domain| domain.not_null || forbids_null(schema, &domain.base))
}
