//! New columns; in a downgrade, also those whose values are lost.

use super::{
    Direction, Phase, Planner,
    current_names::Names,
    fill::is_constant,
    placeholder::{self, Placeholder},
};
use crate::{
    compare::Change,
    create::{self, comment_and_grants},
    model::{Column, Pair, QualifiedName, Table, TableName},
    statement::{ColumnAction, Ddl, RowChange, RowTest, TableAction},
};

impl Planner<'_> {
    /// Plans new columns; they are filled before they become NOT NULL.
    pub(super) fn add_columns(&mut self) {
        let changes = self.changes;
        for change in changes {
            if let Change::AddColumn { table, column } = change
                && let Some(tables) = self.kept(table)
                && let Some(column) = tables.after.column(column)
            {
                self.add_column(tables, column);
            }
        }
    }

    fn add_column(&mut self, tables: Pair<&Table>, column: &Column) {
        let (old, new) = (&tables.before.name, &tables.after.name);
        let shared = self.existing_sequence(column).cloned();
        let without_sequence = Column {
            sequence: column.sequence.clone().filter(|_| shared.is_none()),
            ..column.clone()
        };
        let column = &without_sequence;
        let shown = format!("{}.{}", new.plain(), column.name);
        let backfill = self.request.backfills.get(&(new.clone(), column.name.clone()));
        if let Some(sequence) = column.sequence.as_ref().filter(|_| column.serial(new).is_none()) {
            self.push(Phase::AddColumn, create::sequence(&sequence.name, &sequence.options));
        }
        let backfill = backfill.filter(|_| column.generated.is_none());
        if let Some(expression) =
            backfill.filter(|text| is_plain(column) && is_constant(text, &[tables.before, tables.after]))
        {
            self.add_filled(new, column, expression, Vec::new());
        } else if let Some(expression) = backfill {
            self.add_and_fill(new, column, expression, Vec::new());
        } else if let Some(rows) = self.lost_default(tables.after, column) {
            let comments = vec![values_dropped(&shown), rows.comment().to_owned()];
            match rows {
                ExistingRows::Null => self.add_as_null(new, column, comments),
                ExistingRows::Filled(placeholder) => self.add_with_placeholder(new, column, placeholder, comments),
            }
        } else if column.can_be_omitted() {
            let comments = match self.request.direction {
                Direction::Down if column.generated.is_none() => vec![values_dropped(&shown)],
                _ => Vec::new(),
            };
            if let Some(default) = column.default.as_ref().filter(|_| is_plain(column)) {
                self.add_filled(new, column, default, comments);
                return self.add_column_objects(new, column, shared);
            }
            if let Some(identity) = column.identity.as_ref().filter(|_| self.refuses_new_identity(new)) {
                self.add_identity_later(new, column, identity, comments);
            } else {
                let added = self.added(new, column);
                self.push_with(Phase::AddColumn, comments, added);
            }
        } else if let Some(placeholder) =
            placeholder::of(self, tables.after, column).filter(|_| self.request.direction == Direction::Down)
        {
            let comments = vec![values_dropped(&shown), PLACEHOLDER.to_owned()];
            self.add_with_placeholder(new, column, placeholder, comments);
        } else {
            let hint = match self.request.direction {
                Direction::Up => {
                    format!("Pass --backfill \"{shown}=EXPRESSION\" to schema-diff autogenerate, or declare a default")
                }
                Direction::Down => {
                    "up.sql dropped the values of this column. Change down.sql so that it adds the column with suitable values, or empty the table first"
                        .to_owned()
                }
            };
            let message = format!("{shown} is NOT NULL without a default; existing rows need a value");
            self.guard_rows(old, RowTest::Any, message, hint);
            let added = self.added(new, column);
            self.push(Phase::AddColumn, added);
        }
        self.add_column_objects(new, column, shared);
    }

    /// Returns the statement that adds a column (by names in the after schema).
    pub(super) fn added(&self, table: &TableName, column: &Column) -> Ddl {
        Ddl::alter_table(
            table,
            TableAction::AddColumn(Box::new(create::column(column, self.context(Names::After)))),
        )
    }

    /// Plans what belongs to a new column: the sequence that it owns, its comment, its grants.
    fn add_column_objects(&mut self, new: &TableName, column: &Column, shared: Option<QualifiedName>) {
        if let Some(sequence) = column.sequence.as_ref().filter(|_| column.serial(new).is_none()) {
            self.push(Phase::Filled, create::owned_by(&sequence.name, new, &column.name));
        }
        if let Some(sequence) = shared {
            self.push(Phase::Fill, create::owned_by(&sequence, new, &column.name));
        }
        self.push_all(Phase::Comment, comment_and_grants(new, column));
        self.restore_child_columns(new, column);
    }

    /// Returns how a recreated column with a default is filled, if its values are lost and the default in every row
    /// would break a constraint.
    fn lost_default(&self, table: &Table, column: &Column) -> Option<ExistingRows> {
        let default = column.default.as_ref().filter(|_| is_plain(column))?;
        if self.request.direction == Direction::Up || !placeholder::is_constrained(table, column) {
            return None;
        }
        if column.nullable {
            return Some(ExistingRows::Null);
        }
        // A function may return a distinct value for each row.
        let found = placeholder::of(self, table, column).filter(|_| !default.contains('('))?;
        matches!(found, Placeholder::Numbered(_)).then_some(ExistingRows::Filled(found))
    }

    /// Adds a column whose default applies to new rows only.
    fn add_as_null(&mut self, table: &TableName, column: &Column, comments: Vec<String>) {
        let bare = Column {
            default: None,
            ..column.clone()
        };
        let added = self.added(table, &bare);
        self.push_with(Phase::AddColumn, comments, added);
        if let Some(default) = &column.default {
            let set = ColumnAction::SetDefault(default.clone());
            self.push(Phase::AddColumn, Ddl::alter_column(table, &column.name, set));
        }
    }

    /// Adds a column with one value for all existing rows. The value is a default, which Postgres keeps in the catalog,
    /// so that no row is written and no trigger fires.
    fn add_filled(&mut self, table: &TableName, column: &Column, value: &str, comments: Vec<String>) {
        // Postgres adds no column with a default if a column elsewhere has the table's row type.
        if self.row_types_in_use().contains_key(&self.flipped.table(table)) {
            return self.add_and_fill(table, column, value, comments);
        }
        let filled = Column {
            default: Some(value.to_owned()),
            ..column.clone()
        };
        let added = self.added(table, &filled);
        self.push_with(Phase::AddColumn, comments, added);
        let alter = |action| Ddl::alter_column(table, &column.name, action);
        match &column.default {
            Some(default) if default == value => {}
            Some(default) => self.push(Phase::Filled, alter(ColumnAction::SetDefault(default.clone()))),
            None => self.push(Phase::AddColumn, alter(ColumnAction::DropDefault)),
        }
    }

    /// Adds a column without a default, fills the existing rows, and then sets its default and `NOT NULL`.
    fn add_and_fill(&mut self, table: &TableName, column: &Column, value: &str, comments: Vec<String>) {
        let bare = Column {
            nullable: true,
            default: None,
            ..column.clone()
        };
        let added = self.added(table, &bare);
        self.push_with(Phase::AddColumn, comments, added);
        self.fill(table, filled_with(table, column, value), Vec::new());
        let default = column.default.clone().map(ColumnAction::SetDefault);
        let mandatory = (!column.nullable).then_some(ColumnAction::SetNotNull);
        for action in default.into_iter().chain(mandatory) {
            self.push(Phase::Filled, Ddl::alter_column(table, &column.name, action));
        }
    }

    /// Adds a NOT NULL column whose values are lost, with placeholders.
    fn add_with_placeholder(
        &mut self,
        table: &TableName,
        column: &Column,
        placeholder: Placeholder,
        comments: Vec<String>,
    ) {
        let change = match placeholder {
            Placeholder::Same(value) if is_plain(column) => return self.add_filled(table, column, &value, comments),
            Placeholder::Same(value) => filled_with(table, column, &value),
            Placeholder::Numbered(change) => change,
        };
        let bare = Column {
            nullable: true,
            ..column.clone()
        };
        let added = self.added(table, &bare);
        self.push_with(Phase::AddColumn, comments, added);
        self.fill(table, change, Vec::new());
        self.push(
            Phase::Filled,
            Ddl::alter_column(table, &column.name, ColumnAction::SetNotNull),
        );
    }
}

/// Returns the change that sets every row to the same value.
fn filled_with(table: &TableName, column: &Column, value: &str) -> RowChange {
    RowChange::Fill {
        table: table.clone(),
        column: column.name.clone(),
        value: value.to_owned(),
        only_null: false,
    }
}

const PLACEHOLDER: &str = "Existing rows get a placeholder, because the column is NOT NULL.";

/// The content of existing rows in a recreated column with a default.
enum ExistingRows {
    Null,
    Filled(Placeholder),
}

impl ExistingRows {
    const fn comment(&self) -> &'static str {
        match self {
            Self::Null => {
                "Existing rows get NULL, not the default: the same value in all rows could violate a constraint."
            }
            Self::Filled(_) => PLACEHOLDER,
        }
    }
}

/// Returns whether a column can have any default: it is no identity or generated column and owns no sequence.
fn is_plain(column: &Column) -> bool {
    column.identity.is_none() && column.sequence.is_none() && column.generated.is_none()
}

/// Returns the comment for values that a downgrade cannot restore.
fn values_dropped(shown: &str) -> String {
    format!("up.sql dropped the values of {shown}; they are not restored.")
}
