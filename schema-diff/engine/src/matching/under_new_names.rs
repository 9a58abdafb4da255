//! Maps existing objects to their names after.

use std::collections::BTreeMap;

use super::Matches;
use crate::model::{
    Column, ColumnRef, Constraint, ConstraintKind, CustomType, DataType, ForeignKey, Index, Schema, Table, TableKind,
    TableName, TypeName, rename_casts, rename_identifiers,
};

impl Matches {
    /// Maps a table and its columns, constraints and indexes to their names after; its policies, rules and triggers
    /// keep the names that they read.
    pub fn map_table(&self, before: &Table) -> Table {
        let name = &before.name;
        let columns = before.columns.iter();
        let constraints = before.constraints.iter();
        let indexes = before.indexes.iter();
        let mut table = Table {
            name: self.table(name),
            columns: columns.map(|column| self.map_column(name, column)).collect(),
            constraints: constraints
                .map(|(key, found)| (key.clone(), self.map_constraint(name, found)))
                .collect(),
            indexes: indexes
                .map(|(key, found)| (key.clone(), self.map_index(name, found)))
                .collect(),
            ..before.clone()
        };
        for parent in &mut table.inherits {
            *parent = self.table(parent);
        }
        if let Some(partition) = &mut table.partition_of {
            partition.parent = self.table(&partition.parent);
        }
        if let TableKind::Partitioned { key } = &mut table.kind {
            *key = self.expression(name, key);
        }
        table
    }

    /// Maps a type to its name after.
    pub fn data_type(&self, before: &DataType) -> DataType {
        DataType {
            name: self.type_name(&before.name),
            ..before.clone()
        }
    }

    /// Maps an expression that reads one table's columns.
    pub fn expression(&self, table: &TableName, before: &str) -> String {
        let text = match self.renamed_columns(table).next() {
            Some(_) => rename_identifiers(before, |name| {
                let after = self.column(table, name);
                (after != name).then_some(after)
            }),
            None => before.to_owned(),
        };
        self.casts(&text)
    }

    /// Maps the types and enum labels in the casts of a text that Postgres deparsed.
    pub fn casts(&self, before: &str) -> String {
        let text = self.labels_in(before);
        if self.renamed_types().next().is_none() {
            return text;
        }
        rename_casts(&text, |name| self.new_type(name).cloned(), |_, _| None)
    }

    /// Maps the enum labels of a text that Postgres deparsed; its types remain named as before.
    pub fn labels_in(&self, before: &str) -> String {
        if self.types_with_renamed_labels().next().is_none() {
            return before.to_owned();
        }
        rename_casts(
            before,
            |_| None,
            |of, label| self.new_label(of, label).map(str::to_owned),
        )
    }

    /// Maps the names within a custom type.
    pub fn map_type(&self, before: &CustomType) -> CustomType {
        let mut found = before.clone();
        match &mut found {
            CustomType::Enum(_) => {}
            CustomType::Domain(domain) => {
                domain.base = self.data_type(&domain.base);
                domain.default = domain.default.as_deref().map(|text| self.casts(text));
                for check in &mut domain.checks {
                    check.definition = self.casts(&check.definition);
                }
            }
            CustomType::Composite(composite) => {
                for (_, data_type) in &mut composite.attributes {
                    *data_type = self.data_type(data_type);
                }
            }
            CustomType::Range(range) => range.subtype = self.data_type(&range.subtype),
        }
        found
    }

    /// Maps custom types, also within each other.
    pub fn map_types(&self, before: &BTreeMap<TypeName, CustomType>) -> BTreeMap<TypeName, CustomType> {
        let types = before.iter();
        types
            .map(|(name, kind)| (self.type_name(name), self.map_type(kind)))
            .collect()
    }

    /// Keeps a type (named as before) in a schema after, with its owner and privileges, if that has no type of its name.
    pub fn keep_type(&self, name: &TypeName, before: &Schema, after: &mut Schema) {
        let new = self.type_name(name);
        if let Some(kind) = before.types.get(name).filter(|_| !after.types.contains_key(&new)) {
            after.types.insert(new.clone(), self.map_type(kind));
            if let Some(access) = before.type_access.get(name) {
                after.type_access.insert(new, access.clone());
            }
        }
    }

    fn names(&self, table: &TableName, before: &[String]) -> Vec<String> {
        before.iter().map(|name| self.column(table, name)).collect()
    }

    fn sorted_names(&self, table: &TableName, before: &[String]) -> Vec<String> {
        let mut names = self.names(table, before);
        names.sort();
        names
    }

    /// Maps the relations and columns that an object reads.
    pub fn reads(&self, before: &[ColumnRef]) -> Vec<ColumnRef> {
        let map = |read: &ColumnRef| ColumnRef {
            relation: self.table(&read.relation),
            column: read.column.as_ref().map(|name| self.column(&read.relation, name)),
        };
        before.iter().map(map).collect()
    }

    /// Returns whether any of these relations and columns (named as before) is renamed.
    pub fn changes_any(&self, reads: &[ColumnRef]) -> bool {
        self.reads(reads) != reads
    }

    /// Maps a column of a table (named as before).
    pub fn map_column(&self, table: &TableName, before: &Column) -> Column {
        let mut column = before.clone();
        column.name = self.column(table, &before.name);
        column.data_type = self.data_type(&before.data_type);
        column.default = column.default.as_deref().map(|text| self.casts(text));
        if let Some(generated) = &mut column.generated {
            generated.expression = self.expression(table, &generated.expression);
            generated.columns = self.sorted_names(table, &generated.columns);
        }
        column
    }

    /// Maps a constraint of a table (named as before); its own name stays.
    pub fn map_constraint(&self, table: &TableName, before: &Constraint) -> Constraint {
        let mut constraint = before.clone();
        match &mut constraint.kind {
            ConstraintKind::PrimaryKey { columns, include } | ConstraintKind::Unique { columns, include, .. } => {
                *columns = self.names(table, columns);
                *include = self.names(table, include);
            }
            ConstraintKind::Check {
                expression, columns, ..
            } => {
                *expression = self.expression(table, expression);
                *columns = self.sorted_names(table, columns);
            }
            ConstraintKind::Exclude { definition, columns } => {
                *definition = self.expression(table, definition);
                *columns = self.sorted_names(table, columns);
            }
            ConstraintKind::ForeignKey(key) => *key = self.map_foreign_key(table, key),
        }
        constraint
    }

    fn map_foreign_key(&self, table: &TableName, before: &ForeignKey) -> ForeignKey {
        ForeignKey {
            columns: self.names(table, &before.columns),
            references: self.table(&before.references),
            referenced_columns: self.names(&before.references, &before.referenced_columns),
            on_delete_columns: self.names(table, &before.on_delete_columns),
            ..before.clone()
        }
    }

    /// Maps an index of a table (named as before); its own name stays.
    pub fn map_index(&self, table: &TableName, before: &Index) -> Index {
        let mut index = before.clone();
        for key in &mut index.keys {
            key.text = if key.is_expression {
                self.expression(table, &key.text)
            } else {
                self.column(table, &key.text)
            };
        }
        index.include = self.names(table, &index.include);
        index.predicate = index.predicate.as_deref().map(|text| self.expression(table, text));
        index.columns = self.sorted_names(table, &index.columns);
        index
    }
}
