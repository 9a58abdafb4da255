mod hives;
mod visits;

pub use hives::PgHives;
pub use visits::PgVisits;

use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::result::QueryResult;

use crate::models::{Hive, HivePatch, Inspection, NewHive, NewInspection};

#[async_trait]
pub trait HiveRepo: Send + Sync {
    async fn in_apiary(&self, apiary_id: i32) -> QueryResult<Vec<Hive>>;
    async fn add(&self, hive: NewHive) -> QueryResult<Hive>;
    async fn patch(&self, id: i32, patch: HivePatch) -> QueryResult<Hive>;
    async fn retire(&self, id: i32) -> QueryResult<usize>;
    async fn to_watch(&self) -> QueryResult<Vec<Hive>>;
}

#[async_trait]
pub trait VisitRepo: Send + Sync {
    async fn record(&self, visit: NewInspection) -> QueryResult<Inspection>;
    async fn since(&self, day: NaiveDate) -> QueryResult<Vec<Inspection>>;
    async fn mite_alarms(&self, threshold: i32) -> QueryResult<Vec<(i32, NaiveDate, Option<i32>)>>;
}
