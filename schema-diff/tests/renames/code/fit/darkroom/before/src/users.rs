use diesel::prelude::*;

use crate::schema::{photos, users};

#[derive(Clone, Debug, Queryable, Identifiable)]
#[diesel(table_name = users)]
pub struct User {
    pub id: i64,
    pub name: String,
    pub pw_hash: String,
    pub quota_mb: i32,
    pub gravatar: Option<String>,
    pub admin: bool,
    pub api_key: Option<String>,
    pub dark_mode: bool,
}

pub fn register(conn: &mut PgConnection, login: &str, hash: &str) -> QueryResult<User> {
    use crate::schema::users::dsl::*;
    diesel::insert_into(users)
        .values((
            name.eq(login),
            pw_hash.eq(hash),
            quota_mb.eq(2048),
            admin.eq(false),
            dark_mode.eq(false),
        ))
        .get_result(conn)
}

pub fn room_left(conn: &mut PgConnection, user: i64) -> QueryResult<i64> {
    let quota: i32 = users::table.find(user).select(users::quota_mb).first(conn)?;
    let sizes: Vec<i64> = photos::table
        .filter(photos::uploader.eq(user))
        .select(photos::bytes)
        .load(conn)?;
    Ok(i64::from(quota) * 1024 * 1024 - sizes.iter().sum::<i64>())
}

pub fn by_key(conn: &mut PgConnection, given: &str) -> QueryResult<Option<User>> {
    use crate::schema::users::dsl::*;
    users.filter(api_key.eq(given)).first(conn).optional()
}

pub fn rotate_key(conn: &mut PgConnection, user: i64, fresh: &str) -> QueryResult<usize> {
    use crate::schema::users::dsl::*;
    diesel::update(users.find(user)).set(api_key.eq(fresh)).execute(conn)
}

pub fn avatar(u: &User) -> String {
    match &u.gravatar {
        Some(hash) => format!("https://gravatar.com/avatar/{hash}?s=64"),
        None => "/static/nobody.png".to_owned(),
    }
}

pub fn toggle_dark(conn: &mut PgConnection, user: i64) -> QueryResult<bool> {
    use crate::schema::users::dsl::*;
    diesel::update(users.find(user))
        .set(dark_mode.eq(diesel::dsl::not(dark_mode)))
        .returning(dark_mode)
        .get_result(conn)
}
