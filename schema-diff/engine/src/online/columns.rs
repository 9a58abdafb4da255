//! Selects the columns that are filled in batches, and those that become NOT NULL by a check that proves it.

use super::{
    Input, helper,
    selected::{Filled, Selected},
};
use crate::{
    compare::ColumnDelta,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Column, CustomType, ObjectId, Pair, Table, TableName, mentioned_words},
    plan::{Statement, is_constant},
    statement::{Ddl, Firing, TableAction},
};

/// The columns of large tables.
pub(super) struct Columns<'a> {
    pub input: &'a Input<'a>,
}

impl Columns<'_> {
    /// Selects a column that changes, by its name after.
    pub fn add_altered(&self, tables: Pair<&Table>, column: &str, delta: ColumnDelta, found: &mut Selected) {
        if let Some(own) = tables.after.column(column)
            && becomes_not_null(own, delta)
            && !self.is_row(own)
            && !is_of_other_key(tables.after, &own.name, found)
            && self.add_filled(tables, own, found)
        {
            add_not_null(tables.after, own, found);
        }
    }

    /// Selects a new column that is filled.
    pub fn add_new(&self, tables: Pair<&Table>, column: &str, found: &mut Selected) {
        let id = (tables.after.name.clone(), column.to_owned());
        if self.input.backfills().contains_key(&id)
            && let Some(own) = tables.after.column(column)
            && is_plain(own)
            && !self.is_constant(tables, own)
            && !self.is_row(own)
            && !is_of_other_key(tables.after, &own.name, found)
            && self.add_filled(tables, own, found)
            && !own.nullable
        {
            add_not_null(tables.after, own, found);
        }
    }

    /// Returns whether a column has a row type: `IS NOT NULL` is false for a row with a NULL in it.
    fn is_row(&self, column: &Column) -> bool {
        let after = self.input.schemas().after;
        let name = &column.data_type.name;
        let is_composite = matches!(
            after.types.get(name),
            Some(CustomType::Composite(_) | CustomType::Domain(_))
        );
        let is_table = after.tables.contains_key(&TableName::new(&name.schema, &name.name));
        !column.data_type.array && (is_composite || is_table)
    }

    /// Selects a column to be filled in batches, if it has to be filled. Returns false if it cannot be filled in batches.
    fn add_filled(&self, tables: Pair<&Table>, column: &Column, found: &mut Selected) -> bool {
        let id = (tables.after.name.clone(), column.name.clone());
        let Some(value) = self.input.backfills().get(&id) else {
            return true;
        };
        if let Some(why) = self.why_at_once(tables, column, value) {
            let shown = format!("{}.{}", tables.after.name.plain(), column.name);
            let text = format!("the rows of {shown} are filled by one statement, not in batches, because {why}");
            let note = Diagnostic::new(DiagnosticCode::OnlineFormMissing, text);
            found.notes.push(note.about(ObjectId::column(&id.0, &id.1)));
            return false;
        }
        let (disable, enable) = around_fill(&self.input.simple.statements, &tables.after.name);
        let key = tables.after.primary_key_columns().to_vec();
        found.filled.push((id, Filled { key, disable, enable }));
        true
    }

    /// Returns why a column cannot be filled in batches.
    fn why_at_once(&self, tables: Pair<&Table>, column: &Column, value: &str) -> Option<String> {
        let table = &tables.after.name;
        let key = tables.after.primary_key_columns();
        let kept = tables.before.primary_key_columns().iter();
        let kept = kept.map(|name| self.input.matches().column(&tables.before.name, name));
        if key.is_empty() || !kept.eq(key.iter().cloned()) || key.contains(&column.name) {
            return Some("the table has no primary key that exists before and after".to_owned());
        }
        let is_domain = |name: &String| {
            let own = tables.after.column(name);
            own.is_some_and(|own| self.input.schemas().after.domain(&own.data_type.name).is_some())
        };
        if key.iter().any(is_domain) {
            return Some("the type of its primary key is a domain".to_owned());
        }
        let words = mentioned_words(value);
        let names = |name: &str| words.contains(name);
        if names(&table.name) && (names("select") || names(&table.schema)) {
            return Some("the expression has a query that names the table, or names it with its schema".to_owned());
        }
        let mut columns = tables.after.columns.iter();
        let generated = columns.find(|own| own.generated.is_some() && names(&own.name));
        generated.map(|own| format!("the expression reads the generated column {}", own.name))
    }

    /// Returns whether a new column is filled by a default, which Postgres keeps in the catalog.
    fn is_constant(&self, tables: Pair<&Table>, column: &Column) -> bool {
        let value = self
            .input
            .backfills()
            .get(&(tables.after.name.clone(), column.name.clone()));
        value.is_some_and(|value| is_constant(value, &[tables.before, tables.after]))
    }
}

/// Returns what disables a table's triggers and rules while statements fill its rows, and what enables them.
pub(super) fn around_fill(statements: &[Statement], table: &TableName) -> (Vec<TableAction>, Vec<TableAction>) {
    let actions = statements.iter().filter_map(|own| match &own.ddl {
        Ddl::AlterTable { table: of, actions, .. } if of == table => actions.first(),
        _ => None,
    });
    let firing = |action: &TableAction| match action {
        TableAction::Trigger { firing, .. } | TableAction::Rule { firing, .. } => Some(*firing),
        _ => None,
    };
    let around = actions.filter(|action| firing(action).is_some()).cloned();
    around.partition(|action| firing(action) == Some(Firing::Disabled))
}

/// Returns whether a primary key, which makes its columns NOT NULL, is added by the main part.
fn is_of_other_key(table: &Table, column: &str, found: &Selected) -> bool {
    let is_in_key = table.primary_key_columns().iter().any(|own| own == column);
    let key = table.primary_key().filter(|_| is_in_key);
    key.is_some_and(|own| !found.keys.contains(&(table.name.clone(), own.name.clone())))
}

/// Selects a column that becomes NOT NULL, with a free name for its check.
fn add_not_null(table: &Table, column: &Column, found: &mut Selected) {
    let selected: Vec<String> = found.not_null.iter().map(|(_, _, check)| check.clone()).collect();
    let taken = |name: &str| table.constraints.contains_key(name) || selected.iter().any(|own| own == name);
    let check = helper(&table.name.name, &column.name, taken);
    found.not_null.push((table.name.clone(), column.name.clone(), check));
}

/// Returns whether new rows of a new column are NULL until it is NOT NULL.
fn is_plain(column: &Column) -> bool {
    column.default.is_none() && column.identity.is_none() && column.sequence.is_none() && column.generated.is_none()
}

/// Returns whether the rows of a column that becomes NOT NULL have to be read, and nothing else of it changes that reads them.
fn becomes_not_null(column: &Column, delta: ColumnDelta) -> bool {
    delta.nullable
        && !column.nullable
        && !column.inherited
        && !delta.data_type
        && !delta.identity
        && !delta.generated
        && column.generated.is_none()
        && !column.settings().null_refused_by_domain_alone
}
