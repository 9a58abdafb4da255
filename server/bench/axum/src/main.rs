//! `GET /country/<code>` with axum, what the server is measured against. `DATABASE_URL` and `PORT` say the rest, and
//!
//! - `POOL_SIZE`: a statement for every request, as one writes it: the same models, the same connections;
//! - `ROCKET_POOL_SIZE` without it: the server's own data layer, where requests share statements.

use std::env;
use std::error::Error;
use std::sync::Arc;

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
use server::connection::Target;
use server::database::Database;

// The server's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

type Connections = Pool<AsyncPgConnection>;

/// A statement for every request.
async fn alone(State(pool): State<Connections>, Path(code): Path<String>) -> Result<Json<Country>, StatusCode> {
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

/// Requests share statements.
async fn together(
    State(database): State<Arc<Database>>,
    Path(code): Path<String>,
) -> Result<Json<Country>, StatusCode> {
    let lookup = database.lookup().ok_or(StatusCode::INTERNAL_SERVER_ERROR)?;
    match lookup.find(code.to_ascii_uppercase()).await {
        Ok(Some(country)) => Ok(Json(country)),
        Ok(None) => Err(StatusCode::NOT_FOUND),
        Err(_) => Err(StatusCode::SERVICE_UNAVAILABLE),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let setting = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let url = setting("DATABASE_URL")?;
    let routes = if let Ok(size) = env::var("POOL_SIZE") {
        let mut settings = ManagerConfig::default();
        // As the server: no query to find out whether a connection is alive.
        settings.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, settings);
        let pool: Connections = Pool::builder(manager).max_size(size.parse()?).build()?;
        Router::new().route("/country/{code}", get(alone)).with_state(pool)
    } else {
        let database = Database::new(Target::parse(&url)?, &server::config::read()?.settings)?;
        Router::new()
            .route("/country/{code}", get(together))
            .with_state(Arc::new(database))
    };
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", setting("PORT")?.parse()?)).await?;
    axum::serve(listener, routes).await?;
    Ok(())
}
