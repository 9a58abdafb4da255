//! Resolves the files to schemas: the one that they create, and the one to which they change the database.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{
    error::PullError,
    scope::{Found, Scope},
    source::Source,
};
use crate::{
    declaration::{Spelling, default, spelled},
    declared::{Declared, DeclaredTable, DeclaredType, Location},
    diagnostic::ResolveErrors,
    doc_comment::is_same,
    generate::Scratch,
    matching::{self, Decisions},
    model::{ConstraintKind, Schema, Table, TableName},
    normalize::{NormalizeError, normalize},
    resolve::{self, Expression, ExpressionKind, NormalizedExpression, NormalizedExpressions, Resolution, Unchanged},
    rules::Rules,
    uses::CodeEvidence,
};

/// The resolved files.
pub(super) struct Resolved {
    /// Tables that are in the files and in the database, with the columns that both have.
    pub declared: Declared,
    /// The schema that the files create if none of these tables exists.
    pub built: Resolution,
    /// The schema to which the files change the database.
    pub kept: Schema,
    /// The locations of attributes and types that do not match the database.
    pub mismatched: Vec<Location>,
}

/// Resolves the files on a schema without these tables and on the database. Expressions that Postgres has to normalize
/// are added to `normalized`.
pub(super) fn resolve_files(
    source: &Source,
    scope: &Scope<'_>,
    normalized: &mut NormalizedExpressions,
    scratch: &mut Scratch<'_>,
) -> Result<Resolved, PullError> {
    let mut declared = common(source, scope);
    normalize_new(&declared, scope.database, normalized, scratch)?;
    let mut mismatched = Vec::new();
    let names: BTreeSet<TableName> = declared.tables.iter().map(|table| table.name.clone()).collect();
    let columns: BTreeSet<(TableName, String)> = declared
        .tables
        .iter()
        .flat_map(|table| {
            table
                .columns
                .iter()
                .map(|column| (table.name.clone(), column.name.clone()))
        })
        .collect();
    let rules = || {
        let (names, columns) = (names.clone(), columns.clone());
        Rules {
            undeclared: BTreeMap::new(),
            ignores_table: Box::new(move |name| !names.contains(name)),
            ignores_column: Box::new(move |table, column| !columns.contains(&(table.clone(), column.to_owned()))),
            integer_keys: scope.rules.integer_keys,
            has_other_back_ends: scope.rules.has_other_back_ends,
            sure: scope.rules.sure,
        }
    };
    let mut nothing = scope.database.clone();
    nothing.tables.retain(|name, _| !names.contains(name));
    // Constraints and indexes that partitions and child tables inherit must not reserve the names of their parents'.
    for table in nothing.tables.values_mut() {
        table.constraints.retain(|_, own| !own.inherited);
        table.indexes.retain(|_, own| !own.inherited);
    }
    let built = resolve_tolerantly(&nothing, &mut declared, &rules(), normalized, &mut mismatched)?;
    let mut built = built;
    keep_stored_texts(&mut built.after, &declared, normalized, scope.database);
    let mut bare = without_inheritance(scope.database);
    bare.views.clear();
    for table in bare.tables.values_mut() {
        table.triggers.clear();
        table.policies.clear();
        table.rules.clear();
    }
    let kept = resolve_tolerantly(&bare, &mut declared, &rules(), normalized, &mut mismatched)?.after;
    Ok(Resolved {
        declared,
        built,
        kept,
        mismatched,
    })
}

/// Returns the database with child tables that have all columns as their own: a file declares each of them, and a
/// column that the parent's declaration does not have yet is no contradiction.
pub(super) fn without_inheritance(database: &Schema) -> Schema {
    let mut flat = database.clone();
    for table in flat.tables.values_mut() {
        table.inherits.clear();
        for column in &mut table.columns {
            column.inherited = false;
        }
    }
    flat
}

/// Replaces expressions and doc comments by the database's texts, if they have the same meaning.
fn keep_stored_texts(built: &mut Schema, declared: &Declared, normalized: &NormalizedExpressions, database: &Schema) {
    for own in &declared.tables {
        let (Some(table), Some(found)) = (built.tables.get_mut(&own.name), database.tables.get(&own.name)) else {
            continue;
        };
        normalized.keep_stored(table, found);
        if own
            .doc
            .as_ref()
            .is_some_and(|doc| is_same(doc, found.comment.as_deref()))
        {
            table.comment.clone_from(&found.comment);
        }
        for column in &own.columns {
            let at = table.columns.iter_mut().find(|other| other.name == column.name);
            if let (Some(at), Some(found)) = (at, found.column(&column.name))
                && column
                    .doc
                    .as_ref()
                    .is_some_and(|doc| is_same(doc, found.comment.as_deref()))
            {
                at.comment.clone_from(&found.comment);
            }
        }
    }
}

/// Returns the declarations of objects that the database has.
fn common(source: &Source, scope: &Scope<'_>) -> Declared {
    let mut declared = source.declared.clone();
    declared.tables.retain_mut(|table| match scope.find(table) {
        Found::Table(found) => {
            table.columns.retain(|column| found.column(&column.name).is_some());
            true
        }
        Found::Unmanaged | Found::Dropped => false,
    });
    declared
}

/// Normalizes the expressions that are not normalized yet. Those that are typed as the database has them need no server.
fn normalize_new(
    declared: &Declared,
    database: &Schema,
    normalized: &mut NormalizedExpressions,
    scratch: &mut Scratch<'_>,
) -> Result<(), PullError> {
    let mut new = resolve::expressions(declared);
    new.retain(|expression, _| !normalized.contains(expression));
    normalized.extend(NormalizedExpressions::stored_as_typed(database, &new));
    new.retain(|expression, _| !normalized.contains(expression));
    let preliminary = Resolution {
        after: database.clone(),
        ..Resolution::default()
    };
    while !new.is_empty() {
        let server = scratch.server(database.major_version())?;
        match normalize(server, database, &preliminary, &new) {
            Ok(found) => {
                normalized.extend(found);
                new.clear();
            }
            Err(NormalizeError::Expression { expression, .. }) => {
                // The scratch server may lack objects of the database. Expressions that are no longer valid are
                // replaced.
                new.remove(&expression);
                let guess = database
                    .tables
                    .get(&expression.table)
                    .and_then(|found| recognized(found, &expression));
                let (own, columns) = guess.unwrap_or_else(|| (expression.text.clone(), Vec::new()));
                let assumed = NormalizedExpression {
                    text: own,
                    columns,
                    keys: Vec::new(),
                };
                normalized.insert(*expression, assumed);
            }
            Err(other) => return Err(other.into()),
        }
    }
    Ok(())
}

/// Returns the database's text for an expression that equals it or its short spelling.
fn recognized(table: &Table, expression: &Expression) -> Option<(String, Vec<String>)> {
    let text = expression.text.as_str();
    let same = |stored: &str| stored == text || spelled(stored, Spelling::Short) == text;
    match expression.kind {
        ExpressionKind::Default => {
            let column = table.column(expression.column.as_deref()?)?;
            let stored = column.default.as_ref()?;
            let is_it = same(stored) || default(column, stored, Spelling::Short).contains(text);
            is_it.then(|| (stored.clone(), Vec::new()))
        }
        ExpressionKind::Generated => {
            let found = table.column(expression.column.as_deref()?)?.generated.as_ref()?;
            same(&found.expression).then(|| (found.expression.clone(), found.columns.clone()))
        }
        ExpressionKind::Condition => {
            let check = table.constraints.values().find_map(|found| match &found.kind {
                ConstraintKind::Check {
                    expression, columns, ..
                } if same(expression) => Some((expression.clone(), columns.clone())),
                _ => None,
            });
            let predicates = || table.indexes.values().filter_map(|index| index.predicate.clone());
            check.or_else(|| {
                predicates()
                    .find(|stored| same(stored))
                    .map(|stored| (stored, Vec::new()))
            })
        }
        ExpressionKind::IndexKey => {
            let mut keys = table.indexes.values().flat_map(|index| &index.keys);
            let found = keys.find(|key| key.is_expression && same(&key.text))?;
            Some((found.text.clone(), Vec::new()))
        }
        ExpressionKind::Exclusion => table.constraints.values().find_map(|found| match &found.kind {
            ConstraintKind::Exclude { definition, columns } if definition == text => {
                Some((definition.clone(), columns.clone()))
            }
            _ => None,
        }),
    }
}

/// Resolves the declarations, without the attributes and types that do not match.
fn resolve_tolerantly(
    before: &Schema,
    declared: &mut Declared,
    rules: &Rules,
    normalized: &NormalizedExpressions,
    mismatched: &mut Vec<Location>,
) -> Result<Resolution, ResolveErrors> {
    let decisions = Decisions::default();
    let names = OnceCell::new();
    loop {
        let known = matching::Input {
            before,
            declared,
            rules,
            decisions: &decisions,
            code: CodeEvidence::NONE,
        };
        let (resolution, mut problems) = resolve::attempt(known, normalized, &Unchanged::default(), &names);
        // Errors without a location in the files concern changing the database, which pulling does not do.
        problems.retain(|problem| problem.place.is_some());
        if problems.is_empty() {
            return Ok(resolution);
        }
        let mut any = false;
        for location in problems.iter().filter_map(|problem| problem.place.as_ref()) {
            for table in &mut declared.tables {
                any |= remove_at(table, location);
            }
            mismatched.push(location.clone());
        }
        if !any {
            return Err(ResolveErrors(problems));
        }
    }
}

/// Removes the attribute or the type at a location, if the table has one. Returns whether it had.
fn remove_at(table: &mut DeclaredTable, at: &Location) -> bool {
    let count = |table: &DeclaredTable| {
        table.attributes.len()
            + table
                .columns
                .iter()
                .map(|column| column.attributes.len())
                .sum::<usize>()
    };
    let before = count(table);
    table.attributes.retain(|(_, own)| own != at);
    let mut retyped = false;
    for column in &mut table.columns {
        column.attributes.retain(|(_, own)| own != at);
        if column.type_location == *at {
            // No column can have this type, so it differs from the type in the database.
            let impossible = DeclaredType {
                schema: Some("pg_catalog".into()),
                name: "void".into(),
                ..column.data_type.clone()
            };
            retyped |= column.data_type != impossible;
            column.data_type = impossible;
        }
    }
    retyped || count(table) != before
}
