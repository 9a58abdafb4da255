//! Health checks for containers and load balancers.

use rocket::get;
use serde::Serialize;
use utoipa::ToSchema;

use crate::countries;
use crate::database::Db;
use crate::error::ApiError;
use crate::json::Json;
use crate::refusals::Failed;

/// The state of the server.
#[derive(Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Status {
    #[schema(inline)]
    status: State,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum State {
    Ok,
    Ready,
}

/// Is the process alive?
///
/// Says nothing of the database, so that a server is not restarted when its database is down.
#[utoipa::path(tag = "health", responses((status = 200, description = "Yes.", body = Status)))]
#[get("/healthz")]
pub fn healthz() -> Json<Status> {
    Json(Status { status: State::Ok })
}

/// Can requests be served?
///
/// Asks the database, which has been migrated since the start.
#[utoipa::path(tag = "health", responses((status = 200, description = "Yes.", body = Status), Failed))]
#[get("/readyz")]
pub async fn readyz(db: Db<'_>) -> Result<Json<Status>, ApiError> {
    countries::reachable(db).await?;
    Ok(Json(Status { status: State::Ready }))
}
