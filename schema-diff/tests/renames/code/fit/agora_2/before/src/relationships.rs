use diesel::prelude::*;

use crate::models::{Account, Follow, NewBlock};
use crate::schema::{accounts, blocks, follows};

pub fn follow(
    conn: &mut PgConnection,
    from: i64,
    to: i64,
    reblogs: bool,
) -> QueryResult<Follow> {
    diesel::insert_into(follows::table)
        .values((
            follows::account_id.eq(from),
            follows::target_account_id.eq(to),
            follows::show_reblogs.eq(reblogs),
            follows::notify.eq(false),
        ))
        .returning(Follow::as_returning())
        .get_result(conn)
}

pub fn set_notify(conn: &mut PgConnection, from: i64, to: i64, on: bool) -> QueryResult<usize> {
    diesel::update(
        follows::table
            .filter(follows::account_id.eq(from))
            .filter(follows::target_account_id.eq(to)),
    )
    .set(follows::notify.eq(on))
    .execute(conn)
}

/// A block ends the follow in both directions.
pub fn block(conn: &mut PgConnection, from: i64, to: i64) -> QueryResult<()> {
    conn.transaction(|conn| {
        diesel::insert_into(blocks::table)
            .values(NewBlock { account_id: from, target_account_id: to })
            .execute(conn)?;
        diesel::delete(
            follows::table
                .filter(follows::account_id.eq(from).and(follows::target_account_id.eq(to)))
                .or_filter(follows::account_id.eq(to).and(follows::target_account_id.eq(from))),
        )
        .execute(conn)?;
        Ok(())
    })
}

pub fn inboxes_of_followers(conn: &mut PgConnection, of: i64) -> QueryResult<Vec<String>> {
    let rows: Vec<Account> = follows::table
        .inner_join(accounts::table.on(accounts::id.eq(follows::account_id)))
        .filter(follows::target_account_id.eq(of))
        .filter(accounts::domain.is_not_null())
        .select(Account::as_select())
        .load(conn)?;
    let mut inboxes: Vec<String> = rows
        .into_iter()
        .map(|a| a.shared_inbox_url.unwrap_or(a.inbox_url))
        .collect();
    inboxes.sort();
    inboxes.dedup();
    Ok(inboxes)
}
