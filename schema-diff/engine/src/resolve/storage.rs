//! Resolves storage settings: declared ones are set, undeclared ones are kept or dropped.

use super::Resolver;
use crate::{
    declared::{DeclaredColumn, DeclaredTable},
    diagnostic::DiagnosticCode,
    model::{Column, Schema, Table, TableKind, type_storage},
    render::data_type,
    rules::{ObjectKind, Rules},
};
use schema_diff_grammar::attribute::{ColumnAttribute, ColumnSetting, TableAttribute};

/// Gives a column its declared settings. The default storage of its type is no setting. Without a declaration, a
/// setting is dropped if the configuration says so.
pub(super) fn column_settings(column: &mut Column, declared: &DeclaredColumn, before: &Schema, rules: &Rules) {
    for of in ColumnSetting::ALL {
        let written = declared.attributes.iter().find_map(|(attribute, _)| match attribute {
            ColumnAttribute::Setting(setting, value) if *setting == of => Some(value.as_deref()),
            _ => None,
        });
        let value = match written {
            Some(value) => {
                let usual = (of == ColumnSetting::Storage).then(|| type_storage(before, &column.data_type));
                value.filter(|value| Some(*value) != usual)
            }
            None if rules.drops(ObjectKind::Storage) && !column.inherited => None,
            None => continue,
        };
        column.change_settings(|own| own.set(of, value));
    }
}

/// Removes storage and compression settings that are the default of a column's new type, or that it does not support.
pub(super) fn fit_to_type(column: &mut Column, schema: &Schema) {
    let own = type_storage(schema, &column.data_type);
    let is_own = column.settings().get(ColumnSetting::Storage).as_deref() == Some(own);
    column.change_settings(|settings| {
        if own == "plain" {
            settings.set(ColumnSetting::Compression, None);
        }
        if own == "plain" || is_own {
            settings.set(ColumnSetting::Storage, None);
        }
    });
}

/// Gives a child table's column the settings that change in its parent, except those that it sets differently.
pub(super) fn inherited_settings(column: &mut Column, was_above: &Column, above: &Column) {
    for (of, value) in above.settings().differing(was_above.settings()) {
        if column.settings().get(of) == was_above.settings().get(of) {
            column.change_settings(|own| own.set(of, value.as_deref()));
        }
    }
}

/// Gives a table its declared storage parameters; without a declaration, they are dropped if the configuration says so.
pub(super) fn storage_parameters(table: &mut Table, declared: &DeclaredTable, rules: &Rules) {
    let written = declared.attributes.iter().find_map(|(attribute, _)| match attribute {
        TableAttribute::With(options) => Some(options),
        _ => None,
    });
    match written {
        Some(options) => table.options.clone_from(options),
        None if rules.drops(ObjectKind::Storage) => table.options.clear(),
        None => {}
    }
}

impl Resolver<'_> {
    /// Reports settings that Postgres does not support for a table or a type, where they are declared.
    pub(super) fn unsupported_storage(&mut self) {
        let matching = self.input.matching;
        for (declared, _) in &matching.managed {
            self.parameters_of_partitioned(declared);
            for column in &declared.columns {
                self.settings_of_plain_type(declared, column);
            }
        }
    }

    fn parameters_of_partitioned(&mut self, declared: &DeclaredTable) {
        for (attribute, at) in &declared.attributes {
            if matches!(attribute, TableAttribute::With(options) if !options.is_empty())
                && let Some(table) = self.out.after.tables.get(&declared.name)
                && matches!(table.kind, TableKind::Partitioned { .. })
            {
                self.problem(
                    DiagnosticCode::StorageNotSupported,
                    Some(at),
                    format!(
                        "{} is partitioned, and has no storage parameters",
                        declared.name.plain()
                    ),
                    "set them on its partitions, in a hand-written migration",
                );
            }
        }
    }

    fn settings_of_plain_type(&mut self, table: &DeclaredTable, declared: &DeclaredColumn) {
        for (attribute, at) in &declared.attributes {
            if let ColumnAttribute::Setting(of @ (ColumnSetting::Storage | ColumnSetting::Compression), Some(value)) =
                attribute
                && value != "plain"
                && let Some(found) = self.out.after.tables.get(&table.name)
                && let Some(found) = found.column(&declared.name)
                && type_storage(&self.out.after, &found.data_type) == "plain"
            {
                let shown = data_type(&found.data_type);
                self.problem(
                    DiagnosticCode::StorageNotSupported,
                    Some(at),
                    format!(
                        "{} is of type {shown}, whose values are never stored outside of the row",
                        declared.name
                    ),
                    format!("remove `{}`", of.name()),
                );
            }
        }
    }
}
