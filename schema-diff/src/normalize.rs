//! Declared expressions in Postgres's own words.
//!
//! Text that a person typed is never compared. Postgres reads it on the scratch database, for a temporary table with the declared
//! columns, and prints it again. Only tables with expressions that are not in Postgres's words already are asked about.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, Transaction, error::SqlState};

use crate::{
    cluster::{ScratchError, ScratchServer},
    compare::{Change, compare},
    declared::Location,
    model::{CustomType, Pair, Schema, Table, TableName, quote_ident},
    prove::{ProofError, prepare},
    render::create,
    resolve::{Expression, ExpressionKind, Reading, Resolution, Words},
};

/// Why expressions could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NormalizeError {
    /// No scratch database.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The types that the tables need could not be made there.
    #[error(transparent)]
    Baseline(#[from] ProofError),
    /// Postgres does not take an expression.
    #[error("{}:{}:{}: {} of {}: Postgres does not take `{text}`: {message}\n\nhint: {hint}", at.file.display(), at.line, at.column, what(expression.kind), place(&expression.table, expression.column.as_ref()), text = expression.text)]
    Expression {
        /// Where it was declared.
        at: Box<Location>,
        /// The expression.
        expression: Box<Expression>,
        /// What Postgres says.
        message: String,
        /// The way out.
        hint: &'static str,
    },
    /// A query failed for another reason.
    #[error("could not read the declared expressions on the scratch database: {0}")]
    Query(#[from] postgres::Error),
}

fn way_out(error: &postgres::Error) -> &'static str {
    // A function, an operator, a type or an operator class that is not there.
    match error.code() {
        Some(&SqlState::UNDEFINED_FUNCTION | &SqlState::UNDEFINED_OBJECT) => {
            "correct the attribute; what an extension brings (btree_gist, pg_trgm, ...) is there only after \
             a migration of your own that creates the extension"
        }
        _ => "correct the attribute",
    }
}

fn what(kind: ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Default => "the default",
        ExpressionKind::Condition => "a check or an index's WHERE",
        ExpressionKind::Generated => "the generated value",
        ExpressionKind::IndexKey => "an index",
        ExpressionKind::Exclusion => "the exclusion",
    }
}

fn place(table: &TableName, column: Option<&String>) -> String {
    column.map_or_else(|| table.plain(), |column| format!("{}.{column}", table.plain()))
}

/// Asks Postgres for its words. `rough` is what resolving gives with the words as typed: it knows the columns.
///
/// # Errors
/// An expression that Postgres does not take, or no scratch database.
pub fn normalize(
    server: &ScratchServer,
    before: &Schema,
    rough: &Resolution,
    expressions: &BTreeMap<Expression, Location>,
) -> Result<Words, NormalizeError> {
    let tables: BTreeSet<TableName> = expressions.keys().map(|expression| expression.table.clone()).collect();
    let database = server.create_database("words")?;
    let mut client = database.connect()?;
    let flipped = rough.renames.flip();
    let old: BTreeSet<TableName> = tables
        .iter()
        .map(|name| flipped.table(name))
        .filter(|name| before.tables.contains_key(name))
        .collect();
    let declared = tables.iter().filter_map(|name| rough.after.tables.get(name));
    let types: BTreeSet<TableName> = declared
        .flat_map(|table| &table.columns)
        .map(|column| flipped.type_name(&column.data_type.name))
        .filter(|name| before.types.contains_key(name))
        .collect();
    let needed = crate::model::subset_with_types(before, &old, &types);
    prepare(&mut client, with_new_labels(needed, rough))?;
    missing_types(&mut client, Pair::new(before, &rough.after), rough)?;
    let mut words = BTreeMap::new();
    for (expression, at) in expressions {
        let Some(table) = rough.after.tables.get(&expression.table) else {
            continue;
        };
        let mut transaction = client.transaction()?;
        let found = ask(&mut transaction, table, expression).map_err(|error| NormalizeError::Expression {
            at: Box::new(at.clone()),
            expression: Box::new(expression.clone()),
            message: error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned()),
            hint: way_out(&error),
        })?;
        transaction.rollback()?;
        words.insert(expression.clone(), found);
    }
    Ok(Words(words))
}

/// The schema with the labels that its enum types are to have beside those that they have: expressions may use either.
fn with_new_labels(mut schema: Schema, rough: &Resolution) -> Schema {
    for (name, kind) in &mut schema.types {
        let after = rough.after.enum_type(&rough.renames.type_name(name));
        if let (CustomType::Enum(found), Some(after)) = (kind, after) {
            let new = after.labels.iter().filter(|label| !found.labels.contains(label));
            let new: Vec<String> = new.cloned().collect();
            found.labels.extend(new);
        }
    }
    schema
}

/// Schemas, extensions and types that are not there yet.
fn missing_types(client: &mut Client, pair: Pair<&Schema>, rough: &Resolution) -> Result<(), NormalizeError> {
    for change in compare(pair, &rough.renames) {
        let statements = match &change {
            Change::CreateNamespace(name) => vec![format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(name))],
            Change::CreateExtension(name) => vec![format!("CREATE EXTENSION IF NOT EXISTS {}", quote_ident(name))],
            Change::CreateType(name) => pair
                .after
                .types
                .get(name)
                .map(|kind| create::custom_type(name, kind))
                .unwrap_or_default(),
            _ => continue,
        };
        for sql in statements {
            client.batch_execute(&sql)?;
        }
    }
    for (name, extension) in &pair.after.extensions {
        // One that the scratch server lacks is only missed if a column needs it.
        let _ = client.batch_execute(&format!(
            "CREATE SCHEMA IF NOT EXISTS {}; CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}",
            quote_ident(&extension.schema),
            quote_ident(name),
            quote_ident(&extension.schema)
        ));
    }
    Ok(())
}

const PROBE: &str = "pg_temp.schema_diff_probe";

fn ask(transaction: &mut Transaction<'_>, table: &Table, expression: &Expression) -> Result<Reading, postgres::Error> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .filter(|column| {
            expression.kind != ExpressionKind::Generated || Some(&column.name) != expression.column.as_ref()
        })
        .map(|column| {
            let collation = column
                .collation
                .as_ref()
                .map_or_else(String::new, |collation| format!(" COLLATE {collation}"));
            format!("{} {}{collation}", quote_ident(&column.name), column.data_type)
        })
        .collect();
    transaction.batch_execute(&format!("CREATE TEMP TABLE schema_diff_probe ({})", columns.join(", ")))?;
    let text = &expression.text;
    let target = expression.column.as_ref().and_then(|name| table.column(name));
    let words = match (expression.kind, target) {
        (ExpressionKind::Default, Some(column)) => {
            let name = quote_ident(&column.name);
            transaction.batch_execute(&format!("ALTER TABLE {PROBE} ALTER COLUMN {name} SET DEFAULT {text}"))?;
            one(
                transaction,
                "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'pg_temp.schema_diff_probe'::regclass",
            )?
        }
        (ExpressionKind::Generated, Some(column)) => {
            let name = quote_ident(&column.name);
            transaction.batch_execute(&format!(
                "ALTER TABLE {PROBE} ADD COLUMN {name} {} GENERATED ALWAYS AS ({text}) STORED",
                column.data_type
            ))?;
            one(
                transaction,
                "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'pg_temp.schema_diff_probe'::regclass",
            )?
        }
        (ExpressionKind::IndexKey, _) => {
            transaction.batch_execute(&format!("CREATE INDEX schema_diff_probe_x ON {PROBE} (({text}))"))?;
            let words = one(
                transaction,
                "SELECT pg_get_indexdef('pg_temp.schema_diff_probe_x'::regclass, 1, false)",
            )?;
            return of_index(transaction, words);
        }
        (ExpressionKind::Exclusion, _) => {
            transaction.batch_execute(&format!(
                "ALTER TABLE {PROBE} ADD CONSTRAINT schema_diff_probe_x {text}"
            ))?;
            let words = one(
                transaction,
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'pg_temp.schema_diff_probe'::regclass AND contype = 'x'",
            )?;
            return of_index(transaction, words);
        }
        _ => {
            transaction.batch_execute(&format!(
                "ALTER TABLE {PROBE} ADD CONSTRAINT schema_diff_probe_c CHECK ({text})"
            ))?;
            let words = one(
                transaction,
                "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conrelid = 'pg_temp.schema_diff_probe'::regclass AND contype = 'c'",
            )?;
            return Ok(Reading {
                words,
                columns: checked_columns(transaction)?,
                keys: Vec::new(),
            });
        }
    };
    let mut columns = Vec::new();
    if expression.kind == ExpressionKind::Generated {
        transaction.batch_execute(&format!(
            "ALTER TABLE {PROBE} ADD CONSTRAINT schema_diff_probe_c CHECK (({text}) IS NULL)"
        ))?;
        columns = checked_columns(transaction)?;
    }
    Ok(Reading {
        words,
        columns,
        keys: Vec::new(),
    })
}

/// What Postgres knows of the probe's index.
fn of_index(transaction: &mut Transaction<'_>, words: String) -> Result<Reading, postgres::Error> {
    Ok(Reading {
        words,
        columns: texts(
            transaction,
            "SELECT DISTINCT a.attname::text FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid \
             WHERE i.indexrelid = 'pg_temp.schema_diff_probe_x'::regclass AND (a.attnum = ANY (i.indkey) OR EXISTS \
               (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = i.indexrelid \
                  AND d.refclassid = 'pg_class'::regclass AND d.refobjid = i.indrelid AND d.refobjsubid = a.attnum)) \
             AND a.attnum > 0 ORDER BY 1",
        )?,
        keys: texts(
            transaction,
            "SELECT attname::text FROM pg_attribute WHERE attrelid = 'pg_temp.schema_diff_probe_x'::regclass ORDER BY attnum",
        )?,
    })
}

/// One text, printed with an empty `search_path` as introspection prints it.
fn one(transaction: &mut Transaction<'_>, sql: &str) -> Result<String, postgres::Error> {
    let path: String = transaction
        .query_one("SELECT current_setting('search_path')", &[])?
        .get(0);
    transaction.batch_execute("SELECT set_config('search_path', '', true)")?;
    let text = transaction
        .query_one(sql, &[])?
        .get::<_, Option<String>>(0)
        .unwrap_or_default();
    transaction.execute("SELECT set_config('search_path', $1, true)", &[&path])?;
    Ok(text)
}

/// Columns that the probe's check reads.
fn checked_columns(transaction: &mut Transaction<'_>) -> Result<Vec<String>, postgres::Error> {
    texts(
        transaction,
        "SELECT a.attname::text FROM pg_constraint k JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey) \
         WHERE k.conrelid = 'pg_temp.schema_diff_probe'::regclass AND k.contype = 'c' ORDER BY 1",
    )
}

fn texts(transaction: &mut Transaction<'_>, sql: &str) -> Result<Vec<String>, postgres::Error> {
    let rows = transaction.query(sql, &[])?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}
