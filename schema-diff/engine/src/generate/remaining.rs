//! Checks the tool itself: `schema.rs` is resolved again, against the schema that the migration leads to, and must have
//! no changes.

use std::{
    cell::OnceCell,
    collections::{BTreeMap, BTreeSet},
};

use super::{Draft, GenerateError, changed_tables};
use crate::{
    cluster::ScratchServer,
    compare::{Change, compare},
    diagnostic::{Diagnostic, ResolveErrors},
    matching::{self, Decisions},
    model::{CustomType, Pair, Schema, TableName},
    normalize::normalize,
    plan::{Direction, Request, plan},
    prove::touched,
    render,
    resolve::{self, NormalizedExpressions, Resolution},
    uses::CodeEvidence,
};

/// Checks that a second run without options and decisions would find no changes, on the after schema as `up.sql` has
/// reached it on the scratch database.
///
/// # Errors
/// [`GenerateError::Remaining`] with the changes; or the scratch server fails.
pub(super) fn nothing_remains(
    draft: &Draft,
    resolution: &Resolution,
    changes: &[Change],
    reached: &Schema,
    server: &ScratchServer,
) -> Result<(), GenerateError> {
    let before = &draft.base.schema;
    let touched = touched(changes, Pair::new(before, &resolution.after), &resolution.matches);
    let mut touched: BTreeSet<TableName> = touched.iter().map(|name| resolution.matches.table(name)).collect();
    touched.extend(changes.iter().filter_map(|change| match change {
        Change::CreateTable(name) => Some(name.clone()),
        _ => None,
    }));
    let remaining = remaining(draft, &planned_result(&resolution.after, reached, &touched), server)?;
    if remaining.is_empty() {
        Ok(())
    } else {
        Err(GenerateError::Remaining { remaining })
    }
}

/// Returns what a run without options would do to a database with this schema: the statements, or the errors in the
/// declarations.
///
/// # Errors
/// The scratch server fails.
pub fn remaining(draft: &Draft, schema: &Schema, server: &ScratchServer) -> Result<Vec<String>, GenerateError> {
    let mut expressions = resolve::expressions(&draft.declared);
    let mut normalized = draft.normalized.clone();
    normalized.extend(NormalizedExpressions::stored_as_typed(schema, &expressions));
    let mut found = Second::resolve(draft, schema, &normalized);
    // The expressions of a table are normalized only if it has a change.
    let changed = changed_tables(&found.changes);
    expressions.retain(|expression, _| changed.contains(&expression.table));
    if !expressions.is_empty() {
        normalized.extend(normalize(server, schema, &found.resolution, &expressions)?);
        found = Second::resolve(draft, schema, &normalized);
    }
    Ok(found.statements(schema))
}

/// The result of a second run.
struct Second {
    resolution: Resolution,
    problems: Vec<Diagnostic>,
    changes: Vec<Change>,
}

impl Second {
    fn resolve(draft: &Draft, schema: &Schema, normalized: &NormalizedExpressions) -> Self {
        let nothing = Decisions::default();
        let unchanged = draft.unchanged.shared_by([&draft.base.schema, schema]);
        let known = matching::Input {
            before: schema,
            declared: &draft.declared,
            rules: &draft.rules,
            decisions: &nothing,
            code: CodeEvidence::NONE,
        };
        let (mut resolution, problems) = resolve::attempt(known, normalized, &unchanged, &OnceCell::new());
        draft.adjust(&mut resolution.after, schema);
        let changes = compare(Pair::new(schema, &resolution.after), &resolution.matches);
        Self {
            resolution,
            problems,
            changes,
        }
    }

    fn statements(self, schema: &Schema) -> Vec<String> {
        if !self.problems.is_empty() {
            return vec![ResolveErrors(self.problems).to_string()];
        }
        if self.changes.is_empty() {
            return Vec::new();
        }
        let plan = plan(Request {
            pair: Pair::new(schema, &self.resolution.after),
            matches: &self.resolution.matches,
            backfills: &BTreeMap::new(),
            usings: &BTreeMap::new(),
            fire_triggers: &BTreeSet::new(),
            lift_row_security: &BTreeSet::new(),
            direction: Direction::Up,
        });
        let statements = render::all(plan.statements.iter().map(|statement| &statement.ddl));
        if statements.is_empty() {
            return self.changes.iter().map(|change| format!("{change:?}")).collect();
        }
        statements.into_iter().map(|sql| format!("{sql};")).collect()
    }
}

/// Returns the after schema, in which the objects that the scratch database has are as they are there.
///
/// On the scratch database, tables that are not changed have only some of their foreign keys, and types only some of
/// their users.
fn planned_result(after: &Schema, reached: &Schema, touched: &BTreeSet<TableName>) -> Schema {
    let mut result = after.clone();
    for (name, found) in &reached.tables {
        let Some(table) = after.tables.get(name) else {
            continue;
        };
        let mut found = found.clone();
        if !touched.contains(name) {
            let foreign_keys = table.constraints.iter().filter(|(_, own)| own.foreign_key().is_some());
            for (name, own) in foreign_keys {
                found.constraints.insert_if_missing(name, || own.clone());
            }
        }
        result.tables.insert_like(found, &after.tables, name);
    }
    for (name, view) in &mut result.views {
        if let Some(found) = reached.views.get(name) {
            view.clone_from(found);
        }
    }
    for (name, kind) in &mut result.types {
        match (kind, reached.types.get(name)) {
            (CustomType::Enum(own), Some(CustomType::Enum(found))) => own.labels.clone_from(&found.labels),
            (CustomType::Domain(own), Some(CustomType::Domain(found))) => {
                let used_by = std::mem::take(&mut own.used_by);
                own.clone_from(found);
                own.used_by = used_by;
            }
            (kind, Some(found)) => kind.clone_from(found),
            (_, None) => {}
        }
    }
    result
}
