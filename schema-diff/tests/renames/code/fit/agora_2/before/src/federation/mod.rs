//! Remote actors: fetched over WebFinger, stored, refreshed.
use chrono::{Duration, Utc};
use diesel::prelude::*;

use crate::models::{Account, NewAccount};
use crate::schema::accounts;

pub struct RemoteActor {
    pub preferred_username: String,
    pub host: String,
    pub summary: Option<String>,
    pub inbox: String,
    pub shared_inbox: Option<String>,
    pub public_key_pem: String,
    pub icon: Option<String>,
}

pub fn upsert(conn: &mut PgConnection, actor: &RemoteActor) -> QueryResult<Account> {
    let row = NewAccount {
        preferred_username: &actor.preferred_username,
        domain: Some(&actor.host),
        summary: actor.summary.as_deref(),
        inbox_url: &actor.inbox,
        shared_inbox_url: actor.shared_inbox.as_deref(),
        public_key: &actor.public_key_pem,
        avatar_remote_url: actor.icon.as_deref(),
    };
    diesel::insert_into(accounts::table)
        .values(&row)
        .on_conflict((accounts::preferred_username, accounts::domain))
        .do_update()
        .set((
            accounts::inbox_url.eq(&actor.inbox),
            accounts::public_key.eq(&actor.public_key_pem),
            accounts::last_webfingered_at.eq(Some(Utc::now())),
        ))
        .returning(Account::as_returning())
        .get_result(conn)
}

pub fn stale(conn: &mut PgConnection) -> QueryResult<Vec<i64>> {
    accounts::table
        .filter(accounts::domain.is_not_null())
        .filter(accounts::last_webfingered_at.lt(Utc::now() - Duration::days(3)))
        .select(accounts::id)
        .load(conn)
}
