use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::VisitRepo;
use crate::models::{Inspection, NewInspection};
use crate::schema::inspections;

pub struct PgVisits {
    pub pool: Pool<AsyncPgConnection>,
}

#[async_trait]
impl VisitRepo for PgVisits {
    async fn record(&self, visit: NewInspection) -> QueryResult<Inspection> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::insert_into(inspections::table)
            .values(&visit)
            .returning(Inspection::as_returning())
            .get_result(&mut conn)
            .await
    }

    async fn since(&self, day: NaiveDate) -> QueryResult<Vec<Inspection>> {
        let mut conn = self.pool.get().await.expect("pool");
        inspections::table
            .filter(inspections::seen_on.ge(day))
            .order((inspections::seen_on.desc(), inspections::id.desc()))
            .select(Inspection::as_select())
            .load(&mut conn)
            .await
    }

    async fn mite_alarms(&self, threshold: i32) -> QueryResult<Vec<(i32, NaiveDate, Option<i32>)>> {
        let mut conn = self.pool.get().await.expect("pool");
        inspections::table
            .filter(inspections::mite_drop.gt(threshold))
            .select((inspections::hive_id, inspections::seen_on, inspections::mite_drop))
            .load(&mut conn)
            .await
    }
}

impl PgVisits {
    pub async fn rate_temper(&self, visit: i64, score: i16, sky: Option<&str>) -> QueryResult<usize> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::update(inspections::table.find(visit))
            .set((inspections::temper.eq(score), inspections::weather.eq(sky)))
            .execute(&mut conn)
            .await
    }

    pub async fn by_inspector(&self, who: &str) -> QueryResult<Vec<(i64, i16, i16)>> {
        let mut conn = self.pool.get().await.expect("pool");
        inspections::table
            .filter(inspections::inspector.eq(who))
            .select((inspections::id, inspections::brood_frames, inspections::honey_frames))
            .load(&mut conn)
            .await
    }
}
