//! Converts decisions to the options that the header records, and back.

use super::{
    Flag,
    value::{
        assignment, dropped, rename, rename_label, rename_schema, rename_table, rename_type, replacement, table_name,
    },
};
use crate::{matching::Decisions, model::QualifiedName};

/// Returns all decisions, one option each, in a fixed order.
pub fn flags_of(decisions: &Decisions) -> Vec<Flag> {
    let mut flags: Vec<Flag> = Vec::new();
    flags.extend(decisions.tables.iter().map(|(from, to)| Flag::rename_table(from, to)));
    flags.extend(
        decisions
            .columns
            .iter()
            .map(|(table, from, to)| Flag::rename(table, from, to)),
    );
    flags.extend(
        decisions
            .labels
            .iter()
            .map(|(of, from, to)| Flag::rename_label(of, from, to)),
    );
    flags.extend(decisions.types.iter().map(|(from, to)| Flag::rename_type(from, to)));
    flags.extend(
        decisions
            .namespaces
            .iter()
            .map(|(from, to)| Flag::rename_schema(from, to)),
    );
    flags.extend(decisions.dropped_tables.iter().map(Flag::drop_table));
    flags.extend(
        decisions
            .dropped_columns
            .iter()
            .map(|(of, name)| Flag::drop_column(of, name)),
    );
    flags.extend(
        decisions
            .backfills
            .iter()
            .map(|((of, name), text)| Flag::backfill(of, name, text)),
    );
    flags.extend(
        decisions
            .usings
            .iter()
            .map(|((of, name), text)| Flag::using(of, name, text)),
    );
    flags.extend(
        decisions
            .usings_down
            .iter()
            .map(|((of, name), text)| Flag::using_down(of, name, text)),
    );
    flags.extend(decisions.replaced.iter().map(|(name, sql)| Flag::replace(name, sql)));
    flags.extend(decisions.kept.iter().map(Flag::keep));
    flags.extend(decisions.fire_triggers.iter().map(Flag::fire_triggers));
    flags.extend(decisions.lift_row_security.iter().map(Flag::lift_row_security));
    flags.sort();
    flags.dedup();
    flags
}

/// Adds a decision that was recorded as an option.
///
/// # Errors
/// The option is unknown, or its value is invalid.
pub fn decide(decisions: &mut Decisions, recorded: &str) -> Result<(), String> {
    let (name, value) = recorded.split_once(' ').unwrap_or((recorded, ""));
    match name {
        "--rename" => decisions.columns.push(rename(value)?),
        "--rename-table" => decisions.tables.push(rename_table(value)?),
        "--rename-type" => decisions.types.push(rename_type(value)?),
        "--rename-schema" => decisions.namespaces.push(rename_schema(value)?),
        "--rename-label" => decisions.labels.push(rename_label(value)?),
        "--drop" => dropped(value)?.decide(decisions),
        "--backfill" => decisions.backfills.extend([assignment(value)?]),
        "--using" => decisions.usings.extend([assignment(value)?]),
        "--using-down" => decisions.usings_down.extend([assignment(value)?]),
        "--replace" => decisions.replaced.extend([replacement(value)?]),
        "--keep" => decisions.kept.extend([table_name(value)?]),
        "--fire-triggers" => decisions.fire_triggers.extend([table_name(value)?]),
        "--lift-row-security" => decisions.lift_row_security.extend([table_name(value)?]),
        _ => return Err(format!("{name} is not a decision")),
    }
    Ok(())
}

/// Adds later decisions. They replace earlier decisions about the same names.
pub fn overrule(decisions: &mut Decisions, later: Decisions) {
    let is_dropped = |of: &QualifiedName, from: &str| later.dropped_columns.contains(&(of.clone(), from.to_owned()));
    decisions
        .columns
        .retain(|old| !is_dropped(&old.0, &old.1) && !is_part_renamed_again(old, &later.columns));
    decisions
        .labels
        .retain(|old| !is_dropped(&old.0, &old.1) && !is_part_renamed_again(old, &later.labels));
    decisions
        .tables
        .retain(|old| !later.dropped_tables.contains(&old.0) && !is_renamed_again(old, &later.tables));
    decisions
        .types
        .retain(|old| !later.dropped_tables.contains(&*old.0) && !is_renamed_again(old, &later.types));
    decisions
        .namespaces
        .retain(|old| !is_renamed_again(old, &later.namespaces));
    let is_renamed = |of: &QualifiedName, name: &str| {
        let mut columns = later.columns.iter();
        let mut labels = later.labels.iter();
        columns.any(|(table, from, _)| table == of && from == name)
            || labels.any(|(type_name, from, _)| **type_name == *of && from == name)
    };
    decisions.dropped_columns.retain(|(of, name)| !is_renamed(of, name));
    decisions.dropped_tables.retain(|name| {
        !later.tables.iter().any(|(from, _)| from == name) && !later.types.iter().any(|(from, _)| **from == *name)
    });
    decisions.columns.extend(later.columns);
    decisions.labels.extend(later.labels);
    decisions.tables.extend(later.tables);
    decisions.types.extend(later.types);
    decisions.namespaces.extend(later.namespaces);
    decisions.dropped_columns.extend(later.dropped_columns);
    decisions.dropped_tables.extend(later.dropped_tables);
    decisions.backfills.extend(later.backfills);
    decisions.usings.extend(later.usings);
    decisions.usings_down.extend(later.usings_down);
    decisions.replaced.extend(later.replaced);
    decisions.kept.extend(later.kept);
    decisions.fire_triggers.extend(later.fire_triggers);
    decisions.lift_row_security.extend(later.lift_row_security);
}

/// Checks whether a later rename has the same old name or the same new name.
fn is_renamed_again<N: PartialEq>(old: &(N, N), later: &[(N, N)]) -> bool {
    later.iter().any(|new| old.0 == new.0 || old.1 == new.1)
}

/// Checks the same for columns of a table and labels of a type.
fn is_part_renamed_again<N: PartialEq>(old: &(N, String, String), later: &[(N, String, String)]) -> bool {
    let mut later = later.iter().filter(|new| new.0 == old.0);
    later.any(|new| old.1 == new.1 || old.2 == new.2)
}
