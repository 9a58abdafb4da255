use async_trait::async_trait;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{People, Pool};
use crate::model::*;
use crate::schema::singers;

pub struct PgPeople {
    pub pool: Pool,
}

#[async_trait]
impl People for PgPeople {
    async fn enrol(&self, singer: NewSinger) -> QueryResult<Singer> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::insert_into(singers::table)
            .values(&singer)
            .on_conflict(singers::mail_addr)
            .do_update()
            .set((singers::left.eq(None::<NaiveDate>), singers::voice.eq(singer.voice)))
            .returning(Singer::as_returning())
            .get_result(&mut conn)
            .await
    }

    async fn section(&self, part: Voice) -> QueryResult<Vec<Singer>> {
        let mut conn = self.pool.get().await.expect("pool");
        singers::table
            .filter(singers::voice.eq(part))
            .filter(singers::left.is_null())
            .order((singers::surname, singers::given_name))
            .select(Singer::as_select())
            .load(&mut conn)
            .await
    }

    async fn patch(&self, who: Uuid, patch: ContactPatch) -> QueryResult<Singer> {
        let mut conn = self.pool.get().await.expect("pool");
        diesel::update(singers::table.find(who))
            .set(&patch)
            .returning(Singer::as_returning())
            .get_result(&mut conn)
            .await
    }

    async fn in_arrears(&self, today: NaiveDate) -> QueryResult<Vec<(String, String)>> {
        let mut conn = self.pool.get().await.expect("pool");
        singers::table
            .filter(singers::dues_paid_until.lt(today).or(singers::dues_paid_until.is_null()))
            .filter(singers::left.is_null())
            .select((singers::surname, singers::mail_addr))
            .load(&mut conn)
            .await
    }
}
