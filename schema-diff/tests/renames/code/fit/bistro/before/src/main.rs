mod dto;
mod error;
mod handlers;
mod model;
mod reports;
mod schema;

use axum::routing::{get, post, put};
use axum::Router;
use diesel_async::pooled_connection::{deadpool::Pool, AsyncDieselConnectionManager};
use diesel_async::AsyncPgConnection;

pub type Db = Pool<AsyncPgConnection>;

#[tokio::main]
async fn main() {
    let url = std::env::var("DATABASE_URL").expect("DATABASE_URL");
    let manager = AsyncDieselConnectionManager::<AsyncPgConnection>::new(url);
    let db: Db = Pool::builder(manager).build().expect("pool");
    let app = Router::new()
        .route("/menu", get(handlers::menu::list).post(handlers::menu::create))
        .route("/orders", post(handlers::orders::open))
        .route("/orders/:id/lines", post(handlers::orders::add_line))
        .route("/orders/:id/pay", put(handlers::orders::pay))
        .route("/kitchen", get(handlers::orders::kitchen))
        .route("/reservations", post(handlers::reservations::book))
        .route("/reservations/today", get(handlers::reservations::today))
        .route("/reports/day", get(reports::day))
        .with_state(db);
    let listener = tokio::net::TcpListener::bind("0.0.0.0:8080").await.unwrap();
    axum::serve(listener, app).await.unwrap();
}
