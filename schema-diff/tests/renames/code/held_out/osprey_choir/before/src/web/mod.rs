use axum::extract::{Path, State};
use axum::Json;
use std::sync::Arc;

use crate::model::Voice;
use crate::repo::{People, PgPeople};

pub mod dto;

pub async fn section(State(repo): State<Arc<PgPeople>>, Path(part): Path<Voice>) -> Json<Vec<dto::SingerDto>> {
    let all = repo.section(part).await.unwrap_or_default();
    Json(all.into_iter().map(Into::into).collect())
}

pub async fn enrol(State(repo): State<Arc<PgPeople>>, Json(form): Json<dto::EnrolForm>) -> Json<dto::SingerDto> {
    let new = form.into_new(chrono::Utc::now().date_naive());
    Json(repo.enrol(new).await.expect("enrol").into())
}
