use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::schema::plays;

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = plays)]
pub struct Play {
    pub account_id: Uuid,
    pub episode_id: Uuid,
    pub position: i32,
    pub finished: bool,
    pub updated_at: DateTime<Utc>,
}

impl Play {
    pub async fn save(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::insert_into(plays::table)
            .values(self)
            .on_conflict((plays::account_id, plays::episode_id))
            .do_update()
            .set((
                plays::position.eq(excluded(plays::position)),
                plays::finished.eq(excluded(plays::finished)),
                plays::updated_at.eq(excluded(plays::updated_at)),
            ))
            .execute(conn)
            .await
    }

    pub async fn unfinished(conn: &mut AsyncPgConnection, who: Uuid) -> QueryResult<Vec<Self>> {
        plays::table
            .filter(plays::account_id.eq(who).and(plays::finished.eq(false)))
            .order(plays::updated_at.desc())
            .select(Self::as_select())
            .load(conn)
            .await
    }
}
