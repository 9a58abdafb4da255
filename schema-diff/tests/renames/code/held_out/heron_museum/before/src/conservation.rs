use chrono::NaiveDate;
use diesel::prelude::*;

use crate::models::Check;
use crate::schema::checks::{self, dsl};

pub fn record(conn: &mut PgConnection, object: i32, who: &str, day: NaiveDate, s: i16) -> QueryResult<i64> {
    diesel::insert_into(checks::table)
        .values((
            dsl::object_id.eq(object),
            dsl::conservator.eq(who),
            dsl::checked_on.eq(day),
            dsl::score.eq(s),
        ))
        .returning(dsl::id)
        .get_result(conn)
}

pub fn treat(conn: &mut PgConnection, check: i64, found: &str, done: &str) -> QueryResult<usize> {
    diesel::update(checks::table.find(check))
        .set((dsl::damage.eq(found), dsl::treatment.eq(done)))
        .execute(conn)
}

pub fn due(conn: &mut PgConnection, until: NaiveDate) -> QueryResult<Vec<Check>> {
    checks::table
        .filter(dsl::next_due.le(until))
        .order((dsl::next_due.asc(), dsl::score.asc()))
        .select(Check::as_select())
        .load(conn)
}
