//! What a person decided.

use std::collections::{BTreeMap, BTreeSet};

use super::rename::Fate;
use crate::model::{ObjectId, QualifiedName, TableName, TypeName};

/// What a person decided: options, and answers given at a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// `--rename table.old:new`; the table by its name before or after.
    pub columns: Vec<(TableName, String, String)>,
    /// `--rename-table old:new`.
    pub tables: Vec<(TableName, TableName)>,
    /// `--rename-type old:new`.
    pub types: Vec<(TypeName, TypeName)>,
    /// `--rename-schema old:new`.
    pub namespaces: Vec<(String, String)>,
    /// `--rename-label type.old:new`.
    pub labels: Vec<(TypeName, String, String)>,
    /// `--drop table.column` or `--drop type.label`, which read the same: it is gone, not renamed.
    pub dropped_columns: BTreeSet<(QualifiedName, String)>,
    /// `--drop table` or `--drop type`, which read the same.
    pub dropped_tables: BTreeSet<QualifiedName>,
    /// `--backfill table.column=EXPRESSION`.
    pub backfills: BTreeMap<(TableName, String), String>,
    /// `--using table.column=EXPRESSION`.
    pub usings: BTreeMap<(TableName, String), String>,
    /// `--using-down table.column=EXPRESSION`.
    pub usings_down: BTreeMap<(TableName, String), String>,
    /// `--replace view=QUERY`, `--replace table.trigger=STATEMENT`, `--replace function=STATEMENT`.
    pub replaced: BTreeMap<CodeName, String>,
    /// `--keep function`: it stays although it names what changes.
    pub kept: BTreeSet<TableName>,
    /// `--fire-triggers table`: its triggers fire for rows that are filled.
    pub fires: BTreeSet<TableName>,
    /// `--lift-row-security table`: its policies do not hold for the migration.
    pub lifted: BTreeSet<TableName>,
}

/// Names a view, function or trigger in an option: `a.b` may be a view of the schema `a`, or a trigger on the table `a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeName {
    /// As a view or function.
    pub table: Option<TableName>,
    /// As a trigger or rule of a table.
    pub column: Option<(TableName, String)>,
}

impl Decisions {
    /// Adds what became of something of before.
    pub fn decide(&mut self, before: &ObjectId, fate: &Fate) {
        match (before, fate) {
            (ObjectId::Table(from), Fate::Renamed(ObjectId::Table(to))) => self.tables.push((from.clone(), to.clone())),
            (ObjectId::Type(from), Fate::Renamed(ObjectId::Type(to))) => self.types.push((from.clone(), to.clone())),
            (ObjectId::Table(name), _) => {
                self.dropped_tables.insert(name.clone());
            }
            (ObjectId::Type(name), _) => {
                self.dropped_tables.insert(name.clone().into());
            }
            (ObjectId::Schema(from), Fate::Renamed(ObjectId::Schema(to))) => {
                self.namespaces.push((from.clone(), to.clone()));
            }
            (
                ObjectId::Column { relation, name },
                Fate::Renamed(ObjectId::Column {
                    relation: after,
                    name: to,
                }),
            ) => {
                let of = table_of_decision((relation, name), (after, to));
                self.columns.push((of.clone(), name.clone(), to.clone()));
            }
            (ObjectId::Label { of, name }, Fate::Renamed(ObjectId::Label { name: to, .. })) => {
                self.labels.push((of.clone(), name.clone(), to.clone()));
            }
            (ObjectId::Column { relation: of, name }, _) => {
                self.dropped_columns.insert((of.clone(), name.clone()));
            }
            (ObjectId::Label { of, name }, _) => {
                self.dropped_columns.insert((of.clone().into(), name.clone()));
            }
            // Nothing else is renamed or dropped by a decision of this kind.
            _ => {}
        }
    }
}

/// Returns the table that the decision about a column names: that a column stays what it is is decided of the table of after.
pub fn table_of_decision<'a>(before: (&'a TableName, &str), after: (&'a TableName, &str)) -> &'a TableName {
    if before.1 == after.1 { after.0 } else { before.0 }
}
