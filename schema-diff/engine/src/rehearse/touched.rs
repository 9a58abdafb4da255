//! Which tables the migrations touch: they run once on a scratch copy without rows.

use std::collections::BTreeSet;

use postgres::Client;

use crate::{
    history::MigrationDir,
    model::{Schema, TableName, quote_ident},
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
    for migration in migrations {
        replay::refuse_undecided(migration)?;
        let sql = migration.up_sql()?;
        let parts = statements(&sql);
        if migration.run_in_transaction {
            let mut transaction = client.transaction()?;
            let mut observer = Observer::begin(&mut transaction)?;
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
    found.retain(|name| schema.tables.contains_key(name));
    Ok(Ok(found))
}

/// Returns the statements of a file, or the file as one if it begins or ends transactions.
fn run_together(parts: Vec<SqlStatement>, sql: &str) -> Vec<SqlStatement> {
    if !parts.iter().any(SqlStatement::controls_transaction) {
        return parts;
    }
    vec![SqlStatement {
        text: sql.to_owned(),
        line: 1,
        words: Vec::new(),
        comments: Vec::new(),
    }]
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
    let is_named = |name: &&TableName| {
        let quoted = quote_ident(&name.name);
        words.contains(&name.name.to_uppercase()) || (quoted != name.name && bodies.contains(&quoted))
    };
    schema.tables.keys().filter(is_named).cloned().collect()
}
