//! `CREATE TABLE`.

use super::{
    column::{column, column_settings, identity_type_differs, sequences_before},
    constraint::{self, has_default_name},
    context::Context,
    grant::grants,
    sequence::{owned_by, sequence},
};
use crate::{
    model::{Column, Constraint, ConstraintKind, ObjectId, Table, TableKind},
    statement::{ColumnAction, Ddl, NewTable, SequenceAction, SequenceOption, TableAction},
};

/// Creates a table with its columns, sequences, keys and checks, comments, row security and privileges.
///
/// Separate functions create its foreign keys, indexes, triggers, policies and rules. A partition is created as a
/// separate table and then attached, so that it keeps the order of its columns and its names; its parent must exist.
pub fn table(table: &Table, context: &Context<'_>) -> Vec<Ddl> {
    let name = &table.name;
    let alter = |action| Ddl::alter_table(name, action);
    let mut statements: Vec<Ddl> = sequences_before(table)
        .map(|(_, owned)| sequence(&owned.name, &owned.options))
        .collect();
    statements.push(create(table, context));
    statements.extend(sequences_before(table).map(|(column, owned)| owned_by(&owned.name, name, &column.name)));
    statements.extend(identity_types(table, context));
    if attaches_late(table) {
        let parents = table.inherits.iter().cloned();
        statements.extend(parents.map(|parent| alter(TableAction::Inherit(parent))));
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
            .map(|own| constraint::bare(name, own, context)),
    );
    if let Some(of) = &table.partition_of {
        statements.push(Ddl::alter_table(
            &of.parent,
            TableAction::AttachPartition {
                partition: name.clone(),
                bound: of.bound.clone(),
            },
        ));
    }
    statements.extend(table.of_type.clone().map(|of| alter(TableAction::OfType(of))));
    statements.extend(table.row_security.then(|| alter(TableAction::EnableRowSecurity)));
    let is_forced = table.force_row_security;
    statements.extend(is_forced.then(|| alter(TableAction::ForceRowSecurity(true))));
    statements.extend(comments(table));
    statements.extend(own.filter_map(|own| constraint::comment(name, own)));
    statements.extend(grants(name, None, &table.grants));
    for column in &table.columns {
        statements.extend(grants(name, Some(&column.name), &column.grants));
        statements.extend(column_settings(name, column));
    }
    statements
}

/// Sets the comments of a table and its columns.
fn comments(table: &Table) -> impl Iterator<Item = Ddl> {
    let name = &table.name;
    let columns = table
        .columns
        .iter()
        .filter_map(|column| Ddl::comment(ObjectId::column(name, &column.name), column.comment.as_deref()));
    Ddl::comment(ObjectId::Table(name.clone()), table.comment.as_deref())
        .into_iter()
        .chain(columns)
}

/// Sets the types of identity sequences that differ from the types of their columns.
fn identity_types(table: &Table, context: &Context<'_>) -> impl Iterator<Item = Ddl> {
    let own = table
        .columns
        .iter()
        .filter(|column| !shares_identity(table, column, context));
    own.filter_map(|column| {
        let (identity, data_type) = identity_type_differs(column)?;
        Some(Ddl::AlterSequence {
            name: identity.sequence.clone(),
            action: SequenceAction::Options(vec![SequenceOption::DataType(data_type.clone())]),
        })
    })
}

/// Returns the `CREATE TABLE` statement alone.
fn create(table: &Table, context: &Context<'_>) -> Ddl {
    let key_column = inline_primary_key(table, context).map(ToOwned::to_owned);
    let is_partition = table.partition_of.is_some();
    let written = |own: &Column| Column {
        identity: own.identity.clone().filter(|_| !shares_identity(table, own, context)),
        ..column(own, context)
    };
    let own_columns = table.columns.iter().filter(|own| is_partition || !own.inherited);
    let own = table
        .constraints
        .values()
        .filter(|own| is_own(table, own) && own.validated && !is_repeated(table, own));
    let mut listed: Vec<&Constraint> = own.filter(|own| key_column.is_none() || !is_primary_key(own)).collect();
    listed.sort_by_key(|own| !is_primary_key(own));
    Ddl::CreateTable(Box::new(NewTable {
        name: table.name.clone(),
        unlogged: table.unlogged,
        columns: own_columns.map(written).collect(),
        key_column,
        constraints: listed
            .into_iter()
            .map(|own| constraint::constraint(&table.name, own, context))
            .collect(),
        inherits: if attaches_late(table) {
            Vec::new()
        } else {
            table.inherits.clone()
        },
        partition_key: match &table.kind {
            TableKind::Partitioned { key } => Some(key.clone()),
            _ => None,
        },
        options: table.options.clone(),
    }))
}

/// Returns the column after which `PRIMARY KEY` can be written, if the key has one column and no other property.
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

/// Returns whether another constraint has the same index: `CREATE TABLE` silently creates only the first one.
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

/// Returns whether the table's statements create a constraint: it is no foreign key, and no parent table passes it on.
fn is_own(table: &Table, constraint: &Constraint) -> bool {
    constraint.foreign_key().is_none() && (table.partition_of.is_some() || !constraint.inherited)
}

/// Returns whether a child table inherits no column, so that its parents can be added later and its columns keep their
/// order.
fn attaches_late(table: &Table) -> bool {
    !table.inherits.is_empty() && table.columns.iter().all(|column| !column.inherited)
}

/// Returns whether a partition shares the identity of its parent (Postgres 17), which it gets when it is attached.
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

/// Sets the defaults and `NOT NULL` of inherited columns that differ from those of the parents.
fn inherited_columns(table: &Table, context: &Context<'_>) -> Vec<Ddl> {
    let mut statements = Vec::new();
    if table.partition_of.is_some() {
        return statements;
    }
    for column in table.columns.iter().filter(|column| column.inherited) {
        let parents = table.inherits.iter().filter_map(|parent| context.table(parent));
        let above: Vec<&Column> = parents.filter_map(|parent| parent.column(&column.name)).collect();
        let mut alter = |action| statements.push(Ddl::alter_column(&table.name, &column.name, action));
        let same_default = above.iter().all(|above| above.default == column.default);
        match &column.default {
            Some(default) if !same_default => alter(ColumnAction::SetDefault(default.clone())),
            None if !same_default => alter(ColumnAction::DropDefault),
            _ => {}
        }
        if !column.nullable && above.iter().all(|above| above.nullable) {
            alter(ColumnAction::SetNotNull);
        }
    }
    statements
}
