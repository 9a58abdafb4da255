//! Lets the programs of before and the new one run at each state of a migration.

use postgres::Client;

use super::{
    Claim, ProofError, Side,
    run::{Watch, run_statements, run_watched},
    seed::{Kind, empty, seed},
};
use crate::{
    compatibility::{Facts, Programs, State, Trial, Wanted, exists, observe, program_roles, usable_roles},
    introspect::introspect,
    model::{Pair, Schema, TableName},
};

/// Observes the programs of a claim on generated rows at each state. The database is at the before schema, without rows, and so it is afterwards.
///
/// # Errors
/// The server fails.
pub(super) fn observed(
    client: &mut Client,
    claim: Claim<'_>,
    schemas: Pair<&Schema>,
) -> Result<Option<Facts>, ProofError> {
    let Some(programs) = claim.programs else {
        return Ok(None);
    };
    let trials = trials(client, programs, schemas);
    if is_nothing_tried(&trials) {
        let states = [(0, schemas.before), (claim.parts, schemas.after)];
        let states = states.map(|(after_part, schema)| State::untried(after_part, schema.clone()));
        return Ok(Some(Facts {
            trials,
            states: states.into(),
        }));
    }
    let mut states = vec![tried(client, 0, schemas.before.clone(), &trials)?];
    let watch = Watch {
        after: Some(&mut |client, part| {
            let schema = match part + 1 < claim.parts {
                true => introspect(client)?,
                false => schemas.after.clone(),
            };
            states.push(tried(client, part + 1, schema, &trials)?);
            Ok(())
        }),
        ..Watch::default()
    };
    run_watched(client, claim.up, Side::UpAgain, watch)?;
    run_statements(client, claim.down, Side::Down)?;
    Ok(Some(Facts { trials, states }))
}

/// Returns what is tried of programs, also as the roles that may use their tables.
///
/// Only tables whose names exist before and after are tried: on the others all statements of one of the programs fail.
pub(crate) fn trials(client: &mut Client, programs: &Programs, schemas: Pair<&Schema>) -> Pair<Vec<Trial>> {
    let is_in_both = |name: &TableName| exists(schemas.before, name) && exists(schemas.after, name);
    let wanted = Wanted {
        table: &is_in_both,
        differs: &|table, column| {
            let of = |schema: &Schema| schema.tables.get(table)?.column(column).cloned();
            of(schemas.before) != of(schemas.after)
        },
    };
    let known = programs.own.before.tables.iter().map(|own| &own.name);
    let roles = usable_roles(client, program_roles(schemas.before, known));
    programs.trials(&roles, &wanted)
}

/// Returns whether no trial has a statement.
pub(crate) fn is_nothing_tried(trials: &Pair<Vec<Trial>>) -> bool {
    let mut all = trials.before.iter().chain(&trials.after);
    all.all(|own| own.statements.is_empty())
}

/// Observes trials at a state, on generated rows.
///
/// # Errors
/// The server fails.
pub(crate) fn tried(
    client: &mut Client,
    after_part: usize,
    schema: Schema,
    trials: &Pair<Vec<Trial>>,
) -> Result<State, ProofError> {
    seed(client, &schema, Kind::Full);
    let outcomes = observe(client, trials).map_err(|source| ProofError::Query {
        action: "run the statements of programs",
        source,
    })?;
    empty(client, &schema);
    Ok(State {
        after_part,
        schema,
        outcomes,
    })
}
