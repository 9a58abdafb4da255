//! Finds decisions that match no change, so that a mistyped option is not silently ignored.

use std::collections::{BTreeMap, BTreeSet};

use super::{Flag, GenerateError};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode, ResolveErrors},
    matching::{CodeName, DecidedBy, Decisions},
    model::{ObjectId, QualifiedName, Schema, TableName, TypeName},
    resolve::Resolution,
};

/// Returns the decisions without effect on these changes: each as the option that was given, with the reason.
pub(super) fn unused(
    decisions: &Decisions,
    before: &Schema,
    resolution: &Resolution,
    changes: &[Change],
) -> Vec<String> {
    let check = DecisionCheck {
        decisions,
        before,
        resolution,
        changes,
    };
    let mut found = Vec::new();
    check.column_renames(&mut found);
    check.label_renames(&mut found);
    check.drops(&mut found);
    check.expressions(&mut found);
    check.code(&mut found);
    check.tables(&mut found);
    found
}

/// Reports errors as conflicting decisions, if all of them come from decisions.
pub(super) fn conflicts(errors: ResolveErrors) -> GenerateError {
    let is_decision = |found: &Diagnostic| found.code == DiagnosticCode::ConflictingDecision;
    if errors.0.iter().all(is_decision) {
        let unused = errors.0.into_iter().map(|problem| match problem.hint.as_str() {
            "" => problem.message,
            hint => format!("{}\n    {hint}", problem.message),
        });
        GenerateError::ConflictingDecisions {
            unused: unused.collect(),
        }
    } else {
        errors.into()
    }
}

struct DecisionCheck<'a> {
    decisions: &'a Decisions,
    before: &'a Schema,
    resolution: &'a Resolution,
    changes: &'a [Change],
}

impl DecisionCheck<'_> {
    /// Adds renames of columns that rename nothing.
    fn column_renames(&self, found: &mut Vec<String>) {
        for (table, from, to) in &self.decisions.columns {
            // `--rename t.a:a` decides that `a` is not renamed.
            // Both names are those of the columns; the table may be named as before or as after.
            let is_it = |before: &ObjectId, after: &ObjectId| {
                matches!(
                    (before, after),
                    (ObjectId::Column { relation, name }, ObjectId::Column { name: new, .. })
                        if self.same(relation, table) && name == from && new == to
                )
            };
            if from != to && !self.renames(is_it) {
                found.push(format!("{}: {}", Flag::rename(table, from, to), self.no_rename(table)));
            }
        }
    }

    /// Adds renames of labels that rename nothing.
    fn label_renames(&self, found: &mut Vec<String>) {
        for (name, from, to) in &self.decisions.labels {
            let is_it = |before: &ObjectId, after: &ObjectId| {
                matches!(
                    (before, after),
                    (ObjectId::Label { of, name: old }, ObjectId::Label { of: now, name: new })
                        if (of == name || now == name) && old == from && new == to
                )
            };
            if !self.renames(is_it) {
                found.push(format!(
                    "{}: the enum {} must have the label {from} but not {to} in the database, and {to} but not {from} in schema.rs",
                    Flag::rename_label(name, from, to),
                    name.plain()
                ));
            }
        }
    }

    /// Adds drops that drop nothing.
    fn drops(&self, found: &mut Vec<String>) {
        // `--drop a.b` is the table `b` of the schema `a`, or the column `b` of the table `a`: one match is enough.
        let tables: BTreeMap<Flag, &QualifiedName> = self
            .decisions
            .dropped_tables
            .iter()
            .map(|table| (Flag::drop_table(table), table))
            .collect();
        let columns: BTreeMap<Flag, &(QualifiedName, String)> = self
            .decisions
            .dropped_columns
            .iter()
            .map(|column| (Flag::drop_column(&column.0, &column.1), column))
            .collect();
        let flags: BTreeSet<&Flag> = tables.keys().chain(columns.keys()).collect();
        for flag in flags {
            let why = self.drop(tables.get(flag).copied(), columns.get(flag).copied());
            found.extend(why.map(|why| format!("{flag}: {why}")));
        }
    }

    /// Adds values and conversions that are not needed.
    fn expressions(&self, found: &mut Vec<String>) {
        for (table, column) in self.decisions.backfills.keys() {
            if let Some(why) = self.no_backfill(table, column) {
                found.push(format!("--backfill {}.{column}: {why}", table.plain()));
            }
        }
        for (table, column) in self.decisions.usings.keys() {
            if let Some(why) = self.no_using(table, column) {
                found.push(format!("--using {}.{column}: {why}", table.plain()));
            }
        }
        for (table, column) in self.decisions.usings_down.keys() {
            if let Some(why) = self.no_using(table, column) {
                found.push(format!("--using-down {}.{column}: {why}", table.plain()));
            }
        }
    }

    /// Adds decisions about code that does not exist or needs none.
    fn code(&self, found: &mut Vec<String>) {
        for (name, sql) in &self.decisions.replaced {
            if let Some(why) = self.no_code(name) {
                found.push(format!("{}: {why}", Flag::replace(name, sql)));
            }
        }
        for function in &self.decisions.kept {
            if !self.before.functions.values().any(|found| found.name == *function) {
                found.push(format!(
                    "{}: the database has no function of this name",
                    Flag::keep(function)
                ));
            }
        }
    }

    /// Adds decisions about triggers and row security of tables that need none.
    fn tables(&self, found: &mut Vec<String>) {
        for table in &self.decisions.fire_triggers {
            if let Some(why) = self.no_firing(table) {
                found.push(format!("{}: {why}", Flag::fire_triggers(table)));
            }
        }
        for name in &self.decisions.lift_row_security {
            let mut tables = self.before.tables.values();
            let is_forced = tables.any(|table| table.force_row_security && self.same(&table.name, name));
            if !is_forced {
                found.push(format!(
                    "{}: the database has no table of that name with FORCE ROW LEVEL SECURITY",
                    Flag::lift_row_security(name)
                ));
            }
        }
    }

    /// Checks whether `named` is a table's name before or its name after.
    fn same(&self, before: &TableName, named: &TableName) -> bool {
        before == named || self.resolution.matches.table(before) == *named
    }

    fn renames(&self, is_it: impl Fn(&ObjectId, &ObjectId) -> bool) -> bool {
        let mut renames = self.resolution.renames.iter();
        renames.any(|rename| rename.by == DecidedBy::User && is_it(&rename.before, &rename.after))
    }

    fn no_rename(&self, table: &TableName) -> String {
        if self.before.tables.keys().any(|before| self.same(before, table)) {
            "the database must have the first column but not the second, and schema.rs the second but not the first"
                .to_owned()
        } else {
            format!("the database has no table {}", table.plain())
        }
    }

    fn drop(&self, table: Option<&QualifiedName>, column: Option<&(QualifiedName, String)>) -> Option<String> {
        let dropped = self.changes.iter().any(|change| match (change, column) {
            // A column is dropped with its table, a label with its type.
            (Change::DropTable(name), of) => Some(name) == table || of.is_some_and(|(of, _)| of == name),
            (Change::DropType(name), of) => Some(&**name) == table || of.is_some_and(|(of, _)| *of == **name),
            (Change::DropColumn { table, column: name }, Some((of, column))) => {
                name == column && (table.before == *of || table.after == *of)
            }
            (Change::AlterEnum { name, edit }, Some((of, label))) => {
                (*name.before == *of || *name.after == *of) && edit.removed.contains(label)
            }
            _ => false,
        });
        if dropped || self.drops_code(table, column) {
            return None;
        }
        let has_label = |of: &QualifiedName, label: &String| {
            let found = self.before.enum_type(&TypeName::from(of.clone()));
            found.is_some_and(|found| found.labels.contains(label))
        };
        let is_known = |name: &QualifiedName| {
            self.before.tables.contains_key(name) || self.before.types.contains_key(&TypeName::from(name.clone()))
        };
        let exists = table.is_some_and(is_known)
            || column.is_some_and(|(of, name)| {
                has_label(of, name)
                    || self
                        .before
                        .tables
                        .iter()
                        .any(|(before, found)| self.same(before, of) && found.column(name).is_some())
            });
        let why = if exists {
            "it is not dropped: schema.rs still declares it, or the configuration ignores it"
        } else if column.is_some() {
            "the database has no such column or table"
        } else {
            "the database has no such table"
        };
        Some(why.to_owned())
    }

    fn no_backfill(&self, table: &TableName, column: &str) -> Option<String> {
        let fills = |change: &Change| match change {
            Change::AddColumn {
                table: of,
                column: name,
            } => (of.after == *table || of.before == *table) && name == column,
            Change::AlterColumn {
                table: of,
                column: name,
                delta,
            } => {
                delta.nullable
                    && (of.after == *table || of.before == *table)
                    && name.after == column
                    && self.after_is_mandatory(&of.after, column)
            }
            _ => false,
        };
        if self.changes.iter().any(fills) {
            return None;
        }
        let is_new = |change: &Change| matches!(change, Change::CreateTable(name) if name == table);
        Some(if self.changes.iter().any(is_new) {
            "the table is new: it has no rows to fill".to_owned()
        } else {
            self.missing(table, column)
                .unwrap_or_else(|| "the column exists and does not become NOT NULL: no rows are filled".to_owned())
        })
    }

    /// Checks whether a view, function or statistics object of this name is dropped, or such a trigger, rule, policy,
    /// constraint or index of a table.
    fn drops_code(&self, name: Option<&TableName>, own: Option<&(TableName, String)>) -> bool {
        let after = &self.resolution.after;
        let is_function = |found: &crate::model::Function| Some(&found.name) == name;
        let of_schema = name
            .is_some_and(|name| self.before.views.contains_key(name) && !after.views.contains_key(name))
            || name.is_some_and(|name| {
                let statistics = &self.before.restored.statistics;
                statistics.contains_key(name) && !after.restored.statistics.contains_key(name)
            })
            || (self.before.functions.values().any(is_function) && !after.functions.values().any(is_function));
        let of_table = own.is_some_and(|(of, own)| {
            let tables = &self.before.tables;
            let found = tables.iter().find(|(name, _)| self.same(name, of));
            let kept = found.and_then(|(name, _)| after.tables.get(&self.resolution.matches.table(name)));
            found.zip(kept).is_some_and(|((_, before), after)| {
                (before.triggers.contains_key(own) && !after.triggers.contains_key(own))
                    || (before.rules.contains_key(own) && !after.rules.contains_key(own))
                    || (before.policies.contains_key(own) && !after.policies.contains_key(own))
                    || (before.constraints.contains_key(own) && !after.constraints.contains_key(own))
                    || (before.indexes.contains_key(own) && !after.indexes.contains_key(own))
            })
        });
        of_schema || of_table
    }

    /// Returns why a replacement matches no code.
    fn no_code(&self, name: &CodeName) -> Option<String> {
        let whole = name.table.as_ref().is_some_and(|name| {
            self.before.views.contains_key(name) || self.before.functions.values().any(|found| found.name == *name)
        });
        let of_table = name.column.as_ref().is_some_and(|(of, own)| {
            let mut tables = self.before.tables.iter().filter(|(name, _)| self.same(name, of));
            tables.any(|(_, table)| table.triggers.contains_key(own) || table.rules.contains_key(own))
        });
        (!whole && !of_table).then(|| "the database has no view, function or trigger of this name".to_owned())
    }

    fn no_firing(&self, table: &TableName) -> Option<String> {
        let mut before = self.before.tables.keys();
        if !before.any(|name| self.same(name, table)) {
            return Some(format!("the database has no table {}", table.plain()));
        }
        let fills = |change: &Change| match change {
            Change::AddColumn { table: of, .. }
            | Change::DropColumn { table: of, .. }
            | Change::AlterColumn { table: of, .. } => of.after == *table || of.before == *table,
            _ => false,
        };
        let idle = !self.changes.iter().any(fills);
        idle.then(|| "no column of the table changes: no rows are filled".to_owned())
    }

    fn no_using(&self, table: &TableName, column: &str) -> Option<String> {
        let converts = |change: &Change| match change {
            Change::AlterColumn {
                table: of,
                column: name,
                delta,
            } => delta.data_type && (of.after == *table || of.before == *table) && name.after == column,
            _ => false,
        };
        if self.changes.iter().any(converts) {
            return None;
        }
        Some(
            self.missing(table, column)
                .unwrap_or_else(|| "the type of the column does not change: no values are converted".to_owned()),
        )
    }

    fn after_is_mandatory(&self, table: &TableName, column: &str) -> bool {
        let found = self
            .resolution
            .after
            .tables
            .get(table)
            .and_then(|found| found.column(column));
        found.is_some_and(|found| !found.nullable)
    }

    fn missing(&self, table: &TableName, column: &str) -> Option<String> {
        let of = self.resolution.matches.table(table);
        match self.resolution.after.tables.get(&of) {
            None => Some(format!("schema.rs has no table {}", table.plain())),
            Some(found) if found.column(column).is_none() => {
                let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
                Some(match nearest(column, &names) {
                    Some(name) => format!("schema.rs has no such column (did you mean {name}?)"),
                    None => "schema.rs has no such column".to_owned(),
                })
            }
            Some(_) => None,
        }
    }
}

fn nearest<'a>(wanted: &str, names: &[&'a str]) -> Option<&'a str> {
    let near = names
        .iter()
        .map(|name| (strsim::damerau_levenshtein(wanted, name), *name));
    near.filter(|(distance, _)| *distance <= 2).min().map(|(_, name)| name)
}
