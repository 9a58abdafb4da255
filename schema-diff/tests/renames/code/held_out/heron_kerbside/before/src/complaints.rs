use diesel::prelude::*;

use crate::models::NewComplaint;
use crate::schema::complaints::dsl;

pub fn raise(conn: &mut PgConnection, c: &NewComplaint<'_>) -> QueryResult<i64> {
    diesel::insert_into(dsl::complaints).values(c).returning(dsl::id).get_result(conn)
}

pub fn close(conn: &mut PgConnection, complaint: i64, why: &str) -> QueryResult<usize> {
    diesel::update(dsl::complaints.find(complaint))
        .set((dsl::closed.eq(true), dsl::resolve_reason.eq(why)))
        .execute(conn)
}

/// People who want to be called back.
pub fn call_list(conn: &mut PgConnection) -> QueryResult<Vec<(i64, String, Option<String>)>> {
    dsl::complaints
        .filter(dsl::closed.eq(false).and(dsl::phone.is_not_null()))
        .order(dsl::raised_at)
        .select((dsl::id, dsl::body, dsl::phone))
        .load(conn)
}

pub fn per_channel(conn: &mut PgConnection) -> QueryResult<Vec<(String, i64)>> {
    dsl::complaints
        .group_by(dsl::channel)
        .select((dsl::channel, diesel::dsl::count_star()))
        .load(conn)
}
