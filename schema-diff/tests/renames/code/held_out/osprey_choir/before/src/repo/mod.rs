use async_trait::async_trait;
use diesel::result::QueryResult;
use uuid::Uuid;

use crate::model::*;

mod calendar;
mod library;
mod people;

pub use calendar::PgCalendar;
pub use library::PgLibrary;
pub use people::PgPeople;

pub type Pool = diesel_async::pooled_connection::deadpool::Pool<diesel_async::AsyncPgConnection>;

#[async_trait]
pub trait People {
    async fn enrol(&self, singer: NewSinger) -> QueryResult<Singer>;
    async fn section(&self, part: Voice) -> QueryResult<Vec<Singer>>;
    async fn patch(&self, who: Uuid, patch: ContactPatch) -> QueryResult<Singer>;
    async fn in_arrears(&self, today: chrono::NaiveDate) -> QueryResult<Vec<(String, String)>>;
}

#[async_trait]
pub trait Library {
    async fn by_composer(&self, composer: &str) -> QueryResult<Vec<Piece>>;
    async fn short_of_copies(&self, singers: i32) -> QueryResult<Vec<Piece>>;
    async fn running_time(&self, event: i64) -> QueryResult<i64>;
}
