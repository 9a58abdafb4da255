//! Normalizes declared expressions: returns them as Postgres deparses them.
//!
//! Typed text is never compared. Postgres parses and deparses it on the scratch database, for a temporary table with
//! the declared columns, until the text no longer changes. The stored expression of the same column or table is
//! deparsed in the same way: if both have a text in common, they mean the same, and the stored one stays as it is.

use std::collections::{BTreeMap, BTreeSet};

use postgres::{Client, error::SqlState};

use crate::{
    cluster::{ScratchError, ScratchServer},
    compare::{Change, compare},
    create,
    declared::Location,
    deparse::{Chain, Deparser, Origin, Place, Question, columns_of},
    model::{CustomType, Pair, Schema, TableName, TypeName, quote_ident},
    plan::rename_types,
    prove::{ProofError, prepare},
    render,
    resolve::{
        Expression, ExpressionKind, NormalizedExpression, NormalizedExpressions, Resolution, Stored, qualified_type,
        stored,
    },
};

/// Why expressions could not be normalized.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NormalizeError {
    /// The scratch database could not be created.
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    /// The types that the tables need could not be created there.
    #[error(transparent)]
    Baseline(#[from] ProofError),
    /// Postgres rejects an expression.
    #[error("{}:{}:{}: {} of {}: Postgres rejects `{text}`: {message}\n\nhint: {hint}", at.file.display(), at.line, at.column, what(expression.kind), about(&expression.table, expression.column.as_ref()), text = expression.text)]
    Expression {
        /// Where it was declared.
        at: Box<Location>,
        /// The expression.
        expression: Box<Expression>,
        /// The error message of Postgres.
        message: String,
        /// How to correct it.
        hint: &'static str,
    },
    /// A query failed for another reason.
    #[error("Postgres could not process the declared expressions on the scratch database: {0}")]
    Query(#[from] postgres::Error),
}

fn hint(error: &postgres::Error) -> &'static str {
    // The function, operator, type or operator class does not exist.
    match error.code() {
        Some(&SqlState::UNDEFINED_FUNCTION | &SqlState::UNDEFINED_OBJECT) => {
            "correct the attribute; if it needs an extension (btree_gist, pg_trgm, ...), create the extension \
             in a hand-written migration first"
        }
        _ => "correct the attribute",
    }
}

fn what(kind: ExpressionKind) -> &'static str {
    match kind {
        ExpressionKind::Default => "the default",
        ExpressionKind::Condition => "the condition of a check or index",
        ExpressionKind::Generated => "the generated value",
        ExpressionKind::IndexKey => "an index",
        ExpressionKind::Exclusion => "the exclusion constraint",
    }
}

fn about(table: &TableName, column: Option<&String>) -> String {
    column.map_or_else(|| table.plain(), |column| format!("{}.{column}", table.plain()))
}

/// Normalizes the declared expressions on a scratch database. `preliminary` is the resolution with the expressions as
/// typed: it has the declared columns.
///
/// # Errors
/// Postgres rejects an expression, or the scratch database fails.
pub fn normalize(
    server: &ScratchServer,
    before: &Schema,
    preliminary: &Resolution,
    expressions: &BTreeMap<Expression, Location>,
) -> Result<NormalizedExpressions, NormalizeError> {
    let tables: BTreeSet<TableName> = expressions.keys().map(|expression| expression.table.clone()).collect();
    let database = server.create_database("words")?;
    let mut client = database.connect()?;
    let flipped = preliminary.matches.flip();
    let old: BTreeSet<TableName> = tables
        .iter()
        .map(|name| flipped.table(name))
        .filter(|name| before.tables.contains_key(name))
        .collect();
    let declared = tables.iter().filter_map(|name| preliminary.after.tables.get(name));
    let types: BTreeSet<TypeName> = declared
        .flat_map(|table| &table.columns)
        .map(|column| flipped.type_name(&column.data_type.name))
        .filter(|name| before.types.contains_key(name))
        .collect();
    let needed = crate::model::subset_with_types(before, &old, &types);
    let present: BTreeSet<TypeName> = needed.types.keys().cloned().collect();
    prepare(&mut client, with_new_labels(needed, preliminary))?;
    new_type_names(&mut client, &present, preliminary)?;
    missing_types(&mut client, Pair::new(before, &preliminary.after), preliminary)?;
    let mut deparser = Deparser::begin(&mut client)?;
    let asked: Vec<(&Expression, &Location)> = expressions
        .iter()
        .filter(|(expression, _)| preliminary.after.tables.contains_key(&expression.table))
        .collect();
    let mut normalized = NormalizedExpressions::default();
    let mut declared = read(&mut deparser, preliminary, &asked)?;
    let stored = comparable_stored(before, preliminary, &asked);
    extend(&mut deparser, preliminary, &asked, &mut declared, &stored)?;
    same(&mut deparser, preliminary, &asked, &declared, stored, &mut normalized)?;
    for ((expression, _), chain) in asked.into_iter().zip(declared) {
        normalized.insert(expression.clone(), as_printed(&chain));
    }
    Ok(normalized)
}

fn as_printed(chain: &Chain) -> NormalizedExpression {
    let printed = chain.fixed_point().clone();
    NormalizedExpression {
        text: printed.text.unwrap_or_default(),
        columns: printed.columns,
        keys: printed.keys,
    }
}

/// Deparses the typed expressions for the first time.
fn read(
    deparser: &mut Deparser<'_>,
    preliminary: &Resolution,
    asked: &[(&Expression, &Location)],
) -> Result<Vec<Chain>, NormalizeError> {
    let questions: Vec<Question> = asked.iter().map(|(own, _)| question(preliminary, own)).collect();
    let answers = deparser.read(&questions, Origin::Typed)?;
    let answers = answers.into_iter().zip(asked).map(|(answer, (expression, at))| {
        answer.map(Chain::from).map_err(|error| NormalizeError::Expression {
            at: Box::new((*at).clone()),
            expression: Box::new((*expression).clone()),
            message: error
                .as_db_error()
                .map_or_else(|| error.to_string(), |error| error.message().to_owned()),
            hint: hint(&error),
        })
    });
    answers.collect()
}

/// Returns the stored expressions that have a table, column and kind in common with a declared one.
fn comparable_stored(before: &Schema, preliminary: &Resolution, asked: &[(&Expression, &Location)]) -> Vec<Expression> {
    let tables: BTreeSet<&TableName> = asked.iter().map(|(expression, _)| &expression.table).collect();
    let places: BTreeSet<_> = asked.iter().map(|(expression, _)| slot(expression)).collect();
    let all = tables
        .into_iter()
        .flat_map(|table| stored_in(before, preliminary, table));
    all.filter(|own| places.contains(&slot(own))).collect()
}

/// Returns what two expressions must have in common to be compared: table, kind and column.
fn slot(expression: &Expression) -> (&TableName, ExpressionKind, Option<&String>) {
    (&expression.table, expression.kind, expression.column.as_ref())
}

/// Returns the stored expressions of a table (named as after), under the names after and under their own names.
fn stored_in(before: &Schema, preliminary: &Resolution, table: &TableName) -> BTreeSet<Expression> {
    let old = preliminary.matches.flip().table(table);
    let Some(own) = before.tables.get(&old) else {
        return BTreeSet::new();
    };
    let mut all = BTreeSet::new();
    for Stored { expression, .. } in stored(own) {
        let named = Expression {
            table: table.clone(),
            column: expression
                .column
                .as_ref()
                .map(|name| preliminary.matches.column(&old, name)),
            text: preliminary.matches.expression(&old, &expression.text),
            ..expression.clone()
        };
        all.insert(named);
        all.insert(Expression {
            table: table.clone(),
            ..expression
        });
    }
    all
}

/// Deparses declared expressions until they no longer change. Skips an expression that is stored with the first
/// deparsed text, if every other stored expression of its slot equals a deparsed declared one, too.
fn extend(
    deparser: &mut Deparser<'_>,
    preliminary: &Resolution,
    asked: &[(&Expression, &Location)],
    declared: &mut [Chain],
    stored: &[Expression],
) -> Result<(), NormalizeError> {
    let first: BTreeSet<_> = asked
        .iter()
        .zip(declared.iter())
        .filter_map(|((own, _), chain)| Some((slot(own), chain.fixed_point().text.as_ref()?)))
        .collect();
    let known: BTreeSet<_> = stored.iter().map(|own| (slot(own), &own.text)).collect();
    let unmatched: BTreeSet<_> = known.difference(&first).map(|(slot, _)| *slot).collect();
    let is_unfinished = |own: &Expression, chain: &Chain| {
        let text = chain.fixed_point().text.as_ref();
        unmatched.contains(&slot(own)) || text.is_none_or(|text| !known.contains(&(slot(own), text)))
    };
    let unfinished: Vec<usize> = asked
        .iter()
        .zip(declared.iter())
        .enumerate()
        .filter(|(_, ((own, _), chain))| is_unfinished(own, chain))
        .map(|(at, _)| at)
        .collect();
    let questions: Vec<Question> = unfinished
        .iter()
        .map(|at| question(preliminary, asked[*at].0))
        .collect();
    let mut chains: Vec<Option<Chain>> = unfinished.iter().map(|at| Some(declared[*at].clone())).collect();
    deparser.extend(&questions, &mut chains, false)?;
    for (at, chain) in unfinished.into_iter().zip(chains) {
        if let Some(chain) = chain {
            declared[at] = chain;
        }
    }
    Ok(())
}

/// Records which stored expressions mean the same as a declared one.
fn same(
    deparser: &mut Deparser<'_>,
    preliminary: &Resolution,
    asked: &[(&Expression, &Location)],
    declared: &[Chain],
    mut stored: Vec<Expression>,
    normalized: &mut NormalizedExpressions,
) -> Result<(), NormalizeError> {
    let mut by_slot: BTreeMap<_, Vec<(&Expression, &Chain)>> = BTreeMap::new();
    for ((expression, _), chain) in asked.iter().zip(declared) {
        by_slot.entry(slot(expression)).or_default().push((expression, chain));
    }
    stored.retain(|own| {
        let mut rivals = by_slot.get(&slot(own)).into_iter().flatten();
        let found = rivals.find(|(_, chain)| chain.has(&own.text));
        if let Some((_, chain)) = found {
            normalized.insert_same(own.clone(), as_printed(chain).text);
        }
        found.is_none()
    });
    let questions: Vec<Question> = stored.iter().map(|own| question(preliminary, own)).collect();
    let chains = deparser.chains(&questions, Origin::Printed)?;
    for (own, chain) in stored.into_iter().zip(chains) {
        let Some(chain) = chain else { continue };
        for (expression, other) in by_slot.get(&slot(&own)).into_iter().flatten() {
            let texts = (&chain.fixed_point().text, &other.fixed_point().text);
            let is_same = chain.meets(other)
                || match (texts, place(preliminary, expression)) {
                    ((Some(a), Some(b)), Place::Default { data_type }) => deparser.same_default(&data_type, a, b)?,
                    _ => false,
                };
            if is_same {
                normalized.insert_same(own.clone(), as_printed(other).text);
                break;
            }
        }
    }
    Ok(())
}

fn question(preliminary: &Resolution, expression: &Expression) -> Question {
    Question {
        place: place(preliminary, expression),
        text: expression.text.clone(),
    }
}

/// Returns where Postgres parses an expression: in its table as declared.
fn place(preliminary: &Resolution, expression: &Expression) -> Place {
    let table = preliminary.after.tables.get(&expression.table);
    let own = table
        .zip(expression.column.as_ref())
        .and_then(|(table, name)| table.column(name));
    let columns = |without| table.map_or_else(String::new, |table| columns_of(&table.columns, without));
    match (expression.kind, own) {
        (ExpressionKind::Default, Some(column)) => Place::Default {
            data_type: qualified_type(&column.data_type),
        },
        (ExpressionKind::Generated, Some(column)) => Place::Generated {
            columns: columns(Some(column.name.as_str())),
            own: columns_of(std::slice::from_ref(column), None),
        },
        (ExpressionKind::IndexKey, _) => Place::IndexKey { columns: columns(None) },
        (ExpressionKind::Exclusion, _) => Place::Exclusion { columns: columns(None) },
        _ => Place::Condition { columns: columns(None) },
    }
}

/// Adds the declared labels to the existing labels of enum types: expressions may use either.
fn with_new_labels(mut schema: Schema, preliminary: &Resolution) -> Schema {
    for (name, kind) in &mut schema.types {
        let after = preliminary.after.enum_type(&preliminary.matches.type_name(name));
        if let (CustomType::Enum(found), Some(after)) = (kind, after) {
            let new = after.labels.iter().filter(|label| !found.labels.contains(label));
            let new: Vec<String> = new.cloned().collect();
            found.labels.extend(new);
        }
    }
    schema
}

/// Gives existing types their names after: declared expressions use only those.
fn new_type_names(
    client: &mut Client,
    present: &BTreeSet<TypeName>,
    preliminary: &Resolution,
) -> Result<(), NormalizeError> {
    let matches = preliminary.matches.renamed_types();
    let matches: Vec<_> = matches.filter(|(from, _)| present.contains(*from)).collect();
    for (_, to) in &matches {
        client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(&to.schema)))?;
    }
    for sql in render::all(&rename_types(matches.into_iter(), present)) {
        client.batch_execute(&sql)?;
    }
    Ok(())
}

/// Creates the schemas, extensions and types that do not exist yet.
fn missing_types(client: &mut Client, pair: Pair<&Schema>, preliminary: &Resolution) -> Result<(), NormalizeError> {
    for change in compare(pair, &preliminary.matches) {
        let statements = match &change {
            Change::CreateNamespace(name) => vec![format!("CREATE SCHEMA IF NOT EXISTS {}", quote_ident(name))],
            Change::CreateExtension(name) => vec![format!("CREATE EXTENSION IF NOT EXISTS {}", quote_ident(name))],
            Change::CreateType(name) => pair
                .after
                .types
                .get(name)
                .map(|kind| render::all(&create::custom_type(name, kind)))
                .unwrap_or_default(),
            _ => continue,
        };
        for sql in statements {
            client.batch_execute(&sql)?;
        }
    }
    for (name, extension) in &pair.after.extensions {
        // An extension that the scratch server lacks matters only if a column needs it.
        let _ = client.batch_execute(&format!(
            "CREATE SCHEMA IF NOT EXISTS {}; CREATE EXTENSION IF NOT EXISTS {} WITH SCHEMA {}",
            quote_ident(&extension.schema),
            quote_ident(name),
            quote_ident(&extension.schema)
        ));
    }
    Ok(())
}
