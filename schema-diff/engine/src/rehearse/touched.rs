//! Which tables the migrations touch: they run once on a scratch copy without rows.

use std::collections::BTreeSet;

use postgres::Client;

use crate::{
    history::MigrationDir,
    model::{Schema, Table, TableName, quote_ident},
    observe::Observer,
    replay::{self, Rejected, ReplayError, SqlStatement, statements},
};

/// Returns the tables of a schema that migrations lock or name; the inner error is that of a migration that fails.
///
/// # Errors
/// A migration cannot be read, or the scratch database fails.
pub(super) fn touched(
    client: &mut Client,
    schema: &Schema,
    migrations: &[MigrationDir],
) -> Result<Result<BTreeSet<TableName>, Rejected>, ReplayError> {
    let mut found = BTreeSet::new();
    let mut changes_rows = false;
    for migration in migrations {
        replay::refuse_undecided(migration)?;
        let sql = migration.up_sql()?;
        let parts = statements(&sql);
        changes_rows |= parts
            .iter()
            .any(|own| matches!(own.verb(), "DELETE" | "TRUNCATE" | "UPDATE"));
        found.extend(of_types(schema, &parts));
        if migration.run_in_transaction {
            let mut transaction = client.transaction()?;
            let mut observer = Observer::begin(&mut transaction)?;
            if parts.iter().any(SqlStatement::controls_transaction) {
                found.extend(named(schema, &parts));
            }
            for own in run_together(parts, &sql) {
                if let Err(error) = transaction.batch_execute(&own.text) {
                    return Ok(Err(Rejected::at(migration.up(), own.line, &own.text, &error)));
                }
            }
            // A file that ends the transaction leaves nothing to observe.
            let observed = observer.observe(&mut transaction);
            found.extend(observed.into_iter().flat_map(|own| own.locks.into_keys()));
            if let Err(error) = transaction.commit() {
                return Ok(Err(Rejected::new(migration.up(), &sql, &error)));
            }
            replay::record(client, Some(&migration.version));
        } else {
            found.extend(named(schema, &parts));
            if let Err(rejected) = replay::up(client, migration)? {
                return Ok(Err(rejected));
            }
        }
    }
    if changes_rows {
        let refers = |own: &&Table| {
            let mut keys = own.foreign_keys().filter_map(|own| own.foreign_key());
            keys.any(|key| found.contains(&key.references))
        };
        // Rows that are referenced cannot be deleted, or are looked for.
        let children: Vec<TableName> = schema
            .tables
            .values()
            .filter(refers)
            .map(|own| own.name.clone())
            .collect();
        found.extend(children);
    }
    found.retain(|name| schema.tables.contains_key(name));
    Ok(Ok(found))
}

/// Returns the statements of a file, or the file as one if it begins or ends transactions.
fn run_together(parts: Vec<SqlStatement>, sql: &str) -> Vec<SqlStatement> {
    match parts.iter().any(SqlStatement::controls_transaction) {
        true => vec![SqlStatement::whole(sql, 1)],
        false => parts,
    }
}

/// Returns the tables that statements name: what runs outside a transaction cannot be observed.
fn named(schema: &Schema, statements: &[SqlStatement]) -> Vec<TableName> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut bodies = String::new();
    for own in statements {
        words.extend(own.words.iter().cloned());
        if own.verb() == "DO" {
            words.extend(own.text.split(|c| !is_part(c)).map(str::to_uppercase));
            bodies.push_str(&own.text);
        }
    }
    let is_named = |name: &str| {
        let quoted = quote_ident(name);
        words.contains(&name.to_uppercase()) || (quoted != name && bodies.contains(&quoted))
    };
    let tables = schema.tables.values();
    // A dropped index is named without its table.
    let tables = tables.filter(|own| is_named(&own.name.name) || own.indexes.keys().any(|name| is_named(name)));
    tables.map(|own| own.name.clone()).collect()
}

/// Returns the tables with columns of types that statements name: a change of an enum type locks no table.
fn of_types(schema: &Schema, statements: &[SqlStatement]) -> Vec<TableName> {
    let is_alter_type = |own: &&SqlStatement| matches!(own.words.as_slice(), [alter, of, ..] if alter == "ALTER" && (of == "TYPE" || of == "DOMAIN"));
    let words: BTreeSet<&String> = statements
        .iter()
        .filter(is_alter_type)
        .flat_map(|own| &own.words)
        .collect();
    let has_type = |table: &&Table| {
        let mut columns = table.columns.iter().filter(|own| !own.data_type.is_builtin());
        columns.any(|own| words.contains(&own.data_type.name.name.to_uppercase()))
    };
    schema
        .tables
        .values()
        .filter(has_type)
        .map(|own| own.name.clone())
        .collect()
}
