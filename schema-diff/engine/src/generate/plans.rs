//! Plans an alternative: upgrade and downgrade.

use std::collections::{BTreeMap, BTreeSet};

use super::{Draft, inverse, kept_labels};
use crate::{
    diagnostic::Diagnostic,
    model::{Pair, Schema, TableName, TypeName},
    plan::{Direction, Plan, Request, affected_part, plan, plan_part},
    prove::converted,
    resolve::{Dependent, Resolution},
};

/// The plans of one alternative.
pub(super) struct Plans {
    pub up: Plan,
    pub down: Plan,
    /// Labels of enum types (named as before) that down.sql keeps.
    pub kept_labels: BTreeMap<TypeName, Vec<String>>,
    /// Whether the open renames are renames or drops in it.
    pub open_renames: OpenRenames,
    /// Notes for the reviewer.
    pub notes: Vec<Diagnostic>,
    /// Code that reads dropped objects and that the user has not decided on.
    pub dependents: Vec<Dependent>,
    /// Columns (named as before) whose values a decided conversion changes.
    pub converted: BTreeSet<(TableName, String)>,
    /// What down.sql does not restore, by column (named as after).
    pub lost: BTreeMap<(TableName, String), String>,
}

/// What the open renames are in an alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OpenRenames {
    Renamed,
    Dropped,
}

/// Plans an alternative of a draft.
pub(super) fn plans(draft: &Draft, resolution: &Resolution, open_renames: OpenRenames) -> Plans {
    let schemas: Pair<&Schema> = Pair::new(&draft.base.schema, &resolution.after);
    let empty = BTreeMap::new();
    let back = inverse::inverse_conversions(schemas, resolution);
    let part = affected_part(schemas, &resolution.matches, draft.unchanged.unaffected());
    let part = Pair::new(&part.before, &part.after);
    let request = Request {
        pair: schemas,
        matches: &resolution.matches,
        backfills: &resolution.backfills,
        usings: &resolution.usings,
        fire_triggers: &draft.decisions.fire_triggers,
        lift_row_security: &draft.decisions.lift_row_security,
        direction: Direction::Up,
    };
    let mut up = plan_part(request, part);
    let flipped = resolution.matches.flip();
    let request = Request {
        pair: schemas.flip(),
        matches: &flipped,
        backfills: &empty,
        usings: &back,
        direction: Direction::Down,
        ..request
    };
    let mut down = plan_part(request, part.flip());
    let mut kept_labels = kept_labels::added(schemas, &up.changes, &resolution.matches);
    let only_down_is_refused = up.refusals.is_empty() && !down.refusals.is_empty();
    if only_down_is_refused && !kept_labels.is_empty() {
        let labelled = draft.base.schema.with_labels(&kept_labels);
        let other = plan(Request {
            pair: Pair::new(&resolution.after, &labelled),
            ..request
        });
        if other.refusals.is_empty() {
            down = other;
            kept_labels.keys().for_each(|name| up.add_labels_if_missing(name));
        }
    }
    if !only_down_is_refused || !down.refusals.is_empty() {
        kept_labels.clear();
    }
    Plans {
        converted: converted(resolution.usings.keys(), &resolution.matches),
        open_renames,
        notes: resolution.notes().chain(&down.notes).cloned().collect(),
        up,
        down,
        kept_labels,
        dependents: resolution.dependents.clone(),
        lost: BTreeMap::new(),
    }
}
