//! The user's decisions.

use std::collections::{BTreeMap, BTreeSet};

use super::rename::Fate;
use crate::model::{ObjectId, QualifiedName, TableName, TypeName};

/// The user's decisions: options, and answers at a prompt.
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
    /// `--drop table.column` or `--drop type.label`, which have the same form: dropped, not renamed.
    pub dropped_columns: BTreeSet<(QualifiedName, String)>,
    /// `--drop table` or `--drop type`, which have the same form.
    pub dropped_tables: BTreeSet<QualifiedName>,
    /// `--backfill table.column=EXPRESSION`.
    pub backfills: BTreeMap<(TableName, String), String>,
    /// `--using table.column=EXPRESSION`.
    pub usings: BTreeMap<(TableName, String), String>,
    /// `--using-down table.column=EXPRESSION`.
    pub usings_down: BTreeMap<(TableName, String), String>,
    /// `--replace view=QUERY`, `--replace table.trigger=STATEMENT`, `--replace function=STATEMENT`.
    pub replaced: BTreeMap<CodeName, String>,
    /// `--keep function`: the function is kept although it names something that changes.
    pub kept: BTreeSet<TableName>,
    /// `--fire-triggers table`: the table's triggers fire when rows are filled.
    pub fire_triggers: BTreeSet<TableName>,
    /// `--lift-row-security table`: the table's `FORCE ROW LEVEL SECURITY` is lifted during the migration.
    pub lift_row_security: BTreeSet<TableName>,
}

/// The name of a view, function or trigger in an option: `a.b` may be a view of the schema `a`, or a trigger on the
/// table `a`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeName {
    /// As a view or function.
    pub table: Option<TableName>,
    /// As a trigger or rule of a table.
    pub column: Option<(TableName, String)>,
}

impl Decisions {
    /// Adds the decision about an existing object.
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

/// Returns the table that a decision about a column names: if the column keeps its name, the table after, otherwise the
/// table before.
pub fn table_of_decision<'a>(before: (&'a TableName, &str), after: (&'a TableName, &str)) -> &'a TableName {
    if before.1 == after.1 { after.0 } else { before.0 }
}
