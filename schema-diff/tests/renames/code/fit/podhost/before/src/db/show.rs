use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::Account;
use crate::schema::shows;

#[derive(Debug, Clone, Queryable, Selectable, Identifiable, Associations)]
#[diesel(table_name = shows, belongs_to(Account))]
pub struct Show {
    pub id: Uuid,
    pub account_id: Uuid,
    pub slug: String,
    pub title: String,
    pub subtitle: Option<String>,
    pub cover_path: Option<String>,
    pub explicit: bool,
    pub itunes_category: Option<String>,
    pub feed_token: Option<String>,
    pub subscriber_count: i32,
    pub inserted_at: DateTime<Utc>,
}

#[derive(Debug, Insertable)]
#[diesel(table_name = shows)]
pub struct NewShow {
    pub account_id: Uuid,
    pub slug: String,
    pub title: String,
    pub subtitle: Option<String>,
    pub explicit: bool,
    pub itunes_category: Option<String>,
}

/// What the directory page may be narrowed down by.
#[derive(Debug, Default, serde::Deserialize)]
pub struct Filter {
    pub category: Option<String>,
    #[serde(default)]
    pub clean_only: bool,
    pub text: Option<String>,
}

impl Show {
    pub async fn create(conn: &mut AsyncPgConnection, new: NewShow) -> QueryResult<Self> {
        diesel::insert_into(shows::table)
            .values(new)
            .returning(Self::as_returning())
            .get_result(conn)
            .await
    }

    pub async fn of(conn: &mut AsyncPgConnection, account: &Account) -> QueryResult<Vec<Self>> {
        Self::belonging_to(account)
            .select(Self::as_select())
            .order(shows::title)
            .load(conn)
            .await
    }

    pub async fn directory(conn: &mut AsyncPgConnection, filter: Filter) -> QueryResult<Vec<Self>> {
        let mut query = shows::table.select(Self::as_select()).into_boxed();
        if let Some(category) = filter.category {
            query = query.filter(shows::itunes_category.eq(category));
        }
        if filter.clean_only {
            query = query.filter(shows::explicit.eq(false));
        }
        if let Some(text) = filter.text {
            let pattern = format!("%{text}%");
            query = query.filter(shows::title.ilike(pattern.clone()).or(shows::subtitle.ilike(pattern)));
        }
        query.order(shows::subscriber_count.desc()).limit(50).load(conn).await
    }

    pub async fn subscribe(conn: &mut AsyncPgConnection, show: Uuid) -> QueryResult<i32> {
        diesel::update(shows::table.find(show))
            .set(shows::subscriber_count.eq(shows::subscriber_count + 1))
            .returning(shows::subscriber_count)
            .get_result(conn)
            .await
    }

    /// A private feed is read with a token in its address.
    pub async fn lock(conn: &mut AsyncPgConnection, show: Uuid, token: &str) -> QueryResult<usize> {
        diesel::update(shows::table.find(show))
            .set(shows::feed_token.eq(token))
            .execute(conn)
            .await
    }

    pub async fn by_token(conn: &mut AsyncPgConnection, token: &str) -> QueryResult<Self> {
        shows::table
            .filter(shows::feed_token.eq(token))
            .select(Self::as_select())
            .first(conn)
            .await
    }
}
