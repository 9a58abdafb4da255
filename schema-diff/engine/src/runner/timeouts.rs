//! Settings that end statements after a time, of the role or of the database.

use diesel::connection::SimpleConnection;

/// Limits for statements, and for transactions (from Postgres 17 on).
pub(super) const OF_STATEMENTS: &[&str] = &["statement_timeout", "transaction_timeout"];
/// The same, and the limit for the wait for a lock.
pub(super) const ALL: &[&str] = &["statement_timeout", "transaction_timeout", "lock_timeout"];

/// Runs work without some limits, and sets those again that were there before.
///
/// # Errors
/// The work fails, or the limits cannot be set.
pub(super) fn without<C: SimpleConnection + ?Sized, T>(
    limits: &[&str],
    connection: &mut C,
    work: impl FnOnce(&mut C) -> Result<T, diesel::result::Error>,
) -> Result<T, diesel::result::Error> {
    // Not every version has every limit.
    let from = format!("FROM pg_catalog.pg_settings WHERE name IN ('{}')", limits.join("', '"));
    connection.batch_execute(&format!(
        "SELECT pg_catalog.set_config('schema_diff.' || name, pg_catalog.current_setting(name), false) {from}; \
         SELECT pg_catalog.set_config(name, '0', false) {from}",
    ))?;
    let result = work(connection);
    // After an error inside a transaction that the file has begun, nothing can be set: the error is the one to report.
    let reset = connection.batch_execute(&format!(
        "SELECT pg_catalog.set_config(name, pg_catalog.current_setting('schema_diff.' || name), false) {from}"
    ));
    result.and_then(|done| reset.map(|()| done))
}
