use diesel::prelude::*;

use crate::models::{Account, ApiToken, NewAccount};
use crate::schema::{accounts, api_tokens};

pub fn find_by_login(conn: &mut PgConnection, wanted: &str) -> QueryResult<Account> {
    accounts::table
        .filter(accounts::login.eq(wanted))
        .first(conn)
}

pub fn find_or_create(conn: &mut PgConnection, new: &NewAccount<'_>) -> QueryResult<Account> {
    diesel::insert_into(accounts::table)
        .values(new)
        .on_conflict(accounts::login)
        .do_update()
        .set(accounts::mail.eq(new.mail))
        .get_result(conn)
}

pub fn set_avatar(conn: &mut PgConnection, account: i32, url: Option<&str>) -> QueryResult<usize> {
    diesel::update(accounts::table.find(account))
        .set(accounts::avatar.eq(url))
        .execute(conn)
}

pub fn admins(conn: &mut PgConnection) -> QueryResult<Vec<(String, String)>> {
    accounts::table
        .filter(accounts::is_admin.eq(true))
        .select((accounts::login, accounts::mail))
        .load(conn)
}

pub fn authenticate(conn: &mut PgConnection, hash: &[u8]) -> QueryResult<ApiToken> {
    diesel::update(
        api_tokens::table
            .filter(api_tokens::token.eq(hash))
            .filter(api_tokens::revoked.eq(false)),
    )
    .set(api_tokens::last_used_at.eq(diesel::dsl::now))
    .get_result(conn)
}

pub fn revoke(conn: &mut PgConnection, token_id: i32) -> QueryResult<usize> {
    diesel::update(api_tokens::table.find(token_id))
        .set(api_tokens::revoked.eq(true))
        .execute(conn)
}
