//! Normalized expressions: declared expressions as Postgres deparses them, and the stored expressions that mean the
//! same.

use std::collections::BTreeMap;

use super::expressions::{Expression, ExpressionKind};
use crate::{
    declaration::{Spelling, default_text, spelled},
    declared::Location,
    model::{Constraint, ConstraintKind, Index, Schema, Table, TableName},
};

/// An expression as Postgres deparses it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NormalizedExpression {
    /// The deparsed text; empty for a default that is only NULL.
    pub text: String,
    /// The columns of the table that it reads, sorted.
    pub columns: Vec<String>,
    /// The names that Postgres gives the keys of an index on it.
    pub keys: Vec<String>,
}

/// The normalized forms of declared expressions, and the stored expressions that mean the same.
#[derive(Clone, Debug, Default)]
pub struct NormalizedExpressions {
    expressions: BTreeMap<Expression, NormalizedExpression>,
    /// Stored expressions, each with the text of the declared one that means the same.
    same: BTreeMap<Expression, String>,
}

impl NormalizedExpressions {
    /// Returns the normalized form of an expression; the text itself if it was not normalized.
    pub fn of(&self, expression: &Expression) -> NormalizedExpression {
        self.expressions
            .get(expression)
            .cloned()
            .unwrap_or_else(|| NormalizedExpression {
                text: expression.text.clone(),
                ..NormalizedExpression::default()
            })
    }

    /// Returns whether the normalized form of an expression is known.
    pub fn contains(&self, expression: &Expression) -> bool {
        self.expressions.contains_key(expression)
    }

    /// Records the normalized form of an expression.
    pub fn insert(&mut self, expression: Expression, normalized: NormalizedExpression) {
        self.expressions.insert(expression, normalized);
    }

    /// Records that a stored expression means the same as a declared one with this text.
    pub fn insert_same(&mut self, stored: Expression, text: String) {
        self.same.insert(stored, text);
    }

    /// Adds the entries of another set.
    pub fn extend(&mut self, other: Self) {
        self.expressions.extend(other.expressions);
        self.same.extend(other.same);
    }

    /// Returns the text of the declared expression that means the same as a stored one; the stored text if there is
    /// none.
    pub fn canonical<'a>(&'a self, stored: &'a Expression) -> &'a str {
        self.same.get(stored).unwrap_or(&stored.text)
    }

    /// Returns the normalized forms of declared expressions whose text is stored as typed; these need no query.
    pub fn stored_as_typed(before: &Schema, declared: &BTreeMap<Expression, Location>) -> Self {
        let mut expressions = Self::default();
        let mut of_tables: BTreeMap<&TableName, Vec<Stored>> = BTreeMap::new();
        for expression in declared.keys() {
            let Some(table) = before.tables.get(&expression.table) else {
                continue;
            };
            let all = of_tables.entry(&table.name).or_insert_with(|| stored(table));
            let found = all.iter().find(|own| {
                own.expression.kind == expression.kind
                    && own.expression.column == expression.column
                    && is_typed_as(table, &own.expression, &expression.text)
            });
            if let Some(found) = found {
                let normalized = NormalizedExpression {
                    text: found.expression.text.clone(),
                    columns: found.columns.clone(),
                    keys: Vec::new(),
                };
                expressions.insert(expression.clone(), normalized);
            }
        }
        expressions
    }

    /// Returns a constraint with the text of the declared expression that means the same, if there is one.
    pub(super) fn canonical_constraint(&self, table: &TableName, found: &Constraint) -> Constraint {
        let mut found = found.clone();
        match &mut found.kind {
            ConstraintKind::Check { expression, .. } => self.replace(table, ExpressionKind::Condition, expression),
            ConstraintKind::Exclude { definition, .. } => self.replace(table, ExpressionKind::Exclusion, definition),
            _ => {}
        }
        found
    }

    /// Returns an index with the texts of the declared expressions that mean the same.
    pub(super) fn canonical_index(&self, table: &TableName, found: &Index) -> Index {
        let mut found = found.clone();
        for key in found.keys.iter_mut().filter(|key| key.is_expression) {
            self.replace(table, ExpressionKind::IndexKey, &mut key.text);
        }
        if let Some(predicate) = &mut found.predicate {
            self.replace(table, ExpressionKind::Condition, predicate);
        }
        found
    }

    /// Replaces the declared texts of a table by the stored texts of another one where both mean the same.
    pub(crate) fn keep_stored(&self, built: &mut Table, stored: &Table) {
        let name = built.name.clone();
        for own in built.constraints.values_mut() {
            let is_same = |found: &&Constraint| self.canonical_constraint(&name, found).kind == own.kind;
            if let Some(found) = stored.constraints.values().find(is_same) {
                own.kind.clone_from(&found.kind);
            }
        }
        for own in built.indexes.values_mut() {
            let is_same = |found: &&Index| {
                let found = self.canonical_index(&name, found);
                (&found.keys, &found.predicate) == (&own.keys, &own.predicate)
            };
            if let Some(found) = stored.indexes.values().find(is_same) {
                own.keys.clone_from(&found.keys);
                own.predicate.clone_from(&found.predicate);
            }
        }
        for own in &mut built.columns {
            let Some(found) = stored.column(&own.name) else {
                continue;
            };
            let is_same_text = |kind, stored: &str, built: &str| {
                let stored = Expression {
                    table: name.clone(),
                    column: Some(found.name.clone()),
                    kind,
                    text: stored.to_owned(),
                };
                self.canonical(&stored) == built
            };
            if let (Some(own), Some(found)) = (&mut own.default, &found.default)
                && is_same_text(ExpressionKind::Default, found, own)
            {
                own.clone_from(found);
            }
            if let (Some(own), Some(found)) = (&mut own.generated, &found.generated)
                && is_same_text(ExpressionKind::Generated, &found.expression, &own.expression)
            {
                own.expression.clone_from(&found.expression);
            }
        }
    }

    fn replace(&self, table: &TableName, kind: ExpressionKind, text: &mut String) {
        let stored = Expression {
            table: table.clone(),
            column: None,
            kind,
            text: std::mem::take(text),
        };
        self.canonical(&stored).clone_into(text);
    }
}

/// A stored expression of a table.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The expression.
    pub expression: Expression,
    /// The columns that it reads, as far as known.
    pub columns: Vec<String>,
}

/// Lists every expression of a table that attributes could declare.
pub fn stored(table: &Table) -> Vec<Stored> {
    let mut found = Vec::new();
    let mut push = |kind, column: Option<&String>, text: &str, columns: &[String]| {
        found.push(Stored {
            expression: Expression {
                table: table.name.clone(),
                column: column.cloned(),
                kind,
                text: text.to_owned(),
            },
            columns: columns.to_vec(),
        });
    };
    for column in &table.columns {
        if let Some(text) = &column.default {
            push(ExpressionKind::Default, Some(&column.name), text, &[]);
        }
        if let Some(own) = &column.generated {
            push(
                ExpressionKind::Generated,
                Some(&column.name),
                &own.expression,
                &own.columns,
            );
        }
    }
    for constraint in table.constraints.values() {
        match &constraint.kind {
            ConstraintKind::Check {
                expression, columns, ..
            } => push(ExpressionKind::Condition, None, expression, columns),
            ConstraintKind::Exclude { definition, columns } => {
                push(ExpressionKind::Exclusion, None, definition, columns);
            }
            _ => {}
        }
    }
    for index in table.indexes.values() {
        let known = |is_all: bool| if is_all { index.columns.as_slice() } else { &[] };
        let keys: Vec<_> = index.keys.iter().filter(|key| key.is_expression).collect();
        let alone = index.keys.len() == 1 && index.include.is_empty();
        for key in keys {
            push(
                ExpressionKind::IndexKey,
                None,
                &key.text,
                known(alone && index.predicate.is_none()),
            );
        }
        if let Some(text) = &index.predicate {
            push(ExpressionKind::Condition, None, text, &[]);
        }
    }
    found
}

/// Returns whether Postgres stores a typed expression with this text, as far as that is certain without a query.
fn is_typed_as(table: &Table, stored: &Expression, typed: &str) -> bool {
    let stored_text = &stored.text;
    if stored_text == typed {
        return true;
    }
    match stored.kind {
        ExpressionKind::Default => {
            let column = stored.column.as_deref().and_then(|name| table.column(name));
            column.is_some_and(|column| default_text(column, stored_text, Spelling::Short) == typed)
        }
        ExpressionKind::Exclusion => false,
        _ => spelled(stored_text, Spelling::Short) == typed,
    }
}
