use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

use super::Show;
use crate::schema::{episodes, shows};

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, serde::Serialize)]
#[ExistingTypePath = "crate::schema::sql_types::EpisodeStatus"]
pub enum EpisodeStatus {
    Draft,
    Scheduled,
    Live,
    Pulled,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = episodes, belongs_to(Show))]
pub struct Episode {
    pub id: Uuid,
    pub show_id: Uuid,
    pub number: i32,
    pub title: String,
    pub notes: String,
    pub audio_path: String,
    pub duration: i32,
    pub bytes: i64,
    pub status: EpisodeStatus,
    pub publish_at: Option<DateTime<Utc>>,
    pub downloads: i64,
    pub inserted_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = episodes)]
pub struct Upload {
    pub show_id: Uuid,
    pub number: i32,
    pub title: String,
    pub notes: String,
    pub audio_path: String,
    pub duration: i32,
    pub bytes: i64,
}

impl Episode {
    pub async fn upload(conn: &mut AsyncPgConnection, form: Upload) -> QueryResult<Self> {
        diesel::insert_into(episodes::table)
            .values((form, episodes::status.eq(EpisodeStatus::Draft)))
            .returning(Self::as_returning())
            .get_result(conn)
            .await
    }

    pub async fn schedule(conn: &mut AsyncPgConnection, id: Uuid, at: DateTime<Utc>) -> QueryResult<usize> {
        diesel::update(episodes::table.find(id))
            .set((
                episodes::status.eq(EpisodeStatus::Scheduled),
                episodes::publish_at.eq(at),
            ))
            .execute(conn)
            .await
    }

    /// Puts everything live whose time has come.
    pub async fn release(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Uuid>> {
        diesel::update(
            episodes::table
                .filter(episodes::status.eq(EpisodeStatus::Scheduled))
                .filter(episodes::publish_at.le(diesel::dsl::now)),
        )
        .set(episodes::status.eq(EpisodeStatus::Live))
        .returning(episodes::id)
        .get_results(conn)
        .await
    }

    pub async fn feed(conn: &mut AsyncPgConnection, slug: &str) -> QueryResult<Vec<Self>> {
        episodes::table
            .inner_join(shows::table)
            .filter(shows::slug.eq(slug))
            .filter(episodes::status.eq(EpisodeStatus::Live))
            .order(episodes::number.desc())
            .select(Self::as_select())
            .load(conn)
            .await
    }

    pub async fn count_download(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<usize> {
        diesel::update(episodes::table.find(id))
            .set(episodes::downloads.eq(episodes::downloads + 1))
            .execute(conn)
            .await
    }
}
