//! For whoever watches over the server: is the process alive, can it do its work.

use rocket::get;
use rocket::http::ContentType;

use crate::countries;
use crate::database::Db;
use crate::error::ApiError;

/// The process is alive. Says nothing of the database, so that a watcher does not restart us for its sake.
#[get("/healthz")]
pub fn healthz() -> (ContentType, &'static str) {
    (ContentType::JSON, r#"{"status":"ok"}"#)
}

/// Requests can be served: the database answers, and has been migrated since the start.
#[get("/readyz")]
pub async fn readyz(db: Db<'_>) -> Result<(ContentType, &'static str), ApiError> {
    countries::reachable(db).await?;
    Ok((ContentType::JSON, r#"{"status":"ready"}"#))
}
