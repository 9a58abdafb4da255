//! What Diesel sends for the tables of a program. Pure.
//!
//! Instead of parameters there are casts to the types that Diesel gives to parameters, which Postgres treats alike.

use super::{
    diesel_sql,
    program::{Given, Join, KnownColumn, KnownTable, Program, Values},
};
use crate::model::{DataType, TableName};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Reads any row.
    Select,
    /// Reads a row by its key.
    SelectByKey,
    /// Inserts a row with values for all columns, and reads it back.
    Insert,
    /// Inserts a row without optional values.
    InsertMandatory,
    /// Inserts two rows.
    InsertBatch,
    /// Inserts a row, or updates it if its key exists.
    Upsert,
    /// Writes columns of a row.
    Update,
    /// Sets one column of a row to NULL.
    UpdateNull,
    /// Deletes a row by its key.
    Delete,
    /// Reads the rows of two tables.
    Join,
}

/// A statement that a program sends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramStatement {
    /// Its table; the referring one of a join.
    pub table: TableName,
    /// What it does.
    pub kind: Kind,
    /// Its text.
    pub sql: String,
    /// The columns of its result.
    pub reads: Vec<ReadColumn>,
}

/// A column of a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadColumn {
    /// Its table.
    pub table: TableName,
    /// Its name.
    pub name: String,
    /// The type as which it is read.
    pub data_type: DataType,
    /// Whether that is an enum type.
    pub is_enum: bool,
}

/// Which tables are tried, and which of their columns differ before and after the migration.
pub struct Wanted<'a> {
    /// Whether a table is tried.
    pub table: &'a dyn Fn(&TableName) -> bool,
    /// Whether a column differs: it is written alone. The others are written together.
    pub differs: &'a dyn Fn(&TableName, &str) -> bool,
}

/// Returns the statements that a program sends for the wanted tables, table by table.
pub fn statements(program: &Program, wanted: &Wanted<'_>) -> Vec<ProgramStatement> {
    let tables = program.tables.iter().filter(|table| (wanted.table)(&table.name));
    let joins = program.joins.iter();
    let joins = joins.filter(|own| (wanted.table)(&own.child) && (wanted.table)(&own.parent));
    let own = tables.flat_map(|table| Texts { table, wanted }.all());
    own.chain(joins.filter_map(|own| join(program, own))).collect()
}

/// The texts of the statements for a table.
struct Texts<'a> {
    table: &'a KnownTable,
    wanted: &'a Wanted<'a>,
}

impl Texts<'_> {
    fn all(&self) -> Vec<ProgramStatement> {
        let mut found = vec![self.reading(
            Kind::Select,
            format!("SELECT {} FROM {} LIMIT 1", self.columns(), self.name()),
        )];
        if self.table.is_view {
            return found;
        }
        if self.table.inserts.is_possible() {
            found.extend(self.inserts());
        }
        if let Some(key) = self.key() {
            let select = format!("SELECT {} FROM {} WHERE {key}", self.columns(), self.name());
            found.push(self.reading(Kind::SelectByKey, select));
            if self.table.inserts.is_possible() {
                found.extend(self.upsert());
            }
            if self.table.changes.is_possible() {
                found.extend(self.updates(&key));
                found.push(self.writing(Kind::Delete, format!("DELETE FROM {} WHERE {key}", self.name())));
            }
        }
        found
    }

    fn name(&self) -> String {
        diesel_sql::table(&self.table.name)
    }

    fn columns(&self) -> String {
        selected(self.table)
    }

    fn is_key(&self, column: &KnownColumn) -> bool {
        self.table.key.contains(&column.name)
    }

    /// Returns the condition that finds an existing row; `None` without a key that has values.
    fn key(&self) -> Option<String> {
        let columns = self.table.key.iter();
        let values = columns.map(|name| {
            Some((
                name.as_str(),
                self.table.column(name)?.values.as_ref()?.existing.clone(),
            ))
        });
        let values: Vec<_> = values.collect::<Option<_>>()?;
        (!values.is_empty()).then(|| diesel_sql::equal(&self.table.name, values.into_iter()))
    }

    /// Returns the statements that insert rows; none if a column that needs a value has none.
    fn inserts(&self) -> Vec<ProgramStatement> {
        let mut columns = self.table.columns.iter();
        if columns.any(|own| own.given == Given::Mandatory && own.values.is_none()) {
            return Vec::new();
        }
        let one = format!("{} RETURNING {}", self.insert(&[&|own| first(own)]), self.columns());
        let mandatory = self.insert(&[&|own| match own.given {
            Given::Mandatory => first(own),
            _ => "DEFAULT".to_owned(),
        }]);
        let batch = self.insert(&[&first, &second]);
        vec![
            self.reading(Kind::Insert, one),
            self.writing(Kind::InsertMandatory, mandatory),
            self.writing(Kind::InsertBatch, batch),
        ]
    }

    /// Returns an `INSERT` of rows, each with the values that a function returns.
    fn insert(&self, rows: &[&dyn Fn(&KnownColumn) -> String]) -> String {
        let columns = || self.table.columns.iter().filter(|own| own.is_written());
        if columns().next().is_none() {
            return format!("INSERT INTO {} DEFAULT VALUES", self.name());
        }
        let rows = rows
            .iter()
            .map(|row| format!("({})", diesel_sql::list(columns().map(row))));
        format!(
            "INSERT INTO {} ({}) VALUES {}",
            self.name(),
            diesel_sql::named(columns().map(|own| own.name.as_str())),
            diesel_sql::list(rows)
        )
    }

    fn upsert(&self) -> Option<ProgramStatement> {
        let is_given = |own: &KnownColumn| !self.is_key(own) || own.is_written();
        let mut columns = self.table.columns.iter();
        let is_possible = columns.all(|own| is_given(own) && (own.given != Given::Mandatory || own.values.is_some()));
        let changed = self
            .table
            .columns
            .iter()
            .filter(|own| own.is_written() && !self.is_key(own));
        let changed: Vec<&str> = changed.map(|own| own.name.as_str()).collect();
        if !is_possible || changed.is_empty() {
            return None;
        }
        let row = self.insert(&[&|own| match self.is_key(own) {
            true => value(own, |values| &values.existing),
            false => first(own),
        }]);
        let changes = changed
            .into_iter()
            .map(|name| (name, format!("excluded.{}", diesel_sql::named([name].into_iter()))));
        let sql = format!(
            "{row} ON CONFLICT ({}) DO UPDATE SET {}",
            diesel_sql::named(self.table.key.iter().map(String::as_str)),
            diesel_sql::assigned(changes)
        );
        Some(self.writing(Kind::Upsert, sql))
    }

    /// Returns the statements that change the existing row: one for the columns that stay as they are, those of the others one by one.
    fn updates(&self, key: &str) -> Vec<ProgramStatement> {
        let columns = self.table.columns.iter();
        let written = columns.filter(|own| own.is_written() && !self.is_key(own));
        let (single, others): (Vec<_>, Vec<_>) =
            written.partition(|own| (self.wanted.differs)(&self.table.name, &own.name));
        let changed = |own: &KnownColumn| value(own, |values| &values.changed);
        let update = |kind, values: Vec<(&str, String)>| {
            let changes = diesel_sql::assigned(values.into_iter());
            self.writing(kind, format!("UPDATE {} SET {changes} WHERE {key}", self.name()))
        };
        let together: Vec<_> = others.iter().map(|own| (own.name.as_str(), changed(own))).collect();
        let together = (!together.is_empty()).then(|| update(Kind::Update, together));
        let values = single
            .iter()
            .map(|own| update(Kind::Update, vec![(&own.name, changed(own))]));
        let nullable = single.iter().filter(|own| own.nullable);
        let nulls = nullable.map(|own| update(Kind::UpdateNull, vec![(&own.name, "NULL".to_owned())]));
        together.into_iter().chain(values).chain(nulls).collect()
    }

    fn reading(&self, kind: Kind, sql: String) -> ProgramStatement {
        ProgramStatement {
            reads: read_columns(self.table).collect(),
            ..self.writing(kind, sql)
        }
    }

    fn writing(&self, kind: Kind, sql: String) -> ProgramStatement {
        ProgramStatement {
            table: self.table.name.clone(),
            kind,
            sql,
            reads: Vec::new(),
        }
    }
}

fn first(column: &KnownColumn) -> String {
    value(column, |values| &values.new[0])
}

fn second(column: &KnownColumn) -> String {
    value(column, |values| &values.new[1])
}

fn value(column: &KnownColumn, of: impl Fn(&Values) -> &String) -> String {
    column
        .values
        .as_ref()
        .map_or_else(|| "DEFAULT".to_owned(), |values| of(values).clone())
}

/// Renders the columns that are read; a number if none is.
fn selected(table: &KnownTable) -> String {
    let mut columns = read(table).map(|own| own.name.as_str()).peekable();
    match columns.peek() {
        Some(_) => diesel_sql::selected(&table.name, columns),
        None => "1".to_owned(),
    }
}

fn read(table: &KnownTable) -> impl Iterator<Item = &KnownColumn> {
    table.columns.iter().filter(|own| own.read.is_possible())
}

fn read_columns(table: &KnownTable) -> impl Iterator<Item = ReadColumn> {
    read(table).map(|own| ReadColumn {
        table: table.name.clone(),
        name: own.name.clone(),
        data_type: own.data_type.clone(),
        is_enum: !own.labels.is_empty(),
    })
}

fn join(program: &Program, join: &Join) -> Option<ProgramStatement> {
    let (child, parent) = (program.table(&join.child)?, program.table(&join.parent)?);
    let [key] = parent.key.as_slice() else { return None };
    if child.name == parent.name {
        return None;
    }
    Some(ProgramStatement {
        table: child.name.clone(),
        kind: Kind::Join,
        sql: format!(
            "SELECT {}, {} FROM ({} INNER JOIN {} ON ({} = {})) LIMIT 1",
            selected(child),
            selected(parent),
            diesel_sql::table(&child.name),
            diesel_sql::table(&parent.name),
            diesel_sql::qualified(&child.name, &join.column),
            diesel_sql::qualified(&parent.name, key)
        ),
        reads: read_columns(child).chain(read_columns(parent)).collect(),
    })
}
