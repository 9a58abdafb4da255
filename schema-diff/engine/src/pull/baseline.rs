//! The first migration of a database that has none: its whole schema, with a proof that it can be created and dropped.

use jiff::Timestamp;
use postgres::Client;

use super::PullError;
use crate::{
    cluster::ScratchServer,
    config::Project,
    create,
    generate::{Base, Scratch, database_url, fingerprint},
    history::MigrationsDirectory,
    introspect::introspect,
    model::{Schema, TableName, UnmanagedReason, views_in_order},
    prove::{ProofError, Side, difference, difference_on, run_all},
    render,
    runner::{Runner, Silent, Target},
    write::{NewMigration, Written, write},
};

/// The name of the migration that `diesel setup` writes. It creates two functions that every Diesel database has.
const INITIAL_SETUP: &str = "diesel_initial_setup";

/// A written baseline.
#[derive(Debug)]
pub struct Baseline {
    /// The written migration.
    pub written: Written,
    /// The server that proved it.
    pub proved_on: String,
    /// Whether it is marked as applied in the database.
    pub is_stamped: bool,
    /// Notes for the user.
    pub notes: Vec<String>,
}

/// Proves and writes the baseline of a database, and marks it as applied there.
///
/// # Errors
/// There are migrations already, the proof fails, or the baseline cannot be written.
pub fn baseline(
    project: &Project,
    base: &Base,
    message: &str,
    stamps: bool,
    scratch: &mut Scratch<'_>,
    progress: &mut dyn FnMut(&str),
) -> Result<Baseline, PullError> {
    let directory = MigrationsDirectory::read_if_present(&project.migrations_dir)?;
    if let Some(first) = directory
        .migrations()
        .iter()
        .find(|own| !own.name.ends_with(INITIAL_SETUP))
    {
        return Err(PullError::NotFirst {
            directory: project.migrations_dir.clone(),
            first: first.name.clone(),
        });
    }
    let mut schema = base.schema.clone();
    remove_unmanaged(&mut schema);
    let (up, down) = (render::all(&create::schema(&schema)), drops(&schema));
    progress("proving the baseline on a scratch database");
    let server = scratch.server(base.major())?;
    prove(server, &schema, &up, &down)?;
    let proved_on = server.description();
    let mut notes = Vec::new();
    let roles = create::named_roles(&schema);
    if !roles.is_empty() {
        let roles: Vec<String> = roles.iter().map(ToString::to_string).collect();
        notes.push(format!(
            "these roles must exist on every server on which the baseline is run: {}",
            roles.join(", ")
        ));
    }
    let written = write(
        &project.migrations_dir,
        Timestamp::now(),
        &NewMigration {
            keeps: Vec::new(),
            releases: Vec::new(),
            deploy: None,
            message: message.to_owned(),
            up_body: text(&up),
            down_body: text(&down),
            named_at: None,
            run_in_transaction: true,
            revises: directory.head().map(|head| head.version.clone()),
            before_fingerprint: None,
            after_fingerprint: Some(fingerprint(&base.schema)),
            decided: Vec::new(),
            part: None,
        },
    )?;
    let mut is_stamped = false;
    if let Some(url) = database_url(project)?.filter(|_| stamps) {
        let stamped = Runner::open_in(&url, &project.migrations_dir, &project.environment)
            .and_then(|mut runner| runner.stamp(&Target::Version(written.version.as_str().to_owned()), &mut Silent));
        stamped.map_err(|error| PullError::Stamp(Box::new(error)))?;
        is_stamped = true;
    }
    Ok(Baseline {
        written,
        proved_on,
        is_stamped,
        notes,
    })
}

fn text(statements: &[String]) -> String {
    statements.iter().map(|statement| format!("{statement};\n")).collect()
}

/// Returns the statements that drop everything, dependents first.
fn drops(schema: &Schema) -> Vec<String> {
    let mut statements = Vec::new();
    for name in views_in_order(schema).iter().rev() {
        let is_materialized = schema.views.get(name).is_some_and(|view| view.materialized);
        let kind = if is_materialized { "MATERIALIZED VIEW" } else { "VIEW" };
        statements.push(format!("DROP {kind} {name}"));
    }
    let list = |names: Vec<String>| names.join(", ");
    let named = |names: Vec<&TableName>| list(names.into_iter().map(ToString::to_string).collect());
    if !schema.tables.is_empty() {
        // Functions may have a table's row type as a parameter; they are dropped anyway.
        statements.push(format!("DROP TABLE {} CASCADE", named(schema.tables.keys().collect())));
    }
    if !schema.functions.is_empty() {
        let signatures = schema.functions.keys().cloned().collect();
        statements.push(format!("DROP ROUTINE IF EXISTS {} CASCADE", list(signatures)));
    }
    if !schema.sequences.is_empty() {
        statements.push(format!("DROP SEQUENCE {}", named(schema.sequences.keys().collect())));
    }
    if !schema.types.is_empty() {
        statements.push(format!(
            "DROP TYPE {} CASCADE",
            named(schema.types.keys().map(|name| &**name).collect())
        ));
    }
    for name in schema.collations.keys() {
        statements.push(format!("DROP COLLATION {name}"));
    }
    for name in schema.extensions.keys() {
        statements.push(format!(
            "DROP EXTENSION IF EXISTS {} CASCADE",
            crate::model::quote_ident(name)
        ));
    }
    for name in schema.namespaces.iter().filter(|name| *name != "public") {
        statements.push(format!("DROP SCHEMA {}", crate::model::quote_ident(name)));
    }
    statements
}

/// Proves the baseline: up must create the schema, down must leave nothing, and up must run again.
fn prove(server: &ScratchServer, schema: &Schema, up: &[String], down: &[String]) -> Result<(), PullError> {
    let database = server.create_database("baseline")?;
    let mut client = database.connect()?;
    let empty = read(&mut client)?;
    for statement in render::all(&create::missing_roles(schema)) {
        // Without the right to create roles, the statements that name such a role fail with Postgres's error.
        let _ = client.batch_execute(&statement);
    }
    for side in [Side::Up, Side::UpAgain] {
        run(&mut client, up, side)?;
        let reached = read(&mut client)?;
        if let Some(left) = difference_on(&mut client, schema, &reached)? {
            return Err(PullError::BaselineDiffers(left));
        }
        if side == Side::Up {
            run(&mut client, down, Side::Down)?;
            let left = difference(&empty, &read(&mut client)?);
            if let Some(left) = left {
                return Err(PullError::BaselineDiffers(left));
            }
        }
    }
    Ok(())
}

fn read(client: &mut Client) -> Result<Schema, PullError> {
    let mut schema = introspect(client).map_err(ProofError::from)?;
    remove_unmanaged(&mut schema);
    Ok(schema)
}

/// Removes unmanaged objects except those of extensions, because others create them.
fn remove_unmanaged(schema: &mut Schema) {
    let is_extensions = |reason: &UnmanagedReason| matches!(reason, UnmanagedReason::Extension(_));
    schema.unmanaged.retain(|_, found| is_extensions(&found.reason));
}

fn run(client: &mut Client, statements: &[String], side: Side) -> Result<(), PullError> {
    run_all(client, statements, side).map_err(|(error, _)| error.into())
}
