//! Resolves primary keys, and how integer keys get their values.

use std::collections::BTreeSet;

use super::Resolver;
use crate::{
    declared::{DeclaredColumn, DeclaredTable},
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{
        Column, Constraint, ConstraintKind, Identity, ObjectId, OwnedSequence, QualifiedName, SequenceOptions, Table,
        default_name,
    },
    rules::{IntegerKeys, ObjectKind},
};
use schema_diff_grammar::attribute::{self, ColumnAttribute, TableAttribute};

impl Resolver<'_> {
    /// Keeps sequences whose owning column is dropped while another column's default uses them.
    pub(super) fn shared_sequences(&mut self) {
        let after = &self.out.after;
        let owned: BTreeSet<&QualifiedName> = after.tables.values().flat_map(Table::sequences).collect();
        let defaults: BTreeSet<&str> = after
            .tables
            .values()
            .flat_map(|table| &table.columns)
            .filter_map(|column| column.default.as_deref())
            .filter(|default| default.starts_with("nextval("))
            .collect();
        let lost = |own: &&OwnedSequence| !owned.contains(&own.name) && defaults.contains(own.name.nextval().as_str());
        let tables = self.input.before.tables.values();
        let columns = tables
            .flat_map(|table| &table.columns)
            .filter_map(|column| column.sequence.as_deref());
        let kept: Vec<OwnedSequence> = columns.filter(lost).cloned().collect();
        for sequence in kept {
            self.out.diagnostics.push(
                Diagnostic::new(
                    DiagnosticCode::SequenceKept,
                    format!(
                        "sequence {} is kept: another column's default uses it",
                        sequence.name.plain()
                    ),
                )
                .about(ObjectId::Sequence(sequence.name.clone())),
            );
            self.out.after.sequences.insert(sequence.name, sequence.options);
        }
    }

    /// Gives a new table its declared primary key.
    pub(super) fn set_primary_key(&mut self, table: &mut Table, declared: &DeclaredTable) {
        let columns = declared.primary_key.clone();
        for name in &columns {
            if let Some(column) = table.column_mut(name) {
                column.nullable = false;
            }
        }
        let name = self.free_name(table, &default_name::primary_key(&table.name.name));
        let kind = ConstraintKind::PrimaryKey {
            columns,
            include: Vec::new(),
        };
        table.constraints.insert(name.clone(), Constraint::new(name, kind));
    }

    /// Replaces a table's primary key if the declared one differs.
    pub(super) fn update_primary_key(&mut self, table: &mut Table, declared: &DeclaredTable) {
        if table.primary_key_columns() == declared.primary_key.as_slice() {
            return;
        }
        let without_key = table.primary_key().is_none();
        if without_key && unique_over(table, &declared.primary_key) && self.keeps_unique(declared) {
            // Diesel's primary key need not be one in Postgres: a unique key is enough, as long as it is kept.
            return;
        }
        let (name, include) = match table.primary_key().cloned() {
            Some(old) => {
                table.constraints.remove(&old.name);
                let include = match old.kind {
                    ConstraintKind::PrimaryKey { include, .. } => include
                        .into_iter()
                        .filter(|name| !declared.primary_key.contains(name) && table.column(name).is_some())
                        .collect(),
                    _ => Vec::new(),
                };
                (old.name, include)
            }
            None => {
                let name = default_name::primary_key(&table.name.name);
                (self.free_name(table, &name), Vec::new())
            }
        };
        for column in &declared.primary_key {
            if let Some(column) = table.column_mut(column) {
                column.nullable = false;
            }
        }
        let kind = ConstraintKind::PrimaryKey {
            columns: declared.primary_key.clone(),
            include,
        };
        table.constraints.insert(name.clone(), Constraint::new(name, kind));
    }

    /// Returns whether a unique key over the primary key's columns is declared, or kept without a declaration.
    fn keeps_unique(&self, table: &DeclaredTable) -> bool {
        if !self.input.rules.drops(ObjectKind::Uniques) {
            return true;
        }
        let is_name = |written: &String, column: &String| {
            let mut columns = table.columns.iter();
            columns.any(|own| own.name == *column && (own.name == *written || own.rust_name == *written))
        };
        let is_key = |names: &[String]| {
            names.len() == table.primary_key.len()
                && names
                    .iter()
                    .zip(&table.primary_key)
                    .all(|(written, column)| is_name(written, column))
        };
        let is_plain = |index: &attribute::Index| {
            index.unique && index.predicate.is_none() && index.keys.iter().all(|key| !key.is_expression)
        };
        let keys = |index: &attribute::Index| index.keys.iter().map(|key| key.text.clone()).collect::<Vec<_>>();
        let by_table = table.attributes.iter().any(|(attribute, _)| match attribute {
            TableAttribute::Unique(spec) => is_key(&spec.columns),
            TableAttribute::Index(spec) => is_plain(spec) && is_key(&keys(spec)),
            _ => false,
        });
        let mut columns = table.columns.iter();
        by_table
            || columns.any(|column| {
                let alone = is_key(std::slice::from_ref(&column.name));
                column.attributes.iter().any(|(attribute, _)| match attribute {
                    ColumnAttribute::Unique(_) => alone,
                    ColumnAttribute::Index(spec) => alone && is_plain(spec) && spec.keys.len() <= 1,
                    _ => false,
                })
            })
    }

    /// Gives a column an identity or a sequence, if its declaration or the configuration requires one.
    pub(super) fn number(&mut self, table: &DeclaredTable, declared: &DeclaredColumn, column: &mut Column) {
        let sequence = self.free_sequence(&table.name, &column.name);
        let options = SequenceOptions::default_for(&column.data_type);
        let has_values = declared.attributes.iter().any(|(attribute, _)| {
            matches!(
                attribute,
                ColumnAttribute::Default(_) | ColumnAttribute::Identity(_) | ColumnAttribute::Generated(Some(_))
            )
        });
        let how = match self.input.rules.integer_keys {
            _ if declared.data_type.serial => IntegerKeys::Serial,
            _ if has_values
                || !self.is_numbered(table, declared)
                || !column.data_type.is_integer()
                || column.nullable =>
            {
                IntegerKeys::None
            }
            how => how,
        };
        match how {
            IntegerKeys::None => {}
            IntegerKeys::Identity => {
                column.identity = Some(Box::new(Identity {
                    always: false,
                    sequence,
                    options,
                }));
            }
            IntegerKeys::Serial => {
                column.default = Some(sequence.nextval());
                column.sequence = Some(Box::new(OwnedSequence {
                    name: sequence,
                    options,
                }));
            }
        }
    }

    /// Returns whether a column is declared to take numbers from a sequence: by its type, by `auto_increment`, or as
    /// the only key column if the configuration numbers those.
    pub(super) fn is_numbered(&self, table: &DeclaredTable, declared: &DeclaredColumn) -> bool {
        let is_sole_key = table.primary_key.len() == 1 && table.primary_key.first() == Some(&declared.name);
        let by_rules = self.input.rules.integer_keys != IntegerKeys::None;
        declared.data_type.serial
            || declared.auto_increment
            || (by_rules && is_sole_key && !self.is_foreign_key(table, declared))
    }

    /// Returns whether a column refers to another table's key.
    fn is_foreign_key(&self, table: &DeclaredTable, column: &DeclaredColumn) -> bool {
        let by_joinable = self.joined.contains(&(&table.name, column.name.as_str()));
        let by_attribute = column
            .attributes
            .iter()
            .any(|(attribute, _)| matches!(attribute, ColumnAttribute::References(_)));
        let by_table = table.attributes.iter().any(|(attribute, _)| match attribute {
            TableAttribute::ForeignKey(attribute::ForeignKey { columns, .. }) => {
                columns.contains(&column.name) || columns.contains(&column.rust_name)
            }
            _ => false,
        });
        by_joinable || by_attribute || by_table
    }
}

/// Returns whether a table has a unique constraint or a unique index over exactly these columns.
pub(crate) fn unique_over(table: &Table, columns: &[String]) -> bool {
    let by_constraint = table
        .constraints
        .values()
        .any(|constraint| matches!(&constraint.kind, ConstraintKind::Unique { columns: own, .. } if own == columns));
    let by_index = table.indexes.values().any(|index| {
        index.unique
            && index.valid
            && index.predicate.is_none()
            && index.keys.iter().all(|key| !key.is_expression)
            && index.keys.iter().map(|key| &key.text).eq(columns)
    });
    by_constraint || by_index
}
