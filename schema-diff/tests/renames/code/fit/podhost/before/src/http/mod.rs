pub mod dto;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use diesel_async::pooled_connection::bb8::Pool;
use diesel_async::AsyncPgConnection;

use crate::db::show::Filter;
use crate::db::{Account, Episode, Show};

type Db = Pool<AsyncPgConnection>;

pub fn router(pool: Db) -> Router {
    Router::new()
        .route("/u/:handle", get(profile))
        .route("/shows", get(directory))
        .route("/shows/:slug/episodes", get(episodes))
        .with_state(pool)
}

fn failed<E: std::fmt::Display>(error: E) -> StatusCode {
    tracing::warn!(%error, "request failed");
    StatusCode::INTERNAL_SERVER_ERROR
}

async fn profile(State(db): State<Db>, Path(handle): Path<String>) -> Result<Json<dto::Profile>, StatusCode> {
    let mut conn = db.get().await.map_err(failed)?;
    let account = Account::by_handle(&mut conn, &handle).await.map_err(failed)?;
    let shows = Show::of(&mut conn, &account).await.map_err(failed)?;
    Ok(Json(dto::Profile::new(account, shows)))
}

async fn directory(State(db): State<Db>, Query(filter): Query<Filter>) -> Result<Json<Vec<dto::Show>>, StatusCode> {
    let mut conn = db.get().await.map_err(failed)?;
    let shows = Show::directory(&mut conn, filter).await.map_err(failed)?;
    Ok(Json(shows.into_iter().map(Into::into).collect()))
}

async fn episodes(State(db): State<Db>, Path(slug): Path<String>) -> Result<Json<Vec<dto::Episode>>, StatusCode> {
    let mut conn = db.get().await.map_err(failed)?;
    let list = Episode::feed(&mut conn, &slug).await.map_err(failed)?;
    Ok(Json(list.into_iter().map(Into::into).collect()))
}
