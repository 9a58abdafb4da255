//! Runs the parts of a migration, and checks that each down.sql restores the state before its up.sql.

use postgres::Client;

use super::{
    Claim, ProofError, Side,
    catalogs::Catalogs,
    run::{Watch, run_watched},
};
use crate::{observe::Observation, plan::Plan};

/// Runs up.sql of all parts, and keeps the states between them.
///
/// # Errors
/// A statement fails.
pub(super) fn up(
    client: &mut Client,
    claim: Claim<'_>,
    catalogs: &mut Catalogs<'_>,
    observed: &mut Vec<Observation>,
) -> Result<(), ProofError> {
    let watch = Watch {
        observed: Some(observed),
        after: Some(&mut |client, part| {
            if part + 1 < claim.parts {
                catalogs.begin_between(client, part);
            }
            Ok(())
        }),
        ..Watch::default()
    };
    run_watched(client, claim.up, Side::Up, watch)
}

/// Runs down.sql of all parts. Where there are several, each is run, its up.sql again, and it once more.
///
/// # Errors
/// A statement fails, or a state differs from the one before the part.
pub(super) fn down(
    client: &mut Client,
    claim: Claim<'_>,
    catalogs: &mut Catalogs<'_>,
    observed: &mut Vec<Observation>,
) -> Result<(), ProofError> {
    for part in (0..claim.parts).rev() {
        let watch = Watch {
            observed: Some(&mut *observed),
            only: Some(part),
            ..Watch::default()
        };
        run_watched(client, claim.down, Side::Down, watch)?;
        if let Some(state) = part.checked_sub(1) {
            catalogs.compare_between(client, state, claim.unsettled, Side::Down)?;
        }
        if claim.parts > 1 {
            run_only(client, claim.up, Side::UpAgain, part)?;
            run_only(client, claim.down, Side::Down, part)?;
        }
    }
    Ok(())
}

fn run_only(client: &mut Client, plan: &Plan, side: Side, part: usize) -> Result<(), ProofError> {
    let watch = Watch {
        only: Some(part),
        ..Watch::default()
    };
    run_watched(client, plan, side, watch)
}

/// Runs up.sql of all parts once more.
///
/// # Errors
/// A statement fails, or a state differs from that of the first time.
pub(super) fn up_again(client: &mut Client, claim: Claim<'_>, catalogs: &mut Catalogs<'_>) -> Result<(), ProofError> {
    let all = std::collections::BTreeSet::new();
    let watch = Watch {
        after: Some(&mut |client, part| match part + 1 < claim.parts {
            true => catalogs.compare_between(client, part, &all, Side::UpAgain),
            false => Ok(()),
        }),
        ..Watch::default()
    };
    run_watched(client, claim.up, Side::UpAgain, watch)
}
