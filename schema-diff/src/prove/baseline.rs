//! The schema of before on the scratch database: only what the change touches.

use std::collections::BTreeSet;

use postgres::Client;

use super::{ProofError, Side, run::run_all};
use crate::{
    compare::Change,
    model::{ColumnRef, ForeignKey, Pair, Schema, TableName, quote_ident},
    renames::Renames,
    render::create,
};

/// A schema as far as a server could build it.
pub struct Prepared {
    /// What is there now.
    pub schema: Schema,
    /// What is not, in words.
    pub notes: Vec<String>,
    /// Views that could not be made with those that read them, and why: they use what is not modelled, such as an operator or aggregate of their own.
    pub left_out: Vec<(BTreeSet<TableName>, ProofError)>,
}

/// Builds a schema on an empty database.
///
/// # Errors
/// A statement that fails there: a type of an extension that the server does not have, for instance.
pub fn prepare(client: &mut Client, mut schema: Schema) -> Result<Prepared, ProofError> {
    for statement in create::missing_roles(&schema) {
        // Without the right to create roles, the statements that name one fail and say so.
        let _ = client.batch_execute(&statement);
    }
    let mut notes = Vec::new();
    schema.extensions.retain(|name, extension| {
        let namespace = quote_ident(&extension.schema);
        let sql = format!(
            "CREATE SCHEMA IF NOT EXISTS {namespace}; CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {namespace}",
            quote_ident(name)
        );
        let made = client.batch_execute(&sql);
        if let Err(error) = &made {
            let reason = error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned());
            notes.push(format!("the scratch server has no extension {name} ({reason})"));
        }
        made.is_ok()
    });
    let mut left_out = Vec::new();
    loop {
        let statements = create::schema(&schema);
        let made = run_all(client, statements.iter().map(String::as_str), Side::Before);
        let Err((error, _)) = made else { break };
        let Some((name, why)) = failed_view(&schema, &error) else {
            return Err(error);
        };
        notes.push(format!("view {} is left out of the proof: {why}", name.plain()));
        let mut names = BTreeSet::new();
        leave_out(&mut schema, name, &mut names);
        left_out.push((names, error));
    }
    Ok(Prepared {
        schema,
        notes,
        left_out,
    })
}

/// The view whose statement failed, and what Postgres says.
fn failed_view(schema: &Schema, error: &ProofError) -> Option<(TableName, String)> {
    let ProofError::Statement { statement, message, .. } = error else {
        return None;
    };
    let mut views = schema.views.iter();
    let (name, _) = views.find(|(_, view)| create::view(view).contains(statement))?;
    Some((name.clone(), message.clone()))
}

/// Takes a view away, and those that read it.
fn leave_out(schema: &mut Schema, name: TableName, names: &mut BTreeSet<TableName>) {
    schema.views.remove(&name);
    let readers: Vec<TableName> = schema
        .views
        .iter()
        .filter(|(_, view)| view.depends_on.iter().any(|read| read.relation == name))
        .map(|(reader, _)| reader.clone())
        .collect();
    names.insert(name);
    for reader in readers {
        leave_out(schema, reader, names);
    }
}

/// Tables (by names of before) that a change touches, or that use a type that it touches.
pub fn touched(changes: &[Change], schemas: Pair<&Schema>, renames: &Renames) -> BTreeSet<TableName> {
    let before = schemas.before;
    let mut tables = BTreeSet::new();
    for change in changes {
        match change {
            Change::DropTable(name) => {
                tables.insert(name.clone());
                let referring = before.tables.values().filter(|table| {
                    table
                        .foreign_keys()
                        .any(|found| found.foreign_key().is_some_and(|key| key.references == *name))
                });
                tables.extend(referring.map(|table| table.name.clone()));
                tables.extend(
                    before
                        .tables
                        .values()
                        .filter(|table| table.partition_of.as_ref().is_some_and(|of| of.parent == *name))
                        .map(|table| table.name.clone()),
                );
            }
            Change::RenameTable(table)
            | Change::CommentTable(table)
            | Change::AddColumn { table, .. }
            | Change::DropColumn { table, .. }
            | Change::RenameColumn { table, .. }
            | Change::AlterColumn { table, .. }
            | Change::AddConstraint { table, .. }
            | Change::DropConstraint { table, .. }
            | Change::RenameConstraint { table, .. }
            | Change::CreateIndex { table, .. }
            | Change::DropIndex { table, .. }
            | Change::RenameIndex { table, .. }
            | Change::CreatePolicy { table, .. }
            | Change::DropPolicy { table, .. } => {
                tables.insert(table.before.clone());
            }
            Change::AlterEnum { name, .. } => {
                let users = before
                    .tables
                    .values()
                    .filter(|table| table.columns.iter().any(|column| column.data_type.name == name.before));
                tables.extend(users.map(|table| table.name.clone()));
            }
            Change::CreateView(name) | Change::DropView(name) | Change::ReplaceView(name) => {
                if let Some(view) = before.views.get(name) {
                    let read = view.depends_on.iter().map(|read| read.relation.clone());
                    tables.extend(read.filter(|relation| before.tables.contains_key(relation)));
                }
            }
            Change::CreateNamespace(_)
            | Change::DropNamespace(_)
            | Change::CreateExtension(_)
            | Change::DropExtension(_)
            | Change::CreateType(_)
            | Change::DropType(_)
            | Change::CreateTable(_)
            | Change::RenameSequence(_) => {}
        }
    }
    // Whatever refers to a key that changes takes part.
    let key_changes = |key: &ForeignKey| {
        changes.iter().any(|change| match change {
            Change::AlterColumn { table, column, .. } => {
                table.before == key.references
                    && (key.referenced_columns.contains(&column.before)
                        || generated_from(before, &key.references, &column.before)
                            .any(|name| key.referenced_columns.contains(name)))
            }
            Change::DropColumn { table, column } => {
                table.before == key.references && key.referenced_columns.contains(column)
            }
            Change::DropConstraint { table, .. } | Change::DropIndex { table, .. } => table.before == key.references,
            _ => false,
        })
    };
    let referring: Vec<TableName> = before
        .tables
        .values()
        .filter(|table| {
            table
                .foreign_keys()
                .filter_map(|found| found.foreign_key())
                .any(key_changes)
        })
        .map(|table| table.name.clone())
        .collect();
    tables.extend(referring);
    // So does what reads a column that goes or changes by a rule, trigger or policy of its own.
    let changes_under = |read: &ColumnRef| {
        changes.iter().any(|change| match change {
            Change::AlterColumn { table, .. } | Change::DropColumn { table, .. } => table.before == read.relation,
            Change::DropTable(name) => *name == read.relation,
            _ => false,
        })
    };
    let readers: Vec<TableName> = before
        .tables
        .values()
        .filter(|table| {
            let rules = table.rules.values().flat_map(|rule| &rule.depends_on);
            let triggers = table.triggers.values().flat_map(|trigger| &trigger.depends_on);
            let policies = table.policies.values().flat_map(|policy| &policy.depends_on);
            rules.chain(triggers).chain(policies).any(changes_under)
        })
        .map(|table| table.name.clone())
        .collect();
    tables.extend(readers);
    // What new and changed foreign keys refer to.
    let flipped = renames.flip();
    let targets: Vec<TableName> = schemas
        .after
        .tables
        .values()
        .filter(|table| {
            !before.tables.contains_key(&flipped.table(&table.name)) || tables.contains(&flipped.table(&table.name))
        })
        .flat_map(|table| table.foreign_keys())
        .filter_map(|constraint| Some(flipped.table(&constraint.foreign_key()?.references)))
        .collect();
    tables.extend(targets);
    tables.retain(|name| before.tables.contains_key(name));
    tables
}

/// Generated columns of a table that read another of its columns: they are made again with it.
fn generated_from<'a>(schema: &'a Schema, table: &TableName, column: &'a str) -> impl Iterator<Item = &'a String> {
    let columns = schema.tables.get(table).into_iter().flat_map(|table| &table.columns);
    columns
        .filter(move |own| {
            own.generated
                .as_ref()
                .is_some_and(|generated| generated.columns.iter().any(|read| read == column))
        })
        .map(|own| &own.name)
}
