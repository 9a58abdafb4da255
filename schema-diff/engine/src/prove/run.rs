//! Runs a plan as Diesel runs the file: in one transaction.

use postgres::{Client, error::SqlState};

use super::{ProofError, Side};
use crate::{
    observe::{Observation, Observer},
    plan::{Plan, Statement},
    render,
};

/// Runs all statements in one transaction, which is rolled back if one fails.
///
/// # Errors
/// A statement failed; the error has Postgres's message.
pub fn run_statements(client: &mut Client, plan: &Plan, side: Side) -> Result<(), ProofError> {
    run_all(client, &sql(plan), side).map_err(|(error, _)| hinted(error, plan))
}

/// Renders the statements of a plan as SQL.
pub(super) fn sql(plan: &Plan) -> Vec<String> {
    render::all(plan.statements.iter().map(|statement| &statement.ddl))
}

/// Finds the statement of a plan that is this SQL.
pub(super) fn find<'a>(plan: &'a Plan, sql: &str) -> Option<&'a Statement> {
    plan.statements
        .iter()
        .find(|statement| render::sql(&statement.ddl) == sql)
}

/// Returns Postgres's message, or otherwise that of the driver.
pub(super) fn plain_reason(error: &postgres::Error) -> String {
    error
        .as_db_error()
        .map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// Adds the plan's hint for the refused statement.
fn hinted(mut error: ProofError, plan: &Plan) -> ProofError {
    if let ProofError::Statement { statement, detail, .. } = &mut error
        && let Some(hint) = find(plan, statement).and_then(|found| found.hint.as_ref())
    {
        detail.get_or_insert_default().push_str(&format!("\n\nhint: {hint}"));
    }
    error
}

/// The most statements of a plan that are observed. Each observation reads all locks of the transaction, of which every statement may add
/// some.
const MAX_OBSERVED: usize = 500;

/// An error of a statement, with Postgres's error code.
pub(super) type Failure = (ProofError, Option<SqlState>);

/// Runs the statements as [`run_statements`] does; the error includes Postgres's error code.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
pub(crate) fn run_all(client: &mut Client, statements: &[String], side: Side) -> Result<(), Failure> {
    run_in_transaction(client, statements, side, None)
}

/// Runs a plan as [`run_statements`] does, and returns what each statement did; nothing for a plan of more than [`MAX_OBSERVED`].
///
/// # Errors
/// A statement failed; the error has Postgres's message.
pub(super) fn observe_statements(client: &mut Client, plan: &Plan, side: Side) -> Result<Vec<Observation>, ProofError> {
    let mut observed = Vec::new();
    run_observed(client, plan, side, &mut observed).map_err(|(error, _)| hinted(error, plan))?;
    Ok(observed)
}

/// Runs a plan as [`observe_statements`] does; the error includes Postgres's error code. What the statements before an
/// error did is observed, too.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
pub(super) fn run_observed(
    client: &mut Client,
    plan: &Plan,
    side: Side,
    observed: &mut Vec<Observation>,
) -> Result<(), Failure> {
    let is_observed = plan.statements.len() <= MAX_OBSERVED;
    run_in_transaction(client, &sql(plan), side, is_observed.then_some(observed))
}

#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
fn run_in_transaction(
    client: &mut Client,
    statements: &[String],
    side: Side,
    mut observed: Option<&mut Vec<Observation>>,
) -> Result<(), Failure> {
    let failed = |statement: &str, source: &postgres::Error| {
        let code = source.code().cloned();
        let (message, detail) = source.as_db_error().map_or_else(
            || (source.to_string(), None),
            |error| {
                let lines: Vec<String> = [
                    ("detail", error.detail()),
                    ("hint", error.hint()),
                    ("where", error.where_()),
                ]
                .into_iter()
                .filter_map(|(key, text)| Some(format!("{key}: {}", text?)))
                .collect();
                (
                    format!("{}: {}", error.severity(), error.message()),
                    (!lines.is_empty()).then(|| lines.join("\n")),
                )
            },
        );
        (
            ProofError::Statement {
                side,
                statement: statement.to_owned(),
                message,
                detail,
            },
            code,
        )
    };
    let mut transaction = client.transaction().map_err(|error| failed("BEGIN", &error))?;
    let mut observer = match observed {
        Some(_) => Some(Observer::begin(&mut transaction).map_err(|error| failed("BEGIN", &error))?),
        None => None,
    };
    for statement in statements {
        let fail = |error| failed(statement, &error);
        transaction.batch_execute(statement).map_err(fail)?;
        if let (Some(observer), Some(observed)) = (&mut observer, &mut observed) {
            observed.push(observer.observe(&mut transaction).map_err(fail)?);
        }
    }
    transaction.commit().map_err(|error| failed("COMMIT", &error))
}
