use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use diesel_derive_enum::DbEnum;
use uuid::Uuid;

use crate::schema::accounts;

#[derive(Debug, Clone, Copy, PartialEq, Eq, DbEnum, serde::Serialize)]
#[ExistingTypePath = "crate::schema::sql_types::Role"]
pub enum Role {
    Listener,
    Creator,
    Staff,
}

#[derive(Debug, Clone, Queryable, Selectable, Identifiable)]
#[diesel(table_name = accounts, check_for_backend(diesel::pg::Pg))]
pub struct Account {
    pub id: Uuid,
    pub handle: String,
    pub display: Option<String>,
    pub bio: Option<String>,
    pub password_hash: String,
    pub role: Role,
    pub hide_explicit: bool,
    pub locale: String,
    pub last_seen: Option<DateTime<Utc>>,
    pub inserted_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = accounts)]
pub struct SignUp {
    pub handle: String,
    pub password_hash: String,
    pub locale: String,
}

#[derive(Debug, Default, AsChangeset)]
#[diesel(table_name = accounts)]
pub struct Profile {
    pub display: Option<Option<String>>,
    pub bio: Option<Option<String>>,
    pub hide_explicit: Option<bool>,
    pub locale: Option<String>,
}

impl Account {
    pub async fn create(conn: &mut AsyncPgConnection, form: SignUp) -> QueryResult<Self> {
        diesel::insert_into(accounts::table)
            .values(form)
            .returning(Self::as_returning())
            .get_result(conn)
            .await
    }

    pub async fn by_handle(conn: &mut AsyncPgConnection, handle: &str) -> QueryResult<Self> {
        accounts::table
            .filter(accounts::handle.eq(handle))
            .select(Self::as_select())
            .first(conn)
            .await
    }

    pub async fn edit(conn: &mut AsyncPgConnection, id: Uuid, form: Profile) -> QueryResult<Self> {
        diesel::update(accounts::table.find(id))
            .set(form)
            .returning(Self::as_returning())
            .get_result(conn)
            .await
    }

    pub async fn touch(&self, conn: &mut AsyncPgConnection) -> QueryResult<usize> {
        diesel::update(self)
            .set(accounts::last_seen.eq(diesel::dsl::now))
            .execute(conn)
            .await
    }

    /// What the pages call them.
    pub fn label(&self) -> &str {
        self.display.as_deref().unwrap_or(&self.handle)
    }
}
