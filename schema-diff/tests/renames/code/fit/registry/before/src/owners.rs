use diesel::prelude::*;

use crate::models::Account;
use crate::schema::{accounts, package_owners};

pub fn owners_of(conn: &mut PgConnection, package: i32) -> QueryResult<Vec<Account>> {
    package_owners::table
        .inner_join(accounts::table.on(accounts::id.eq(package_owners::account_id)))
        .filter(package_owners::package_id.eq(package))
        .select(accounts::all_columns)
        .load(conn)
}

pub fn add_owner(
    conn: &mut PgConnection,
    package: i32,
    account: i32,
    inviter: i32,
) -> QueryResult<usize> {
    diesel::insert_into(package_owners::table)
        .values((
            package_owners::package_id.eq(package),
            package_owners::account_id.eq(account),
            package_owners::invited_by.eq(inviter),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
}

pub fn is_owner(conn: &mut PgConnection, package: i32, account: i32) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(
        package_owners::table.find((package, account)),
    ))
    .get_result(conn)
}
