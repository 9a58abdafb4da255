//! Plans the statements of a migration if a rename that the evidence has decided were a drop and an addition.

use std::collections::BTreeSet;

use super::{
    Draft,
    plans::{OpenRenames, Plans, plans},
};
use crate::{
    matching::Rename,
    model::{ObjectId, TableName, mentioned_words, views_in_order},
    plan::{Phase, Plan, Statement},
    render,
    sql_text::sql_text,
};

/// The maximum number of renames that get an alternative each. More of them share one, which limits the cost.
const EACH: usize = 20;

/// The statements that would be written if these renames were drops and additions.
pub(super) struct WithoutRename {
    /// The renames.
    pub renames: Vec<Rename>,
    /// The statements of `up.sql`; empty if there is no such plan.
    pub up: String,
    /// The statements of `down.sql`.
    pub down: String,
}

/// Returns one for each rename, or one for all of them if there are many.
pub(super) fn without_renames(draft: &Draft, active: &Plans) -> Vec<WithoutRename> {
    let taken: Vec<Rename> = draft.decided_by_evidence().cloned().collect();
    let size = if taken.len() > EACH { taken.len() } else { 1 };
    taken
        .chunks(size)
        .map(|renames| without(draft, active, renames))
        .collect()
}

fn without(draft: &Draft, active: &Plans, renames: &[Rename]) -> WithoutRename {
    let mut decisions = draft.likeliest();
    for rename in renames {
        decisions.decide(&rename.before, &draft.unless_renamed(&rename.before));
    }
    let (mut up, mut down) = (String::new(), String::new());
    // A drop that cannot be resolved (a view would lose its last column) has no statements to show.
    if let Ok(alternative) = draft.resolve_with(&decisions) {
        let other = plans(draft, &alternative.resolution, OpenRenames::Dropped);
        let touched = touched(draft, renames);
        up = only(&other.up, &active.up, &touched);
        down = only(&other.down, &active.down, &touched);
    }
    WithoutRename {
        renames: renames.to_vec(),
        up,
        down,
    }
}

/// Returns the statements of one plan that another plan does not have, with the dependents that are dropped and
/// recreated around them: alone, `DROP COLUMN` fails if a view reads the column, and so does a file with only that
/// statement.
fn only(plan: &Plan, without: &Plan, touched: &BTreeSet<String>) -> String {
    let is_known = |own: &Statement| without.statements.iter().any(|other| other.ddl == own.ddl);
    let is_around = |own: &Statement| {
        let phases = [Phase::DropDependents, Phase::Recreate, Phase::Code, Phase::ForeignKey];
        phases.contains(&own.phase) && !mentioned_words(&render::sql(&own.ddl)).is_disjoint(touched)
    };
    let statements = plan.statements.iter().filter(|own| !is_known(own) || is_around(own));
    sql_text(statements)
}

/// Returns the names of relations that may block dropping the renamed tables and columns: the tables, those that
/// reference them, and the views over any of them.
fn touched(draft: &Draft, renames: &[Rename]) -> BTreeSet<String> {
    let schema = &draft.base.schema;
    let mut relations: BTreeSet<&TableName> = BTreeSet::new();
    let mut names = BTreeSet::new();
    for rename in renames {
        match (&rename.before, &rename.after) {
            (ObjectId::Table(before), ObjectId::Table(after)) => {
                relations.insert(before);
                names.insert(after.name.clone());
            }
            (ObjectId::Column { relation, .. }, _) => {
                relations.insert(relation);
            }
            _ => {}
        }
    }
    for table in schema.tables.values() {
        let mut keys = table.foreign_keys().filter_map(|found| found.foreign_key());
        if keys.any(|key| relations.contains(&key.references)) {
            names.insert(table.name.name.clone());
        }
    }
    for name in views_in_order(schema) {
        let Some(view) = schema.views.get(name) else { continue };
        if view.depends_on.iter().any(|read| relations.contains(&read.relation)) {
            relations.insert(name);
        }
    }
    names.extend(relations.into_iter().map(|name| name.name.clone()));
    names
}
