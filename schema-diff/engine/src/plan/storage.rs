//! Storage and statistics settings of columns, and storage parameters of tables.

use std::collections::BTreeSet;

use schema_diff_grammar::attribute::ColumnSetting;

use super::{Phase, Planner, changed::becomes_generated};
use crate::{
    compare::{Change, ColumnDelta},
    model::{Column, ColumnRef, ColumnSettings, Pair, Table, TableName, type_storage},
    statement::{ColumnAction, Ddl, TableAction},
};

impl Planner<'_> {
    /// Sets the changed settings of each table separately, because child tables have their own settings.
    pub(super) fn storage(&mut self) {
        let changes = self.changes;
        for change in changes {
            match change {
                Change::AlterTable { table, delta } if delta.options => self.storage_parameters(table),
                Change::AlterColumn { table, column, delta } if delta.settings => {
                    if let Some(tables) = self.kept(table)
                        && let Some(before) = tables.before.column(&column.before)
                        && let Some(after) = tables.after.column(&column.after)
                    {
                        self.column_settings(tables, Pair::new(before, after), *delta);
                    }
                }
                _ => {}
            }
        }
        for tables in self.kept_tables() {
            self.children_of_retyped(tables);
        }
    }

    /// Restores the storage and compression of inherited columns, which Postgres resets if the parent's column is
    /// retyped.
    fn children_of_retyped(&mut self, tables: Pair<&Table>) {
        let old = &tables.before.name;
        let unset = ColumnSettings::default();
        let mut actions = Vec::new();
        for before in tables.before.columns.iter().filter(|column| column.inherited) {
            let name = self.request.matches.column(old, &before.name);
            if let Some(after) = tables.after.column(&name)
                && self.is_retyped(&ColumnRef::column(old, &before.name))
            {
                let settings = after.settings().differing(&unset);
                let lost = settings.filter(|(of, _)| is_reset_with_type(*of));
                actions.extend(lost.map(|(of, value)| self.set(of, value, after)));
            }
        }
        self.alter_only(&tables.after.name, actions);
    }

    fn storage_parameters(&mut self, table: &Pair<TableName>) {
        let Some(tables) = self.kept(table) else { return };
        let name = |option: &String| {
            option
                .split_once('=')
                .map_or(option.as_str(), |(name, _)| name)
                .to_owned()
        };
        let wanted: BTreeSet<String> = tables.after.options.iter().map(name).collect();
        let removed = tables.before.options.iter().map(name);
        let removed: Vec<String> = removed.filter(|name| !wanted.contains(name)).collect();
        let new = tables.after.options.iter();
        let new: Vec<String> = new
            .filter(|own| !tables.before.options.contains(own))
            .cloned()
            .collect();
        let mut actions = Vec::new();
        actions.extend((!removed.is_empty()).then_some(TableAction::ResetOptions(removed)));
        actions.extend((!new.is_empty()).then_some(TableAction::SetOptions(new)));
        self.push(
            Phase::Filled,
            Ddl::AlterTable {
                table: table.after.clone(),
                only: false,
                actions,
            },
        );
    }

    fn column_settings(&mut self, tables: Pair<&Table>, columns: Pair<&Column>, delta: ColumnDelta) {
        let Pair { before, after } = columns;
        // A column that is recreated is created with its settings.
        let is_recreated = after.generated.is_some() && (delta.generated || delta.data_type);
        if is_recreated || becomes_generated(columns) {
            return;
        }
        // A retyped column gets its storage and compression together with its new type.
        let is_retyped = self.is_retyped(&ColumnRef::column(&tables.before.name, &before.name));
        let actions: Vec<TableAction> = after
            .settings()
            .differing(before.settings())
            .filter(|(of, _)| !is_retyped || !is_reset_with_type(*of))
            .map(|(of, value)| self.set(of, value, after))
            .collect();
        self.alter_only(&tables.after.name, actions);
    }

    /// Alters a table without its child tables.
    fn alter_only(&mut self, table: &TableName, actions: Vec<TableAction>) {
        if !actions.is_empty() {
            let (table, only) = (table.clone(), self.has_children(table));
            self.push(Phase::Filled, Ddl::AlterTable { table, only, actions });
        }
    }

    fn set(&self, of: ColumnSetting, value: Option<String>, column: &Column) -> TableAction {
        let action = match of {
            ColumnSetting::Statistics => {
                let target = value.and_then(|text| text.parse().ok());
                ColumnAction::SetStatistics(target.unwrap_or(-1))
            }
            ColumnSetting::Distinct => match column.settings().n_distinct() {
                Some(option) => ColumnAction::SetOptions(vec![option.to_owned()]),
                None => ColumnAction::ResetOptions(vec![of.name().to_owned()]),
            },
            ColumnSetting::Storage => {
                let storage = value.unwrap_or_else(|| type_storage(self.after(), &column.data_type).to_owned());
                ColumnAction::SetStorage(storage.to_ascii_uppercase())
            }
            ColumnSetting::Compression => ColumnAction::SetCompression(value.unwrap_or_else(|| "default".to_owned())),
        };
        TableAction::AlterColumn {
            column: column.name.clone(),
            action,
        }
    }

    fn has_children(&self, table: &TableName) -> bool {
        let mut tables = self.after().tables.values();
        tables.any(|child| child.parents().any(|parent| parent == table))
    }
}

/// Returns whether Postgres resets the setting if the column's type changes.
const fn is_reset_with_type(setting: ColumnSetting) -> bool {
    matches!(setting, ColumnSetting::Storage | ColumnSetting::Compression)
}
