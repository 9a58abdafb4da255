pub mod dto;

use diesel::prelude::*;

use crate::models::{Account, AccountSettings};
use crate::schema::accounts;
use dto::{AccountView, SettingsForm};

pub fn show(conn: &mut PgConnection, account: i64) -> QueryResult<AccountView> {
    accounts::table
        .find(account)
        .select(Account::as_select())
        .first(conn)
        .map(AccountView::from)
}

pub fn lookup(conn: &mut PgConnection, acct: &str) -> QueryResult<Option<AccountView>> {
    let (name, host) = match acct.split_once('@') {
        Some((name, host)) => (name, Some(host)),
        None => (acct, None),
    };
    let mut query = accounts::table
        .filter(accounts::preferred_username.eq(name))
        .select(Account::as_select())
        .into_boxed();
    query = match host {
        Some(host) => query.filter(accounts::domain.eq(host)),
        None => query.filter(accounts::domain.is_null()),
    };
    Ok(query.first(conn).optional()?.map(AccountView::from))
}

pub fn update_settings(
    conn: &mut PgConnection,
    account: i64,
    form: SettingsForm,
) -> QueryResult<AccountView> {
    diesel::update(accounts::table.find(account))
        .set(AccountSettings::from(form))
        .returning(Account::as_returning())
        .get_result(conn)
        .map(AccountView::from)
}
