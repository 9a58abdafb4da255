//! Reads what earlier migrations have kept for the program that is still running.

use std::collections::{BTreeMap, BTreeSet};

use super::GenerateError;
use crate::{
    config::Project,
    history::{Header, MigrationsDirectory, Version},
    matching::Decisions,
    model::{TableName, quote_ident},
    plan::Statement,
    rollout::Kept,
    statement::{Ddl, TableAction},
};

/// What a migration has kept, and no later one has released.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    /// The migration.
    pub version: Version,
    /// The name of its directory.
    pub name: String,
    /// What it has kept.
    pub kept: Vec<Kept>,
}

/// Returns what the migrations of a project have kept and not released, in their order.
///
/// # Errors
/// The migrations cannot be read.
pub fn pending(project: &Project) -> Result<Vec<Pending>, GenerateError> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    let mut found: Vec<Pending> = Vec::new();
    for migration in directory.migrations() {
        let up = migration.up_sql()?;
        let Some((header, _)) = Header::parse(&up) else {
            continue;
        };
        let released: BTreeSet<&Version> = header.releases.iter().collect();
        found.retain(|own| !released.contains(&own.version));
        if !header.keeps.is_empty() {
            found.push(Pending {
                version: migration.version.clone(),
                name: migration.name.clone(),
                kept: header.keeps,
            });
        }
    }
    Ok(found)
}

/// Adds the decisions with which kept things are released to those of the user, which count more.
pub(super) fn decisions(given: &Decisions, released: &[Pending]) -> Decisions {
    let mut decisions = given.clone();
    for own in released.iter().flat_map(|own| &own.kept) {
        match own {
            Kept::Column { table, column, .. } => {
                decisions.dropped_columns.insert((table.clone(), column.clone()));
            }
            Kept::Table(name) => {
                decisions.dropped_tables.insert(name.clone());
            }
            Kept::Nullable {
                table,
                column,
                fill: Some(fill),
            } => {
                let id = (table.clone(), column.clone());
                decisions.backfills.entry(id).or_insert_with(|| fill.clone());
            }
            Kept::Nullable { fill: None, .. } | Kept::Filled { .. } | Kept::View(_) => {}
        }
    }
    decisions
}

/// Returns the released columns that have their values in others: table, column and the other column.
fn synchronized(released: &[Pending]) -> impl Iterator<Item = (&TableName, &String, &String)> {
    let all = released.iter().flat_map(|own| &own.kept);
    all.filter_map(|own| match own {
        Kept::Column {
            table,
            column,
            renamed: Some(new),
        } => Some((table, column, &new.column)),
        _ => None,
    })
}

/// Returns the expressions with which down.sql fills released columns, by names before.
pub(super) fn refilled(released: &[Pending]) -> BTreeMap<(TableName, String), String> {
    let all = synchronized(released);
    all.map(|(table, column, new)| ((table.clone(), column.clone()), quote_ident(new)))
        .collect()
}

/// Says of dropped columns which others have their values.
pub(super) fn say_where_values_are(statements: &mut [Statement], released: &[Pending]) {
    for statement in statements {
        let Ddl::AlterTable { table, actions, .. } = &statement.ddl else {
            continue;
        };
        let [TableAction::DropColumn(name)] = actions.as_slice() else {
            continue;
        };
        let found = synchronized(released).find(|(of, column, _)| *of == table && *column == name);
        if let Some((_, _, new)) = found {
            statement.comments = vec![format!("{}.{new} has the values of {name}.", table.plain())];
        }
    }
}
