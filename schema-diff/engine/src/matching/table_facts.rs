//! Collects the facts about a table that serve as evidence.

use std::collections::BTreeSet;

use super::{Matcher, evidence::TableFacts};
use crate::{
    declared::DeclaredTable,
    model::{Column, Constraint, ConstraintKind, Table, TableName, default_name},
};

impl Matcher<'_> {
    /// Collects the facts about an existing table, with types under their names after.
    pub(super) fn old_facts(&self, name: &TableName) -> Option<TableFacts> {
        let mut table = self.input.before.tables.get(name)?.clone();
        for column in &mut table.columns {
            column.data_type = self.out.matches.data_type(&column.data_type);
        }
        Some(TableFacts::of(&table, BTreeSet::new()))
    }

    /// Collects the facts about a declared table.
    pub(super) fn new_facts(&self, declared: &DeclaredTable) -> TableFacts {
        TableFacts::of(&self.preliminary_table(declared), BTreeSet::new())
    }

    /// Converts a declared table as far as the evidence needs it: names, types, primary key.
    fn preliminary_table(&self, declared: &DeclaredTable) -> Table {
        let mut table = Table::new(declared.name.clone());
        for column in &declared.columns {
            if let Some(found) = self.column_type(column) {
                let nullable = column.nullable && !declared.primary_key.contains(&column.name);
                let column = Column::new(&column.name, found.data_type, nullable);
                table.columns.push(column);
            }
        }
        let name = default_name::primary_key(&table.name.name);
        let kind = ConstraintKind::PrimaryKey {
            columns: declared.primary_key.clone(),
            include: Vec::new(),
        };
        table.constraints.insert(name.clone(), Constraint::new(name, kind));
        table
    }
}
