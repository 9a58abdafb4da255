//! Writes a row to every touched table, so that the code that reacts to writes runs: triggers, rules, policies,
//! functions of defaults and checks. Each statement is rolled back.
//!
//! Postgres does not check the bodies of functions when a column is renamed or dropped; only a write shows that they
//! fail.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use postgres::Client;

use super::{Claim, Side, seed};
use crate::{
    compare::Change,
    diagnostic::{Diagnostic, DiagnosticCode},
    model::{Column, ObjectId, QualifiedName, Schema, Table, TableName, View, mentioned_words, quote_ident},
};

/// A kind of write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// A row is inserted.
    Insert,
    /// A row is updated with its own values; all its columns are named.
    Update,
    /// A row is updated with other values.
    Change,
    /// A row is deleted.
    Delete,
}

impl fmt::Display for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Insert => "INSERT INTO",
            Self::Update | Self::Change => "UPDATE of",
            Self::Delete => "DELETE FROM",
        })
    }
}

/// The error with which Postgres refused a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    /// The SQLSTATE.
    pub code: String,
    pub message: String,
    /// The functions that were running, as Postgres reports them.
    pub context: String,
}

impl Failure {
    /// Returns whether the error concerns the code, not the row: class 42 is syntax and names.
    pub fn is_about_code(&self) -> bool {
        self.code.starts_with("42")
    }
}

/// A function that fails after the migration but not before it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Broken {
    /// The file after which it fails.
    pub side: Side,
    /// The function, if Postgres names one.
    pub function: Option<QualifiedName>,
    /// The line of its body.
    pub line: Option<String>,
    /// The written table, by its name after that file.
    pub table: TableName,
    /// The kind of write.
    pub operation: Operation,
    /// Postgres's message.
    pub message: String,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            side,
            operation,
            message,
            ..
        } = self;
        let function = self
            .function
            .as_ref()
            .map_or_else(|| "code".to_owned(), |name| format!("function {}", name.plain()));
        let line = self
            .line
            .as_ref()
            .map_or_else(String::new, |line| format!(" (line {line} of its body)"));
        write!(
            f,
            "{function}{line} fails on {operation} {} once {side} has run: {message}",
            self.table.plain()
        )
    }
}

/// The result of each statement, by the table's name in the given schema.
pub(super) type Outcomes = BTreeMap<(TableName, Operation), Option<Failure>>;

/// Writes to tables and views of a schema that the database contains, and returns the results.
pub(super) fn probe(client: &mut Client, schema: &Schema, tables: &BTreeSet<TableName>) -> Outcomes {
    // Only the message names the missing object, so it must be in English.
    let _ = client.batch_execute("SET lc_messages TO 'C'");
    let mut outcomes = Outcomes::new();
    let statements = tables.iter().flat_map(|name| {
        let of_table = schema.tables.get(name).map(|table| statements(schema, table));
        let of_view = || schema.views.get(name).map(|view| view_statements(schema, view));
        let found = of_table.or_else(of_view).unwrap_or_default();
        found
            .into_iter()
            .map(move |(operation, sql)| (name.clone(), operation, sql))
    });
    for (name, operation, sql) in statements {
        let failure = write(client, &sql);
        outcomes.insert((name, operation), failure);
    }
    outcomes
}

/// Returns the tables and views to which rows are written: those where a write could run code.
pub(super) fn probed<'a>(schema: &Schema, tables: impl Iterator<Item = &'a TableName>) -> BTreeSet<TableName> {
    let has_rules = |name: &TableName| schema.tables.get(name).is_some_and(|table| !table.rules.is_empty());
    let mut probed: BTreeSet<TableName> = tables
        .filter(|name| schema.tables.contains_key(name) && (!schema.functions.is_empty() || has_rules(name)))
        .cloned()
        .collect();
    let views = schema.views.values().filter(|view| {
        let reads = view.depends_on.iter().any(|read| probed.contains(&read.relation));
        reads && !(view.triggers.is_empty() && view.rules.is_empty())
    });
    let views: Vec<TableName> = views.map(|view| view.name.clone()).collect();
    probed.extend(views);
    probed
}

/// Returns the tables whose triggers call a function that names a changed table, because it may write to that table.
pub(super) fn callers(claim: Claim<'_>) -> BTreeSet<TableName> {
    let before = claim.schemas.before;
    let changed: BTreeSet<&str> = claim
        .up
        .changes
        .iter()
        .filter_map(|change| match change {
            Change::DropColumn { table, .. } | Change::RenameColumn { table, .. } | Change::RenameTable(table) => {
                Some(table.before.name.as_str())
            }
            Change::AlterColumn { table, delta, .. } if delta.data_type => Some(table.before.name.as_str()),
            Change::DropTable(table) => Some(table.name.as_str()),
            _ => None,
        })
        .collect();
    if changed.is_empty() {
        return BTreeSet::new();
    }
    let naming: BTreeSet<&str> = before
        .functions
        .values()
        .filter(|function| {
            mentioned_words(&function.definition)
                .iter()
                .any(|word| changed.contains(word.as_str()))
        })
        .map(|function| function.name.name.as_str())
        .collect();
    let calls = |table: &&Table| {
        let mut triggers = table.triggers.values();
        triggers.any(|trigger| {
            mentioned_words(&trigger.definition)
                .iter()
                .any(|word| naming.contains(word.as_str()))
        })
    };
    before
        .tables
        .values()
        .filter(calls)
        .map(|table| table.name.clone())
        .collect()
}

/// Runs a statement and its deferred checks, and rolls it back.
fn write(client: &mut Client, sql: &str) -> Option<Failure> {
    let result = client.transaction().and_then(|mut transaction| {
        transaction.batch_execute(sql)?;
        transaction.batch_execute("SET CONSTRAINTS ALL IMMEDIATE")?;
        transaction.rollback()
    });
    let error = result.err()?;
    let error = error.as_db_error()?;
    Some(Failure {
        code: error.code().code().to_owned(),
        message: error.message().to_owned(),
        context: error.where_().unwrap_or_default().to_owned(),
    })
}

fn statements(schema: &Schema, table: &Table) -> Vec<(Operation, String)> {
    let name = &table.name;
    let one_row = format!("WHERE ctid = (SELECT ctid FROM {name} LIMIT 1)");
    let is_key = |column: &Column| {
        table.constraints.values().any(|own| {
            matches!(
                own.kind,
                crate::model::ConstraintKind::PrimaryKey { .. } | crate::model::ConstraintKind::ForeignKey(_)
            ) && own.columns().contains(&column.name.as_str())
        })
    };
    let writable = |column: &&Column| {
        column.generated.is_none() && column.identity.as_ref().is_none_or(|identity| !identity.always)
    };
    let same: Vec<String> = table
        .columns
        .iter()
        .filter(writable)
        .map(|column| format!("{0} = {0}", quote_ident(&column.name)))
        .collect();
    let other: Vec<String> = table
        .columns
        .iter()
        .filter(|column| writable(column) && !is_key(column))
        .filter_map(|column| {
            Some(format!(
                "{} = {}",
                quote_ident(&column.name),
                seed::other_value(schema, column)?
            ))
        })
        .collect();
    let mut statements = Vec::new();
    statements.extend(seed::new_row(schema, table).map(|sql| (Operation::Insert, sql)));
    for (operation, columns) in [(Operation::Update, same), (Operation::Change, other)] {
        if !columns.is_empty() {
            statements.push((operation, format!("UPDATE {name} SET {} {one_row}", columns.join(", "))));
        }
    }
    statements.push((Operation::Delete, format!("DELETE FROM {name} {one_row}")));
    statements
}

/// Returns the statements for a view that triggers or rules make writable.
fn view_statements(schema: &Schema, view: &View) -> Vec<(Operation, String)> {
    if view.triggers.is_empty() && view.rules.is_empty() {
        return Vec::new();
    }
    let mut table = Table::new(view.name.clone());
    let columns = view
        .columns
        .iter()
        .map(|(name, data_type)| Column::new(name, data_type.clone(), true));
    table.columns = columns.collect();
    let same: Vec<String> = table
        .columns
        .iter()
        .map(|column| format!("{0} = {0}", quote_ident(&column.name)))
        .collect();
    let mut statements = vec![
        (
            Operation::Update,
            format!("UPDATE {} SET {}", view.name, same.join(", ")),
        ),
        (Operation::Delete, format!("DELETE FROM {}", view.name)),
    ];
    statements.extend(seed::new_row(schema, &table).map(|sql| (Operation::Insert, sql)));
    statements
}

/// Returns notes about code that fails on the scratch database even before the change.
pub(super) fn untried(outcomes: &Outcomes) -> BTreeSet<Diagnostic> {
    let failures = outcomes
        .iter()
        .filter_map(|((table, _), failure)| Some((table, failure.as_ref()?)));
    failures
        .filter(|(_, failure)| failure.is_about_code())
        .map(|(table, failure)| {
            let message = format!(
                "the triggers and functions of {} are not part of the proof: they fail even without the change ({})",
                table.plain(),
                failure.message
            );
            Diagnostic::new(DiagnosticCode::CodeNotProved, message).about(ObjectId::Table(table.clone()))
        })
        .collect()
}

/// Returns the writes that fail now but did not before. `old_name` returns a table's previous name.
pub(super) fn broken(
    before: &Outcomes,
    now: &Outcomes,
    side: Side,
    schema: &Schema,
    old_name: impl Fn(&TableName) -> TableName,
) -> Vec<Broken> {
    let mut found: Vec<Broken> = Vec::new();
    for ((table, operation), failure) in now {
        let Some(failure) = failure.as_ref().filter(|failure| failure.is_about_code()) else {
            continue;
        };
        let failed_before = before.get(&(old_name(table), *operation)).is_none_or(Option::is_some);
        if failed_before {
            continue;
        }
        let (function, line) = function_in(&failure.context, schema);
        let known = found
            .iter()
            .any(|other| other.function == function && other.message == failure.message);
        if !known {
            found.push(Broken {
                side,
                function,
                line,
                table: table.clone(),
                operation: *operation,
                message: failure.message.clone(),
            });
        }
    }
    found
}

/// Returns the innermost function of a context (`PL/pgSQL function public.f() line 3 at assignment`), and the line of
/// its body.
fn function_in(context: &str, schema: &Schema) -> (Option<QualifiedName>, Option<String>) {
    for text in context.lines() {
        let Some((_, rest)) = text.split_once("function ") else {
            continue;
        };
        let signature = rest.split(" line ").next().unwrap_or(rest);
        let line = rest
            .split_once(" line ")
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect::<String>());
        let name = signature.split('(').next().unwrap_or(signature).trim();
        let name = name.split("\" ").next().unwrap_or(name).trim_matches('"');
        let found = schema.functions.values().find(|function| {
            function.name.to_string() == name
                || function.name.name == name
                || function.name.plain() == name
                || function.name.qualified() == name
        });
        if let Some(function) = found {
            return (Some(function.name.clone()), line.filter(|line| !line.is_empty()));
        }
    }
    (None, None)
}
