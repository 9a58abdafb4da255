//! What a table refuses at a state and not for the schema for which a program was written: constraints and lengths. Pure.

use super::{
    actual::Actual,
    held::{cuts, loses},
    program::KnownTable,
};
use crate::model::{Constraint, ConstraintKind, Index, Table};

/// Returns what may refuse a row that a program writes, as the end of a sentence: `may violate the check t_check`.
pub(super) fn narrowed(known: &KnownTable, home: Actual<'_>, now: Actual<'_>, is_old: bool) -> Vec<String> {
    let Some((home, now)) = home.table().zip(now.table()) else {
        return Vec::new();
    };
    let is_known = |columns: &[&str]| columns.iter().all(|own| known.column(own).is_some());
    let constraints = now.constraints.values().filter(|own| !has_constraint(home, own));
    let constraints = constraints.filter(|own| is_known(&own.columns())).map(violates);
    let indexes = now
        .indexes
        .values()
        .filter(|own| own.unique && !has_key(home, &columns_of(own)));
    let indexes = indexes.filter(|own| own.columns.iter().all(|own| known.column(own).is_some()));
    let indexes = indexes.map(|own| format!("may violate the unique index {}", own.name));
    let columns = known
        .columns
        .iter()
        .filter_map(|own| lost(home, now, &own.name, is_old));
    constraints.chain(indexes).chain(columns).collect()
}

/// Says that a row may violate a constraint.
pub(super) fn violates(constraint: &Constraint) -> String {
    let kind = match &constraint.kind {
        ConstraintKind::PrimaryKey { .. } => "primary key",
        ConstraintKind::Unique { .. } => "unique key",
        ConstraintKind::Check { .. } => "check",
        ConstraintKind::ForeignKey(_) => "foreign key",
        ConstraintKind::Exclude { .. } => "exclusion constraint",
    };
    format!("may violate the {kind} {}", constraint.name)
}

/// Returns whether a table has a constraint, under any name.
pub(super) fn has_constraint(table: &Table, wanted: &Constraint) -> bool {
    match &wanted.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            has_key(table, &columns.iter().map(String::as_str).collect::<Vec<_>>())
        }
        ConstraintKind::ForeignKey(key) => table.constraints.values().any(|own| {
            let is_alike =
                |own: &crate::model::ForeignKey| own.columns == key.columns && own.references == key.references;
            // The referenced table may have another name.
            own.name == wanted.name || own.foreign_key().is_some_and(is_alike)
        }),
        kind => table.constraints.values().any(|own| own.kind == *kind),
    }
}

/// Returns whether no two rows of a table have the same values in these columns, whatever the order.
fn has_key(table: &Table, wanted: &[&str]) -> bool {
    let covers = |columns: Vec<&str>| !columns.is_empty() && columns.iter().all(|own| wanted.contains(own));
    let constraints = table.constraints.values().any(|own| match &own.kind {
        ConstraintKind::PrimaryKey { columns, .. } | ConstraintKind::Unique { columns, .. } => {
            covers(columns.iter().map(String::as_str).collect())
        }
        _ => false,
    });
    let indexes = || {
        table
            .indexes
            .values()
            .filter(|own| own.unique && own.predicate.is_none())
    };
    constraints || indexes().any(|own| covers(columns_of(own)))
}

/// Returns the columns of an index's keys; none if one of them is an expression.
fn columns_of(index: &Index) -> Vec<&str> {
    let plain = index
        .keys
        .iter()
        .map(|own| (!own.is_expression).then_some(own.text.as_str()));
    plain.collect::<Option<_>>().unwrap_or_default()
}

/// Says that a column does not hold all values that the program has for it. Those of a referring column are the referred ones.
fn lost(home: &Table, now: &Table, name: &str, is_old: bool) -> Option<String> {
    let (was, is) = (&home.column(name)?.data_type, &now.column(name)?.data_type);
    let refers = now.foreign_keys().any(|own| own.columns().contains(&name));
    let is_lost = loses(was, is) || !is_old && cuts(was, is);
    (is_lost && !refers).then(|| format!("may give {name} a value that {is} does not hold"))
}
