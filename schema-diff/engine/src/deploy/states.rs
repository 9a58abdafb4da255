//! Runs new migrations after the earlier ones, and keeps a copy of the database at each state.

use std::collections::BTreeSet;

use postgres::Client;

use super::renames::{Names, exchanged};
use crate::{
    cluster::{ScratchDatabase, ScratchError, ScratchServer},
    compatibility::{State, Trial},
    generate::GenerateError,
    history::MigrationDir,
    introspect::introspect,
    matching::Matches,
    model::{Pair, Schema, TableName, subset},
    prove::{empty, tried},
    replay,
};

/// The states of a database: before the new migrations, and after each of them.
pub(super) struct Replayed {
    first: Copied,
    later: Vec<Copied>,
}

/// A database at a state.
struct Copied {
    database: ScratchDatabase,
    schema: Schema,
    names: Names,
}

impl Replayed {
    /// Runs the migrations.
    ///
    /// # Errors
    /// A migration cannot be read or run, or the scratch server fails.
    pub(super) fn run(
        server: &ScratchServer,
        earlier: &[MigrationDir],
        new: &[MigrationDir],
    ) -> Result<Self, GenerateError> {
        let database = server.create_database("history")?;
        let mut client = database.connect()?;
        for migration in earlier {
            up(&mut client, migration)?;
        }
        drop(client);
        let first = Copied::of(server, &database)?;
        let mut later = Vec::new();
        for migration in new {
            up(&mut database.connect()?, migration)?;
            later.push(Copied::of(server, &database)?);
        }
        Ok(Self { first, later })
    }

    /// Returns the schema before the new migrations.
    pub(super) const fn before(&self) -> &Schema {
        &self.first.schema
    }

    /// Returns the schema after all of them.
    pub(super) fn after(&self) -> &Schema {
        &self.last().schema
    }

    fn last(&self) -> &Copied {
        self.later.last().unwrap_or(&self.first)
    }

    /// Returns what has the name that another object had before.
    pub(super) fn exchanged(&self) -> Matches {
        exchanged(Pair::new(&self.first.names, &self.last().names))
    }

    /// Connects to the database at the first state.
    pub(super) fn connect(&self) -> Result<Client, ScratchError> {
        self.first.database.connect()
    }

    /// Returns the states, with what became of the trials if these are run. Only the named tables and what they need are seeded.
    ///
    /// # Errors
    /// The server fails.
    pub(super) fn states(
        &self,
        tables: &BTreeSet<TableName>,
        trials: &Pair<Vec<Trial>>,
        are_run: bool,
    ) -> Result<Vec<State>, GenerateError> {
        let mut states = Vec::new();
        for (after_part, copied) in std::iter::once(&self.first).chain(&self.later).enumerate() {
            let schema = subset(&copied.schema, tables);
            states.push(match are_run {
                true => copied.tried(after_part, schema, trials)?,
                false => State::untried(after_part, schema),
            });
        }
        Ok(states)
    }
}

impl Copied {
    fn of(server: &ScratchServer, original: &ScratchDatabase) -> Result<Self, GenerateError> {
        let database = server.create_database_from(original)?;
        let mut client = database.connect()?;
        let schema = introspect(&mut client)?;
        let names = Names::read(&mut client).map_err(GenerateError::Catalogs)?;
        Ok(Self {
            database,
            schema,
            names,
        })
    }

    fn tried(&self, after_part: usize, schema: Schema, trials: &Pair<Vec<Trial>>) -> Result<State, GenerateError> {
        let mut client = self.database.connect()?;
        // Rows of migrations would have the keys of generated ones.
        empty(&mut client, &schema);
        let found = tried(&mut client, after_part, schema, trials);
        found.map_err(|error| GenerateError::Programs(Box::new(error)))
    }
}

fn up(client: &mut Client, migration: &MigrationDir) -> Result<(), GenerateError> {
    replay::up(client, migration)?.map_err(|rejected| GenerateError::Replay {
        place: rejected.place(),
        message: rejected.message,
    })
}
