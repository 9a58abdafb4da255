//! Runs a plan as Diesel runs its files.

use postgres::{Client, error::SqlState};

use super::{ProofError, Side};
use crate::{
    observe::{Observation, Observer},
    plan::{Plan, Statement},
    render,
    statement::{Ddl, Transaction},
};

/// Runs a plan, each part as Diesel runs its file: in a transaction, which is rolled back if a statement fails, or alone.
///
/// # Errors
/// A statement failed; the error has Postgres's message.
pub fn run_statements(client: &mut Client, plan: &Plan, side: Side) -> Result<(), ProofError> {
    run_watched(client, plan, side, Watch::default())
}

/// Runs a plan as [`run_statements`] does, and watches it.
///
/// # Errors
/// A statement failed; the error has Postgres's message, and the plan's hint for the statement.
pub(super) fn run_watched(client: &mut Client, plan: &Plan, side: Side, watch: Watch<'_>) -> Result<(), ProofError> {
    run_plan(client, plan, side, watch).map_err(|(error, ..)| hinted(error, plan))
}

/// Renders statements as SQL.
fn sql(statements: &[Statement]) -> Vec<String> {
    render::all(statements.iter().map(|statement| &statement.ddl))
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

/// An error of a statement, with Postgres's error code and the part of the plan that failed.
pub(super) type Failure = (ProofError, Option<SqlState>, usize);

/// Runs statements in one transaction.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
pub(crate) fn run_all(
    client: &mut Client,
    statements: &[String],
    side: Side,
) -> Result<(), (ProofError, Option<SqlState>)> {
    run_in_transaction(client, statements, side, None)
}

/// What is done after a part, by its number.
type AfterPart<'a> = dyn FnMut(&mut Client, usize) -> Result<(), ProofError> + 'a;

/// What is done while a plan runs.
#[derive(Default)]
pub(super) struct Watch<'a> {
    /// The parts before this one have run already.
    pub from: usize,
    /// The only part that is run; `None` for all.
    pub only: Option<usize>,
    /// What each statement did is added here; nothing of a plan of more than [`MAX_OBSERVED`] statements.
    pub observed: Option<&'a mut Vec<Observation>>,
    /// Called after each part.
    pub after: Option<&'a mut AfterPart<'a>>,
}

/// Runs a plan as [`run_statements`] does. What the statements before an error did is observed, too.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
pub(super) fn run_plan(client: &mut Client, plan: &Plan, side: Side, watch: Watch<'_>) -> Result<(), Failure> {
    let mut observed = watch.observed.filter(|_| plan.statements.len() <= MAX_OBSERVED);
    let mut after = watch.after;
    for statements in plan.parts() {
        let part = statements.first().map_or(0, |own| own.part);
        if part < watch.from || watch.only.is_some_and(|only| only != part) {
            continue;
        }
        let is_alone = statements
            .iter()
            .any(|own| own.ddl.transaction() == Transaction::Outside);
        let ran = if is_alone {
            run_alone(client, statements, side, observed.as_deref_mut())
        } else {
            run_in_transaction(client, &sql(statements), side, observed.as_deref_mut())
        };
        ran.map_err(|(error, code)| (error, code, part))?;
        if let Some(after) = &mut after {
            after(client, part).map_err(|error| (error, None, part))?;
        }
    }
    Ok(())
}

/// Runs the statement of a part that cannot run in a transaction, with the settings around it. It blocks nobody, so nothing is observed.
#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
fn run_alone(
    client: &mut Client,
    statements: &[Statement],
    side: Side,
    mut observed: Option<&mut Vec<Observation>>,
) -> Result<(), (ProofError, Option<SqlState>)> {
    for statement in statements {
        let sql = render::sql(&statement.ddl);
        if let Err(error) = client.batch_execute(&sql) {
            let _ = client.batch_execute("RESET SESSION AUTHORIZATION");
            if let Ddl::CreateIndex { table, index, .. } = &statement.ddl {
                // A failed build leaves an invalid index.
                let drop = Ddl::DropIndexIfExists(table.sibling(&index.name));
                let _ = client.batch_execute(&render::sql(&drop));
            }
            return Err(failed(side, &sql, &error));
        }
        if let Some(observed) = &mut observed {
            observed.push(Observation::default());
        }
    }
    Ok(())
}

#[expect(clippy::result_large_err, reason = "an error of the proof is made once")]
fn run_in_transaction(
    client: &mut Client,
    statements: &[String],
    side: Side,
    mut observed: Option<&mut Vec<Observation>>,
) -> Result<(), (ProofError, Option<SqlState>)> {
    let failed = |statement: &str, source: &postgres::Error| failed(side, statement, source);
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

/// Returns the error of a statement, with Postgres's error code.
fn failed(side: Side, statement: &str, source: &postgres::Error) -> (ProofError, Option<SqlState>) {
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
}
