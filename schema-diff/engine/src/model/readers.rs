//! The objects that read a column, and follow the column rather than its name.

use std::fmt;

use super::{
    column::Column,
    name::{ColumnRef, QualifiedName},
    relation::{Policy, Rule, Table, Trigger},
    schema::{Function, Schema},
    view::View,
};

/// An object that reads a column.
#[derive(Clone, Copy)]
pub enum Reader<'a> {
    /// A view or a materialized view.
    View(&'a View),
    /// A trigger of the table.
    Trigger(&'a Trigger),
    /// A policy of the table.
    Policy(&'a Policy),
    /// A rule of the table.
    Rule(&'a Rule),
    /// A function whose body Postgres has parsed.
    Function(&'a Function),
    /// A generated column of the table.
    Generated(&'a Column),
    /// Extended statistics.
    Statistics(&'a QualifiedName),
    /// A publication that names the column.
    Publication(&'a str),
}

/// Returns the objects that read a column of a table directly.
pub fn readers<'a>(schema: &'a Schema, table: &'a Table, column: &'a str) -> impl Iterator<Item = Reader<'a>> {
    let own = ColumnRef::column(&table.name, column);
    let reads = move |all: &[ColumnRef]| all.contains(&own);
    let views = schema.views.values().map(|own| (&own.depends_on, Reader::View(own)));
    let triggers = table
        .triggers
        .values()
        .map(|own| (&own.depends_on, Reader::Trigger(own)));
    let policies = table
        .policies
        .values()
        .map(|own| (&own.depends_on, Reader::Policy(own)));
    let rules = table.rules.values().map(|own| (&own.depends_on, Reader::Rule(own)));
    let functions = schema
        .functions
        .values()
        .map(|own| (&own.depends_on, Reader::Function(own)));
    let code = views.chain(triggers).chain(policies).chain(rules).chain(functions);
    let code = code.filter_map(move |(all, reader)| reads(all).then_some(reader));
    let generated = table.columns.iter().filter(move |other| {
        let from = other.generated.as_ref();
        from.is_some_and(|from| from.columns.iter().any(|read| read == column))
    });
    let statistics = schema.restored.statistics.iter();
    let statistics = statistics.filter(move |(_, of)| of.on == table.name && of.reads.contains(column));
    let is_named = move |columns: &[String]| columns.iter().any(|own| own == column);
    let publications = table.replication.publications.iter();
    let publications = publications.filter(move |(_, of)| is_named(&of.columns) || is_named(&of.filter_columns));
    code.chain(generated.map(Reader::Generated))
        .chain(statistics.map(|(name, _)| Reader::Statistics(name)))
        .chain(publications.map(|(name, _)| Reader::Publication(name)))
}

impl fmt::Display for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::View(own) if own.materialized => write!(f, "materialized view {}", own.name.plain()),
            Self::View(own) => write!(f, "view {}", own.name.plain()),
            Self::Trigger(own) => write!(f, "trigger {}", own.name),
            Self::Policy(own) => write!(f, "policy {}", own.name),
            Self::Rule(own) => write!(f, "rule {}", own.name),
            Self::Function(own) => write!(f, "function {}", own.name.plain()),
            Self::Generated(own) => write!(f, "the generated column {}", own.name),
            Self::Statistics(name) => write!(f, "the extended statistics {}", name.plain()),
            Self::Publication(name) => write!(f, "publication {name}"),
        }
    }
}
