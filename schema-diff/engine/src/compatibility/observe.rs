//! Lets Postgres prepare and run the statements of programs at a state of a migration.

use std::collections::BTreeSet;

use postgres::{
    Client, Transaction,
    error::DbError,
    types::{Kind as TypeKind, Type},
};

use super::Trial;
use crate::model::{DataType, Pair, Schema, TypeName, quote_ident, quote_literal};

/// What was observed at the states of a migration.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The programs of before and the new one, each as the roles that it may have.
    pub trials: Pair<Vec<Trial>>,
    /// The states, in order: before the migration, after each of its parts.
    pub states: Vec<State>,
}

/// What was observed at a state.
#[derive(Clone, Debug)]
pub struct State {
    /// How many parts of the migration have run.
    pub after_part: usize,
    /// The schema, as far as the scratch database contains it.
    pub schema: Schema,
    /// What became of each statement of each trial; empty if nothing was tried.
    pub outcomes: Pair<Vec<Vec<Outcome>>>,
}

impl State {
    /// A state at which nothing was tried.
    pub fn untried(after_part: usize, schema: Schema) -> Self {
        Self {
            after_part,
            schema,
            outcomes: Pair::default(),
        }
    }

    /// Returns what became of the statements of a trial, by its number; nothing if it was not tried.
    pub(super) fn of_trial(&self, is_old: bool, number: usize) -> &[Outcome] {
        let all = match is_old {
            true => &self.outcomes.before,
            false => &self.outcomes.after,
        };
        all.get(number).map(Vec::as_slice).unwrap_or_default()
    }
}

/// What became of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The types of its result, or why Postgres does not prepare it.
    pub prepared: Result<Vec<DataType>, Refusal>,
    /// Whether it ran.
    pub ran: Result<(), Refusal>,
}

/// Why Postgres refuses a statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusal {
    /// The error code.
    pub code: String,
    /// The column that it concerns.
    pub column: Option<String>,
    /// The constraint that it concerns.
    pub constraint: Option<String>,
    /// The message.
    pub message: String,
}

/// Prepares and runs the statements of trials on the rows of a database, and leaves these as they are.
///
/// # Errors
/// The server fails.
pub fn observe(client: &mut Client, trials: &Pair<Vec<Trial>>) -> Result<Pair<Vec<Vec<Outcome>>>, postgres::Error> {
    let mut outcomes = |all: &[Trial]| {
        let all = all.iter().map(|own| tried(client, own));
        all.collect::<Result<Vec<_>, _>>()
    };
    Ok(Pair::new(outcomes(&trials.before)?, outcomes(&trials.after)?))
}

fn tried(client: &mut Client, trial: &Trial) -> Result<Vec<Outcome>, postgres::Error> {
    let mut transaction = client.transaction()?;
    if let Some(role) = &trial.role {
        transaction.batch_execute(&become_role(role))?;
    }
    transaction.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT each_statement")?;
    let statements = trial.statements.iter();
    statements.map(|own| outcome(&mut transaction, &own.sql)).collect()
}

/// Returns the statements with which a transaction goes on as a role. The model does not have the privileges on Postgres schemas: the role gets
/// them.
fn become_role(role: &str) -> String {
    let (name, literal) = (quote_ident(role), quote_literal(role));
    format!(
        "DO $usage$
DECLARE
    namespace text;
BEGIN
    FOR namespace IN SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'
    LOOP
        BEGIN
            EXECUTE pg_catalog.format('GRANT USAGE ON SCHEMA %I TO %I', namespace, {literal});
        EXCEPTION WHEN insufficient_privilege THEN
            NULL;
        END;
    END LOOP;
END
$usage$;
SET LOCAL ROLE {name}"
    )
}

/// Returns the roles as which a connection can go on, and that are bound by privileges.
pub fn usable_roles(client: &mut Client, roles: BTreeSet<String>) -> BTreeSet<String> {
    let sql = "SELECT FROM pg_catalog.pg_roles WHERE rolname = $1 AND NOT rolsuper";
    let mut is_usable = |role: &String| {
        let found = client.query_opt(sql, &[role]);
        found.is_ok_and(|row| row.is_some()) && can_become(client, role)
    };
    roles.into_iter().filter(|role| is_usable(role)).collect()
}

fn can_become(client: &mut Client, role: &str) -> bool {
    let transaction = client.transaction();
    transaction.is_ok_and(|mut own| own.batch_execute(&become_role(role)).is_ok())
}

fn outcome(transaction: &mut Transaction<'_>, sql: &str) -> Result<Outcome, postgres::Error> {
    let outcome = match transaction.prepare(sql) {
        Ok(prepared) => Outcome {
            prepared: Ok(prepared.columns().iter().map(|own| data_type(own.type_())).collect()),
            ran: transaction.execute(&prepared, &[]).map(|_| ()).map_err(refusal),
        },
        Err(error) => {
            let refusal = refusal(error);
            Outcome {
                prepared: Err(refusal.clone()),
                ran: Err(refusal),
            }
        }
    };
    transaction.batch_execute("ROLLBACK TO SAVEPOINT each_statement")?;
    Ok(outcome)
}

fn data_type(found: &Type) -> DataType {
    let (element, array) = match found.kind() {
        TypeKind::Array(element) => (element, true),
        _ => (found, false),
    };
    DataType {
        name: TypeName::new(element.schema(), element.name()),
        modifier: None,
        array,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it is given to map_err")]
fn refusal(error: postgres::Error) -> Refusal {
    let of = |found: &DbError| Refusal {
        code: found.code().code().to_owned(),
        column: found.column().map(str::to_owned),
        constraint: found.constraint().map(str::to_owned),
        message: found.message().to_owned(),
    };
    let plain = || Refusal {
        message: error.to_string(),
        ..Refusal::default()
    };
    error.as_db_error().map_or_else(plain, of)
}
