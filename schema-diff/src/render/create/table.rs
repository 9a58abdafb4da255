//! `CREATE TABLE`.

use super::{
    column::{self, column_settings, identity_type_differs, sequences_before},
    comment::comment,
    constraint::{add_constraint, constraint, has_default_name},
    context::Context,
    grant::grants,
    options,
    sequence::sequence,
};
use crate::{
    model::{Column, Constraint, ConstraintKind, Table, TableKind, TableName, quote_ident},
    render::data_type,
};

/// Creates a table with its columns, sequences, keys and checks, comments, row security and rights.
///
/// Its foreign keys, indexes, triggers, policies and rules come later, from functions of their own. A partition is
/// created for itself and then attached, so that it keeps its columns' order and its names; its parent must be there.
pub fn table(table: &Table, context: &Context<'_>) -> Vec<String> {
    let mut statements: Vec<String> = sequences_before(table)
        .map(|(_, owned)| sequence(&owned.name, &owned.options))
        .collect();
    statements.push(create(table, context));
    statements.extend(sequences_before(table).map(|(column, owned)| {
        format!(
            "ALTER SEQUENCE {} OWNED BY {}.{}",
            owned.name,
            table.name,
            quote_ident(&column.name)
        )
    }));
    statements.extend(
        table
            .columns
            .iter()
            .filter(|column| !shares_identity(table, column, context))
            .filter_map(|column| {
                let (identity, data) = identity_type_differs(column)?;
                Some(format!("ALTER SEQUENCE {} AS {}", identity.sequence, data_type(data)))
            }),
    );
    if attaches_late(table) {
        statements.extend(
            table
                .inherits
                .iter()
                .map(|parent| format!("ALTER TABLE {} INHERIT {parent}", table.name)),
        );
    } else {
        statements.extend(inherited_columns(table, context));
    }
    let own = table
        .constraints
        .values()
        .filter(|constraint| is_own(table, constraint));
    statements.extend(
        own.clone()
            .filter(|own| !own.validated || is_repeated(table, own))
            .map(|own| add_constraint(&table.name, own, context)),
    );
    if let Some(partition) = &table.partition_of {
        statements.push(format!(
            "ALTER TABLE {} ATTACH PARTITION {} {}",
            partition.parent, table.name, partition.bound
        ));
    }
    if let Some(of) = &table.of_type {
        statements.push(format!("ALTER TABLE {} OF {of}", table.name));
    }
    if table.row_security {
        statements.push(format!("ALTER TABLE {} ENABLE ROW LEVEL SECURITY", table.name));
    }
    if table.force_row_security {
        statements.push(format!("ALTER TABLE {} FORCE ROW LEVEL SECURITY", table.name));
    }
    if let Some(text) = &table.comment {
        statements.push(comment(&format!("TABLE {}", table.name), Some(text)));
    }
    for column in &table.columns {
        if let Some(text) = &column.comment {
            statements.push(comment(
                &format!("COLUMN {}.{}", table.name, quote_ident(&column.name)),
                Some(text),
            ));
        }
    }
    statements.extend(own.filter_map(|own| constraint_comment(&table.name, own)));
    statements.extend(grants(&table.name, None, &table.grants));
    for column in &table.columns {
        statements.extend(grants(&table.name, Some(&column.name), &column.grants));
        statements.extend(column_settings(&table.name, column));
    }
    statements
}

/// The comment on a constraint, if it has one.
pub(super) fn constraint_comment(table: &TableName, of: &Constraint) -> Option<String> {
    let text = of.comment.as_deref()?;
    Some(comment(
        &format!("CONSTRAINT {} ON {table}", quote_ident(&of.name)),
        Some(text),
    ))
}

/// The statement alone.
fn create(table: &Table, context: &Context<'_>) -> String {
    let inline_key = inline_primary_key(table, context);
    let is_partition = table.partition_of.is_some();
    let mut lines: Vec<String> = Vec::new();
    for own in table.columns.iter().filter(|column| is_partition || !column.inherited) {
        let shared = shares_identity(table, own, context);
        let without_identity = Column {
            identity: None,
            ..own.clone()
        };
        let mut line = column::column(&table.name, if shared { &without_identity } else { own }, context);
        if inline_key == Some(own.name.as_str()) {
            line = format!("{} PRIMARY KEY", line.strip_suffix(" NOT NULL").unwrap_or(&line));
        }
        lines.push(line);
    }
    let own = table
        .constraints
        .values()
        .filter(|own| is_own(table, own) && own.validated && !is_repeated(table, own));
    let mut listed: Vec<&Constraint> = own.filter(|own| inline_key.is_none() || !is_primary_key(own)).collect();
    listed.sort_by_key(|own| !is_primary_key(own));
    lines.extend(listed.into_iter().map(|own| constraint(&table.name, own, context)));

    let unlogged = if table.unlogged { "UNLOGGED " } else { "" };
    let body = if lines.is_empty() {
        "()".to_owned()
    } else {
        format!("(\n    {}\n)", lines.join(",\n    "))
    };
    let mut statement = format!("CREATE {unlogged}TABLE {} {body}", table.name);
    if !table.inherits.is_empty() && !attaches_late(table) {
        let parents: Vec<String> = table.inherits.iter().map(ToString::to_string).collect();
        statement.push_str(&format!(" INHERITS ({})", parents.join(", ")));
    }
    if let TableKind::Partitioned { key } = &table.kind {
        statement.push_str(&format!(" PARTITION BY {key}"));
    }
    statement.push_str(&options(&table.options));
    statement
}

/// The column of a key that can stand behind it: one column, and nothing to say but `PRIMARY KEY`.
fn inline_primary_key<'a>(table: &'a Table, context: &Context<'_>) -> Option<&'a str> {
    let key = table.primary_key().filter(|key| is_own(table, key))?;
    let ConstraintKind::PrimaryKey { columns, include } = &key.kind else {
        return None;
    };
    let [only] = columns.as_slice() else { return None };
    let is_written_here = table.partition_of.is_some() || table.column(only).is_some_and(|column| !column.inherited);
    let is_plain = include.is_empty() && !key.deferrable && has_default_name(&table.name, key, context);
    (is_plain && is_written_here).then_some(only)
}

const fn is_primary_key(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey { .. })
}

/// Whether another constraint makes the same index: of such, `CREATE TABLE` makes only the first, and says nothing.
fn is_repeated(table: &Table, constraint: &Constraint) -> bool {
    let is_before = |other: &Constraint| is_primary_key(other) || other.name < constraint.name;
    let mut others = table.constraints.values().filter(|other| other.name != constraint.name);
    match &constraint.kind {
        ConstraintKind::Unique { columns, .. } => others.any(|other| match &other.kind {
            ConstraintKind::PrimaryKey { columns: own, .. } | ConstraintKind::Unique { columns: own, .. } => {
                own == columns && is_before(other)
            }
            _ => false,
        }),
        ConstraintKind::Exclude { definition, .. } => others.any(|other| match &other.kind {
            ConstraintKind::Exclude { definition: own, .. } => own == definition && is_before(other),
            _ => false,
        }),
        _ => false,
    }
}

/// Whether the table's statements create a constraint: no foreign key, and not one that its parent gives it.
fn is_own(table: &Table, constraint: &Constraint) -> bool {
    constraint.foreign_key().is_none() && (table.partition_of.is_some() || !constraint.inherited)
}

/// Whether all columns are the table's own, so that it can be given its parents afterwards and keeps their order.
fn attaches_late(table: &Table) -> bool {
    !table.inherits.is_empty() && table.columns.iter().all(|column| !column.inherited)
}

/// Whether a partition takes its identity from its parent (Postgres 17), which gives it when it is attached.
fn shares_identity(table: &Table, column: &Column, context: &Context<'_>) -> bool {
    let Some(identity) = &column.identity else { return false };
    let parent = table
        .partition_of
        .as_ref()
        .and_then(|partition| context.table(&partition.parent));
    let above = parent
        .and_then(|parent| parent.column(&column.name))
        .and_then(|column| column.identity.as_ref());
    above.is_some_and(|above| above.sequence == identity.sequence)
}

/// What a table says otherwise than its parents about the columns that it has from them.
fn inherited_columns(table: &Table, context: &Context<'_>) -> Vec<String> {
    let mut statements = Vec::new();
    if table.partition_of.is_some() {
        return statements;
    }
    for column in table.columns.iter().filter(|column| column.inherited) {
        let parents = table.inherits.iter().filter_map(|parent| context.table(parent));
        let above: Vec<&Column> = parents.filter_map(|parent| parent.column(&column.name)).collect();
        let alter = format!("ALTER TABLE {} ALTER COLUMN {}", table.name, quote_ident(&column.name));
        let same_default = above.iter().all(|above| above.default == column.default);
        match &column.default {
            Some(default) if !same_default => statements.push(format!("{alter} SET DEFAULT {default}")),
            None if !same_default => statements.push(format!("{alter} DROP DEFAULT")),
            _ => {}
        }
        if !column.nullable && above.iter().all(|above| above.nullable) {
            statements.push(format!("{alter} SET NOT NULL"));
        }
    }
    statements
}
