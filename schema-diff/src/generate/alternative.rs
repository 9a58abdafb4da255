//! What a migration would say if a rename that the evidence has decided were none.

use std::collections::BTreeSet;

use super::{
    Draft,
    finish::plans,
    review::{Plans, Reads},
};
use crate::{plan::Plan, renames::decide::Verdict, resolve::Subject, sql_text::sql_text};

/// So many renames get an alternative each; more of them share one, so that the cost stays with the change.
const EACH: usize = 20;

/// The statements that would stand there if these renames were drops and additions.
pub(super) struct Alternative {
    /// The renames.
    pub renames: Vec<(Subject, Verdict)>,
    /// Those of `up.sql`; empty when there is no such plan.
    pub up: String,
    /// Those of `down.sql`.
    pub down: String,
}

/// One for each rename, or one for all of them when they are many.
pub(super) fn alternatives(draft: &Draft, live: &Plans) -> Vec<Alternative> {
    let taken: Vec<(Subject, Verdict)> = draft
        .taken()
        .map(|(subject, verdict)| (subject.clone(), verdict.clone()))
        .collect();
    let size = if taken.len() > EACH { taken.len() } else { 1 };
    taken
        .chunks(size)
        .map(|renames| alternative(draft, live, renames))
        .collect()
}

fn alternative(draft: &Draft, live: &Plans, renames: &[(Subject, Verdict)]) -> Alternative {
    let mut decisions = draft.likeliest();
    for (subject, verdict) in renames {
        let fate = draft.unless_renamed(subject, &verdict.from);
        draft.say(subject, &verdict.from, &fate, &mut decisions);
    }
    let (mut up, mut down) = (String::new(), String::new());
    // A drop that cannot be resolved (a view would lose its last column) has no statements to show.
    if let Ok(reading) = draft.read(&decisions) {
        let other = plans(draft, &reading.resolution, Reads::Drops);
        up = only(&other.up, &live.up);
        down = only(&other.down, &live.down);
    }
    Alternative {
        renames: renames.to_vec(),
        up,
        down,
    }
}

/// The statements of one plan that another has not.
fn only(plan: &Plan, without: &Plan) -> String {
    let known: BTreeSet<&str> = without.steps.iter().map(|step| step.sql.as_str()).collect();
    let steps = plan.steps.iter().filter(|step| !known.contains(step.sql.as_str()));
    sql_text(&Plan {
        refusals: Vec::new(),
        changes: Vec::new(),
        steps: steps.cloned().collect(),
    })
}
