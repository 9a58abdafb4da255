//! Lets Postgres prepare and run the statements of programs at a state of a migration.

use postgres::{
    Client, Transaction,
    error::DbError,
    types::{Kind as TypeKind, Type},
};

use super::{Program, ProgramStatement};
use crate::model::{DataType, Pair, Schema, TypeName};

/// What was observed at the states of a migration.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// The program of before and the new one.
    pub programs: Pair<Program>,
    /// The statements of the program of before and of the new one.
    pub statements: Pair<Vec<ProgramStatement>>,
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
    /// What became of each statement of the program of before and of the new one; empty if nothing was tried.
    pub outcomes: Pair<Vec<Outcome>>,
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

/// Prepares and runs the statements on the rows of a database, and leaves these as they are.
///
/// # Errors
/// The server fails.
pub fn observe(
    client: &mut Client,
    statements: &Pair<Vec<ProgramStatement>>,
) -> Result<Pair<Vec<Outcome>>, postgres::Error> {
    let mut transaction = client.transaction()?;
    transaction.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; SAVEPOINT each_statement")?;
    let mut outcomes = |all: &[ProgramStatement]| {
        let all = all.iter().map(|own| outcome(&mut transaction, &own.sql));
        all.collect::<Result<Vec<_>, _>>()
    };
    Ok(Pair::new(outcomes(&statements.before)?, outcomes(&statements.after)?))
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
