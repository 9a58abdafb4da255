//! Runs a plan as Diesel runs the file: in one transaction.

use postgres::Client;

use super::{ProofError, Side};
use crate::{
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

/// Runs the statements as [`run_statements`] does; the error includes Postgres's error code.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
pub(crate) fn run_all(
    client: &mut Client,
    statements: &[String],
    side: Side,
) -> Result<(), (ProofError, Option<postgres::error::SqlState>)> {
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
    for statement in statements {
        transaction
            .batch_execute(statement)
            .map_err(|error| failed(statement, &error))?;
    }
    transaction.commit().map_err(|error| failed("COMMIT", &error))
}
