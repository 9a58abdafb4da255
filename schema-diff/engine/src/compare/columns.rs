//! Compares the columns of a table that exists before and after.

use std::collections::{BTreeMap, BTreeSet};

use super::change::{Change, ColumnDelta};
use crate::{
    matching::Matches,
    model::{Column, Pair, Schema, SequenceOptions, Table},
};

/// Compares columns. A column that a parent table has before and after, or that Postgres adds with the parent's,
/// changes with the parent; `from_parents` names those of the before schema.
pub(super) fn columns(pair: Pair<&Table>, from_parents: &BTreeSet<&str>, matches: &Matches, changes: &mut Vec<Change>) {
    let table = pair.map(|table| table.name.clone());
    let after: BTreeMap<&str, &Column> = pair
        .after
        .columns
        .iter()
        .map(|column| (column.name.as_str(), column))
        .collect();
    let before: BTreeMap<String, &Column> = pair
        .before
        .columns
        .iter()
        .map(|column| (matches.column(&table.before, &column.name), column))
        .collect();
    for (name, column) in &before {
        if !after.contains_key(name.as_str()) && !column.inherited {
            changes.push(Change::DropColumn {
                table: table.clone(),
                column: column.name.clone(),
            });
        }
    }
    for column in &pair.after.columns {
        let Some(old) = before.get(&column.name) else {
            // Postgres adds a parent's column to the child tables automatically.
            if !column.inherited {
                changes.push(Change::AddColumn {
                    table: table.clone(),
                    column: column.name.clone(),
                });
            }
            continue;
        };
        let from_parent = column.inherited || old.inherited || from_parents.contains(old.name.as_str());
        let names = Pair::new(old.name.clone(), column.name.clone());
        if names.differs() && !from_parent {
            changes.push(Change::RenameColumn {
                table: table.clone(),
                column: names.clone(),
            });
        }
        let mapped = matches.map_column(&table.before, old);
        let mut delta = delta(Pair::new(&mapped, column));
        if from_parent {
            // Storage settings are separate for each table.
            delta = ColumnDelta {
                settings: delta.settings,
                ..ColumnDelta::default()
            };
        }
        if delta.any() {
            changes.push(Change::AlterColumn {
                table: table.clone(),
                column: names,
                delta,
            });
        }
        if from_parent {
            continue;
        }
        let sequences = Pair::new(sequence_name(old), sequence_name(column));
        if let (Some(from), Some(to)) = (sequences.before, sequences.after)
            && from.name != to.name
        {
            changes.push(Change::RenameSequence(Pair::new(from.clone(), to.clone())));
        }
    }
}

/// Compares the storage settings of a partition's columns, which are separate for each table. The renames of the
/// partitioned tables above it in the before schema apply to its columns, too.
pub(super) fn settings(before: &Schema, pair: Pair<&Table>, matches: &Matches, changes: &mut Vec<Change>) {
    let above = |table: &Table| before.tables.get(&table.partition_of.as_ref()?.parent);
    let tables: Vec<&Table> = std::iter::successors(Some(pair.before), |table| above(table)).collect();
    let new_name = |old: &Column| {
        let mut names = tables.iter().map(|table| matches.column(&table.name, &old.name));
        names.find(|name| *name != old.name).unwrap_or_else(|| old.name.clone())
    };
    let before: BTreeMap<String, &Column> = pair.before.columns.iter().map(|old| (new_name(old), old)).collect();
    for column in &pair.after.columns {
        if let Some(old) = before.get(&column.name)
            && column.settings().differing(old.settings()).next().is_some()
        {
            changes.push(Change::AlterColumn {
                table: pair.map(|table| table.name.clone()),
                column: Pair::new(old.name.clone(), column.name.clone()),
                delta: ColumnDelta {
                    settings: true,
                    ..ColumnDelta::default()
                },
            });
        }
    }
}

fn sequence_name(column: &Column) -> Option<&crate::model::QualifiedName> {
    column
        .sequence
        .as_ref()
        .map(|own| &own.name)
        .or(column.identity.as_ref().map(|own| &own.sequence))
}

/// Compares two columns, the first already under its name after.
fn delta(pair: Pair<&Column>) -> ColumnDelta {
    let Pair { before, after } = pair;
    let data_type = before.data_type != after.data_type;
    let both_own_sequences = before.sequence.is_some() && after.sequence.is_some();
    // Postgres widens the sequence of an identity column automatically.
    let identity = match (&before.identity, &after.identity) {
        (Some(old), Some(new)) => {
            let follows = data_type
                && old.options == SequenceOptions::default_for(&before.data_type)
                && new.options == SequenceOptions::default_for(&after.data_type);
            old.always != new.always || (old.options != new.options && !follows)
        }
        (None, None) => false,
        _ => true,
    };
    let generated = match (&before.generated, &after.generated) {
        (Some(old), Some(new)) => old.expression != new.expression || old.stored != new.stored,
        (None, None) => false,
        _ => true,
    };
    ColumnDelta {
        data_type,
        collation: before.collation != after.collation,
        nullable: before.nullable != after.nullable,
        default: !both_own_sequences && before.default != after.default,
        identity,
        sequence: match (&before.sequence, &after.sequence) {
            (Some(old), Some(new)) => old.options != new.options,
            (None, None) => false,
            _ => true,
        },
        generated,
        comment: before.comment != after.comment,
        settings: after.settings().differing(before.settings()).next().is_some(),
    }
}
