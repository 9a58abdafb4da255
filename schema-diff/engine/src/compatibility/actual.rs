//! The columns that a name has at a state of a migration: those of a table, or of a view. Pure.

use crate::model::{Column, DataType, Schema, Table, TableName};

/// A table or a view at a state.
#[derive(Clone, Copy)]
pub(super) struct Actual<'a> {
    pub schema: &'a Schema,
    relation: Relation<'a>,
}

#[derive(Clone, Copy)]
enum Relation<'a> {
    Table(&'a Table),
    View(&'a [(String, DataType)]),
}

impl<'a> Actual<'a> {
    /// Finds a table or a view by name.
    pub fn find(schema: &'a Schema, name: &TableName) -> Option<Self> {
        let view = || schema.views.get(name).map(|view| Relation::View(&view.columns));
        let relation = schema.tables.get(name).map(Relation::Table).or_else(view)?;
        Some(Self { schema, relation })
    }

    /// Returns the table, if it is one.
    pub const fn table(self) -> Option<&'a Table> {
        match self.relation {
            Relation::Table(table) => Some(table),
            Relation::View(_) => None,
        }
    }

    /// Returns a column of the table, if it is one.
    pub fn column(self, name: &str) -> Option<&'a Column> {
        self.table()?.column(name)
    }

    /// Returns the type of a column.
    pub fn data_type(self, name: &str) -> Option<&'a DataType> {
        match self.relation {
            Relation::Table(table) => table.column(name).map(|own| &own.data_type),
            Relation::View(columns) => columns.iter().find(|(own, _)| own == name).map(|(_, found)| found),
        }
    }

    /// Returns the labels of a column's enum type.
    pub fn labels(self, name: &str) -> Option<&'a [String]> {
        let found = self.schema.enum_type(&self.data_type(name)?.name)?;
        Some(&found.labels)
    }
}
