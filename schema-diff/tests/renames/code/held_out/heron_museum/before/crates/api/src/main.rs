mod dto;

use axum::{extract::Path, http::StatusCode, routing::get, Json, Router};
use diesel::prelude::*;
use dto::ObjectDto;
use museum::models::Object;
use museum::schema::objects;

async fn object(Path(no): Path<String>) -> Result<Json<ObjectDto>, StatusCode> {
    let found = tokio::task::spawn_blocking(move || {
        let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
        let mut conn = PgConnection::establish(&url).expect("connect");
        objects::table
            .filter(objects::accession_no.eq(no))
            .filter(objects::on_display.eq(true))
            .select(Object::as_select())
            .first(&mut conn)
            .optional()
    })
    .await
    .map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    match found {
        Ok(Some(o)) => Ok(Json(o.into())),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

#[tokio::main]
async fn main() {
    let app = Router::new().route("/objects/:no", get(object));
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
