//! In which order the new migrations of a change and its program can be deployed: what `check` allows or not.
//!
//! What their headers say does not count: the migrations, also hand-written ones, run on a scratch database, and at each state the programs are
//! tried. The new migrations are deployed together, so they count as the parts of one. [`Added`] finds them, `states` runs them, `renames`
//! sees what exchanged its name, and [`Ordered`] has the result.

mod added;
mod ordered;
mod renames;
mod states;

pub use added::{Added, Base};
pub use ordered::Ordered;

use std::collections::BTreeSet;

use crate::{
    compare::compare,
    compatibility::{Facts, Known, judge},
    config::Project,
    generate::{Draft, GenerateError, Scratch, Step, code, with_others},
    history::{Header, MigrationDir, MigrationsDirectory, Version},
    model::{Pair, TableName, mentioned_words},
    prove::{is_nothing_tried, touched, trials},
    rollout::Kept,
};
use states::Replayed;

/// The migrations whose order is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// The project.
    pub project: &'a Project,
    /// What the new program declares.
    pub draft: &'a Draft,
    /// All migrations.
    pub directory: &'a MigrationsDirectory,
    /// The new ones.
    pub new: &'a BTreeSet<Version>,
    /// The commit of the program of before. If its `schema.rs` does not agree with the migrations before the new ones, its code says nothing.
    pub since: Option<&'a str>,
}

/// Says when the new program can be deployed, if migrations are new; `None` if none is.
///
/// # Errors
/// A migration cannot be read or run, or the scratch server fails.
pub fn ordered(
    request: Request<'_>,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Option<Ordered>, GenerateError> {
    let (draft, all) = (request.draft, request.directory.migrations());
    let Some(first) = first_new(all, request.new)? else {
        return Ok(None);
    };
    let (earlier, migrations) = all.split_at(first);
    progress("running the new migrations on a scratch database");
    let server = scratch.server(draft.base.major())?;
    let replayed = Replayed::run(server, earlier, migrations)?;
    progress("trying the statements of the programs");
    let kept = kept(migrations)?;
    let facts = facts(request, &replayed, (&kept, &released(earlier, migrations)?), migrations)?;
    Ok(Some(Ordered {
        compatibility: judge(&facts),
        migrations: migrations.to_vec(),
        is_rolling: !kept.is_empty(),
    }))
}

/// Returns the number of the first new migration; that of its first part, if it has several.
fn first_new(all: &[MigrationDir], new: &BTreeSet<Version>) -> Result<Option<usize>, GenerateError> {
    let Some(mut first) = all.iter().position(|own| new.contains(&own.version)) else {
        return Ok(None);
    };
    while first > 0 && number(&all[first])? > 1 {
        first -= 1;
    }
    Ok(Some(first))
}

/// Returns the number of a migration among the parts of one.
fn number(migration: &MigrationDir) -> Result<usize, GenerateError> {
    let header = migration.header()?;
    Ok(header.and_then(|own| own.part).map_or(1, |part| part.number))
}

fn headers(migrations: &[MigrationDir]) -> Result<Vec<(Version, Header)>, GenerateError> {
    let mut found = Vec::new();
    for own in migrations {
        found.extend(own.header()?.map(|header| (own.version.clone(), header)));
    }
    Ok(found)
}

/// Returns what migrations keep for the program of before.
fn kept(migrations: &[MigrationDir]) -> Result<Vec<Kept>, GenerateError> {
    let headers = headers(migrations)?.into_iter();
    Ok(headers.flat_map(|(_, own)| own.keeps).collect())
}

/// Returns what earlier migrations have kept, and later ones remove.
fn released(earlier: &[MigrationDir], later: &[MigrationDir]) -> Result<Vec<Kept>, GenerateError> {
    let later = headers(later)?.into_iter();
    let released: BTreeSet<Version> = later.flat_map(|(_, own)| own.releases).collect();
    let earlier = headers(earlier)?.into_iter();
    let removed = earlier.filter(|(version, _)| released.contains(version));
    Ok(removed.flat_map(|(_, own)| own.keeps).collect())
}

/// Tries the programs at each state.
fn facts(
    request: Request<'_>,
    replayed: &Replayed,
    (kept, released): (&[Kept], &[Kept]),
    migrations: &[MigrationDir],
) -> Result<Facts, GenerateError> {
    let draft = request.draft;
    let (before, after) = (replayed.before().clone(), replayed.after().clone());
    let schemas = Pair::new(&before, &after);
    let matches = replayed.exchanged();
    let changes = compare(schemas, &matches);
    let mut tables = touched(&changes, schemas, &matches);
    tables.extend(mentioned(migrations, before.tables.keys())?);
    let code = code(Step {
        project: request.project,
        draft,
        schemas,
        matches: &matches,
        since: request.since,
    });
    let known = Known {
        code: &code,
        schemas,
        matches: &matches,
        declared: &draft.declared,
        kept,
        released,
        touched: &tables,
    };
    let programs = with_others(known, &draft.old_programs);
    let names: BTreeSet<TableName> = tables
        .iter()
        .flat_map(|name| [name.clone(), matches.table(name)])
        .collect();
    let trials = trials(&mut replayed.connect()?, &programs, schemas);
    let states = replayed.states(&names, &trials, !is_nothing_tried(&trials))?;
    Ok(Facts { trials, states })
}

/// Returns the tables that migrations name: what changes no table may still concern its rows, such as a function.
fn mentioned<'a>(
    migrations: &[MigrationDir],
    tables: impl Iterator<Item = &'a TableName>,
) -> Result<BTreeSet<TableName>, GenerateError> {
    let mut words = BTreeSet::new();
    for own in migrations {
        words.extend(mentioned_words(&own.up_sql()?));
    }
    Ok(tables.filter(|name| words.contains(&name.name)).cloned().collect())
}
