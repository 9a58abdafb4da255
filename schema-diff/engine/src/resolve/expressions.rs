//! Declared expressions, and the other properties that attributes give a column.

use std::collections::BTreeMap;

use super::{Resolver, comments, storage::column_settings};
use crate::rules::ObjectKind;
use crate::{
    casts::{Cast, cast},
    declared::{Declared, DeclaredColumn, DeclaredTable, Location},
    model::{Column, DataType, Generated, Identity, Pair, QualifiedName, Schema, SequenceOptions, TableName},
};
use schema_diff_grammar::attribute::{self, ColumnAttribute, TableAttribute};

/// The kind of an expression, which decides where Postgres parses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExpressionKind {
    /// A column's default; it reads no columns.
    Default,
    /// A condition over the table's columns: a check, or an index's predicate.
    Condition,
    /// A generated column's value.
    Generated,
    /// One key of an index.
    IndexKey,
    /// An exclusion constraint; the text is the whole definition.
    Exclusion,
}

/// A declared or stored expression.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Expression {
    /// The table, by its name after.
    pub table: TableName,
    /// The column, if the expression is its default or value.
    pub column: Option<String>,
    /// Its kind.
    pub kind: ExpressionKind,
    /// Its text: as typed if it is declared, as stored if it is stored.
    pub text: String,
}

/// Collects every declared expression with its first location. Postgres has to normalize them before they are resolved.
pub fn expressions(declared: &Declared) -> BTreeMap<Expression, Location> {
    let mut found = BTreeMap::new();
    for table in &declared.tables {
        let mut push = |at: &Location, column: Option<&DeclaredColumn>, kind, text: &str| {
            let expression = Expression {
                table: table.name.clone(),
                column: column.map(|column| column.name.clone()),
                kind,
                text: text.to_owned(),
            };
            found.entry(expression).or_insert_with(|| at.clone());
        };
        for (attribute, at) in &table.attributes {
            match attribute {
                TableAttribute::Check(check) => push(at, None, ExpressionKind::Condition, &check.expression),
                TableAttribute::Index(index) => index_expressions(index, |kind, text| push(at, None, kind, text)),
                TableAttribute::Exclude(exclude) => push(at, None, ExpressionKind::Exclusion, &exclusion_text(exclude)),
                _ => {}
            }
        }
        for column in &table.columns {
            for (attribute, at) in &column.attributes {
                match attribute {
                    ColumnAttribute::Default(Some(text)) => push(at, Some(column), ExpressionKind::Default, text),
                    ColumnAttribute::Check(check) => push(at, None, ExpressionKind::Condition, &check.expression),
                    ColumnAttribute::Generated(Some(generated)) => {
                        push(at, Some(column), ExpressionKind::Generated, &generated.expression)
                    }
                    ColumnAttribute::Index(index) => index_expressions(index, |kind, text| push(at, None, kind, text)),
                    _ => {}
                }
            }
        }
    }
    found
}

fn index_expressions(index: &attribute::Index, mut push: impl FnMut(ExpressionKind, &str)) {
    for key in index.keys.iter().filter(|key| key.is_expression) {
        push(ExpressionKind::IndexKey, &key.text);
    }
    if let Some(predicate) = &index.predicate {
        push(ExpressionKind::Condition, predicate);
    }
}

/// Returns an exclusion as the `EXCLUDE ...` of a constraint.
pub(super) fn exclusion_text(exclude: &attribute::Exclude) -> String {
    let method = exclude.method.as_deref().unwrap_or("gist");
    let filter = exclude
        .predicate
        .as_ref()
        .map_or_else(String::new, |text| format!(" WHERE ({text})"));
    format!("EXCLUDE USING {method} ({}){filter}", exclude.elements)
}

impl Resolver<'_> {
    /// Applies a column's attributes: default, identity, generated, collation, settings, comment, backfill, using.
    pub(super) fn column_facts(
        &mut self,
        table: &DeclaredTable,
        declared: &DeclaredColumn,
        column: &mut Column,
        actual: Option<&Column>,
    ) {
        let rules = self.input.rules;
        let (mut declares_default, mut declares_collation) = (false, false);
        for (attribute, _) in &declared.attributes {
            match attribute {
                ColumnAttribute::Default(text) => {
                    declares_default = true;
                    self.declared_default(table, text.as_deref(), column);
                }
                ColumnAttribute::Identity(spec) => {
                    declares_default = true;
                    self.declared_identity(table, spec.as_ref(), column);
                }
                ColumnAttribute::Generated(None) => column.generated = None,
                ColumnAttribute::Generated(Some(spec)) => {
                    declares_default = true;
                    self.declared_generated(table, spec, column);
                }
                ColumnAttribute::Collate(name) => {
                    declares_collation = true;
                    let (schema, name) = name.split_once('.').unwrap_or(("pg_catalog", name));
                    column.collation = Some(Box::new(QualifiedName::new(schema, name)));
                }
                _ => {}
            }
        }
        column_settings(column, declared, self.input.before, rules);
        match comments::of_column(declared, actual.and_then(|own| own.comment.as_ref())) {
            Some(comment) => column.comment = comment,
            None if actual.is_some() && rules.drops(ObjectKind::Comments) => column.comment = None,
            None => {}
        }
        if actual.is_some() {
            if !declares_default {
                self.drop_undeclared_values(table, declared, column);
            }
            if rules.drops(ObjectKind::Collations) && !declares_collation {
                column.collation = None;
            }
        }
        let is_retyped = actual.is_some_and(|actual| actual.data_type != column.data_type);
        self.declared_conversions(table, declared, is_retyped);
        self.decided_conversions(table, declared);
    }

    /// Applies a declared default, or `default = none`.
    fn declared_default(&self, table: &DeclaredTable, text: Option<&str>, column: &mut Column) {
        let expression = |text: &str| expression(table, &column.name, ExpressionKind::Default, text);
        let normalized = text.map(|text| self.input.normalized.of(&expression(text)).text);
        let normalized = normalized.filter(|text| !text.is_empty());
        let stored = column.default.as_deref().map(expression);
        let stored = stored.map(|stored| self.input.normalized.canonical(&stored).to_owned());
        // A column has either a default, an identity or a generated value.
        column.identity = column.identity.take().filter(|_| text.is_none());
        column.generated = column.generated.take().filter(|_| text.is_none());
        if normalized != stored {
            column.default = normalized;
            column.sequence = None;
        }
    }

    /// Applies a declared identity, or `identity = none`.
    fn declared_identity(&self, table: &DeclaredTable, spec: Option<&attribute::Identity>, column: &mut Column) {
        let sequence = match &column.identity {
            Some(own) => own.sequence.clone(),
            None => self.free_sequence(&table.name, &column.name),
        };
        column.identity = spec.map(|spec| Box::new(identity(spec, sequence, column)));
        if column.identity.is_some() {
            column.default = None;
            column.sequence = None;
            column.generated = None;
        }
    }

    /// Applies a declared generation expression.
    fn declared_generated(&self, table: &DeclaredTable, spec: &attribute::Generated, column: &mut Column) {
        let expression = |text: &str| expression(table, &column.name, ExpressionKind::Generated, text);
        let normalized = self.input.normalized.of(&expression(&spec.expression));
        let stored = column.generated.as_ref();
        let is_same = stored
            .is_some_and(|stored| self.input.normalized.canonical(&expression(&stored.expression)) == normalized.text);
        column.generated = Some(match column.generated.take().filter(|_| is_same) {
            Some(mut same) => {
                same.stored = !spec.is_virtual;
                same
            }
            None => Box::new(Generated {
                expression: normalized.text,
                stored: !spec.is_virtual,
                columns: normalized.columns,
            }),
        });
        column.default = None;
        column.sequence = None;
        column.identity = None;
    }

    /// Collects the values and conversions that a column's attributes declare.
    fn declared_conversions(&mut self, table: &DeclaredTable, declared: &DeclaredColumn, is_retyped: bool) {
        for (attribute, _) in &declared.attributes {
            let (texts, text) = match attribute {
                ColumnAttribute::Backfill(text) => (&mut self.out.backfills, text),
                // The attribute may remain in schema.rs after the type has changed.
                ColumnAttribute::Using(text) if is_retyped => (&mut self.out.usings, text),
                ColumnAttribute::UsingDown(text) if is_retyped => (&mut self.out.usings_down, text),
                _ => continue,
            };
            texts.insert((table.name.clone(), declared.name.clone()), text.clone());
        }
    }

    /// Collects the values and conversions that the user decided for a column, whose table has either name in a
    /// decision. They replace declared ones.
    fn decided_conversions(&mut self, table: &DeclaredTable, declared: &DeclaredColumn) {
        let decisions = self.input.decisions;
        let old_table = self.old_name(&table.name);
        for named in [&table.name, &old_table] {
            let named = (named.clone(), declared.name.clone());
            let decided = [
                (&mut self.out.backfills, decisions.backfills.get(&named)),
                (&mut self.out.usings, decisions.usings.get(&named)),
                (&mut self.out.usings_down, decisions.usings_down.get(&named)),
            ];
            for (texts, text) in decided {
                if let Some(text) = text {
                    texts.insert((table.name.clone(), declared.name.clone()), text.clone());
                }
            }
        }
    }

    /// Drops the undeclared default, identity or generation expression of an existing column, if the configuration says
    /// so.
    ///
    /// A serial type, or a key that the configuration numbers, declares some source of numbers: an existing one is
    /// kept.
    fn drop_undeclared_values(&self, table: &DeclaredTable, declared: &DeclaredColumn, column: &mut Column) {
        let rules = self.input.rules;
        let is_numbered =
            column.data_type.is_integer() && (rules.has_other_back_ends || self.is_numbered(table, declared));
        if rules.drops(ObjectKind::Generated) {
            column.generated = None;
        }
        if rules.drops(ObjectKind::Identities) && !is_numbered {
            column.identity = None;
        }
        if rules.drops(ObjectKind::Defaults) && !(is_numbered && uses_sequence(column)) {
            column.default = None;
            column.sequence = None;
        }
    }

    /// Returns a managed table's name before.
    pub(super) fn old_name(&self, after: &TableName) -> TableName {
        self.out.matches.table_before(after)
    }
}

/// Returns whether a column's default takes its values from a sequence, owned or not.
pub(super) fn uses_sequence(column: &Column) -> bool {
    let default = column.default.as_deref().unwrap_or_default();
    column.sequence.is_some() || default.trim_start_matches('(').starts_with("nextval(")
}

fn expression(table: &DeclaredTable, column: &str, kind: ExpressionKind, text: &str) -> Expression {
    Expression {
        table: table.name.clone(),
        column: Some(column.to_owned()),
        kind,
        text: text.to_owned(),
    }
}

fn identity(spec: &attribute::Identity, sequence: QualifiedName, column: &Column) -> Identity {
    let default = SequenceOptions::default_for(&column.data_type);
    let descending = spec.increment.is_some_and(|step| step < 0);
    let lowest = match default.data_type.builtin_name() {
        Some("int2") => i64::from(i16::MIN),
        Some("int4") => i64::from(i32::MIN),
        _ => i64::MIN,
    };
    let min = spec.min.unwrap_or(if descending { lowest } else { 1 });
    let max = spec.max.unwrap_or(if descending { -1 } else { default.max });
    let options = SequenceOptions {
        start: spec.start.unwrap_or(if descending { max } else { min }),
        increment: spec.increment.unwrap_or(1),
        min,
        max,
        cache: spec.cache.unwrap_or(1),
        cycle: spec.cycle,
        ..default
    };
    Identity {
        always: spec.always,
        sequence,
        options,
    }
}

/// Converts a default to its column's new type; returns `None` if it cannot be a default of that type.
///
/// If Postgres converts between the types automatically, it also converts the default. Otherwise a literal is kept if
/// it is valid input for the new type, with the cast that Postgres appends to it.
pub(super) fn recast_default(default: &str, types: Pair<&DataType>, after: &Schema) -> Option<String> {
    let both_builtin = types.before.is_builtin() && types.after.is_builtin();
    if both_builtin && cast(types.before, types.after) == Cast::Assignment {
        return Some(default.to_owned());
    }
    let (literal, rest) = split_literal(default)?;
    let fits = rest.starts_with("::") && reads_as(&literal, types.after, after);
    let bare = match types.after.builtin_name() {
        Some(_) => DataType {
            modifier: None,
            ..types.after.clone()
        },
        None => types.after.clone(),
    };
    fits.then(|| format!("{}::{}", crate::model::quote_literal(&literal), qualified_type(&bare)))
}

/// Splits an expression into the text of the literal at its beginning, and the rest.
fn split_literal(expression: &str) -> Option<(String, &str)> {
    let mut rest = expression.strip_prefix('\'')?;
    let mut text = String::new();
    loop {
        let (part, after) = rest.split_once('\'')?;
        text.push_str(part);
        match after.strip_prefix('\'') {
            Some(more) => {
                text.push('\'');
                rest = more;
            }
            None => return Some((text, after)),
        }
    }
}

/// Returns whether a text is valid input for a type.
fn reads_as(text: &str, data_type: &DataType, schema: &Schema) -> bool {
    if data_type.array {
        return text == "{}";
    }
    if let Some(found) = schema.enum_type(&data_type.name) {
        return found.labels.iter().any(|label| label == text);
    }
    match data_type.builtin_name() {
        Some("int2") => text.trim().parse::<i16>().is_ok(),
        Some("int4") => text.trim().parse::<i32>().is_ok(),
        Some("int8") => text.trim().parse::<i64>().is_ok(),
        Some("numeric" | "float4" | "float8") => text.trim().parse::<f64>().is_ok(),
        Some("bool") => matches!(
            text.trim(),
            "t" | "f" | "true" | "false" | "yes" | "no" | "on" | "off" | "1" | "0"
        ),
        Some("json" | "jsonb") => serde_json::from_str::<serde_json::Value>(text).is_ok(),
        Some("text" | "varchar" | "bpchar" | "name") => true,
        _ => false,
    }
}

/// Returns a type as Postgres formats it with an empty `search_path`.
pub(crate) fn qualified_type(data_type: &DataType) -> String {
    if data_type.is_builtin() || data_type.name.schema != "public" {
        return data_type.to_string();
    }
    let bare = data_type.to_string();
    if bare.starts_with("public.") {
        bare
    } else {
        format!("public.{bare}")
    }
}
