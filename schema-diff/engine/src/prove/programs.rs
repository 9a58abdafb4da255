//! Lets the program of before and the new one run at each state of a migration.

use postgres::Client;

use super::{
    Claim, ProofError, Side,
    run::{Watch, run_statements, run_watched},
    seed::{Kind, empty, seed},
};
use crate::{
    compatibility::{Facts, State, Wanted, exists, observe, statements},
    introspect::introspect,
    model::{Pair, Schema, TableName},
};

/// Observes the programs of a claim on generated rows at each state. The database is at the before schema, without rows, and so it is afterwards.
///
/// Only tables whose names exist before and after are tried: on the others all statements of one of the programs fail.
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
    let is_in_both = |name: &TableName| exists(schemas.before, name) && exists(schemas.after, name);
    let wanted = Wanted {
        table: &is_in_both,
        differs: &|table, column| {
            let of = |schema: &Schema| schema.tables.get(table)?.column(column).cloned();
            of(schemas.before) != of(schemas.after)
        },
    };
    let statements = Pair::new(&programs.before, &programs.after).map(|own| statements(own, &wanted));
    if statements.before.is_empty() && statements.after.is_empty() {
        let state = |after_part, schema: &Schema| State {
            after_part,
            schema: schema.clone(),
            outcomes: Pair::default(),
        };
        return Ok(Some(Facts {
            programs: programs.clone(),
            statements,
            states: vec![state(0, schemas.before), state(claim.parts, schemas.after)],
        }));
    }
    let tried = |client: &mut Client, after_part, schema: Schema| {
        seed(client, &schema, Kind::Full);
        let outcomes = observe(client, &statements).map_err(|source| ProofError::Query {
            action: "run the statements of programs",
            source,
        })?;
        empty(client, &schema);
        Ok::<_, ProofError>(State {
            after_part,
            schema,
            outcomes,
        })
    };
    let mut states = vec![tried(client, 0, schemas.before.clone())?];
    let watch = Watch {
        after: Some(&mut |client, part| {
            let schema = match part + 1 < claim.parts {
                true => introspect(client)?,
                false => schemas.after.clone(),
            };
            states.push(tried(client, part + 1, schema)?);
            Ok(())
        }),
        ..Watch::default()
    };
    run_watched(client, claim.up, Side::UpAgain, watch)?;
    run_statements(client, claim.down, Side::Down)?;
    Ok(Some(Facts {
        programs: programs.clone(),
        statements,
        states,
    }))
}
