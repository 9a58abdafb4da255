//! What the roles of programs may not do at a state of a migration. Pure.
//!
//! Only what a role could do before the migration tells that it is the role of a program: a role that reads some columns of a table for reports
//! is none.

use super::{
    Facts, Finding, Kind, Outcome, ProgramStatement, State, Trial,
    finding::{Cause, Certainty},
};
use crate::model::{Pair, TableName};

/// Postgres's code for a missing privilege, and for a row that a policy refuses.
const INSUFFICIENT_PRIVILEGE: &str = "42501";

/// Returns what roles may not do at states other than the program's own, or of the new program at any.
pub(super) fn denied(facts: &Facts) -> Pair<Vec<Finding>> {
    let of = |trials: &[Trial], is_old| {
        let as_roles = trials.iter().enumerate().filter(|(_, own)| own.role.is_some());
        let found = as_roles.flat_map(|(at, trial)| {
            let role = Role {
                facts,
                trials,
                at,
                trial,
                is_old,
            };
            facts
                .states
                .iter()
                .flat_map(move |state| role.denied(state))
                .collect::<Vec<_>>()
        });
        found.collect::<Vec<Finding>>()
    };
    let mut found = Pair::new(of(&facts.trials.before, true), of(&facts.trials.after, false));
    // The state that is nearest to the program's own comes first.
    found.after.reverse();
    found
}

/// A program as a role.
#[derive(Clone, Copy)]
struct Role<'a> {
    facts: &'a Facts,
    /// The trials of its side.
    trials: &'a [Trial],
    /// The number of its trial.
    at: usize,
    trial: &'a Trial,
    is_old: bool,
}

impl Role<'_> {
    fn denied(&self, state: &State) -> Vec<Finding> {
        let statements = self.trial.statements.iter().enumerate();
        let denied = statements.filter(|(number, statement)| {
            self.is_denied(state, *number) && self.could(&statement.table, statement.kind)
        });
        denied.map(|(_, statement)| self.finding(state, statement)).collect()
    }

    /// Returns whether a statement lacks a privilege that the owner has.
    fn is_denied(&self, state: &State, number: usize) -> bool {
        let of = |at| state.of_trial(self.is_old, at).get(number);
        let owner = self
            .trials
            .iter()
            .position(|own| own.role.is_none() && own.file == self.trial.file);
        let works = |own: &Outcome| own.ran.is_ok();
        is_refused(of(self.at)) && owner.and_then(of).is_some_and(works)
    }

    /// Returns whether the role could do this to a table before the migration.
    fn could(&self, table: &TableName, kind: Kind) -> bool {
        let Some(first) = self.facts.states.first() else {
            return false;
        };
        let before = self.facts.trials.before.iter().enumerate();
        let mut same = before.filter(|(_, own)| own.role == self.trial.role);
        same.any(|(at, own)| {
            let mut statements = own.statements.iter().enumerate();
            statements.any(|(number, statement)| {
                let ran = first.of_trial(true, at).get(number).is_some_and(|own| own.ran.is_ok());
                ran && statement.table == *table && statement.kind == kind
            })
        })
    }

    fn finding(&self, state: &State, statement: &ProgramStatement) -> Finding {
        let role = self.trial.role.as_deref().unwrap_or_default();
        let table = state.schema.tables.get(&statement.table);
        let may_be_a_policy = table.is_some_and(|own| own.row_security) && statement.kind != Kind::Select;
        let (certainty, reason) = match may_be_a_policy {
            true => (
                Certainty::MayBeRefused,
                format!("may be refused to the role {role}, by its privileges or by row security"),
            ),
            false => (
                Certainty::Always,
                format!("needs a privilege that the role {role} does not have"),
            ),
        };
        Finding {
            after_part: state.after_part,
            file: self.trial.file.clone(),
            table: statement.table.clone(),
            statement: statement.kind,
            certainty,
            cause: Cause::Privilege,
            reason,
            origin: None,
        }
    }
}

fn is_refused(outcome: Option<&Outcome>) -> bool {
    outcome.is_some_and(|own| {
        own.ran
            .as_ref()
            .is_err_and(|refusal| refusal.code == INSUFFICIENT_PRIVILEGE)
    })
}
