//! Plans an alternative: upgrade and downgrade.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use super::{Draft, inverse, kept, kept_labels};
use crate::{
    diagnostic::{Diagnostic, DiagnosticCode},
    matching::Matches,
    model::{Pair, Schema, TableName, TypeName},
    online::{self, Forms, Input, Part},
    plan::{Direction, Plan, Request, affected_part, plan, plan_part},
    prove::converted,
    resolve::{Dependent, Resolution},
    statement::described,
    traffic::Sizes,
};

/// The plans of one alternative.
#[derive(Clone)]
pub(super) struct Plans {
    pub up: Plan,
    pub down: Plan,
    /// The parts of both, if they are in the online form.
    pub parts: Vec<Part>,
    /// The constraints and indexes of the online form that are not in the schema after.
    pub unsettled: BTreeSet<String>,
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

/// The requests for the plans of an alternative.
struct Requests<'a> {
    draft: &'a Draft,
    resolution: &'a Resolution,
    flipped: Matches,
    /// The expressions of down.sql that convert values back.
    back: BTreeMap<(TableName, String), String>,
    /// The expressions of down.sql that fill columns which have their values in other columns.
    refilled: BTreeMap<(TableName, String), String>,
}

impl<'a> Requests<'a> {
    fn new(draft: &'a Draft, resolution: &'a Resolution) -> Self {
        let schemas = Pair::new(&draft.base.schema, &resolution.after);
        Self {
            draft,
            resolution,
            flipped: resolution.matches.flip(),
            back: inverse::inverse_conversions(schemas, resolution),
            refilled: kept::refilled(&draft.releases),
        }
    }

    fn schemas(&self) -> Pair<&'a Schema> {
        Pair::new(&self.draft.base.schema, &self.resolution.after)
    }

    fn up(&self) -> Request<'_> {
        Request {
            pair: self.schemas(),
            matches: &self.resolution.matches,
            backfills: &self.resolution.backfills,
            usings: &self.resolution.usings,
            fire_triggers: &self.draft.decisions.fire_triggers,
            lift_row_security: &self.draft.decisions.lift_row_security,
            direction: Direction::Up,
        }
    }

    fn down(&self) -> Request<'_> {
        Request {
            pair: self.schemas().flip(),
            matches: &self.flipped,
            backfills: &self.refilled,
            usings: &self.back,
            direction: Direction::Down,
            ..self.up()
        }
    }
}

/// Plans an alternative of a draft.
pub(super) fn plans(draft: &Draft, resolution: &Resolution, open_renames: OpenRenames) -> Plans {
    let requests = Requests::new(draft, resolution);
    let schemas = requests.schemas();
    let part = affected_part(schemas, &resolution.matches, draft.unchanged.unaffected());
    let part = Pair::new(&part.before, &part.after);
    let mut up = plan_part(requests.up(), part);
    let mut down = plan_part(requests.down(), part.flip());
    let mut kept_labels = kept_labels::added(schemas, &up.changes, &resolution.matches);
    let only_down_is_refused = up.refusals.is_empty() && !down.refusals.is_empty();
    if only_down_is_refused && !kept_labels.is_empty() {
        let labelled = draft.base.schema.with_labels(&kept_labels);
        let other = plan(Request {
            pair: Pair::new(&resolution.after, &labelled),
            ..requests.down()
        });
        if other.refusals.is_empty() {
            down = other;
            kept_labels.keys().for_each(|name| up.add_labels_if_missing(name));
        }
    }
    if !only_down_is_refused || !down.refusals.is_empty() {
        kept_labels.clear();
    }
    kept::say_where_values_are(&mut up.statements, &draft.releases);
    Plans {
        converted: converted(resolution.usings.keys(), &resolution.matches),
        open_renames,
        notes: resolution.notes().chain(&down.notes).cloned().collect(),
        up,
        down,
        parts: Vec::new(),
        unsettled: BTreeSet::new(),
        kept_labels,
        dependents: resolution.dependents.clone(),
        lost: BTreeMap::new(),
    }
}

/// The choice between the simple and the online form of a migration.
pub(super) struct OnlineForms<'a> {
    pub forms: Forms,
    pub sizes: Sizes<'a>,
    pub lock_timeout: Duration,
    /// Returns whether the migrations so far name a table.
    pub is_in_history: &'a dyn Fn(&TableName) -> bool,
}

impl OnlineForms<'_> {
    /// Plans a decided alternative in the online form; `None` if the simple form is the right one, or the only one.
    ///
    /// Adds to the simple form what limits its waits for locks, if it is the only one, and notes about what has no online form.
    pub fn plans(&self, draft: &Draft, resolution: &Resolution, simple: &mut Plans) -> Option<Plans> {
        let lifts = !draft.decisions.lift_row_security.is_empty();
        if self.forms == Forms::Never || !simple.kept_labels.is_empty() || simple.up.is_empty() {
            return None;
        }
        let requests = Requests::new(draft, resolution);
        let is_large = |name: &TableName| match self.forms {
            Forms::Always => true,
            _ => self.sizes.size(name).is_some() && self.sizes.is_large_table(name),
        };
        let describe = |name: &TableName| {
            let size = self.sizes.size(&resolution.matches.table_before(name));
            described(name, size)
        };
        let input = Input {
            up: requests.up(),
            down: requests.down(),
            simple: &simple.up,
            simple_down: &simple.down,
            is_large: &is_large,
            is_in_history: self.is_in_history,
            describe: &describe,
            lock_timeout: self.lock_timeout,
        };
        let mut chain = online::chain(input);
        kept::say_where_values_are(&mut chain.up, &draft.releases);
        simple.notes.extend(chain.notes);
        if lifts && !chain.parts.is_empty() {
            let text = "the migration has no online form, because --lift-row-security was given";
            simple
                .notes
                .push(Diagnostic::new(DiagnosticCode::OnlineFormMissing, text));
        }
        if lifts || chain.parts.is_empty() {
            let [up, down] = online::limits(input);
            simple.up.statements.splice(0..0, up);
            simple.down.statements.splice(0..0, down);
            return None;
        }
        let with = |plan: &Plan, statements| Plan {
            statements,
            ..plan.clone()
        };
        Some(Plans {
            up: with(&simple.up, chain.up),
            down: with(&simple.down, chain.down),
            parts: chain.parts,
            unsettled: chain.unsettled,
            ..simple.clone()
        })
    }
}
