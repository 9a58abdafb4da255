//! Columns whose type changes, and columns that are recreated because of it or because they become generated.

use super::{Dependent, Fate, Names, Object, Planner, Reason};
use crate::{
    compare::Change,
    model::{Column, ColumnRef, Pair, Table, TableName},
    plan::{changed::becomes_generated, children::children},
};

impl<'a> Planner<'a> {
    /// Finds the columns whose type or collation changes, including those of replaced types and those of child tables
    /// and partitions.
    pub(in crate::plan) fn find_retyped(&mut self) {
        for change in self.changes {
            if let Change::AlterColumn { table, column, delta } = change
                && (delta.data_type || delta.collation)
            {
                self.retyped.insert(ColumnRef::column(&table.before, &column.before));
            }
        }
        for table in self.before().tables.values() {
            let columns = table.columns.iter();
            for column in columns.filter(|column| self.rebuilt_types.contains(&column.data_type.name)) {
                self.retyped.insert(ColumnRef::column(&table.name, &column.name));
            }
        }
        self.find_retyped_in_children();
    }

    /// Adds the columns of child tables and partitions that inherit a column whose type or collation changes.
    fn find_retyped_in_children(&mut self) {
        let tables = self.before().tables.values();
        let children: Vec<&Table> = tables.filter(|table| table.parents().next().is_some()).collect();
        loop {
            let known = self.retyped.len();
            for table in &children {
                for column in &table.columns {
                    let is_retyped = |parent: &TableName| self.is_retyped(&ColumnRef::column(parent, &column.name));
                    if table.parents().any(is_retyped) {
                        self.retyped.insert(ColumnRef::column(&table.name, &column.name));
                    }
                }
            }
            if self.retyped.len() == known {
                return;
            }
        }
    }

    /// Returns the generated columns that Postgres does not change in place, with those of child tables and partitions
    /// that inherit them.
    pub(super) fn dependent_columns(&self) -> Vec<Dependent<'a>> {
        let mut found = Vec::new();
        for tables in self.kept_tables() {
            let name = &tables.before.name;
            for column in tables.before.columns.iter().filter(|column| !column.inherited) {
                let Some(after) = tables.after.column(&self.request.matches.column(name, &column.name)) else {
                    continue;
                };
                let reasons = self.reasons_of_column(tables.before, Pair::new(column, after));
                let names = self.names_when_recreated(tables.before, column);
                if let Some(own) = self.dependent(Object::Column(tables.before, column), reasons, names) {
                    found.extend(self.inherited_columns(tables.before, column, names));
                    found.push(own);
                }
            }
        }
        found
    }

    /// Returns the columns that child tables and partitions inherit. They are dropped and added with the parent's
    /// column; only their own properties are restored separately.
    fn inherited_columns(&self, parent: &Table, column: &Column, names: Names) -> Vec<Dependent<'a>> {
        let read = ColumnRef::column(&parent.name, &column.name);
        let children = children(self.before().tables.values().collect(), &parent.name);
        let inherited = children.into_iter().filter_map(|child| {
            let own = child.column(&column.name).filter(|own| own.inherited)?;
            let reason = Reason::DependsOn(read.clone(), Fate::Recreated);
            self.dependent(Object::Column(child, own), vec![reason], names)
        });
        inherited.collect()
    }

    fn reasons_of_column(&self, table: &Table, columns: Pair<&Column>) -> Vec<Reason> {
        if becomes_generated(columns) {
            return vec![Reason::Redefined];
        }
        let Some(generated) = columns
            .before
            .generated
            .as_ref()
            .filter(|_| columns.after.generated.is_some())
        else {
            return Vec::new();
        };
        let own = ColumnRef::column(&table.name, &columns.before.name);
        let is_redefined = self.is_retyped(&own) || self.changed.column(&own).generated;
        let read = generated.columns.iter();
        let read = read.map(|read| ColumnRef::column(&table.name, read));
        let retyped = read.filter(|read| self.is_retyped(read));
        let retyped = retyped.map(|read| Reason::DependsOn(read, Fate::Retyped));
        is_redefined
            .then_some(Reason::Redefined)
            .into_iter()
            .chain(retyped)
            .collect()
    }

    /// Returns the schema whose names a recreated column has: the after schema if its type or expression changes.
    fn names_when_recreated(&self, table: &Table, column: &Column) -> Names {
        let delta = self.changed.column(&ColumnRef::column(&table.name, &column.name));
        if delta.generated || delta.data_type {
            Names::After
        } else {
            Names::Before
        }
    }
}
