//! `GET /country/<code>` with axum and the same query, models and connections as the server's: what the server is
//! measured against. `DATABASE_URL`, `PORT` and `POOL_SIZE` say the rest.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use demo::models::Country;
use demo::schema::countries;
use diesel::prelude::*;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::pooled_connection::{AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

type Connections = Pool<AsyncPgConnection>;

async fn show(State(pool): State<Connections>, Path(code): Path<String>) -> Result<Json<Country>, StatusCode> {
    let mut connection = pool.get().await.map_err(|_| StatusCode::SERVICE_UNAVAILABLE)?;
    let country = countries::table
        .filter(countries::iso2code.eq(code.to_ascii_uppercase()))
        .select(Country::as_select())
        .first(&mut connection)
        .await;
    match country {
        Ok(country) => Ok(Json(country)),
        Err(diesel::result::Error::NotFound) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let setting = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
    let mut settings = ManagerConfig::default();
    // As the server: no query to find out whether a connection is alive.
    settings.recycling_method = RecyclingMethod::Fast;
    let manager = AsyncDieselConnectionManager::new_with_config(setting("DATABASE_URL")?, settings);
    let pool: Connections = Pool::builder(manager)
        .max_size(setting("POOL_SIZE")?.parse()?)
        .build()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", setting("PORT")?.parse()?)).await?;
    axum::serve(
        listener,
        Router::new().route("/country/{code}", get(show)).with_state(pool),
    )
    .await?;
    Ok(())
}
