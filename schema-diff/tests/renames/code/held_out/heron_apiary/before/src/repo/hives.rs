use async_trait::async_trait;
use diesel::dsl::now;
use diesel::prelude::*;
use diesel::result::QueryResult;
use diesel_async::pooled_connection::deadpool::Pool;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use super::HiveRepo;
use crate::models::{ColonyMood, Hive, HivePatch, NewHive};
use crate::schema::{apiaries, hives};

pub struct PgHives {
    pub pool: Pool<AsyncPgConnection>,
}

#[async_trait]
impl HiveRepo for PgHives {
    async fn in_apiary(&self, apiary_id: i32) -> QueryResult<Vec<Hive>> {
        let mut conn = self.pool.get().await.expect("pool");
        hives::table
            .filter(hives::apiary_id.eq(apiary_id))
            .filter(hives::retired_at.is_null())
            .order(hives::label.asc())
            .select(Hive::as_select())
            .load(&mut conn)
            .await
    }

    async fn add(&self, hive: NewHive) -> QueryResult<Hive> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::insert_into(hives::table)
            .values(&hive)
            .returning(Hive::as_returning())
            .get_result(&mut conn)
            .await
    }

    async fn patch(&self, id: i32, patch: HivePatch) -> QueryResult<Hive> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::update(hives::table.find(id))
            .set(&patch)
            .returning(Hive::as_returning())
            .get_result(&mut conn)
            .await
    }

    async fn retire(&self, id: i32) -> QueryResult<usize> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::update(hives::table.find(id))
            .set((hives::retired_at.eq(now.nullable()), hives::wintered.eq(false)))
            .execute(&mut conn)
            .await
    }

    async fn to_watch(&self) -> QueryResult<Vec<Hive>> {
        let mut conn = self.pool.get().await.expect("pool");
        hives::table
            .filter(hives::mood.eq(ColonyMood::Hot).or(hives::supers.gt(3)))
            .filter(hives::retired_at.is_null())
            .select(Hive::as_select())
            .load(&mut conn)
            .await
    }
}

impl PgHives {
    /// Everything the volunteer needs on the way to a stand.
    pub async fn directions(&self, hive_id: i32) -> QueryResult<(String, f64, f64, Option<String>)> {
        let mut conn = self.pool.get().await.expect("pool");
        hives::table
            .inner_join(apiaries::table)
            .filter(hives::id.eq(hive_id))
            .select((apiaries::name, apiaries::lat, apiaries::lon, apiaries::gate_code))
            .first(&mut conn)
            .await
    }

    pub async fn on_land_of(&self, owner: &str) -> QueryResult<i64> {
        let mut conn = self.pool.get().await.expect("pool");
        hives::table
            .inner_join(apiaries::table)
            .filter(apiaries::landowner.eq(owner))
            .count()
            .get_result(&mut conn)
            .await
    }
}
