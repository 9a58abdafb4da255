//! How values are stored and counted: settings of columns, storage parameters of tables.

use std::collections::BTreeSet;

use schema_diff_grammar::attribute::ColumnSetting;

use super::{Phase, Planner, columns::keeps_storage, dependents::becomes_generated};
use crate::{
    compare::{Change, ColumnDelta},
    model::{Column, ColumnRef, Pair, Table, TableName, type_storage},
    statement::{ColumnAction, Ddl, TableAction},
};

impl Planner<'_> {
    /// Sets what differs, of each table by itself: children have settings of their own.
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
        let gone = tables.before.options.iter().map(name);
        let gone: Vec<String> = gone.filter(|name| !wanted.contains(name)).collect();
        let new = tables.after.options.iter();
        let new: Vec<String> = new
            .filter(|own| !tables.before.options.contains(own))
            .cloned()
            .collect();
        let mut actions = Vec::new();
        actions.extend((!gone.is_empty()).then_some(TableAction::ResetOptions(gone)));
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
        // With a new type, Postgres goes back to the type's own storage and compression.
        let is_retyped = self.is_retyped(&ColumnRef::column(&tables.before.name, &before.name)) && !before.inherited;
        let name = &after.name;
        let actions: Vec<TableAction> = after
            .settings()
            .differing(before.settings())
            .filter(|(of, value)| {
                let is_reset = is_retyped && matches!(of, ColumnSetting::Storage | ColumnSetting::Compression);
                !is_reset || (value.is_some() && !keeps_storage(&after.data_type))
            })
            .map(|(of, value)| TableAction::AlterColumn {
                column: name.clone(),
                action: self.setting(of, value, after),
            })
            .collect();
        let table = tables.after.name.clone();
        let only = self.has_children(&table);
        if !actions.is_empty() {
            self.push(Phase::Filled, Ddl::AlterTable { table, only, actions });
        }
    }

    fn setting(&self, of: ColumnSetting, value: Option<String>, column: &Column) -> ColumnAction {
        match of {
            ColumnSetting::Statistics => {
                let target = value.and_then(|text| text.parse().ok());
                ColumnAction::SetStatistics(target.unwrap_or(-1))
            }
            ColumnSetting::Distinct => match column.settings().n_distinct() {
                Some(option) => ColumnAction::SetOptions(vec![option.to_owned()]),
                None => ColumnAction::ResetOptions(vec![of.name().to_owned()]),
            },
            ColumnSetting::Storage => {
                let word = value.unwrap_or_else(|| type_storage(self.after(), &column.data_type).to_owned());
                ColumnAction::SetStorage(word.to_ascii_uppercase())
            }
            ColumnSetting::Compression => ColumnAction::SetCompression(value.unwrap_or_else(|| "default".to_owned())),
        }
    }

    fn has_children(&self, table: &TableName) -> bool {
        let mut tables = self.after().tables.values();
        tables.any(|child| child.parents().any(|parent| parent == table))
    }
}
