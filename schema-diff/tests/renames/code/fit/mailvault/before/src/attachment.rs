use diesel::prelude::*;

use crate::schema::attachments::{self, dsl};

#[derive(Debug, Clone, Queryable, Selectable, QueryableByName, Insertable)]
#[diesel(table_name = attachments)]
pub struct Attachment {
    pub message_id: i64,
    pub fname: Option<String>,
    pub ctype: String,
    pub size: i64,
    pub sha1: String,
    pub infected: bool,
}

pub fn of_message(conn: &mut PgConnection, message: i64) -> QueryResult<Vec<Attachment>> {
    dsl::attachments
        .filter(dsl::message_id.eq(message))
        .filter(dsl::infected.eq(false))
        .select(Attachment::as_select())
        .load(conn)
}

/// The same file in many messages is stored once.
pub fn duplicates(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    dsl::attachments
        .group_by(dsl::sha1)
        .having(diesel::dsl::count_star().gt(1))
        .select((dsl::sha1, diesel::dsl::count_star()))
        .load(conn)
}

pub fn largest(conn: &mut PgConnection, n: i32) -> QueryResult<Vec<Attachment>> {
    diesel::sql_query(
        "SELECT message_id, fname, ctype, size, sha1, infected \
         FROM attachments ORDER BY size DESC LIMIT $1",
    )
    .bind::<diesel::sql_types::Integer, _>(n)
    .load(conn)
}

pub fn extension(a: &Attachment) -> Option<&str> {
    a.fname.as_deref()?.rsplit_once('.').map(|(_, ext)| ext)
}

pub fn save_text(conn: &mut PgConnection, sha: &str, text: &str) -> QueryResult<usize> {
    diesel::update(dsl::attachments.filter(dsl::sha1.eq(sha)))
        .set(dsl::extracted.eq(text))
        .execute(conn)
}
